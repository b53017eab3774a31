package diag

// A Code names a kind of diagnostic for good: it is shown, it can be looked
// up with `sstc explain`, and it is never given another meaning.
type Code string

// About arguments and components.
const (
	// UnsupportedArgument: an argument has a name that its component, method
	// or block does not have. SST ignores such an argument; with
	// --ignore-unknown sstc does too, with a warning. So it does with a
	// property that a construct of SST v2 does not have.
	//
	// Example:
	//	new sst.aws.Bucket("Uploads", { acess: "public" });
	UnsupportedArgument Code = "unsupported-argument"

	// MissingArgument: an argument that is required was not given.
	//
	// Example:
	//	new sst.aws.Function("Api", {});
	MissingArgument Code = "missing-argument"

	// WrongType: an argument's value is of a type that the argument does not
	// take.
	//
	// Example:
	//	new sst.aws.Bucket("Uploads", { versioning: "yes" });
	WrongType Code = "wrong-type"

	// InvalidValue: an argument's value is of the right type, but not one that
	// is allowed: an unknown name, a length of time or a size that cannot be
	// read, a number out of its bounds. It is a warning for what SST v2 takes
	// and makes something else of.
	//
	// Example:
	//	new sst.aws.Function("Api", { handler: "index.handler", timeout: "3 min" });
	InvalidValue Code = "invalid-value"

	// ConflictingArguments: arguments were given that exclude each other.
	//
	// Example:
	//	new sst.aws.Bucket("Uploads", { public: true, access: "cloudfront" });
	ConflictingArguments Code = "conflicting-arguments"

	// UnknownValue: the compiler needs a value now that is known only once the
	// app is deployed.
	//
	// Example:
	//	const q = new sst.aws.Queue("Jobs");
	//	new sst.aws.Bucket("Uploads", { access: q.url as any });
	UnknownValue Code = "unknown-value"

	// UnknownComponent: there is no component of that name, or not yet.
	//
	// Example:
	//	new (sst.aws as any).Buckett("Uploads");
	UnknownComponent Code = "unknown-component"

	// UnknownMember: a component has no method or output of that name.
	//
	// Example:
	//	const b = new sst.aws.Bucket("Uploads");
	//	(b as any).notifyy({});
	UnknownMember Code = "unknown-member"

	// UnsupportedFeature: the argument, method or option exists in SST, and
	// sstc does not support it.
	//
	// Example:
	//	new sst.aws.Function("Api", { handler: "index.handler", injections: ["x"] });
	UnsupportedFeature Code = "unsupported-feature"

	// DuplicateName: two components or resources have the same name where
	// names must be unique.
	//
	// Example:
	//	new sst.aws.Bucket("Uploads");
	//	new sst.aws.Bucket("Uploads");
	DuplicateName Code = "duplicate-name"

	// InvalidName: the name of an app, stage, component or secret has
	// characters that are not allowed in it.
	//
	// Example:
	//	new sst.aws.Bucket("My Uploads");
	InvalidName Code = "invalid-name"

	// SecretFromEnvironment (a warning): a secret's placeholder is the value of
	// an environment variable. It may be secret itself, so it is left out of
	// what is built.
	//
	// Example:
	//	new sst.Secret("Token", process.env.TOKEN);
	//	-- .env --
	//	TOKEN=c2VjcmV0
	SecretFromEnvironment Code = "secret-from-environment"

	// OutputInString (a warning): an Output was put into a string or JSON as it
	// is. SST writes a sentence of advice in place of the value, and sstc the
	// value.
	//
	// Example:
	//	const q = new sst.aws.Queue("Jobs");
	//	new sst.aws.Function("Api", { handler: "index.handler", environment: { JOBS: `queue ${q.url}` } });
	OutputInString Code = "output-in-string"

	// FixedClock (a warning): a resource has the time in it. The clock shows the
	// same in every build, so that equal inputs give equal results: what should
	// happen anew with each deployment will happen once.
	//
	// Example:
	//	const f = new sst.aws.Function("Migrate", { handler: "index.handler" });
	//	new aws.lambda.Invocation("Run", { functionName: f.name, input: "{}", triggers: { at: String(Date.now()) } });
	FixedClock Code = "fixed-clock"

	// InvalidLink: something was put in a link list that cannot be linked.
	//
	// Example:
	//	new sst.aws.Function("Api", { handler: "index.handler", link: [undefined] });
	InvalidLink Code = "invalid-link"

	// EnvironmentTooLarge: a function's environment variables, links
	// included, would pass Lambda's limit of 4 KB.
	//
	// Example:
	//	new sst.aws.Function("Api", { handler: "index.handler", environment: { BIG: "x".repeat(5000) } });
	EnvironmentTooLarge Code = "environment-too-large"

	// VPCWithoutNAT: a function runs in a VPC whose private subnets have no way
	// to the internet.
	//
	// Example:
	//	const vpc = new sst.aws.Vpc("Net");
	//	new sst.aws.Function("Api", { handler: "index.handler", vpc });
	VPCWithoutNAT Code = "vpc-without-nat"
)

