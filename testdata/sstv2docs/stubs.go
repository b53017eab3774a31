package main

import (
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/sstc/sstc/internal/examples"
)

// modules are what snippets call modules of the CDK.
var modules = map[string]string{
	"acm": "aws-certificatemanager", "apig": "aws-apigatewayv2", "apigateway": "aws-apigateway", "apigatewayv2": "aws-apigatewayv2", "appsync": "aws-appsync", "cdk": "core",
	"certificatemanager": "aws-certificatemanager", "cloudfront": "aws-cloudfront", "cloudwatch": "aws-cloudwatch", "cloudwatchActions": "aws-cloudwatch-actions",
	"codebuild": "aws-codebuild", "cognito": "aws-cognito", "dynamodb": "aws-dynamodb", "ec2": "aws-ec2", "ecs": "aws-ecs", "elb": "aws-elasticloadbalancingv2", "elasticsearch": "aws-elasticsearch", "events": "aws-events",
	"iam": "aws-iam", "kinesis": "aws-kinesis", "lambda": "aws-lambda", "lambdaEventSources": "aws-lambda-event-sources", "logs": "aws-logs", "origins": "aws-cloudfront-origins",
	"rds": "aws-rds", "route53": "aws-route53", "route53Targets": "aws-route53-targets", "s3": "aws-s3", "secretsManager": "aws-secretsmanager", "sns": "aws-sns",
	"sfn": "aws-stepfunctions", "sqs": "aws-sqs", "subscriptions": "aws-sns-subscriptions", "targets": "aws-events-targets", "tasks": "aws-stepfunctions-tasks", "wafv2": "aws-wafv2", "ssm": "aws-ssm", "s3n": "aws-s3-notifications",
}

// classes are what they take of the CDK's modules by name.
var classes = map[string]string{
	"Certificate": "aws-certificatemanager", "CfnFunction": "aws-lambda", "CfnOutput": "core", "Duration": "core", "DynamoEventSource": "aws-lambda-event-sources", "Effect": "aws-iam",
	"EndpointType": "aws-apigateway", "FilterPattern": "aws-logs", "Fn": "core", "HostedZone": "aws-route53", "LayerVersion": "aws-lambda", "LogGroup": "aws-logs",
	"LogsDestinations": "aws-logs-destinations", "MappingValue": "aws-apigatewayv2", "ParameterMapping": "aws-apigatewayv2", "PolicyStatement": "aws-iam", "RemovalPolicy": "core",
	"SubscriptionFilter": "aws-sns", "Tags": "core", "Vpc": "aws-ec2", "RecordSet": "aws-route53", "ARecord": "aws-route53", "AaaaRecord": "aws-route53", "RecordTarget": "aws-route53",
	"DnsValidatedCertificate": "aws-certificatemanager", "StringParameter": "aws-ssm", "Lazy": "core",
}

// ofSST are what they take of sst/constructs.
var ofSST = strings.Fields(`Api ApiGatewayV1Api App AppSyncApi AstroSite Auth Bucket Cognito Config Cron EventBus Function Job KinesisStream NextjsSite Queue RDS RemixSite Script
	Service SolidStartSite Stack StaticSite SvelteKitSite Table Topic WebSocketApi use dependsOn getStack toCdkDuration toCdkSize attachPermissionsToRole attachPermissionsToPolicy`)

