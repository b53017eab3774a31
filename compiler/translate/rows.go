package translate

import "sync"

// tables are the rows of all services, a file for each.
var tables = [][]row{
	lambdaRows,
	iamRows,
	s3Rows,
}

// unsupported says why resource types that apps use have no row, by token.
var unsupported = map[string]string{
	"aws:lambda/invocation:Invocation":     "CloudFormation cannot call a function while it deploys.",
	"aws:s3/bucketObject:BucketObject":     "CloudFormation does not put objects into buckets.",
	"aws:s3/bucketObjectv2:BucketObjectv2": "CloudFormation does not put objects into buckets.",
	"aws:s3/objectCopy:ObjectCopy":         "CloudFormation does not put objects into buckets.",
}

type rowIndex struct {
	byToken map[string]*row
	byCFN   map[string]*row // those that make a resource of their own
}

var rows = sync.OnceValue(func() rowIndex {
	x := rowIndex{map[string]*row{}, map[string]*row{}}
	for _, table := range tables {
		for i := range table {
			r := &table[i]
			x.byToken[r.pulumi] = r
			if r.cfn != "" && r.fold == "" && x.byCFN[r.cfn] == nil {
				x.byCFN[r.cfn] = r
			}
		}
	}
	return x
})

// rowOf returns the row of a Pulumi token, or nil.
func rowOf(token string) *row { return rows().byToken[token] }

// rowOfCFN returns the first row that makes resources of a CloudFormation
// type, or nil.
func rowOfCFN(typ string) *row { return rows().byCFN[typ] }
