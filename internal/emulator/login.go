package emulator

import (
	"context"
	"net/http"
	"strings"

	"github.com/snowclone-dev/snowclone/internal/emulator/account"
	"github.com/snowclone-dev/snowclone/internal/emulator/sql"
)

// serverVersion is what clients are told of the service's release.
const serverVersion = "9.30.0"

// loginRequest is the body of a login, as far as it matters here.
type loginRequest struct {
	Data struct {
		LoginName         string         `json:"LOGIN_NAME"`
		Password          string         `json:"PASSWORD"`
		Authenticator     string         `json:"AUTHENTICATOR"`
		Token             string         `json:"TOKEN"`
		SessionParameters map[string]any `json:"SESSION_PARAMETERS"`
	} `json:"data"`
}

// loginData is the answer to a login.
type loginData struct {
	Token            string      `json:"token"`
	ValiditySeconds  int         `json:"validityInSeconds"`
	MasterToken      string      `json:"masterToken"`
	MasterValidity   int         `json:"masterValidityInSeconds"`
	DisplayUserName  string      `json:"displayUserName"`
	ServerVersion    string      `json:"serverVersion"`
	FirstLogin       bool        `json:"firstLogin"`
	RememberMe       *string     `json:"remMeToken"`
	RememberValidity int         `json:"remMeValidityInSeconds"`
	HealthCheck      int         `json:"healthCheckInterval"`
	SessionID        int64       `json:"sessionId"`
	Parameters       []parameter `json:"parameters"`
	SessionInfo      sessionInfo `json:"sessionInfo"`
}

// sessionInfo is the context in which a session starts.
type sessionInfo struct {
	DatabaseName  *string `json:"databaseName"`
	SchemaName    *string `json:"schemaName"`
	WarehouseName *string `json:"warehouseName"`
	RoleName      string  `json:"roleName"`
}

// loginMethods maps the AUTHENTICATOR of a login to the account's method.
// Drivers that log in with a password leave it out or send SNOWFLAKE.
var loginMethods = map[string]string{
	"":                          account.MethodPassword,
	"SNOWFLAKE":                 account.MethodPassword,
	"USERNAME_PASSWORD_MFA":     account.MethodPassword,
	"SNOWFLAKE_JWT":             account.MethodKeyPair,
	"PROGRAMMATIC_ACCESS_TOKEN": account.MethodAccessToken,
	"OAUTH":                     account.MethodOAuth,
	"WORKLOAD_IDENTITY":         account.MethodWorkloadIdentity,
}

// prepareLogin understands a login. Role, warehouse, database and schema come
// as parameters of the address.
func (s *Server) prepareLogin(r *http.Request) (*call, error) {
	var body loginRequest
	if err := readBody(r, &body); err != nil {
		return nil, err
	}
	address := r.URL.Query()
	want := account.Context{
		Role: storedName(address.Get("roleName")), Warehouse: storedName(address.Get("warehouse")),
		Database: storedName(address.Get("databaseName")), Schema: storedName(address.Get("schemaName")),
	}
	return &call{
		subject: body.Data.LoginName,
		run: func(context.Context) envelope {
			data, err := s.login(body, want)
			if err != nil {
				return failure(err, "")
			}
			return success(data)
		},
	}, nil
}

// storedName reads a name in the connection's settings as an identifier: folded
// to upper case unless it is quoted (N1). What is no identifier stays as it is.
func storedName(text string) string {
	name, err := sql.ParseName(text)
	if err != nil || len(name) != 1 {
		return text
	}
	return name[0]
}

// login checks the credentials and opens a session.
func (s *Server) login(body loginRequest, want account.Context) (*loginData, error) {
	method, known := loginMethods[strings.ToUpper(body.Data.Authenticator)]
	if !known {
		return nil, connectionError(codeNoSuchMethod, "Authentication by "+body.Data.Authenticator+" is not set up for this account.")
	}
	user, err := s.account.Authenticate(account.Credentials{
		Method: method, User: body.Data.LoginName, Password: body.Data.Password, Token: body.Data.Token,
	}, s.clock.Now())
	if err != nil {
		return nil, err
	}
	echo := plainParameters(body.Data.SessionParameters)
	opened, err := s.account.OpenSession(user, want, echo)
	if err != nil {
		return nil, err
	}
	entered := &session{accountSession: opened, user: user, echo: echo}
	given, err := s.sessions.open(entered)
	if err != nil {
		opened.Close()
		return nil, err
	}
	return newLoginData(entered, given), nil
}

