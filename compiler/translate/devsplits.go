package translate

import (
	"fmt"
	"strings"

	"github.com/sstc/sstc/compiler/ir"
)

// backAsText writes a number as text.
func backAsText(s *splitter, v ir.Value) ir.Value { return text(v) }

// splitRoute names the network interface of an instance that a route goes to:
// the provider no longer takes the instance itself.
func splitRoute(s *splitter) {
	ref, ok := s.in.Get("InstanceId").(ir.Ref)
	if !ok {
		return
	}
	instance := s.sources[ref.Resource]
	if instance == nil {
		return
	}
	s.decide(instance)
	if instance.row != nil && len(instance.made) > 0 {
		s.take("InstanceId")
		s.set("networkInterfaceId", ownRef(instance.made[0], "primaryNetworkInterfaceId"))
	}
}

// splitPipeline writes the one store of a pipeline as a list of one.
func splitPipeline(s *splitter) {
	if store := s.take("ArtifactStore"); store != nil {
		s.in = s.in.With("ArtifactStores", ir.List{ir.Obj("ArtifactStore", store)})
	}
	named("name", 100)(s)
}

// splitAmplify reads the user and the password of an app or a branch, and who
// may see it.
func splitAmplify(s *splitter) {
	o, ok := s.take("BasicAuthConfig").(*ir.Object)
	if !ok {
		return
	}
	s.set("enableBasicAuth", orNil(o.Get("EnableBasicAuth"), ir.Bool(true)))
	if o.Has("Username") {
		s.set("basicAuthCredentials", ir.NewCall(ir.FuncBase64Encode, ir.Concat(o.Get("Username"), ":", o.Get("Password"))))
	}
}

// splitCanary says which code a canary runs. A script in the template becomes
// no archive.
func splitCanary(s *splitter) {
	s.takeIn("VPCConfig", "VpcId")
	if s.takeIn("Code", "Script") != nil {
		s.problem("its code is in the template")
	}
	s.takeIn("Code", "SourceLocationArn")
	if s.take("DeleteLambdaResourcesOnCanaryDeletion") == ir.Value(ir.Bool(true)) {
		s.set("deleteLambda", true)
	}
	if s.in.Get("Name") == nil {
		s.set("name", strings.ToLower(alnumDash(s.physicalName(21))))
	}
}

// splitDetector makes a resource of each feature of a detector.
func splitDetector(s *splitter) {
	for _, e := range s.list("Features") {
		o := objectIn(e)
		name := string(stringIn(o.Get("Name")))
		var more ir.List
		list, _ := o.Get("AdditionalConfiguration").(ir.List)
		for _, a := range list {
			more = append(more, smalls(a))
		}
		props := ir.Obj("detectorId", s.self("Ref"), "name", o.Get("Name"), "status", o.Get("Status"))
		if more != nil {
			props = props.With("additionalConfigurations", more)
		}
		s.add(alnumID(name), "aws:guardduty/detectorFeature:DetectorFeature", props)
	}
}

// splitAnalyzer makes a resource of each rule by which findings are archived.
func splitAnalyzer(s *splitter) {
	for i, e := range s.list("ArchiveRules") {
		o := objectIn(e)
		list, _ := o.Get("Filter").(ir.List)
		filters := make(ir.List, len(list))
		for k, f := range list {
			c := objectIn(f)
			filter := ir.Obj("criteria", c.Get("Property"), "eqs", c.Get("Eq"), "neqs", c.Get("Neq"), "contains", c.Get("Contains"))
			if exists := c.Get("Exists"); exists != nil {
				filter = filter.With("exists", text(exists))
			}
			filters[k] = filter
		}
		s.add(fmt.Sprintf("Rule%d", i+1), "aws:accessanalyzer/archiveRule:ArchiveRule", ir.Obj(
			"analyzerName", ownRef(s.main, "analyzerName"), "ruleName", o.Get("RuleName"), "filters", filters))
	}
}
