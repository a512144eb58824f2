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
	readHeaderTimeout = 10 * time.Second
	// readBodyTimeout is how long a client may take to send a request's body.
	readBodyTimeout = time.Minute
	// writeTimeout is how long a client may take to read an answer.
	writeTimeout = 2 * time.Minute
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

	http   *http.Server
	served chan error
}

// Start serves a new server on a free port of 127.0.0.1. The caller must close
// it.
func Start(o Options) (*Running, error) {
	return Listen(o, "127.0.0.1:0")
}

// Listen serves a new server on an address such as 127.0.0.1:8085. The caller
// must close it.
func Listen(o Options, address string) (*Running, error) {
	var config net.ListenConfig
	listener, err := config.Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen for drivers: %w", err)
	}
	bound, ok := listener.Addr().(*net.TCPAddr)
	if !ok {
		_ = listener.Close()
		return nil, fmt.Errorf("listen for drivers: %s is no TCP address", listener.Addr())
	}
	server := New(o)
	r := &Running{
		Server: server, Host: bound.IP.String(), Port: bound.Port, URL: "http://" + bound.String(),
		http:   newHTTPServer(server),
		served: make(chan error, 1),
	}
	go func() { r.served <- r.http.Serve(listener) }()
	return r, nil
}

// newHTTPServer is a server whose clients cannot hold it up by being slow.
func newHTTPServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: readHeaderTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		ErrorLog: log.New(io.Discard, "", 0), // What clients do wrong is no news.
	}
}

// Close stops the server and waits for the requests under way. It returns nil
// when all ended in time, else what kept it.
func (r *Running) Close() error {
	r.Server.Close()
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	err := r.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(fmt.Errorf("stop serving drivers: %w", err), r.http.Close())
	}
	if served := <-r.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, fmt.Errorf("serve drivers: %w", served))
	}
	return err
}
