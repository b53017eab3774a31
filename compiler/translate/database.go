package translate

import "github.com/sstc/sstc/compiler/ir"

var rdsRows = []row{
	{
		pulumi: "aws:rds/cluster:Cluster",
		cfn:    "AWS::RDS::DBCluster",
		names: map[string]string{
			"clusterIdentifier":                            "DBClusterIdentifier",
			"enabledCloudwatchLogsExports":                 "EnableCloudwatchLogsExports",
			"iamDatabaseAuthenticationEnabled":             "EnableIAMDatabaseAuthentication",
			"iamRoles":                                     "AssociatedRoles",
			"masterPassword":                               "MasterUserPassword",
			"masterUserSecretKmsKeyId":                     "MasterUserSecret.KmsKeyId",
			"restoreToPointInTime":                         ".",
			"restoreToPointInTime.sourceClusterIdentifier": "SourceDBClusterIdentifier",
			"restoreToPointInTime.sourceClusterResourceId": "SourceDbClusterResourceId",
		},
		forms: map[string]form{"iamRoles": objectsOf("RoleArn")},
		ignored: "allowMajorVersionUpgrade applyImmediately clusterIdentifierPrefix clusterMembers finalSnapshotIdentifier " +
			"skipFinalSnapshot warningEventCategories",
		attrs: map[string]string{
			"arn":                           "DBClusterArn",
			"clusterResourceId":             "DBClusterResourceId",
			"endpoint":                      "Endpoint.Address",
			"masterUserSecrets.0.secretArn": "MasterUserSecret.SecretArn",
			"port":                          "Endpoint.Port",
			"readerEndpoint":                "ReadEndpoint.Address",
		},
		finish: finalSnapshot,
	},
	{
		pulumi: "aws:rds/clusterInstance:ClusterInstance",
		cfn:    "AWS::RDS::DBInstance",
		names: map[string]string{
			"caCertIdentifier":           "CACertificateIdentifier",
			"clusterIdentifier":          "DBClusterIdentifier",
			"identifier":                 "DBInstanceIdentifier",
			"instanceClass":              "DBInstanceClass",
			"performanceInsightsEnabled": "EnablePerformanceInsights",
		},
		ignored: "forceDestroy identifierPrefix warningEventCategories",
		attrs: map[string]string{
			"arn":      "DBInstanceArn",
			"endpoint": "Endpoint.Address",
			"port":     "Endpoint.Port",
		},
	},
	{
		pulumi: "aws:rds/instance:Instance",
		cfn:    "AWS::RDS::DBInstance",
		names: map[string]string{
			"backupWindow":                     "PreferredBackupWindow",
			"caCertIdentifier":                 "CACertificateIdentifier",
			"enabledCloudwatchLogsExports":     "EnableCloudwatchLogsExports",
			"iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
			"identifier":                       "DBInstanceIdentifier",
			"instanceClass":                    "DBInstanceClass",
			"maintenanceWindow":                "PreferredMaintenanceWindow",
			"masterUserSecretKmsKeyId":         "MasterUserSecret.KmsKeyId",
			"parameterGroupName":               "DBParameterGroupName",
			"password":                         "MasterUserPassword",
			"performanceInsightsEnabled":       "EnablePerformanceInsights",
			"replicateSourceDb":                "SourceDBInstanceIdentifier",
			"restoreToPointInTime":             ".",
			"restoreToPointInTime.sourceDbInstanceAutomatedBackupsArn": "SourceDBInstanceAutomatedBackupsArn",
			"restoreToPointInTime.sourceDbInstanceIdentifier":          "SourceDBInstanceIdentifier",
			"restoreToPointInTime.sourceDbiResourceId":                 "SourceDbiResourceId",
			"snapshotIdentifier":                                       "DBSnapshotIdentifier",
			"username":                                                 "MasterUsername",
			"vpcSecurityGroupIds":                                      "VPCSecurityGroups",
		},
		ignored: "blueGreenUpdate finalSnapshotIdentifier identifierPrefix skipFinalSnapshot upgradeStorageConfig warningEventCategories",
		implied: map[string]ir.Value{"customerOwnedIpEnabled": ir.Bool(false)},
		attrs: map[string]string{
			"address":                       "Endpoint.Address",
			"arn":                           "DBInstanceArn",
			"endpoint":                      "{Endpoint.Address}:{Endpoint.Port}",
			"hostedZoneId":                  "Endpoint.HostedZoneId",
			"masterUserSecrets.0.secretArn": "MasterUserSecret.SecretArn",
			"port":                          "Endpoint.Port",
			"resourceId":                    "DbiResourceId",
		},
		finish: finalSnapshot,
	},
	{
		pulumi:  "aws:rds/subnetGroup:SubnetGroup",
		cfn:     "AWS::RDS::DBSubnetGroup",
		names:   map[string]string{"name": "DBSubnetGroupName", "description": "DBSubnetGroupDescription"},
		ignored: "namePrefix",
		attrs:   map[string]string{"arn": "DBSubnetGroupArn"},
		finish:  defaults("DBSubnetGroupDescription", "Managed by Pulumi"),
	},
	{
		pulumi:  "aws:rds/parameterGroup:ParameterGroup",
		cfn:     "AWS::RDS::DBParameterGroup",
		names:   map[string]string{"name": "DBParameterGroupName"},
		forms:   map[string]form{"parameters": keyedBy("name", "value")},
		ignored: "namePrefix skipDestroy",
		attrs:   map[string]string{"arn": "DBParameterGroupArn"},
		finish:  defaults("Description", "Managed by Pulumi"),
	},
	{
		pulumi:  "aws:rds/clusterParameterGroup:ClusterParameterGroup",
		cfn:     "AWS::RDS::DBClusterParameterGroup",
		names:   map[string]string{"name": "DBClusterParameterGroupName"},
		forms:   map[string]form{"parameters": keyedBy("name", "value")},
		ignored: "namePrefix",
		attrs:   map[string]string{"arn": "arn:{aws:partition}:rds:{aws:region}:{aws:account}:cluster-pg:{Ref}"},
		finish:  defaults("Description", "Managed by Pulumi", "Parameters", &ir.Object{}),
	},
	{
		pulumi:  "aws:rds/globalCluster:GlobalCluster",
		cfn:     "AWS::RDS::GlobalCluster",
		names:   map[string]string{"sourceDbClusterIdentifier": "SourceDBClusterIdentifier"},
		ignored: "forceDestroy",
	},
	{
		pulumi: "aws:rds/proxy:Proxy",
		cfn:    "AWS::RDS::DBProxy",
		names:  map[string]string{"name": "DBProxyName"},
		attrs:  map[string]string{"arn": "DBProxyArn"},
		finish: nameInApp("DBProxyName"),
	},
	{
		pulumi: "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup",
		cfn:    "AWS::RDS::DBProxyTargetGroup",
		names:  map[string]string{"connectionPoolConfig": "ConnectionPoolConfigurationInfo"},
		attrs:  map[string]string{"arn": "Ref"},
		computed: map[string]func(*translator, *entry) ir.Value{
			"name": func(*translator, *entry) ir.Value { return ir.String("default") },
		},
		finish: defaults("TargetGroupName", "default"),
	},
	{
		pulumi: "aws:rds/proxyTarget:ProxyTarget",
		cfn:    "AWS::RDS::DBProxyTargetGroup",
		variant: func(t *translator, e *entry) *row {
			if proxyTargetGroup(t, e) != nil {
				return &proxyTargetOfGroup
			}
			return e.row
		},
		finish: defaults("TargetGroupName", "default"),
	},
}

