package typescript

import (
	"github.com/sstc/sstc/compiler/engine/guard"
)

// guarded rewrites the operators on which symbolic values would go wrong in
// silence (package guard), in the user's own code and in installed packages:
// what a package is given may be symbolic too. The mapping leads from a position
// in the result to one in the script. The error says what the guard cannot read;
// the script is then as it was.
func guarded(script string) (string, func(line, column int) (int, int), error) {
	out, mapping, err := guard.Rewrite(script)
	if err != nil {
		return script, nil, err
	}
	return out, mapping.Original, nil
}
