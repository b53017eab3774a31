package translate

import (
	"fmt"
	"slices"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
)

var computeRows = []row{
	{
		pulumi: "aws:ec2/launchConfiguration:LaunchConfiguration",
		cfn:    "AWS::AutoScaling::LaunchConfiguration",
		names: map[string]string{
			"enableMonitoring": "InstanceMonitoring",
			"name":             "LaunchConfigurationName",
			"userDataBase64":   "UserData",
		},
		forms:   map[string]form{"userData": func(b *builder, v ir.Value) ir.Value { return ir.NewCall(ir.FuncBase64Encode, v) }},
		ignored: "namePrefix",
	},
	{
		pulumi: "aws:ec2/placementGroup:PlacementGroup",
		cfn:    "AWS::EC2::PlacementGroup",
		attrs:  map[string]string{"name": "Ref", "placementGroupId": "GroupId"},
	},
	{
		pulumi: "aws:autoscaling/lifecycleHook:LifecycleHook",
		cfn:    "AWS::AutoScaling::LifecycleHook",
		names:  map[string]string{"name": "LifecycleHookName"},
	},
	{
		pulumi: "aws:autoscaling/policy:Policy",
		cfn:    "AWS::AutoScaling::ScalingPolicy",
		names: map[string]string{
			"targetTrackingConfiguration.customizedMetricSpecification.metricDimensions": "Dimensions",
		},
		attrs: map[string]string{"arn": "Ref", "name": "PolicyName"},
	},
	{
		pulumi: "aws:autoscaling/schedule:Schedule",
		cfn:    "AWS::AutoScaling::ScheduledAction",
		// The provider leaves what is -1 as it is.
		implied: map[string]ir.Value{"desiredCapacity": ir.Number(-1), "maxSize": ir.Number(-1), "minSize": ir.Number(-1)},
		attrs:   map[string]string{"scheduledActionName": "ScheduledActionName"},
		ignored: "scheduledActionName", // CloudFormation makes it up
	},
	{
		pulumi:  "aws:batch/computeEnvironment:ComputeEnvironment",
		cfn:     "AWS::Batch::ComputeEnvironment",
		names:   map[string]string{"name": "ComputeEnvironmentName"},
		ignored: "namePrefix",
		attrs:   map[string]string{"arn": "Ref"},
	},
	{
		pulumi:  "aws:batch/jobQueue:JobQueue",
		cfn:     "AWS::Batch::JobQueue",
		names:   map[string]string{"name": "JobQueueName"},
		ignored: "timeouts",
		attrs:   map[string]string{"arn": "Ref"},
	},
	{
		pulumi: "aws:batch/jobDefinition:JobDefinition",
		cfn:    "AWS::Batch::JobDefinition",
		names:  map[string]string{"name": "JobDefinitionName"},
		forms: map[string]form{
			"containerProperties": jsonObject("containerProperties"),
			"ecsProperties":       jsonObject("ecsProperties"),
			"nodeProperties":      jsonObject("nodeProperties"),
		},
		ignored: "deregisterOnNewRevision",
		attrs:   map[string]string{"arn": "Ref"},
	},
	{
		pulumi: "aws:batch/schedulingPolicy:SchedulingPolicy",
		cfn:    "AWS::Batch::SchedulingPolicy",
		attrs:  map[string]string{"arn": "Ref"},
	},
	{pulumi: "aws:apprunner/service:Service", cfn: "AWS::AppRunner::Service", attrs: map[string]string{"arn": "Ref"}},
	{pulumi: "aws:apprunner/vpcConnector:VpcConnector", cfn: "AWS::AppRunner::VpcConnector", attrs: map[string]string{"arn": "Ref"}},
	{
		pulumi: "aws:apprunner/autoScalingConfigurationVersion:AutoScalingConfigurationVersion",
		cfn:    "AWS::AppRunner::AutoScalingConfiguration",
		attrs:  map[string]string{"arn": "Ref"},
	},
	{
		pulumi: "aws:emrserverless/application:Application",
		cfn:    "AWS::EMRServerless::Application",
		names: map[string]string{
			"initialCapacities.initialCapacityConfig": "Value",
			"initialCapacities.initialCapacityType":   "Key",
		},
	},
}

