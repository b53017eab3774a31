package schema

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/sstc/sstc/internal/golden"
)

// TestBridge checks Terraform names of types that most apps use. A name ends
// in "[]" where Pulumi's value is the only element of Terraform's list.
func TestBridge(t *testing.T) {
	tests := []struct {
		token, terraform string
		names            string // pulumi=terraform, with dots into nested types
	}{
		{"aws:s3/bucket:Bucket", "aws_s3_bucket",
			"bucket=bucket forceDestroy=force_destroy website=website[] corsRules=cors_rule corsRules.allowedMethods=allowed_methods arn=arn id=id"},
		{"aws:s3/bucketV2:BucketV2", "aws_s3_bucket", "websites=website websites.indexDocument=index_document"},
		{"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "aws_s3_bucket_public_access_block", "blockPublicAcls=block_public_acls"},
		{"aws:s3/bucketCorsConfiguration:BucketCorsConfiguration", "aws_s3_bucket_cors_configuration", "corsRules=cors_rule corsRules.maxAgeSeconds=max_age_seconds"},
		{"aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration", "aws_s3_bucket_website_configuration",
			"routingRules=routing_rule routingRules.redirect=redirect[] routingRuleDetails=routing_rules"},
		{"aws:s3/bucketObjectv2:BucketObjectv2", "aws_s3_object", "source=source contentType=content_type"},
		{"aws:lambda/function:Function", "aws_lambda_function",
			"name=function_name code=filename role=role environment=environment[] environment.variables=variables vpcConfig=vpc_config[] vpcConfig.subnetIds=subnet_ids imageConfig.commands=command layers=layers memorySize=memory_size invokeArn=invoke_arn"},
		{"aws:lambda/permission:Permission", "aws_lambda_permission", "function=function_name sourceArn=source_arn"},
		{"aws:lambda/functionUrl:FunctionUrl", "aws_lambda_function_url", "cors=cors[] cors.allowOrigins=allow_origins functionUrl=function_url"},
		{"aws:lambda/eventSourceMapping:EventSourceMapping", "aws_lambda_event_source_mapping",
			"functionName=function_name filterCriteria=filter_criteria[] filterCriteria.filters=filter"},
		{"aws:iam/role:Role", "aws_iam_role", "assumeRolePolicy=assume_role_policy inlinePolicies=inline_policy inlinePolicies.policy=policy managedPolicyArns=managed_policy_arns"},
		{"aws:apigatewayv2/api:Api", "aws_apigatewayv2_api", "protocolType=protocol_type corsConfiguration=cors_configuration[] corsConfiguration.allowHeaders=allow_headers apiEndpoint=api_endpoint"},
		{"aws:apigatewayv2/stage:Stage", "aws_apigatewayv2_stage", "apiId=api_id accessLogSettings=access_log_settings[] routeSettings=route_settings"},
		{"aws:apigatewayv2/domainName:DomainName", "aws_apigatewayv2_domain_name", "domainNameConfiguration=domain_name_configuration[] domainNameConfiguration.targetDomainName=target_domain_name"},
		{"aws:apigateway/integration:Integration", "aws_api_gateway_integration", "restApi=rest_api_id httpMethod=http_method integrationHttpMethod=integration_http_method"},
		{"aws:apigateway/stage:Stage", "aws_api_gateway_stage", "deployment=deployment_id"},
		{"aws:dynamodb/table:Table", "aws_dynamodb_table",
			"attributes=attribute attributes.name=name globalSecondaryIndexes=global_secondary_index globalSecondaryIndexes.hashKey=hash_key pointInTimeRecovery=point_in_time_recovery[] ttl=ttl[] ttl.attributeName=attribute_name"},
		{"aws:cloudfront/distribution:Distribution", "aws_cloudfront_distribution",
			"origins=origin origins.originId=origin_id origins.customOriginConfig=custom_origin_config[] origins.customOriginConfig.originSslProtocols=origin_ssl_protocols defaultCacheBehavior=default_cache_behavior[] defaultCacheBehavior.functionAssociations=function_association orderedCacheBehaviors=ordered_cache_behavior viewerCertificate=viewer_certificate[] restrictions.geoRestriction=geo_restriction[] customErrorResponses=custom_error_response aliases=aliases"},
		{"aws:cloudwatch/logGroup:LogGroup", "aws_cloudwatch_log_group", "retentionInDays=retention_in_days"},
		{"aws:cloudwatch/eventRule:EventRule", "aws_cloudwatch_event_rule", "scheduleExpression=schedule_expression"},
		{"aws:ec2/securityGroup:SecurityGroup", "aws_security_group", "ingress=ingress ingress.cidrBlocks=cidr_blocks"},
		{"aws:ec2/subnet:Subnet", "aws_subnet", "vpcId=vpc_id"},
		{"aws:lb/listener:Listener", "aws_lb_listener", "defaultActions=default_action defaultActions.forward=forward[] defaultActions.forward.targetGroups=target_group"},
		{"aws:ecs/taskDefinition:TaskDefinition", "aws_ecs_task_definition", "containerDefinitions=container_definitions volumes=volume"},
		{"aws:ecs/service:Service", "aws_ecs_service", "networkConfiguration=network_configuration[] networkConfiguration.securityGroups=security_groups loadBalancers=load_balancer"},
		{"aws:route53/record:Record", "aws_route53_record", "aliases=alias aliases.zoneId=zone_id records=records"},
		{"aws:sns/topicSubscription:TopicSubscription", "aws_sns_topic_subscription", "topic=topic_arn"},
		{"aws:sqs/queue:Queue", "aws_sqs_queue", "fifoQueue=fifo_queue url=url"},
		{"aws:rds/instance:Instance", "aws_db_instance", "dbSubnetGroupName=db_subnet_group_name"},
		{"aws:wafv2/webAcl:WebAcl", "aws_wafv2_web_acl", "region=region defaultAction=default_action[] rules=rule rules.statement=statement[]"},
		{"aws:dsql/cluster:Cluster", "aws_dsql_cluster", "id=identifier"},
		{"random:index/randomPassword:RandomPassword", "random_password", "length=length overrideSpecial=override_special result=result"},
		{"random:index/randomBytes:RandomBytes", "random_bytes", "hex=hex id="},
		{"tls:index/privateKey:PrivateKey", "tls_private_key", "algorithm=algorithm privateKeyPem=private_key_pem"},
		{"cloudflare:index/dnsRecord:DnsRecord", "cloudflare_dns_record", "zoneId=zone_id content=content data=data data.keyTag=key_tag"},
		{"cloudflare:index/workersScript:WorkersScript", "cloudflare_workers_script", "bindings=bindings scriptName=script_name"},
		{"cloudflare:index/tunnel:Tunnel", "cloudflare_zero_trust_tunnel_cloudflared", ""},
		{"docker:index/container:Container", "docker_container", "ports=ports ports.internal=internal"},
		{"vercel:index/project:Project", "vercel_project", "buildCommand=build_command gitRepository=git_repository environments=environment"},
		{"command:local:Command", "", "create="},
		{"pulumi:providers:aws", "", "region=region defaultTags=default_tags[] defaultTags.tags=tags assumeRoles=assume_role assumeRoles.roleArn=role_arn skipMetadataApiCheck=skip_metadata_api_check"},
		{"pulumi:providers:cloudflare", "", "apiToken=api_token"},
	}
	for _, test := range tests {
		r := PulumiResource(test.token)
		if r == nil {
			t.Errorf("%s: not found", test.token)
			continue
		}
		if r.Terraform != test.terraform {
			t.Errorf("%s: Terraform type %q, want %q", test.token, r.Terraform, test.terraform)
		}
		for _, pair := range strings.Fields(test.names) {
			path, want, _ := strings.Cut(pair, "=")
			p := find(&r.Object, path)
			if p == nil {
				t.Errorf("%s: no property %s", test.token, path)
				continue
			}
			got := p.Terraform
			if p.Flat {
				got += "[]"
			}
			if got != want {
				t.Errorf("%s: %s is %q in Terraform, want %q", test.token, path, got, want)
			}
		}
	}
}

// find follows a path such as "rules.statement" through lists and maps.
func find(o *Object, path string) *Property {
	var p *Property
	for name := range strings.SplitSeq(path, ".") {
		if p = o.Property(name); p == nil {
			return nil
		}
		o = objectOf(p.Type)
	}
	return p
}

func objectOf(t *Type) *Object {
	for t.Elem != nil {
		t = t.Elem
	}
	return t.Object
}

func TestFunctions(t *testing.T) {
	for token, want := range map[string]string{
		"aws:index/getCallerIdentity:getCallerIdentity":       "aws_caller_identity",
		"aws:index/getRegion:getRegion":                       "aws_region",
		"aws:iam/getPolicyDocument:getPolicyDocument":         "aws_iam_policy_document",
		"aws:ec2/getVpc:getVpc":                               "aws_vpc",
		"aws:ec2/getAmi:getAmi":                               "aws_ami",
		"aws:lb/getLoadBalancer:getLoadBalancer":              "aws_lb",
		"aws:rds/getInstance:getInstance":                     "aws_db_instance",
		"aws:route53/getZone:getZone":                         "aws_route53_zone",
		"aws:ssm/getParameter:getParameter":                   "aws_ssm_parameter",
		"aws:ecr/getAuthorizationToken:getAuthorizationToken": "aws_ecr_authorization_token",
		"cloudflare:index/getZone:getZone":                    "cloudflare_zone",
		"tls:index/getPublicKey:getPublicKey":                 "tls_public_key",
		"aws:ecr/getCredentials:getCredentials":               "",
	} {
		f := PulumiFunction(token)
		if f == nil {
			t.Errorf("%s: not found", token)
			continue
		}
		if f.Terraform != want {
			t.Errorf("%s: data source %q, want %q", token, f.Terraform, want)
		}
		if want != "" && TerraformData(want) == nil {
			t.Errorf("%s: not found", want)
		}
	}
	f := PulumiFunction("aws:iam/getPolicyDocument:getPolicyDocument")
	for path, want := range map[string]string{"statements": "statement", "statements.principals": "principals", "json": "json"} {
		if p := find(&f.Object, path); p == nil || p.Terraform != want {
			t.Errorf("getPolicyDocument: %s is %+v, want %s", path, p, want)
		}
	}
	if p := f.Property("json"); p.Input || !p.Output {
		t.Errorf("getPolicyDocument: json is %+v, want an output", p)
	}
}

func TestMembers(t *testing.T) {
	tests := []struct {
		pkg, module, name string
		token             string
		kind              MemberKind
	}{
		{"aws", "", "s3", "s3", ModuleMember},
		{"aws", "s3", "Bucket", "aws:s3/bucket:Bucket", ResourceMember},
		{"aws", "s3", "BucketV2", "aws:s3/bucketV2:BucketV2", ResourceMember},
		{"aws", "s3", "BucketLifecycleConfigurationV2", "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", ResourceMember},
		{"aws", "s3", "BucketObjectv2", "aws:s3/bucketObjectv2:BucketObjectv2", ResourceMember},
		{"aws", "", "getCallerIdentity", "aws:index/getCallerIdentity:getCallerIdentity", FunctionMember},
		{"aws", "index", "getRegionOutput", "aws:index/getRegion:getRegion", FunctionMember},
		{"aws", "ec2", "getVpcOutput", "aws:ec2/getVpc:getVpc", FunctionMember},
		{"aws", "ec2", "VpcOutput", "", NoMember},
		{"aws", "", "Provider", "pulumi:providers:aws", ResourceMember},
		{"aws", "s3", "Buckett", "", NoMember},
		{"aws", "s4", "Bucket", "", NoMember},
		{"cloudflare", "", "DnsRecord", "cloudflare:index/dnsRecord:DnsRecord", ResourceMember},
		{"cloudflare", "", "Record", "cloudflare:index/dnsRecord:DnsRecord", ResourceMember},
		{"cloudflare", "", "WorkersKv", "cloudflare:index/workersKv:WorkersKv", ResourceMember},
		{"kubernetes", "", "apps", "apps", ModuleMember},
		{"kubernetes", "apps", "v1", "apps/v1", ModuleMember},
		{"kubernetes", "apps/v1", "Deployment", "kubernetes:apps/v1:Deployment", ResourceMember},
		{"kubernetes", "rbac/v1", "Role", "kubernetes:rbac.authorization.k8s.io/v1:Role", ResourceMember},
		{"kubernetes", "helm/v3", "Release", "kubernetes:helm.sh/v3:Release", ResourceMember},
		{"docker-build", "", "Image", "docker-build:index:Image", ResourceMember},
		{"command", "local", "Command", "command:local:Command", ResourceMember},
		{"datadog", "gcp", "Integration", "datadog:gcp/integration:Integration", ResourceMember},
		{"nopackage", "", "Thing", "", NoMember},
	}
	for _, test := range tests {
		token, kind := PulumiMember(test.pkg, test.module, test.name)
		if token != test.token || kind != test.kind {
			t.Errorf("%s.%s.%s: %q %d, want %q %d", test.pkg, test.module, test.name, token, kind, test.token, test.kind)
		}
	}
	members := strings.Join(PulumiMembers("aws", "s3"), " ")
	if !strings.Contains(members, " Bucket ") || strings.Contains(members, "BucketVersioningV2") {
		t.Errorf("members of aws.s3: %s", members)
	}
	for npm, want := range map[string]string{"@pulumi/aws": "aws", "@pulumi/docker-build": "docker-build", "@pulumi/nope": "", "": ""} {
		if got := PulumiPackageForNPM(npm); got != want {
			t.Errorf("package of %q: %q, want %q", npm, got, want)
		}
	}
	if m := PulumiModules("command"); strings.Join(m, " ") != "local remote" {
		t.Errorf("modules of command: %v", m)
	}
}

func TestAliases(t *testing.T) {
	for alias, want := range map[string]string{
		"aws:s3/bucketAclV2:BucketAclV2":               "aws:s3/bucketAcl:BucketAcl",
		"aws:elasticloadbalancingv2/listener:Listener": "aws:lb/listener:Listener",
		"cloudflare:index/record:Record":               "cloudflare:index/dnsRecord:DnsRecord",
		// Its properties differ from those of aws:s3/bucket:Bucket.
		"aws:s3/bucketV2:BucketV2": "aws:s3/bucketV2:BucketV2",
		// An API version is an alias of the others and yet another thing.
		"kubernetes:apps/v1beta1:Deployment": "kubernetes:apps/v1beta1:Deployment",
	} {
		r := PulumiResource(alias)
		if r == nil || r.Type != want {
			t.Errorf("%s is %+v, want %s", alias, r, want)
		}
	}
	if r := PulumiResource("aws:s3/bucketAcl:BucketAcl"); strings.Join(r.Aliases, " ") != "aws:s3/bucketAclV2:BucketAclV2" {
		t.Errorf("aliases of %s: %v", r.Type, r.Aliases)
	}
}

func TestTerraform(t *testing.T) {
	function := TerraformResource("aws_lambda_function")
	for path, want := range map[string]Property{
		"function_name":         {Type: &Type{Kind: String}, Required: true, Input: true, Output: true},
		"arn":                   {Type: &Type{Kind: String}, Output: true, Computed: true},
		"architectures":         {Type: &Type{Kind: List, Elem: &Type{Kind: String}}, Input: true, Output: true, Computed: true},
		"environment":           {Type: &Type{Kind: List, Elem: &Type{Kind: Obj}}, Input: true, Output: true, Block: true, MaxItems: 1},
		"environment.variables": {Type: &Type{Kind: Map, Elem: &Type{Kind: String}}, Input: true, Output: true},
	} {
		p := find(&function.Object, path)
		if p == nil {
			t.Errorf("aws_lambda_function: no %s", path)
			continue
		}
		got := *p
		got.Name, got.Type = "", nil
		typ := want.Type
		want.Type = nil
		if got != want || p.Type.String() != typ.String() {
			t.Errorf("aws_lambda_function: %s is %s %+v, want %s %+v", path, p.Type, got, typ, want)
		}
	}
	if p := find(&TerraformResource("aws_cloudfront_distribution").Object, "origin"); p.MinItems != 1 || !p.Block || p.Type.Kind != Set {
		t.Errorf("aws_cloudfront_distribution: origin is %+v", p)
	}
	if p := TerraformResource("random_password").Property("result"); !p.Secret || p.Input {
		t.Errorf("random_password: result is %+v", p)
	}
	if p := TerraformResource("cloudflare_dns_record").Property("data"); p.Block || p.Type.Kind != Obj {
		t.Errorf("cloudflare_dns_record: data is %+v, want a nested attribute", p)
	}
	for _, name := range []string{"aws_no_such_thing", "vercel_project", "", "aws", "nope_nope"} {
		if r := TerraformResource(name); r != nil {
			t.Errorf("%q: found %s", name, r.Type)
		}
	}
	for _, name := range []string{"aws", "aws_", "hashicorp/aws", "registry.terraform.io/hashicorp/aws"} {
		if p := TerraformProvider(name); p == nil || p.Prefix != "aws_" || p.Config.Property("default_tags") == nil {
			t.Errorf("provider %q: %+v", name, p)
		}
	}
	if p := TerraformProvider("integrations/github"); p == nil || p.Package != "github" || p.Prefix != "github_" {
		t.Errorf("provider integrations/github: %+v", p)
	}
	for tfType, want := range map[string]string{
		"aws_s3_bucket": "aws:s3/bucket:Bucket", "aws_lb": "aws:lb/loadBalancer:LoadBalancer", "aws_s3_object": "aws:s3/bucketObjectv2:BucketObjectv2",
		"vercel_project": "vercel:index/project:Project", "aws_nope": "", "nope": "",
	} {
		if got := PulumiTokenForTerraform(tfType); got != want {
			t.Errorf("token of %s: %q, want %q", tfType, got, want)
		}
	}
	if got := PulumiTokenForTerraformData("aws_caller_identity"); got != "aws:index/getCallerIdentity:getCallerIdentity" {
		t.Errorf("token of data source aws_caller_identity: %q", got)
	}
}

func TestCloudFormation(t *testing.T) {
	for name, want := range map[string]string{
		"AWS::S3::Bucket": "BucketName", "AWS::SQS::Queue": "QueueUrl", "AWS::Lambda::Function": "FunctionName",
		"AWS::Events::Rule": "Name", "AWS::ApiGatewayV2::Stage": "StageName", "AWS::EC2::EIP": "PublicIp",
		"AWS::WAFv2::WebACL": "Name|Id|Scope",
	} {
		if r := CloudFormation(name); r == nil || r.RefReturns != want {
			t.Errorf("%s: %+v, want Ref to return %s", name, r, want)
		}
	}
	bucket := CloudFormation("AWS::S3::Bucket")
	if p := bucket.Property("BucketName"); !p.Input || !p.Replaces || p.Required {
		t.Errorf("BucketName: %+v", p)
	}
	if p := bucket.Property("Arn"); p.Input || !p.Output {
		t.Errorf("Arn: %+v", p)
	}
	if p := find(&bucket.Object, "VersioningConfiguration.Status"); strings.Join(p.Type.Enum, " ") != "Enabled Suspended" || !p.Required {
		t.Errorf("VersioningConfiguration.Status: %+v", p)
	}
	if p := find(&bucket.Object, "Tags.Key"); p == nil || !p.Required {
		t.Errorf("Tags.Key: %+v", p)
	}
	if p := CloudFormation("AWS::RDS::DBInstance").Property("Endpoint.Address"); p == nil || !p.Output {
		t.Errorf("Endpoint.Address: %+v", p)
	}
}

func TestTypeString(t *testing.T) {
	for token, want := range map[string]string{
		"aws:lambda/function:Function/layers":         "list of string",
		"aws:lambda/function:Function/tags":           "map of string",
		"aws:lambda/function:Function/code":           "archive",
		"aws:s3/bucketObjectv2:BucketObjectv2/source": "asset or archive",
		"aws:iam/role:Role/inlinePolicies":            "list of object",
	} {
		i := strings.LastIndexByte(token, '/')
		if got := PulumiResource(token[:i]).Property(token[i+1:]).Type.String(); got != want {
			t.Errorf("%s: %s, want %s", token, got, want)
		}
	}
}

func TestRules(t *testing.T) {
	for _, test := range []struct {
		name   string
		isList bool
		want   string
	}{
		{"dnsRecord", false, "dns_record"}, {"subnetIds", false, "subnet_ids"}, {"corsRules", true, "cors_rule"},
		{"policies", true, "policy"}, {"addresses", true, "address"}, {"statuses", true, "status"}, {"databases", true, "database"},
		{"aliases", true, "alias"}, {"access", true, "access"}, {"vpcARN", false, "vpc_arn"}, {"isIpv6Enabled", false, "is_ipv6_enabled"},
		{"matches", true, "match"}, {"boxes", true, "box"}, {"caches", true, "cache"}, {"id", false, "id"}, {"", false, ""},
	} {
		if got := RuleTerraformName(test.name, test.isList); got != test.want {
			t.Errorf("name of %s (list %v): %s, want %s", test.name, test.isList, got, test.want)
		}
	}
	for token, want := range map[string]string{
		"vercel:index/projectDomain:ProjectDomain": "vercel_project_domain",
		"vercel:index/getAlias:getAlias":           "vercel_alias",
		"foo:bar/baz:Baz":                          "foo_bar_baz",
		"docker-build:index:Image":                 "docker_build_image",
		"nonsense":                                 "",
	} {
		if got := RuleTerraformType(token); got != want {
			t.Errorf("type of %s: %s, want %s", token, got, want)
		}
	}
}

// TestIonArguments checks every argument that SST's own components were seen to
// set: testdata/ion.txt has its type, its path, and what it is in Terraform.
// All must be known, settable on both sides, and no guess.
func TestIonArguments(t *testing.T) {
	const file = "testdata/ion.txt"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		token, path := fields[0], fields[1]
		fmt.Fprintln(&b, strings.Join(append([]string{token, path}, terraformPath(t, token, path)...), " "))
	}
	golden.File(t, file, []byte(b.String()))
}