// proxyTargetOfGroup is the row of a target whose group is configured by a
// resource of its own: then the target is a part of that.
var proxyTargetOfGroup = row{
	pulumi:  "aws:rds/proxyTarget:ProxyTarget",
	cfn:     "AWS::RDS::DBProxyTargetGroup",
	foldBy:  proxyTargetGroup,
	ignored: "dbProxyName targetGroupName",
}

// proxyTargetGroup returns the default target group of the same proxy.
func proxyTargetGroup(t *translator, e *entry) *ir.Resource {
	proxy := func(r *ir.Resource) string { return ir.PrintValue(r.Props.Get("dbProxyName")) }
	for _, r := range t.p.Resources {
		if r.Type == "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup" && proxy(r) == proxy(e.res) {
			return r
		}
	}
	return nil
}

// finalSnapshot says what becomes of a database's data when it is deleted.
// CloudFormation takes a snapshot unless it is told not to, and Pulumi unless
// skipFinalSnapshot is set; the name of the snapshot is CloudFormation's.
func finalSnapshot(b *builder) {
	b.target.Options.DeletionPolicy = "Snapshot"
	if isTrue(b.r.Props.Get("skipFinalSnapshot")) {
		b.target.Options.DeletionPolicy = "Delete"
	}
}

var dsqlRows = []row{
	{
		pulumi:  "aws:dsql/cluster:Cluster",
		cfn:     "AWS::DSQL::Cluster",
		ignored: "forceDestroy timeouts",
		attrs:   map[string]string{"arn": "ResourceArn"},
	},
}