func newLoginData(entered *session, given lease) *loginData {
	now := entered.Context()
	return &loginData{
		Token: given.session, ValiditySeconds: int(sessionTokenLife.Seconds()),
		MasterToken: given.master, MasterValidity: int(masterTokenLife.Seconds()),
		DisplayUserName: entered.user, ServerVersion: serverVersion, HealthCheck: 45,
		SessionID: given.sessionID, Parameters: entered.parameterList(),
		SessionInfo: sessionInfo{
			DatabaseName: optional(now.Database), SchemaName: optional(now.Schema),
			WarehouseName: optional(now.Warehouse), RoleName: now.Role,
		},
	}
}

// renewalData is the answer to a renewal of tokens.
type renewalData struct {
	SessionToken    string `json:"sessionToken"`
	SessionValidity int    `json:"validityInSecondsST"`
	MasterToken     string `json:"masterToken"`
	MasterValidity  int    `json:"validityInSecondsMT"`
	SessionID       int64  `json:"sessionId"`
}

// prepareRenewal exchanges the master token, which comes in the place of a
// session token, for fresh tokens.
func (s *Server) prepareRenewal(r *http.Request) (*call, error) {
	var body struct {
		RequestType string `json:"requestType"`
	}
	if err := readBody(r, &body); err != nil {
		return nil, err
	}
	master := bearer(r)
	return &call{run: func(context.Context) envelope {
		given, err := s.sessions.renew(master)
		if err != nil {
			return failure(err, "")
		}
		return success(renewalData{
			SessionToken: given.session, SessionValidity: int(sessionTokenLife.Seconds()),
			MasterToken: given.master, MasterValidity: int(masterTokenLife.Seconds()),
			SessionID: given.sessionID,
		})
	}}, nil
}

// prepareHeartbeat keeps a session from ending for idleness (L8).
func (s *Server) prepareHeartbeat(r *http.Request) (*call, error) {
	beating, err := s.sessions.authenticate(bearer(r))
	if err != nil {
		return nil, err
	}
	return &call{session: beating, run: func(context.Context) envelope {
		s.sessions.touch(beating)
		return success(nil)
	}}, nil
}

// prepareTelemetry takes what drivers report about themselves, and drops it.
func (s *Server) prepareTelemetry(r *http.Request) (*call, error) {
	var body any
	if err := readBody(r, &body); err != nil {
		return nil, err
	}
	return &call{run: func(context.Context) envelope { return success("Log Received") }}, nil
}

// prepareLogout ends a session. Its statements go on for a while (L5).
func (s *Server) prepareLogout(r *http.Request) (*call, error) {
	leaving, err := s.sessions.authenticate(bearer(r))
	if err != nil {
		return nil, err
	}
	if r.URL.Query().Get("delete") != "true" {
		return nil, &requestError{err: errNoDelete}
	}
	return &call{session: leaving, run: func(context.Context) envelope {
		s.leave(leaving)
		return success(nil)
	}}, nil
}

// leave ends a session. What it still runs goes on for the detached delay and
// is cancelled then (L5).
func (s *Server) leave(left *session) {
	if !s.sessions.end(left) {
		return
	}
	running := s.queries.running(left)
	if len(running) == 0 {
		left.Close()
		return
	}
	due := s.clock.After(s.options.DetachedDelay)
	s.spawn(func() {
		defer left.Close()
		for _, q := range running {
			select {
			case <-q.done:
			case <-due:
				s.cancelAll(left)
				return
			}
		}
	})
}

// cancelAll cancels what a session runs and waits for the end of it.
func (s *Server) cancelAll(left *session) {
	running := s.queries.running(left)
	for _, q := range running {
		q.cancel(errCanceled)
	}
	for _, q := range running {
		<-q.done
	}
}
