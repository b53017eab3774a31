package lower

import (
	"fmt"
	"strings"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

// arnPart is the n-th part of an ARN, from 0:
// arn:<partition>:<service>:<region>:<account>:<resource>.
func arnPart(arn ir.Value, n int) ir.Value {
	return ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncSplit, ir.String(":"), arn), ir.Number(n))
}

// resourceOf is the resource of the app that v is an attribute of, if it is of
// that type. Where there is one, a reference to another of its attributes says
// more to the reader and to the targets than a piece cut out of an ARN.
func (a *App) resourceOf(v ir.Value, token string) (ResourceHandle, bool) {
	ref, _ := v.(ir.Ref)
	h, ok := a.handles[ref.Resource]
	return h, ok && h.Type == token
}

// An arnShape says where an ARN has the name of what it is of.
type arnShape struct {
	what    string // for messages: "an SQS queue"
	service string
	prefix  string // of the resource part, before the name: "table/"
}

var (
	queueARN  = arnShape{"an SQS queue", "sqs", ""}
	topicARN  = arnShape{"an SNS topic", "sns", ""}
	bucketARN = arnShape{"an S3 bucket", "s3", ""}
	busARN    = arnShape{"an EventBridge bus", "events", "event-bus/"}
	tableARN  = arnShape{"a DynamoDB stream", "dynamodb", "table/"}
	streamARN = arnShape{"a Kinesis stream", "kinesis", "stream/"}
	roleARN   = arnShape{"an IAM role", "iam", "role/"}
)

// name cuts the name out of a known ARN.
func (s arnShape) name(arn string) (string, bool) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || parts[2] != s.service {
		return "", false
	}
	rest, ok := strings.CutPrefix(parts[5], s.prefix)
	if s.prefix == "table/" {
		rest, _, _ = strings.Cut(rest, "/") // table/<name>/stream/<time>
	}
	return rest, ok && rest != ""
}

// sourceName is a name, for use inside others, of what an ARN is of: the name
// in the ARN if that is known, else the logical name of the resource that it
// is taken from. SST waits for the deployment and uses the physical name, which
// is not known here.
func (c *Scope) sourceName(v arg.Value, shape arnShape) string {
	switch x := v.V.(type) {
	case ir.String:
		name, ok := shape.name(string(x))
		if !ok {
			c.errorAt(v.At, diag.InvalidValue, "Invalid ARN", fmt.Sprintf("%q is not the ARN of %s.", string(x), shape.what))
		}
		return name
	case ir.Ref:
		if h, ok := c.app.handles[x.Resource]; ok {
			return h.Name
		}
	}
	return logicalName(prettyHash(ir.PrintValue(v.V), 8))
}

// roleName is the name of a role, by which it is looked up. In an ARN the name
// comes after a path: role/<path>/<name>.
func (c *Scope) roleName(role arg.String) ir.Value {
	known, ok := role.Known()
	if !ok {
		return ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncSplit, ir.String("/"), role.V), ir.Number(1))
	}
	name, ok := roleARN.name(known)
	if !ok {
		c.errorAt(role.At, diag.InvalidValue, "Invalid ARN", fmt.Sprintf("%q is not the ARN of %s.", known, roleARN.what))
	}
	return ir.String(name[strings.LastIndexByte(name, '/')+1:])
}

// nameHash is a hash for use in a name. A value that is not known yet counts
// with what it refers to; in SST, which waits for the deployment, it has
// another hash.
func nameHash(length int, parts ...ir.Value) string {
	var b strings.Builder
	for _, p := range parts {
		switch p := p.(type) {
		case nil:
		case ir.String:
			b.WriteString(string(p))
		default:
			b.WriteString(ir.PrintValue(p))
		}
	}
	return logicalName(prettyHash(b.String(), length))
}