var elasticacheRows = []row{
	{
		pulumi: "aws:elasticache/replicationGroup:ReplicationGroup",
		cfn:    "AWS::ElastiCache::ReplicationGroup",
		names: map[string]string{
			"description":                           "ReplicationGroupDescription",
			"logDeliveryConfigurations.destination": "DestinationDetails",
			"maintenanceWindow":                     "PreferredMaintenanceWindow",
			"nodeType":                              "CacheNodeType",
			"parameterGroupName":                    "CacheParameterGroupName",
			"securityGroupNames":                    "CacheSecurityGroupNames",
			"subnetGroupName":                       "CacheSubnetGroupName",
		},
		forms:   map[string]form{"logDeliveryConfigurations": logDelivery, "logDeliveryConfigurations.destination": asIs},
		ignored: "applyImmediately authTokenUpdateStrategy finalSnapshotIdentifier",
		attrs: map[string]string{
			"arn":                          "arn:{aws:partition}:elasticache:{aws:region}:{aws:account}:replicationgroup:{Ref}",
			"configurationEndpointAddress": "ConfigurationEndPoint.Address",
			"primaryEndpointAddress":       "PrimaryEndPoint.Address",
			"readerEndpointAddress":        "ReaderEndPoint.Address",
		},
	},
	{
		pulumi: "aws:elasticache/cluster:Cluster",
		cfn:    "AWS::ElastiCache::CacheCluster",
		names: map[string]string{
			"availabilityZone":                      "PreferredAvailabilityZone",
			"clusterId":                             "ClusterName",
			"logDeliveryConfigurations.destination": "DestinationDetails",
			"maintenanceWindow":                     "PreferredMaintenanceWindow",
			"nodeType":                              "CacheNodeType",
			"parameterGroupName":                    "CacheParameterGroupName",
			"securityGroupIds":                      "VpcSecurityGroupIds",
			"subnetGroupName":                       "CacheSubnetGroupName",
		},
		forms:   map[string]form{"logDeliveryConfigurations": logDelivery, "logDeliveryConfigurations.destination": asIs},
		ignored: "applyImmediately finalSnapshotIdentifier",
		attrs: map[string]string{
			"arn":                   "arn:{aws:partition}:elasticache:{aws:region}:{aws:account}:cluster:{Ref}",
			"cacheNodes.0.address":  "RedisEndpoint.Address",
			"cacheNodes.0.port":     "RedisEndpoint.Port",
			"clusterAddress":        "ConfigurationEndpoint.Address",
			"configurationEndpoint": "{ConfigurationEndpoint.Address}:{ConfigurationEndpoint.Port}",
		},
	},
	{
		pulumi:  "aws:elasticache/serverlessCache:ServerlessCache",
		cfn:     "AWS::ElastiCache::ServerlessCache",
		names:   map[string]string{"name": "ServerlessCacheName"},
		ignored: "timeouts",
		attrs: map[string]string{
			"arn":                       "ARN",
			"endpoints.0.address":       "Endpoint.Address",
			"endpoints.0.port":          "Endpoint.Port",
			"readerEndpoints.0.address": "ReaderEndpoint.Address",
			"readerEndpoints.0.port":    "ReaderEndpoint.Port",
		},
		finish: nameInApp("ServerlessCacheName"),
	},
	{
		pulumi: "aws:elasticache/subnetGroup:SubnetGroup",
		cfn:    "AWS::ElastiCache::SubnetGroup",
		names:  map[string]string{"name": "CacheSubnetGroupName"},
		attrs:  map[string]string{"arn": "arn:{aws:partition}:elasticache:{aws:region}:{aws:account}:subnetgroup:{Ref}"},
		finish: defaults("Description", "Managed by Pulumi"),
	},
	{
		pulumi: "aws:elasticache/parameterGroup:ParameterGroup",
		cfn:    "AWS::ElastiCache::ParameterGroup",
		names:  map[string]string{"family": "CacheParameterGroupFamily", "parameters": "Properties"},
		forms:  map[string]form{"parameters": keyedBy("name", "value")},
		// CloudFormation names the group itself.
		ignored: "name",
		attrs: map[string]string{
			"arn":  "arn:{aws:partition}:elasticache:{aws:region}:{aws:account}:parametergroup:{Ref}",
			"name": "Ref",
		},
		finish: defaults("Description", "Managed by Pulumi"),
	},
}

