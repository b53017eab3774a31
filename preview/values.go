package preview

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/sstc/sstc/assets"
)

// account is the AWS account that everything is in.
const account = "000000000000"

// values computes what is known only after deployment, as if everything had
// been deployed to this machine: URLs lead to the listeners, ARNs and names
// are made from the IDs of resources.
type values struct {
	manifest  *assets.Manifest
	resources map[string]*assets.ServedResource
	outputs   map[string]assets.Expr
	params    map[string]assets.ManifestParam
	given     map[string]string // values of parameters, from the user
	hosts     map[string]string // ID of an API, a function URL or a distribution → its host, such as "localhost:4401"
	aliases   map[string]string // custom domain → host
	endpoint  string            // of the stand-ins for AWS: "http://127.0.0.1:4500"
	region    string
}

// An unsetError is a parameter that the user has to give.
type unsetError struct{ name string }

func (e *unsetError) Error() string {
	return fmt.Sprintf("%s has no value here. Write %s=... into .sstc-preview.env beside the configuration, or give it with --set %s=....", e.name, e.name, e.name)
}

func newValues(m *assets.Manifest, given map[string]string) *values {
	v := &values{manifest: m, resources: map[string]*assets.ServedResource{}, outputs: map[string]assets.Expr{}, params: map[string]assets.ManifestParam{},
		given: given, hosts: map[string]string{}, aliases: map[string]string{}, region: m.App.Region}
	if v.region == "" {
		v.region = "us-east-1"
	}
	for i := range m.Serving.Resources {
		v.resources[m.Serving.Resources[i].ID] = &m.Serving.Resources[i]
	}
	for _, o := range m.Serving.Outputs {
		v.outputs[o.Name] = o.Value
	}
	for _, t := range m.Targets {
		for _, p := range t.Params {
			v.params[p.Name] = p
		}
	}
	return v
}

// An object is a JSON object in the order in which it was written.
type object struct {
	keys   []string
	values map[string]any
}

func (o *object) set(key string, v any) {
	if o.values == nil {
		o.values = map[string]any{}
	}
	if _, ok := o.values[key]; !ok {
		o.keys = append(o.keys, key)
	}
	o.values[key] = v
}

// eval computes an expression: nil, bool, float64, string, []any or *object.
func (v *values) eval(e assets.Expr) (any, error) {
	switch {
	case e.Known != nil:
		return decodeJSON(e.Known)
	case e.Ref != nil:
		return v.attribute(e.Ref.ID, e.Ref.Attr)
	case e.Param != "":
		return v.param(e.Param)
	case e.Asset != nil:
		return "preview-asset-" + e.Asset.ID + "-" + e.Asset.Attr, nil
	case e.Call != "":
		args, err := v.evalAll(e.Args)
		if err != nil {
			return nil, err
		}
		return call(e.Call, args)
	case e.Join != nil:
		parts, err := v.evalAll(e.Join)
		if err != nil {
			return nil, err
		}
		var b strings.Builder
		for _, p := range parts {
			b.WriteString(toText(p))
		}
		return b.String(), nil
	case e.List != nil:
		return v.evalAll(e.List)
	}
	o := &object{}
	for _, f := range e.Object {
		x, err := v.eval(f.Value)
		if err != nil {
			return nil, err
		}
		o.set(f.Name, x)
	}
	return o, nil
}

func (v *values) evalAll(list []assets.Expr) ([]any, error) {
	out := make([]any, len(list))
	for i, e := range list {
		x, err := v.eval(e)
		if err != nil {
			return nil, err
		}
		out[i] = x
	}
	return out, nil
}

// text computes a text, in which the app's own URLs are those of this machine.
func (v *values) text(e assets.Expr) (string, error) {
	x, err := v.eval(e)
	if err != nil {
		return "", err
	}
	return v.local(toText(x)), nil
}

// known is text for what cannot depend on parameters without a value: it is
// empty if it does.
func (v *values) known(e assets.Expr) string {
	s, _ := v.text(e)
	return s
}

func (v *values) knownAll(list []assets.Expr) []string {
	var out []string
	for _, e := range list {
		out = append(out, v.known(e))
	}
	return out
}

