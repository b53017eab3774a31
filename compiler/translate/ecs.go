package translate

import (
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/ir"
)

var ecsRows = []row{
	{
		pulumi: "aws:ecs/cluster:Cluster",
		cfn:    "AWS::ECS::Cluster",
		names: map[string]string{
			"name":     "ClusterName",
			"settings": "ClusterSettings",
			"configuration.executeCommandConfiguration.logConfiguration.s3BucketEncryptionEnabled": "S3EncryptionEnabled",
		},
		attrs: map[string]string{"id": "Arn", "arn": "Arn"},
	},
	{
		pulumi: "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
		cfn:    "AWS::ECS::ClusterCapacityProviderAssociations",
		names:  map[string]string{"clusterName": "Cluster"},
		finish: defaults("DefaultCapacityProviderStrategy", ir.List{}),
	},
	{pulumi: "aws:ecs/capacityProvider:CapacityProvider", cfn: "AWS::ECS::CapacityProvider", names: map[string]string{"cluster": "ClusterName"}},
	{
		pulumi: "aws:ecs/service:Service",
		cfn:    "AWS::ECS::Service",
		names: map[string]string{
			"alarms":                          "DeploymentConfiguration.Alarms",
			"deploymentCircuitBreaker":        "DeploymentConfiguration.DeploymentCircuitBreaker",
			"deploymentMaximumPercent":        "DeploymentConfiguration.MaximumPercent",
			"deploymentMinimumHealthyPercent": "DeploymentConfiguration.MinimumHealthyPercent",
			"iamRole":                         "Role",
			"loadBalancers.elbName":           "LoadBalancerName",
			"name":                            "ServiceName",
			"networkConfiguration":            "NetworkConfiguration.AwsvpcConfiguration",
			"orderedPlacementStrategies":      "PlacementStrategies",
			"serviceConnectConfiguration.services.tls.issuerCertAuthority": "IssuerCertificateAuthority",
			"volumeConfiguration.managedEbsVolume.sizeInGb":                "SizeInGiB",
		},
		forms: map[string]form{
			"forceNewDeployment": func(b *builder, v ir.Value) ir.Value {
				return ir.Obj("EnableForceNewDeployment", v)
			},
			"networkConfiguration.assignPublicIp": onOff("ENABLED", "DISABLED"),
		},
		implied: map[string]ir.Value{"forceNewDeployment": ir.Bool(false)},
		// CloudFormation always waits until a service is steady.
		ignored: "forceDelete sigintRollback triggers waitForSteadyState",
		attrs:   map[string]string{"arn": "Ref", "name": "Name"},
	},
	{
		pulumi: "aws:ecs/taskDefinition:TaskDefinition",
		cfn:    "AWS::ECS::TaskDefinition",
		names: map[string]string{
			"proxyConfiguration.properties": "ProxyConfigurationProperties",
			"volumes.configureAtLaunch":     "ConfiguredAtLaunch",
			"volumes.hostPath":              "Host.SourcePath",
		},
		forms:   map[string]form{"containerDefinitions": containerDefinitions, "volumes": orNothing},
		ignored: "skipDestroy trackLatest",
		attrs: map[string]string{
			"id":                 "{=Family}",
			"arn":                "Ref",
			"arnWithoutRevision": "arn:{aws:partition}:ecs:{aws:region}:{aws:account}:task-definition/{=Family}",
		},
		computed: map[string]func(*translator, *entry) ir.Value{
			"revision": func(t *translator, e *entry) ir.Value {
				return ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncSplit, ir.String(":"), ir.Ref{Resource: e.id(), Attr: "Ref"}), ir.Number(6))
			},
		},
	},
}

// containerDefinitions reads the JSON text of a task's containers. Its names
// are those of the ECS API, which are CloudFormation's but for their first
// letter.
func containerDefinitions(b *builder, v ir.Value) ir.Value {
	doc, ok := parseJSON(v)
	list, isList := doc.(ir.List)
	if !ok || !isList {
		b.unknownValue("containerDefinitions")
		return nil
	}
	return list
}

