package translate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sstc/sstc/compiler/ir"
)

var sesRows = []row{
	{
		pulumi:  "aws:sesv2/configurationSet:ConfigurationSet",
		cfn:     "AWS::SES::ConfigurationSet",
		names:   map[string]string{"configurationSetName": "Name"},
		ignored: "reputationOptions.lastFreshStart",
		attrs:   map[string]string{"arn": "arn:{aws:partition}:ses:{aws:region}:{aws:account}:configuration-set/{Ref}"},
	},
	{
		pulumi: "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination",
		cfn:    "AWS::SES::ConfigurationSetEventDestination",
		names:  map[string]string{"eventDestinationName": "EventDestination.Name"},
		forms: map[string]form{
			"eventDestination.matchingEventTypes":                                                 eachWord(camelWord),
			"eventDestination.cloudWatchDestination.dimensionConfigurations.dimensionValueSource": eachWord(camelWord),
		},
	},
	{
		pulumi: "aws:sesv2/emailIdentity:EmailIdentity",
		cfn:    "AWS::SES::EmailIdentity",
		names:  map[string]string{"configurationSetName": "ConfigurationSetAttributes.ConfigurationSetName"},
		ignored: "dkimSigningAttributes.currentSigningKeyLength dkimSigningAttributes.lastKeyGenerationTimestamp " +
			"dkimSigningAttributes.signingAttributesOrigin dkimSigningAttributes.status dkimSigningAttributes.tokens",
		attrs: map[string]string{"arn": "arn:{aws:partition}:ses:{aws:region}:{aws:account}:identity/{Ref}"},
		computed: map[string]func(*translator, *entry) ir.Value{
			"dkimSigningAttributes.tokens.0": dkimToken(1),
			"dkimSigningAttributes.tokens.1": dkimToken(2),
			"dkimSigningAttributes.tokens.2": dkimToken(3),
		},
	},
	{
		pulumi: "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes",
		cfn:    "AWS::SES::EmailIdentity",
		fold:   "emailIdentity",
		within: "MailFromAttributes",
	},
	{
		pulumi: "aws:sesv2/emailIdentityFeedbackAttributes:EmailIdentityFeedbackAttributes",
		cfn:    "AWS::SES::EmailIdentity",
		fold:   "emailIdentity",
		within: "FeedbackAttributes",
	},
	{
		pulumi: "aws:ses/domainIdentity:DomainIdentity",
		cfn:    "AWS::SES::EmailIdentity",
		names:  map[string]string{"domain": "EmailIdentity"},
		attrs:  map[string]string{"arn": "arn:{aws:partition}:ses:{aws:region}:{aws:account}:identity/{Ref}"},
	},
	{
		pulumi: "aws:ses/emailIdentity:EmailIdentity",
		cfn:    "AWS::SES::EmailIdentity",
		names:  map[string]string{"email": "EmailIdentity"},
		attrs:  map[string]string{"arn": "arn:{aws:partition}:ses:{aws:region}:{aws:account}:identity/{Ref}"},
	},
	{
		pulumi: "aws:ses/domainDkim:DomainDkim",
		cfn:    "AWS::SES::EmailIdentity",
		fold:   "domain",
		computed: map[string]func(*translator, *entry) ir.Value{
			"dkimTokens.0": dkimToken(1),
			"dkimTokens.1": dkimToken(2),
			"dkimTokens.2": dkimToken(3),
		},
	},
	{
		pulumi: "aws:ses/mailFrom:MailFrom",
		cfn:    "AWS::SES::EmailIdentity",
		fold:   "domain",
		within: "MailFromAttributes",
	},
	// It makes nothing, and only waits until SES has seen the records.
	{
		pulumi: "aws:ses/domainIdentityVerification:DomainIdentityVerification",
		cfn:    "AWS::SES::EmailIdentity",
		fold:   "domain",
		attrs:  map[string]string{"arn": "arn:{aws:partition}:ses:{aws:region}:{aws:account}:identity/{Ref}"},
	},
	{
		pulumi: "aws:ses/receiptRuleSet:ReceiptRuleSet",
		cfn:    "AWS::SES::ReceiptRuleSet",
		attrs:  map[string]string{"arn": "arn:{aws:partition}:ses:{aws:region}:{aws:account}:receipt-rule-set/{Ref}"},
	},
	{
		pulumi:  "aws:ses/receiptRule:ReceiptRule",
		cfn:     "AWS::SES::ReceiptRule",
		within:  "Rule",
		attrs:   map[string]string{"name": "RuleName"},
		prepare: receiptRule,
	},
	{
		pulumi: "aws:ses/template:Template",
		cfn:    "AWS::SES::Template",
		names: map[string]string{
			"name":    "Template.TemplateName",
			"subject": "Template.SubjectPart",
			"html":    "Template.HtmlPart",
			"text":    "Template.TextPart",
		},
	},
	{
		pulumi: "aws:ses/receiptFilter:ReceiptFilter",
		cfn:    "AWS::SES::ReceiptFilter",
		names: map[string]string{
			"cidr":   "Filter.IpFilter.Cidr",
			"name":   "Filter.Name",
			"policy": "Filter.IpFilter.Policy",
		},
	},
	{pulumi: "aws:sesv2/dedicatedIpPool:DedicatedIpPool", cfn: "AWS::SES::DedicatedIpPool"},
	{pulumi: "aws:sesv2/contactList:ContactList", cfn: "AWS::SES::ContactList"},
	{
		pulumi:  "aws:sesv2/accountVdmAttributes:AccountVdmAttributes",
		cfn:     "AWS::SES::VdmAttributes",
		implied: map[string]ir.Value{"vdmEnabled": ir.String("ENABLED")},
	},
}