// About the properties of resources, and what they refer to.
const (
	// InvalidProperty: a resource, or an object in it, was given a property
	// that its type does not have, or that only its provider can set. With
	// --ignore-unknown a property of the resource itself is left out, as
	// Pulumi's SDKs do, with a warning.
	//
	// Example:
	//	new aws.s3.Bucket("Uploads", { buckett: "uploads" } as any);
	InvalidProperty Code = "invalid-property"

	// MissingProperty: a resource, or an object in it, lacks a property that
	// its type requires.
	//
	// Example:
	//	new aws.lambda.Permission("Call", { action: "lambda:InvokeFunction" } as any);
	MissingProperty Code = "missing-property"

	// InvalidPropertyValue: a property of a resource was given a value of
	// another type than the property's, or one that is not among its values.
	//
	// Example:
	//	new aws.s3.Bucket("Uploads", { forceDestroy: "yes" as any });
	InvalidPropertyValue Code = "invalid-property-value"

	// UnknownAttribute: a value is taken from an attribute that the resource
	// does not have.
	//
	// Example:
	//	const b = new aws.s3.Bucket("Uploads");
	//	new aws.ssm.Parameter("Name", { type: "String", value: (b as any).arnn });
	UnknownAttribute Code = "unknown-attribute"

	// ProviderVersion: app().providers asks for a version of a provider other
	// than the one that sstc checks against and writes into what it builds.
	//
	// Example:
	//	providers: { random: "4.0.0" }
	ProviderVersion Code = "provider-version"

	// UnknownReference: the compiler made a reference to a resource, parameter
	// or asset that the app does not have. That is a bug in sstc.
	UnknownReference Code = "unknown-reference"

	// DependencyCycle: resources need each other, so that none of them can be
	// created first.
	//
	// Example:
	//	const a = new aws.sns.Topic("A", { displayName: $output("").apply(() => b.name) });
	//	const b = new aws.sns.Topic("B", { displayName: a.name });
	DependencyCycle Code = "dependency-cycle"
)

