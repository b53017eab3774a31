package adapters

import (
	_ "embed"
	"fmt"
)

//go:embed web.mjs
var web string

//go:embed edge.mjs
var edge string

// WebEntry is a module for ir.SiteServer.Entry, of a function that streams:
// code declares serve, which answers a Request with a Response.
func WebEntry(code string) string {
	return fmt.Sprintf("%s\n%s\nexport const handler = streaming(serve);\n", web, code)
}

// EdgeEntry is the same of a function of Lambda@Edge, which does not stream.
func EdgeEntry(code string) string {
	return fmt.Sprintf("%s\n%s\nexport const handler = atEdge(serve);\n", edge, code)
}
