package preview

import (
	"math"
	"slices"
	"strings"
)

// matches reports whether an event fits a pattern of EventBridge, which
// filters of event sources and of SNS have too. Both are as json.Unmarshal
// makes them.
func matches(pattern, event any) bool {
	p, ok := pattern.(map[string]any)
	if !ok {
		return false
	}
	e, _ := event.(map[string]any)
	for key, want := range p {
		if key == "$or" {
			alternatives, _ := want.([]any)
			if !slices.ContainsFunc(alternatives, func(a any) bool { return matches(a, event) }) {
				return false
			}
			continue
		}
		got, present := e[key]
		switch want := want.(type) {
		case map[string]any:
			if !matches(want, got) {
				return false
			}
		case []any:
			if !slices.ContainsFunc(want, func(w any) bool { return fits(w, got, present) }) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// fits reports whether a value, or one of a list of values, fits one condition
// of a pattern.
func fits(want, got any, present bool) bool {
	if list, ok := got.([]any); ok {
		return slices.ContainsFunc(list, func(g any) bool { return fits(want, g, true) })
	}
	condition, ok := want.(map[string]any)
	if !ok {
		return present && want == got
	}
	for op, x := range condition {
		text, isText := got.(string)
		switch op {
		case "exists":
			return x == present
		case "prefix", "suffix", "equals-ignore-case", "wildcard":
			if o, ok := x.(map[string]any); ok { // {"prefix":{"equals-ignore-case":"a"}}
				x, text = toText(o["equals-ignore-case"]), strings.ToLower(text)
				x = strings.ToLower(x.(string))
			}
			s, _ := x.(string)
			if !isText {
				return false
			}
			switch op {
			case "prefix":
				return strings.HasPrefix(text, s)
			case "suffix":
				return strings.HasSuffix(text, s)
			case "wildcard":
				return wildcard(strings.ReplaceAll(s, "?", "\x00"), text)
			}
			return strings.EqualFold(text, s)
		case "anything-but":
			if !present {
				return false
			}
			switch x := x.(type) {
			case []any:
				return !slices.Contains(x, got)
			case map[string]any:
				return !fits(x, got, present)
			}
			return x != got
		case "numeric":
			n, ok := got.(float64)
			list, _ := x.([]any)
			return ok && numeric(n, list)
		}
	}
	return false
}

func numeric(n float64, list []any) bool {
	for i := 0; i+1 < len(list); i += 2 {
		limit, ok := list[i+1].(float64)
		if !ok {
			return false
		}
		ok = false
		switch list[i] {
		case "=":
			ok = math.Abs(n-limit) < 1e-9
		case "<":
			ok = n < limit
		case "<=":
			ok = n <= limit
		case ">":
			ok = n > limit
		case ">=":
			ok = n >= limit
		}
		if !ok {
			return false
		}
	}
	return true
}
