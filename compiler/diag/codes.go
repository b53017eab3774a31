package diag

// A Code names a kind of diagnostic for good: it is shown, it can be looked
// up with `sstc explain`, and it is never given another meaning.
type Code string

// About arguments and components.
const (
	// UnsupportedArgument: an argument has a name that its component, method
	// or block does not have.
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
	// read, a number out of its bounds.
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
)

// About the properties of resources, and what they refer to.
const (
	// InvalidProperty: a resource, or an object in it, was given a property
	// that its type does not have, or that only its provider can set.
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

	// UnknownReference: the compiler made a reference to a resource, parameter
	// or asset that the app does not have. That is a bug in sstc.
	UnknownReference Code = "unknown-reference"

	// DependencyCycle: resources need each other, so that none of them can be
	// created first.
	DependencyCycle Code = "dependency-cycle"
)
