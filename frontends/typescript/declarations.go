package typescript

// Declarations returns the text of config.d.ts.
func Declarations() []byte { return nil }
