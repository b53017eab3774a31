package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestDataIsCurrent checks that the data files are what the sources give.
func TestDataIsCurrent(t *testing.T) {
	from := os.Getenv("SSTC_SCHEMAS")
	if from == "" {
		t.Skip("SSTC_SCHEMAS names no directory of schemas: not checked that the data files are current")
	}
	files, _, err := generate(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range sorted(files) {
		got, err := os.ReadFile(filepath.Join("..", "data", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, files[name]) {
			t.Errorf("data/%s is not what the sources give; run the generator", name)
		}
	}
}
