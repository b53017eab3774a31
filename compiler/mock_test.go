package compiler_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/sstc/sstc/assets"
	"github.com/sstc/sstc/compiler/ir"
)

// A mock is a deployment of a program to nowhere, in which what is known only
// after deployment is what SST's recorder answered.
type mock struct {
	t       *testing.T
	program *ir.Program
	props   map[string]*ir.Object // resolved properties, by resource ID
}

func newMock(t *testing.T, p *ir.Program) *mock {
	return &mock{t: t, program: p, props: map[string]*ir.Object{}}
}

// The recorder's account, and the random end that it gave to every name.
const (
	mockAccount = "123456789012"
	mockSuffix  = "bdvfbzta"
)

// suffix is the end that sstc gives to names.
var suffix = regexp.MustCompile(`-[abcdefhkmnorstuvwxz]{8}\b`)

// components are what users write, and the components in those.
func (m *mock) components() []registered {
	var all []registered
	for _, c := range m.program.Components {
		all = append(all, registered{Type: componentType(c.Type), Name: c.Name, Parent: m.componentName(c.Parent)})
	}
	return all
}

// componentType is the type under which SST registers a component.
func componentType(name string) string {
	switch name {
	case "sst.aws.Cdn":
		return "sst:aws:CDN"
	case "sst.aws.DnsValidatedCertificate":
		return "sst:aws:Certificate"
	case "sst.aws.TanStackStart":
		return "sst:aws:TanstackStart"
	}
	parts := strings.Split(name, ".")
	if len(parts) == 2 || parts[1] == "x" {
		return "sst:sst:" + parts[len(parts)-1]
	}
	return strings.Join(parts, ":")
}

func (m *mock) componentName(id string) string {
	for _, c := range m.program.Components {
		if c.ID == id {
			return c.Name
		}
	}
	return ""
}

// resources are those of providers.
func (m *mock) resources() []registered {
	var all []registered
	for _, r := range m.program.Resources {
		all = append(all, registered{
			Type: r.Type, Name: r.Name, Parent: m.componentName(r.Component),
			Options: m.options(r.Options), Inputs: m.object(m.resolved(r)),
		})
	}
	return all
}

// options are those that the record has.
func (m *mock) options(o ir.Options) map[string]any {
	out := map[string]any{}
	if o.Protect {
		out["protect"] = true
	}
	if o.RetainOnDelete {
		out["retainOnDelete"] = true
	}
	if o.DeleteBeforeReplace {
		out["deleteBeforeReplace"] = true
	}
	if o.Provider != "" {
		out["provider"] = m.program.FindResource(o.Provider).Name
	}
	list := func(key string, values []string) {
		if len(values) > 0 {
			var l []any
			for _, v := range values {
				l = append(l, v)
			}
			out[key] = l
		}
	}
	list("ignoreChanges", o.IgnoreChanges)
	list("replaceOnChanges", o.ReplaceOnChanges)
	list("additionalSecretOutputs", o.AdditionalSecrets)
	if len(out) == 0 {
		return nil
	}
	return out
}

// zoneLookups are the questions for hosted zones. SST asks one for each
// record, sstc one for each zone.
func (m *mock) zoneLookups() []registered {
	var all []registered
	for _, i := range m.program.Invokes {
		if i.Token == "aws:route53/getZone:getZone" {
			all = append(all, registered{Type: i.Token, Parent: m.componentName(i.Component), Inputs: m.object(i.Args)})
		}
	}
	return all
}

// keyValues are the entries that the uploader writes, as the resources that
// SST writes them by.
func (m *mock) keyValues() []registered {
	var all []registered
	for _, kv := range m.program.KeyValues {
		add := func(typ string, inputs *ir.Object) {
			all = append(all, registered{Type: typ, Parent: m.componentName(kv.Component), Inputs: m.object(inputs.With("store", kv.Store))})
		}
		namespace := ir.Value(ir.String(kv.Namespace))
		if kv.NamespaceFrom != nil {
			namespace = kv.NamespaceFrom
		}
		entries := &ir.Object{}
		for _, e := range kv.Entries {
			if len(kv.Shared) == 0 {
				key := e.Key
				if kv.Switch != "" && key != kv.Switch {
					// SST's keys do not have the name of the build in front.
					if _, key, _ = strings.Cut(key, ":"); key == kv.Switch {
						continue
					}
				}
				entries = entries.With(key, e.Value)
				continue
			}
			list, err := ir.DecodeJSON(string(m.resolve(e.Value).(ir.String)))
			if err != nil {
				m.t.Fatal(err)
			}
			for _, entry := range list.(ir.List) {
				add("dynamic:Aws.KvRoutesUpdate", ir.Obj("key", e.Key, "entry", entry, "namespace", namespace))
			}
		}
		if entries.Len() > 0 {
			add("dynamic:Aws.KvKeys", ir.Obj("entries", entries, "namespace", namespace, "purge", kv.Purge))
		}
	}
	return all
}

