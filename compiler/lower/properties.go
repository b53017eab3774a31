package lower

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
	"github.com/sstc/sstc/compiler/schema"
)

// An oldProperty is a property that a type had in the provider's last major
// version, which SST v3 used (aws 6, cloudflare 5).
type oldProperty struct {
	// now returns the properties that stand for a value of it, or nil if there
	// are none, as always if now is nil itself.
	now func(v ir.Value) *ir.Object
	// instead is a sentence on what takes its place.
	instead string
}

func renamed(to string) oldProperty {
	return oldProperty{now: func(v ir.Value) *ir.Object { return ir.Obj(to, v) }}
}

// inObject is for a property that is now one of an object's, or of an object's
// in that.
func inObject(path ...string) oldProperty {
	return oldProperty{now: func(v ir.Value) *ir.Object {
		for i := len(path) - 1; i > 0; i-- {
			v = ir.Obj(path[i], v)
		}
		return ir.Obj(path[0], v)
	}}
}

// listed is for a property that is now a list of them.
func listed(to string) oldProperty {
	return oldProperty{now: func(v ir.Value) *ir.Object { return ir.Obj(to, ir.List{v}) }}
}

// unlisted is for a list of one that is now that one.
func unlisted(to string) oldProperty {
	return oldProperty{
		now: func(v ir.Value) *ir.Object {
			if l, ok := v.(ir.List); ok && len(l) == 1 {
				return ir.Obj(to, l[0])
			}
			return nil
		},
		instead: fmt.Sprintf("Give the one element of the list as %q.", to),
	}
}

// gone is for a property that has no successor, or none of the same resource's.
func gone(instead string) oldProperty { return oldProperty{instead: instead} }

// needless is for a property that may be left out if it has a certain value.
func needless(value ir.Value, instead string) oldProperty {
	return oldProperty{
		now: func(v ir.Value) *ir.Object {
			if v == value {
				return &ir.Object{}
			}
			return nil
		},
		instead: instead,
	}
}

