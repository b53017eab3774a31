package script

import (
	"fmt"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/engine"
	"github.com/sstc/sstc/frontends"
)

// Report makes a diagnostic of what ended the evaluation. Describe, if it is
// not nil, replaces what in an error's text is for the frontend alone.
func Report(diags *diag.List, p *Positions, e *engine.Error, describe func(text string) string) {
	where := p.User(e.Stack)
	var notes []diag.Note
	for c := e.Cause; c != nil; c = c.Cause {
		notes = append(notes, diag.Note{Message: "caused by: " + c.Error(), Subject: p.User(c.Stack).Ptr()})
	}
	switch e.Kind {
	case engine.Forbidden:
		return // Forbidden reports all of them
	case engine.Timeout:
		diags.Add(diag.EvaluationLimit, where, "Evaluation takes too long",
			"The configuration did not finish within the time it is allowed. Is there a loop that does not end? A longer time can be given with --eval-timeout.", notes...)
	case engine.OutOfMemory:
		diags.Add(diag.EvaluationLimit, where, "Evaluation needs too much memory",
			"The configuration used more memory than it is allowed. Is there a list that grows without end?", notes...)
	case engine.StackOverflow:
		diags.Add(diag.EvaluationLimit, where, "Evaluation recurses too deeply",
			"Functions call each other without end.", notes...)
	case engine.Deadlock:
		diags.Add(diag.EvaluationFailed, where, "Evaluation waits for ever",
			"run() waits for a promise that nothing can settle: there is no network and no process that could.", notes...)
	case engine.Exit:
		diags.Add(diag.EvaluationFailed, where, "Configuration exited", "The configuration called process.exit.", notes...)
	default:
		if e.Code == "SSTC_UNKNOWN" {
			diags.Add(diag.UnknownValue, where, "Value not known before deployment", e.Message, notes...)
			return
		}
		if file, ok := strings.CutPrefix(e.Message, "Module not found in bundle: "); ok { // esbuild's, of a computed path
			diags.Add(diag.EvaluationFailed, where, "Module not found", fmt.Sprintf("There is no file %q. An import whose path is computed needs the file's extension too, as in import(`./infra/${name}.ts`).", file), notes...)
			return
		}
		summary := "Error in the configuration"
		if e.Kind == engine.Syntax {
			summary = "Syntax error"
		}
		text := e.Error()
		if e.Name == "Error" {
			text = e.Message
		}
		if e.Unhandled {
			notes = append(notes, diag.Note{Message: "The error rejected a promise that nothing awaits."})
		}
		if describe != nil {
			text = describe(text)
		}
		diags.Add(diag.EvaluationFailed, where, summary, Sentence(text), notes...)
	}
}

// Forbidden reports what the configuration tried and may not do, once for each
// place.
func Forbidden(diags *diag.List, p *Positions, acts []engine.Act) {
	for _, act := range acts {
		at := p.User(act.Stack)
		switch {
		case strings.HasPrefix(act.What, "child_process"):
			diags.Add(diag.Forbidden, at, "Process refused",
				fmt.Sprintf("%s would run %q, and a build runs no programs, so that it gives the same result everywhere. Allow this command with --allow-exec %q, or give its result in an environment variable.", act.What, act.Detail, allowable(act)))
		case strings.HasPrefix(act.What, "fs."):
			may := "A configuration can read files in its workspace, and nothing else."
			if !strings.HasPrefix(act.What, "fs.read") {
				may = fmt.Sprintf("A configuration can write temporary files (os.tmpdir()), and files in directories of the workspace that builds write to (named %s), which all stay in memory. It can change nothing else.", strings.Join(frontends.Outputs(), ", "))
			}
			diags.Add(diag.Forbidden, at, "File access refused",
				fmt.Sprintf("%s was called on %q. %s", act.What, strings.TrimPrefix(act.Detail, p.Files.VirtualApp()+"/"), may))
		default:
			diags.Add(diag.Forbidden, at, "Network access refused",
				fmt.Sprintf("%s was called with %q, and a build opens no connections. Use a data source (a get function of a provider), which is looked up at deployment, or give the result in an environment variable.", act.What, act.Detail))
		}
	}
}

// allowable is what --allow-exec has to be given for a command to run: its
// beginning, or all of it where a shell would do more than find the words.
func allowable(act engine.Act) string {
	if act.Shell {
		return act.Detail
	}
	words := strings.Fields(act.Detail)
	return strings.Join(words[:min(2, len(words))], " ")
}
