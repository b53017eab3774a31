package translate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

// breakCycles takes the cycles out of the references between resources.
//
// A program in the pulumi dialect has none. Folding makes them: a bucket whose
// notifications are its own property refers to the function, which refers to
// the bucket. Since every cycle passes through a resource that others were
// folded into, it opens when the references to that one are replaced by its
// literal name or by the ARN that follows from it. What is lost is only that
// the others wait for it, which they must not.
//
// Where there is no such name (an event rule), the resource stops waiting for
// what its parts were to wait for: the rule's permission to call a function
// that is its target, which refers to the rule. S3 alone looks at permissions
// when it is told a target, and buckets have names.
//
// One without a name of its own is not given one here: it would be another
// name than before, and CloudFormation would replace what is there.
func (t *translator) breakCycles() {
	for _, component := range t.cycles() {
		in := make(map[string]bool, len(component))
		for _, r := range component {
			in[r.ID] = true
		}
		for _, hub := range component {
			if !t.hubs[hub.ID] {
				continue
			}
			literals := t.literalsOf(hub)
			for _, r := range component {
				t.enter(r)
				r.Props, _ = ir.Map(r.Props, func(v ir.Value) ir.Value {
					if ref, ok := v.(ir.Ref); ok && ref.Resource == hub.ID {
						if l, ok := literals[ref.Attr]; ok {
							return l
						}
					}
					return v
				}).(*ir.Object)
				r.Options.DependsOn = slices.DeleteFunc(r.Options.DependsOn, func(id string) bool { return id == hub.ID })
			}
		}
	}
	for _, component := range t.cycles() {
		for _, hub := range component {
			if t.hubs[hub.ID] && hub.Type != "AWS::S3::Bucket" {
				hub.Options.DependsOn = slices.DeleteFunc(hub.Options.DependsOn, func(id string) bool {
					return slices.ContainsFunc(component, func(r *ir.Resource) bool { return r.ID == id })
				})
			}
		}
	}
	for _, component := range t.cycles() {
		first := component[0]
		t.enter(first)
		var names []string
		for _, r := range component {
			names = append(names, r.Name)
		}
		slices.Sort(names)
		remedy := ""
		for _, r := range component {
			if t.hubs[r.ID] && rowOfCFN(r.Type).literals != nil {
				remedy = fmt.Sprintf(" Give %q a name of its own, so that the others can be told it beforehand.", r.Name)
			}
		}
		t.fail(diag.DependencyCycle, "Dependency cycle", fmt.Sprintf(
			"In CloudFormation, %s need each other, because some of them are parts of others there.%s", diag.Words(slices.Compact(names)), remedy))
	}
}

func (t *translator) enter(r *ir.Resource) {
	t.subject = subject{fmt.Sprintf("The resource %q (%s)", r.Name, r.Type), r.Component, r.Range}
}

// literalsOf returns the attributes of a resource that follow from its own
// properties.
func (t *translator) literalsOf(r *ir.Resource) map[string]ir.Value {
	row := rowOfCFN(r.Type)
	if row == nil || row.literals == nil {
		return nil
	}
	out := map[string]ir.Value{}
	for attr, template := range row.literals {
		known := true
		v := expand(template, func(name string) ir.Value {
			v := r.Props.Get(strings.TrimPrefix(name, "="))
			known = known && v != nil
			ir.Walk(v, func(v ir.Value) bool {
				_, isRef := v.(ir.Ref)
				known = known && !isRef
				return known
			})
			return v
		})
		if known {
			out[attr] = v
		}
	}
	return out
}

// cycles returns the sets of resources that need each other (the strongly
// connected components with more than one member or a reference to itself), by
// Tarjan's algorithm.
func (t *translator) cycles() [][]*ir.Resource {
	var (
		found   [][]*ir.Resource
		stack   []*ir.Resource
		index   = make(map[string]int, len(t.order)) // from 1
		low     = make(map[string]int, len(t.order))
		onStack = make(map[string]bool, len(t.order))
		visit   func(r *ir.Resource)
	)
	visit = func(r *ir.Resource) {
		index[r.ID] = len(index) + 1
		low[r.ID] = index[r.ID]
		stack = append(stack, r)
		onStack[r.ID] = true
		needs := append(refsOf(r), r.Options.DependsOn...)
		for _, id := range needs {
			n := t.made[id]
			switch {
			case n == nil:
			case index[id] == 0:
				visit(n)
				low[r.ID] = min(low[r.ID], low[id])
			case onStack[id]:
				low[r.ID] = min(low[r.ID], index[id])
			}
		}
		if low[r.ID] != index[r.ID] {
			return
		}
		at := slices.Index(stack, r)
		component := slices.Clone(stack[at:])
		stack = stack[:at]
		for _, m := range component {
			onStack[m.ID] = false
		}
		if len(component) > 1 || slices.Contains(needs, r.ID) {
			found = append(found, component)
		}
	}
	for _, r := range t.order {
		if index[r.ID] == 0 {
			visit(r)
		}
	}
	return found
}
