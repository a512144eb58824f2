package snowflake

import (
	"context"
	"errors"
	"strings"
)

// Class is what an error means to a caller that has to choose between trying again and giving up.
type Class int

// The classes of errors.
const (
	// None is the class of a nil error.
	None Class = iota
	// Unavailable: Snowflake was not reached, or answered that it cannot serve. Try again.
	Unavailable
	// Throttled: Snowflake was reached and asked for fewer requests. Try again, later.
	Throttled
	// SessionLost: the session had died; it has left the pool. Try again at once.
	SessionLost
	// LoginRefused: user, credential, role or warehouse of the connection was refused.
	LoginRefused
	// Privilege: the role may see the object but not do this to it.
	Privilege
	// NotFound: there is no such object, or the role may not see it: the server does not tell which.
	NotFound
	// AlreadyExists: the name is taken, perhaps by an earlier run of the same statement.
	AlreadyExists
	// Syntax: the statement does not compile.
	Syntax
	// Timeout: the statement ran out of time, at the server or here.
	Timeout
	// Canceled: somebody stopped the statement.
	Canceled
	// ConcurrentChange: somebody else's work on the same objects was in the way. Try again.
	ConcurrentChange
	// Other is any other refusal.
	Other
)

var classNames = map[Class]string{
	None: "None", Unavailable: "Unavailable", Throttled: "Throttled", SessionLost: "SessionLost",
	LoginRefused: "LoginRefused", Privilege: "Privilege", NotFound: "NotFound", AlreadyExists: "AlreadyExists",
	Syntax: "Syntax", Timeout: "Timeout", Canceled: "Canceled", ConcurrentChange: "ConcurrentChange", Other: "Other",
}

// String is the name of the class, fit for a metric's label.
func (c Class) String() string { return classNames[c] }

// Snowflake's error numbers that callers ask for by HasNumber.
const (
	// NumberUnsupportedFeature is 000002: this edition or object does not know the feature.
	NumberUnsupportedFeature = 2
	// NumberCanceled is 000604: the statement was cancelled.
	NumberCanceled = 604
	// NumberNotExecuting is 000605: the statement to cancel is not running.
	NumberNotExecuting = 605
	// NumberNoWarehouse is 000606: the statement needs a warehouse and the session has none that runs.
	NumberNoWarehouse = 606
	// NumberLocked is 000625: too many statements wait for the same lock (L13).
	NumberLocked = 625
	// NumberStatementTimeout is 000630: STATEMENT_TIMEOUT_IN_SECONDS has passed (L4).
	NumberStatementTimeout = 630
	// NumberDataNotAvailable is 000707: a change in the source disturbed a clone (C39), or Time Travel does not reach
	// back so far (C40). Only the caller knows which, by whether it asked for a moment in the past.
	NumberDataNotAvailable = 707
	// NumberInvalidIdentifier is 000904: a column does not exist.
	NumberInvalidIdentifier = 904
	// NumberSyntax is 001003: syntax error.
	NumberSyntax = 1003
	// NumberPolicyAttached is 001492: the object still has a policy.
	NumberPolicyAttached = 1492
	// NumberAlreadyExists is 002002: the name is taken; also the shape of a rename in the source during a clone (C38).
	NumberAlreadyExists = 2002
	// NumberNotFound is 002003: the object does not exist or the role may not see it.
	NumberNotFound = 2003
	// NumberContainerNotFound is 002043: the container of a SHOW, USE or ALTER does not exist.
	NumberContainerNotFound = 2043
	// NumberTransientSource is 002120: a transient source needs CREATE TRANSIENT … CLONE (C12).
	NumberTransientSource = 2120
	// NumberPrivilege is 003001: insufficient privileges.
	NumberPrivilege = 3001
	// NumberGrantPartial is 003011: some privileges of a bulk grant were not granted (P7).
	NumberGrantPartial = 3011
	// NumberDependentGrants is 003036: GRANT OWNERSHIP needs COPY or REVOKE CURRENT GRANTS (P1).
	NumberDependentGrants = 3036
	// NumberRootNotSuspended is 091421: the root of the task graph must be suspended first (R6).
	NumberRootNotSuspended = 91421
	// NumberHybridClone is 391411: hybrid tables cannot be cloned like this.
	NumberHybridClone = 391411
	// NumberTagging is 391801: this kind of object cannot be tagged.
	NumberTagging = 391801
)