// dkimToken is the token in the name of the n-th DKIM record: the first label
// of <token>.dkim.amazonses.com.
func dkimToken(n int) func(*translator, *entry) ir.Value {
	return func(t *translator, e *entry) ir.Value {
		value := ir.Ref{Resource: e.id(), Attr: fmt.Sprintf("DkimDNSTokenValue%d", n)}
		return ir.NewCall(ir.FuncIndex, ir.NewCall(ir.FuncSplit, ir.String("."), value), ir.Number(0))
	}
}

// receiptRule puts the actions of a rule, of which Pulumi has a list for each
// kind, into one list by their positions.
func receiptRule(b *builder) {
	type positioned struct {
		at     float64
		action ir.Value
	}
	var actions []positioned
	for _, kind := range [][2]string{
		{"addHeaderActions", "AddHeaderAction"}, {"bounceActions", "BounceAction"}, {"lambdaActions", "LambdaAction"},
		{"s3Actions", "S3Action"}, {"snsActions", "SNSAction"}, {"stopActions", "StopAction"}, {"workmailActions", "WorkmailAction"},
	} {
		for _, a := range b.takeList(kind[0]) {
			o := objectIn(a)
			at, ok := o.Get("position").(ir.Number)
			if !ok {
				b.unknownValue(kind[0] + ".position")
			}
			actions = append(actions, positioned{float64(at), ir.Obj(kind[1], capitals(o.With("position", nil)))})
		}
	}
	slices.SortStableFunc(actions, func(a, b positioned) int { return int(a.at - b.at) })
	list := make(ir.List, len(actions))
	for i, a := range actions {
		list[i] = a.action
	}
	b.set("Rule.Actions", list)
}

// eachWord writes a word, or each of a list, in another way.
func eachWord(write func(string) string) form {
	var convert form
	convert = func(b *builder, v ir.Value) ir.Value {
		switch v := v.(type) {
		case ir.String:
			return ir.String(write(string(v)))
		case ir.List:
			out := make(ir.List, len(v))
			for i, e := range v {
				out[i] = convert(b, e)
			}
			return out
		}
		return v
	}
	return convert
}

// camelWord writes RENDERING_FAILURE as renderingFailure.
func camelWord(s string) string {
	var out strings.Builder
	for i, word := range strings.Split(strings.ToLower(s), "_") {
		if i > 0 && word != "" {
			word = capital(word)
		}
		out.WriteString(word)
	}
	return out.String()
}

// snakeWord writes renderingFailure as RENDERING_FAILURE.
func snakeWord(s string) string {
	if strings.ToUpper(s) == s {
		return s
	}
	return strings.ToUpper(strings.ReplaceAll(kebab(s), "-", "_"))
}
