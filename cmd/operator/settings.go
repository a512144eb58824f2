package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/log/zap"
)

// settings are what the flags say.
type settings struct {
	leaderElect   bool
	metricsBind   string
	metricsSecure bool
	probeBind     string
	namespace     string
	concurrent    int
	watched       namespaces
	allowInsecure bool
	version       bool
	log           zap.Options
}

// namespaces is a flag that may be repeated, or hold a list with commas.
type namespaces []string

// String is the flag's value as it could have been given.
func (n *namespaces) String() string { return strings.Join(*n, ",") }

// Set adds namespaces.
func (n *namespaces) Set(value string) error {
	for name := range strings.SplitSeq(value, ",") {
		if name = strings.TrimSpace(name); name != "" {
			*n = append(*n, name)
		}
	}
	return nil
}

// namespaceFile is where Kubernetes tells a pod its namespace.
const namespaceFile = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"

// parse reads the flags. The error is flag.ErrHelp when help was asked for, and has been printed.
func parse(arguments []string) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("operator", flag.ContinueOnError)
	flags.BoolVar(&s.leaderElect, "leader-elect", true, "work only while holding the lease that at most one operator has")
	flags.StringVar(&s.metricsBind, "metrics-bind-address", ":8443", "address of the metrics endpoint; 0 turns it off")
	flags.BoolVar(&s.metricsSecure, "metrics-secure", true,
		"serve metrics over HTTPS to those whom the API server knows and allows; false serves plain HTTP to everybody")
	flags.StringVar(&s.probeBind, "health-probe-bind-address", ":8081", "address of /healthz and /readyz; 0 turns them off")
	flags.StringVar(&s.namespace, "operator-namespace", "",
		"namespace of the default connection and of the lease; default: POD_NAMESPACE, or that of the service account")
	flags.IntVar(&s.concurrent, "max-concurrent-reconciles", 10, "how many clones are worked on at once")
	flags.Var(&s.watched, "watch-namespaces",
		"namespaces to watch, with commas; the operator's own is always among them; default: all")
	flags.BoolVar(&s.allowInsecure, "allow-insecure-endpoints", false,
		"admit connections over plain HTTP, which send credentials in the clear: emulators only")
	flags.BoolVar(&s.version, "version", false, "print the version and leave")
	s.log.BindFlags(flags)
	// --kubeconfig is bound to the global set by controller-runtime's config package.
	flag.VisitAll(func(f *flag.Flag) {
		if f.Name == "kubeconfig" {
			flags.Var(f.Value, f.Name, f.Usage)
		}
	})
	if err := flags.Parse(arguments); err != nil {
		return s, err
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("argument %q: there are only flags", flags.Arg(0))
	}
	if s.concurrent < 1 {
		return s, errors.New("--max-concurrent-reconciles must be at least 1")
	}
	if s.version {
		return s, nil
	}
	return s, s.findNamespace()
}

// findNamespace fills in the operator's namespace.
func (s *settings) findNamespace() error {
	if s.namespace == "" {
		s.namespace = os.Getenv("POD_NAMESPACE")
	}
	if s.namespace != "" {
		return nil
	}
	text, err := os.ReadFile(namespaceFile)
	if err != nil {
		return fmt.Errorf("set --operator-namespace or POD_NAMESPACE, outside of a cluster there is no other source: %w", err)
	}
	s.namespace = strings.TrimSpace(string(text))
	return nil
}
