package typescript

// guarded rewrites the operations of a bundle on which symbolic strings would
// go wrong in silence.
func guarded(script string) (string, func(line, column int) (int, int)) {
	return script, nil
}