// invocations are the calls that the uploader makes, as the resources that SST
// makes them by.
func (m *mock) invocations() []registered {
	var all []registered
	for _, i := range m.program.Invocations {
		all = append(all, registered{Type: "aws:lambda/invocation:Invocation", Name: i.Name, Parent: m.componentName(i.Component),
			Inputs: m.object(ir.Obj("functionName", i.Function, "input", i.Input))})
	}
	return all
}

// sites are the files that the uploader publishes, and the command that makes
// them, as SST's resources.
func (m *mock) sites(files map[string][]assets.SiteFile) []registered {
	var all []registered
	for _, s := range m.program.Sites {
		add := func(typ, name string, inputs *ir.Object) {
			all = append(all, registered{Type: typ, Name: name, Parent: s.Name, Inputs: m.object(inputs)})
		}
		var list ir.List
		for _, f := range files[s.ID] {
			list = append(list, ir.Obj("cacheControl", f.CacheControl, "contentType", f.ContentType, "hash", f.Digest,
				"key", path.Join(s.Prefix, f.Path), "source", path.Join("$ROOT", f.Tree.Dir, f.Name)))
		}
		add("dynamic:Aws.BucketFiles", "", ir.Obj("bucketName", s.Bucket, "files", list, "purge", s.Purge, "region", m.program.App.Region))
		if s.Distribution != nil {
			var paths ir.List
			for _, p := range s.Invalidate {
				paths = append(paths, ir.String(p))
			}
			add("dynamic:Aws.DistributionInvalidation", "", ir.Obj("distributionId", s.Distribution, "paths", paths, "wait", s.WaitInvalidate))
		}
		if b := s.Build; b != nil {
			command := cmp.Or(b.Command, map[string]string{"nextjs": "open-next build"}[s.Framework], "npm run build")
			add("command:local:Command", s.Name+"Builder", ir.Obj("create", command, "update", command,
				"dir", path.Join("$ROOT", s.Root), "environment", &ir.Object{Fields: b.Env}))
		}
	}
	return all
}

// links are what the function Probe is given for each thing that is linked to
// it.
func (m *mock) links(names []string) []registered {
	var all []registered
	for _, name := range names {
		r := registered{Type: "sst:sst:LinkRef", Name: name + "LinkRef", Inputs: map[string]any{}}
		variables := m.resolved(m.program.FindResource("ProbeFunction")).Get("environment").(*ir.Object).Get("variables").(*ir.Object)
		text, ok := variables.Get("SST_RESOURCE_" + name).(ir.String)
		if !ok {
			m.t.Errorf("%s is linked, and yet not in the environment", name)
			continue
		}
		properties := map[string]any{}
		if err := json.Unmarshal([]byte(m.plain(text).(string)), &properties); err != nil {
			m.t.Fatal(err)
		}
		delete(properties, "type")
		r.Inputs["properties"] = properties
		var include []any
		for _, c := range m.program.Components {
			if c.Name != "Probe" {
				continue
			}
			for _, g := range c.Grants {
				if g.Reason == "link to "+name {
					include = append(include, m.plain(ir.Obj("type", "aws.permission", "actions", g.Actions, "resources", ir.List(g.Resources))))
				}
			}
		}
		if include != nil {
			r.Inputs["include"] = include
		}
		all = append(all, r)
	}
	return all
}

// resolved returns the properties of a resource with nothing unknown in them.
func (m *mock) resolved(r *ir.Resource) *ir.Object {
	if p, ok := m.props[r.ID]; ok {
		return p
	}
	m.props[r.ID] = r.Props // for a resource that refers to itself
	p := m.resolve(r.Props).(*ir.Object)
	m.props[r.ID] = p
	return p
}

