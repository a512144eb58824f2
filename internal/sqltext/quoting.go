package sqltext

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// quoting is a way of writing text inside a literal: how its content is decoded,
// and how a replacement is encoded for it.
type quoting struct {
	// quote closes the literal: ', ", `, or three of them.
	quote string
	// doubled means that a doubled quote stands for one.
	doubled bool
	// escapes says what a backslash does.
	escapes escapeRule
	// holes says how code is embedded.
	holes holeRule
	// lone means that a single quote, of a literal that three of them close, may
	// stand for itself where text is written.
	lone bool
}

type escapeRule uint8

const (
	escapesNone   escapeRule = iota // a backslash is itself ($$…$$)
	escapesSQL                      // \n, \', \\, \x41, \u0041, \101; others stand for their letter
	escapesJS                       // the same, and \u{1F600}; a line end vanishes
	escapesPython                   // others keep their backslash
	escapesRaw                      // kept, but they protect a quote (r'…')
)

type holeRule uint8

const (
	holesNone    holeRule = iota
	holesDollar           // ${code}
	holesBraces           // {code}, {{ stands for {
	holesInterop          // ${code} and $name, $$ stands for $
)

var (
	sqlString = quoting{quote: "'", doubled: true, escapes: escapesSQL}
	dollars   = quoting{quote: "$$"}
)

