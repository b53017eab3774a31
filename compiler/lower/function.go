package lower

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

type functionArgs struct {
	Handler      string     `arg:"handler,required" doc:"Path to the code, and the name of the exported function: \"src/api.handler\"."`
	Runtime      string     `arg:"runtime" enum:"nodejs18.x|nodejs20.x|nodejs22.x|nodejs24.x|go|rust|provided.al2|provided.al2023|python3.9|python3.10|python3.11|python3.12|python3.13|python3.14" also:"^(nodejs[0-9]+\\.x|python3\\.[0-9]+|provided(\\.al[0-9]+)?|go1\\.x|java[0-9]+(\\.al2)?|dotnet(core)?[0-9]+(\\.[0-9]+)?|ruby[0-9]+\\.[0-9]+)$" doc:"The language runtime: one of these, or another of Lambda's. Default nodejs24.x."`
	Bundle       string     `arg:"bundle" doc:"A directory to pack as it is, instead of bundling the handler."`
	Name         arg.String `arg:"name" doc:"The name of the Lambda function, up to 64 characters."`
	Description  arg.String `arg:"description" doc:"Shown in the AWS Console."`
	Architecture string     `arg:"architecture" enum:"x86_64|arm64" doc:"The CPU architecture. Default x86_64."`

	Timeout   arg.Duration `arg:"timeout" doc:"The longest that it may run, up to 900 seconds. Default 20 seconds."`
	Memory    arg.Size     `arg:"memory" doc:"Memory, from 128 MB to 10240 MB. Default 1024 MB."`
	Storage   arg.Size     `arg:"storage" doc:"Ephemeral storage, from 512 MB to 10240 MB. Default 512 MB."`
	Streaming bool         `arg:"streaming" doc:"Stream responses."`
	Retries   arg.Number   `arg:"retries" doc:"How often a failed asynchronous call is retried: 0 to 2."`

	Environment arg.Map[arg.Value] `arg:"environment" doc:"Environment variables."`
	Link        []arg.Value        `arg:"link" doc:"Components whose values and permissions it is given."`
	Permissions []permissionArgs   `arg:"permissions" doc:"What it may do."`
	Policies    []arg.String       `arg:"policies" doc:"ARNs of managed policies to attach to its role."`
	Role        arg.String         `arg:"role" doc:"ARN of an existing role to use instead of making one."`

	Logging     *arg.OneOf[arg.Bool, loggingArgs]    `arg:"logging" only:"false" doc:"CloudWatch logs; false for none."`
	URL         *arg.OneOf[bool, functionURLArgs]    `arg:"url" doc:"A URL of its own."`
	VPC         *arg.OneOf[arg.Ref, functionVPCArgs] `arg:"vpc" of:"sst.aws.Vpc|sst.aws.Vpc.v1" doc:"The VPC to run in."`
	Volume      *volumeArgs                          `arg:"volume" doc:"An EFS file system to mount."`
	Concurrency *concurrencyArgs                     `arg:"concurrency" doc:"Limits on instances running at once."`
	Versioning  arg.Bool                             `arg:"versioning" doc:"Publish a version with each change."`
	Durable     *arg.OneOf[bool, durableArgs]        `arg:"durable" doc:"Make it a durable function."`
	Layers      []arg.String                         `arg:"layers" doc:"ARNs of layers."`
	Tags        arg.Map[arg.String]                  `arg:"tags" doc:"Tags of the function."`
	CopyFiles   []copyFileArgs                       `arg:"copyFiles" doc:"Files to put into the archive."`
	Nodejs      *nodejsArgs                          `arg:"nodejs" doc:"How Node.js code is bundled."`
	Python      *pythonArgs                          `arg:"python" doc:"How Python code is packed."`
	Injections  []arg.String                         `arg:"injections" doc:"Code to run before the handler."`
	Hook        arg.Value                            `arg:"hook" doc:"Callbacks around the build."`
	Live        arg.Bool                             `arg:"live" only:"false" doc:"Has no effect outside sst dev."`
	Dev         arg.Bool                             `arg:"dev" only:"false" doc:"Has no effect outside sst dev."`
	Transform   struct {
		Function          arg.Transform `arg:"function" of:"aws:lambda/function:Function"`
		Role              arg.Transform `arg:"role" of:"aws:iam/role:Role"`
		LogGroup          arg.Transform `arg:"logGroup" of:"aws:cloudwatch/logGroup:LogGroup"`
		EventInvokeConfig arg.Transform `arg:"eventInvokeConfig" of:"aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"`
	} `arg:"transform" doc:"Changes to the resources that it makes."`

	SkipMetadata arg.Bool `arg:"_skipMetadata"`
	SkipHint     arg.Bool `arg:"_skipHint"`
}

type permissionArgs struct {
	Effect     arg.String      `arg:"effect" enum:"allow|deny" doc:"Default allow."`
	Actions    []arg.String    `arg:"actions,required" doc:"IAM actions, such as \"s3:GetObject\"."`
	Resources  []arg.String    `arg:"resources,required" doc:"ARNs."`
	Conditions []conditionArgs `arg:"conditions" doc:"When the permission counts."`
}