var appautoscalingRows = []row{
	{
		pulumi: "aws:appautoscaling/target:Target",
		cfn:    "AWS::ApplicationAutoScaling::ScalableTarget",
	},
	{
		pulumi: "aws:appautoscaling/policy:Policy",
		cfn:    "AWS::ApplicationAutoScaling::ScalingPolicy",
		names:  map[string]string{"name": "PolicyName"},
		finish: nameAfterResource("PolicyName"),
	},
	{
		pulumi:  "aws:appautoscaling/scheduledAction:ScheduledAction",
		cfn:     "AWS::ApplicationAutoScaling::ScalableTarget",
		foldBy:  (*translator).scalableTarget,
		within:  "ScheduledActions[]",
		names:   map[string]string{"name": "ScheduledActionName"},
		ignored: "resourceId scalableDimension serviceNamespace",
	},
}

// scalableTarget returns the target that a scheduled action is for: the one of
// the same resource and dimension.
func (t *translator) scalableTarget(e *entry) *ir.Resource {
	key := func(r *ir.Resource) string {
		t.enterResource(r)
		return ir.PrintValue(t.value(r.Props.Get("resourceId"))) + ir.PrintValue(t.value(r.Props.Get("scalableDimension")))
	}
	want := key(e.res)
	for _, r := range t.p.Resources {
		if r.Type == "aws:appautoscaling/target:Target" && key(r) == want {
			return r
		}
	}
	return nil
}

var ecrRows = []row{
	{
		pulumi: "aws:ecr/repository:Repository",
		cfn:    "AWS::ECR::Repository",
		names: map[string]string{
			"forceDelete": "EmptyOnDelete",
			"name":        "RepositoryName",
			"imageTagMutabilityExclusionFilters.filter":     "ImageTagMutabilityExclusionFilterValue",
			"imageTagMutabilityExclusionFilters.filterType": "ImageTagMutabilityExclusionFilterType",
		},
		attrs: map[string]string{"registryId": "aws:account", "repositoryUrl": "RepositoryUri"},
	},
	{
		pulumi: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
		cfn:    "AWS::ECR::Repository",
		fold:   "repository",
		names:  map[string]string{"policy": "LifecyclePolicy.LifecyclePolicyText"},
		forms: map[string]form{"policy": func(b *builder, v ir.Value) ir.Value {
			if doc, ok := parseJSON(v); ok {
				return ir.NewCall(ir.FuncJSONEncode, doc)
			}
			return v
		}},
	},
	{
		pulumi: "aws:ecr/repositoryPolicy:RepositoryPolicy",
		cfn:    "AWS::ECR::Repository",
		fold:   "repository",
		names:  map[string]string{"policy": "RepositoryPolicyText"},
	},
}

// An attribute is a setting that Pulumi has as a property and CloudFormation
// as an entry of a list of keys and values.
type attribute struct{ property, key string }

// attributes writes settings as entries of the list at a path. A dotted
// property is one of an object.
func attributes(path string, settings []attribute) func(b *builder) {
	return func(b *builder) {
		var list ir.List
		for _, s := range settings {
			object, inner, nested := strings.Cut(s.property, ".")
			v := b.in.Get(object)
			if nested {
				o := objectIn(v)
				v = o.Get(inner)
			}
			if v == nil || v == (ir.Null{}) || v == ir.Value(ir.String("")) {
				continue
			}
			list = append(list, ir.Obj("Key", s.key, "Value", text(v)))
		}
		for _, s := range settings {
			object, _, _ := strings.Cut(s.property, ".")
			b.take(object)
		}
		if list != nil {
			b.set(path, list)
		}
	}
}

