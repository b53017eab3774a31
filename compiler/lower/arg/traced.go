package arg

import (
	"reflect"

	"github.com/sstc/sstc/compiler/ir"
)

// A Tracer makes callbacks keep what they are called with. By that, what a
// callback does can be told without calling it again.
type Tracer struct{ seen map[any]*Traced }

// A Traced callback stands for one of the user's.
type Traced struct {
	// Of is what the frontend gave for the callback.
	Of    ir.Opaque
	Calls []TracedCall

	tracer *Tracer
	f      Callback
}

// A TracedCall is one call of a [Traced] callback.
type TracedCall struct {
	Args, Changed []ir.Value // before and after
	Result        ir.Value
}

// Trace returns v with each callback in it replaced by one that is traced: the
// same for the same callback, as far as the frontend knows it again.
func (t *Tracer) Trace(v ir.Value) ir.Value {
	callback := func(v ir.Value) (ir.Opaque, Callback) {
		o, ok := v.(ir.Opaque)
		if _, traced := o.X.(*Traced); !ok || traced {
			return o, nil
		}
		return o, (Value{V: v}).Callback()
	}
	found := false
	ir.Walk(v, func(v ir.Value) bool {
		_, f := callback(v)
		found = found || f != nil
		return !found
	})
	if !found {
		return v
	}
	return ir.Map(v, func(v ir.Value) ir.Value {
		if o, f := callback(v); f != nil {
			return ir.Opaque{X: t.Callback(o, f)}
		}
		return v
	})
}

// Callback traces one callback. Of is what the frontend gave for it, if that was
// a value.
func (t *Tracer) Callback(of ir.Opaque, f Callback) *Traced {
	known := of.X != nil && reflect.TypeOf(of.X).Comparable()
	if known && t.seen[of.X] != nil {
		return t.seen[of.X]
	}
	traced := &Traced{Of: of, f: f, tracer: t}
	if known {
		if t.seen == nil {
			t.seen = map[any]*Traced{}
		}
		t.seen[of.X] = traced
	}
	return traced
}

// Callback is how [Value] finds the callback.
func (t *Traced) Callback() Callback { return t.call }

// call calls the callback. Callbacks among what it gives are traced too.
func (t *Traced) call(args ...ir.Value) (ir.Value, []ir.Value, error) {
	result, changed, err := t.f(args...)
	if err != nil {
		return nil, nil, err
	}
	result = t.tracer.Trace(result)
	traced := make([]ir.Value, len(changed))
	for i, v := range changed {
		traced[i] = t.tracer.Trace(v)
	}
	t.Calls = append(t.Calls, TracedCall{Args: args, Changed: traced, Result: result})
	return result, traced, nil
}