type conditionArgs struct {
	Test     arg.String   `arg:"test,required" doc:"IAM condition operator."`
	Variable arg.String   `arg:"variable,required" doc:"Context key."`
	Values   []arg.String `arg:"values,required" doc:"Values to compare with."`
}

func (p permissionArgs) permission() Permission {
	out := Permission{Effect: p.Effect.KnownOr("allow"), Actions: values(p.Actions), Resources: values(p.Resources)}
	for _, c := range p.Conditions {
		out.Conditions = append(out.Conditions, c.condition())
	}
	return out
}

func (c conditionArgs) condition() Condition {
	return Condition{c.Test.V, c.Variable.V, values(c.Values)}
}

// values returns what a list of strings holds.
func values(list []arg.String) []ir.Value {
	var vs []ir.Value
	for _, s := range list {
		vs = append(vs, s.V)
	}
	return vs
}

type loggingArgs struct {
	Retention string     `arg:"retention" enum:"1 day|3 days|5 days|1 week|2 weeks|1 month|2 months|3 months|4 months|5 months|6 months|1 year|13 months|18 months|2 years|3 years|5 years|6 years|7 years|8 years|9 years|10 years|forever" doc:"How long logs are kept. Default 1 month."`
	LogGroup  arg.String `arg:"logGroup" doc:"Name of an existing log group."`
	Format    string     `arg:"format" enum:"text|json" doc:"Default text."`
}

// retentionDays are the periods for which CloudWatch keeps logs; 0 is forever.
var retentionDays = map[string]int{
	"1 day": 1, "3 days": 3, "5 days": 5, "1 week": 7, "2 weeks": 14, "1 month": 30, "2 months": 60, "3 months": 90,
	"4 months": 120, "5 months": 150, "6 months": 180, "1 year": 365, "13 months": 400, "18 months": 545, "2 years": 731,
	"3 years": 1096, "5 years": 1827, "6 years": 2192, "7 years": 2557, "8 years": 2922, "9 years": 3288, "10 years": 3653,
	"forever": 0,
}

type functionURLArgs struct {
	Authorization string                             `arg:"authorization" enum:"none|iam" doc:"Who may call it. Default none: everyone."`
	Cors          *arg.OneOf[bool, functionCORSArgs] `arg:"cors" doc:"CORS settings; false for none."`
	Router        *routerRouteArgs                   `arg:"router" doc:"Serve it through a Router."`
	Route         *routerRouteArgs                   `arg:"route" doc:"Older form of router."`
}

type functionCORSArgs struct {
	AllowCredentials arg.Bool     `arg:"allowCredentials"`
	AllowHeaders     []arg.String `arg:"allowHeaders"`
	AllowMethods     []arg.String `arg:"allowMethods"`
	AllowOrigins     []arg.String `arg:"allowOrigins"`
	ExposeHeaders    []arg.String `arg:"exposeHeaders"`
	MaxAge           arg.Duration `arg:"maxAge"`
}

type functionVPCArgs struct {
	PrivateSubnets arg.OneOf[[]arg.String, arg.Value] `arg:"privateSubnets,required" doc:"IDs of the subnets."`
	SecurityGroups arg.OneOf[[]arg.String, arg.Value] `arg:"securityGroups,required" doc:"IDs of the security groups."`
	Subnets        arg.Value                          `arg:"subnets"`
}

type volumeArgs struct {
	Efs  arg.OneOf[arg.Ref, arg.String] `arg:"efs,required" of:"sst.aws.Efs" doc:"The file system, or the ARN of an access point."`
	Path arg.String                     `arg:"path" doc:"Where to mount it. Default /mnt/efs."`
}

type concurrencyArgs struct {
	Provisioned arg.Number `arg:"provisioned" doc:"Instances kept ready. Needs versioning."`
	Reserved    arg.Number `arg:"reserved" doc:"The most instances that may run."`
}

type durableArgs struct {
	Timeout   arg.Duration `arg:"timeout" doc:"The longest that an execution may take. Default 14 days."`
	Retention arg.Duration `arg:"retention" doc:"How long its history is kept. Default 30 days."`
}

type copyFileArgs struct {
	From string `arg:"from,required" doc:"File or directory, from the app's root."`
	To   string `arg:"to" doc:"Path in the archive. Default: the same."`
}

type nodejsArgs struct {
	Plugins   string                                `arg:"plugins" doc:"A module that exports a list of esbuild plugins by default."`
	Loader    arg.Map[string]                       `arg:"loader" doc:"esbuild loaders by extension."`
	Install   *arg.OneOf[[]string, arg.Map[string]] `arg:"install" doc:"Packages to install beside the bundle instead of bundling them."`
	Banner    string                                `arg:"banner" doc:"Text in front of the bundle."`
	ESBuild   arg.Map[arg.Value]                    `arg:"esbuild" doc:"Further options for esbuild."`
	Minify    *bool                                 `arg:"minify" doc:"Default true."`
	Format    string                                `arg:"format" enum:"cjs|esm" doc:"Default esm."`
	SourceMap *bool                                 `arg:"sourcemap" doc:"Whether source maps are packed."`
	Splitting bool                                  `arg:"splitting" doc:"Split shared code into chunks."`
}