// terraformPath returns the Terraform path of an argument, or nothing if the
// type has no twin. What is wrong with it fails the test.
func terraformPath(t *testing.T, token, path string) []string {
	r := PulumiResource(token)
	if r == nil {
		t.Errorf("%s: not found", token)
		return nil
	}
	o := &r.Object
	var tf *Object
	if twin := TerraformResource(r.Terraform); twin != nil {
		tf = &twin.Object
	}
	var names []string
	for name := range strings.SplitSeq(path, ".") {
		p := o.Property(name)
		if p == nil || !p.Input {
			t.Errorf("%s %s: %s is %+v", token, path, name, p)
			return nil
		}
		names = append(names, p.Terraform)
		if p.Flat {
			names[len(names)-1] += "[]"
		}
		if tf != nil {
			twin := tf.Property(p.Terraform)
			if twin == nil || !twin.Input || p.Guessed {
				t.Errorf("%s %s: %s is %+v in Terraform", token, path, name, twin)
				return nil
			}
			tf = objectOf(twin.Type)
		}
		if o = objectOf(p.Type); o == nil {
			break // The rest are keys of a map.
		}
	}
	if r.Terraform == "" {
		return nil
	}
	return []string{r.Terraform, strings.Join(names, ".")}
}

// TestEveryEntry decodes all entries and checks what holds for each.
func TestEveryEntry(t *testing.T) {
	for name, s := range map[string]*store{
		"pulumi-aws": pulumiAWS, "pulumi": pulumiOther, "terraform-aws": terraformAWS, "terraform": terraformOther, "cloudformation": cloudFormation,
	} {
		for _, key := range s.table.keys() {
			entry, kind := key[:len(key)-2], EntryKind(key[len(key)-1])
			switch kind {
			case ResourceEntry, FunctionEntry:
				r := s.resource(kind, entry)
				if r == nil {
					t.Errorf("%s: %s leads nowhere", name, entry)
					continue
				}
				checkObject(t, entry, &r.Object, map[*Object]bool{})
				if strings.HasPrefix(name, "pulumi") && kind == ResourceEntry {
					if id := r.Property("id"); id == nil || !id.Output || id.Type.Kind != String {
						t.Errorf("%s: id is %+v", entry, id)
					}
				}
				twin := TerraformResource
				if kind == FunctionEntry {
					twin = TerraformData
				}
				if tf := twin(r.Terraform); tf != nil && strings.HasPrefix(name, "pulumi") {
					checkTwin(t, entry, &r.Object, &tf.Object, map[*Object]bool{})
				}
			case ProviderEntry:
				if p := s.provider(entry); p == nil || p.Package == "" {
					t.Errorf("%s: provider %s is %+v", name, entry, p)
				}
			case TwinEntry, DataTwinEntry:
				of := map[EntryKind]EntryKind{TwinEntry: ResourceEntry, DataTwinEntry: FunctionEntry}[kind]
				if r := s.resource(of, s.target(kind, entry)); r == nil || r.Terraform != entry {
					t.Errorf("%s: twin of %s is %+v", name, entry, r)
				}
			case ModuleEntry:
				pkg, module, _ := strings.Cut(entry, ":")
				for _, m := range s.members(pkg, module) {
					switch m.Kind {
					case ResourceMember:
						if PulumiResource(m.Token) == nil {
							t.Errorf("%s.%s: no resource %s", entry, m.Name, m.Token)
						}
					case FunctionMember:
						if PulumiFunction(m.Token) == nil {
							t.Errorf("%s.%s: no function %s", entry, m.Name, m.Token)
						}
					}
				}
			}
		}
	}
}

