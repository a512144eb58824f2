package sqltext

// Header is the part of a CREATE statement that says what is created; its
// offsets are bytes of the text it was parsed from.
type Header struct {
	Kind Kind
	// Secure, Temporary, Transient and Recursive tell which of these words
	// stood before the kind.
	Secure, Temporary, Transient, Recursive bool
	// Name has empty outer parts where they were not written.
	Name               Name
	NameStart, NameEnd int
	// Language is that of a routine, folded to upper case; SQL when not given.
	Language string
	// AsOffset is where the body begins: the query, statement, string literal or
	// expression. It is -1 when there is none.
	AsOffset int
}
