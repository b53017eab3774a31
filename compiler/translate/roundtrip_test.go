package translate

import (
	"slices"
	"strings"
	"testing"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/schema"
)

// notRoundTripped are the rows that do not give back what they were given, and
// why.
var notRoundTripped = map[string]string{
	"aws:s3/bucket:Bucket":     "its parts come back as resources",
	"aws:s3/bucketV2:BucketV2": "it comes back as a Bucket",
	"aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration":   "the sample has every kind of filter at once",
	"aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": "that it is on goes without saying",
	"aws:lambda/layerVersionPermission:LayerVersionPermission":           "the sample's layer is a text",
	"aws:dynamodb/table:Table":                                           "the sample's keys are neither hash nor range",
	"aws:sqs/redrivePolicy:RedrivePolicy":                                "it comes back in the queue",
	"aws:sqs/redriveAllowPolicy:RedriveAllowPolicy":                      "it comes back in the queue",
	"aws:opensearch/domainPolicy:DomainPolicy":                           "it comes back in the domain",
	"aws:apigateway/restApiPolicy:RestApiPolicy":                         "it comes back in the API",
	"aws:apigateway/restApi:RestApi":                                     "whether warnings fail says nothing of the API",
	"aws:efs/fileSystemPolicy:FileSystemPolicy":                          "whether the lockout check is passed over is not kept",
	"aws:cloudwatch/eventConnection:EventConnection":                     "the sample sets an ARN that can only be read",
	"aws:cloudfront/distribution:Distribution":                           "times to live beside a cache policy do not count",
	"aws:rds/instance:Instance":                                          "a replica's source and a restored database's are one in CloudFormation",
	"aws:rds/proxyTarget:ProxyTarget":                                    "it comes back with a target group",
	"aws:ses/domainIdentity:DomainIdentity":                              "it comes back as one of version 2",
	"aws:ses/emailIdentity:EmailIdentity":                                "it comes back as one of version 2",
	"aws:ses/mailFrom:MailFrom":                                          "it comes back as one of version 2",
	"aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream":          "the sample has every kind of destination at once",
	"aws:cloudfront/vpcOrigin:VpcOrigin":                                 "the sample has no protocols, which have a default",
	"aws:cloudwatch/logDelivery:LogDelivery":                             "the sample has an object for a list of one",
}

// What a row says holds in both directions: a resource that goes to
// CloudFormation and comes back has the same properties, but for those that
// CloudFormation does not have.
func TestRoundTrip(t *testing.T) {
	for _, table := range tables {
		for i := range table {
			r := &table[i]
			if r.cfn == "" || r.foldBy != nil || !strings.HasPrefix(r.pulumi, "aws:") {
				continue
			}
			t.Run(strings.ReplaceAll(r.pulumi, "/", "."), func(t *testing.T) {
				why := notRoundTripped[r.pulumi]
				diff := roundTrip(r)
				switch {
				case why == "" && diff != "":
					t.Error(diff)
				case why != "" && diff == "":
					t.Errorf("it is given back, although: %s", why)
				}
			})
		}
	}
}

func roundTrip(r *row) string {
	tr := newTranslator(&ir.Program{})
	facts := schema.PulumiResource(r.pulumi)
	s := sampler{row: r}
	m := newMapping(r, "", &facts.Object, tr.root(r))
	props := lossless(s.object(m, nil), m)
	if props.Len() == 0 {
		return "" // all of it is code, tested by example
	}
	p := &ir.Program{App: ir.App{Name: "app", Stage: "test", Region: "eu-west-1"}, Dialect: ir.Pulumi}
	if r.fold != "" {
		p.Resources = append(p.Resources, &ir.Resource{ID: "Target", Name: "Target", Type: backTarget(r), Props: &ir.Object{}})
		props = props.With(r.fold, ir.Ref{Resource: "Target", Attr: "id"})
	}
	p.Resources = append(p.Resources, &ir.Resource{ID: "Sample", Name: "Sample", Type: r.pulumi, Props: props})
	cfn, _ := ToCFN(p)
	cfn.Assets = p.Assets
	returning := newFromCFN(cfn)
	returning.unverified = true // a sample has no values that code would make
	back := returning.translate()
	for _, d := range returning.diags {
		return d.Detail
	}
	var native []string
	for _, b := range back.Resources {
		if b.Type == r.pulumi {
			return sameProps(props, b.Props, r.fold)
		}
		native = append(native, b.Type)
	}
	t := newFromCFN(cfn)
	t.arrange()
	t.flatten()
	t.decideAll()
	for _, e := range t.order {
		native = append(native, e.why...)
	}
	return "it becomes " + strings.Join(native, ", ")
}

// backTarget is the Pulumi type of what a row is folded into.
func backTarget(r *row) string {
	for _, x := range backRows(&source{res: &ir.Resource{Type: r.cfn}}) {
		return x.pulumi
	}
	return ""
}

// lossless leaves out what CloudFormation has nothing for, or what comes back
// as something else that means the same.
func lossless(o *ir.Object, m *mapping) *ir.Object {
	out := &ir.Object{}
	branches := m.backward()
	for _, f := range o.Fields {
		g := m.field(f.Key)
		if g.kind == fieldMapped && !isLeaf(branches, g.path, g) {
			continue
		}
		out.Fields = append(out.Fields, f)
	}
	return out
}

func isLeaf(branches map[string]*branch, path []string, f *field) bool {
	for i, step := range path {
		b := branches[step]
		if b == nil {
			return false
		}
		if i == len(path)-1 {
			return b.leaf != nil && b.leaf.f == f
		}
		branches = b.inner
	}
	return false
}

// sameProps says where two objects differ; "" if nowhere.
func sameProps(want, got *ir.Object, fold string) string {
	var diffs []string
	for _, f := range want.Fields {
		if f.Key == fold {
			continue
		}
		w, g := ir.PrintValue(sorted(f.Value)), "nothing"
		if v := got.Get(f.Key); v != nil {
			g = ir.PrintValue(sorted(v))
		}
		if w != g {
			diffs = append(diffs, f.Key+"\n  want "+w+"\n  got  "+g)
		}
	}
	return strings.Join(diffs, "\n")
}

// sorted puts the keys of objects in order, and takes empty objects away.
func sorted(v ir.Value) ir.Value {
	return ir.Map(v, func(v ir.Value) ir.Value {
		o, ok := v.(*ir.Object)
		if !ok {
			return v
		}
		slices.SortFunc(o.Fields, func(a, b ir.Field) int { return strings.Compare(a.Key, b.Key) })
		o.Fields = slices.DeleteFunc(o.Fields, func(f ir.Field) bool { return isEmptyValue(f.Value) })
		return o
	})
}