func (m *mock) object(o *ir.Object) map[string]any { return m.plain(o).(map[string]any) }

// plain returns a value as encoding/json decodes it.
func (m *mock) plain(v ir.Value) any {
	var out any
	text := suffix.ReplaceAllString(ir.EncodeJSON(m.resolve(v)), "-"+mockSuffix)
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		m.t.Fatal(err)
	}
	return out
}

func (m *mock) resolve(v ir.Value) ir.Value {
	return ir.Map(v, func(v ir.Value) ir.Value {
		switch v := v.(type) {
		case ir.Param:
			return m.param(v.Name)
		case ir.AssetRef:
			return ir.String(m.asset(v))
		case ir.Ref:
			if r := m.program.FindResource(v.Resource); r != nil {
				return m.attribute(r, v.Attr)
			}
			for _, i := range m.program.Invokes {
				if i.ID == v.Resource {
					return m.answer(i, v.Attr)
				}
			}
		case ir.Call:
			switch v.Func {
			case ir.FuncSecret:
				return v.Args[0]
			case ir.FuncFind:
				for _, e := range v.Args[0].(ir.List) {
					if e.(*ir.Object).Get(string(v.Args[1].(ir.String))) == v.Args[2] {
						return e
					}
				}
			}
			m.t.Fatalf("the mock cannot compute %v", v)
		}
		return v
	})
}

func (m *mock) param(name string) ir.Value {
	switch name {
	case ir.PseudoAccount:
		return ir.String(mockAccount)
	case ir.PseudoRegion:
		return ir.String("us-east-1")
	case ir.PseudoPartition:
		return ir.String("aws")
	}
	if d := m.program.FindParam(name); d.Kind == ir.ParamSecret {
		return ir.String("secret-" + name)
	}
	m.t.Fatalf("the mock has no parameter %s", name)
	return nil
}

func (m *mock) asset(a ir.AssetRef) string {
	asset := m.program.FindAsset(a.Asset)
	switch a.Attr {
	case ir.AssetBucket:
		return "sst-asset-mock"
	case ir.AssetKey, ir.AssetFile:
		return asset.File
	case ir.AssetHandler:
		return asset.Handler
	}
	m.t.Fatalf("the mock has no %s of assets", a.Attr)
	return ""
}

