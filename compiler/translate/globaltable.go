package translate

import (
	"fmt"
	"slices"

	"github.com/sstc/sstc/compiler/ir"
)

const tableToken = "aws:dynamodb/table:Table"

// makeGlobalTable makes the table of the stack's own region, as if it were a
// table by itself, with its replicas, and the scaling that is part of a global
// table in CloudFormation.
func makeGlobalTable(s *splitter) {
	var local *ir.Object
	var others []*ir.Object
	list := s.list("Replicas")
	for _, e := range list {
		o := objectIn(e)
		switch region := o.Get("Region"); {
		case len(list) == 1, region == ir.Value(ir.Param{Name: ir.PseudoRegion}), region == ir.Value(ir.String(s.region())):
			local = o
		default:
			if _, ok := region.(ir.String); !ok {
				s.problem("the region of a replica is not known")
			}
			others = append(others, o)
		}
	}
	if local == nil {
		s.problem("it has no replica in the region of its stack")
		return
	}
	provisioned := s.take("BillingMode") != ir.Value(ir.String("PAY_PER_REQUEST"))
	props := &ir.Object{}
	for _, name := range []string{"TableName", "AttributeDefinitions", "KeySchema", "LocalSecondaryIndexes", "TimeToLiveSpecification", "WarmThroughput"} {
		props = props.With(name, s.take(name))
	}
	for _, name := range []string{
		"DeletionProtectionEnabled", "TableClass", "PointInTimeRecoverySpecification", "KinesisStreamSpecification", "ContributorInsightsSpecification",
		"ResourcePolicy", "Tags",
	} {
		props = props.With(name, local.Get(name))
	}
	if stream, ok := s.take("StreamSpecification").(*ir.Object); ok {
		props = props.With("StreamSpecification", stream.With("ResourcePolicy", objectIn(local.Get("ReplicaStreamSpecification")).Get("ResourcePolicy")))
	}
	if len(others) > 0 && !props.Has("StreamSpecification") {
		props = props.With("StreamSpecification", ir.Obj("StreamViewType", "NEW_AND_OLD_IMAGES")) // by which they are kept equal
	}
	if sse, ok := s.take("SSESpecification").(*ir.Object); ok {
		key := objectIn(local.Get("SSESpecification")).Get("KMSMasterKeyId")
		props = props.With("SSESpecification", ir.Obj("SSEEnabled", sse.Get("SSEEnabled"), "KMSMasterKeyId", key))
	}

	scaled := scaledTable{s: s, provisioned: provisioned, table: s.self("Ref")}
	write := s.take("WriteProvisionedThroughputSettings")
	read := orNil(local.Get("ReadProvisionedThroughputSettings"), s.take("ReadProvisionedThroughputSettings"))
	maxWrite := s.take("WriteOnDemandThroughputSettings")
	maxRead := orNil(local.Get("ReadOnDemandThroughputSettings"), s.take("ReadOnDemandThroughputSettings"))
	if provisioned {
		props = props.With("BillingMode", ir.String("PROVISIONED"))
	} else {
		props = props.With("BillingMode", ir.String("PAY_PER_REQUEST"))
	}
	props = props.Merge(scaled.throughput("", read, write, maxRead, maxWrite))

	options := map[string]*ir.Object{}
	own, _ := local.Get("GlobalSecondaryIndexes").(ir.List)
	for _, e := range own {
		options[ir.PrintValue(objectIn(e).Get("IndexName"))] = objectIn(e)
	}
	if indexes := s.list("GlobalSecondaryIndexes"); len(indexes) > 0 {
		out := make(ir.List, len(indexes))
		for i, e := range indexes {
			o := objectIn(e)
			own := options[ir.PrintValue(o.Get("IndexName"))]
			index := &ir.Object{}
			for _, f := range o.Fields {
				switch f.Key {
				case "IndexName", "KeySchema", "Projection", "WarmThroughput":
					index.Fields = append(index.Fields, f)
				}
			}
			name := string(stringIn(o.Get("IndexName")))
			if name == "" {
				s.problem("the name of an index is not known")
			}
			index = index.Merge(scaled.throughput(name, orNil(own.Get("ReadProvisionedThroughputSettings"), o.Get("ReadProvisionedThroughputSettings")),
				o.Get("WriteProvisionedThroughputSettings"),
				orNil(own.Get("ReadOnDemandThroughputSettings"), o.Get("ReadOnDemandThroughputSettings")), o.Get("WriteOnDemandThroughputSettings")))
			out[i] = index.With("ContributorInsightsSpecification", own.Get("ContributorInsightsSpecification"))
		}
		props = props.With("GlobalSecondaryIndexes", out)
	}

	sub := *s
	sub.row, sub.in, sub.out = rowOf(tableToken), props, &ir.Object{}
	sub.main = &ir.Resource{ID: s.e.id, Name: s.e.name, Type: tableToken, Props: sub.out}
	sub.made = append([]*ir.Resource{sub.main}, s.made...)
	splitTable(&sub)
	sub.object(sub.in, s.mapping(sub.row), sub.out)
	settleTable(&sub)
	s.made, s.problems = sub.made, sub.problems

	strong := s.take("MultiRegionConsistency") == ir.Value(ir.String("STRONG"))
	var replicas ir.List
	for _, o := range others {
		replicas = append(replicas, s.replica(o, local, strong, provisioned))
	}
	if replicas != nil {
		sub.out = sub.out.With("replicas", replicas)
	}
	if l := s.list("GlobalTableWitnesses"); len(l) == 1 {
		sub.out = sub.out.With("globalTableWitness", ir.Obj("regionName", objectIn(l[0]).Get("Region")))
	}
	sub.main.Props = sub.out
	if scaled.read {
		sub.main.Options.IgnoreChanges = append(sub.main.Options.IgnoreChanges, "readCapacity")
	}
	if scaled.write {
		sub.main.Options.IgnoreChanges = append(sub.main.Options.IgnoreChanges, "writeCapacity")
	}
	s.e.settings["Ref"] = ownRef(sub.main, "name")
	s.e.settings["Arn"] = ownRef(sub.main, "arn")
	s.e.settings["StreamArn"] = ownRef(sub.main, "streamArn")
}

