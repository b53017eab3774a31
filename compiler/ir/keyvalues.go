package ir

// KeyValues are entries for a CloudFront key-value store, by which the
// function at the edge routes requests. The uploader writes them once the
// resources and the files are there.
type KeyValues struct {
	Component string // the ID of the component that they are of
	Store     Value  // the store's ARN
	Namespace string // before each key, with a colon
	// NamespaceFrom, if set, is where the namespace comes from, for the store
	// of another app.
	NamespaceFrom Value
	Entries       []Field // keys without the namespace; values strings, at least after deployment
	// Shared are keys whose values are JSON lists that other apps add to as
	// well: the uploader leaves alone what is not of this app. A list longer
	// than a value may be (1 KB) is kept as {"parts":n}, and its text in parts
	// under the key followed by ":0", ":1" and so on.
	Shared []string
	// Site, if set, is the ID of a Site: as the Lookup of its trees has it,
	// files get an entry "s3", and directories, with a slash before them, are
	// added to the list s3.routes in the entry "metadata", a call of
	// FuncJSONEncode. Of .well-known the files count as being at the top.
	//
	// Of a site that is Versioned, all keys but "metadata" get its Version in
	// front, with a colon.
	Site string
	// Switch is the key that is written after all others, since it leads to
	// them; "" for none.
	Switch string
	// Purge says whether entries of the namespace that are not here are deleted.
	Purge bool
}
