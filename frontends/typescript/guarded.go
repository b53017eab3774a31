package typescript

import (
	"strings"

	"github.com/sstc/sstc/compiler/engine/guard"
)

// guarded rewrites the operators of the user's own code on which symbolic
// strings would go wrong in silence (package guard). Installed packages are
// left as they are: what they are given is rarely symbolic, and they are large.
// The mapping leads from a position in the result to one in the script. The
// error says what the guard cannot read; the script is then as it was.
func guarded(script string) (string, func(line, column int) (int, int), error) {
	packages := packageLines(script)
	out, mapping, err := guard.Rewrite(script, func(line int) bool { return line < len(packages) && packages[line] })
	if err != nil {
		return script, nil, err
	}
	return out, mapping.Original, nil
}

// packageLines tells, by line number from 1, which lines of a bundle come from
// installed packages: esbuild puts a comment with the file's path in front of
// each module.
func packageLines(script string) []bool {
	lines := []bool{false}
	inside := false
	for line := range strings.Lines(script) {
		if path, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "// "); ok && (strings.Contains(path, "/") || strings.HasSuffix(path, "s")) && !strings.Contains(path, " ") {
			inside = strings.Contains(path, "node_modules/")
		}
		lines = append(lines, inside)
	}
	return lines
}
