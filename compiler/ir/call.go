package ir

import (
	"encoding/base64"
	"math"
	"net/url"
	"strconv"
	"strings"
)

// A Func is a function that at least one target can apply at deployment. An
// emitter whose target cannot says so in a diagnostic.
type Func string

// The functions, with their arguments. Those marked TF only Terraform has.
const (
	FuncIndex        Func = "index"        // (list, Number) or (object, String): an element or a nested attribute
	FuncSplit        Func = "split"        // (separator, string) → list
	FuncJoin         Func = "join"         // (separator, list) → string
	FuncJSONEncode   Func = "jsonencode"   // (any) → string
	FuncJSONDecode   Func = "jsondecode"   // (string) → any; TF
	FuncBase64Encode Func = "base64encode" // (string) → string, of its UTF-8 bytes
	FuncBase64Decode Func = "base64decode" // (string) → string; TF and Pulumi
	FuncUpper        Func = "upper"        // (string) → string; TF
	FuncLower        Func = "lower"        // (string) → string; TF
	FuncTrim         Func = "trim"         // (string) → string without white space at both ends; TF
	FuncReplace      Func = "replace"      // (string, old, new): every literal occurrence; TF
	FuncReplaceFirst Func = "replacefirst" // (string, old, new): the first literal occurrence; TF
	FuncURLEncode    Func = "urlencode"    // (string) → string, as encodeURIComponent does; TF
	FuncLength       Func = "length"       // (list or string) → number; TF
	FuncToNumber     Func = "tonumber"     // (string) → number; TF
	FuncToString     Func = "tostring"     // (number or bool) → string
	FuncFlatten      Func = "flatten"      // (list of lists) → list; TF
	FuncSecret       Func = "secret"       // (any): the value itself, hidden from logs and plans
	FuncPluck        Func = "pluck"        // (list, String): that attribute of each element; TF
	// (list of objects, String, value[, Number]): the element whose attribute
	// of that name has the value; TF. A target that cannot search takes the
	// element at the number, which is given if all elements are asked for and
	// it does not matter in which order.
	FuncFind Func = "find"

	// CloudFormation's own, only in the cfn dialect. Others that begin with
	// "Fn::" have the arguments that CloudFormation gives them.
	FuncIf        Func = "Fn::If"        // (String, any, any): by the name of a condition
	FuncFindInMap Func = "Fn::FindInMap" // (map, key, key[, object])
	FuncImport    Func = "Fn::ImportValue"
	FuncGetAZs    Func = "Fn::GetAZs"    // (region) → list
	FuncCidr      Func = "Fn::Cidr"      // (block, count[, bits]) → list
	FuncTransform Func = "Fn::Transform" // (object)
	FuncAnd       Func = "Fn::And"       // of conditions, as are the three that follow
	FuncOr        Func = "Fn::Or"
	FuncNot       Func = "Fn::Not"
	FuncEquals    Func = "Fn::Equals"
	FuncCondition Func = "Condition" // (String): the condition with that name
)

// NewCall returns fn applied to args, computed now if everything is known and
// the function's result is defined for it, else a Call.
func NewCall(fn Func, args ...Value) Value {
	if v := fold(fn, args); v != nil {
		return v
	}
	return Call{fn, args}
}

func fold(fn Func, args []Value) Value {
	switch fn {
	case FuncIndex:
		switch key := args[1].(type) {
		case Number:
			if l, ok := args[0].(List); ok && key >= 0 && int(key) < len(l) && float64(int(key)) == float64(key) {
				return l[int(key)]
			}
		case String:
			if o, ok := args[0].(*Object); ok {
				if v := o.Get(string(key)); v != nil {
					return v
				}
			}
		}
		return nil
	case FuncSecret:
		return nil
	case FuncJSONEncode:
		if Known(args[0]) {
			return String(EncodeJSON(args[0]))
		}
		return nil
	case FuncJSONDecode:
		if s, ok := args[0].(String); ok {
			if v, err := DecodeJSON(string(s)); err == nil {
				return v
			}
		}
		return nil
	case FuncJoin:
		sep, ok := args[0].(String)
		list, isList := args[1].(List)
		if !ok || !isList {
			return nil
		}
		parts := make([]any, 0, 2*len(list))
		for i, e := range list {
			if i > 0 {
				parts = append(parts, sep)
			}
			parts = append(parts, e)
		}
		return Concat(parts...)
	case FuncToString:
		switch v := args[0].(type) {
		case Number, Bool, String:
			return Concat(v)
		}
		return nil
	case FuncLength:
		switch v := args[0].(type) {
		case String:
			return Number(len([]rune(string(v))))
		case List:
			return Number(len(v))
		}
		return nil
	}
	s := make([]string, len(args))
	for i, a := range args {
		str, ok := a.(String)
		if !ok {
			return nil
		}
		s[i] = string(str)
	}
	switch fn {
	case FuncSplit:
		return Of(strings.Split(s[1], s[0]))
	case FuncBase64Encode:
		return String(base64.StdEncoding.EncodeToString([]byte(s[0])))
	case FuncBase64Decode:
		if b, err := base64.StdEncoding.DecodeString(s[0]); err == nil {
			return String(b)
		}
	case FuncUpper:
		return String(strings.ToUpper(s[0]))
	case FuncLower:
		return String(strings.ToLower(s[0]))
	case FuncTrim:
		return String(strings.TrimSpace(s[0]))
	case FuncReplace:
		return String(strings.ReplaceAll(s[0], s[1], s[2]))
	case FuncReplaceFirst:
		return String(strings.Replace(s[0], s[1], s[2], 1))
	case FuncURLEncode:
		return String(strings.ReplaceAll(url.QueryEscape(s[0]), "+", "%20"))
	case FuncToNumber:
		if f, err := strconv.ParseFloat(s[0], 64); err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) {
			return Number(f)
		}
	}
	return nil
}

// FormatNumber writes f as JavaScript does: whole numbers without a point,
// others in the fewest digits that read back as f.
func FormatNumber(f float64) string {
	if f == math.Trunc(f) && math.Abs(f) < 1e21 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	s := strconv.FormatFloat(f, 'g', -1, 64)
	return strings.Replace(strings.Replace(s, "e-0", "e-", 1), "e+0", "e+", 1)
}