// oldProperties are by type and name. They are the rows of these guides, from
// hashicorp/aws 5 to 6 and from cloudflare/cloudflare 4 to 5, which the majors
// of Pulumi's providers follow by one, as far as they are about properties of
// the first level that have a new name, or none:
//
//	hashicorp/terraform-provider-aws, website/docs/guides/version-6-upgrade.html.markdown
//	pulumi/pulumi-aws, docs/version-7-upgrade.md, and the list of differences docs/v7-upgrade.md
//	cloudflare/terraform-provider-cloudflare, docs/guides/version-5-upgrade.md
//
// PlanetScale has no guide: its rows are the differences of docs/resources in
// planetscale/terraform-provider-planetscale.
//
// What can only be read now needs no row. Nor does a "region" that has become
// deprecated: it still means what it did.
var oldProperties = map[string]map[string]oldProperty{
	"aws:apigateway/account:Account": {
		"resetOnDelete": needless(ir.Bool(true), `The account's settings are reset when this is removed. Set the option "retainOnDelete" to keep them.`),
	},
	"aws:apigateway/deployment:Deployment": {
		"stageName":        gone("Make an aws.apigateway.Stage."),
		"stageDescription": gone("Make an aws.apigateway.Stage."),
		"canarySettings":   gone("Make an aws.apigateway.Stage."),
	},
	"aws:batch/computeEnvironment:ComputeEnvironment": {
		"computeEnvironmentName":       renamed("name"),
		"computeEnvironmentNamePrefix": renamed("namePrefix"),
	},
	"aws:batch/getComputeEnvironment:getComputeEnvironment": {
		"computeEnvironmentName": renamed("name"),
	},
	"aws:batch/jobQueue:JobQueue": {
		"computeEnvironments": {
			now: func(v ir.Value) *ir.Object {
				arns, ok := v.(ir.List)
				if !ok {
					return nil
				}
				orders := make(ir.List, len(arns))
				for i, arn := range arns {
					orders[i] = ir.Obj("computeEnvironment", arn, "order", i)
				}
				return ir.Obj("computeEnvironmentOrders", orders)
			},
			instead: `Use "computeEnvironmentOrders".`,
		},
	},
	"aws:directconnect/gatewayAssociation:GatewayAssociation": {
		"vpnGatewayId": renamed("associatedGatewayId"),
	},
	"aws:dms/endpoint:Endpoint": {
		"s3Settings": gone("Make an aws.dms.S3Endpoint."),
	},
	"aws:ec2/eip:Eip": {
		"vpc": {now: func(v ir.Value) *ir.Object {
			if v == ir.Value(ir.Bool(true)) {
				return ir.Obj("domain", "vpc")
			}
			return &ir.Object{}
		}},
	},
	"aws:ec2/flowLog:FlowLog": {
		"logGroupName": gone(`Give the ARN of the log group as "logDestination".`),
	},
	"aws:ec2/instance:Instance": {
		"cpuCoreCount":      inObject("cpuOptions", "coreCount"),
		"cpuThreadsPerCore": inObject("cpuOptions", "threadsPerCore"),
	},
	"aws:ec2/launchTemplate:LaunchTemplate": {
		"elasticGpuSpecifications":    gone("Amazon Elastic Graphics has ended."),
		"elasticInferenceAccelerator": gone("Amazon Elastic Inference has ended."),
	},
	"aws:ec2/spotInstanceRequest:SpotInstanceRequest": {
		"blockDurationMinutes": gone("Spot Instances with a duration are no longer to be had."),
		"cpuCoreCount":         inObject("cpuOptions", "coreCount"),
		"cpuThreadsPerCore":    inObject("cpuOptions", "threadsPerCore"),
	},
	"aws:ecs/taskDefinition:TaskDefinition": {
		"inferenceAccelerators": gone("Amazon Elastic Inference has ended."),
	},
	"aws:eks/addon:Addon": {
		"resolveConflicts": {now: func(v ir.Value) *ir.Object {
			if v == ir.Value(ir.String("PRESERVE")) { // there is nothing to preserve at first
				return ir.Obj("resolveConflictsOnUpdate", v)
			}
			return ir.Obj("resolveConflictsOnCreate", v, "resolveConflictsOnUpdate", v)
		}},
	},
	"aws:guardduty/organizationConfiguration:OrganizationConfiguration": {
		"autoEnable": gone(`Use "autoEnableOrganizationMembers".`),
	},
	"aws:identitystore/getGroup:getGroup": {
		"filter": gone(`Use "alternateIdentifier".`),
	},
	"aws:identitystore/getUser:getUser": {
		"filter": gone(`Use "alternateIdentifier".`),
	},
	"aws:networkmanager/coreNetwork:CoreNetwork": {
		"basePolicyRegion": listed("basePolicyRegions"),
	},
	"aws:rds/instance:Instance": {
		"name": renamed("dbName"),
	},
	"aws:redshift/cluster:Cluster": {
		"logging":      gone("Make an aws.redshift.Logging."),
		"snapshotCopy": gone("Make an aws.redshift.SnapshotCopy."),
	},
	"aws:s3/bucket:Bucket": {
		"loggings": unlisted("logging"),
	},
	"aws:sagemaker/notebookInstance:NotebookInstance": {
		"acceleratorTypes": gone(`Use an "instanceType" with AWS Inferentia.`),
	},
	"aws:securitylake/subscriber:Subscriber": {
		"source": listed("sources"),
	},
	"aws:ssm/association:Association": {
		"instanceId": {now: func(v ir.Value) *ir.Object {
			return ir.Obj("targets", ir.List{ir.Obj("key", "InstanceIds", "values", ir.List{v})})
		}},
	},
	"cloudflare:index/account:Account": {
		"enforceTwofactor": inObject("settings", "enforceTwofactor"),
	},
	"cloudflare:index/accountMember:AccountMember": {
		"emailAddress": renamed("email"),
		"roleIds":      renamed("roles"),
	},
	"cloudflare:index/dnsRecord:DnsRecord": {
		"value": {now: func(v ir.Value) *ir.Object {
			return ir.Obj("content", v, "ttl", 1) // automatic, which was the default
		}},
		"allowOverwrite": {now: func(ir.Value) *ir.Object {
			return &ir.Object{} // what it allowed is an import now
		}},
	},
	"cloudflare:index/getZone:getZone": {
		"name":      inObject("filter", "name"),
		"accountId": inObject("filter", "account", "id"),
	},
	"cloudflare:index/healthcheck:Healthcheck": {
		"allowInsecure":   inObject("httpConfig", "allowInsecure"),
		"expectedBody":    inObject("httpConfig", "expectedBody"),
		"expectedCodes":   inObject("httpConfig", "expectedCodes"),
		"followRedirects": inObject("httpConfig", "followRedirects"),
		"method":          inObject("httpConfig", "method"),
		"path":            inObject("httpConfig", "path"),
		"port":            inObject("httpConfig", "port"),
	},
	"cloudflare:index/hostnameTlsSetting:HostnameTlsSetting": {
		"setting": renamed("settingId"),
	},
	"cloudflare:index/loadBalancer:LoadBalancer": {
		"defaultPoolIds": renamed("defaultPools"),
		"fallbackPoolId": renamed("fallbackPool"),
	},
	"cloudflare:index/logpullRetention:LogpullRetention": {
		"enabled": renamed("flag"),
	},
	"cloudflare:index/magicWanGreTunnel:MagicWanGreTunnel": {
		"healthCheckEnabled": inObject("healthCheck", "enabled"),
		"healthCheckType":    inObject("healthCheck", "type"),
	},
	"cloudflare:index/magicWanIpsecTunnel:MagicWanIpsecTunnel": {
		"healthCheckDirection": inObject("healthCheck", "direction"),
		"healthCheckEnabled":   inObject("healthCheck", "enabled"),
		"healthCheckRate":      inObject("healthCheck", "rate"),
		"healthCheckTarget":    gone(`Use "healthCheck.target", which is an object.`),
		"healthCheckType":      inObject("healthCheck", "type"),
	},
	"cloudflare:index/magicWanStaticRoute:MagicWanStaticRoute": {
		"coloNames":   inObject("scope", "coloNames"),
		"coloRegions": inObject("scope", "coloRegions"),
	},
	"cloudflare:index/r2Bucket:R2Bucket": {
		"locationHint": renamed("location"),
	},
	"cloudflare:index/tieredCache:TieredCache": {
		"cacheType": renamed("value"),
	},
	"cloudflare:index/workersKv:WorkersKv": {
		"key": renamed("keyName"),
	},
	"cloudflare:index/workersScript:WorkersScript": {
		"name":                    renamed("scriptName"),
		"analyticsEngineBindings": gone(workerBindings),
		"d1DatabaseBindings":      gone(workerBindings),
		"kvNamespaceBindings":     gone(workerBindings),
		"plainTextBindings":       gone(workerBindings),
		"queueBindings":           gone(workerBindings),
		"r2BucketBindings":        gone(workerBindings),
		"secretTextBindings":      gone(workerBindings),
		"serviceBindings":         gone(workerBindings),
		"webassemblyBindings":     gone(workerBindings),
	},
	"cloudflare:index/zeroTrustAccessGroup:ZeroTrustAccessGroup": {
		"applicationId": gone("Leave it out: it is not used any more."),
		"precedence":    gone("Leave it out: it is not used any more."),
	},
	"cloudflare:index/zeroTrustAccessServiceToken:ZeroTrustAccessServiceToken": {
		"minDaysForRenewal": gone(`The duration "forever" comes near it.`),
	},
	"cloudflare:index/zeroTrustAccessShortLivedCertificate:ZeroTrustAccessShortLivedCertificate": {
		"applicationId": renamed("appId"),
	},
	"cloudflare:index/zeroTrustGatewaySettings:ZeroTrustGatewaySettings": {
		"activityLogEnabled":                 inObject("settings", "activityLog", "enabled"),
		"nonIdentityBrowserIsolationEnabled": inObject("settings", "browserIsolation", "nonIdentityEnabled"),
		"protocolDetectionEnabled":           inObject("settings", "protocolDetection", "enabled"),
		"tlsDecryptEnabled":                  inObject("settings", "tlsDecrypt", "enabled"),
		"urlBrowserIsolationEnabled":         inObject("settings", "browserIsolation", "urlBrowserIsolationEnabled"),
	},
	"cloudflare:index/zeroTrustTunnelCloudflared:ZeroTrustTunnelCloudflared": {
		"secret": renamed("tunnelSecret"),
	},
	"cloudflare:index/zone:Zone": {
		"zone":      renamed("name"),
		"accountId": inObject("account", "id"),
		"plan":      needless(ir.String("free"), "Make a cloudflare.ZoneSubscription."),
		"jumpStart": needless(ir.Bool(false), "Records are not looked for any more. Declare them."),
	},
	"cloudflare:index/zoneCacheReserve:ZoneCacheReserve": {
		"enabled": {
			now: func(v ir.Value) *ir.Object {
				switch v {
				case ir.Bool(true):
					return ir.Obj("value", "on")
				case ir.Bool(false):
					return ir.Obj("value", "off")
				}
				return nil
			},
			instead: `Use "value", which is "on" or "off".`,
		},
	},
	"planetscale:index/branch:Branch": {
		"name":       renamed("branch"),
		"production": gone("A branch is promoted once it exists."),
	},
	"planetscale:index/password:Password": {
		"ttlSeconds": renamed("ttl"),
	},
	"pulumi:providers:aws": {
		"assumeRole": listed("assumeRoles"),
	},
}