// About functions, and the archives made of them.
const (
	// HandlerNotFound: the handler names no file, or no main package.
	//
	// Example:
	//	new sst.aws.Function("Api", { handler: "src/apii.handler" });
	HandlerNotFound Code = "handler-not-found"

	// MissingExport: the handler's file has no export of the handler's name,
	// so that the function fails whenever it is called.
	//
	// Example:
	//	new sst.aws.Function("Api", { handler: "src/api.handlr" });
	MissingExport Code = "missing-export"

	// BundleFailed: a function's code cannot be bundled: it does not parse, or
	// it imports what is not there.
	//
	// Example:
	//	new sst.aws.Function("Api", { handler: "src/area.handler" });
	//	-- src/area.ts --
	//	import { pi } from "./numbers";
	//
	//	export const handler = async () => pi;
	BundleFailed Code = "bundle-failed"

	// BundleWarning: a function's code can be bundled, but has what is
	// probably a mistake.
	//
	// Example:
	//	new sst.aws.Function("Api", { handler: "src/twice.handler" });
	//	-- src/twice.ts --
	//	export const handler = async () => ({ statusCode: 200, statusCode: 404 });
	BundleWarning Code = "bundle-warning"

	// CompileFailed: a function's code does not compile.
	CompileFailed Code = "compile-failed"

	// ToolchainMissing: a function's language needs a command that is not on
	// the PATH.
	ToolchainMissing Code = "toolchain-missing"

	// PackageNotInstalled: a package that goes into an archive is not
	// installed in the project, or not in the version that is asked for. sstc
	// downloads none.
	//
	// Example:
	//	new sst.aws.Function("Api", { handler: "src/api.handler", nodejs: { install: ["left-pad"] } });
	PackageNotInstalled Code = "package-not-installed"

	// PackagePlatform: an installed package has native code for another
	// system than the function's.
	//
	// Example:
	//	new sst.aws.Function("Api", { handler: "src/api.handler", nodejs: { install: ["native"] } });
	//	-- node_modules/native/package.json --
	//	{ "name": "native", "version": "1.0.0", "optionalDependencies": { "native-darwin": "1.0.0" } }
	//	-- node_modules/native-darwin/package.json --
	//	{ "name": "native-darwin", "version": "1.0.0", "os": ["darwin"] }
	PackagePlatform Code = "package-platform"

	// FileNotFound: a file or directory that the configuration names does not
	// exist, or a directory was named where a file must be.
	//
	// Example:
	//	new sst.aws.Function("Api", { handler: "src/api.handler", copyFiles: [{ from: "nothing.txt" }] });
	FileNotFound Code = "file-not-found"

	// OutsideProject: the configuration names a file outside the project, or a
	// link leads there.
	//
	// Example:
	//	new sst.aws.Function("Api", { handler: "src/api.handler", copyFiles: [{ from: "/etc/hosts", to: "hosts" }] });
	OutsideProject Code = "outside-project"

	// UnpackableFile: a file cannot be in an archive: its name cannot be
	// unpacked on every system or clashes with another, or it is no file at
	// all, but a socket or a device.
	//
	// Example:
	//	new sst.aws.Function("Api", {
	//	  handler: "src/api.handler",
	//	  copyFiles: [{ from: "a.txt", to: "text" }, { from: "a.txt", to: "Text" }],
	//	});
	//	-- a.txt --
	//	a
	UnpackableFile Code = "unpackable-file"

	// ArchiveTooLarge: a function is larger, unpacked, than Lambda takes.
	ArchiveTooLarge Code = "archive-too-large"

	// ArchiveLarge: a function's archive is so large that it starts slowly.
	ArchiveLarge Code = "archive-large"

	// InvalidFile: a file of the project, such as pyproject.toml, cannot be
	// read for what it should be.
	//
	// Example:
	//	new sst.aws.Function("Api", { handler: "app/api.handler", runtime: "python3.13" });
	//	-- app/pyproject.toml --
	//	[project
	//	-- app/api.py --
	//	def handler(event, context): ...
	InvalidFile Code = "invalid-file"

	// InvalidPattern: a glob pattern is not well-formed.
	//
	// Example:
	//	new sst.aws.StaticSite("Web", {
	//	  path: "web",
	//	  assets: { fileOptions: [{ files: "*.{js", cacheControl: "no-store" }] },
	//	});
	//	-- web/index.html --
	//	<!doctype html>
	InvalidPattern Code = "invalid-pattern"
)

// About the CloudFormation target.
const (
	// NotInCloudFormation: a resource, a property, an attribute or an option
	// has nothing in CloudFormation that says the same. Build for another
	// target, or do without it.
	//
	// Example:
	//	new random.RandomPet("Name", { length: 2 });
	NotInCloudFormation Code = "not-in-cloudformation"

	// WeakerInCloudFormation: something can be written for CloudFormation, but
	// does less there than what the configuration asks for.
	//
	// Example:
	//	new aws.s3.Bucket("Uploads", {}, { replaceOnChanges: ["tags"] });
	WeakerInCloudFormation Code = "weaker-in-cloudformation"

	// TemplateLimit: a template would pass one of CloudFormation's limits: on
	// the number of its parameters or outputs, or the length of a text.
	TemplateLimit Code = "template-limit"
)

