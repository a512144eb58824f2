package emulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// Limits of a listening server.
const (
	// headerTimeout is how long a client may take to send a request's header.
	headerTimeout = 10 * time.Second
	// idleTimeout is how long a connection may stay open unused.
	idleTimeout = 5 * time.Minute
	// maxHeader is the size of a request's header, in bytes.
	maxHeader       = 64 << 10
	shutdownTimeout = 5 * time.Second
)

// Running is a server that listens on a loopback port of its own.
type Running struct {
	*Server

	// Host and Port are what a driver's configuration wants.
	Host string
	Port int
	// URL is the same as an address, without a path.
	URL string

	// AdminURL is where the admin API is served, empty where it is not.
	AdminURL string

	listening []*listening
}

// listening is one address that is being served.
type listening struct {
	http  *http.Server
	bound *net.TCPAddr
	// served is closed when serving has ended; why is then in ended.
	served chan struct{}
	ended  error
}

// Start serves a new server on a free port of 127.0.0.1. The caller must close
// it.
func Start(o Options) (*Running, error) {
	return Listen(o, "127.0.0.1:0")
}

// Listen serves a new server on an address such as 127.0.0.1:8085. The caller
// must close it.
func Listen(o Options, address string) (*Running, error) {
	server := New(o)
	first, err := listen(server, address, server.options.ClientTimeout)
	if err != nil {
		server.Close()
		return nil, fmt.Errorf("listen for drivers: %w", err)
	}
	r := &Running{
		Server: server, Host: first.bound.IP.String(), Port: first.bound.Port, URL: "http://" + first.bound.String(),
		listening: []*listening{first},
	}
	if o.Admin {
		r.AdminURL = r.URL
	}
	return r, nil
}

// ListenAdmin serves the admin API on an address of its own as well. It may be
// called once, before the server is used.
func (r *Running) ListenAdmin(address string) error {
	second, err := listen(r.Admin(), address, r.options.ClientTimeout)
	if err != nil {
		return fmt.Errorf("listen for the admin API: %w", err)
	}
	r.listening = append(r.listening, second)
	r.AdminURL = "http://" + second.bound.String()
	return nil
}

// listen serves a handler on an address, with as much patience with slow
// clients.
func listen(handler http.Handler, address string, patience time.Duration) (*listening, error) {
	var config net.ListenConfig
	listener, err := config.Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, err
	}
	bound, ok := listener.Addr().(*net.TCPAddr)
	if !ok {
		_ = listener.Close()
		return nil, fmt.Errorf("%s is no TCP address", listener.Addr())
	}
	l := &listening{http: newHTTPServer(handler, patience), bound: bound, served: make(chan struct{})}
	go func() {
		defer close(l.served)
		l.ended = l.http.Serve(listener)
	}()
	return l, nil
}

// newHTTPServer is a server whose clients cannot hold it up by being slow.
func newHTTPServer(handler http.Handler, patience time.Duration) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: min(headerTimeout, patience), IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		ErrorLog: log.New(io.Discard, "", 0), // What clients do wrong is no news.
	}
}

// Close stops the server and waits for the requests under way. It returns nil
// when all ended in time, else what kept it. Closing twice is no error.
func (r *Running) Close() error {
	r.Server.Close()
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	var err error
	for _, l := range r.listening {
		err = errors.Join(err, l.close(ctx))
	}
	return err
}

// close stops serving the address.
func (l *listening) close(ctx context.Context) error {
	err := l.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(fmt.Errorf("stop serving: %w", err), l.http.Close())
	}
	if <-l.served; !errors.Is(l.ended, http.ErrServerClosed) {
		err = errors.Join(err, fmt.Errorf("serve: %w", l.ended))
	}
	return err
}
