package translate

import (
	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

var servicediscoveryRows = []row{
	{
		pulumi: "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
		cfn:    "AWS::ServiceDiscovery::PrivateDnsNamespace",
		attrs:  map[string]string{"hostedZone": "HostedZoneId"},
	},
	{
		pulumi: "aws:servicediscovery/publicDnsNamespace:PublicDnsNamespace",
		cfn:    "AWS::ServiceDiscovery::PublicDnsNamespace",
		attrs:  map[string]string{"hostedZone": "HostedZoneId"},
	},
	{pulumi: "aws:servicediscovery/httpNamespace:HttpNamespace", cfn: "AWS::ServiceDiscovery::HttpNamespace"},
	{
		pulumi:  "aws:servicediscovery/service:Service",
		cfn:     "AWS::ServiceDiscovery::Service",
		ignored: "forceDestroy",
	},
	{
		pulumi: "aws:servicediscovery/instance:Instance",
		cfn:    "AWS::ServiceDiscovery::Instance",
		names:  map[string]string{"attributes": "InstanceAttributes"},
	},
}

var ssmRows = []row{
	{
		pulumi:  "aws:ssm/parameter:Parameter",
		cfn:     "AWS::SSM::Parameter",
		names:   map[string]string{"insecureValue": "Value"},
		ignored: "arn overwrite",
		attrs:   map[string]string{"arn": "arn:{aws:partition}:ssm:{aws:region}:{aws:account}:parameter/{Ref}"},
		computed: map[string]func(*translator, *entry) ir.Value{
			"arn": func(t *translator, e *entry) ir.Value {
				// A name that begins with a slash brings its own.
				if s, ok := e.res.Props.Get("name").(ir.String); ok && s != "" && s[0] != '/' {
					return nil
				}
				return expand("arn:{aws:partition}:ssm:{aws:region}:{aws:account}:parameter{Ref}",
					func(string) ir.Value { return ir.Ref{Resource: e.id(), Attr: "Ref"} })
			},
		},
		prepare: func(b *builder) {
			if b.in.Get("type") == ir.Value(ir.String("SecureString")) {
				b.fail(diag.NotInCloudFormation, "Not in CloudFormation",
					"CloudFormation cannot make a SecureString. Use a secret of Secrets Manager (aws.secretsmanager.Secret), or a parameter of type String.")
				b.take("keyId")
			}
		},
	},
	{
		pulumi: "aws:ssm/document:Document",
		cfn:    "AWS::SSM::Document",
		names:  map[string]string{"attachmentsSources": "Attachments"},
		finish: nameInApp("Name"),
	},
	{
		pulumi: "aws:ssm/association:Association",
		cfn:    "AWS::SSM::Association",
		names: map[string]string{
			"outputLocation.s3BucketName": "S3Location.OutputS3BucketName",
			"outputLocation.s3KeyPrefix":  "S3Location.OutputS3KeyPrefix",
			"outputLocation.s3Region":     "S3Location.OutputS3Region",
		},
		attrs: map[string]string{"associationId": "Ref"},
	},
	{
		pulumi:  "aws:ssm/maintenanceWindow:MaintenanceWindow",
		cfn:     "AWS::SSM::MaintenanceWindow",
		implied: map[string]ir.Value{"enabled": ir.Bool(true)},
		finish: func(b *builder) {
			defaults("AllowUnassociatedTargets", false)(b)
			nameInApp("Name")(b)
		},
	},
	{
		pulumi: "aws:ssm/patchBaseline:PatchBaseline",
		cfn:    "AWS::SSM::PatchBaseline",
		names: map[string]string{
			"approvalRules":              "ApprovalRules.PatchRules",
			"approvalRules.patchFilters": "PatchFilterGroup.PatchFilters",
			"globalFilters":              "GlobalFilters.PatchFilters",
		},
		finish: nameInApp("Name"),
	},
}

var secretsmanagerRows = []row{
	{
		pulumi: "aws:secretsmanager/secret:Secret",
		cfn:    "AWS::SecretsManager::Secret",
		names:  map[string]string{"replicas": "ReplicaRegions"},
		// A deleted secret can be restored for 30 days.
		ignored: "namePrefix forceOverwriteReplicaSecret recoveryWindowInDays replicas.lastAccessedDate replicas.status replicas.statusMessage",
		attrs:   map[string]string{"arn": "Ref"},
		prepare: func(b *builder) {
			if policy := b.take("policy"); policy != nil {
				doc, _ := parseJSON(policy)
				b.add("Policy", "AWS::SecretsManager::ResourcePolicy", ir.Obj("SecretId", b.self("Ref"), "ResourcePolicy", doc))
			}
		},
	},
	{
		pulumi: "aws:secretsmanager/secretVersion:SecretVersion",
		cfn:    "AWS::SecretsManager::Secret",
		fold:   "secretId",
		attrs:  map[string]string{"arn": "Ref", "secretArn": "Ref"},
	},
	{
		pulumi: "aws:secretsmanager/secretRotation:SecretRotation",
		cfn:    "AWS::SecretsManager::RotationSchedule",
		names:  map[string]string{"rotateImmediately": "RotateImmediatelyOnUpdate"},
	},
	{
		pulumi: "aws:secretsmanager/secretPolicy:SecretPolicy",
		cfn:    "AWS::SecretsManager::ResourcePolicy",
		names:  map[string]string{"secretArn": "SecretId", "policy": "ResourcePolicy"},
	},
}

var kmsRows = []row{
	{
		pulumi: "aws:kms/key:Key",
		cfn:    "AWS::KMS::Key",
		names: map[string]string{
			"customerMasterKeySpec": "KeySpec",
			"deletionWindowInDays":  "PendingWindowInDays",
			"isEnabled":             "Enabled",
			"policy":                "KeyPolicy",
		},
	},
	{
		pulumi:  "aws:kms/alias:Alias",
		cfn:     "AWS::KMS::Alias",
		names:   map[string]string{"name": "AliasName"},
		ignored: "namePrefix",
		attrs:   map[string]string{"arn": "arn:{aws:partition}:kms:{aws:region}:{aws:account}:{Ref}"},
		finish: func(b *builder) {
			if b.get("AliasName") == nil {
				b.set("AliasName", "alias/"+b.p.App.Name+"-"+b.p.App.Stage+"-"+b.r.ID)
			}
		},
	},
	{
		pulumi:  "aws:kms/replicaKey:ReplicaKey",
		cfn:     "AWS::KMS::ReplicaKey",
		names:   map[string]string{"deletionWindowInDays": "PendingWindowInDays", "policy": "KeyPolicy"},
		ignored: "bypassPolicyLockoutSafetyCheck",
		attrs:   map[string]string{"keyId": "Ref"},
	},
}