// jsonObject reads JSON text whose names are those of an API, which are
// CloudFormation's but for their first letters.
func jsonObject(property string) form {
	return func(b *builder, v ir.Value) ir.Value {
		doc, ok := parseJSON(v)
		if _, isObject := doc.(*ir.Object); !ok || !isObject {
			b.unknownValue(property)
			return nil
		}
		return doc
	}
}

// backAPI writes a property as JSON text with the names of the API.
func backAPI(typ, property string) backForm {
	return func(s *splitter, v ir.Value) ir.Value {
		return ir.NewCall(ir.FuncJSONEncode, apiNames(v, schema.CloudFormation(typ).Property(property).Type))
	}
}

// rootDevices are what images call the device that they start from. The
// provider wants that one apart from the others.
var rootDevices = []string{"/dev/xvda", "/dev/sda1"}

// splitBlockDevices says which devices an instance has.
func splitBlockDevices(s *splitter) {
	var ebs, ephemeral ir.List
	for _, e := range s.list("BlockDeviceMappings") {
		o := objectIn(e)
		name, known := o.Get("DeviceName").(ir.String)
		device, isEBS := smalls(o.Get("Ebs")).(*ir.Object)
		switch {
		case !known:
			s.problem("the name of a device is not known")
		case o.Has("VirtualName") || o.Has("NoDevice"):
			d := ir.Obj("deviceName", name, "virtualName", o.Get("VirtualName"))
			if o.Has("NoDevice") {
				d = d.With("noDevice", ir.Bool(true))
			}
			ephemeral = append(ephemeral, d)
		case !isEBS:
			s.problem("there is nothing for the device %s", name)
		default:
			for _, n := range []string{"iops", "throughput", "volumeSize"} {
				if v := device.Get(n); v != nil {
					device = device.With(n, number(v))
				}
			}
			var over string
			for _, f := range device.Fields {
				if !slices.Contains([]string{"deleteOnTermination", "encrypted", "iops", "kmsKeyId", "snapshotId", "throughput", "volumeSize", "volumeType"}, f.Key) {
					over = f.Key
				}
			}
			isRoot := slices.Contains(rootDevices, string(name))
			if isRoot && (device.Has("snapshotId") || s.out.Has("rootBlockDevice")) || over != "" {
				s.problem("there is nothing for the device %s", name)
				continue
			}
			if isRoot {
				s.set("rootBlockDevice", device)
				continue
			}
			ebs = append(ebs, ir.Obj("deviceName", name).Merge(device))
		}
	}
	if ebs != nil {
		s.set("ebsBlockDevices", ebs)
	}
	if ephemeral != nil {
		s.set("ephemeralBlockDevices", ephemeral)
	}
}

// splitInstance reads the devices of an instance, and the network interface
// that it is given at its start.
func splitInstance(s *splitter) {
	splitBlockDevices(s)
	if isTrue(s.take("PropagateTagsToVolumeOnCreation")) {
		if tags := s.in.Get("Tags"); tags != nil {
			s.e.settings["\x00volumeTags"] = ir.Bool(true)
		}
	}
	interfaces, _ := s.in.Get("NetworkInterfaces").(ir.List)
	if len(interfaces) != 1 {
		return
	}
	o := objectIn(interfaces[0])
	if o.Has("NetworkInterfaceId") || text(o.Get("DeviceIndex")) != ir.Value(ir.String("0")) || o.Get("DeleteOnTermination") == ir.Value(ir.Bool(false)) {
		return
	}
	s.take("NetworkInterfaces")
	for _, f := range o.Fields {
		switch f.Key {
		case "DeviceIndex", "DeleteOnTermination":
		case "AssociatePublicIpAddress":
			s.set("associatePublicIpAddress", f.Value)
		case "GroupSet":
			s.set("vpcSecurityGroupIds", f.Value)
		case "SubnetId":
			s.set("subnetId", f.Value)
		case "PrivateIpAddress":
			s.set("privateIp", f.Value)
		case "Ipv6AddressCount":
			s.set("ipv6AddressCount", f.Value)
		default:
			s.problem("there is nothing for NetworkInterfaces.%s", f.Key)
		}
	}
}

