package diag

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// Nearest returns the candidate that name was probably meant to be, or "".
// It is never further than two edits away, and never a guess for a name of
// fewer than three letters; a difference in case alone always counts.
func Nearest(name string, candidates []string) string {
	sorted := slices.Sorted(slices.Values(candidates)) // equal distances: the first by name
	best, distance := "", 3
	for _, c := range sorted {
		d := 0
		if !strings.EqualFold(name, c) {
			d = levenshtein.Distance(strings.ToLower(name), strings.ToLower(c), nil)
			if len(name) < 3 || d >= len(name) {
				continue
			}
		}
		if d < distance {
			best, distance = c, d
		}
	}
	return best
}

// Suggest returns the sentence that follows "there is no X named Y": the
// nearest candidate as a question, else the candidates when they are few,
// else nothing. The sentence begins with a space.
func Suggest(name string, candidates []string) string {
	if n := Nearest(name, candidates); n != "" {
		return fmt.Sprintf(" Did you mean %q?", n)
	}
	if len(candidates) == 0 || len(candidates) > 12 {
		return ""
	}
	sorted := slices.Sorted(slices.Values(candidates))
	return " Known are " + Words(sorted) + "."
}

// Words joins quoted words as prose does: "a", "b" and "c".
func Words(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = fmt.Sprintf("%q", w)
	}
	switch n := len(quoted); n {
	case 0:
		return ""
	case 1:
		return quoted[0]
	default:
		return strings.Join(quoted[:n-1], ", ") + " and " + quoted[n-1]
	}
}
