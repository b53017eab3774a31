package lower

import (
	"testing"

	"github.com/sstc/sstc/compiler/ir"
)

func TestBucket(t *testing.T) {
	const arn = "arn:aws:s3:::their-bucket"
	goldens(t, []goldenCase{
		{"bucket_default", func(a *testApp) { a.new(bucketType, "MyBucket") }},
		{"bucket_public", func(a *testApp) { a.new(bucketType, "MyBucket", ir.Obj("access", "public")) }},
		{"bucket_cloudfront", func(a *testApp) { a.new(bucketType, "MyBucket", ir.Obj("access", "cloudfront")) }},
		{"bucket_versioning_lifecycle", func(a *testApp) {
			a.new(bucketType, "MyBucket", ir.Obj("versioning", true, "lifecycle", ir.List{ir.Obj("expiresIn", "30 days")}, "cors", false))
		}},
		{"bucket_options", func(a *testApp) {
			a.new(bucketType, "MyBucket", ir.Obj(
				"enforceHttps", false,
				"cors", ir.Obj("allowHeaders", []string{"authorization"}, "allowOrigins", []string{"https://example.com"}, "allowMethods", []string{"GET"}, "exposeHeaders", []string{"etag"}, "maxAge", "1 day"),
				"lifecycle", ir.List{
					ir.Obj("id", "tmp", "prefix", "tmp/", "expiresIn", "7 days", "enabled", false),
					ir.Obj("expiresAt", "2030-12-31"),
				},
				"policy", ir.List{
					ir.Obj("actions", []string{"s3:GetObject"}, "principals", "*", "paths", []string{"/public/*", ""}),
					ir.Obj("effect", "deny", "actions", []string{"s3:*"}, "principals", ir.List{
						ir.Obj("type", "aws", "identifiers", []string{"arn:aws:iam::123456789012:root"}),
						ir.Obj("type", "canonical", "identifiers", []string{"abc"}),
						ir.Obj("type", "aws", "identifiers", []string{"arn:aws:iam::210987654321:root"}),
					}, "conditions", ir.List{ir.Obj("test", "IpAddress", "variable", "aws:SourceIp", "values", []string{"10.0.0.0/8"})}),
				},
				"transform", ir.Obj("publicAccessBlock", false, "bucket", ir.Obj("bucket", "my-own-name")),
			))
		}},
		{"bucket_notify", func(a *testApp) {
			b := a.new(bucketType, "MyBucket")
			a.call(b, "notify", ir.Obj("notifications", ir.List{
				ir.Obj("name", "Sub", "function", "src/index.handler", "events", []string{"s3:ObjectCreated:*"}),
			}))
		}},
		{"bucket_notify_queue", func(a *testApp) {
			b := a.new(bucketType, "MyBucket")
			q := a.new(queueType, "MyQueue")
			a.call(b, "notify", ir.Obj("notifications", ir.List{ir.Obj("name", "Sub", "queue", opaque(q))}))
		}},
		{"bucket_notify_several", func(a *testApp) {
			b := a.new(bucketType, "MyBucket")
			fn := a.new(functionType, "MyFn", ir.Obj("handler", "src/fn.handler", "versioning", true))
			a.call(b, "notify", ir.Obj("notifications", ir.List{
				ir.Obj("name", "All", "function", opaque(fn), "filterPrefix", "in/", "filterSuffix", ".jpg"),
				ir.Obj("name", "Args", "function", ir.Obj("handler", "src/index.handler", "link", ir.List{opaque(b)})),
				ir.Obj("name", "Arn", "function", "arn:aws:lambda:us-east-1:123456789012:function:theirs:3"),
				ir.Obj("name", "Queue", "queue", "arn:aws:sqs:us-east-1:123456789012:theirs"),
				ir.Obj("name", "Topic", "topic", "arn:aws:sns:us-east-1:123456789012:theirs"),
			}))
		}},
		{"bucket_subscribe", func(a *testApp) {
			b := a.new(bucketType, "MyBucket")
			a.call(b, "subscribe", "src/index.handler", ir.Obj("events", []string{"s3:ObjectCreated:Put"}, "filterPrefix", "in/"))
			old := a.new(bucketType, "Old")
			a.call(old, "subscribe", ir.Obj("handler", "src/index.handler"), ir.Obj("filters", ir.List{
				ir.Obj("name", "prefix", "value", "a/"), ir.Obj("name", "suffix", "value", ".txt")}))
		}},
		{"bucket_subscribe_queue_topic", func(a *testApp) {
			q := a.new(queueType, "MyQueue")
			b := a.new(bucketType, "A")
			a.call(b, "subscribeQueue", a.get(q, "arn"), ir.Obj("filterSuffix", ".txt"))
			b = a.new(bucketType, "B")
			a.call(b, "subscribeTopic", "arn:aws:sns:us-east-1:123456789012:theirs")
		}},
		{"bucket_static_subscribe", func(a *testApp) {
			a.static(bucketType, "subscribe", arn, "src/index.handler")
			a.static(bucketType, "subscribeQueue", "arn:aws:s3:::other", "arn:aws:sqs:us-east-1:123456789012:theirs")
			r, err := a.Resource("aws:s3/bucket:Bucket", "Raw", ir.Obj("bucket", "raw"), nil, a.place())
			if err != nil {
				a.t.Fatal(err)
			}
			a.static(bucketType, "subscribeTopic", r.Attr("arn"), "arn:aws:sns:us-east-1:123456789012:theirs")
		}},
		{"bucket_get", func(a *testApp) {
			b := a.static(bucketType, "get", "MyBucket", "their-bucket")
			a.new(functionType, "MyFn", ir.Obj("handler", "src/index.handler", "link", ir.List{b}))
		}},
	})
}

