package sqltext

// TokenKind classifies tokens.
type TokenKind uint8

// The kinds of tokens.
const (
	// Other is a byte that begins nothing known. The lexer never fails.
	Other TokenKind = iota
	// Space is a run of blanks and line ends.
	Space
	// Comment is -- or // to the end of the line, or /* … */.
	Comment
	// Word is a bare identifier or keyword; letters outside ASCII belong to it.
	Word
	// QuotedIdent is "…", a doubled quote inside standing for one.
	QuotedIdent
	// String is '…' with doubled quotes and backslash escapes.
	String
	// DollarString is $$…$$, without any escapes.
	DollarString
	// Number is a numeric literal without its sign.
	Number
	// StageSign is the @ before the name of a stage.
	StageSign
	// StagePath is what follows a stage's name, from its first slash.
	StagePath
	// Bind is :name or :1.
	Bind
	// Variable is $name, $1 or &name.
	Variable
	// Operator is punctuation, of up to three bytes.
	Operator
	// Unterminated is a quote or comment that the end of the text cut off.
	Unterminated
)

// Token is one piece of a text.
type Token struct {
	Kind TokenKind
	// Text is the piece itself, byte for byte.
	Text string
	// Start is its offset in bytes.
	Start int
}

// Lex cuts Snowflake SQL into tokens. The texts of the tokens joined are the
// input, whatever it holds: Lex never fails, and a byte that begins nothing
// known is a token of its own.
func Lex(text string) []Token {
	if text == "" {
		return nil
	}
	tokens := make([]Token, 0, len(text)/4+1)
	for lex := (lexer{text: text}); lex.pos < len(text); {
		var t token
		lex.next(&t)
		tokens = append(tokens, Token{Kind: t.kind, Text: text[t.start:t.end], Start: t.start})
	}
	return tokens
}

// token is a Token without its text: the scanner reads millions of them.
type token struct {
	start, end int
	kind       TokenKind
	// op is the first byte of an operator, and zero for everything else. Longer
	// operators that the rules know have letters of their own, see operators.
	op  byte
	key keyword
}

// Operators of several bytes, as token.op names them.
const (
	opArrow     byte = 'a' // =>
	opCast      byte = 'c' // ::
	opAssign    byte = 'l' // :=
	opLambda    byte = 'm' // ->
	opFlow      byte = 'f' // ->>
	opConcat    byte = 'o' // ||
	opNotEqual  byte = 'n' // != and <>
	placeholder byte = 'p' // where a template or f-string holds code
)

// meaningful appends to tokens those of text without blanks and comments, and
// returns the last one as cut if the end of the text cut it off: only the last
// can be.
func meaningful(text string, tokens []token) (all []token, cut *token) {
	for lex := (lexer{text: text}); lex.pos < len(text); {
		if tokens, cut = lex.statement(tokens); cut != nil {
			break
		}
	}
	return tokens, cut
}

// statement appends the tokens up to the next semicolon, or the end of the text,
// without blanks and comments. It returns the last one as cut if the end of the
// text cut it off.
func (l *lexer) statement(tokens []token) (all []token, cut *token) {
	for l.pos < len(l.text) {
		if isBlank(l.text[l.pos]) {
			l.stage = false
			l.blanks()
			continue
		}
		tokens = append(tokens, token{})
		t := &tokens[len(tokens)-1]
		switch l.next(t); {
		case t.kind == Space, t.kind == Comment:
			tokens = tokens[:len(tokens)-1]
		case t.kind == Unterminated:
			return tokens, t
		case t.op == ';':
			return tokens, nil
		}
	}
	return tokens, nil
}