// local replaces https and wss URLs of the app by those on this machine, which are
// plain HTTP.
func (v *values) local(s string) string {
	for _, scheme := range []string{"http", "ws"} {
		if !strings.Contains(s, scheme+"s://") {
			continue
		}
		for _, host := range v.hosts {
			s = strings.ReplaceAll(s, scheme+"s://"+host, scheme+"://"+host)
		}
		for alias, host := range v.aliases {
			s = replaceHost(s, scheme+"s://"+alias, scheme+"://"+host)
		}
	}
	return s
}

// replaceHost replaces a URL's beginning where no longer host name begins.
func replaceHost(s, old, new string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, old)
		if i < 0 {
			break
		}
		b.WriteString(s[:i])
		s = s[i+len(old):]
		if s != "" && (s[0] == '.' || s[0] == '-' || s[0] == ':' || s[0] >= '0' && s[0] <= '9' || s[0] >= 'a' && s[0] <= 'z' || s[0] >= 'A' && s[0] <= 'Z') {
			b.WriteString(old)
		} else {
			b.WriteString(new)
		}
	}
	b.WriteString(s)
	return b.String()
}

// localCookie takes the domain from a cookie that is for one of the app's own
// domains: a browser would refuse it from this machine.
func (v *values) localCookie(cookie string) string {
	parts := strings.Split(cookie, ";")
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool {
		name, domain, _ := strings.Cut(strings.TrimSpace(part), "=")
		if !strings.EqualFold(name, "domain") {
			return false
		}
		domain = strings.TrimPrefix(strings.ToLower(domain), ".")
		for alias := range v.aliases {
			if alias == domain || strings.HasSuffix(alias, "."+domain) {
				return true
			}
		}
		return false
	}), ";")
}

// value computes a value of the manifest outside of its serving part.
func (v *values) value(x assets.Value) (string, error) {
	if x.Output == "" {
		return v.text(assets.Expr{Known: x.Known})
	}
	e, ok := v.outputs[x.Output]
	if !ok {
		return "", fmt.Errorf("the manifest has no value for the output %q", x.Output)
	}
	return v.text(e)
}

func (v *values) param(name string) (any, error) {
	switch name {
	case "aws:account":
		return account, nil
	case "aws:region":
		return v.region, nil
	case "aws:partition":
		return "aws", nil
	case "aws:urlSuffix":
		return "amazonaws.com", nil
	}
	if s, ok := v.given[name]; ok {
		return s, nil
	}
	p, ok := v.params[name]
	switch {
	case ok && p.Default != nil:
		return decodeJSON(p.Default)
	case ok && p.Kind == "lookup" && p.List:
		return []any{}, nil
	case ok && p.Kind == "lookup", ok && p.Kind == "assets":
		return "preview-" + name, nil
	}
	return nil, &unsetError{name}
}

// name is a resource's own name.
func (v *values) name(r *assets.ServedResource) string {
	for _, e := range []*assets.Expr{r.Name, r.Read} {
		if e == nil {
			continue
		}
		if s, err := v.text(*e); err == nil && s != "" {
			if r.Read == e {
				s = s[strings.LastIndexAny(s, "/:")+1:] // of a URL or an ARN
			}
			return s
		}
	}
	name := v.manifest.App.Name + "-" + v.manifest.App.Stage + "-" + r.ID
	if strings.HasPrefix(r.Type, "aws:s3/") {
		return strings.ToLower(name)
	}
	return name
}