func settleInstance(s *splitter) {
	if s.e.settings["\x00volumeTags"] != nil {
		s.set("volumeTags", s.out.Get("tags"))
	}
}

// groupMetrics are all metrics of an Auto Scaling group.
var groupMetrics = []string{
	"GroupMinSize", "GroupMaxSize", "GroupDesiredCapacity", "GroupInServiceInstances", "GroupPendingInstances", "GroupStandbyInstances",
	"GroupTerminatingInstances", "GroupTotalInstances", "GroupInServiceCapacity", "GroupPendingCapacity", "GroupStandbyCapacity",
	"GroupTerminatingCapacity", "GroupTotalCapacity", "WarmPoolDesiredCapacity", "WarmPoolWarmedCapacity", "WarmPoolPendingCapacity",
	"WarmPoolTerminatingCapacity", "WarmPoolTotalCapacity", "GroupAndWarmPoolDesiredCapacity", "GroupAndWarmPoolTotalCapacity",
}

// splitScalingGroup reads the metrics of a group, and makes its notifications.
func splitScalingGroup(s *splitter) {
	switch l := s.list("MetricsCollection"); len(l) {
	case 0:
	case 1:
		s.set("metricsGranularity", objectIn(l[0]).Get("Granularity"))
		metrics := objectIn(l[0]).Get("Metrics")
		if metrics == nil {
			metrics = ir.Of(groupMetrics)
		}
		s.set("enabledMetrics", metrics)
	default:
		s.problem("it has several collections of metrics")
	}
	all := append(s.list("NotificationConfigurations"), s.list("NotificationConfiguration")...)
	for i, e := range all {
		topic, _ := objectIn(e).Get("TopicARN").(ir.Value)
		if l, ok := topic.(ir.List); ok && len(l) == 1 {
			topic = l[0]
		}
		suffix := "Notification"
		if i > 0 {
			suffix += fmt.Sprint(i + 1)
		}
		s.add(suffix, "aws:autoscaling/notification:Notification", ir.Obj(
			"groupNames", ir.List{s.self("Ref")}, "notifications", objectIn(e).Get("NotificationTypes"), "topicArn", topic))
	}
}

// settleSchedule leaves sizes that are not given as they are.
func settleSchedule(s *splitter) {
	named("scheduledActionName", 200)(s)
	for _, name := range []string{"minSize", "maxSize", "desiredCapacity"} {
		if !s.out.Has(name) {
			s.set(name, -1)
		}
	}
}

// makeWarmPool gives an Auto Scaling group its warm pool.
func makeWarmPool(s *splitter) {
	ref, _ := s.take("AutoScalingGroupName").(ir.Ref)
	group := s.sources[ref.Resource]
	if group == nil {
		s.problem("its group is not of this app")
		return
	}
	s.decide(group)
	if group.row == nil || len(group.made) == 0 {
		s.problem("its group goes to Cloud Control")
		return
	}
	pool := &ir.Object{}
	for _, f := range s.takeAll().Fields {
		v := f.Value
		if f.Key == "InstanceReusePolicy" {
			v = smalls(v)
		}
		if f.Key == "MinSize" || f.Key == "MaxGroupPreparedCapacity" {
			v = number(v)
		}
		pool = pool.With(small(f.Key), v)
	}
	group.made[0].Props = group.made[0].Props.With("warmPool", pool)
	s.e.with = []string{group.made[0].ID}
}