const workerBindings = `Use "bindings", of which each says its type.`

// oldAttributes are attributes of a resource whose names have changed, by type
// and name. From the same guides.
var oldAttributes = map[string]map[string]string{
	"aws:batch/computeEnvironment:ComputeEnvironment":                                            {"computeEnvironmentName": "name", "computeEnvironmentNamePrefix": "namePrefix"},
	"aws:directconnect/gatewayAssociation:GatewayAssociation":                                    {"vpnGatewayId": "associatedGatewayId"},
	"aws:opensearch/domain:Domain":                                                               {"kibanaEndpoint": "dashboardEndpoint"},
	"aws:rds/instance:Instance":                                                                  {"name": "dbName"},
	"cloudflare:index/accountMember:AccountMember":                                               {"emailAddress": "email", "roleIds": "roles"},
	"cloudflare:index/byoIpPrefix:ByoIpPrefix":                                                   {"advertisement": "advertised"},
	"cloudflare:index/dnsRecord:DnsRecord":                                                       {"hostname": "name", "value": "content"},
	"cloudflare:index/hostnameTlsSetting:HostnameTlsSetting":                                     {"setting": "settingId"},
	"cloudflare:index/loadBalancer:LoadBalancer":                                                 {"defaultPoolIds": "defaultPools", "fallbackPoolId": "fallbackPool"},
	"cloudflare:index/logpullRetention:LogpullRetention":                                         {"enabled": "flag"},
	"cloudflare:index/logpushOwnershipChallenge:LogpushOwnershipChallenge":                       {"ownershipChallengeFilename": "filename"},
	"cloudflare:index/r2Bucket:R2Bucket":                                                         {"locationHint": "location"},
	"cloudflare:index/workersKv:WorkersKv":                                                       {"key": "keyName"},
	"cloudflare:index/workersScript:WorkersScript":                                               {"name": "scriptName"},
	"cloudflare:index/zeroTrustAccessShortLivedCertificate:ZeroTrustAccessShortLivedCertificate": {"applicationId": "appId"},
	"cloudflare:index/zeroTrustTunnelCloudflared:ZeroTrustTunnelCloudflared":                     {"secret": "tunnelSecret"},
	"cloudflare:index/zone:Zone":                                                                 {"zone": "name"},
	"planetscale:index/password:Password":                                                        {"plaintext": "plainText"},
}

