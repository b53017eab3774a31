package compiler_test

// A difference between SST and sstc that is meant. Its section is that of
// docs/differences.md which tells users; or it is one of the recording alone,
// for the reason in the comment.
type difference struct {
	section string
	pattern string // a regular expression for what compareRegistered reports
}

var differences = []difference{
	{"Physical names", `^aws:\S+ \w+ options.ignoreChanges: SST \["(name|bucket|keyName|targetId|configurationSetName)"\], sstc nothing$`},
	{"Physical names", `^aws:s3/bucket:Bucket \w+ inputs.bucket: SST "probe-test-\w+-bdvfbzta", sstc nothing$`},
	{"Physical names", `^aws:s3/bucket:Bucket \w+ inputs.bucketPrefix: SST nothing, sstc "probe-test-\w+-"$`},

	{"Links", `^random:index/randomBytes:RandomBytes LambdaEncryptionKey: only SST has it$`},
	{"Links", `^aws:lambda/function:Function \w+ inputs.environment.variables.SST_KEY: SST "\w{43}=", sstc nothing$`},
	{"Links", `^aws:lambda/function:Function \w+ inputs.environment.variables.SST_KEY_FILE: SST "resource.enc", sstc nothing$`},
	{"Links", `^aws:lambda/function:Function \w+ inputs.environment.variables.SST_RESOURCE_\w+: SST nothing, sstc "\{`},

	{"Archives of functions", `^aws:s3/bucketObjectv2:BucketObjectv2 \w+Code in \w+: only SST has it$`},
	{"Archives of functions", `^aws:lambda/function:Function \w+ inputs.s3Key: SST "assets/\w+-code-\w{64}.zip", sstc "assets/\w{64}.zip"$`},
	{"Archives of functions", `^aws:lambda/function:Function \w+ inputs.handler: SST "[^"]+/\S+.handler", sstc "bundle.handler"$`},

	{"Archives of functions", `^aws:lambda/function:Function MyWebEdgeFunction inputs.code: SST {"\$archive":"\$PLATFORM/dist/oac-edge-signer"}, sstc "assets/\w{64}.zip"$`},

	{"Roles trust Lambda alone", `^aws:iam/role:Role \w+ inputs.assumeRolePolicy.Statement\[0\].Principal.AWS: SST "arn:aws:iam::123456789012:root", sstc nothing$`},

	{"Steps after the deployment", `^dynamic:Aws.DistributionDeploymentWaiter \* in \w+: only SST has it$`},
	{"Steps after the deployment", `^dynamic:Aws.DistributionInvalidation \S+ inputs.version: SST "(\w{32}|build-id-1)", sstc nothing$`},
	{"Steps after the deployment", `^aws:lambda/invocation:Invocation \w+ inputs.triggers: SST {"version":"\$NOW"}, sstc nothing$`},

	{"Site builds", `^command:local:Command \w+ (options.replaceOnChanges|inputs.addPreviousOutputInEnv|inputs.triggers): SST .*, sstc nothing$`},

	{"Site builds", `^command:local:Command MyWebBuilder inputs.(create|update): SST "npx --yes @opennextjs/aws@3.9.14 build", sstc "open-next build"$`},
	{"Site builds", `^command:local:Command MyWebBuilder inputs.environment.SST: SST "1", sstc nothing$`},

	{"Servers of sites", `^aws:lambda/function:Function MyWebServerUseast1Function inputs.environment.variables.NODE_ENV: SST nothing, sstc "production"$`},
	{"Servers of sites", `^aws:lambda/function:Function MyWebServerUseast1Function inputs.handler: SST "index.handler", sstc "sstc.handler"$`},
	{"Servers of sites", `^aws:\S+ MyWeb\w*Useast1\w* options.provider: SST "AwsProvider.sst.us-east-1", sstc nothing$`},
	{"Servers of sites", `^sst:aws:Function MyWebServerUseast1 options.providers: SST {"aws":"urn:\S+::AwsProvider.sst.us-east-1-id"}, sstc nothing$`},
	// SST puts code in front of the handler that decrypts links.
	{"Links", `^aws:lambda/function:Function MyWebServerUseast1Function inputs.handler: SST "server-index.handler", sstc "index.handler"$`},
	{"Servers of sites", `^sst:aws:Cron MyWebWarmerUseast1 options.providers: SST {"aws":"urn:\S+::AwsProvider.sst.us-east-1-id"}, sstc nothing$`},
	{"Servers of sites", `^pulumi:providers:aws AwsProvider.sst.us-east-1: only SST has it$`},

	{"Files of sites", `^dynamic:Aws.BucketFiles MyWebAssetFiles\S+ inputs.files\[\d\].cacheControl: SST "public,max-age=\S+", sstc "public,max-age=\S+"$`},
	{"Files of sites", `^dynamic:Aws.BucketFiles MySiteAssetFiles\S+ inputs.files\[\d\].cacheControl: SST "max-age=31536000,public,immutable", sstc "public,max-age=0,\S+"$`},

	{"Builds of sites", `^dynamic:Aws.KvKeys My(Web|Site)KvKeys\S+ inputs.entries.metadata.build: SST nothing, sstc "[0-9a-f]{12}"$`},
	{"Builds of sites", `^dynamic:Aws.KvKeys My(Web|Site)KvKeys\S+ inputs.entries.metadata.s3.dir: SST "(/\w+)?", sstc "(/\w+)?/[0-9a-f]{12}(/_assets)?"$`},
	{"Builds of sites", `^dynamic:Aws.KvKeys My(Web|Site)KvKeys\S+ inputs.entries.metadata.s3.routes: SST \["/[\w/]+"\], sstc \[\]$`},
	{"Builds of sites", `^dynamic:Aws.KvKeys My(Web|Site)KvKeys\S+ inputs.entries.metadata.shared: SST nothing, sstc {"dir":"\S*","match":"\S+"}$`},
	{"Builds of sites", `^dynamic:Aws.KvKeys MyWebKvKeys\S+ inputs.entries./(assets|_build/assets)/\w+-abc.js: SST nothing, sstc "s3"$`},
	{"Builds of sites", `^dynamic:Aws.KvKeys My(Web|Site)KvKeys\S+ inputs.purge: SST false, sstc true$`},

	// The recorder left the code out; compiler/lower/edge_test.go runs sstc's.
	{"Code of CloudFront functions", `^aws:cloudfront/function:Function \w+ inputs.code: SST null, sstc "import cf`},

	{"Hosted zones", `^dynamic:Aws.HostedZoneLookup \* in \w+: only SST has it$`},
	{"Hosted zones", `^aws:route53/getZone:getZone  in \w+: only sstc has it$`},

	{"Versions of components", `^sst:sst:Version \w+Version in \w+: only SST has it$`},

	{"Not there yet", `^error: Functions in containers are not supported yet`},

	// Defaults that Pulumi's SDK writes down, and its YAML leaves to the provider.
	{"", `^pulumi:providers:aws AwsProvider.sst.us-east-1 inputs.skip(Credentials|Region)Validation: SST "(true|false)", sstc nothing$`},
	{"", `^aws:lambda/function:Function MyWebServerUseast1Function inputs.layers: SST \[\], sstc nothing$`},
	{"", `^dynamic:Aws.KvKeys MyWebKvKeys\S+ inputs.entries.metadata.base: SST "", sstc nothing$`},
	// The provider that a component hands on. That its resources have it is
	// compared.
	{"", `^sst:aws:Certificate \w+ options.providers: SST {"aws":"urn:\S+::AwsProvider.sst.us-east-1-id"}, sstc nothing$`},
}

// renamed are logical names that differ, or parts of them.
var renamed = []struct{ section, from, to string }{
	{"Names made of what is not known yet", "MyQueueSubscriberCzrcat", "MyQueueSubscriberVmtvta"},
	{"Names made of what is not known yet", "MyWebRevalidationEventsSubscriberBthaok", "MyWebRevalidationEventsSubscriberOrmekk"},
	{"Names made of what is not known yet", "SslCNAMERecordXapiexamplecom", "SslCNAMERecordApiexamplecom"},
	{"Names made of what is not known yet", "SslCNAMERecordXexamplecom", "SslCNAMERecordExamplecom"},
}
