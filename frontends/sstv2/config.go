package sstv2

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// configArgs are what config() returns.
type configArgs struct {
	Name      string        `arg:"name,required" doc:"The app's name."`
	Region    string        `arg:"region" doc:"Where the app is deployed."`
	Stage     string        `arg:"stage" doc:"The stage, if none is given on the command line."`
	Profile   arg.Value     `arg:"profile" doc:"The AWS profile. Not used by a build."`
	Role      arg.Value     `arg:"role" doc:"The role to deploy with. Not used by a build."`
	SSMPrefix string        `arg:"ssmPrefix" doc:"What the names of SSM parameters begin with."`
	Outputs   arg.Value     `arg:"outputs" doc:"A file for the outputs of a deployment. Not used by a build."`
	Advanced  advancedArgs  `arg:"advanced"`
	Bootstrap bootstrapArgs `arg:"bootstrap"`
	CDK       cdkArgs       `arg:"cdk"`
}

type advancedArgs struct {
	DisableParameterizedStackNameCheck bool `arg:"disableParameterizedStackNameCheck"`
	DisableAppModeCheck                bool `arg:"disableAppModeCheck"`
}

// bootstrapArgs are about SST's bootstrap stack, which a build does without.
type bootstrapArgs struct {
	UseCdkBucket     bool            `arg:"useCdkBucket"`
	StackName        string          `arg:"stackName"`
	StackDescription string          `arg:"stackDescription"`
	BucketName       string          `arg:"bucketName"`
	Tags             arg.Map[string] `arg:"tags"`
}

type cdkArgs struct {
	ToolkitStackName                  string `arg:"toolkitStackName"`
	Qualifier                         string `arg:"qualifier"`
	BootstrapStackVersionSsmParameter string `arg:"bootstrapStackVersionSsmParameter"`
	FileAssetsBucketName              string `arg:"fileAssetsBucketName"`
	CustomPermissionsBoundary         string `arg:"customPermissionsBoundary"`
	PublicAccessBlockConfiguration    bool   `arg:"publicAccessBlockConfiguration"`
	DeployRoleArn                     string `arg:"deployRoleArn"`
	FileAssetPublishingRoleArn        string `arg:"fileAssetPublishingRoleArn"`
	ImageAssetPublishingRoleArn       string `arg:"imageAssetPublishingRoleArn"`
	ImageAssetsRepositoryName         string `arg:"imageAssetsRepositoryName"`
	CloudFormationExecutionRole       string `arg:"cloudFormationExecutionRole"`
	LookupRoleArn                     string `arg:"lookupRoleArn"`
	PathMetadata                      bool   `arg:"pathMetadata"`
}

// config is what config() returned, completed.
type config struct {
	configArgs
	stage, region, ssmPrefix, account string
	returned                          *ir.Object
}

var stagePattern = regexp.MustCompile(`^[a-zA-Z0-9-]+$`)

// configure calls config() and reads what it returns.
func (v *evaluation) configure() error {
	input := &ir.Object{}
	if v.args.Stage != "" {
		input = input.With("stage", ir.String(v.args.Stage))
	}
	text, err := v.engine.Await("__sstc_app", ir.EncodeJSON(input))
	if err != nil {
		return err
	}
	value, err := ir.DecodeJSON(text)
	if err != nil {
		return err
	}
	object, ok := value.(*ir.Object)
	if !ok {
		v.diags.Add(diag.WrongType, v.top(), "Wrong type", fmt.Sprintf("config() must return an object, not %s.", arg.Describe(value)))
		return errDiagnosed
	}
	c := &config{returned: object}
	var unknown []string
	arg.Decode(object, arg.Path{}, &c.configArgs, func(at arg.Path, code diag.Code, summary, detail string) {
		if code != diag.UnsupportedArgument {
			v.diags.Add(code, v.top(), summary, detail)
			return
		}
		// SST takes no notice of it. Configurations return what they share with
		// their stacks.
		unknown = append(unknown, fmt.Sprint(at[len(at)-1]))
	})
	if len(unknown) > 0 {
		v.diags.Warn(diag.UnsupportedArgument, v.top(), "Unknown property",
			fmt.Sprintf("SST has no %s in what config() returns.%s", diag.Words(unknown), meant(unknown)))
	}
	c.stage, c.region = v.args.Stage, c.Region
	if c.Stage != "" && !v.args.StageGiven {
		c.stage = c.Stage
	}
	if !stagePattern.MatchString(c.stage) {
		v.diags.Add(diag.InvalidName, v.top(), "Invalid stage name", fmt.Sprintf("The stage %q may hold letters, digits and hyphens only.", c.stage))
	}
	for _, name := range []string{"CDK_DEFAULT_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"} {
		if region, ok := v.args.Env.Lookup(name); ok && region != "" && c.region == "" {
			c.region = region
		}
	}
	if c.region == "" {
		c.region = "us-east-1"
	}
	if problem := lower.NoRegion(c.region); problem != "" {
		v.diags.Add(diag.InvalidValue, v.top(), "Invalid region", problem)
	}
	c.account, _ = v.args.Env.Lookup("CDK_DEFAULT_ACCOUNT")
	c.ssmPrefix = c.SSMPrefix
	if c.ssmPrefix == "" {
		c.ssmPrefix = "/sst/" + c.Name + "/" + c.stage + "/"
	}
	v.config = c
	if v.diags.HasErrors() {
		return errDiagnosed
	}
	return nil
}

// meant says which settings may have been meant by names that are none.
func meant(unknown []string) string {
	var settings []string
	for _, f := range arg.Fields(reflect.TypeFor[configArgs]()) {
		settings = append(settings, f.Name)
	}
	var text strings.Builder
	for _, name := range unknown {
		if near := diag.Nearest(name, settings); near != "" {
			fmt.Fprintf(&text, " Did you mean %q by %q?", near, name)
		}
	}
	return text.String()
}

// lastVersion is the last of SST v2.
const lastVersion = "2.49.8"

// project is what the library knows of the app.
func (v *evaluation) project() *ir.Object {
	c := v.config
	cdk, _ := c.returned.Get("cdk").(*ir.Object)
	if cdk == nil {
		cdk = &ir.Object{}
	}
	_, version := v.modules.PackageDir("sst", v.args.Files.VirtualApp())
	if version == "" {
		version = lastVersion
	}
	return ir.Obj(
		"version", version, "name", c.Name, "stage", c.stage, "region", c.region, "account", c.account, "ssmPrefix", c.ssmPrefix,
		"root", v.args.Files.VirtualApp(), "disableStackNameCheck", c.Advanced.DisableParameterizedStackNameCheck, "cdk", cdk,
	)
}