// logDelivery writes where logs go as an object that says of what kind the
// destination is.
func logDelivery(b *builder, v ir.Value) ir.Value {
	list, ok := v.(ir.List)
	if !ok {
		return v
	}
	out := make(ir.List, len(list))
	for i, e := range list {
		o := objectIn(e)
		details := ir.Obj("CloudWatchLogsDetails", ir.Obj("LogGroup", o.Get("destination")))
		if o.Get("destinationType") == ir.Value(ir.String("kinesis-firehose")) {
			details = ir.Obj("KinesisFirehoseDetails", ir.Obj("DeliveryStream", o.Get("destination")))
		}
		out[i] = o.With("destination", nil).With("DestinationDetails", details)
	}
	return out
}

var efsRows = []row{
	{
		pulumi: "aws:efs/fileSystem:FileSystem",
		cfn:    "AWS::EFS::FileSystem",
		names: map[string]string{
			"protection":                      "FileSystemProtection",
			"protection.replicationOverwrite": "ReplicationOverwriteProtection",
			"tags":                            "FileSystemTags",
		},
		ignored: "creationToken",
		attrs: map[string]string{
			"dnsName": "{Ref}.efs.{aws:region}.{aws:urlSuffix}",
			"ownerId": "aws:account",
		},
	},
	{
		pulumi: "aws:efs/accessPoint:AccessPoint",
		cfn:    "AWS::EFS::AccessPoint",
		names:  map[string]string{"tags": "AccessPointTags"},
		attrs:  map[string]string{"ownerId": "aws:account"},
	},
	{pulumi: "aws:efs/mountTarget:MountTarget", cfn: "AWS::EFS::MountTarget"},
	{
		pulumi: "aws:efs/fileSystemPolicy:FileSystemPolicy",
		cfn:    "AWS::EFS::FileSystem",
		fold:   "fileSystemId",
		names:  map[string]string{"policy": "FileSystemPolicy"},
	},
	{pulumi: "aws:efs/backupPolicy:BackupPolicy", cfn: "AWS::EFS::FileSystem", fold: "fileSystemId"},
	{
		pulumi:  "aws:efs/replicationConfiguration:ReplicationConfiguration",
		cfn:     "AWS::EFS::FileSystem",
		fold:    "sourceFileSystemId",
		names:   map[string]string{"destination": "ReplicationConfiguration.Destinations"},
		ignored: "destination.status",
	},
}

