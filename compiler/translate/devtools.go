package translate

import "github.com/sstc/sstc/compiler/ir"

var devtoolsRows = []row{
	{
		pulumi: "aws:codebuild/reportGroup:ReportGroup",
		cfn:    "AWS::CodeBuild::ReportGroup",
		names:  map[string]string{"exportConfig.type": "ExportConfigType"},
		attrs:  map[string]string{"arn": "Ref"},
	},
	{pulumi: "aws:codebuild/sourceCredential:SourceCredential", cfn: "AWS::CodeBuild::SourceCredential", attrs: map[string]string{"arn": "Ref"}},
	{
		pulumi: "aws:codebuild/fleet:Fleet",
		cfn:    "AWS::CodeBuild::Fleet",
		names:  map[string]string{"vpcConfigs": "FleetVpcConfig"},
		attrs:  map[string]string{"arn": "Ref"},
	},
	{
		pulumi: "aws:codecommit/repository:Repository",
		cfn:    "AWS::CodeCommit::Repository",
		names:  map[string]string{"description": "RepositoryDescription"},
		attrs:  map[string]string{"repositoryId": "Ref", "repositoryName": "Name"},
	},
	{
		pulumi:  "aws:codeconnections/connection:Connection",
		cfn:     "AWS::CodeConnections::Connection",
		names:   map[string]string{"name": "ConnectionName"},
		ignored: "timeouts",
		attrs:   map[string]string{"arn": "Ref"},
		finish:  nameInApp("ConnectionName"),
	},
	{
		pulumi: "aws:codestarconnections/connection:Connection",
		cfn:    "AWS::CodeStarConnections::Connection",
		names:  map[string]string{"name": "ConnectionName"},
		attrs:  map[string]string{"arn": "Ref"},
		finish: nameInApp("ConnectionName"),
	},
	{
		pulumi: "aws:codestarnotifications/notificationRule:NotificationRule",
		cfn:    "AWS::CodeStarNotifications::NotificationRule",
		names:  map[string]string{"targets.address": "TargetAddress", "targets.type": "TargetType"},
		attrs:  map[string]string{"arn": "Ref"},
		finish: nameInApp("Name"),
	},
	{
		pulumi: "aws:codedeploy/application:Application",
		cfn:    "AWS::CodeDeploy::Application",
		names:  map[string]string{"name": "ApplicationName"},
		attrs:  map[string]string{"arn": "arn:{aws:partition}:codedeploy:{aws:region}:{aws:account}:application:{Ref}"},
	},
	{
		pulumi: "aws:codedeploy/deploymentConfig:DeploymentConfig",
		cfn:    "AWS::CodeDeploy::DeploymentConfig",
		names: map[string]string{
			"trafficRoutingConfig.timeBasedCanary.interval":   "CanaryInterval",
			"trafficRoutingConfig.timeBasedCanary.percentage": "CanaryPercentage",
			"trafficRoutingConfig.timeBasedLinear.interval":   "LinearInterval",
			"trafficRoutingConfig.timeBasedLinear.percentage": "LinearPercentage",
		},
		attrs: map[string]string{"arn": "arn:{aws:partition}:codedeploy:{aws:region}:{aws:account}:deploymentconfig:{Ref}"},
	},
	{
		pulumi: "aws:codedeploy/deploymentGroup:DeploymentGroup",
		cfn:    "AWS::CodeDeploy::DeploymentGroup",
		names: map[string]string{
			"appName":                              "ApplicationName",
			"blueGreenDeploymentConfig":            "BlueGreenDeploymentConfiguration",
			"ec2TagSets":                           "Ec2TagSet.Ec2TagSetList",
			"ec2TagSets.ec2TagFilters":             "Ec2TagGroup",
			"loadBalancerInfo.targetGroupPairInfo": "TargetGroupPairInfoList",
			"loadBalancerInfo.elbInfos":            "ElbInfoList",
			"loadBalancerInfo.targetGroupInfos":    "TargetGroupInfoList",
		},
		forms: map[string]form{"alarmConfiguration.alarms": objectsOf("Name")},
		attrs: map[string]string{"arn": "arn:{aws:partition}:codedeploy:{aws:region}:{aws:account}:deploymentgroup:{=ApplicationName}/{Ref}"},
	},
	{
		pulumi: "aws:codepipeline/pipeline:Pipeline",
		cfn:    "AWS::CodePipeline::Pipeline",
		names: map[string]string{
			"artifactStores":               "ArtifactStores",
			"artifactStores.encryptionKey": "ArtifactStore.EncryptionKey",
			"artifactStores.location":      "ArtifactStore.Location",
			"artifactStores.type":          "ArtifactStore.Type",
			"stages.actions.category":      "ActionTypeId.Category",
			"stages.actions.owner":         "ActionTypeId.Owner",
			"stages.actions.provider":      "ActionTypeId.Provider",
			"stages.actions.version":       "ActionTypeId.Version",
		},
		forms: map[string]form{
			"stages.actions.inputArtifacts":  objectsOf("Name"),
			"stages.actions.outputArtifacts": objectsOf("Name"),
			"RuleDeclaration:inputArtifacts": objectsOf("Name"),
		},
		attrs: map[string]string{
			"arn": "arn:{aws:partition}:codepipeline:{aws:region}:{aws:account}:{Ref}",
		},
		finish: func(b *builder) {
			// One bucket, in the pipeline's own region, is given apart from
			// those of several.
			stores, _ := b.get("ArtifactStores").(ir.List)
			if len(stores) == 1 && !objectIn(stores[0]).Has("Region") {
				b.out = b.out.With("ArtifactStores", nil).With("ArtifactStore", objectIn(stores[0]).Get("ArtifactStore"))
			}
		},
	},
	{
		pulumi: "aws:codepipeline/webhook:Webhook",
		cfn:    "AWS::CodePipeline::Webhook",
		attrs:  map[string]string{"url": "Url"},
		finish: defaults("TargetPipelineVersion", 1),
	},
	{
		pulumi: "aws:codeartifact/domain:Domain",
		cfn:    "AWS::CodeArtifact::Domain",
		names:  map[string]string{"domain": "DomainName"},
		attrs:  map[string]string{"id": "Ref", "arn": "Arn"},
	},
	{
		pulumi: "aws:codeartifact/repository:Repository",
		cfn:    "AWS::CodeArtifact::Repository",
		names: map[string]string{
			"domain":     "DomainName",
			"repository": "RepositoryName",
		},
		forms: map[string]form{
			"externalConnections": member("externalConnectionName"),
			"upstreams": func(b *builder, v ir.Value) ir.Value {
				l, ok := v.(ir.List)
				if !ok {
					return v
				}
				out := make(ir.List, len(l))
				for i, e := range l {
					out[i] = objectIn(e).Get("repositoryName")
				}
				return out
			},
		},
		attrs: map[string]string{"id": "Ref", "arn": "Arn"},
	},
	{
		pulumi: "aws:amplify/app:App",
		cfn:    "AWS::Amplify::App",
		names: map[string]string{
			"autoBranchCreationPatterns": "AutoBranchCreationConfig.AutoBranchCreationPatterns",
			"enableAutoBranchCreation":   "AutoBranchCreationConfig.EnableAutoBranchCreation",
			"iamServiceRoleArn":          "IAMServiceRole",
		},
		attrs:  map[string]string{"id": "AppId"},
		finish: nameInApp("Name"),
	},
	{
		pulumi: "aws:amplify/branch:Branch",
		cfn:    "AWS::Amplify::Branch",
		attrs:  map[string]string{"arn": "Ref"},
	},
	{
		pulumi:  "aws:amplify/domainAssociation:DomainAssociation",
		cfn:     "AWS::Amplify::Domain",
		names:   map[string]string{"subDomains": "SubDomainSettings", "certificateSettings.type": "CertificateType"},
		ignored: "waitForVerification",
		attrs:   map[string]string{"arn": "Ref"},
	},
	{
		pulumi: "aws:ecr/replicationConfiguration:ReplicationConfiguration",
		cfn:    "AWS::ECR::ReplicationConfiguration",
		attrs:  map[string]string{"registryId": "Ref"},
	},
	{
		pulumi: "aws:ecr/registryPolicy:RegistryPolicy",
		cfn:    "AWS::ECR::RegistryPolicy",
		names:  map[string]string{"policy": "PolicyText"},
		attrs:  map[string]string{"registryId": "Ref"},
	},
	{pulumi: "aws:ecr/pullThroughCacheRule:PullThroughCacheRule", cfn: "AWS::ECR::PullThroughCacheRule"},
	{
		pulumi: "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate",
		cfn:    "AWS::ECR::RepositoryCreationTemplate",
		names: map[string]string{
			"imageTagMutabilityExclusionFilters.filter":     "ImageTagMutabilityExclusionFilterValue",
			"imageTagMutabilityExclusionFilters.filterType": "ImageTagMutabilityExclusionFilterType",
		},
	},
	{
		pulumi: "aws:servicecatalog/appregistryApplication:AppregistryApplication",
		cfn:    "AWS::ServiceCatalogAppRegistry::Application",
	},
	{
		pulumi: "aws:servicecatalog/appregistryAttributeGroup:AppregistryAttributeGroup",
		cfn:    "AWS::ServiceCatalogAppRegistry::AttributeGroup",
	},
	{
		pulumi: "aws:transfer/server:Server",
		cfn:    "AWS::Transfer::Server",
		names: map[string]string{
			"directoryId":               "IdentityProviderDetails.DirectoryId",
			"function":                  "IdentityProviderDetails.Function",
			"invocationRole":            "IdentityProviderDetails.InvocationRole",
			"sftpAuthenticationMethods": "IdentityProviderDetails.SftpAuthenticationMethods",
			"url":                       "IdentityProviderDetails.Url",
		},
		ignored: "forceDestroy",
		attrs:   map[string]string{"id": "ServerId", "arn": "Ref"},
	},
	{
		pulumi: "aws:transfer/user:User",
		cfn:    "AWS::Transfer::User",
		attrs:  map[string]string{"arn": "Arn"},
	},
	{pulumi: "aws:transfer/workflow:Workflow", cfn: "AWS::Transfer::Workflow"},
	{
		pulumi:  "aws:ecrpublic/repository:Repository",
		cfn:     "AWS::ECR::PublicRepository",
		names:   map[string]string{"catalogData": "RepositoryCatalogData", "catalogData.description": "RepositoryDescription"},
		ignored: "forceDestroy",
	},
}