// goneAttributes are attributes that a resource does not have any more, with
// what takes their place.
var goneAttributes = map[string]map[string]string{
	"aws:apigateway/deployment:Deployment": {
		"executionArn": "The aws.apigateway.Stage has it.",
		"invokeUrl":    "The aws.apigateway.Stage has it.",
		"stageName":    "The aws.apigateway.Stage has it.",
	},
	"aws:eks/cluster:Cluster": {
		"certificateAuthorities": `Use "certificateAuthority", which is one object.`,
	},
	"cloudflare:index/zeroTrustTunnelCloudflared:ZeroTrustTunnelCloudflared": {
		"cname": `It is the tunnel's ID followed by ".cfargotunnel.com".`,
	},
	"cloudflare:index/zone:Zone": {
		"accountId": `Use "account.id".`,
	},
}

// GoneAttribute is what to use in place of an attribute that resources of a
// type had in the provider's last major version; "" if they had none of that
// name, or have it still.
func GoneAttribute(token, attr string) string { return goneAttributes[token][attr] }

// AttrName is the present name of an attribute of a resource.
func (a *App) AttrName(id, attr string) string {
	if h, ok := a.handles[id]; ok {
		if t := schema.PulumiResource(h.Type); t != nil && t.Property(attr) == nil {
			if now, ok := oldAttributes[t.Type][attr]; ok {
				return now
			}
		}
	}
	return attr
}

// resourceInputs are the properties of a resource as its type has them now. Own
// are the properties that sstc itself gave. Path leads to the properties in the
// call at a place; nil if the user wrote something else there.
func (a *App) resourceInputs(token, name string, own, props *ir.Object, at Place, path arg.Path) *ir.Object {
	in := inputs{a, schema.PulumiResource(token), token, fmt.Sprintf("The resource %q (%s)", name, token), own, func(key string) diag.Range {
		if path == nil {
			return at.Range()
		}
		return at.Key(path.Key(key))
	}}
	return in.known(props)
}

