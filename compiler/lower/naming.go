package lower

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/sstc/sstc/compiler/ir"
)

// alnum drops what is not a letter or a digit.
func alnum(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// logicalName makes a name fit for use inside another: letters and digits,
// beginning with an upper-case letter.
func logicalName(s string) string {
	s = alnum(s)
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// prettyHash is SST's short hash: the first 64 bits of a SHA-256, rounded to
// the 53 significant bits of a JavaScript number, in base 19.
func prettyHash(s string, length int) string {
	const digits = "abcdefhkmnorstuvwxz"
	sum := sha256.Sum256([]byte(s))
	n, _ := strconv.ParseUint(hex.EncodeToString(sum[:8]), 16, 64)
	// Beyond 2⁵³ JavaScript divides floating-point numbers; doing the same
	// gives the same digits as SST.
	f := float64(n)
	var b []byte
	for f > 0 {
		q := float64(uint64(f / 19))
		r := uint64(f) % 19
		b = append([]byte{digits[r]}, b...)
		f = q
	}
	if len(b) > length {
		b = b[:length]
	}
	return strings.Repeat("s", length-len(b)) + string(b)
}

// prefixName puts app and stage in front of a name and keeps it within max
// characters: the app's name gives way first, then the stage.
func (a *App) prefixName(max int, name string) string {
	name = alnum(name)
	stage, app := a.Info.Stage, a.Info.Name
	switch {
	case len(name)+1 >= max:
		return name[:min(max, len(name))]
	case len(name)+len(stage)+2 >= max:
		return stage[:min(max-len(name)-1, len(stage))] + "-" + name
	}
	return app[:min(max-len(stage)-len(name)-2, len(app))] + "-" + stage + "-" + name
}

// physicalName is a prefixName with the suffix that keeps a replaced resource
// from colliding with its successor. SST draws it at random and remembers it;
// here it follows from app, stage and name, so that builds repeat.
func (a *App) physicalName(max int, name, suffix string) string {
	unique := prettyHash(a.Info.Name+"/"+a.Info.Stage+"/"+name, 8)
	return a.prefixName(max-9-len(suffix), name) + "-" + unique + suffix
}

// A nameRule says how a resource that a component makes gets its physical
// name when the component gives none.
type nameRule struct {
	field string
	max   int // characters
	lower bool
	from  string // characters replaced by to
	to    string
	fifo  string // the property that makes the name end in ".fifo"
}

// nameRules are SST's (platform/src/components/component.ts). Types that are
// not here get no name. Tags means a Name tag without the unique suffix.
var nameRules = map[string]nameRule{
	"aws:apigateway/apiKey:ApiKey":                        {field: "name", max: 1024},
	"aws:apigateway/authorizer:Authorizer":                {field: "name", max: 128},
	"aws:apigateway/restApi:RestApi":                      {field: "name", max: 128},
	"aws:apigateway/usagePlan:UsagePlan":                  {field: "name", max: 65536},
	"aws:apigatewayv2/api:Api":                            {field: "name", max: 128},
	"aws:apigatewayv2/authorizer:Authorizer":              {field: "name", max: 128},
	"aws:apigatewayv2/vpcLink:VpcLink":                    {field: "name", max: 128},
	"aws:appautoscaling/policy:Policy":                    {field: "name", max: 255},
	"aws:appsync/graphQLApi:GraphQLApi":                   {field: "name", max: 65536},
	"aws:backup/plan:Plan":                                {field: "name", max: 50},
	"aws:backup/selection:Selection":                      {field: "name", max: 50},
	"aws:backup/vault:Vault":                              {field: "name", max: 50},
	"aws:cloudfront/function:Function":                    {field: "name", max: 64},
	"aws:cloudfront/keyValueStore:KeyValueStore":          {field: "name", max: 64},
	"aws:cloudwatch/eventBus:EventBus":                    {field: "name", max: 256},
	"aws:cloudwatch/eventRule:EventRule":                  {field: "name", max: 64},
	"aws:cloudwatch/eventTarget:EventTarget":              {field: "targetId", max: 64},
	"aws:cognito/identityPool:IdentityPool":               {field: "identityPoolName", max: 128},
	"aws:cognito/userPool:UserPool":                       {field: "name", max: 128},
	"aws:cognito/userPoolDomain:UserPoolDomain":           {field: "domain", max: 63, lower: true},
	"aws:dsql/cluster:Cluster":                            {field: "tags", max: 255},
	"aws:dynamodb/table:Table":                            {field: "name", max: 255},
	"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup":   {field: "tags", max: 255},
	"aws:ec2/eip:Eip":                                     {field: "tags", max: 255},
	"aws:ec2/instance:Instance":                           {field: "tags", max: 255},
	"aws:ec2/internetGateway:InternetGateway":             {field: "tags", max: 255},
	"aws:ec2/keyPair:KeyPair":                             {field: "keyName", max: 255},
	"aws:ec2/natGateway:NatGateway":                       {field: "tags", max: 255},
	"aws:ec2/routeTable:RouteTable":                       {field: "tags", max: 255},
	"aws:ec2/securityGroup:SecurityGroup":                 {field: "tags", max: 255},
	"aws:ec2/subnet:Subnet":                               {field: "tags", max: 255},
	"aws:ec2/vpc:Vpc":                                     {field: "tags", max: 255},
	"aws:ec2/vpcEndpoint:VpcEndpoint":                     {field: "tags", max: 255},
	"aws:ecs/cluster:Cluster":                             {field: "name", max: 255},
	"aws:elasticache/parameterGroup:ParameterGroup":       {field: "name", max: 255, lower: true},
	"aws:elasticache/replicationGroup:ReplicationGroup":   {field: "replicationGroupId", max: 40, lower: true, from: "--", to: "-"},
	"aws:elasticache/subnetGroup:SubnetGroup":             {field: "name", max: 255, lower: true},
	"aws:iam/role:Role":                                   {field: "name", max: 64},
	"aws:iam/user:User":                                   {field: "name", max: 64},
	"aws:iot/authorizer:Authorizer":                       {field: "name", max: 128},
	"aws:iot/topicRule:TopicRule":                         {field: "name", max: 128, from: "-", to: "_"},
	"aws:kinesis/stream:Stream":                           {field: "name", max: 255},
	"aws:lambda/function:Function":                        {field: "name", max: 64},
	"aws:lb/loadBalancer:LoadBalancer":                    {field: "name", max: 24},
	"aws:opensearch/domain:Domain":                        {field: "domainName", max: 28, lower: true},
	"aws:rds/cluster:Cluster":                             {field: "clusterIdentifier", max: 63, lower: true},
	"aws:rds/clusterInstance:ClusterInstance":             {field: "identifier", max: 63, lower: true},
	"aws:rds/clusterParameterGroup:ClusterParameterGroup": {field: "name", max: 255, lower: true},
	"aws:rds/instance:Instance":                           {field: "identifier", max: 63, lower: true},
	"aws:rds/parameterGroup:ParameterGroup":               {field: "name", max: 255, lower: true},
	"aws:rds/proxy:Proxy":                                 {field: "name", max: 60, lower: true},
	"aws:rds/subnetGroup:SubnetGroup":                     {field: "name", max: 255, lower: true},
	// The name must be unique in the world, so the provider makes it: 37 is
	// the longest prefix that leaves room for what it adds.
	"aws:s3/bucket:Bucket":                                   {field: "bucketPrefix", max: 37, lower: true},
	"aws:scheduler/schedule:Schedule":                        {field: "name", max: 64},
	"aws:secretsmanager/secret:Secret":                       {field: "name", max: 512},
	"aws:sesv2/configurationSet:ConfigurationSet":            {field: "configurationSetName", max: 64, lower: true},
	"aws:sfn/stateMachine:StateMachine":                      {field: "name", max: 80},
	"aws:sns/topic:Topic":                                    {field: "name", max: 256, fifo: "fifoTopic"},
	"aws:sqs/queue:Queue":                                    {field: "name", max: 80, fifo: "fifoQueue"},
	"aws:wafv2/webAcl:WebAcl":                                {field: "name", max: 64},
	"cloudflare:index/d1Database:D1Database":                 {field: "name", max: 64, lower: true},
	"cloudflare:index/hyperdriveConfig:HyperdriveConfig":     {field: "name", max: 64, lower: true},
	"cloudflare:index/queue:Queue":                           {field: "queueName", max: 64, lower: true},
	"cloudflare:index/r2Bucket:R2Bucket":                     {field: "name", max: 64, lower: true},
	"cloudflare:index/workersKvNamespace:WorkersKvNamespace": {field: "title", max: 64, lower: true},
	"cloudflare:index/workersScript:WorkersScript":           {field: "scriptName", max: 64, lower: true},
	"cloudflare:index/workflow:Workflow":                     {field: "workflowName", max: 64, lower: true},
}

// named gives a resource its physical name, or its Name tag, if its rule asks
// for one and it has none.
func (a *App) named(typ, name string, props *ir.Object) *ir.Object {
	rule, ok := nameRules[typ]
	if !ok || given(props.Get(rule.field)) || rule.field == "bucketPrefix" && given(props.Get("bucket")) {
		return props
	}
	switch rule.field {
	case "tags":
		return props.With("tags", ir.Obj("Name", a.prefixName(rule.max, name)))
	case "bucketPrefix":
		return props.With("bucketPrefix", ir.String(strings.ToLower(a.prefixName(rule.max-1, name))+"-"))
	}
	suffix := ""
	if fifo, _ := props.Get(rule.fifo).(ir.Bool); rule.fifo != "" && bool(fifo) {
		suffix = ".fifo"
	}
	physical := a.physicalName(rule.max, name, suffix)
	if rule.lower {
		physical = strings.ToLower(physical)
	}
	for rule.from != "" && strings.Contains(physical, rule.from) {
		physical = strings.ReplaceAll(physical, rule.from, rule.to)
	}
	return props.With(rule.field, ir.String(physical))
}

// given reports whether v was set to something; an empty string is nothing.
func given(v ir.Value) bool {
	return v != nil && v != ir.Value(ir.String("")) && v != ir.Value(ir.Null{})
}
