package translate

import (
	"fmt"

	"github.com/sstc/sstc/compiler/ir"
)

var cognitoRows = []row{
	{
		pulumi: "aws:cognito/userPool:UserPool",
		cfn:    "AWS::Cognito::UserPool",
		names: map[string]string{
			"emailConfiguration.fromEmailAddress":    "From",
			"emailMfaConfiguration":                  ".",
			"emailMfaConfiguration.message":          "EmailAuthenticationMessage",
			"emailMfaConfiguration.subject":          "EmailAuthenticationSubject",
			"name":                                   "UserPoolName",
			"passwordPolicy":                         "Policies.PasswordPolicy",
			"signInPolicy":                           "Policies.SignInPolicy",
			"tags":                                   "UserPoolTags",
			"webAuthnConfiguration":                  ".",
			"webAuthnConfiguration.relyingPartyId":   "WebAuthnRelyingPartyID",
			"webAuthnConfiguration.userVerification": "WebAuthnUserVerification",
		},
		attrs:   map[string]string{"endpoint": "ProviderName"},
		prepare: secondFactors,
	},
	{pulumi: "aws:cognito/userPoolClient:UserPoolClient", cfn: "AWS::Cognito::UserPoolClient", names: map[string]string{"name": "ClientName"}},
	{
		pulumi: "aws:cognito/userPoolDomain:UserPoolDomain",
		cfn:    "AWS::Cognito::UserPoolDomain",
		names:  map[string]string{"certificateArn": "CustomDomainConfig.CertificateArn"},
		attrs:  map[string]string{"awsAccountId": "aws:account"},
		computed: map[string]func(*translator, *entry) ir.Value{
			"cloudfrontDistributionZoneId": func(*translator, *entry) ir.Value { return ir.String(cloudfrontZone) },
		},
	},
	{pulumi: "aws:cognito/identityProvider:IdentityProvider", cfn: "AWS::Cognito::UserPoolIdentityProvider"},
	{pulumi: "aws:cognito/resourceServer:ResourceServer", cfn: "AWS::Cognito::UserPoolResourceServer"},
	{pulumi: "aws:cognito/userGroup:UserGroup", cfn: "AWS::Cognito::UserPoolGroup", names: map[string]string{"name": "GroupName"}},
	{
		pulumi:  "aws:cognito/user:User",
		cfn:     "AWS::Cognito::UserPoolUser",
		names:   map[string]string{"attributes": "UserAttributes"},
		implied: map[string]ir.Value{"enabled": ir.Bool(true)},
	},
	{
		pulumi: "aws:cognito/identityPool:IdentityPool",
		cfn:    "AWS::Cognito::IdentityPool",
		names:  map[string]string{"tags": "IdentityPoolTags"},
		attrs:  map[string]string{"arn": "arn:{aws:partition}:cognito-identity:{aws:region}:{aws:account}:identitypool/{Ref}"},
		finish: defaults("AllowUnauthenticatedIdentities", false),
	},
	{
		pulumi: "aws:cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment",
		cfn:    "AWS::Cognito::IdentityPoolRoleAttachment",
		forms:  map[string]form{"roleMappings": roleMappings},
	},
	{pulumi: "aws:cognito/identityPoolProviderPrincipalTag:IdentityPoolProviderPrincipalTag", cfn: "AWS::Cognito::IdentityPoolPrincipalTag"},
	{pulumi: "aws:cognito/logDeliveryConfiguration:LogDeliveryConfiguration", cfn: "AWS::Cognito::LogDeliveryConfiguration"},
	{pulumi: "aws:cognito/managedLoginBranding:ManagedLoginBranding", cfn: "AWS::Cognito::ManagedLoginBranding"},
	{
		pulumi: "aws:cognito/riskConfiguration:RiskConfiguration",
		cfn:    "AWS::Cognito::UserPoolRiskConfigurationAttachment",
		finish: defaults("ClientId", "ALL"),
	},
	{
		pulumi: "aws:cognito/userPoolUICustomization:UserPoolUICustomization",
		cfn:    "AWS::Cognito::UserPoolUICustomizationAttachment",
		finish: defaults("ClientId", "ALL"),
	},
	{pulumi: "aws:cognito/userInGroup:UserInGroup", cfn: "AWS::Cognito::UserPoolUserToGroupAttachment"},
}

// secondFactors lists the second factors that a pool's settings turn on.
func secondFactors(b *builder) {
	token := b.takeObject("softwareTokenMfaConfiguration")
	if b.in.Get("mfaConfiguration") == nil || b.in.Get("mfaConfiguration") == ir.Value(ir.String("OFF")) {
		return
	}
	var factors ir.List
	if b.in.Get("smsConfiguration") != nil {
		factors = append(factors, ir.String("SMS_MFA"))
	}
	if isTrue(token.Get("enabled")) {
		factors = append(factors, ir.String("SOFTWARE_TOKEN_MFA"))
	}
	if b.in.Get("emailMfaConfiguration") != nil {
		factors = append(factors, ir.String("EMAIL_OTP"))
	}
	if factors != nil {
		b.set("EnabledMfas", factors)
	}
}

// roleMappings names mappings freely: with an IdentityProvider in each, the
// names have no meaning.
func roleMappings(b *builder, v ir.Value) ir.Value {
	list, ok := v.(ir.List)
	if !ok {
		return v
	}
	out := &ir.Object{}
	for i, e := range list {
		o := objectIn(e)
		m := ir.Obj("IdentityProvider", o.Get("identityProvider"), "Type", o.Get("type"), "AmbiguousRoleResolution", o.Get("ambiguousRoleResolution"))
		if rules, ok := o.Get("mappingRules").(ir.List); ok {
			m = m.With("RulesConfiguration", ir.Obj("Rules", capitals(rules)))
		}
		out = out.With(fmt.Sprintf("Mapping%d", i+1), m)
	}
	return out
}