var loadBalancerAttributes = []attribute{
	{"accessLogs.enabled", "access_logs.s3.enabled"},
	{"accessLogs.bucket", "access_logs.s3.bucket"},
	{"accessLogs.prefix", "access_logs.s3.prefix"},
	{"clientKeepAlive", "client_keep_alive.seconds"},
	{"connectionLogs.enabled", "connection_logs.s3.enabled"},
	{"connectionLogs.bucket", "connection_logs.s3.bucket"},
	{"connectionLogs.prefix", "connection_logs.s3.prefix"},
	{"desyncMitigationMode", "routing.http.desync_mitigation_mode"},
	{"dnsRecordClientRoutingPolicy", "dns_record.client_routing_policy"},
	{"dropInvalidHeaderFields", "routing.http.drop_invalid_header_fields.enabled"},
	{"enableCrossZoneLoadBalancing", "load_balancing.cross_zone.enabled"},
	{"enableDeletionProtection", "deletion_protection.enabled"},
	{"enableHttp2", "routing.http2.enabled"},
	{"enableTlsVersionAndCipherSuiteHeaders", "routing.http.x_amzn_tls_version_and_cipher_suite.enabled"},
	{"enableWafFailOpen", "waf.fail_open.enabled"},
	{"enableXffClientPort", "routing.http.xff_client_port.enabled"},
	{"enableZonalShift", "zonal_shift.config.enabled"},
	{"healthCheckLogs.enabled", "health_check_logs.s3.enabled"},
	{"healthCheckLogs.bucket", "health_check_logs.s3.bucket"},
	{"healthCheckLogs.prefix", "health_check_logs.s3.prefix"},
	{"idleTimeout", "idle_timeout.timeout_seconds"},
	{"preserveHostHeader", "routing.http.preserve_host_header.enabled"},
	{"secondaryIpsAutoAssignedPerSubnet", "secondary_ips.auto_assigned.per_subnet"},
	{"xffHeaderProcessingMode", "routing.http.xff_header_processing.mode"},
}

var listenerAction = map[string]string{
	"Action:authenticateCognito":           "AuthenticateCognitoConfig",
	"Action:authenticateOidc":              "AuthenticateOidcConfig",
	"Action:fixedResponse":                 "FixedResponseConfig",
	"Action:forward":                       "ForwardConfig",
	"Action:jwtValidation":                 "JwtValidationConfig",
	"Action:redirect":                      "RedirectConfig",
	"ForwardConfig:stickiness":             "TargetGroupStickinessConfig",
	"TargetGroupStickinessConfig:duration": "DurationSeconds",
	"TargetGroupTuple:arn":                 "TargetGroupArn",
}

