package script

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/engine"
	"github.com/sstc/sstc/compiler/ir"
)

// FixedClock warns of resources that have the time in them, or expire at a time
// that was counted from it.
func FixedClock(diags *diag.List, program *ir.Program) {
	seconds := engine.Epoch.Unix()
	texts := []string{strconv.FormatInt(seconds, 10), engine.Epoch.Format("2006-01-02T15:04")}
	for _, r := range program.Resources {
		found := false
		ir.Walk(r.Props, func(e ir.Value) bool {
			switch e := e.(type) {
			case ir.String:
				for _, t := range texts {
					found = found || strings.Contains(string(e), t)
				}
			case ir.Number:
				found = found || e == ir.Number(seconds) || e == ir.Number(seconds*1000)
			}
			return !found
		})
		switch {
		case found:
			diags.Warn(diag.FixedClock, r.Range, "Time in a resource",
				fmt.Sprintf("The resource %q (%s) has the time in it, which is %s in every build, so that equal inputs give equal results. What it sets off, happens with the first deployment only. Give it what it depends on instead, such as the digest of a file, or pass the time from outside, as with --env DEPLOYED_AT=$(date +%%s).",
					r.Name, r.Type, engine.Epoch.Format(time.DateOnly)))
		case expired(r.Props):
			diags.Warn(diag.FixedClock, r.Range, "Time in a resource",
				fmt.Sprintf("The resource %q (%s) expires at a time that is counted from now, which is %s in every build, so that equal inputs give equal results: it has expired already, and cannot be deployed. Give it a date, such as new Date(\"2030-01-01\").",
					r.Name, r.Type, engine.Epoch.Format(time.DateOnly)))
		}
	}
}

// expired reports whether a resource expires within two years of the clock's time.
func expired(props *ir.Object) bool {
	for _, f := range props.Fields {
		if !strings.EqualFold(f.Key, "expires") {
			continue
		}
		var at time.Time
		switch v := f.Value.(type) {
		case ir.Number:
			at = time.Unix(int64(v), 0)
		case ir.String:
			var err error
			if at, err = time.Parse(time.RFC3339, string(v)); err != nil {
				continue
			}
		}
		if !at.Before(engine.Epoch) && at.Before(engine.Epoch.AddDate(2, 0, 0)) {
			return true
		}
	}
	return false
}
