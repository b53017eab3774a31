package adapters

import (
	_ "embed"
	"fmt"
)

//go:embed web.mjs
var web string

// WebEntry is a module for ir.SiteServer.Entry, of a function that streams:
// code declares serve, which answers a Request with a Response.
func WebEntry(code string) string {
	return fmt.Sprintf("%s\n%s\nexport const handler = streaming(serve);\n", web, code)
}