// region is that of the resource's stack.
func (s *splitter) region() string {
	if s.e.stack != nil {
		return s.e.stack.region
	}
	return s.p.App.Region
}

// replica is a replica in another region. What it has of its own the provider
// has for all replicas, or in resources of that region.
func (s *splitter) replica(o, local *ir.Object, strong, provisioned bool) ir.Value {
	region := string(stringIn(o.Get("Region")))
	out := ir.Obj("regionName", region, "kmsKeyArn", objectIn(o.Get("SSESpecification")).Get("KMSMasterKeyId"),
		"deletionProtectionEnabled", o.Get("DeletionProtectionEnabled"))
	if strong {
		out = out.With("consistencyMode", ir.String("STRONG"))
	}
	if isTrue(objectIn(o.Get("PointInTimeRecoverySpecification")).Get("PointInTimeRecoveryEnabled")) {
		out = out.With("pointInTimeRecovery", ir.Bool(true))
		if objectIn(o.Get("PointInTimeRecoverySpecification")).Has("RecoveryPeriodInDays") {
			s.problem("there is nothing for how long a replica can be recovered")
		}
	}
	same := func(name string) bool { return ir.PrintValue(o.Get(name)) == ir.PrintValue(local.Get(name)) }
	switch tags, _ := o.Get("Tags").(ir.List); {
	case len(tags) == 0:
	case same("Tags"):
		out = out.With("propagateTags", ir.Bool(true))
	default:
		s.problem("there is nothing for the tags of the replica in %s, which are not those of the table", region)
	}
	class := func(o *ir.Object) ir.Value { return orDefault(o.Get("TableClass"), "STANDARD") }
	if class(o) != class(local) {
		s.problem("there is nothing for the class of the replica in %s", region)
	}
	for _, name := range []string{"ReadProvisionedThroughputSettings", "ReadOnDemandThroughputSettings"} {
		if o.Has(name) && !same(name) {
			s.problem("there is nothing for the throughput of the replica in %s", region)
		}
	}
	if provisioned && objectIn(o.Get("ReadProvisionedThroughputSettings")).Has("ReadCapacityAutoScalingSettings") {
		s.problem("there is nothing for the scaling of the replica in %s", region)
	}
	indexes, _ := o.Get("GlobalSecondaryIndexes").(ir.List)
	for _, e := range indexes {
		for _, f := range objectIn(e).Fields {
			if f.Key == "IndexName" || f.Key == "ContributorInsightsSpecification" && !isTrue(objectIn(f.Value).Get("Enabled")) {
				continue
			}
			s.problem("there is nothing for the indexes of the replica in %s", region)
		}
	}
	for _, name := range []string{"ResourcePolicy", "ReplicaStreamSpecification", "KinesisStreamSpecification"} {
		if o.Has(name) {
			s.problem("there is nothing for %s of the replica in %s", name, region)
		}
	}
	if insights := objectIn(o.Get("ContributorInsightsSpecification")); isTrue(insights.Get("Enabled")) {
		r := s.add("Insights"+capital(alnumID(region)), insightsToken, ir.Obj("tableName", s.self("Ref"), "mode", insights.Get("Mode")))
		if s.e.providers == nil {
			s.e.providers = map[*ir.Resource]string{}
		}
		s.e.providers[r] = s.provider(region, "aws")
	}
	return out
}

const insightsToken = "aws:dynamodb/contributorInsights:ContributorInsights"

