package document

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// Vietnam is the zone of every date and hour in a policy. The country has had
// no daylight saving since long before the first rule, so a fixed offset is
// exact and needs no zone database on the machine.
func Vietnam() *time.Location { return vietnam }

var vietnam = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

// Text reads a text of 1 to limit characters without control characters.
func (n Node) Text(what string, limit int) (string, bool) {
	var s string
	switch x := n.ast.(type) {
	case nil:
		return "", false
	case *ast.StringNode:
		s = x.Value
	case *ast.LiteralNode:
		s = strings.TrimSpace(x.Value.Value)
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		n.Fault(fmt.Sprintf("%s must be text, not %s", what, n.kind()), "put it in quotes")
		return "", false
	default:
		n.wrongType(what, "text")
		return "", false
	}
	switch {
	case s == "":
		n.Fault(what+" is empty", "")
	case utf8.RuneCountInString(s) > limit:
		n.Fault(fmt.Sprintf("%s is longer than %d characters", what, limit), "")
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }):
		n.Fault(what+" holds control characters", "")
	default:
		return s, true
	}
	return "", false
}

// Bool reads true or false.
func (n Node) Bool(what string) (value, ok bool) {
	if n.ast == nil {
		return false, false
	}
	b, ok := n.ast.(*ast.BoolNode)
	if !ok {
		n.wrongType(what, "true or false")
		return false, false
	}
	return b.Value, true
}

// Int reads a whole number between low and high.
func (n Node) Int(what string, low, high int) (int, bool) {
	if n.ast == nil {
		return 0, false
	}
	x, ok := n.ast.(*ast.IntegerNode)
	if !ok {
		n.wrongType(what, "a whole number")
		return 0, false
	}
	value, err := strconv.Atoi(x.Token.Value)
	if err != nil || value < low || value > high {
		n.Fault(fmt.Sprintf("%s must be a whole number between %d and %d", what, low, high), "")
		return 0, false
	}
	return value, true
}

// Share reads a number above or at low and up to 1.
func (n Node) Share(what string, low float64) (float64, bool) {
	var v float64
	switch x := n.ast.(type) {
	case nil:
		return 0, false
	case *ast.FloatNode:
		v = x.Value
	case *ast.IntegerNode:
		whole, ok := n.Int(what, 0, 1)
		if !ok {
			return 0, false
		}
		v = float64(whole)
	default:
		n.wrongType(what, "a number")
		return 0, false
	}
	if !(v >= low && v <= 1) { // written so that NaN fails
		n.Fault(fmt.Sprintf("%s must be between %v and 1", what, low), "")
		return 0, false
	}
	return v, true
}

// Duration reads a length of time such as 500ms, 20s, 1h30m or 7d.
func (n Node) Duration(what string, low, high time.Duration) (time.Duration, bool) {
	if n.ast == nil {
		return 0, false
	}
	text := ""
	if s, ok := n.ast.(*ast.StringNode); ok {
		text = s.Value
	}
	d, ok := parseDuration(text)
	if !ok {
		n.Fault(fmt.Sprintf("%s must be a length of time", what), "for example 500ms, 20s, 24h or 7d")
		return 0, false
	}
	if d < low || d > high {
		n.Fault(fmt.Sprintf("%s must be between %s and %s", what, low, high), "")
		return 0, false
	}
	return d, true
}

func parseDuration(s string) (time.Duration, bool) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		return time.Duration(n) * 24 * time.Hour, err == nil
	}
	d, err := time.ParseDuration(s)
	return d, err == nil
}

// Day reads a date as the first moment of that day in Vietnam.
func (n Node) Day(what string) (time.Time, bool) {
	if n.ast == nil {
		return time.Time{}, false
	}
	if s, ok := n.ast.(*ast.StringNode); ok {
		if t, err := time.ParseInLocation(time.DateOnly, s.Value, Vietnam()); err == nil {
			return t, true
		}
	}
	n.Fault(what+" must be a date", "for example 2026-01-31")
	return time.Time{}, false
}

// Moment reads a time with its zone.
func (n Node) Moment(what string) (time.Time, bool) {
	if n.ast == nil {
		return time.Time{}, false
	}
	if s, ok := n.ast.(*ast.StringNode); ok {
		if t, err := time.Parse(time.RFC3339, s.Value); err == nil {
			return t, true
		}
	}
	n.Fault(what+" must be a time with its zone", "for example 2026-12-01T22:00:00+07:00")
	return time.Time{}, false
}

// Rate reads a number of events for a second, minute or hour: 50/s, 600/m, 1000/h.
func (n Node) Rate(what string, high int) (events int, per time.Duration, ok bool) {
	if n.ast == nil {
		return 0, 0, false
	}
	if s, isText := n.ast.(*ast.StringNode); isText {
		events, per, ok = parseRate(s.Value)
	}
	if !ok {
		n.Fault(what+" must be a rate", "for example 50/s, 600/m or 1000/h")
		return 0, 0, false
	}
	if events < 1 || events > high {
		n.Fault(fmt.Sprintf("%s must be between 1 and %d", what, high), "")
		return 0, 0, false
	}
	return events, per, true
}

func parseRate(s string) (int, time.Duration, bool) {
	count, unit, found := strings.Cut(s, "/")
	n, err := strconv.ParseUint(count, 10, 31)
	if !found || err != nil {
		return 0, 0, false
	}
	switch unit {
	case "s":
		return int(n), time.Second, true
	case "m":
		return int(n), time.Minute, true
	case "h":
		return int(n), time.Hour, true
	}
	return 0, 0, false
}

// Inside is the place in the file of a character inside a text value, given
// its line and column (from 1) in the value. Where folding makes the two
// differ it is the start of the value.
func (n Node) Inside(line, column int) Position {
	at := n.At()
	switch x := n.ast.(type) {
	case *ast.LiteralNode:
		if x.Start.Type == token.LiteralType {
			first, indent := n.src.firstText(at.Line + 1)
			return Position{first + line - 1, indent + column}
		}
	case *ast.StringNode:
		if line == 1 && !strings.Contains(strings.TrimSpace(x.Token.Origin), "\n") {
			return Position{at.Line, at.Column + written(n.src.line(at.Line), at.Column, column-1)}
		}
	}
	return at
}

// written is the number of characters that the first n characters of a value
// take in the file, its quote and escapes included.
func written(line string, column, n int) int {
	raw := []rune(line)
	if column-1 >= len(raw) {
		return n
	}
	raw = raw[column-1:]
	quote := raw[0]
	if quote != '\'' && quote != '"' {
		return n
	}
	i := 1
	for ; n > 0 && i < len(raw); n-- {
		if quote == '"' && raw[i] == '\\' || quote == '\'' && raw[i] == '\'' {
			i++
		}
		i++
	}
	return i + n
}
