package diag

// A Code names a kind of diagnostic for good: it is shown, it can be looked
// up with `sstc explain`, and it is never given another meaning.
type Code string