// A scaledTable makes the scaling of a table and its indexes.
type scaledTable struct {
	s           *splitter
	provisioned bool
	table       ir.Value
	read, write bool // whether the table's own capacity is scaled
}

// throughput is what CloudFormation's simple table has for the throughput of a
// table, or of one of its indexes.
func (t *scaledTable) throughput(index string, read, write, maxRead, maxWrite ir.Value) *ir.Object {
	if !t.provisioned {
		limits := ir.Obj("MaxReadRequestUnits", objectIn(maxRead).Get("MaxReadRequestUnits"), "MaxWriteRequestUnits", objectIn(maxWrite).Get("MaxWriteRequestUnits"))
		if limits.Len() == 0 {
			return limits
		}
		return ir.Obj("OnDemandThroughput", limits)
	}
	return ir.Obj("ProvisionedThroughput", ir.Obj(
		"ReadCapacityUnits", t.capacity(index, "Read", objectIn(read)), "WriteCapacityUnits", t.capacity(index, "Write", objectIn(write))))
}

// capacity is what the capacity is at first, and scales it after that.
func (t *scaledTable) capacity(index, kind string, settings *ir.Object) ir.Value {
	scaling, ok := settings.Get(kind + "CapacityAutoScalingSettings").(*ir.Object)
	if !ok {
		units := settings.Get(kind + "CapacityUnits")
		if units == nil {
			t.s.problem("nothing says what its capacity is")
		}
		return units
	}
	suffix, id, dimension := kind+"Scaling", ir.Concat("table/", t.table), "dynamodb:table:"+kind+"CapacityUnits"
	if index != "" {
		suffix = alnumID(index) + suffix
		id, dimension = ir.Concat("table/", t.table, "/index/"+index), "dynamodb:index:"+kind+"CapacityUnits"
	} else if kind == "Read" {
		t.read = true
	} else {
		t.write = true
	}
	target := t.s.add(suffix, "aws:appautoscaling/target:Target", ir.Obj(
		"serviceNamespace", "dynamodb", "resourceId", id, "scalableDimension", dimension,
		"minCapacity", scaling.Get("MinCapacity"), "maxCapacity", scaling.Get("MaxCapacity")))
	tracking, _ := smalls(scaling.Get("TargetTrackingScalingPolicyConfiguration")).(*ir.Object)
	t.s.add(suffix+"Policy", "aws:appautoscaling/policy:Policy", ir.Obj(
		"policyType", "TargetTrackingScaling", "resourceId", ownRef(target, "resourceId"), "scalableDimension", ownRef(target, "scalableDimension"),
		"serviceNamespace", ownRef(target, "serviceNamespace"),
		"targetTrackingScalingPolicyConfiguration", tracking.Merge(ir.Obj("predefinedMetricSpecification", ir.Obj(
			"predefinedMetricType", fmt.Sprintf("DynamoDB%sCapacityUtilization", kind))))))
	return scaling.Get("MinCapacity")
}

// ignoreScaled leaves capacities and counts that are scaled as they are, where
// CloudFormation would not change them either unless its template does.
func (t *fromCFN) ignoreScaled() {
	for _, e := range t.order {
		if e.props == nil || e.dropped {
			continue
		}
		var what ir.Value
		token, property := tableToken, ""
		switch e.res.Type {
		case "AWS::ApplicationAutoScaling::ScalableTarget":
			what = e.props.Get("ResourceId")
			switch e.props.Get("ScalableDimension") {
			case ir.String("dynamodb:table:ReadCapacityUnits"):
				property = "readCapacity"
			case ir.String("dynamodb:table:WriteCapacityUnits"):
				property = "writeCapacity"
			case ir.String("ecs:service:DesiredCount"):
				token, property = "aws:ecs/service:Service", "desiredCount"
			}
		case "AWS::AutoScaling::ScalingPolicy", "AWS::AutoScaling::ScheduledAction":
			what, token, property = e.props.Get("AutoScalingGroupName"), "aws:autoscaling/group:Group", "desiredCapacity"
		case "AWS::ECS::CapacityProvider":
			what, token, property = e.props.Get("AutoScalingGroupProvider"), "aws:autoscaling/group:Group", "desiredCapacity"
		}
		if property == "" {
			continue
		}
		ir.Walk(what, func(v ir.Value) bool {
			ref, _ := v.(ir.Ref)
			scaled := t.sources[ref.Resource]
			if scaled == nil || scaled.row == nil || len(scaled.made) == 0 || scaled.made[0].Type != token {
				return true
			}
			if o := &scaled.made[0].Options; scaled.made[0].Props.Has(property) && !slices.Contains(o.IgnoreChanges, property) {
				o.IgnoreChanges = append(o.IgnoreChanges, property)
			}
			return true
		})
	}
}
