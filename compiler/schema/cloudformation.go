package schema

// CloudFormation returns a resource type such as "AWS::S3::Bucket", or nil if
// it is unknown. Its properties have Input; the attributes that Fn::GetAtt can
// read have Output and may have dots in their names ("Endpoint.Address").
func CloudFormation(cfnType string) *Resource {
	return cloudFormation.resource(ResourceEntry, cfnType)
}
