package translate

import (
	"strings"
	"sync"
)

// tables are the rows of all services, a file for each.
var tables = [][]row{
	lambdaRows,
	iamRows,
	s3Rows,
	cloudwatchRows,
	dynamodbRows,
	sqsRows,
	snsRows,
	kinesisRows,
	schedulerRows,
	iotRows,
	pinpointRows,
	sesRows,
	rdsRows,
	dsqlRows,
	elasticacheRows,
	efsRows,
	opensearchRows,
	backupRows,
	cognitoRows,
	sfnRows,
	pipesRows,
	appsyncRows,
	wafv2Rows,
	budgetsRows,
	randomRows,
	autoscalingRows,
	appconfigRows,
	codebuildRows,
	ebsRows,
	chatbotRows,
	resourcegroupsRows,
	locationRows,
	ecsRows,
	appautoscalingRows,
	ecrRows,
	lbRows,
	ec2Rows,
	servicediscoveryRows,
	ssmRows,
	secretsmanagerRows,
	kmsRows,
	cloudfrontRows,
	acmRows,
	route53Rows,
	apigatewayv2Rows,
	apigatewayRows,
	networkingRows,
	computeRows,
	databaseRows,
	analyticsRows,
	devtoolsRows,
	observabilityRows,
}

// unsupported says why resource types that apps use have no row, by token.
var unsupported = map[string]string{
	"aws:lambda/invocation:Invocation":                  "CloudFormation cannot call a function while it deploys.",
	"aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey":  "CloudFormation does not write keys into a key-value store.",
	"aws:ses/activeReceiptRuleSet:ActiveReceiptRuleSet": "CloudFormation cannot make a receipt rule set the active one.",
	"aws:dynamodb/tableItem:TableItem":                  "CloudFormation does not put items into tables.",
	"aws:s3/bucketObject:BucketObject":                  "CloudFormation does not put objects into buckets.",
	"aws:s3/bucketObjectv2:BucketObjectv2":              "CloudFormation does not put objects into buckets.",
	"aws:s3/objectCopy:ObjectCopy":                      "CloudFormation does not put objects into buckets.",
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
			for _, token := range strings.Fields(r.also) {
				x.byToken[token] = r
			}
			if !r.isPart() && x.byCFN[r.cfn] == nil {
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