// invokeInputs are the arguments of a provider's function as it has them now.
func (a *App) invokeInputs(token string, args *ir.Object, at Place) *ir.Object {
	in := inputs{a, schema.PulumiFunction(token), token, fmt.Sprintf("The function %s", token), nil, func(key string) diag.Range {
		return at.Key(arg.Path{"0", key})
	}}
	return in.known(args)
}

// providerInputs are the settings of one of the app's providers as it has them now.
func (a *App) providerInputs(p *ir.ProviderConfig) *ir.Object {
	token := "pulumi:providers:" + p.Package
	in := inputs{a, schema.PulumiResource(token), token, fmt.Sprintf("The provider %q", p.Package), nil, func(string) diag.Range { return p.Range }}
	return in.known(p.Args)
}

// inputs are what a resource, a function or a provider may be given.
type inputs struct {
	app   *App
	typ   *schema.Resource // nil if it is not known
	token string
	what  string     // begins a sentence about it
	own   *ir.Object // properties that are not looked at
	at    func(key string) diag.Range
}

// known returns the properties under the names that they have now. What no
// version of the provider knows is left out and reported. It has never had an
// effect in SST: the classes of Pulumi's SDKs pick the properties that they
// know.
func (in inputs) known(props *ir.Object) *ir.Object {
	if in.typ == nil {
		return props
	}
	diags := &in.app.diags
	kept := &ir.Object{}
	for i := range props.Len() {
		f := props.Fields[i]
		p := in.typ.Property(f.Key)
		old, isOld := oldProperties[in.typ.Type][f.Key]
		var now *ir.Object
		if old.now != nil {
			now = old.now(f.Value)
		}
		switch {
		case p != nil && p.Input || in.own.Has(f.Key):
			if kept.Has(f.Key) { // under an old name, further up
				kept = kept.With(f.Key, completed(f.Value, kept.Get(f.Key)))
			} else {
				kept.Fields = append(kept.Fields, f)
			}
		case now != nil:
			for _, n := range now.Fields {
				v := n.Value
				if kept.Has(n.Key) {
					v = completed(kept.Get(n.Key), v)
				}
				kept = kept.With(n.Key, v)
			}
		case isOld:
			diags.Add(diag.InvalidProperty, in.at(f.Key), "Property removed by the provider",
				fmt.Sprintf("%s has no property %q any more. %s", in.what, f.Key, old.instead))
		case !in.sameMajor():
			kept.Fields = append(kept.Fields, f) // the program's check reports it
		case p != nil:
			reportUnknown(diags, in.app.IgnoreUnknown, in.at(f.Key), diag.InvalidProperty, "Read-only property",
				fmt.Sprintf("%s has a property %q that can only be read: the provider sets it.", in.what, f.Key))
		default:
			names := in.typ.Names(func(p *schema.Property) bool { return p.Input })
			reportUnknown(diags, in.app.IgnoreUnknown, in.at(f.Key), diag.InvalidProperty, "Unknown property",
				fmt.Sprintf("%s has no property %q.%s", in.what, f.Key, diag.Suggest(f.Key, names)))
		}
	}
	return kept
}

// sameMajor reports whether the app means the major version of a provider that
// the schemas are of. Of Cloudflare's, whose majors differ in nearly every type,
// it has to say so.
func (in inputs) sameMajor() bool {
	pkg, _, _ := strings.Cut(in.token, ":")
	switch pkg {
	case "pulumi":
		return true // its settings hardly change
	case "planetscale":
		return false // not known: its versions differ in most of their names
	}
	known := schema.PulumiProvider(pkg)
	for _, p := range in.app.prog.Providers {
		if p.Package == pkg && p.Version != "" && known != nil {
			return major(p.Version) == major(known.Plugin)
		}
	}
	return pkg != "cloudflare"
}

// major is the part of a version that changes with its interface: "6" of
// "6.1.0", "0.9" of "^0.9.1", "0.0.2" of "0.0.2".
func major(version string) string {
	parts := strings.SplitN(strings.TrimLeft(version, "^~>=v "), ".", 3)
	if _, err := strconv.Atoi(parts[0]); err != nil {
		return version
	}
	n := 1
	for n < len(parts) && parts[n-1] == "0" {
		n++
	}
	return strings.Join(parts[:n], ".")
}

// completed adds to an object what it lacks of another.
func completed(v, more ir.Value) ir.Value {
	o, isObject := v.(*ir.Object)
	lacking, areBoth := more.(*ir.Object)
	if !isObject || !areBoth {
		return v
	}
	for _, f := range lacking.Fields {
		if o.Has(f.Key) {
			f.Value = completed(o.Get(f.Key), f.Value)
		}
		o = o.With(f.Key, f.Value)
	}
	return o
}
