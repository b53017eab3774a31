package lower

import (
	_ "embed"

	"github.com/sstc/sstc/compiler/ir"
	"github.com/sstc/sstc/compiler/lower/arg"
)

var (
	//go:embed server/warmer.mjs
	warmerCode string
	// warmEntry is a format for the module that has the handler.
	//go:embed server/warm.mjs
	warmEntry string
)

// A siteCache is what servers are given to keep rendered pages in, and to have
// them renewed. Its environment variables are those of OpenNext.
type siteCache struct {
	env         *ir.Object
	permissions ir.List
}

// makeCache makes what is around the site's cache: a queue of pages to be
// rendered again and the function that has them rendered, and a table of which
// pages have which tag, with the function that fills it.
func (m *ssrMaker) makeCache() {
	plan := m.plan.Cache
	if plan == nil {
		return
	}
	region := m.app.Info.Region
	c := &m.cache
	c.env = ir.Obj("CACHE_BUCKET_NAME", m.bucket.Attr("bucket"), "CACHE_BUCKET_KEY_PREFIX", plan.To, "CACHE_BUCKET_REGION", region)
	permit := func(actions []string, resources ...ir.Value) {
		c.permissions = append(c.permissions, ir.Obj("actions", actions, "resources", ir.List(resources)))
	}
	permit([]string{"s3:GetObject", "s3:PutObject", "s3:DeleteObject"}, ir.Concat(m.bucket.Attr("arn"), "/*"))
	permit([]string{"s3:ListBucket"}, m.bucket.Attr("arn"))
	if plan.Revalidate != nil {
		queue := m.revalidation(plan.Revalidate)
		c.env = c.env.Merge(ir.Obj("REVALIDATION_QUEUE_URL", queue.Attr("url"), "REVALIDATION_QUEUE_REGION", region))
		permit([]string{"sqs:SendMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"}, queue.Attr("arn"))
	}
	if plan.Tagged {
		table := m.tags(plan.Tags)
		c.env = c.env.With("CACHE_DYNAMO_TABLE", table.Attr("name"))
		permit([]string{
			"dynamodb:BatchGetItem", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:Query", "dynamodb:GetItem", "dynamodb:Scan",
			"dynamodb:ConditionCheckItem", "dynamodb:BatchWriteItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem",
			"dynamodb:DescribeTable",
		}, table.Attr("arn"), ir.Concat(table.Attr("arn"), "/*"))
	}
}

// revalidation makes the queue of pages to be rendered again, with its
// subscriber.
func (m *ssrMaker) revalidation(s *ir.SiteServer) ResourceHandle {
	queue := m.child("sst.aws.Queue", m.name()+"RevalidationEvents", ir.Obj(
		"fifo", true,
		"transform", ir.Obj("queue", ir.Obj("receiveWaitTimeSeconds", 20)),
	), arg.Transform{})
	m.node("revalidationQueue", queue)
	handle := queue.State.(*queueState).queue
	p := &queueSubscribeParams{Subscriber: arg.Value{V: ir.Obj(
		"description", m.name()+" ISR revalidator",
		"runtime", "nodejs24.x",
		"timeout", seconds(30),
		"permissions", ir.List{ir.Obj(
			"actions", []string{"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage"},
			"resources", ir.List{handle.Attr("arn")},
		)},
	).Merge(m.codeArgs(s))}}
	p.Args.Batch.Size.V = ir.Number(5)
	p.Args.Transform.Function = m.extra.revalidator
	subscriber := queueSubscribe(queue.scope, p).(ir.Opaque).X.(*Instance)
	fn := subscriber.Node("function").(ir.Opaque).X.(*Instance)
	m.packed(fn, s)
	m.node("revalidationFunction", fn)
	return handle
}

// tags makes the table of which pages have which tag, and has it filled.
func (m *ssrMaker) tags(s *ir.SiteServer) ResourceHandle {
	table := m.resource("RevalidationTable", "aws:dynamodb/table:Table", ir.Obj(
		"attributes", ir.List{ir.Obj("name", "tag", "type", "S"), ir.Obj("name", "path", "type", "S"), ir.Obj("name", "revalidatedAt", "type", "N")},
		"hashKey", "tag",
		"rangeKey", "path",
		"pointInTimeRecovery", ir.Obj("enabled", true),
		"billingMode", "PAY_PER_REQUEST",
		"globalSecondaryIndexes", ir.List{ir.Obj("name", "revalidate", "hashKey", "path", "rangeKey", "revalidatedAt", "projectionType", "ALL")},
	), arg.Transform{}, retainOnDelete(false))
	m.node("revalidationTable", table)
	if s == nil {
		return table
	}
	fn := m.childAt(arg.Path{m.argIndex, "transform", "revalidationSeeder"}, functionTypes, m.name()+"RevalidationSeeder", ir.Obj(
		"description", m.name()+" ISR revalidation data seeder",
		"runtime", "nodejs24.x",
		"timeout", seconds(900),
		"memory", megabytes(s.Memory),
		"permissions", ir.List{ir.Obj(
			"actions", []string{"dynamodb:BatchWriteItem", "dynamodb:PutItem", "dynamodb:DescribeTable"},
			"resources", ir.List{table.Attr("arn")},
		)},
		"environment", ir.Obj("CACHE_DYNAMO_TABLE", table.Attr("name")),
	).Merge(m.codeArgs(s)), m.extra.seeder)
	m.packed(fn, s)
	m.invokedLater("RevalidationSeed", fn, m.app.Info.Region, ir.Obj("RequestType", "Create"))
	return table
}

// invokedLater has the uploader call a function.
func (m *ssrMaker) invokedLater(suffix string, fn *Instance, region string, input *ir.Object) {
	m.app.prog.Invocations = append(m.app.prog.Invocations, &ir.Invocation{
		Component: m.inst.ID, Name: m.name() + suffix, Region: region, Input: ir.EncodeJSON(input),
		Function: fn.State.(*functionState).function.Attr("name"),
	})
}

// warmer makes what calls a server every few minutes, so often at the same time
// that as many instances of it are kept.
func (m *ssrMaker) warmer(s siteServer) {
	suffix := s.plan.Name + logicalName(s.region)
	inst := m.child("sst.aws.Cron", m.name()+"Warmer"+suffix, ir.Obj(
		"schedule", "rate(5 minutes)",
		"job", ir.Obj(
			"description", m.name()+" warmer",
			"runtime", "nodejs24.x",
			"handler", "index.handler",
			"timeout", seconds(900),
			"memory", megabytes(128),
			"environment", ir.Obj(
				"FUNCTION_NAME", s.inst.State.(*functionState).function.Attr("name"),
				"CONCURRENCY", ir.Concat(m.args.Warm.V),
			),
			"link", ir.List{opaque(s.inst)},
		),
		"transform", ir.Obj("target", ir.Obj("retryPolicy", ir.Obj("maximumRetryAttempts", 0, "maximumEventAgeInSeconds", 60))),
	), arg.Transform{}, s.options...)
	fn := inst.Node("job").(ir.Opaque).X.(*Instance)
	f := m.app.functionRecord(fn.ID)
	f.Files = []ir.File{{Path: "index.mjs", Content: warmerCode}}
	m.invokedLater("Prewarm"+suffix, fn, s.region, &ir.Object{})
}