// About an app whose resources are CloudFormation's, and the other targets.
const (
	// NotOutsideCloudFormation: something in a stack of CloudFormation works in
	// CloudFormation only, so that the app cannot be built for another target:
	// a custom resource that is made through a topic, a type that nothing else
	// makes, or a condition that is decided only when the stack is deployed.
	//
	// Example:
	//	new cdk.CustomResource(stack, "Seed", { serviceToken: seeds.topicArn });
	NotOutsideCloudFormation Code = "not-outside-cloudformation"

	// WeakerOutsideCloudFormation: something in a stack of CloudFormation can be
	// written for the other targets, but does less there.
	//
	// Example:
	//	const size = new cdk.CfnParameter(stack, "Size", { default: "small" });
	//	new cdk.CfnCondition(stack, "Large", { expression: cdk.Fn.conditionEquals(size.value, "large") });
	WeakerOutsideCloudFormation Code = "weaker-outside-cloudformation"

	// ThroughCloudControl: a resource of a stack is made through Cloud Control
	// for the other targets, whose types mirror CloudFormation's, and not by the
	// provider aws. It needs the provider awscc or aws-native, and cannot be
	// imported or moved like the others.
	//
	// Example:
	//	new gamelift.CfnAlias(stack, "Alias", { name: "live", routingStrategy: { type: "TERMINAL", message: "Closed" } });
	ThroughCloudControl Code = "through-cloud-control"
)

// About the output format.
const (
	// UnsupportedFunction: a value is to be computed at deployment by a
	// function that the output format does not have. Terraform has all of
	// them, Pulumi YAML and CloudFormation a few.
	//
	// Example:
	//	const b = new sst.aws.Bucket("Uploads");
	//	return { shout: b.name.apply((name) => name.toUpperCase()) };
	UnsupportedFunction Code = "unsupported-function"

	// UnsupportedByTarget: the output format cannot express something in the
	// app other than a function. So Pulumi YAML takes some keys for functions.
	//
	// Example:
	//	new aws.sns.Topic("Alerts", { tags: { "fn::join": "never" } });
	UnsupportedByTarget Code = "unsupported-by-target"
)

// About Terraform.
const (
	// NotInTerraform: a resource, a call or a property has no twin in
	// Terraform, so that the app cannot be built for it.
	//
	// Example:
	//	const revision = new command.local.Command("Revision", { create: "git rev-parse HEAD" });
	//	return { revision: revision.stdout };
	NotInTerraform Code = "not-in-terraform"

	// WeakerInTerraform: an option or a property has no effect in Terraform,
	// or does less than what the configuration asks for.
	//
	// Example:
	//	new aws.s3.Bucket("Uploads", {}, { version: "6.0.0" });
	WeakerInTerraform Code = "weaker-in-terraform"

	// UnknownProvider: sstc has no schema of a Terraform provider or resource
	// type, and makes names by rule.
	//
	// Example:
	//	new vercel.Project("Site", { name: "site" });
	UnknownProvider Code = "unknown-provider"
)