func TestBucketProblems(t *testing.T) {
	with := func(pairs ...any) func(a *testApp) {
		return func(a *testApp) { a.new(bucketType, "MyBucket", ir.Obj(pairs...)) }
	}
	notify := func(notifications ...ir.Value) func(a *testApp) {
		return func(a *testApp) {
			a.call(a.new(bucketType, "MyBucket"), "notify", ir.Obj("notifications", ir.List(notifications)))
		}
	}
	problems(t, []problemCase{
		{"unknown argument", with("acess", "public"),
			[]string{`unsupported-argument #1:1.acess: Did you mean "access"?`}},
		{"a list for an object", func(a *testApp) { a.new(bucketType, "B", ir.Obj("cors", ir.List{ir.Obj("allowOrigins", "*")})) },
			[]string{`wrong-type #1:1.cors: not a list`}},
		{"unknown access", with("access", "private"),
			[]string{`invalid-value #1:1.access: Known are "cloudfront" and "public"`}},
		{"public and access", with("public", true, "access", "cloudfront"),
			[]string{`conflicting-arguments #1:1.public: older form`}},
		{"lifecycle", with("lifecycle", ir.List{
			ir.Obj("id", "a", "expiresIn", "1 day"), ir.Obj("id", "a", "expiresIn", "1 hour"),
			ir.Obj("id", " ", "expiresIn", "1 day", "expiresAt", "2030-01-01")}),
			[]string{
				`duplicate-name #1:1.lifecycle.1.id: "a"`, `invalid-value #1:1.lifecycle.1.expiresIn: whole days`,
				`invalid-value #1:1.lifecycle.2.id: 1 to 255 characters`, `conflicting-arguments #1:1.lifecycle.2.expiresAt: exclude each other`,
			}},
		{"principals", with("policy", ir.List{ir.Obj("actions", []string{"s3:*"}, "principals", "me")}),
			[]string{`invalid-value #1:1.policy.0.principals: "*" or a list`}},
		{"unknown event", notify(ir.Obj("name", "A", "function", "a.b", "events", []string{"s3:ObjectCreate:*"})),
			[]string{`invalid-value #2:0.notifications.0.events.0: Did you mean "s3:ObjectCreated:*"?`}},
		{"no target", notify(ir.Obj("name", "A")),
			[]string{`missing-argument #2:0.notifications.0: calls nothing`}},
		{"two targets", notify(ir.Obj("name", "A", "function", "a.b", "queue", "arn:aws:sqs:us-east-1:123456789012:q")),
			[]string{`conflicting-arguments #2:0.notifications.0: several targets`}},
		{"same name", notify(ir.Obj("name", "A", "function", "a.b"), ir.Obj("name", "A", "function", "a.b")),
			[]string{`duplicate-name #2:0.notifications.1.name: another notification named "A"`}},
		{"function of wrong type", notify(ir.Obj("name", "A", "function", 3)),
			[]string{`wrong-type #2:0.notifications.0.function: not a number`}},
		{"error inside a function", notify(ir.Obj("name", "A", "function", ir.Obj("handler", "a.b", "timeout", "1 fortnight"))),
			[]string{`invalid-value #2:0.notifications.0.function.timeout: "1 fortnight"`}},
		{"notify twice", func(a *testApp) {
			b := a.new(bucketType, "MyBucket")
			a.call(b, "subscribe", "a.b")
			a.call(b, "notify", ir.Obj("notifications", ir.List{}))
		}, []string{`conflicting-arguments #3:: has a notification already`}},
		{"no ARN", func(a *testApp) { a.static(bucketType, "subscribe", "my-bucket", "a.b") },
			[]string{`invalid-value #1:0: not the ARN of an S3 bucket`}},
		{"second policy", func(a *testApp) {
			b := a.new(bucketType, "MyBucket")
			if _, err := a.Resource("aws:s3/bucketPolicy:BucketPolicy", "Mine", ir.Obj("bucket", a.get(b, "name"), "policy", "{}"), nil, a.place()); err != nil {
				a.t.Fatal(err)
			}
		}, []string{`conflicting-arguments #2:: has the policy "MyBucketPolicy" already`}},
		{"too many arguments", func(a *testApp) {
			a.call(a.new(bucketType, "MyBucket"), "notify", ir.Obj("notifications", ir.List{}), 1)
		}, []string{`unsupported-argument #2:1: at most 1`}},
	})
}
