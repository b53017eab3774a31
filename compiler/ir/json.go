package ir

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// EncodeJSON writes a known value as JSON, the way JSON.stringify does: no
// spaces, keys in their order, no escaping of HTML. An unknown value inside
// panics: callers check with [Known].
func EncodeJSON(v Value) string {
	var b strings.Builder
	encodeJSON(&b, v)
	return b.String()
}

func encodeJSON(b *strings.Builder, v Value) {
	switch v := v.(type) {
	case nil, Null:
		b.WriteString("null")
	case Bool:
		fmt.Fprintf(b, "%t", bool(v))
	case Number:
		b.WriteString(FormatNumber(float64(v)))
	case String:
		b.WriteString(QuoteJSON(string(v)))
	case List:
		b.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			encodeJSON(b, e)
		}
		b.WriteByte(']')
	case *Object:
		b.WriteByte('{')
		for i := range v.Len() {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(QuoteJSON(v.Fields[i].Key))
			b.WriteByte(':')
			encodeJSON(b, v.Fields[i].Value)
		}
		b.WriteByte('}')
	default:
		panic(fmt.Sprintf("ir.EncodeJSON: a %T is not known", v))
	}
}

// QuoteJSON returns s as a JSON string literal, escaping only what JSON
// requires (and U+2028 and U+2029, which encoding/json always escapes).
func QuoteJSON(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

// DecodeJSON reads one JSON value, keeping the order of keys. Of a repeated
// key the last value wins, in the place of the first, as JSON.parse has it.
func DecodeJSON(s string) (Value, error) {
	d := json.NewDecoder(strings.NewReader(s))
	v, err := decodeJSON(d)
	if err != nil {
		return nil, err
	}
	if d.More() {
		return nil, errors.New("text after the JSON value")
	}
	return v, nil
}

func decodeJSON(d *json.Decoder) (Value, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case nil:
		return Null{}, nil
	case bool:
		return Bool(t), nil
	case float64:
		return Number(t), nil
	case string:
		return String(t), nil
	case json.Delim:
		if t == '[' {
			l := List{}
			for d.More() {
				e, err := decodeJSON(d)
				if err != nil {
					return nil, err
				}
				l = append(l, e)
			}
			_, err := d.Token()
			return l, err
		}
		o := &Object{}
		index := map[string]int{}
		for d.More() {
			k, err := d.Token()
			if err != nil {
				return nil, err
			}
			e, err := decodeJSON(d)
			if err != nil {
				return nil, err
			}
			key := k.(string)
			if i, ok := index[key]; ok {
				o.Fields[i].Value = e
				continue
			}
			index[key] = len(o.Fields)
			o.Fields = append(o.Fields, Field{key, e})
		}
		_, err := d.Token()
		return o, err
	}
	return nil, fmt.Errorf("unexpected JSON token %v", t)
}