var lbRows = []row{
	{
		pulumi: "aws:lb/loadBalancer:LoadBalancer",
		also:   "aws:alb/loadBalancer:LoadBalancer",
		cfn:    "AWS::ElasticLoadBalancingV2::LoadBalancer",
		names: map[string]string{
			"internal":                 "Scheme",
			"ipamPools.ipv4IpamPoolId": "Ipv4IpamPoolId",
			"ipamPools":                ".",
			"loadBalancerType":         "Type",
		},
		forms:   map[string]form{"internal": onOff("internal", "internet-facing")},
		ignored: "namePrefix",
		attrs: map[string]string{
			"arn":       "Ref",
			"arnSuffix": "LoadBalancerFullName",
			"name":      "LoadBalancerName",
			"zoneId":    "CanonicalHostedZoneID",
		},
		prepare: attributes("LoadBalancerAttributes", loadBalancerAttributes),
	},
	{
		pulumi: "aws:lb/listener:Listener",
		also:   "aws:alb/listener:Listener",
		cfn:    "AWS::ElasticLoadBalancingV2::Listener",
		names:  withNames(listenerAction, "certificateArn", "Certificates"),
		forms:  map[string]form{"certificateArn": certificates},
		attrs:  map[string]string{"arn": "Ref"},
		prepare: attributes("ListenerAttributes", []attribute{
			{"routingHttpRequestXAmznMtlsClientcertHeaderName", "routing.http.request.x_amzn_mtls_clientcert.header_name"},
			{"routingHttpRequestXAmznMtlsClientcertIssuerHeaderName", "routing.http.request.x_amzn_mtls_clientcert_issuer.header_name"},
			{"routingHttpRequestXAmznMtlsClientcertLeafHeaderName", "routing.http.request.x_amzn_mtls_clientcert_leaf.header_name"},
			{"routingHttpRequestXAmznMtlsClientcertSerialNumberHeaderName", "routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name"},
			{"routingHttpRequestXAmznMtlsClientcertSubjectHeaderName", "routing.http.request.x_amzn_mtls_clientcert_subject.header_name"},
			{"routingHttpRequestXAmznMtlsClientcertValidityHeaderName", "routing.http.request.x_amzn_mtls_clientcert_validity.header_name"},
			{"routingHttpRequestXAmznTlsCipherSuiteHeaderName", "routing.http.request.x_amzn_tls_cipher_suite.header_name"},
			{"routingHttpRequestXAmznTlsVersionHeaderName", "routing.http.request.x_amzn_tls_version.header_name"},
			{"routingHttpResponseAccessControlAllowCredentialsHeaderValue", "routing.http.response.access_control_allow_credentials.header_value"},
			{"routingHttpResponseAccessControlAllowHeadersHeaderValue", "routing.http.response.access_control_allow_headers.header_value"},
			{"routingHttpResponseAccessControlAllowMethodsHeaderValue", "routing.http.response.access_control_allow_methods.header_value"},
			{"routingHttpResponseAccessControlAllowOriginHeaderValue", "routing.http.response.access_control_allow_origin.header_value"},
			{"routingHttpResponseAccessControlExposeHeadersHeaderValue", "routing.http.response.access_control_expose_headers.header_value"},
			{"routingHttpResponseAccessControlMaxAgeHeaderValue", "routing.http.response.access_control_max_age.header_value"},
			{"routingHttpResponseContentSecurityPolicyHeaderValue", "routing.http.response.content_security_policy.header_value"},
			{"routingHttpResponseServerEnabled", "routing.http.response.server.enabled"},
			{"routingHttpResponseStrictTransportSecurityHeaderValue", "routing.http.response.strict_transport_security.header_value"},
			{"routingHttpResponseXContentTypeOptionsHeaderValue", "routing.http.response.x_content_type_options.header_value"},
			{"routingHttpResponseXFrameOptionsHeaderValue", "routing.http.response.x_frame_options.header_value"},
			{"tcpIdleTimeoutSeconds", "tcp.idle_timeout.seconds"},
		}),
	},
	{
		pulumi: "aws:lb/listenerRule:ListenerRule",
		also:   "aws:alb/listenerRule:ListenerRule",
		cfn:    "AWS::ElasticLoadBalancingV2::ListenerRule",
		names:  listenerAction,
		forms:  map[string]form{"conditions": ruleConditions},
		attrs:  map[string]string{"arn": "Ref"},
	},
	{
		pulumi: "aws:lb/listenerCertificate:ListenerCertificate",
		also:   "aws:alb/listenerCertificate:ListenerCertificate",
		cfn:    "AWS::ElasticLoadBalancingV2::ListenerCertificate",
		names:  map[string]string{"certificateArn": "Certificates"},
		forms:  map[string]form{"certificateArn": certificates},
	},
	{
		pulumi: "aws:lb/targetGroup:TargetGroup",
		also:   "aws:alb/targetGroup:TargetGroup",
		cfn:    "AWS::ElasticLoadBalancingV2::TargetGroup",
		names: map[string]string{
			"healthCheck":                    ".",
			"healthCheck.enabled":            "HealthCheckEnabled",
			"healthCheck.healthyThreshold":   "HealthyThresholdCount",
			"healthCheck.interval":           "HealthCheckIntervalSeconds",
			"healthCheck.matcher":            "Matcher.HttpCode",
			"healthCheck.path":               "HealthCheckPath",
			"healthCheck.port":               "HealthCheckPort",
			"healthCheck.protocol":           "HealthCheckProtocol",
			"healthCheck.timeout":            "HealthCheckTimeoutSeconds",
			"healthCheck.unhealthyThreshold": "UnhealthyThresholdCount",
		},
		ignored: "namePrefix",
		attrs:   map[string]string{"arn": "Ref", "arnSuffix": "TargetGroupFullName", "name": "TargetGroupName"},
		prepare: targetGroup,
		finish: func(b *builder) {
			if code := b.get("Matcher.HttpCode"); code != nil && b.get("ProtocolVersion") == ir.Value(ir.String("GRPC")) {
				b.out = b.out.With("Matcher", ir.Obj("GrpcCode", code))
			}
		},
	},
	{
		pulumi: "aws:lb/targetGroupAttachment:TargetGroupAttachment",
		also:   "aws:alb/targetGroupAttachment:TargetGroupAttachment",
		cfn:    "AWS::ElasticLoadBalancingV2::TargetGroup",
		fold:   "targetGroupArn",
		within: "Targets[]",
		names:  map[string]string{"targetId": "Id"},
	},
}