type pythonArgs struct {
	Container *arg.OneOf[bool, struct {
		Cache arg.Bool `arg:"cache"`
	}] `arg:"container" doc:"Deploy as a container image."`
}

var function = define(Definition{
	Type:     "sst.aws.Function",
	Doc:      "A Lambda function.",
	Linkable: true,
	Outputs: []Output{
		{"name", "string", "The name of the Lambda function."},
		{"arn", "string", "The ARN of the Lambda function."},
		{"url", "string", "The URL, if url was given."},
		{"targetArn", "string", "The ARN to call: with the version, if versions are published."},
		{"qualifier", "string", "The version to call, if versions are published."},
	},
	Nodes: []Output{
		{"role", "aws:iam/role:Role", "The role that it runs as."},
		{"function", "aws:lambda/function:Function", "The Lambda function."},
		{"logGroup", "aws:cloudwatch/logGroup:LogGroup", "Where its logs go, if that is a group of its own."},
		{"eventInvokeConfig", "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "Its retries, if they were set."},
	},
	Methods: []Method{
		method(Method{Name: "addEnvironment", Doc: "Adds environment variables to a function that is made already."}, functionAddEnvironment),
	},
}, newFunction)

// functionState is what a function's methods and those that use it need.
type functionState struct {
	function  ResourceHandle
	qualified bool // versions are published, and callers call one
}

func newFunction(c *Scope, a *functionArgs) {
	c.unsupported(a.Hook, `The "hook" argument runs code during the build, which sstc does not do. Build beforehand and give the result as "bundle".`)
	if len(a.Injections) > 0 {
		c.unsupported(a.Injections[0].Value, `The "injections" argument is not supported. Import the code in the handler instead.`)
	}
	if a.Python != nil && a.Python.Container != nil && (a.Python.Container.A == nil || *a.Python.Container.A) {
		c.unsupported(a.Python.Container.Value, "Functions in containers are not supported yet. Remove python.container to pack the function as an archive.")
	}
	c.bounds(a.Timeout.Value, "seconds", 1, 900)
	c.bounds(a.Memory.Value, "MB", 128, 10240)
	c.bounds(a.Storage.Value, "MB", 512, 10240)
	c.bounds(a.Retries.Value, "", 0, 2)

	if name, ok := a.Name.Known(); ok && len(name) > 64 {
		c.errorAt(a.Name.At, diag.InvalidValue, "Invalid value", fmt.Sprintf("The name of a Lambda function has at most 64 characters; %q has %d.", name, len(name)))
	}

	links := c.linksOf(a.Link)
	role := c.functionRole(a, links)
	logGroup, logging := c.functionLogging(a)

	runtime, architecture := cmp.Or(a.Runtime, "nodejs24.x"), cmp.Or(a.Architecture, "x86_64")
	c.addFunctionRecord(a, runtime, architecture)
	lambdaRuntime := runtime
	if runtime == "go" || runtime == "rust" {
		lambdaRuntime = "provided.al2023"
	}
	durable := a.durable()

	// The user's own variables come first: SST lets links overwrite them.
	env := c.variables(a.Environment).Merge(c.app.linkEnv(links)).Merge(included(links))

	props := ir.Obj(
		"name", a.Name.V,
		"description", a.Description.Or(""),
		"role", c.roleARN(a, role),
		"timeout", a.Timeout.Or(20),
		"memorySize", a.Memory.Or(1024),
		"ephemeralStorage", ir.Obj("size", a.Storage.Or(512)),
		"environment", ir.Obj("variables", env),
		"architectures", ir.List{ir.String(architecture)},
		"loggingConfig", logging,
		"vpcConfig", c.functionVPC(a),
		"fileSystemConfig", c.functionVolume(a),
		"layers", listOf(a.Layers),
		"tags", mapOf(a.Tags),
		"publish", a.Versioning.Or(durable),
	)
	if a.Concurrency != nil {
		props = props.With("reservedConcurrentExecutions", a.Concurrency.Reserved.V)
	}
	if durable {
		d := durableArgs{}
		if a.Durable.B != nil {
			d = *a.Durable.B
		}
		props = props.With("durableConfig", ir.Obj("executionTimeout", d.Timeout.Seconds(14*86400), "retentionPeriod", d.Retention.Days(30)))
	}
	props = props.Merge(ir.Obj(
		"packageType", "Zip",
		"s3Bucket", c.codeBucket(),
		"s3Key", ir.AssetRef{Asset: c.inst.ID, Attr: ir.AssetKey},
		"handler", ir.AssetRef{Asset: c.inst.ID, Attr: ir.AssetHandler},
		"runtime", lambdaRuntime,
	))
	fn := c.resource("Function", "aws:lambda/function:Function", props, a.Transform.Function)
	c.later(func() { c.checkEnvironment(fn, links) })

	published, _ := fn.Props.Get("publish").(ir.Bool)
	state := &functionState{function: fn, qualified: bool(published) || durable}
	c.inst.State = state
	c.functionURL(a, fn, durable)

	if a.Concurrency != nil {
		if p := a.Concurrency.Provisioned; p.Set() && p.V != ir.Value(ir.Number(0)) {
			if !bool(published) {
				c.errorAt(a.Concurrency.Provisioned.At, diag.ConflictingArguments, "Versioning needed",
					`Provisioned concurrency needs versions. Add "versioning: true".`)
			}
			c.resource("Provisioned", "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig", ir.Obj(
				"functionName", fn.Attr("name"),
				"qualifier", fn.Attr("version"),
				"provisionedConcurrentExecutions", a.Concurrency.Provisioned.V,
			), arg.Transform{})
		}
	}
	if a.Retries.Set() {
		c.node("eventInvokeConfig", c.resource("EventInvokeConfig", "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", ir.Obj(
			"functionName", fn.Attr("name"),
			"maximumRetryAttempts", a.Retries.V,
		), a.Transform.EventInvokeConfig))
	}

	c.out("name", fn.Attr("name"))
	c.out("arn", fn.Attr("arn"))
	c.out("targetArn", state.targetARN())
	c.out("qualifier", state.qualifier())
	c.node("role", role)
	c.node("function", fn)
	if logGroup != nil {
		c.node("logGroup", logGroup)
	}
	c.linkFunction(fn, state, durable)
	c.inst.record.Links = linkNames(links)
}

// durable reports whether the function is to be a durable one.
func (a *functionArgs) durable() bool {
	return a.Durable != nil && (a.Durable.A == nil || *a.Durable.A)
}

// variables returns environment variables as their texts. Those that are null
// are left out, as undefined ones are.
func (c *Scope) variables(env arg.Map[arg.Value]) *ir.Object {
	o := &ir.Object{}
	for _, e := range env.Entries {
		switch v := e.Value.V.(type) {
		case nil, ir.Null:
		case ir.Number, ir.Bool:
			o = o.With(e.Key, ir.Concat(v))
		case ir.Opaque:
			c.data(e.Value)
		case ir.List, *ir.Object:
			c.errorAt(e.Value.At, diag.WrongType, "Wrong type",
				fmt.Sprintf("The environment variable %q must be a string, not %s.", e.Key, arg.Describe(v)))
		default:
			o = o.With(e.Key, v)
		}
	}
	return o
}

func linkNames(links []*Link) []string {
	var names []string
	for _, l := range links {
		names = append(names, l.Name)
	}
	return names
}

func (c *Scope) linkFunction(fn ResourceHandle, state *functionState, durable bool) {
	props := ir.Obj("name", fn.Attr("name"))
	if o := c.inst.outputs["url"]; o.err == "" {
		props = props.With("url", o.value)
	}
	actions, target := []string{"lambda:InvokeFunction"}, fn.Attr("arn")
	if durable {
		props = props.With("qualifier", fn.Attr("version"))
		actions = append(actions, "lambda:ListDurableExecutionsByFunction", "lambda:GetDurableExecution",
			"lambda:GetDurableExecutionHistory", "lambda:StopDurableExecution", "lambda:SendDurableExecutionCallbackSuccess",
			"lambda:SendDurableExecutionCallbackFailure", "lambda:SendDurableExecutionCallbackHeartbeat")
		target = ir.Concat(target, ":*")
	}
	c.linkable(props, allow(actions, target))
}

// bounds reports a number outside [least, most].
func (c *Scope) bounds(v arg.Value, unit string, least, most float64) {
	n, ok := v.V.(ir.Number)
	if !ok || float64(n) >= least && float64(n) <= most {
		return
	}
	if unit != "" {
		unit = " " + unit
	}
	c.errorAt(v.At, diag.InvalidValue, "Value out of bounds", fmt.Sprintf("%q must be between %s and %s%s.",
		v.At[len(v.At)-1], ir.FormatNumber(least), ir.FormatNumber(most), unit))
}

// listOf returns a list of what was given, or nil if nothing was.
func listOf(list []arg.String) ir.Value {
	if list == nil {
		return nil
	}
	return ir.List(values(list))
}

// mapOf returns a mapping of what was given, or nil if nothing was.
func mapOf(m arg.Map[arg.String]) ir.Value {
	if !m.Set() {
		return nil
	}
	o := &ir.Object{}
	for _, e := range m.Entries {
		o = o.With(e.Key, e.Value.V)
	}
	return o
}

func (c *Scope) functionRole(a *functionArgs, links []*Link) ResourceHandle {
	if a.Role.Set() {
		if role, ok := c.app.resourceOf(a.Role.V, "aws:iam/role:Role"); ok {
			return role
		}
		return c.read(c.name()+"Role", "aws:iam/role:Role", c.roleName(a.Role), &ir.Object{})
	}
	var statements []statement
	add := func(p Permission, reason string) {
		statements = append(statements, statement{Permission: p})
		c.grant(p, reason)
	}
	for _, p := range a.Permissions {
		add(p.permission(), "permissions")
	}
	for _, l := range links {
		for _, p := range l.Permissions {
			add(p, "link to "+l.Name)
		}
	}
	inline := ir.List{}
	if len(statements) > 0 {
		inline = ir.List{ir.Obj("name", "inline", "policy", policyDocument(statements...))}
	}
	managed := ir.List(values(a.Policies))
	if !c.loggingOff(a) {
		managed = append(managed, managedPolicy("service-role/AWSLambdaBasicExecutionRole"))
	}
	if a.VPC != nil {
		managed = append(managed, managedPolicy("service-role/AWSLambdaVPCAccessExecutionRole"))
	}
	if a.durable() {
		managed = append(managed, managedPolicy("service-role/AWSLambdaBasicDurableExecutionRolePolicy"))
	}
	return c.resource("Role", "aws:iam/role:Role", ir.Obj(
		"assumeRolePolicy", assumeRolePolicy("lambda.amazonaws.com"),
		"inlinePolicies", inline,
		"managedPolicyArns", managed,
	), a.Transform.Role)
}

func (c *Scope) roleARN(a *functionArgs, role ResourceHandle) ir.Value {
	if a.Role.Set() {
		return a.Role.V
	}
	return role.Attr("arn")
}

func (c *Scope) loggingOff(a *functionArgs) bool { return a.Logging != nil && a.Logging.A != nil }

// functionLogging makes the log group, unless the function logs nowhere or to
// one that exists. It returns the function's loggingConfig.
func (c *Scope) functionLogging(a *functionArgs) (logGroup arg.Handle, config ir.Value) {
	if c.loggingOff(a) {
		return nil, nil
	}
	var l loggingArgs
	if a.Logging != nil && a.Logging.B != nil {
		l = *a.Logging.B
	}
	format := "Text"
	if l.Format == "json" || a.durable() {
		format = "JSON"
	}
	if l.Format == "text" && a.durable() {
		c.errorAt(arg.Path{c.argIndex, "logging", "format"}, diag.ConflictingArguments, "Conflicting arguments",
			`The logs of durable functions are JSON. Set "format" to "json", or leave it out.`)
	}
	if l.LogGroup.Set() {
		if l.Retention != "" {
			c.errorAt(arg.Path{c.argIndex, "logging", "retention"}, diag.ConflictingArguments, "Conflicting arguments",
				`"retention" and "logGroup" exclude each other: an existing log group keeps its own retention.`)
		}
		return nil, ir.Obj("logFormat", format, "logGroup", l.LogGroup.V)
	}
	group := c.resource("LogGroup", "aws:cloudwatch/logGroup:LogGroup", ir.Obj(
		"name", ir.Concat("/aws/lambda/", a.Name.Or(c.app.physicalName(64, c.name()+"Function", ""))),
		"retentionInDays", retentionDays[cmp.Or(l.Retention, "1 month")],
	), a.Transform.LogGroup)
	return group, ir.Obj("logFormat", format, "logGroup", group.Attr("name"))
}

func (c *Scope) functionVPC(a *functionArgs) ir.Value {
	switch {
	case a.VPC == nil:
		return nil
	case a.VPC.A != nil:
		vpc := a.VPC.A.Handle().(*Instance)
		c.checkNAT(vpc, a.VPC.A.At)
		subnets, _ := vpc.Output("privateSubnets")
		groups, _ := vpc.Output("securityGroups")
		return ir.Obj("securityGroupIds", groups, "subnetIds", subnets)
	}
	v := a.VPC.B
	if v.Subnets.Set() {
		c.errorAt(v.Subnets.At, diag.UnsupportedFeature, "Renamed argument", `"subnets" is now called "privateSubnets".`)
	}
	return ir.Obj("securityGroupIds", v.SecurityGroups.V, "subnetIds", v.PrivateSubnets.V)
}

// checkNAT warns of functions without access to the internet, once for a VPC.
func (c *Scope) checkNAT(vpc *Instance, at arg.Path) {
	for _, node := range []string{"natGateways", "natInstances"} {
		if nat, ok := vpc.Node(node).(ir.List); !ok || len(nat) > 0 {
			return
		}
	}
	once(c.app, "vpc-without-nat:"+vpc.ID, func() bool {
		c.warnAt(at, diag.VPCWithoutNAT, "No internet access",
			fmt.Sprintf("The VPC %q has no NAT gateway, so functions in it, such as %q, cannot reach the internet. If they must, give the Vpc the argument \"nat\".", vpc.Name, c.name()))
		return true
	})
}

func (c *Scope) functionVolume(a *functionArgs) ir.Value {
	if a.Volume == nil {
		return nil
	}
	v := a.Volume.Efs.V
	if i, ok := a.Volume.Efs.Handle().(*Instance); ok {
		if point, ok := (arg.Value{V: i.Node("accessPoint")}).Handle().(ResourceHandle); ok {
			v = point.Attr("arn")
		}
	}
	return ir.Obj("arn", v, "localMountPath", a.Volume.Path.Or("/mnt/efs"))
}

// codeBucket is the bucket with the function's archive: Lambda reads code from
// buckets in its own region only, so a function under a provider for another
// region needs another.
func (c *Scope) codeBucket() ir.Value {
	if h, ok := c.opts.Provider.(ResourceHandle); ok {
		if region, ok := h.Props.Get("region").(ir.String); ok && string(region) != c.app.Info.Region {
			return c.app.Param(&ir.ParamDecl{
				Name: "AssetsBucket" + logicalName(string(region)), Kind: ir.ParamAssets, Region: string(region),
				Description: fmt.Sprintf("The bucket with the archives in %s.", region), Range: c.at.Range(),
			})
		}
	}
	return ir.AssetRef{Asset: c.inst.ID, Attr: ir.AssetBucket}
}

// addFunctionRecord tells the packer what to pack.
func (c *Scope) addFunctionRecord(a *functionArgs, runtime, architecture string) {
	f := &ir.Function{
		ID: c.inst.ID, Name: c.name(), Runtime: runtime, Handler: a.Handler, Architecture: architecture,
		Bundle: a.Bundle, Range: c.at.Range(),
	}
	for i, e := range a.CopyFiles {
		to := cmp.Or(e.To, e.From)
		if path.IsAbs(to) {
			c.errorAt(arg.Path{c.argIndex, "copyFiles", fmt.Sprint(i)}, diag.InvalidValue, "Invalid value",
				fmt.Sprintf("The destination %q of copied files must be relative: it is a path in the archive.", to))
		}
		f.CopyFiles = append(f.CopyFiles, ir.CopyFile{From: path.Clean(e.From), To: path.Clean(to)})
	}
	if n := a.Nodejs; n != nil {
		f.Node = ir.NodeOptions{Format: n.Format, Banner: n.Banner, Minify: n.Minify, SourceMap: n.SourceMap, Splitting: n.Splitting, PluginModule: n.Plugins}
		f.Node.ESBuild = c.esbuildOptions(n.ESBuild)
		for _, e := range n.Loader.Entries {
			f.Node.Loader = append(f.Node.Loader, ir.KV{Key: e.Key, Value: e.Value})
		}
		slices.SortFunc(f.Node.Loader, func(x, y ir.KV) int { return strings.Compare(x.Key, y.Key) })
		if i := n.Install; i != nil {
			if i.A != nil {
				f.Node.Install = slices.Clone(*i.A)
			} else {
				for _, e := range i.B.Entries {
					f.Node.Install = append(f.Node.Install, strings.TrimSuffix(e.Key+"@"+e.Value, "@*"))
				}
			}
			slices.Sort(f.Node.Install)
		}
	}
	c.app.prog.Functions = append(c.app.prog.Functions, f)
	c.app.prog.Assets = append(c.app.prog.Assets, &ir.Asset{ID: f.ID, Kind: ir.AssetIsFunction, Range: f.Range})
}

// esbuildOptions returns the options that the user passes on to esbuild.
func (c *Scope) esbuildOptions(m arg.Map[arg.Value]) *ir.Object {
	options, _ := m.V.(*ir.Object)
	o := options
	for _, e := range m.Entries {
		switch {
		case e.Key == "plugins":
			o = &ir.Object{Fields: slices.DeleteFunc(slices.Clone(options.Fields), func(f ir.Field) bool { return f.Key == "plugins" })}
			c.unsupported(e.Value, `SST takes plugins of esbuild from a module. Export a list of them by default there, and give its path as "nodejs.plugins".`)
		case !ir.Known(e.Value.V):
			c.errorAt(e.Value.At, diag.UnknownValue, "Value not known before deployment",
				fmt.Sprintf("The esbuild option %q decides how the code is bundled, so it must be known to the compiler.", e.Key))
		}
	}
	return o
}

// functionURL makes the function's URL and sets the output.
func (c *Scope) functionURL(a *functionArgs, fn ResourceHandle, durable bool) {
	if a.URL == nil || a.URL.A != nil && !*a.URL.A {
		c.outError("url", fmt.Sprintf("The function %q has no URL. Give it one with \"url: true\".", c.name()))
		return
	}
	var u functionURLArgs
	if a.URL.B != nil {
		u = *a.URL.B
	}
	cors := ir.Obj("allowHeaders", []string{"*"}, "allowMethods", []string{"*"}, "allowOrigins", []string{"*"})
	if u.Cors != nil {
		switch {
		case u.Cors.A != nil && !*u.Cors.A:
			cors = nil
		case u.Cors.B != nil:
			o := u.Cors.B
			cors = cors.Merge(ir.Obj(
				"allowCredentials", o.AllowCredentials.V, "allowHeaders", listOf(o.AllowHeaders), "allowMethods", listOf(o.AllowMethods),
				"allowOrigins", listOf(o.AllowOrigins), "exposeHeaders", listOf(o.ExposeHeaders), "maxAge", o.MaxAge.V))
		}
	}
	route := c.routeOf(cmp.Or(u.Router, u.Route))
	iam := u.Authorization == "iam" || route.oac()
	props := ir.Obj(
		"functionName", fn.Attr("name"),
		"authorizationType", map[bool]string{true: "AWS_IAM", false: "NONE"}[iam],
		"invokeMode", map[bool]string{true: "RESPONSE_STREAM", false: "BUFFERED"}[a.Streaming],
		"cors", cors,
	)
	if durable {
		alias := c.resource("Durable", "aws:lambda/alias:Alias", ir.Obj(
			// Pulumi would make up a name of this form; Terraform wants one.
			"name", c.app.physicalName(64, c.name()+"Durable", ""),
			"functionName", fn.Attr("arn"),
			"functionVersion", fn.Attr("version"),
		), arg.Transform{})
		props = props.With("functionName", fn.Attr("arn")).With("qualifier", alias.Attr("name"))
	}
	url := c.resource("Url", "aws:lambda/functionUrl:FunctionUrl", props, arg.Transform{})

	permit := func(suffix, action string, extra ...any) {
		c.resource(suffix, "aws:lambda/permission:Permission",
			ir.Obj("action", action, "function", fn.Attr("name")).Merge(ir.Obj(extra...)), arg.Transform{})
	}
	switch {
	case route.oac():
		d := route.distribution
		permit("CloudFrontFunctionUrlAccess", "lambda:InvokeFunctionUrl", "principal", "cloudfront.amazonaws.com", "sourceArn", d)
		permit("CloudFrontInvokeFunction", "lambda:InvokeFunction", "principal", "cloudfront.amazonaws.com", "sourceArn", d, "invokedViaFunctionUrl", true)
	case u.Authorization != "iam":
		second := "InvokeFunction"
		if route != nil {
			second = "PublicInvokeFunction"
		}
		permit("PublicFunctionUrlAccess", "lambda:InvokeFunctionUrl", "principal", "*", "functionUrlAuthType", "NONE")
		permit(second, "lambda:InvokeFunction", "principal", "*", "invokedViaFunctionUrl", true)
	}
	if route == nil {
		c.out("url", url.Attr("functionUrl"))
		return
	}
	c.routeToURL(route, url.Attr("functionUrl"))
	c.out("url", route.url)
}

// targetARN is what triggers call: the published version if there is one.
func (s *functionState) targetARN() ir.Value {
	if s.qualified {
		return s.function.Attr("qualifiedArn")
	}
	return s.function.Attr("arn")
}

// qualifier is the version that triggers call, nil if they call the latest.
func (s *functionState) qualifier() ir.Value {
	if s.qualified {
		return s.function.Attr("version")
	}
	return nil
}

// checkEnvironment reports environment variables over Lambda's limit. Unknown
// parts count with the least that they can be, so that nothing that would fit
// is refused.
func (c *Scope) checkEnvironment(fn ResourceHandle, links []*Link) {
	const limit = 4096 // bytes, keys and values (Lambda quotas)
	env, _ := fn.Props.Get("environment").(*ir.Object)
	variables, _ := env.Get("variables").(*ir.Object)
	sizes := map[string]int{}
	total := 0
	for i := range variables.Len() {
		f := variables.Fields[i]
		sizes[f.Key] = len(f.Key) + leastSize(f.Value)
		total += sizes[f.Key]
	}
	if total <= limit {
		return
	}
	keys := slices.SortedFunc(maps.Keys(sizes), func(a, b string) int {
		if d := sizes[b] - sizes[a]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	var largest []string
	for _, k := range keys[:min(5, len(keys))] {
		largest = append(largest, fmt.Sprintf("%s (%d bytes)", k, sizes[k]))
	}
	listed := strings.Join(largest, ", ")
	detail := fmt.Sprintf("The environment variables of %q come to at least %d bytes, and Lambda allows 4096. The largest are %s.", c.name(), total, listed)
	if len(links) > 0 {
		detail += " Links are passed in environment variables, and putting them all into SST_RESOURCES_JSON would not make them smaller: link fewer things, or read large values from SSM or S3 at run time."
	} else {
		detail += " Read large values from SSM or S3 at run time."
	}
	// Where many functions are given the same, the first stands for all.
	o := c.app.oversize[listed]
	if o == nil {
		c.app.diags.Add(diag.EnvironmentTooLarge, c.at.Arg(arg.Path{c.argIndex, "environment"}), "Environment too large", detail)
		c.app.oversize[listed] = &oversize{diagnostic: c.app.diags[len(c.app.diags)-1], detail: detail}
		return
	}
	o.others = append(o.others, strconv.Quote(c.name()))
	more := ""
	if n := len(o.others) - 5; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	o.diagnostic.Detail = o.detail + " The same goes for " + strings.Join(o.others[:min(5, len(o.others))], ", ") + more + "."
}

// An oversize is a diagnostic about the environment of functions.
type oversize struct {
	diagnostic *diag.Diagnostic
	detail     string   // about the first function alone
	others     []string // names of the other functions, in quotes
}

// leastSize is the number of bytes that a value has at least, as text.
func leastSize(v ir.Value) int {
	switch v := v.(type) {
	case ir.String:
		return len(v)
	case ir.Join:
		n := 0
		for _, p := range v.Parts {
			n += leastSize(p)
		}
		return n
	case ir.Call:
		if v.Func == ir.FuncJSONEncode {
			n := 0
			ir.Walk(v.Args[0], func(v ir.Value) bool {
				switch v := v.(type) {
				case ir.String:
					n += len(v) + 2
				case *ir.Object:
					for i := range v.Len() {
						n += len(v.Fields[i].Key) + 4
					}
				}
				return true
			})
			return n
		}
		if v.Func == ir.FuncSecret {
			return leastSize(v.Args[0])
		}
	}
	return 0
}

type addEnvironmentParams struct {
	Environment arg.Map[arg.Value] `arg:"environment,required" doc:"Variables to add."`
}

// functionAddEnvironment changes the function's own resource: nothing has been
// deployed yet, so the update that SST makes after the fact is not needed.
func functionAddEnvironment(c *Scope, p *addEnvironmentParams) ir.Value {
	fn := c.inst.State.(*functionState).function
	env, _ := fn.Props.Get("environment").(*ir.Object)
	variables, _ := env.Get("variables").(*ir.Object)
	fn.Props = fn.Props.With("environment", env.With("variables", variables.Merge(c.variables(p.Environment))))
	return nil
}

// A target is a function that another component calls: one that was made for
// it, one that exists as a component, or one that is known by its ARN alone.
type target struct {
	inst      *Instance // nil if known by ARN alone
	arn       ir.Value  // without a version
	targetARN ir.Value  // with the version, if versions are published
	qualifier ir.Value  // the version; nil if there is none
	// invokeARN and streamInvokeARN are for API Gateway's integrations.
	invokeARN, streamInvokeARN ir.Value
}

// functionTypes is the tag for an argument that takes a function component.
const functionTypes = "sst.aws.Function"

// function makes the function that a definition asks for: a handler or the
// arguments of a Function (one named name is made inside this component, with
// defaults laid under its arguments), an ARN, or a Function component.
func (c *Scope) function(name string, def arg.Value, defaults *ir.Object, t arg.Transform, options ...ResourceOption) target {
	switch v := def.V.(type) {
	case ir.Opaque:
		switch h := v.X.(type) {
		case *Instance:
			if s, ok := h.State.(*functionState); ok {
				return s.target(h)
			}
		case arg.Poison:
			return targetOfARN(noFunction)
		}
	case *ir.Object:
		args := defaults.Merge(v)
		for _, key := range []string{"link", "permissions"} {
			under, _ := defaults.Get(key).(ir.List)
			over, _ := v.Get(key).(ir.List)
			if under != nil && over != nil {
				args = args.With(key, append(slices.Clone(under), over...))
			}
		}
		under, _ := defaults.Get("environment").(*ir.Object)
		if over, ok := v.Get("environment").(*ir.Object); ok {
			args = args.With("environment", under.Merge(over))
		}
		return madeTarget(c.childAt(def.At, functionTypes, name, args, t, options...))
	case ir.String:
		if !strings.HasPrefix(string(v), "arn:") {
			args := ir.Obj("handler", v).Merge(defaults)
			return madeTarget(c.childAt(def.At, functionTypes, name, args, t, options...))
		}
		return targetOfARN(v)
	case ir.Ref, ir.Join, ir.Call, ir.Param:
		return targetOfARN(v)
	}
	c.errorAt(def.At, diag.WrongType, "Wrong type",
		fmt.Sprintf("A function is a handler such as \"src/api.handler\", the arguments of a Function, a Function component, or an ARN; not %s.", arg.Describe(def.V)))
	return targetOfARN(noFunction)
}

// noFunction stands for a function in a program that has errors.
const noFunction ir.String = "arn:aws:lambda:us-east-1:000000000000:function:none"

// madeTarget is a Function that was made just now.
func madeTarget(inst *Instance) target { return inst.State.(*functionState).target(inst) }

func (s *functionState) target(inst *Instance) target {
	fn := s.function
	t := target{inst: inst, arn: fn.Attr("arn"), targetARN: s.targetARN(), qualifier: s.qualifier(),
		invokeARN: fn.Attr("invokeArn"), streamInvokeARN: fn.Attr("responseStreamingInvokeArn")}
	if s.qualified {
		t.invokeARN = fn.Attr("qualifiedInvokeArn")
		t.streamInvokeARN = apiTarget("2021-11-15", t.targetARN, "response-streaming-invocations")
	}
	return t
}

// targetOfARN is a function known by its ARN alone, with a version if that has
// one: arn:aws:lambda:<region>:<account>:function:<name>[:<version>].
func targetOfARN(v ir.Value) target {
	t := target{
		arn: v, targetARN: v,
		invokeARN:       apiTarget("2015-03-31", v, "invocations"),
		streamInvokeARN: apiTarget("2021-11-15", v, "response-streaming-invocations"),
	}
	switch v := v.(type) {
	case ir.String:
		if parts := strings.Split(string(v), ":"); len(parts) == 8 {
			t.arn, t.qualifier = ir.String(strings.Join(parts[:7], ":")), ir.String(parts[7])
		}
	case ir.Ref:
		if v.Attr == "qualifiedArn" {
			t.arn, t.qualifier = ir.Ref{Resource: v.Resource, Attr: "arn"}, ir.Ref{Resource: v.Resource, Attr: "version"}
		}
	}
	return t
}

// apiTarget is the ARN by which API Gateway calls a function.
func apiTarget(version string, function ir.Value, call string) ir.Value {
	return ir.Concat("arn:", arnPart(function, 1), ":apigateway:", arnPart(function, 3), ":lambda:path/", version, "/functions/", function, "/", call)
}

// functionNode sets the node "function", if the function is of this app.
func (c *Scope) functionNode(t target) {
	if h := t.handle(); h != nil {
		c.node("function", h)
	}
}

// handle returns the function as a node, or nil if it is known by ARN alone.
func (t target) handle() arg.Handle {
	if t.inst == nil {
		return nil
	}
	return t.inst
}
