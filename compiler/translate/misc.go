package translate

import "github.com/sstc/sstc/compiler/ir"

var autoscalingRows = []row{
	{
		pulumi: "aws:autoscaling/group:Group",
		cfn:    "AWS::AutoScaling::AutoScalingGroup",
		names: map[string]string{
			"defaultCooldown":            "Cooldown",
			"initialLifecycleHooks":      "LifecycleHookSpecificationList",
			"initialLifecycleHooks.name": "LifecycleHookName",
			"launchConfiguration":        "LaunchConfigurationName",
			"launchTemplate.id":          "LaunchTemplateId",
			"launchTemplate.name":        "LaunchTemplateName",
			"loadBalancers":              "LoadBalancerNames",
			"name":                       "AutoScalingGroupName",
			"protectFromScaleIn":         "NewInstancesProtectedFromScaleIn",
		},
		ignored: "namePrefix forceDelete forceDeleteWarmPool ignoreFailedScalingActivities waitForCapacityTimeout waitForElbCapacity minElbCapacity metricsGranularity",
		attrs:   map[string]string{"arn": "AutoScalingGroupARN"},
	},
}

var appconfigRows = []row{
	{pulumi: "aws:appconfig/application:Application", cfn: "AWS::AppConfig::Application", finish: nameAfterResource("Name")},
	{
		pulumi: "aws:appconfig/environment:Environment",
		cfn:    "AWS::AppConfig::Environment",
		names:  map[string]string{"monitors.alarmArn": "AlarmArn"},
		attrs:  map[string]string{"environmentId": "EnvironmentId"},
		finish: nameAfterResource("Name"),
	},
	{pulumi: "aws:appconfig/deploymentStrategy:DeploymentStrategy", cfn: "AWS::AppConfig::DeploymentStrategy", finish: nameAfterResource("Name")},
	{pulumi: "aws:appconfig/configurationProfile:ConfigurationProfile", cfn: "AWS::AppConfig::ConfigurationProfile", finish: nameAfterResource("Name")},
	{
		pulumi: "aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion",
		cfn:    "AWS::AppConfig::HostedConfigurationVersion",
		attrs:  map[string]string{"versionNumber": "VersionNumber"},
	},
	{
		pulumi: "aws:appconfig/deployment:Deployment",
		cfn:    "AWS::AppConfig::Deployment",
		names:  map[string]string{"kmsKeyIdentifier": "KmsKeyIdentifier"},
		attrs:  map[string]string{"deploymentNumber": "DeploymentNumber", "state": "State"},
	},
	{
		pulumi: "aws:appconfig/extension:Extension",
		cfn:    "AWS::AppConfig::Extension",
		names:  map[string]string{"actionPoints": "Actions"},
		forms: map[string]form{
			"actionPoints": func(b *builder, v ir.Value) ir.Value {
				out := &ir.Object{}
				list, _ := v.(ir.List)
				for _, e := range list {
					o := objectIn(e)
					out = out.With(string(stringIn(o.Get("point"))), capitals(o.Get("actions")))
				}
				return out
			},
			"parameters": keyedBy("name", ""),
		},
		finish: nameInApp("Name"),
	},
	{
		pulumi: "aws:appconfig/extensionAssociation:ExtensionAssociation",
		cfn:    "AWS::AppConfig::ExtensionAssociation",
		names:  map[string]string{"extensionArn": "ExtensionIdentifier", "resourceArn": "ResourceIdentifier"},
	},
}

var codebuildRows = []row{
	{
		pulumi: "aws:codebuild/project:Project",
		cfn:    "AWS::CodeBuild::Project",
		names: map[string]string{
			"buildTimeout":      "TimeoutInMinutes",
			"projectVisibility": "Visibility",
			"queuedTimeout":     "QueuedTimeoutInMinutes",
		},
	},
}

var ebsRows = []row{
	{
		pulumi:  "aws:ebs/volume:Volume",
		cfn:     "AWS::EC2::Volume",
		names:   map[string]string{"type": "VolumeType"},
		ignored: "finalSnapshot",
		attrs:   map[string]string{"arn": "arn:{aws:partition}:ec2:{aws:region}:{aws:account}:volume/{Ref}"},
		finish: func(b *builder) {
			if isTrue(b.r.Props.Get("finalSnapshot")) {
				b.target.Options.DeletionPolicy = "Snapshot"
			}
		},
	},
	{
		pulumi:  "aws:ec2/volumeAttachment:VolumeAttachment",
		cfn:     "AWS::EC2::VolumeAttachment",
		names:   map[string]string{"deviceName": "Device"},
		ignored: "forceDetach skipDestroy stopInstanceBeforeDetaching",
	},
}

var chatbotRows = []row{
	{
		pulumi: "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration",
		cfn:    "AWS::Chatbot::SlackChannelConfiguration",
		names: map[string]string{
			"guardrailPolicyArns":       "GuardrailPolicies",
			"slackTeamId":               "SlackWorkspaceId",
			"userAuthorizationRequired": "UserRoleRequired",
		},
		ignored: "timeouts",
		attrs:   map[string]string{"chatConfigurationArn": "Arn"},
	},
}

var resourcegroupsRows = []row{
	{
		pulumi: "aws:resourcegroups/group:Group",
		cfn:    "AWS::ResourceGroups::Group",
		forms: map[string]form{"resourceQuery.query": func(b *builder, v ir.Value) ir.Value {
			doc, ok := parseJSON(v)
			if !ok {
				b.unknownValue("resourceQuery.query")
			}
			return doc
		}},
		finish: nameInApp("Name"),
	},
}

var locationRows = []row{
	{pulumi: "aws:location/placeIndex:PlaceIndex", cfn: "AWS::Location::PlaceIndex"},
	{pulumi: "aws:location/map:Map", cfn: "AWS::Location::Map"},
	{
		pulumi: "aws:location/geofenceCollection:GeofenceCollection",
		cfn:    "AWS::Location::GeofenceCollection",
		attrs:  map[string]string{"collectionArn": "CollectionArn"},
	},
	{
		pulumi: "aws:location/routeCalculation:RouteCalculation",
		cfn:    "AWS::Location::RouteCalculator",
		attrs:  map[string]string{"calculatorArn": "CalculatorArn"},
	},
	{
		pulumi: "aws:location/tracker:Tracker",
		cfn:    "AWS::Location::Tracker",
		attrs:  map[string]string{"trackerArn": "TrackerArn"},
	},
	{pulumi: "aws:location/trackerAssociation:TrackerAssociation", cfn: "AWS::Location::TrackerConsumer"},
}

var pinpointRows = []row{
	{
		pulumi: "aws:pinpoint/app:App",
		cfn:    "AWS::Pinpoint::App",
		attrs:  map[string]string{"applicationId": "Ref"},
	},
	{
		pulumi: "aws:pinpoint/emailChannel:EmailChannel",
		cfn:    "AWS::Pinpoint::EmailChannel",
	},
	{
		pulumi: "aws:pinpoint/eventStream:EventStream",
		cfn:    "AWS::Pinpoint::EventStream",
	},
	{
		pulumi: "aws:pinpoint/smsChannel:SmsChannel",
		cfn:    "AWS::Pinpoint::SMSChannel",
	},
}
