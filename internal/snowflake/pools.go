package snowflake

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"
)

// asyncConns is the size of the pool of sessions that submit statements. They are not logged out when they are closed,
// so there should be few.
const asyncConns = 2

// Pools holds one pool of sessions for each connection. Clones share nothing else.
type Pools struct {
	options PoolsOptions
	broken  error

	mu     sync.Mutex
	pools  map[poolKey]*pool
	closed bool
	// closing counts pools that were replaced or fell idle and are being closed.
	closing sync.WaitGroup
}

// poolKey tells pools apart. Session state such as the role or the warehouse is never changed inside a pool: one
// goroutine's USE would be another's surprise.
type poolKey struct {
	connection, account, role, warehouse string
}

// pool is the sessions of one connection.
type pool struct {
	key         string
	connection  Connection
	fingerprint string
	options     PoolsOptions
	sync, async *sql.DB
	lastUsed    time.Time

	mu      sync.Mutex
	retired bool
	running sync.WaitGroup
}

// start runs work in the background unless the pool was retired.
func (p *pool) start(work func()) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.retired {
		return &Error{Message: errPoolClosed.Error(), cause: errPoolClosed, class: Unavailable}
	}
	p.running.Go(work)
	return nil
}

// retire refuses new work.
func (p *pool) retire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.retired = true
}

// NewPools makes an empty set of pools and silences the driver (Harden).
func NewPools(options PoolsOptions) *Pools {
	options = options.withDefaults()
	return &Pools{options: options, broken: Harden(), pools: map[poolKey]*pool{}}
}

// Client is the way to the pool of a connection. The key names the connection (its UID): two connections never share
// sessions, even with equal settings. When the settings or the credential of a key have changed, its pool is replaced
// and the old one is closed behind its last statement. No login happens here. The error says what is wrong with the
// connection.
func (p *Pools) Client(_ context.Context, key string, c Connection) (*Client, error) {
	if err := errors.Join(p.broken, c.validate(p.options.AllowInsecure)); err != nil {
		return nil, fmt.Errorf("open Snowflake connection: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, fmt.Errorf("open Snowflake connection: %w", errPoolClosed)
	}
	now := p.options.Now()
	p.sweep(now)
	id := poolKey{connection: key, account: c.Account, role: c.Role, warehouse: c.Warehouse}
	found := p.pools[id]
	if found != nil && found.fingerprint != c.fingerprint() {
		p.retire(id)
		found = nil
	}
	if found == nil {
		found = newPool(key, c, p.options)
		p.pools[id] = found
	}
	found.lastUsed = now
	return &Client{pool: found}, nil
}

// Forget closes all pools of a key, behind their last statements. For connections that were deleted.
func (p *Pools) Forget(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for id := range p.pools {
		if id.connection == key {
			p.retire(id)
		}
	}
}

// Close closes all pools and waits for the statements under way, but no longer than the context lasts. Submitted
// statements run on at the server.
func (p *Pools) Close(ctx context.Context) error {
	p.mu.Lock()
	p.closed = true
	for id := range p.pools {
		p.retire(id)
	}
	p.mu.Unlock()
	done := make(chan struct{})
	go func() {
		p.closing.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("close Snowflake sessions: %w", ctx.Err())
	}
}

// sweep retires pools that nobody has asked for in a long time. The caller holds the lock.
func (p *Pools) sweep(now time.Time) {
	for id, old := range p.pools {
		if now.Sub(old.lastUsed) > p.options.IdlePools {
			p.retire(id)
		}
	}
}

// retire takes a pool out of the map and closes it in the background. The caller holds the lock.
func (p *Pools) retire(id poolKey) {
	old := p.pools[id]
	delete(p.pools, id)
	old.retire()
	p.closing.Go(func() {
		// Statements under way keep their sessions until they are done.
		for _, db := range []*sql.DB{old.sync, old.async} {
			if err := db.Close(); err != nil {
				// The session ends at the server by itself, after four idle hours at most (L8).
				continue
			}
		}
		old.running.Wait()
	})
}

// newPool makes the two pools of a connection; sessions are opened when they are needed.
func newPool(key string, c Connection, o PoolsOptions) *pool {
	open := func(keepSession bool, size int) *sql.DB {
		db := sql.OpenDB(connector{connection: c, options: o, key: key, keepSession: keepSession})
		db.SetMaxOpenConns(size)
		db.SetMaxIdleConns(size)
		db.SetConnMaxLifetime(o.ConnMaxLifetime)
		db.SetConnMaxIdleTime(o.ConnMaxIdleTime)
		return db
	}
	return &pool{
		key:         key,
		connection:  c,
		fingerprint: c.fingerprint(),
		options:     o,
		sync:        open(false, o.MaxOpenConns),
		async:       open(true, asyncConns),
	}
}