// given are the values that snippets have from somewhere else, by their names.
// Those of apis and sites are of the class that the page is about.
var given = map[string]string{
	"table":              `new Table(stack, "GivenTable", { fields: { id: "string" }, primaryIndex: { partitionKey: "id" }, stream: true })`,
	"bucket":             `new Bucket(stack, "GivenBucket")`,
	"queue":              `new Queue(stack, "GivenQueue", { consumer: "given/queue.handler" })`,
	"myQueue":            `new Queue(stack, "GivenMyQueue")`,
	"topic":              `new Topic(stack, "GivenTopic", { subscribers: { subscriber: "given/topic.handler" } })`,
	"stream":             `new KinesisStream(stack, "GivenStream", { consumers: { consumer: "given/stream.handler", consumer1: "given/stream.handler", myConsumer: "given/stream.handler" } })`,
	"bus":                `new EventBus(stack, "GivenBus", { rules: { rule: { pattern: { source: ["a"] }, targets: { target: "given/bus.handler" } } } })`,
	"cron":               `new Cron(stack, "GivenCron", { schedule: "rate(1 day)", job: "given/cron.handler" })`,
	"fn":                 `new Function(stack, "GivenFn", { handler: "given/fn.handler" })`,
	"fun":                `new Function(stack, "GivenFun", { handler: "given/fn.handler" })`,
	"myFn":               `new Function(stack, "GivenMyFn", { handler: "given/fn.handler" })`,
	"f":                  `new Function(stack, "GivenF", { handler: "given/fn.handler" })`,
	"job":                `new Job(stack, "GivenJob", { handler: "given/fn.handler" })`,
	"script":             `new Script(stack, "GivenScript", { onCreate: "given/fn.handler" })`,
	"auth":               `new Cognito(stack, "GivenAuth", { login: ["email"] })`,
	"service":            `new Service(stack, "GivenService", { path: "given/service", port: 3000 })`,
	"cluster":            `new RDS(stack, "GivenCluster", { engine: "postgresql13.9", defaultDatabaseName: "main" })`,
	"myRDSCluster":       `new RDS(stack, "GivenMyCluster", { engine: "postgresql13.9", defaultDatabaseName: "main" })`,
	"STRIPE_KEY":         `new Config.Secret(stack, "STRIPE_KEY")`,
	"API_URL":            `new Config.Parameter(stack, "API_URL", { value: "https://example.com" })`,
	"USER_UPDATED_TOPIC": `new Config.Parameter(stack, "USER_UPDATED_TOPIC", { value: "updated" })`,
	"certArn":            `"arn:aws:acm:us-east-1:123456789012:certificate/abc"`,
	"vpc":                `ec2.Vpc.fromVpcAttributes(stack, "GivenVpc", { vpcId: "vpc-1", vpcCidrBlock: "10.0.0.0/16", availabilityZones: ["us-east-1a", "us-east-1b"], privateSubnetIds: ["subnet-1", "subnet-2"], publicSubnetIds: ["subnet-3", "subnet-4"] })`,
	"sg":                 `ec2.SecurityGroup.fromSecurityGroupId(stack, "GivenGroup", "sg-1")`,
	"subnet1":            `ec2.Subnet.fromSubnetId(stack, "GivenSubnet1", "subnet-1")`,
	"subnet2":            `ec2.Subnet.fromSubnetId(stack, "GivenSubnet2", "subnet-2")`,
	"hostedZoneId":       `"Z111"`, "regionalHostedZoneId": `"Z222"`, "zoneName": `"domain.com"`, "regionalDomainName": `"d-1.execute-api.us-east-1.amazonaws.com"`,
	"domainName": `"api.domain.com"`, "domainNameAliasTarget": `"d-1.execute-api.us-east-1.amazonaws.com"`, "domainNameAliasHostedZoneId": `"Z222"`,
	"httpApiId": `"abc123"`, "restApiId": `"abc123"`, "rootResourceId": `"root1"`, "graphqlApiId": `"abc123"`,
	"topicArn": `"arn:aws:sns:us-east-1:123456789012:topic"`, "queueArn": `"arn:aws:sqs:us-east-1:123456789012:queue"`, "bucketArn": `"arn:aws:s3:::bucket"`,
	"eventBusArn": `"arn:aws:events:us-east-1:123456789012:event-bus/bus"`, "streamArn": `"arn:aws:kinesis:us-east-1:123456789012:stream/stream"`, "tableArn": `"arn:aws:dynamodb:us-east-1:123456789012:table/table"`,
	"userPool":           `new cognito.UserPool(stack, "GivenUserPool")`,
	"userPoolClient":     `userPool.addClient("GivenClient")`,
	"mylayer":            `new lambda.LayerVersion(stack, "GivenLayer", { code: lambda.Code.fromAsset("given/layer") })`,
	"myLayer":            `new lambda.LayerVersion(stack, "GivenLayer", { code: lambda.Code.fromAsset("given/layer") })`,
	"layer":              `new lambda.LayerVersion(stack, "GivenLayer", { code: lambda.Code.fromAsset("given/layer") })`,
	"logGroup":           `new logs.LogGroup(stack, "GivenLogs")`,
	"myOpenSearchDomain": `elasticsearch.Domain.fromDomainEndpoint(stack, "GivenDomain", "https://search-domain-abc.us-east-1.es.amazonaws.com")`,
	"listener":           `elb.ApplicationListener.fromApplicationListenerAttributes(stack, "GivenListener", { listenerArn: "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/a/b/c", securityGroup: sg })`,
	"albListener":        `listener`, "nlbListener": `elb.NetworkListener.fromNetworkListenerArn(stack, "GivenNetworkListener", "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/net/a/b/c")`, "account": `"123456789012"`,
	"name": `"api.domain.com"`, "region": `"us-east-1"`, "sst": `{ Api, Bucket, Cognito, Config, Cron, EventBus, Function, Queue, StaticSite, Table, Topic }`,
	"scope": `stack`, "props": `{}`,
}

