package snowflake

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestPoolsAreSharedByKeyAndReplacedWithTheCredential(t *testing.T) {
	f := newFake(t)
	pools := newTestPools(t)
	open := func(key string, change func(*Connection)) *pool {
		t.Helper()
		connection := f.connection(t)
		change(&connection)
		client, err := pools.Client(t.Context(), key, connection)
		if err != nil {
			t.Fatal(err)
		}
		return client.pool
	}
	first := open("uid-1", func(*Connection) {})
	for name, tc := range map[string]struct {
		key    string
		change func(*Connection)
		same   bool
	}{
		"the same connection":      {"uid-1", func(*Connection) {}, true},
		"another key":              {"uid-2", func(*Connection) {}, false},
		"another role":             {"uid-1", func(c *Connection) { c.Role = "R" }, false},
		"another warehouse":        {"uid-1", func(c *Connection) { c.Warehouse = "W" }, false},
		"another account":          {"uid-1", func(c *Connection) { c.Account = "A" }, false},
		"the same after all these": {"uid-1", func(*Connection) {}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := open(tc.key, tc.change) == first; got != tc.same {
				t.Errorf("shares the pool: %v, want %v", got, tc.same)
			}
		})
	}
	rotated := open("uid-1", func(c *Connection) { c.Auth = ProgrammaticAccessToken("another-token") })
	if rotated == first {
		t.Error("the pool of the old credential is still handed out")
	}
	_, err := (&Client{pool: first}).Query(t.Context(), "SHOW X")
	if ClassOf(err) != Unavailable {
		t.Errorf("through the replaced pool: %v, want Unavailable", err)
	}
}

func TestPoolsNotUsedForLongAreClosed(t *testing.T) {
	f := newFake(t)
	var mu sync.Mutex
	now := time.Unix(1_700_000_000, 0)
	pools := newTestPools(t, func(o *PoolsOptions) {
		o.Now = func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return now
		}
	})
	client, err := pools.Client(t.Context(), "uid-1", f.connection(t))
	if err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	now = now.Add(31 * time.Minute)
	mu.Unlock()
	if _, err := pools.Client(t.Context(), "uid-2", f.connection(t)); err != nil {
		t.Fatal(err)
	}
	if err := client.Exec(t.Context(), "GRANT X"); !errors.Is(err, errPoolClosed) {
		t.Errorf("through the pool that fell idle: %v", err)
	}
}

func TestClosingIsBoundedWhenTheServerIsGone(t *testing.T) {
	f := newFake(t)
	pools := NewPools(PoolsOptions{AllowInsecure: true, Grace: time.Millisecond})
	client, err := pools.Client(t.Context(), "uid-1", f.connection(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Exec(t.Context(), "GRANT X"); err != nil {
		t.Fatal(err)
	}
	f.setHang("/session", true)
	ctx, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer stop()
	start := time.Now()
	if err := pools.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("close: %v, want the deadline", err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("closing took %s", took)
	}
	if _, err := pools.Client(t.Context(), "uid-1", f.connection(t)); err == nil {
		t.Error("a client of closed pools")
	}
}

func TestAConnectionThatCannotWorkIsRefusedInClearWords(t *testing.T) {
	good := Connection{Account: "ACME", User: "U", Auth: OAuth("t")}
	cases := map[string]struct {
		change func(*Connection)
		want   string
	}{
		"no account":      {func(c *Connection) { c.Account = " " }, "names no account"},
		"no user":         {func(c *Connection) { c.User = "" }, "names no user"},
		"no credential":   {func(c *Connection) { c.Auth = Auth{} }, "has no credential"},
		"a URL as host":   {func(c *Connection) { c.Host = "https://x" }, "not a plain host name"},
		"a port too high": {func(c *Connection) { c.Port = 70000 }, "out of range"},
		"plain HTTP":      {func(c *Connection) { c.Scheme = "http" }, "scheme http sends credentials in the clear"},
		"another scheme":  {func(c *Connection) { c.Scheme = "ftp" }, "neither https nor http"},
	}
	pools := NewPools(PoolsOptions{})
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			connection := good
			tc.change(&connection)
			_, err := pools.Client(t.Context(), "uid-1", connection)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want one about %q", err, tc.want)
			}
		})
	}
	if _, err := pools.Client(t.Context(), "uid-1", good); err != nil {
		t.Errorf("a good connection: %v", err)
	}
	if err := pools.Close(t.Context()); err != nil {
		t.Error(err)
	}
}
