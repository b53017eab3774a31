package sstv2

import (
	"encoding/json"
	"fmt"
)

// A request is what the library asks of Go.
type request struct {
	Name string          `json:"name"`
	Arg  json.RawMessage `json:"arg"`
	At   string          `json:"at"` // the stack of the call
}

// host answers the library. Requests and answers are JSON.
func (v *evaluation) host(text string) (string, error) {
	var r request
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return "", err
	}
	return "", fmt.Errorf("the library asks for %q, which there is not. This is a bug in sstc", r.Name)
}