var ofPage = map[string]map[string]string{
	"api": {
		"":                `new Api(stack, "GivenApi", { routes: { "GET /": "given/fn.handler", "GET /notes": "given/fn.handler" } })`,
		"ApiGatewayV1Api": `new ApiGatewayV1Api(stack, "GivenApi", { routes: { "GET /": "given/fn.handler", "GET /notes": "given/fn.handler" } })`,
		"WebSocketApi":    `new WebSocketApi(stack, "GivenApi", { routes: { $connect: "given/fn.handler", $default: "given/fn.handler" } })`,
		"AppSyncApi":      `new AppSyncApi(stack, "GivenApi", { schema: "given/schema.graphql", dataSources: { lambdaDS: "given/fn.handler" }, resolvers: { "Query listNotes": "lambdaDS" } })`,
	},
	"site": {
		"":               `new StaticSite(stack, "GivenSite", { path: "given/site" })`,
		"AstroSite":      `new AstroSite(stack, "GivenSite", { path: "given/astro" })`,
		"NextjsSite":     `new NextjsSite(stack, "GivenSite", { path: "given/next" })`,
		"RemixSite":      `new RemixSite(stack, "GivenSite", { path: "given/remix" })`,
		"SolidStartSite": `new SolidStartSite(stack, "GivenSite", { path: "given/solid" })`,
		"SvelteKitSite":  `new SvelteKitSite(stack, "GivenSite", { path: "given/svelte" })`,
	},
}

var (
	noise      = regexp.MustCompile("(?s)//[^\n]*|/\\*.*?\\*/|\"[^\"\n]*\"|'[^'\n]*'")
	identifier = regexp.MustCompile(`(^|[^\w.$])([A-Za-z_$][\w$]*)`)
	word       = regexp.MustCompile(`[A-Za-z_$][\w$]*`)
	declared   = regexp.MustCompile(`\b(?:const|let|var|function|class)\s+([\w$]+)`)
	unpacked   = regexp.MustCompile(`(?s)\b(?:const|let|var)\s*\{([^}]*)\}\s*=`)
	imports    = regexp.MustCompile(`(?ms)^[ \t]*import\s+(?:([^"';]*?)\s+from\s+)?["']([^"']+)["'];?[ \t]*$`)
	exported   = regexp.MustCompile(`(?m)^[ \t]*export\s+(default\s+)?(async\s+)?function\s+(\w+)?`)
	used       = regexp.MustCompile(`\buse\(\s*(\w+)`)
	notInApps  = regexp.MustCompile(`[^a-zA-Z0-9]+`)
	noConfig   = regexp.MustCompile(`(?m)\bconfig\(\w*\)\s*\{(\s*//[^\n]*)*\s*\}`)
	isStacks   = regexp.MustCompile(`(?m)^(async )?stacks\(`)
	ofStack    = regexp.MustCompile(`\.stack\(\s*([A-Z]\w*)`)
	isConfig   = regexp.MustCompile(`(?m)\bexport default \{|satisfies SSTConfig|:\s*SSTConfig\s*=`)
)