// checkObject checks that an object is whole: its properties are sorted, so
// that look-ups find them, and every type is complete.
func checkObject(t *testing.T, where string, o *Object, seen map[*Object]bool) {
	if o == nil || seen[o] {
		return
	}
	seen[o] = true
	for i, p := range o.Properties {
		if p.Name == "" || i > 0 && o.Properties[i-1].Name >= p.Name {
			t.Errorf("%s: property %q after %q", where, p.Name, o.Properties[max(i-1, 0)].Name)
		}
		if !p.Input && !p.Output {
			t.Errorf("%s.%s: neither input nor output", where, p.Name)
		}
		checkType(t, where+"."+p.Name, p.Type, seen)
	}
}

func checkType(t *testing.T, where string, typ *Type, seen map[*Object]bool) {
	if typ == nil {
		t.Errorf("%s: no type", where)
		return
	}
	switch typ.Kind {
	case List, Set, Map:
		checkType(t, where, typ.Elem, seen)
	case Union:
		for _, o := range typ.Options {
			checkType(t, where, o, seen)
		}
	case Obj:
		checkObject(t, where, typ.Object, seen)
	case String, Number, Bool, Any, Asset, Archive:
	default:
		t.Errorf("%s: kind %q", where, typ.Kind)
	}
}

// checkTwin checks that Terraform has all the names that are no guesses.
func checkTwin(t *testing.T, where string, o, tf *Object, seen map[*Object]bool) {
	if seen[o] {
		return
	}
	seen[o] = true
	for _, p := range o.Properties {
		if p.Terraform == "" || p.Guessed {
			continue
		}
		twin := tf.Property(p.Terraform)
		if twin == nil {
			t.Errorf("%s.%s: Terraform has no %s", where, p.Name, p.Terraform)
			continue
		}
		if twin.Block != p.Block {
			t.Errorf("%s.%s: a block is %v, in Terraform %v", where, p.Name, p.Block, twin.Block)
		}
		if isList := twin.Type.Kind == List || twin.Type.Kind == Set; p.Flat && !isList {
			t.Errorf("%s.%s: flat, but %s in Terraform", where, p.Name, twin.Type)
		}
		if inner, tfInner := objectOf(p.Type), objectOf(twin.Type); inner != nil && tfInner != nil {
			checkTwin(t, where+"."+p.Name, inner, tfInner, seen)
		}
	}
}