// About the evaluation of a configuration.
const (
	// CannotBundle: esbuild cannot read or resolve a file of the configuration.
	//
	// Example:
	//	import "./missing";
	CannotBundle Code = "cannot-bundle"

	// EvaluationFailed: the configuration threw an error, exited, or waits for
	// something that never happens.
	//
	// Example:
	//	throw new Error("no such stage");
	EvaluationFailed Code = "evaluation-failed"

	// EvaluationLimit: the configuration used more time, memory or stack than
	// an evaluation is allowed.
	//
	// Example:
	//	for (;;) {}
	EvaluationLimit Code = "evaluation-limit"

	// Unguarded (a warning): the configuration could not be rewritten so that
	// operators refuse values that are known only after deployment. It should
	// never happen.
	Unguarded Code = "unguarded"

	// Forbidden: the configuration tried what an evaluation may not do: open a
	// connection, run a program, write a file, or read outside the workspace.
	//
	// Example:
	//	await fetch("https://example.com");
	Forbidden Code = "forbidden"

	// MissingContext: the CDK looks something up, and cdk.context.json does not
	// have the result.
	//
	// Example:
	//	const zone = HostedZone.fromLookup(stack, "Zone", { domainName: "example.com" });
	MissingContext Code = "missing-context"

	// ConstructWarning (a warning): a construct has something to say, with
	// Annotations.of(this).addWarning().
	//
	// Example:
	//	Annotations.of(stack).addWarning("Old.");
	ConstructWarning Code = "construct-warning"

	// UnknownResource: a provider has no resource type or function of that name.
	//
	// Example:
	//	new (aws.s3 as any).Buckett("Uploads");
	UnknownResource Code = "unknown-resource"
)

// About configurations in HCL.
const (
	// InvalidSyntax: a file in HCL, or in its JSON form, cannot be parsed, or a
	// block has other labels than it must have.
	//
	// Example:
	//	-- sst.config.hcl --
	//	app {
	//	  name = "app"
	//	  home = "aws"
	//	}
	//	component "sst.aws.Bucket" {
	//	}
	InvalidSyntax Code = "invalid-syntax"

	// UnsupportedBlock: a block has a name that nothing has here: neither a kind
	// of block, nor an argument that can be written as a block, nor a method.
	//
	// Example:
	//	-- sst.config.hcl --
	//	app {
	//	  name = "app"
	//	  home = "aws"
	//	}
	//	component "sst.aws.Bucket" "Uploads" {
	//	  corss {
	//	    allowOrigins = ["https://example.com"]
	//	  }
	//	}
	UnsupportedBlock Code = "unsupported-block"

	// BlockOrArgument: what is an argument is written as a block, or the other
	// way round. Objects can be either; text, numbers and lists of those are
	// arguments, and calls of methods are blocks.
	//
	// Example:
	//	-- sst.config.hcl --
	//	app {
	//	  name = "app"
	//	  home = "aws"
	//	}
	//	component "sst.aws.Bucket" "Uploads" {
	//	  versioning {
	//	  }
	//	}
	BlockOrArgument Code = "block-or-argument"

	// UndeclaredName: an expression uses a name that nothing has.
	//
	// Example:
	//	-- sst.config.hcl --
	//	app {
	//	  name = "app"
	//	  home = "aws"
	//	}
	//	component "sst.aws.Bucket" "Uploads" {
	//	}
	//	output "bucket" {
	//	  value = component.Upload.name
	//	}
	UndeclaredName Code = "undeclared-name"

	// InvalidExpression: an expression has no value: an operator or a template
	// was given what it does not take, or a list does not have the element.
	//
	// Example:
	//	-- sst.config.hcl --
	//	app {
	//	  name = "app"
	//	  home = "aws"
	//	}
	//	output "sum" {
	//	  value = 1 + "one"
	//	}
	InvalidExpression Code = "invalid-expression"

	// InvalidCall: a function does not exist, or does not take what it was
	// given. Functions that give something else each time do not exist.
	//
	// Example:
	//	-- sst.config.hcl --
	//	app {
	//	  name = "app"
	//	  home = "aws"
	//	}
	//	output "built" {
	//	  value = timestamp()
	//	}
	InvalidCall Code = "invalid-call"

	// ReferenceCycle: blocks refer to each other in a circle, so that none of
	// them can be evaluated before the others.
	//
	// Example:
	//	-- sst.config.hcl --
	//	app {
	//	  name = "app"
	//	  home = "aws"
	//	}
	//	locals {
	//	  a = local.b
	//	  b = local.a
	//	}
	ReferenceCycle Code = "reference-cycle"

	// MissingVariable: a variable without a default was given no value.
	//
	// Example:
	//	-- sst.config.hcl --
	//	app {
	//	  name = "app"
	//	  home = "aws"
	//	}
	//	variable "domain" {
	//	  type = string
	//	}
	MissingVariable Code = "missing-variable"
)