// names are the identifiers of some code.
func names(code string) []string {
	found := map[string]bool{}
	for _, m := range identifier.FindAllStringSubmatch(noise.ReplaceAllString(code, `""`), -1) {
		found[m[2]] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// config is the configuration of the app of a snippet.
func (s *snippet) config() string { return s.app("") }

// app writes the app of a snippet, unless dir is "", and returns its configuration.
func (s *snippet) app(dir string) string {
	code := s.code
	var config strings.Builder
	own := map[string]bool{"stack": true, "app": true}
	for _, m := range declared.FindAllStringSubmatch(code, -1) {
		own[m[1]] = true
	}
	for _, m := range unpacked.FindAllStringSubmatch(code, -1) {
		for _, name := range word.FindAllString(m[1], -1) {
			own[name] = true
		}
	}
	for _, m := range imports.FindAllStringSubmatch(code, -1) {
		bound := word.FindAllString(m[1], -1)
		for _, name := range bound {
			own[name] = true
		}
		config.WriteString(strings.TrimSpace(m[0]) + "\n")
		if strings.HasPrefix(m[2], ".") && dir != "" {
			text := ""
			for _, name := range bound {
				text += fmt.Sprintf("export function %s() {}\n", name)
			}
			stub(dir, path.Join("/", m[2])[1:]+".ts", text)
		}
	}
	code = imports.ReplaceAllString(code, "")

	code = complete(code)
	prelude := s.prelude(&config, code, own)
	// The real SST keeps what it has built of a function by the function's path, from one app to the next.
	name := strings.Trim(strings.ReplaceAll(notInApps.ReplaceAllString(path.Base(s.name), "-"), "--", "-"), "-")
	switch {
	case isConfig.MatchString(code), isStacks.MatchString(code):
		code = noConfig.ReplaceAllString(code, fmt.Sprintf("config: () => ({ name: %q, region: \"us-east-1\" })", name))
		if !isConfig.MatchString(code) {
			code = fmt.Sprintf("export default {\nconfig: () => ({ name: %q, region: \"us-east-1\" }),\n%s\n};\n", name, code)
		}
		for _, m := range ofStack.FindAllStringSubmatch(code, -1) {
			if !own[m[1]] {
				own[m[1]] = true
				fmt.Fprintf(&config, "function %s() {}\n", m[1])
			}
		}
		config.WriteString(code)
	case exported.MatchString(code):
		stacks := ""
		for _, m := range used.FindAllStringSubmatch(code, -1) {
			if !own[m[1]] {
				own[m[1]] = true
				fmt.Fprintf(&config, "function %s({ stack }: any) {\n%sreturn new Proxy({}, { get: (_, name) => name === \"then\" ? undefined : eval(String(name)) });\n}\n", m[1], prelude)
				stacks += "    app.stack(" + m[1] + ");\n"
			}
		}
		n := 0
		code = exported.ReplaceAllStringFunc(code, func(text string) string {
			m := exported.FindStringSubmatch(text)
			if m[3] == "" {
				n++
				m[3] = fmt.Sprintf("Default%d", n)
			}
			stacks += "    app.stack(" + m[3] + ");\n"
			return m[2] + "function " + m[3]
		})
		fmt.Fprintf(&config, "%s\nexport default {\n  config: () => ({ name: %q, region: \"us-east-1\" }),\n  async stacks(app: any) {\n%s  },\n};\n", code, name, stacks)
	default:
		code = regexp.MustCompile(`(?m)^([ \t]*)export (const|class|let) `).ReplaceAllString(code, "$1$2 ")
		fmt.Fprintf(&config, "async function Main({ stack, app }: any) {\n%s{\n%s}\n}\nexport default {\n  config: () => ({ name: %q, region: \"us-east-1\" }),\n  async stacks(app: any) {\n    await app.stack(Main);\n  },\n};\n",
			prelude, code, name)
	}
	if dir != "" {
		write(dir, "package.json", "{\"type\": \"module\"}\n")
		write(dir, "sst.config.ts", config.String())
		stand(dir, config.String())
	}
	return config.String()
}

// required are props that a construct cannot do without, and snippets about
// others leave out.
var required = map[string][][2]string{
	"AppSyncApi": {{"schema", `"given/schema.graphql"`}},
	"Cron":       {{"schedule", `"rate(1 day)"`}, {"job", `"given/fn.handler"`}},
	"Function":   {{"handler", `"given/fn.handler"`}},
	"Job":        {{"handler", `"given/fn.handler"`}},
	"RDS":        {{"engine", `"postgresql13.9"`}, {"defaultDatabaseName", `"main"`}},
	"Service":    {{"port", `3000`}},
	"Table":      {{"fields", `{ id: "string", userId: "string", noteId: "string", time: "string" }`}, {"primaryIndex", `{ partitionKey: "id" }`}},
}

var made = regexp.MustCompile(`new (?:sst\.)?(\w+)\(\s*[\w.]+,\s*["'][^"']*["'],\s*\{`)

// complete adds what is required.
func complete(code string) string {
	var b strings.Builder
	last := 0
	for _, m := range made.FindAllStringSubmatchIndex(code, -1) {
		end, depth := m[1], 1
		for ; end < len(code) && depth > 0; end++ {
			switch code[end] {
			case '{':
				depth++
			case '}':
				depth--
			}
		}
		b.WriteString(code[last:m[1]])
		last = m[1]
		for _, r := range required[code[m[2]:m[3]]] {
			if !regexp.MustCompile(`\b` + r[0] + `\b`).MatchString(code[m[1]:end]) {
				fmt.Fprintf(&b, " %s: %s,", r[0], r[1])
			}
		}
	}
	return b.String() + code[last:]
}

// prelude imports what a snippet names, and makes what it takes as given.
func (s *snippet) prelude(config *strings.Builder, code string, own map[string]bool) string {
	var lines []string
	imported := map[string][]string{}
	var need func(name string)
	need = func(name string) {
		if own[name] {
			return
		}
		value := given[name]
		if of := ofPage[name]; of != nil {
			if value = of[s.class]; value == "" {
				value = of[""]
			}
		}
		switch {
		case value != "":
			own[name] = true
			for _, n := range names(value) {
				need(n)
			}
			lines = append(lines, fmt.Sprintf("const %s: any = %s;\n", name, value))
		case slices.Contains(ofSST, name):
			own[name] = true
			imported["sst/constructs"] = append(imported["sst/constructs"], name)
		case modules[name] != "":
			own[name] = true
			fmt.Fprintf(config, "import * as %s from \"aws-cdk-lib/%s\";\n", name, modules[name])
		case classes[name] != "":
			own[name] = true
			imported["aws-cdk-lib/"+classes[name]] = append(imported["aws-cdk-lib/"+classes[name]], name)
		}
	}
	for _, name := range names(code) {
		need(name)
	}
	for _, module := range slices.Sorted(maps.Keys(imported)) {
		fmt.Fprintf(config, "import { %s } from %q;\n", strings.Join(imported[module], ", "), module)
	}
	return strings.Join(lines, "")
}

var (
	handlers = regexp.MustCompile(`["']((?:\./)?[\w@-]+(?:/[\w@.-]+)*)\.(\w+)["']`)
	imageOf  = regexp.MustCompile(`\bhandler:\s*["']([\w@./-]+)["']`)
	service  = regexp.MustCompile(`new (?:sst\.)?Service\(\s*\w+,\s*["'][^"']*["'],\s*\{([^{}]*)`)
	siteOf   = regexp.MustCompile(`new (?:sst\.)?(\w+)Site\(\s*\w+,\s*"\w+"(?:,\s*\{((?:[^{}]|\{[^{}]*\})*))?`)
	pathOf   = regexp.MustCompile(`(path|buildOutput):\s*"([^"]*)"`)
	pathsOf  = regexp.MustCompile(`(?:\b(?:from|migrations|path)\s*:\s*|fromAsset\()["']([\w./-]+)["']`)
)

// stand writes files that some code names.
func stand(dir, code string) {
	functions := map[string][]string{}
	for _, m := range handlers.FindAllStringSubmatch(code, -1) {
		file, export := m[1], m[2]
		switch export {
		case "graphql":
			stub(dir, file+".graphql", "type Query { listNotes: [String] }\n")
		case "js", "json", "ts", "html", "pem", "txt", "com", "org", "sql", "vtl", "md", "dev", "png", "svg", "jpg", "ico", "io":
		default:
			functions[file] = append(functions[file], export)
		}
	}
	for file, exports := range functions {
		text, python := "", ""
		slices.Sort(exports)
		for _, name := range slices.Compact(exports) {
			text += fmt.Sprintf("const $%s = async () => {};\nexport { $%s as %s };\n", name, name, name)
			python += fmt.Sprintf("def %s(event, context):\n    pass\n", name)
		}
		if strings.Contains(code, "python") {
			stub(dir, file+".py", python)
			stub(dir, path.Join(path.Dir(file), "requirements.txt"), "")
		}
		stub(dir, file+".js", text)
	}
	if strings.Contains(code, `"container"`) {
		for _, m := range imageOf.FindAllStringSubmatch(code, -1) {
			stub(dir, path.Join(m[1], "Dockerfile"), "FROM scratch\n")
		}
	}
	for _, m := range service.FindAllStringSubmatch(code, -1) {
		dockerfile := "Dockerfile"
		if p := pathOf.FindStringSubmatch(m[1]); p != nil {
			dockerfile = path.Join(p[2], dockerfile)
		}
		stub(dir, dockerfile, "FROM scratch\n")
	}
	for _, m := range pathsOf.FindAllStringSubmatch(code, -1) {
		name := path.Clean(m[1])
		if path.Ext(name) != "" {
			stub(dir, name, "\n")
		} else {
			stub(dir, path.Join(name, "file.txt"), "\n")
		}
	}
	outputs, err := txtar.ParseFile("testdata/sstv2/frameworks.txtar")
	examples.Must(err)
	for _, m := range siteOf.FindAllStringSubmatch(code, -1) {
		props := map[string]string{"path": ".", "buildOutput": "."}
		for _, p := range pathOf.FindAllStringSubmatch(m[2], -1) {
			props[p[1]] = p[2]
		}
		site := path.Clean(props["path"])
		if m[1] == "Static" {
			for _, output := range []string{props["buildOutput"], "."} {
				stub(dir, path.Join(site, output, "index.html"), "<p></p>\n")
			}
			continue
		}
		name := map[string]string{"SvelteKit": "svelte", "SolidStart": "solid", "Astro": "astro", "Remix": "remix", "Nextjs": "next"}[m[1]]
		for _, f := range outputs.Files {
			if rest, ok := strings.CutPrefix(f.Name, name+"/"); ok && !(site == "." && rest == "package.json") {
				stub(dir, path.Join(site, rest), string(f.Data))
			}
		}
	}
}

// stub writes a file in the app, if it is not there yet.
func stub(dir, name, text string) {
	if filepath.IsLocal(name) && filepath.Clean(name) != "." && !exists(dir, name) {
		write(dir, name, text)
	}
}