// TestTotals compares the numbers of entries with testdata/totals.txt, so that
// a change of the data is seen.
func TestTotals(t *testing.T) {
	var b strings.Builder
	for _, pkg := range PulumiPackages() {
		resources, functions := 0, 0
		for _, module := range append([]string{""}, PulumiModules(pkg)...) {
			for _, m := range pulumiStore(pkg).members(pkg, module) {
				switch {
				case m.Alias || m.Name == "Provider":
				case m.Kind == ResourceMember:
					resources++
				case m.Kind == FunctionMember:
					functions++
				}
			}
		}
		p := PulumiProvider(pkg)
		fmt.Fprintf(&b, "%-14s %4d resources %4d functions; %s; %s\n", pkg, resources, functions,
			strings.TrimSpace(p.NPM+" "+p.Plugin), strings.TrimSpace(p.Source+" "+p.Version))
	}
	for _, s := range []struct {
		name  string
		store *store
	}{{"terraform-aws", terraformAWS}, {"terraform", terraformOther}, {"cloudformation", cloudFormation}} {
		kinds := map[byte]int{}
		for _, key := range s.store.table.keys() {
			kinds[key[len(key)-1]]++
		}
		fmt.Fprintf(&b, "%-14s %4d resources %4d data sources\n", s.name, kinds[byte(ResourceEntry)], kinds[byte(FunctionEntry)])
	}
	golden.File(t, "testdata/totals.txt", []byte(b.String()))
}

