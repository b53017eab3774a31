package schema

import "strings"

// CloudFormation returns a resource type such as "AWS::S3::Bucket", or nil if
// it is unknown. Its properties have Input; the attributes that Fn::GetAtt can
// read have Output and may have dots in their names ("Endpoint.Address").
func CloudFormation(cfnType string) *Resource {
	return cloudFormation.resource(ResourceEntry, cfnType)
}

// CloudFormationTypes returns the names of all resource types, sorted. The
// first call reads the whole data file, which takes some milliseconds.
func CloudFormationTypes() []string {
	var names []string
	for _, key := range cloudFormation.table.keys() {
		if name, kind, _ := strings.Cut(key, "\x00"); kind == string(ResourceEntry) {
			names = append(names, name)
		}
	}
	return names
}