var opensearchRows = []row{
	{
		pulumi: "aws:opensearch/domain:Domain",
		cfn:    "AWS::OpenSearchService::Domain",
		names: map[string]string{
			"encryptAtRest":        "EncryptionAtRestOptions",
			"nodeToNodeEncryption": "NodeToNodeEncryptionOptions",
		},
		forms:   map[string]form{"logPublishingOptions": logPublishing},
		ignored: "vpcOptions.availabilityZones vpcOptions.vpcId",
		attrs:   map[string]string{"domainId": "Id", "endpoint": "DomainEndpoint", "endpointV2": "DomainEndpointV2"},
		literals: map[string]string{
			"Ref": "{=DomainName}",
			"Arn": "arn:{aws:partition}:es:{aws:region}:{aws:account}:domain/{=DomainName}",
		},
	},
	{
		pulumi: "aws:opensearch/domainPolicy:DomainPolicy",
		cfn:    "AWS::OpenSearchService::Domain",
		fold:   "domainName",
	},
}

// logPublishing writes what is logged where by the kind of the log.
func logPublishing(b *builder, v ir.Value) ir.Value {
	list, ok := v.(ir.List)
	if !ok {
		return v
	}
	out := &ir.Object{}
	for _, e := range list {
		o := objectIn(e)
		kind, ok := o.Get("logType").(ir.String)
		if !ok {
			b.unknownValue("logPublishingOptions.logType")
			continue
		}
		out = out.With(string(kind), ir.Obj("CloudWatchLogsLogGroupArn", o.Get("cloudwatchLogGroupArn"), "Enabled", o.Get("enabled")))
	}
	return out
}

var backupRows = []row{
	{
		pulumi:  "aws:backup/vault:Vault",
		cfn:     "AWS::Backup::BackupVault",
		names:   map[string]string{"kmsKeyArn": "EncryptionKeyArn", "name": "BackupVaultName", "tags": "BackupVaultTags"},
		ignored: "forceDestroy",
		attrs:   map[string]string{"arn": "BackupVaultArn"},
		finish:  nameInApp("BackupVaultName"),
	},
	{
		pulumi: "aws:backup/plan:Plan",
		cfn:    "AWS::Backup::BackupPlan",
		within: "BackupPlan",
		names: map[string]string{
			"name":                                   "BackupPlan.BackupPlanName",
			"rules":                                  "BackupPlan.BackupPlanRule",
			"rules.completionWindow":                 "CompletionWindowMinutes",
			"rules.copyActions.destinationVaultArn":  "DestinationBackupVaultArn",
			"rules.schedule":                         "ScheduleExpression",
			"rules.startWindow":                      "StartWindowMinutes",
			"rules.targetVaultName":                  "TargetBackupVault",
			"LifecycleResourceType:coldStorageAfter": "MoveToColdStorageAfterDays",
			"LifecycleResourceType:deleteAfter":      "DeleteAfterDays",
			"tags":                                   "BackupPlanTags",
		},
		attrs:  map[string]string{"arn": "BackupPlanArn", "version": "VersionId"},
		finish: nameInApp("BackupPlan.BackupPlanName"),
	},
	{
		pulumi: "aws:backup/selection:Selection",
		cfn:    "AWS::Backup::BackupSelection",
		within: "BackupSelection",
		names: map[string]string{
			"name":                     "BackupSelection.SelectionName",
			"planId":                   "BackupPlanId",
			"selectionTags":            "BackupSelection.ListOfTags",
			"selectionTags.key":        "ConditionKey",
			"selectionTags.type":       "ConditionType",
			"selectionTags.value":      "ConditionValue",
			"ConditionParameter:key":   "ConditionKey",
			"ConditionParameter:value": "ConditionValue",
		},
		finish: nameInApp("BackupSelection.SelectionName"),
	},
	{
		pulumi: "aws:backup/vaultPolicy:VaultPolicy",
		cfn:    "AWS::Backup::BackupVault",
		fold:   "backupVaultName",
		names:  map[string]string{"policy": "AccessPolicy"},
	},
	{
		pulumi: "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
		cfn:    "AWS::Backup::BackupVault",
		fold:   "backupVaultName",
		within: "LockConfiguration",
	},
	{
		pulumi: "aws:backup/vaultNotifications:VaultNotifications",
		cfn:    "AWS::Backup::BackupVault",
		fold:   "backupVaultName",
		within: "Notifications",
	},
}