// attribute is an attribute of a resource: one of its properties, or what the
// recorder made up.
func (m *mock) attribute(r *ir.Resource, attr string) ir.Value {
	props := m.resolved(r)
	if r.Type == "aws:apigatewayv2/domainName:DomainName" && attr == "domainNameConfiguration" {
		return ir.Obj("targetDomainName", strings.ToLower(r.Name)+".execute-api.us-east-1.amazonaws.com", "hostedZoneId", "Z0000000000000")
	}
	if v := props.Get(attr); v != nil {
		return v
	}
	text := func(key string) string {
		s, _ := props.Get(key).(ir.String)
		return string(s)
	}
	name := cmp.Or(text("name"), r.Name)
	arn := func(service, resource string) string {
		return fmt.Sprintf("arn:aws:%s:us-east-1:%s:%s", service, mockAccount, resource)
	}
	global := func(service, resource string) string {
		return fmt.Sprintf("arn:aws:%s::%s:%s", service, mockAccount, resource)
	}
	answers := map[string]string{"id": r.Name + "-id", "name": name}
	switch r.Type {
	case "aws:lambda/function:Function":
		arn := arn("lambda", "function:"+name)
		answers = map[string]string{"id": name, "arn": arn, "version": "1", "qualifiedArn": arn + ":1",
			"invokeArn": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/" + arn + "/invocations"}
	case "aws:lambda/functionUrl:FunctionUrl":
		answers["functionUrl"] = fmt.Sprintf("https://%s.lambda-url.us-east-1.on.aws/", strings.ToLower(r.Name))
	case "aws:iam/role:Role":
		answers = map[string]string{"id": name, "arn": global("iam", "role/"+name)}
	case "aws:cloudwatch/logGroup:LogGroup":
		answers = map[string]string{"id": name, "arn": arn("logs", "log-group:"+name)}
	case "aws:s3/bucket:Bucket":
		bucket := text("bucketPrefix") + mockSuffix
		answers = map[string]string{"id": bucket, "bucket": bucket, "arn": "arn:aws:s3:::" + bucket,
			"bucketDomainName": bucket + ".s3.amazonaws.com", "bucketRegionalDomainName": bucket + ".s3.us-east-1.amazonaws.com"}
	case "aws:dynamodb/table:Table":
		arn := arn("dynamodb", "table/"+name)
		answers = map[string]string{"id": name, "arn": arn, "streamArn": arn + "/stream/2024-01-01T00:00:00.000"}
	case "aws:sqs/queue:Queue":
		url := fmt.Sprintf("https://sqs.us-east-1.amazonaws.com/%s/%s", mockAccount, name)
		answers = map[string]string{"id": url, "url": url, "arn": arn("sqs", name)}
	case "aws:sns/topic:Topic":
		answers = map[string]string{"id": arn("sns", name), "arn": arn("sns", name)}
	case "aws:cloudwatch/eventBus:EventBus":
		answers = map[string]string{"id": name, "arn": arn("events", "event-bus/"+name)}
	case "aws:cloudwatch/eventRule:EventRule":
		answers = map[string]string{"id": name, "arn": arn("events", "rule/"+name)}
	case "aws:kinesis/stream:Stream":
		answers = map[string]string{"id": arn("kinesis", "stream/"+name), "arn": arn("kinesis", "stream/"+name)}
	case "aws:acm/certificate:Certificate":
		arn := arn("acm", "certificate/"+text("domainName"))
		option := ir.Obj("resourceRecordName", "_x."+text("domainName")+".", "resourceRecordType", "CNAME",
			"resourceRecordValue", "_y."+text("domainName")+".", "domainName", text("domainName"))
		if attr == "domainValidationOptions" {
			return ir.List{option}
		}
		answers = map[string]string{"id": arn, "arn": arn}
	case "aws:apigatewayv2/api:Api":
		answers["apiEndpoint"] = fmt.Sprintf("https://%s.execute-api.us-east-1.amazonaws.com", strings.ToLower(r.Name))
		answers["executionArn"] = arn("execute-api", name)
	case "aws:iot/authorizer:Authorizer":
		answers["arn"] = arn("iot", "authorizer/"+name)
	case "aws:sesv2/emailIdentity:EmailIdentity":
		if attr == "dkimSigningAttributes" {
			return ir.Obj("tokens", []string{"t1", "t2", "t3"})
		}
		answers["arn"] = arn("sesv2", "emailIdentity/"+r.Name)
	case "aws:sesv2/configurationSet:ConfigurationSet":
		answers["arn"] = arn("sesv2", "configurationSet/"+r.Name)
	case "aws:cloudfront/distribution:Distribution":
		answers["domainName"] = strings.ToLower(r.Name) + ".cloudfront.net"
		answers["arn"] = global("cloudfront", "distribution/"+r.Name)
		answers["hostedZoneId"] = "Z0000000000000"
	case "aws:cloudfront/keyValueStore:KeyValueStore":
		answers["arn"] = global("cloudfront", "key-value-store/"+name)
	case "aws:cloudfront/function:Function":
		answers["arn"] = global("cloudfront", "function/"+name)
	}
	if s, ok := answers[attr]; ok {
		return ir.String(s)
	}
	return ir.String(r.Name + "." + attr)
}

// answer is the answer to a question that is put to a provider.
func (m *mock) answer(i *ir.Invoke, attr string) ir.Value {
	answers := map[string]*ir.Object{
		"aws:route53/getZone:getZone":                         ir.Obj("zoneId", "Z0000000000000"),
		"aws:index/getAvailabilityZones:getAvailabilityZones": ir.Obj("names", []string{"us-east-1a", "us-east-1b", "us-east-1c"}),
		"aws:ec2/getAmi:getAmi":                               ir.Obj("id", "ami-0123456789"),
		"aws:iot/getEndpoint:getEndpoint":                     ir.Obj("endpointAddress", "x-ats.iot.us-east-1.amazonaws.com"),
	}
	v := answers[i.Token].Get(attr)
	if v == nil {
		m.t.Fatalf("the mock has no answer to %s %s", i.Token, attr)
	}
	return v
}
