package translate

import "github.com/sstc/sstc/compiler/ir"

var dynamodbRows = []row{
	{
		pulumi: "aws:dynamodb/table:Table",
		cfn:    "AWS::DynamoDB::Table",
		names: map[string]string{
			"name":                        "TableName",
			"attributes":                  "AttributeDefinitions",
			"attributes.name":             "AttributeName",
			"attributes.type":             "AttributeType",
			"globalSecondaryIndexes.name": "IndexName",
			"globalSecondaryIndexes.nonKeyAttributes": "Projection.NonKeyAttributes",
			"globalSecondaryIndexes.projectionType":   "Projection.ProjectionType",
			"globalSecondaryIndexes.readCapacity":     "ProvisionedThroughput.ReadCapacityUnits",
			"globalSecondaryIndexes.writeCapacity":    "ProvisionedThroughput.WriteCapacityUnits",
			"importTable":                             "ImportSourceSpecification",
			"importTable.s3BucketSource.bucket":       "S3Bucket",
			"importTable.s3BucketSource.bucketOwner":  "S3BucketOwner",
			"importTable.s3BucketSource.keyPrefix":    "S3KeyPrefix",
			"localSecondaryIndexes.name":              "IndexName",
			"localSecondaryIndexes.nonKeyAttributes":  "Projection.NonKeyAttributes",
			"localSecondaryIndexes.projectionType":    "Projection.ProjectionType",
			"pointInTimeRecovery":                     "PointInTimeRecoverySpecification",
			"pointInTimeRecovery.enabled":             "PointInTimeRecoveryEnabled",
			"readCapacity":                            "ProvisionedThroughput.ReadCapacityUnits",
			"writeCapacity":                           "ProvisionedThroughput.WriteCapacityUnits",
			"serverSideEncryption":                    "SSESpecification",
			"serverSideEncryption.enabled":            "SSEEnabled",
			"serverSideEncryption.kmsKeyArn":          "KMSMasterKeyId",
			"streamViewType":                          "StreamSpecification.StreamViewType",
			"ttl":                                     "TimeToLiveSpecification",
		},
		computed: map[string]func(*translator, *entry) ir.Value{
			"streamLabel": func(t *translator, e *entry) ir.Value {
				return ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncSplit, ir.String("/"), ir.Ref{Resource: e.id(), Attr: "StreamArn"}), ir.Number(3))
			},
		},
		prepare: dynamoTable,
		finish: func(b *builder) {
			if b.get("SSESpecification.KMSMasterKeyId") != nil {
				b.set("SSESpecification.SSEType", "KMS")
			}
		},
	},
}

// dynamoTable writes the keys of a table and its indexes as lists.
func dynamoTable(b *builder) {
	hash := b.take("hashKey")
	b.set("KeySchema", capitals(keySchema(hash, b.take("rangeKey"))))
	if on := b.take("streamEnabled"); on != nil && !isTrue(on) {
		b.take("streamViewType")
	}
	for _, name := range []string{"globalSecondaryIndexes", "localSecondaryIndexes"} {
		// DynamoDB refuses an empty list where none would do.
		if list, ok := b.in.Get(name).(ir.List); ok && len(list) == 0 {
			b.take(name)
		}
	}
	for i, f := range b.in.Fields {
		list, ok := f.Value.(ir.List)
		if !ok || f.Key != "globalSecondaryIndexes" && f.Key != "localSecondaryIndexes" {
			continue
		}
		indexes := make(ir.List, len(list))
		for k, e := range list {
			o := objectIn(e)
			key := hash
			if f.Key == "globalSecondaryIndexes" {
				key = o.Get("hashKey")
			}
			rng := o.Get("rangeKey")
			o = o.With("hashKey", nil).With("rangeKey", nil)
			if o.Get("keySchemas") == nil {
				o = o.With("keySchemas", keySchema(key, rng))
			}
			indexes[k] = o
		}
		b.in.Fields[i].Value = indexes
	}
}

func keySchema(hash, rng ir.Value) ir.Value {
	var keys ir.List
	if hash != nil && hash != (ir.Null{}) {
		keys = append(keys, ir.Obj("attributeName", hash, "keyType", "HASH"))
	}
	if rng != nil && rng != (ir.Null{}) {
		keys = append(keys, ir.Obj("attributeName", rng, "keyType", "RANGE"))
	}
	return keys
}