// About the command and the app as a whole.
const (
	// NoConfiguration: no configuration file was found.
	NoConfiguration Code = "no-configuration"

	// SeveralConfigurations: a directory has configurations in several
	// languages, and nothing says which is to be used: --config does.
	//
	// Example:
	//	-- sst.config.ts --
	//	export default $config({ app: () => ({ name: "app", home: "aws" }), async run() {} });
	//	-- sst.config.hcl --
	//	app {
	//	  name = "app"
	//	  home = "aws"
	//	}
	SeveralConfigurations Code = "several-configurations"

	// NoStage: nothing says which stage is to be built.
	NoStage Code = "no-stage"

	// InvalidOption: an option on the command line has a value that it cannot
	// have.
	InvalidOption Code = "invalid-option"

	// NotConverted: a part of a configuration has no form in the language that
	// it is converted to. It is marked by a comment there.
	NotConverted Code = "not-converted"

	// ConversionDiffers: what a configuration was converted to is not quite the
	// same app: some of the conversion has to be completed by hand.
	ConversionDiffers Code = "conversion-differs"

	// FileExists: a command would replace a file that it has not made itself;
	// --force lets it.
	FileExists Code = "file-exists"

	// SiteBuildFailed: the build command of a site ended with an error.
	//
	// Example:
	//	new sst.aws.StaticSite("Web", { build: { command: "exit 1", output: "dist" } });
	SiteBuildFailed Code = "site-build-failed"

	// SiteOutput: a framework's build did not leave behind what it should have:
	// something is missing, cannot be read, or is made for another platform.
	//
	// Example:
	//	new sst.aws.Astro("Web", { buildCommand: "true", environment: { ASTRO_KEY: "a2V5" } });
	SiteOutput Code = "site-output"

	// EdgeLimit: what the function at the edge has to know, to lead visitors to
	// the files and servers of sites, is more than CloudFront's key-value stores
	// hold. As a warning: two builds are more than they hold.
	//
	// Example:
	//	const router = new sst.aws.Router("Router");
	//	router.route("/", "https://example.com", { rewrite: { regex: "^/" + "x".repeat(1000), to: "/" } });
	EdgeLimit Code = "edge-limit"

	// SiteVersion: a site is built with a version of its framework, or of the
	// framework's adapter package, whose output sstc does not understand. As a
	// warning: with versions that do not work together.
	//
	// Example:
	//	new sst.aws.Astro("Web", { buildCommand: "true", environment: { ASTRO_KEY: "a2V5" } });
	//	-- dist/sst.buildMeta.json --
	//	{ "pluginVersion": "1.0.0" }
	SiteVersion Code = "site-version"

	// SiteDiffers (a warning): two builds of the same site come out different,
	// so that a build cannot be repeated to the byte.
	//
	// Example:
	//	new sst.aws.Astro("Web", { buildCommand: "true" });
	//	-- dist/sst.buildMeta.json --
	//	{ "pluginVersion": "3.1.4", "outputMode": "static", "clientBuildOutputDir": "dist" }
	SiteDiffers Code = "site-differs"

	// SitePlaceholder (a warning): a site's server has text in it that stands
	// for a value known only after deployment.
	//
	// Example:
	//	const b = new sst.aws.Bucket("Uploads");
	//	new sst.aws.Astro("Web", { buildCommand: "echo \"export const name = 'my-$BUCKET'\" >>server.mjs", environment: { ASTRO_KEY: "a2V5", BUCKET: b.name } });
	//	-- dist/sst.buildMeta.json --
	//	{ "pluginVersion": "3.1.4", "clientBuildOutputDir": "public", "serverBuildOutputFile": "server.mjs" }
	//	-- server.mjs --
	//	export const handler = async () => name;
	//	-- public/robots.txt --
	//	User-agent: *
	SitePlaceholder Code = "site-placeholder"
)