// withNames is names with more of them.
func withNames(names map[string]string, more ...string) map[string]string {
	out := make(map[string]string, len(names)+len(more)/2)
	for k, v := range names {
		out[k] = v
	}
	for i := 0; i < len(more); i += 2 {
		out[more[i]] = more[i+1]
	}
	return out
}

func certificates(b *builder, v ir.Value) ir.Value {
	return ir.List{ir.Obj("CertificateArn", v)}
}

// ruleConditions gives each condition the name of what it looks at.
func ruleConditions(b *builder, v ir.Value) ir.Value {
	list, ok := v.(ir.List)
	if !ok {
		return v
	}
	var out ir.List
	for _, c := range list {
		o := objectIn(c)
		for _, f := range o.Fields {
			var field, key string
			config := capitals(f.Value)
			switch f.Key {
			case "hostHeader":
				field, key = "host-header", "HostHeaderConfig"
			case "httpHeader":
				field, key = "http-header", "HttpHeaderConfig"
			case "httpRequestMethod":
				field, key = "http-request-method", "HttpRequestMethodConfig"
			case "pathPattern":
				field, key = "path-pattern", "PathPatternConfig"
			case "queryStrings":
				field, key = "query-string", "QueryStringConfig"
				config = ir.Obj("Values", config)
			case "sourceIp":
				field, key = "source-ip", "SourceIpConfig"
			}
			if f.Value != (ir.Null{}) {
				out = append(out, ir.Obj("Field", field, key, config))
			}
		}
	}
	return out
}

var targetGroupAttributes = []attribute{
	{"connectionTermination", "deregistration_delay.connection_termination.enabled"},
	{"deregistrationDelay", "deregistration_delay.timeout_seconds"},
	{"lambdaMultiValueHeadersEnabled", "lambda.multi_value_headers.enabled"},
	{"loadBalancingAlgorithmType", "load_balancing.algorithm.type"},
	{"loadBalancingAnomalyMitigation", "load_balancing.algorithm.anomaly_mitigation"},
	{"loadBalancingCrossZoneEnabled", "load_balancing.cross_zone.enabled"},
	{"preserveClientIp", "preserve_client_ip.enabled"},
	{"proxyProtocolV2", "proxy_protocol_v2.enabled"},
	{"slowStart", "slow_start.duration_seconds"},
	{"stickiness.enabled", "stickiness.enabled"},
	{"stickiness.type", "stickiness.type"},
	{"stickiness.cookieDuration", "stickiness.lb_cookie.duration_seconds"},
	{"stickiness.cookieName", "stickiness.app_cookie.cookie_name"},
}

func targetGroup(b *builder) {
	settings := slices.Clone(targetGroupAttributes)
	if s, ok := b.in.Get("stickiness").(*ir.Object); ok && s.Get("type") == ir.Value(ir.String("app_cookie")) {
		settings[11].key = "stickiness.app_cookie.duration_seconds"
	}
	attributes("TargetGroupAttributes", settings)(b)
}