// TestPack checks that what is packed is read back, types that contain
// themselves included.
func TestPack(t *testing.T) {
	tree := &Object{Name: "a:index:Tree"}
	tree.Properties = []*Property{
		{Name: "children", Type: &Type{Kind: List, Elem: &Type{Kind: Obj, Object: tree}}, Input: true, Terraform: "child"},
		{Name: "kind", Type: &Type{Kind: String, Enum: []string{"leaf", "node"}}, Required: true, Input: true, Output: true, Secret: true},
	}
	own := &Object{Name: "a:index:Own"}
	own.Properties = []*Property{{Name: "self", Type: &Type{Kind: Obj, Object: own}, Output: true, Flat: true, Guessed: true, Terraform: "self"}}
	resource := &Resource{Type: "a:index:R", Terraform: "a_r", Guessed: true, Aliases: []string{"a:index:Old"}, RefReturns: "Name"}
	resource.Properties = []*Property{
		{Name: "any", Type: &Type{Kind: Union, Options: []*Type{{Kind: Any}, {Kind: Obj}, {Kind: Map, Elem: &Type{Kind: Bool}}}}, Input: true, Replaces: true},
		{Name: "own", Type: &Type{Kind: Obj, Object: own}, Input: true, Block: true, MinItems: 1, MaxItems: 200},
		{Name: "tree", Type: &Type{Kind: Set, Elem: &Type{Kind: Obj, Object: tree}}, Input: true, Computed: true, Deprecated: true},
	}
	file, err := Pack([]Entry{
		{Kind: ResourceEntry, Name: "a:index:R", Resource: resource},
		{Kind: ResourceEntry, Name: "a:index:Old", Target: "a:index:R"},
		{Kind: ObjectEntry, Name: tree.Name, Object: tree},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := &store{table: table{data: string(file)}}
	got := s.resource(ResourceEntry, "a:index:Old")
	if got == nil || got.Type != "a:index:R" || got.Terraform != "a_r" || !got.Guessed || got.Aliases[0] != "a:index:Old" || got.RefReturns != "Name" {
		t.Fatalf("got %+v", got)
	}
	for i, want := range resource.Properties {
		p := *got.Properties[i]
		if p.Type.String() != want.Type.String() {
			t.Errorf("%s: %s, want %s", want.Name, p.Type, want.Type)
		}
		p.Type = want.Type
		if p != *want {
			t.Errorf("%s: %+v, want %+v", want.Name, p, *want)
		}
	}
	if o := objectOf(got.Property("own").Type); o.Property("self").Type.Object != o {
		t.Error("an object of the entry does not contain itself")
	}
	o := objectOf(got.Property("tree").Type)
	if objectOf(o.Property("children").Type) != o || o.Property("kind").Type.Enum[1] != "node" || o.Property("children").Terraform != "child" {
		t.Errorf("shared object: %+v", o)
	}
	if s.resource(ResourceEntry, "a:index:None") != nil || s.resource(ResourceEntry, "") != nil || s.resource(ResourceEntry, "z") != nil {
		t.Error("found what is not there")
	}
	if _, err := Pack([]Entry{{Kind: ObjectEntry, Name: "x", Object: tree}, {Kind: ObjectEntry, Name: "x", Object: tree}}); err == nil {
		t.Error("two entries of one name: no error")
	}
}

// TestConcurrent checks that look-ups at the same time agree.
func TestConcurrent(t *testing.T) {
	var wg sync.WaitGroup
	got := make([]*Resource, 8)
	for i := range got {
		wg.Go(func() {
			for _, token := range cold {
				got[i] = PulumiResource(token)
				TerraformResource(got[i].Terraform)
			}
		})
	}
	wg.Wait()
	for _, r := range got {
		if r == nil || r != got[0] {
			t.Fatalf("got %v", got)
		}
	}
}

// cold are types of a usual app.
var cold = []string{
	"aws:lambda/function:Function", "aws:lambda/permission:Permission", "aws:lambda/functionUrl:FunctionUrl",
	"aws:lambda/eventSourceMapping:EventSourceMapping", "aws:iam/role:Role", "aws:iam/policy:Policy", "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
	"aws:cloudwatch/logGroup:LogGroup", "aws:cloudwatch/eventRule:EventRule", "aws:cloudwatch/eventTarget:EventTarget",
	"aws:s3/bucket:Bucket", "aws:s3/bucketPolicy:BucketPolicy", "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
	"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "aws:s3/bucketObjectv2:BucketObjectv2", "aws:dynamodb/table:Table",
	"aws:apigatewayv2/api:Api", "aws:apigatewayv2/route:Route", "aws:apigatewayv2/integration:Integration", "aws:apigatewayv2/stage:Stage",
	"aws:cloudfront/distribution:Distribution", "aws:cloudfront/function:Function", "aws:cloudfront/keyValueStore:KeyValueStore",
	"aws:cloudfront/cachePolicy:CachePolicy", "aws:acm/certificate:Certificate", "aws:route53/record:Record",
	"aws:sqs/queue:Queue", "aws:sns/topic:Topic", "aws:ec2/vpc:Vpc", "random:index/randomPassword:RandomPassword",
}

// BenchmarkCold looks 30 types up in both dialects, with nothing cached.
func BenchmarkCold(b *testing.B) {
	for b.Loop() {
		for _, s := range []*store{pulumiAWS, pulumiOther, terraformAWS, terraformOther} {
			*s = store{table: table{data: s.table.data}}
		}
		for _, token := range cold {
			r := PulumiResource(token)
			if TerraformResource(r.Terraform) == nil {
				b.Fatal(token)
			}
		}
	}
}

func BenchmarkCached(b *testing.B) {
	for b.Loop() {
		PulumiResource("aws:lambda/function:Function")
	}
}

// BenchmarkLargest looks up the type with the most nested types.
func BenchmarkLargest(b *testing.B) {
	for b.Loop() {
		*pulumiAWS = store{table: table{data: pulumiAWS.table.data}}
		PulumiResource("aws:lex/v2modelsIntent:V2modelsIntent")
	}
}
