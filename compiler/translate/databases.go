package translate

import (
	"strings"

	"github.com/sstc/sstc/compiler/ir"
)

// databaseRows are the databases beside those of RDS and ElastiCache that the
// files for these have.
var databaseRows = []row{
	{
		pulumi: "aws:rds/optionGroup:OptionGroup",
		cfn:    "AWS::RDS::OptionGroup",
		names: map[string]string{
			"name":            "OptionGroupName",
			"options":         "OptionConfigurations",
			"options.version": "OptionVersion",
		},
		ignored: "namePrefix skipDestroy",
		attrs:   map[string]string{"arn": "arn:{aws:partition}:rds:{aws:region}:{aws:account}:og:{Ref}"},
		finish:  defaults("OptionGroupDescription", "Managed by Pulumi"),
	},
	{
		pulumi:  "aws:rds/eventSubscription:EventSubscription",
		cfn:     "AWS::RDS::EventSubscription",
		names:   map[string]string{"name": "SubscriptionName", "snsTopic": "SnsTopicArn"},
		ignored: "namePrefix",
	},
	{
		pulumi: "aws:docdb/cluster:Cluster",
		cfn:    "AWS::DocDB::DBCluster",
		names: map[string]string{
			"clusterIdentifier":            "DBClusterIdentifier",
			"enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
			"masterPassword":               "MasterUserPassword",
		},
		implied: map[string]ir.Value{"engine": ir.String("docdb")},
		ignored: "allowMajorVersionUpgrade applyImmediately clusterIdentifierPrefix clusterMembers finalSnapshotIdentifier skipFinalSnapshot",
		attrs: map[string]string{
			"arn":               "arn:{aws:partition}:rds:{aws:region}:{aws:account}:cluster:{Ref}",
			"clusterResourceId": "ClusterResourceId",
			"endpoint":          "Endpoint",
			"port":              "Port",
			"readerEndpoint":    "ReadEndpoint",
		},
		finish: snapshotIfNotSkipped,
	},
	{
		pulumi: "aws:docdb/clusterInstance:ClusterInstance",
		cfn:    "AWS::DocDB::DBInstance",
		names: map[string]string{
			"caCertIdentifier":  "CACertificateIdentifier",
			"clusterIdentifier": "DBClusterIdentifier",
			"identifier":        "DBInstanceIdentifier",
			"instanceClass":     "DBInstanceClass",
		},
		implied: map[string]ir.Value{"engine": ir.String("docdb")},
		ignored: "applyImmediately identifierPrefix",
		attrs:   map[string]string{"arn": "arn:{aws:partition}:rds:{aws:region}:{aws:account}:db:{Ref}", "endpoint": "Endpoint", "port": "Port"},
	},
	{
		pulumi:  "aws:docdb/clusterParameterGroup:ClusterParameterGroup",
		cfn:     "AWS::DocDB::DBClusterParameterGroup",
		forms:   map[string]form{"parameters": keyedBy("name", "value")},
		ignored: "namePrefix",
		attrs:   map[string]string{"arn": "arn:{aws:partition}:rds:{aws:region}:{aws:account}:cluster-pg:{Ref}"},
		finish:  defaults("Description", "Managed by Pulumi", "Parameters", &ir.Object{}),
	},
	{
		pulumi:  "aws:docdb/subnetGroup:SubnetGroup",
		cfn:     "AWS::DocDB::DBSubnetGroup",
		names:   map[string]string{"name": "DBSubnetGroupName", "description": "DBSubnetGroupDescription"},
		ignored: "namePrefix",
		attrs:   map[string]string{"arn": "arn:{aws:partition}:rds:{aws:region}:{aws:account}:subgrp:{Ref}"},
		finish:  defaults("DBSubnetGroupDescription", "Managed by Pulumi"),
	},
	{
		pulumi: "aws:neptune/cluster:Cluster",
		cfn:    "AWS::Neptune::DBCluster",
		names: map[string]string{
			"clusterIdentifier":                "DBClusterIdentifier",
			"iamDatabaseAuthenticationEnabled": "IamAuthEnabled",
			"kmsKeyArn":                        "KmsKeyId",
			"neptuneClusterParameterGroupName": "DBClusterParameterGroupName",
			"neptuneSubnetGroupName":           "DBSubnetGroupName",
			"port":                             "DBPort",
			"serverlessV2ScalingConfiguration": "ServerlessScalingConfiguration",
		},
		implied: map[string]ir.Value{"engine": ir.String("neptune")},
		ignored: "allowMajorVersionUpgrade applyImmediately clusterIdentifierPrefix finalSnapshotIdentifier skipFinalSnapshot neptuneInstanceParameterGroupName",
		attrs: map[string]string{
			"arn":               "arn:{aws:partition}:rds:{aws:region}:{aws:account}:cluster:{Ref}",
			"clusterResourceId": "ClusterResourceId",
			"endpoint":          "Endpoint",
			"readerEndpoint":    "ReadEndpoint",
		},
		finish: snapshotIfNotSkipped,
	},
	{
		pulumi: "aws:neptune/clusterInstance:ClusterInstance",
		cfn:    "AWS::Neptune::DBInstance",
		names: map[string]string{
			"clusterIdentifier":         "DBClusterIdentifier",
			"identifier":                "DBInstanceIdentifier",
			"instanceClass":             "DBInstanceClass",
			"neptuneParameterGroupName": "DBParameterGroupName",
			"neptuneSubnetGroupName":    "DBSubnetGroupName",
		},
		implied: map[string]ir.Value{"engine": ir.String("neptune")},
		ignored: "applyImmediately identifierPrefix skipFinalSnapshot",
		attrs: map[string]string{
			"arn":      "arn:{aws:partition}:rds:{aws:region}:{aws:account}:db:{Ref}",
			"address":  "Endpoint",
			"endpoint": "{Endpoint}:{Port}",
			"port":     "Port",
		},
	},
	{
		pulumi:  "aws:neptune/subnetGroup:SubnetGroup",
		cfn:     "AWS::Neptune::DBSubnetGroup",
		names:   map[string]string{"name": "DBSubnetGroupName", "description": "DBSubnetGroupDescription"},
		ignored: "namePrefix",
		attrs:   map[string]string{"arn": "arn:{aws:partition}:rds:{aws:region}:{aws:account}:subgrp:{Ref}"},
		finish:  defaults("DBSubnetGroupDescription", "Managed by Pulumi"),
	},
	{
		pulumi:  "aws:neptune/clusterParameterGroup:ClusterParameterGroup",
		cfn:     "AWS::Neptune::DBClusterParameterGroup",
		forms:   map[string]form{"parameters": keyedBy("name", "value")},
		ignored: "namePrefix",
		attrs:   map[string]string{"arn": "arn:{aws:partition}:rds:{aws:region}:{aws:account}:cluster-pg:{Ref}"},
		finish:  defaults("Description", "Managed by Pulumi", "Parameters", &ir.Object{}),
	},
	{
		pulumi: "aws:dax/cluster:Cluster",
		cfn:    "AWS::DAX::Cluster",
		names: map[string]string{
			"maintenanceWindow":            "PreferredMaintenanceWindow",
			"serverSideEncryption":         "SSESpecification",
			"serverSideEncryption.enabled": "SSEEnabled",
		},
		attrs: map[string]string{"clusterAddress": "ClusterDiscoveryEndpointURL"},
	},
	{
		pulumi: "aws:dax/subnetGroup:SubnetGroup",
		cfn:    "AWS::DAX::SubnetGroup",
		names:  map[string]string{"name": "SubnetGroupName"},
		attrs:  map[string]string{"id": "Ref"},
	},
	{
		pulumi: "aws:dax/parameterGroup:ParameterGroup",
		cfn:    "AWS::DAX::ParameterGroup",
		names:  map[string]string{"name": "ParameterGroupName", "parameters": "ParameterNameValues"},
		forms:  map[string]form{"parameters": keyedBy("name", "value")},
	},
	{
		pulumi: "aws:elasticache/user:User",
		cfn:    "AWS::ElastiCache::User",
		attrs:  map[string]string{"userId": "Ref", "arn": "Arn"},
	},
	{
		pulumi: "aws:elasticache/userGroup:UserGroup",
		cfn:    "AWS::ElastiCache::UserGroup",
		attrs:  map[string]string{"arn": "Arn"},
	},
	{
		pulumi:  "aws:memorydb/cluster:Cluster",
		cfn:     "AWS::MemoryDB::Cluster",
		names:   map[string]string{"name": "ClusterName", "kmsKeyArn": "KmsKeyId"},
		ignored: "finalSnapshotName",
		attrs: map[string]string{
			"arn":                        "ARN",
			"clusterEndpoints.0.address": "ClusterEndpoint.Address",
			"clusterEndpoints.0.port":    "ClusterEndpoint.Port",
		},
		finish: nameInApp("ClusterName"),
	},
	{
		pulumi:  "aws:memorydb/subnetGroup:SubnetGroup",
		cfn:     "AWS::MemoryDB::SubnetGroup",
		names:   map[string]string{"name": "SubnetGroupName"},
		ignored: "namePrefix",
		finish:  nameInApp("SubnetGroupName"),
	},
	{pulumi: "aws:memorydb/user:User", cfn: "AWS::MemoryDB::User"},
	{
		pulumi:  "aws:memorydb/acl:Acl",
		cfn:     "AWS::MemoryDB::ACL",
		names:   map[string]string{"name": "ACLName"},
		ignored: "namePrefix",
		finish:  nameInApp("ACLName"),
	},
	{
		pulumi:  "aws:memorydb/parameterGroup:ParameterGroup",
		cfn:     "AWS::MemoryDB::ParameterGroup",
		names:   map[string]string{"name": "ParameterGroupName"},
		forms:   map[string]form{"parameters": keyedBy("name", "value")},
		ignored: "namePrefix",
		finish:  nameInApp("ParameterGroupName"),
	},
	{
		pulumi: "aws:redshift/cluster:Cluster",
		cfn:    "AWS::Redshift::Cluster",
		names: map[string]string{
			"availabilityZoneRelocationEnabled": "AvailabilityZoneRelocation",
			"databaseName":                      "DBName",
			"masterPassword":                    "MasterUserPassword",
		},
		ignored: "applyImmediately finalSnapshotIdentifier skipFinalSnapshot",
		attrs: map[string]string{
			"arn":     "arn:{aws:partition}:redshift:{aws:region}:{aws:account}:cluster:{Ref}",
			"dnsName": "Endpoint.Address",
			"port":    "Endpoint.Port",
		},
		finish: func(b *builder) {
			defaults("ClusterType", "single-node")(b)
			if n, ok := b.get("NumberOfNodes").(ir.Number); ok && n > 1 {
				b.set("ClusterType", "multi-node")
			}
			snapshotIfNotSkipped(b)
		},
	},
	{
		pulumi:  "aws:redshift/subnetGroup:SubnetGroup",
		cfn:     "AWS::Redshift::ClusterSubnetGroup",
		attrs:   map[string]string{"name": "Ref", "arn": "arn:{aws:partition}:redshift:{aws:region}:{aws:account}:subnetgroup:{Ref}"},
		ignored: "name", // CloudFormation makes it up
		finish:  defaults("Description", "Managed by Pulumi"),
	},
	{
		pulumi: "aws:redshift/parameterGroup:ParameterGroup",
		cfn:    "AWS::Redshift::ClusterParameterGroup",
		names: map[string]string{
			"name":             "ParameterGroupName",
			"family":           "ParameterGroupFamily",
			"parameters.name":  "ParameterName",
			"parameters.value": "ParameterValue",
		},
		attrs:  map[string]string{"arn": "arn:{aws:partition}:redshift:{aws:region}:{aws:account}:parametergroup:{Ref}"},
		finish: defaults("Description", "Managed by Pulumi"),
	},
	{
		pulumi: "aws:redshiftserverless/namespace:Namespace",
		cfn:    "AWS::RedshiftServerless::Namespace",
		attrs:  map[string]string{"arn": "Namespace.NamespaceArn", "namespaceId": "Namespace.NamespaceId"},
	},
	{
		pulumi: "aws:redshiftserverless/workgroup:Workgroup",
		cfn:    "AWS::RedshiftServerless::Workgroup",
		forms:  map[string]form{"pricePerformanceTarget.enabled": onOff("ENABLED", "DISABLED")},
		names:  map[string]string{"pricePerformanceTarget.enabled": "Status"},
		attrs: map[string]string{
			"arn":                 "Workgroup.WorkgroupArn",
			"endpoints.0.address": "Workgroup.Endpoint.Address",
			"endpoints.0.port":    "Workgroup.Endpoint.Port",
			"workgroupId":         "Workgroup.WorkgroupId",
		},
	},
	{pulumi: "aws:timestreamwrite/database:Database", cfn: "AWS::Timestream::Database"},
	{pulumi: "aws:timestreamwrite/table:Table", cfn: "AWS::Timestream::Table"},
	{
		pulumi:  "aws:opensearch/serverlessCollection:ServerlessCollection",
		cfn:     "AWS::OpenSearchServerless::Collection",
		ignored: "timeouts",
		finish:  nameInApp("Name"),
	},
	{pulumi: "aws:opensearch/serverlessSecurityPolicy:ServerlessSecurityPolicy", cfn: "AWS::OpenSearchServerless::SecurityPolicy"},
	{pulumi: "aws:opensearch/serverlessAccessPolicy:ServerlessAccessPolicy", cfn: "AWS::OpenSearchServerless::AccessPolicy"},
	{pulumi: "aws:opensearch/serverlessVpcEndpoint:ServerlessVpcEndpoint", cfn: "AWS::OpenSearchServerless::VpcEndpoint", ignored: "timeouts"},
	{
		pulumi: "aws:msk/cluster:Cluster",
		cfn:    "AWS::MSK::Cluster",
		names: map[string]string{
			"brokerNodeGroupInfo.azDistribution":                "BrokerAZDistribution",
			"clientAuthentication.sasl.iam":                     "Iam.Enabled",
			"clientAuthentication.sasl.scram":                   "Scram.Enabled",
			"clientAuthentication.tls.certificateAuthorityArns": "CertificateAuthorityArnList",
			"clientAuthentication.unauthenticated":              "Unauthenticated.Enabled",
			"encryptionInfo.encryptionAtRestKmsKeyArn":          "EncryptionAtRest.DataVolumeKMSKeyId",
			"VpcConnectivitySasl:iam":                           "Iam.Enabled",
			"VpcConnectivitySasl:scram":                         "Scram.Enabled",
			"VpcConnectivityClientAuthentication:tls":           "Tls.Enabled",
		},
		attrs: map[string]string{"arn": "Ref"},
	},
	{
		pulumi: "aws:msk/configuration:Configuration",
		cfn:    "AWS::MSK::Configuration",
		names:  map[string]string{"kafkaVersions": "KafkaVersionsList"},
		attrs:  map[string]string{"arn": "Ref", "latestRevision": "LatestRevision.Revision"},
		finish: nameInApp("Name"),
	},
	{
		pulumi: "aws:msk/serverlessCluster:ServerlessCluster",
		cfn:    "AWS::MSK::ServerlessCluster",
		names:  map[string]string{"vpcConfigs.securityGroupIds": "SecurityGroups"},
		attrs:  map[string]string{"arn": "Ref"},
		finish: nameInApp("ClusterName"),
	},
	{
		pulumi:  "aws:mq/broker:Broker",
		cfn:     "AWS::AmazonMQ::Broker",
		ignored: "applyImmediately",
		finish:  nameInApp("BrokerName"),
	},
	{
		pulumi: "aws:rds/proxyEndpoint:ProxyEndpoint",
		cfn:    "AWS::RDS::DBProxyEndpoint",
		attrs:  map[string]string{"arn": "DBProxyEndpointArn"},
	},
}

// snapshotIfNotSkipped is finalSnapshot for databases of which CloudFormation
// takes a snapshot only if it is told to.
func snapshotIfNotSkipped(b *builder) {
	b.target.Options.DeletionPolicy = "Snapshot"
	if isTrue(b.r.Props.Get("skipFinalSnapshot")) {
		b.target.Options.DeletionPolicy = "Delete"
	}
}

// snapshotIfAsked takes a last snapshot of a database only if the deletion
// policy says so, as CloudFormation does it but for RDS.
func snapshotIfAsked(s *splitter) {
	if s.deletionPolicy(s.e) == "Snapshot" {
		s.set("finalSnapshotIdentifier", s.finalSnapshotName())
		return
	}
	s.set("skipFinalSnapshot", true)
}

// finalSnapshotName is the name of the snapshot that is taken before a resource
// is deleted.
func (s *splitter) finalSnapshotName() string {
	return strings.ToLower(alnumDash(s.physicalName(60))) + "-final"
}