// attribute is an attribute of a resource. What nobody here has a use for is a
// text that says where it comes from.
func (v *values) attribute(id, attr string) (any, error) {
	r := v.resources[id]
	if r == nil {
		return "preview-" + id + "-" + attr, nil
	}
	name := v.name(r)
	arn := func(service, resource string) string {
		return "arn:aws:" + service + ":" + v.region + ":" + account + ":" + resource
	}
	made := map[string]string{}
	switch r.Type {
	case "aws:lambda/function:Function":
		own := arn("lambda", "function:"+name)
		made = map[string]string{
			"arn": own, "qualifiedArn": own + ":1", "version": "1", "id": name, "name": name,
			"invokeArn":          arn("apigateway", "")[:len(arn("apigateway", ""))-len(account)-1] + "lambda:path/2015-03-31/functions/" + own + "/invocations",
			"qualifiedInvokeArn": arn("apigateway", "")[:len(arn("apigateway", ""))-len(account)-1] + "lambda:path/2015-03-31/functions/" + own + ":1/invocations",
		}
	case "aws:lambda/functionUrl:FunctionUrl":
		made = map[string]string{"functionUrl": "https://" + v.hosts[id] + "/", "urlId": id}
	case "aws:apigatewayv2/api:Api":
		made = map[string]string{"apiEndpoint": v.scheme(id) + v.hosts[id], "id": id, "executionArn": arn("execute-api", id)}
	case "aws:apigateway/restApi:RestApi":
		made = map[string]string{"id": id, "executionArn": arn("execute-api", id)}
	case "aws:apigatewayv2/stage:Stage", "aws:apigateway/stage:Stage":
		made = map[string]string{"stageName": name, "name": name}
		if r.Of != nil {
			api := v.known(*r.Of)
			made["invokeUrl"] = v.scheme(api) + v.hosts[api] + "/" + strings.TrimPrefix(name, "$default")
			made["executionArn"] = arn("execute-api", api+"/"+name)
		}
	case "aws:cloudfront/distribution:Distribution":
		made = map[string]string{"domainName": v.hosts[id], "id": id, "arn": "arn:aws:cloudfront::" + account + ":distribution/" + id}
	case "aws:cloudfront/function:Function":
		made = map[string]string{"arn": "arn:aws:cloudfront::" + account + ":function/" + id, "name": id}
	case "aws:cloudfront/keyValueStore:KeyValueStore":
		made = map[string]string{"arn": "arn:aws:cloudfront::" + account + ":key-value-store/" + id, "id": id, "name": id}
	case "aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2":
		made = map[string]string{"bucket": name, "id": name, "arn": "arn:aws:s3:::" + name,
			"bucketDomainName": name + ".s3.amazonaws.com", "bucketRegionalDomainName": name + ".s3." + v.region + ".amazonaws.com"}
	case "aws:sqs/queue:Queue":
		queue := v.endpoint + "/" + account + "/" + name
		made = map[string]string{"url": queue, "id": queue, "arn": arn("sqs", name), "name": name}
	case "aws:sns/topic:Topic":
		made = map[string]string{"arn": arn("sns", name), "id": arn("sns", name), "name": name}
	case "aws:cloudwatch/eventBus:EventBus":
		made = map[string]string{"arn": arn("events", "event-bus/"+name), "id": name, "name": name}
	case "aws:cloudwatch/eventRule:EventRule":
		made = map[string]string{"arn": arn("events", "rule/"+name), "id": name, "name": name}
	case "aws:dynamodb/table:Table":
		made = map[string]string{"arn": arn("dynamodb", "table/"+name), "id": name, "name": name,
			"streamArn": arn("dynamodb", "table/"+name+"/stream/2000-01-01T00:00:00.000")}
	case "aws-native:dynamodb:GlobalTable":
		made = map[string]string{"arn": arn("dynamodb", "table/"+name), "id": name, "name": name, "tableName": name, "tableId": id,
			"streamArn": arn("dynamodb", "table/"+name+"/stream/2000-01-01T00:00:00.000")}
	case "aws:kinesis/stream:Stream":
		made = map[string]string{"arn": arn("kinesis", "stream/"+name), "id": arn("kinesis", "stream/"+name), "name": name}
	}
	if s, ok := made[attr]; ok {
		return s, nil
	}
	switch attr {
	case "id", "name":
		return name, nil
	case "arn":
		_, service, _ := strings.Cut(r.Type, ":")
		service, _, _ = strings.Cut(service, "/")
		return arn(service, name), nil
	}
	return "preview-" + id + "-" + attr, nil
}

// scheme begins the URLs of an API.
func (v *values) scheme(id string) string {
	for _, a := range v.manifest.Serving.APIs {
		if a.ID == id && a.Protocol == "WEBSOCKET" {
			return "wss://"
		}
	}
	return "https://"
}