// classByNumber is the whole of the classification. Numbers from 260000 to 279999 are the driver's own (its errors.go);
// the others are the server's, listed in the fact sheet's section on errors.
var classByNumber = map[int]Class{
	604: Canceled, 630: Timeout,
	// L13 and C39: work of others on the same objects.
	625: ConcurrentChange, 707: ConcurrentChange,
	904: Syntax, 1003: Syntax,
	2002: AlreadyExists,
	2003: NotFound, 2043: NotFound,
	3001: Privilege, 3011: Privilege,

	// The session or one of its tokens is gone.
	390104: SessionLost, 390110: SessionLost, 390111: SessionLost, 390112: SessionLost, 390113: SessionLost,
	390114: SessionLost, 390115: SessionLost, 390195: SessionLost, 390318: SessionLost,

	// User, password, key, token, role or warehouse was refused.
	390100: LoginRefused, 390144: LoginRefused, 390189: LoginRefused, 390201: LoginRefused, 390303: LoginRefused,
	394300: LoginRefused, 394301: LoginRefused, 394302: LoginRefused, 394303: LoginRefused, 394304: LoginRefused,
	394305: LoginRefused, 394306: LoginRefused, 394307: LoginRefused,
	// The driver's: the host answered a login with 401 or 403, or the configuration is not complete.
	260000: LoginRefused, 260001: LoginRefused, 260002: LoginRefused, 260008: LoginRefused, 260010: LoginRefused,
	260016: LoginRefused, 260020: LoginRefused,

	// The driver's: an HTTP status that it does not retry, or not any more.
	260007: Unavailable, 261000: Unavailable, 261001: Unavailable, 261002: Unavailable, 261003: Unavailable,
	261004: Unavailable, 261010: Unavailable, 262000: Unavailable,
}

// deadNumbers are the errors after which a session never works again. The driver reports them for ever and never
// says driver.ErrBadConn, so that one dead session would poison its pool.
var deadNumbers = map[int]bool{
	390104: true, 390111: true, 390112: true, 390113: true, 390114: true, 390115: true, 390195: true, 390318: true,
}

// ClassOf judges an error by its number alone; by its type where there is none. An error that did not come from this
// package is Other.
func ClassOf(err error) Class {
	if err == nil {
		return None
	}
	refused, ok := errors.AsType[*Error](err)
	if !ok {
		return classOfForeign(err)
	}
	if refused.Number == 0 {
		return refused.class
	}
	class, ok := classByNumber[refused.Number]
	switch {
	case !ok && refused.login:
		return LoginRefused
	case !ok:
		return Other
	case refused.login && class == SessionLost:
		// A token that has expired before the login (390318) is a refused login: trying again does not renew it.
		return LoginRefused
	}
	return class
}

// classOfForeign judges errors that were made elsewhere, such as a context's.
func classOfForeign(err error) Class {
	switch {
	case errors.Is(err, context.Canceled):
		return Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return Timeout
	}
	return Other
}

// transportClass judges the driver's errors that have no number: its last word after all retries. The HTTP status of
// that last try stands only in the text (gosnowflake 2.1.0, retry.go), so this one text is read; a test holds it.
func transportClass(err error) Class {
	if strings.Contains(err.Error(), "HTTP Status: 429.") {
		return Throttled
	}
	return Unavailable
}

// isDead says whether a session that returned err must leave its pool.
func isDead(err error) bool {
	refused, ok := errors.AsType[*Error](err)
	return ok && deadNumbers[refused.Number]
}
