package cloudformation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/ir"
)

// partition puts each resource into the nested stack of its top-level
// component, or into "Main". Stacks that need each other become one, with the
// name of the first. One that holds too much is divided, in an order in which
// every part needs only the parts before it.
func (e *emission) partition() []*stack {
	var names []string
	groups := map[string][]*ir.Resource{}
	groupOf := map[string]string{}
	for _, r := range e.p.Resources {
		g := "Main"
		for c := e.components[r.Component]; c != nil; c = e.components[c.Group()] {
			g = c.ID
		}
		if groups[g] == nil {
			names = append(names, g)
		}
		groups[g] = append(groups[g], r)
		groupOf[r.ID] = g
	}
	needs := map[string][]string{}
	for _, r := range e.p.Resources {
		for _, id := range needed(r) {
			if g, h := groupOf[r.ID], groupOf[id]; h != "" && h != g && !slices.Contains(needs[g], h) {
				needs[g] = append(needs[g], h)
			}
		}
	}
	place := make(map[string]int, len(names))
	for i, n := range names {
		place[n] = i
	}
	var stacks []*stack
	for _, component := range components(names, needs) {
		slices.SortFunc(component, func(a, b string) int { return place[a] - place[b] })
		var resources []*ir.Resource
		for _, g := range component {
			resources = append(resources, groups[g]...)
		}
		stacks = append(stacks, e.divide(component[0], resources)...)
	}
	slices.SortFunc(stacks, func(a, b *stack) int { return strings.Compare(a.name, b.name) })
	return stacks
}

// divide makes stacks of resources that belong together: one if they fit.
func (e *emission) divide(name string, resources []*ir.Resource) []*stack {
	if len(resources) > maxResources {
		resources = inOrder(resources)
	}
	var stacks []*stack
	for i := 0; i < len(resources); i += maxResources {
		id := name
		if i > 0 {
			id = fmt.Sprintf("%s%d", name, i/maxResources+1)
		}
		for e.stackNameTaken(id) {
			id += "Stack"
		}
		s := e.newStack(id)
		s.resources = resources[i:min(i+maxResources, len(resources))]
		for _, r := range s.resources {
			e.stackOf[r.ID] = s
		}
		e.ids[id] = true
		stacks = append(stacks, s)
	}
	return stacks
}

func (e *emission) stackNameTaken(id string) bool {
	for _, p := range e.params {
		if p.LogicalID == id {
			return true
		}
	}
	return id == assetBucket || id == assetPrefix
}

// needed returns the IDs of what a resource must wait for.
func needed(r *ir.Resource) []string {
	ids := slices.Clone(r.Options.DependsOn)
	ir.Walk(r.Props, func(v ir.Value) bool {
		if ref, ok := v.(ir.Ref); ok && !slices.Contains(ids, ref.Resource) {
			ids = append(ids, ref.Resource)
		}
		return true
	})
	return ids
}

// inOrder sorts resources so that each comes after what it needs of them, and
// else as they are.
func inOrder(resources []*ir.Resource) []*ir.Resource {
	byID := make(map[string]*ir.Resource, len(resources))
	for _, r := range resources {
		byID[r.ID] = r
	}
	done := make(map[string]bool, len(resources))
	out := make([]*ir.Resource, 0, len(resources))
	var visit func(r *ir.Resource)
	visit = func(r *ir.Resource) {
		if done[r.ID] {
			return
		}
		done[r.ID] = true
		for _, id := range needed(r) {
			if n := byID[id]; n != nil {
				visit(n)
			}
		}
		out = append(out, r)
	}
	for _, r := range resources {
		visit(r)
	}
	return out
}

// components returns the strongly connected components of a graph, by
// Tarjan's algorithm.
func components(names []string, needs map[string][]string) [][]string {
	var (
		found   [][]string
		stack   []string
		index   = map[string]int{} // from 1
		low     = map[string]int{}
		onStack = map[string]bool{}
		visit   func(n string)
	)
	visit = func(n string) {
		index[n] = len(index) + 1
		low[n] = index[n]
		stack = append(stack, n)
		onStack[n] = true
		for _, m := range needs[n] {
			if index[m] == 0 {
				visit(m)
				low[n] = min(low[n], low[m])
			} else if onStack[m] {
				low[n] = min(low[n], index[m])
			}
		}
		if low[n] == index[n] {
			at := slices.Index(stack, n)
			c := slices.Clone(stack[at:])
			stack = stack[:at]
			for _, m := range c {
				onStack[m] = false
			}
			found = append(found, c)
		}
	}
	for _, n := range names {
		if index[n] == 0 {
			visit(n)
		}
	}
	return found
}