// decode returns what a literal's content stands for and how its offsets relate
// to those of the content. Embedded code is decoded to one zero byte.
func (q quoting) decode(content string) (string, []mark, bool) {
	if !q.special(content) {
		return content, nil, true
	}
	d := decoder{quoting: q, content: content, quoteAt: -1}
	if q == sqlString {
		d.marks = make([]mark, 0, strings.Count(content, "''")+strings.Count(content, `\`))
	}
	ok := d.all()
	return d.text.String(), d.marks, ok
}

// decodesTo tells whether a content stands for text.
func (q quoting) decodesTo(content, text string) bool {
	if !q.special(content) {
		return content == text
	}
	d := decoder{quoting: q, content: content, quoteAt: -1, unmarked: true}
	return d.all() && d.text.String() == text
}

// special tells whether anything in content does not stand for itself.
func (q quoting) special(content string) bool {
	return q.doubled && strings.Contains(content, q.quote) ||
		q.escapes != escapesNone && q.escapes != escapesRaw && strings.IndexByte(content, '\\') >= 0 ||
		q.holes == holesBraces && strings.ContainsAny(content, "{}") ||
		q.holes != holesNone && strings.IndexByte(content, '$') >= 0
}

type decoder struct {
	quoting
	content string
	pos     int
	text    strings.Builder
	marks   []mark
	// unmarked means that nobody asks for marks.
	unmarked bool
	// quoteAt is where the next quote stands, once it has been looked for.
	quoteAt int
}

// all decodes the whole content.
func (d *decoder) all() bool {
	d.text.Grow(len(d.content))
	for d.plain(); d.pos < len(d.content); d.plain() {
		if !d.step() {
			return false
		}
	}
	return true
}

// plain copies what stands for itself.
func (d *decoder) plain() {
	if d.quoting == sqlString {
		d.plainSQL()
		return
	}
	end := d.pos
	for end < len(d.content) {
		switch d.content[end] {
		case '\\', '{', '}', '$', d.quote[0]:
			d.text.WriteString(d.content[d.pos:end])
			d.pos = end
			return
		}
		end++
	}
	d.text.WriteString(d.content[d.pos:end])
	d.pos = end
}

// plainSQL does the same for SQL's own literals, which may be megabytes long and
// hold nothing special but quotes and backslashes.
func (d *decoder) plainSQL() {
	if d.quoteAt < d.pos {
		d.quoteAt = len(d.content)
		if n := strings.IndexByte(d.content[d.pos:], '\''); n >= 0 {
			d.quoteAt = d.pos + n
		}
	}
	end := d.quoteAt
	if n := strings.IndexByte(d.content[d.pos:end], '\\'); n >= 0 {
		end = d.pos + n
	}
	d.text.WriteString(d.content[d.pos:end])
	d.pos = end
}

// step decodes one character.
func (d *decoder) step() bool {
	c := d.content[d.pos]
	switch {
	case c == '\\' && d.escapes != escapesNone && d.escapes != escapesRaw:
		return d.escape()
	case d.doubled && c == d.quote[0]:
		return d.produce(string(c), 2)
	case d.holes == holesBraces && (c == '{' || c == '}'):
		if d.peek(1) == c {
			return d.produce(string(c), 2)
		}
		return d.produce("\x00", d.holeAt(d.content, d.pos)-d.pos)
	case d.holes == holesDollar && c == '$' && d.peek(1) == '{':
		return d.produce("\x00", d.holeAt(d.content, d.pos)-d.pos)
	case d.holes == holesInterop && c == '$':
		return d.interpolated()
	}
	d.text.WriteByte(c)
	d.pos++
	return true
}

// interpolated decodes $$, $name and ${code} of Scala.
func (d *decoder) interpolated() bool {
	switch next := d.peek(1); {
	case next == '$':
		return d.produce("$", 2)
	case next == '{':
		return d.produce("\x00", d.holeAt(d.content, d.pos)-d.pos)
	case isIdentStart(next):
		return d.produce("\x00", wordEnd(d.content, d.pos+1)-d.pos)
	}
	return d.produce("$", 1)
}

func (d *decoder) peek(n int) byte {
	if d.pos+n < len(d.content) {
		return d.content[d.pos+n]
	}
	return 0
}

// produce writes what n bytes of the content stand for.
func (d *decoder) produce(text string, n int) bool {
	if n <= 0 || d.pos+n > len(d.content) {
		return false
	}
	d.text.WriteString(text)
	d.pos += n
	if !d.unmarked {
		d.marks = append(d.marks, mark{d.text.Len(), d.pos})
	}
	return true
}

// letters are the escapes that SQL, JavaScript, Python, Java and Scala share.
var letters = map[byte]string{
	'n': "\n", 't': "\t", 'r': "\r", 'b': "\b", 'f': "\f", '\\': `\`, '\'': "'", '"': `"`,
}

func (d *decoder) escape() bool {
	next := d.peek(1)
	if d.pos+1 >= len(d.content) {
		return false
	}
	if text, ok := letters[next]; ok {
		return d.produce(text, 2)
	}
	switch {
	case next == '\n' && d.escapes != escapesSQL:
		return d.produce("", 2)
	case next == 'x':
		return d.code(2, 2)
	case next == 'u' && d.peek(2) == '{' && d.escapes == escapesJS:
		return d.braced()
	case next == 'u':
		return d.code(2, 4)
	case next == 'U' && d.escapes == escapesPython:
		return d.code(2, 8)
	case '0' <= next && next <= '7':
		return d.octal()
	case d.escapes == escapesPython:
		return d.produce(d.content[d.pos:d.pos+2], 2)
	}
	_, size := utf8.DecodeRuneInString(d.content[d.pos+1:])
	return d.produce(d.content[d.pos+1:d.pos+1+size], 1+size)
}

// code decodes digits hexadecimal digits that begin skip bytes on. Without them
// the escape stands for its letter.
func (d *decoder) code(skip, digits int) bool {
	if end := d.pos + skip + digits; end <= len(d.content) {
		if r, err := strconv.ParseUint(d.content[d.pos+skip:end], 16, 32); err == nil {
			return d.produce(string(rune(r)), skip+digits)
		}
	}
	return d.produce(d.content[d.pos+1:d.pos+2], 2)
}

func (d *decoder) braced() bool {
	n := strings.IndexByte(d.content[d.pos:], '}')
	if n < 0 {
		return false
	}
	r, err := strconv.ParseUint(d.content[d.pos+3:d.pos+n], 16, 32)
	return err == nil && d.produce(string(rune(r)), n+1)
}

func (d *decoder) octal() bool {
	n := 1
	for n < 3 && '0' <= d.peek(1+n) && d.peek(1+n) <= '7' {
		n++
	}
	r, err := strconv.ParseUint(d.content[d.pos+1:d.pos+1+n], 8, 32)
	return err == nil && d.produce(string(rune(r)), 1+n)
}

// encode writes text for the inside of the literal; false means that the
// literal has no way to say it.
func (q quoting) encode(text string) (string, bool) {
	if isBare(text) && strings.IndexByte(text, '$') < 0 {
		return text, true
	}
	switch {
	case q == dollars:
		return text, !strings.Contains(text, q.quote)
	case q.escapes == escapesNone || q.escapes == escapesRaw:
		if strings.Contains(text, q.quote) || q.escapes == escapesRaw && strings.HasSuffix(text, `\`) || !q.holdsLines(text) {
			return "", false
		}
	case q.doubled:
		text = sqlEscaper.Replace(text)
	default:
		text = strings.ReplaceAll(text, `\`, `\\`)
		if !q.lone || strings.Contains(text, q.quote) {
			text = strings.ReplaceAll(text, q.quote[:1], `\`+q.quote[:1])
		}
		text = strings.NewReplacer("\n", `\n`, "\r", `\r`).Replace(text)
	}
	return q.encodeHoles(text)
}

// holdsLines tells whether the line ends of a text may stand in the literal as they
// are. Three quotes hold them, but compilers read a carriage return as a newline.
func (q quoting) holdsLines(text string) bool {
	if len(q.quote) == 3 {
		return strings.IndexByte(text, '\r') < 0
	}
	return !strings.ContainsAny(text, "\r\n")
}

func (q quoting) encodeHoles(text string) (string, bool) {
	switch q.holes {
	case holesBraces:
		text = strings.NewReplacer("{", "{{", "}", "}}").Replace(text)
	case holesDollar:
		text = strings.ReplaceAll(text, "${", `\${`)
	case holesInterop:
		text = strings.ReplaceAll(text, "$", "$$")
	case holesNone:
	}
	return text, true
}