// call applies a function of the expressions.
func call(name string, args []any) (any, error) {
	arg := func(i int) any {
		if i < len(args) {
			return args[i]
		}
		return nil
	}
	text := func(i int) string { return toText(arg(i)) }
	switch name {
	case "jsonencode":
		return encodeJSON(arg(0)), nil
	case "jsondecode":
		return decodeJSON([]byte(text(0)))
	case "secret":
		return arg(0), nil
	case "tostring":
		return text(0), nil
	case "tonumber":
		return strconv.ParseFloat(text(0), 64)
	case "index":
		switch x := arg(0).(type) {
		case []any:
			if n, ok := arg(1).(float64); ok && n >= 0 && int(n) < len(x) {
				return x[int(n)], nil
			}
		case *object:
			return x.values[text(1)], nil
		case string:
			return x + "-" + text(1), nil // part of an attribute that nobody here knows
		}
		return nil, nil
	case "split":
		var list []any
		for _, s := range strings.Split(text(1), text(0)) {
			list = append(list, s)
		}
		return list, nil
	case "join":
		list, _ := arg(1).([]any)
		var parts []string
		for _, x := range list {
			parts = append(parts, toText(x))
		}
		return strings.Join(parts, text(0)), nil
	case "base64encode":
		return base64.StdEncoding.EncodeToString([]byte(text(0))), nil
	case "base64decode":
		b, err := base64.StdEncoding.DecodeString(text(0))
		return string(b), err
	case "upper":
		return strings.ToUpper(text(0)), nil
	case "lower":
		return strings.ToLower(text(0)), nil
	case "trim":
		return strings.TrimSpace(text(0)), nil
	case "replace":
		return strings.ReplaceAll(text(0), text(1), text(2)), nil
	case "replacefirst":
		return strings.Replace(text(0), text(1), text(2), 1), nil
	case "urlencode":
		return strings.ReplaceAll(url.QueryEscape(text(0)), "+", "%20"), nil
	case "length":
		if list, ok := arg(0).([]any); ok {
			return float64(len(list)), nil
		}
		return float64(len([]rune(text(0)))), nil
	case "flatten":
		list, _ := arg(0).([]any)
		var flat []any
		for _, x := range list {
			if inner, ok := x.([]any); ok {
				flat = append(flat, inner...)
			} else {
				flat = append(flat, x)
			}
		}
		return flat, nil
	case "pluck":
		list, _ := arg(0).([]any)
		out := []any{}
		for _, x := range list {
			if o, ok := x.(*object); ok {
				out = append(out, o.values[text(1)])
			}
		}
		return out, nil
	case "find":
		list, _ := arg(0).([]any)
		i := slices.IndexFunc(list, func(x any) bool {
			o, ok := x.(*object)
			return ok && toText(o.values[text(1)]) == text(2)
		})
		if i >= 0 {
			return list[i], nil
		}
		return nil, nil
	}
	return nil, fmt.Errorf("there is no function %q here", name)
}

// toText is a value as part of a text.
func toText(x any) string {
	switch x := x.(type) {
	case nil:
		return ""
	case string:
		return x
	case bool:
		return strconv.FormatBool(x)
	case float64:
		return formatNumber(x)
	}
	return encodeJSON(x)
}

func formatNumber(f float64) string {
	if f == math.Trunc(f) && math.Abs(f) < 1e15 {
		return strconv.FormatInt(int64(f), 10)
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

func decodeJSON(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	return decodeValue(d)
}

func decodeValue(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	delim, ok := token.(json.Delim)
	if !ok {
		return token, nil
	}
	if delim == '[' {
		list := []any{}
		for d.More() {
			x, err := decodeValue(d)
			if err != nil {
				return nil, err
			}
			list = append(list, x)
		}
		_, err = d.Token()
		return list, err
	}
	o := &object{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		x, err := decodeValue(d)
		if err != nil {
			return nil, err
		}
		o.set(key.(string), x)
	}
	_, err = d.Token()
	return o, err
}

// encodeJSON writes a value without white space.
func encodeJSON(x any) string {
	var b bytes.Buffer
	writeJSON(&b, x)
	return b.String()
}

func writeJSON(b *bytes.Buffer, x any) {
	switch x := x.(type) {
	case []any:
		b.WriteByte('[')
		for i, e := range x {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, e)
		}
		b.WriteByte(']')
	case *object:
		b.WriteByte('{')
		for i, k := range x.keys {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, k)
			b.WriteByte(':')
			writeJSON(b, x.values[k])
		}
		b.WriteByte('}')
	case float64:
		b.WriteString(formatNumber(x))
	default:
		e := json.NewEncoder(b)
		e.SetEscapeHTML(false)
		if err := e.Encode(x); err == nil {
			b.Truncate(b.Len() - 1) // the newline
		}
	}
}
