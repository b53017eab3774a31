package translate

import (
	"fmt"

	"github.com/sstc/sstc/compiler/diag"
	"github.com/sstc/sstc/compiler/ir"
)

var iamRows = []row{
	{
		pulumi: "aws:iam/role:Role",
		cfn:    "AWS::IAM::Role",
		names: map[string]string{
			"name":                  "RoleName",
			"assumeRolePolicy":      "AssumeRolePolicyDocument",
			"inlinePolicies":        "Policies",
			"inlinePolicies.name":   "PolicyName",
			"inlinePolicies.policy": "PolicyDocument",
		},
		forms:   map[string]form{"inlinePolicies": orNothing, "managedPolicyArns": orNothing},
		ignored: "namePrefix forceDetachPolicies",
		attrs:   map[string]string{"uniqueId": "RoleId"},
	},
	{
		pulumi:  "aws:iam/rolePolicy:RolePolicy",
		cfn:     "AWS::IAM::RolePolicy",
		names:   map[string]string{"name": "PolicyName", "role": "RoleName", "policy": "PolicyDocument"},
		ignored: "namePrefix",
		attrs:   map[string]string{"id": "{=RoleName}:{=PolicyName}", "name": "{=PolicyName}"},
		finish:  nameAfterResource("PolicyName"),
	},
	{
		pulumi:  "aws:iam/policy:Policy",
		cfn:     "AWS::IAM::ManagedPolicy",
		names:   map[string]string{"name": "ManagedPolicyName", "policy": "PolicyDocument"},
		ignored: "namePrefix delayAfterPolicyCreationInMs",
		dropped: "tags",
		attrs:   map[string]string{"arn": "Ref"},
	},
	{pulumi: "aws:iam/rolePolicyAttachment:RolePolicyAttachment", prepare: attach("role", "Roles", "AWS::IAM::Role")},
	{pulumi: "aws:iam/userPolicyAttachment:UserPolicyAttachment", prepare: attach("user", "Users", "AWS::IAM::User")},
	{pulumi: "aws:iam/groupPolicyAttachment:GroupPolicyAttachment", prepare: attach("group", "Groups", "AWS::IAM::Group")},
	{
		pulumi: "aws:iam/policyAttachment:PolicyAttachment",
		prepare: func(b *builder) {
			b.take("name")
			arn := b.take("policyArn")
			for _, kind := range [][3]string{{"roles", "Roles", "AWS::IAM::Role"}, {"users", "Users", "AWS::IAM::User"}, {"groups", "Groups", "AWS::IAM::Group"}} {
				list, _ := b.r.Props.Get(kind[0]).(ir.List)
				for i, v := range b.takeList(kind[0]) {
					b.attachPolicy(list[i], v, arn, kind[1], kind[2])
				}
			}
		},
	},
	{
		pulumi:  "aws:iam/user:User",
		cfn:     "AWS::IAM::User",
		names:   map[string]string{"name": "UserName"},
		ignored: "forceDestroy",
	},
	{
		pulumi:  "aws:iam/userPolicy:UserPolicy",
		cfn:     "AWS::IAM::UserPolicy",
		names:   map[string]string{"name": "PolicyName", "user": "UserName", "policy": "PolicyDocument"},
		ignored: "namePrefix",
		attrs:   map[string]string{"id": "{=UserName}:{=PolicyName}"},
		finish:  nameAfterResource("PolicyName"),
	},
	{pulumi: "aws:iam/group:Group", cfn: "AWS::IAM::Group", names: map[string]string{"name": "GroupName"}},
	{
		pulumi:  "aws:iam/groupPolicy:GroupPolicy",
		cfn:     "AWS::IAM::GroupPolicy",
		names:   map[string]string{"name": "PolicyName", "group": "GroupName", "policy": "PolicyDocument"},
		ignored: "namePrefix",
		attrs:   map[string]string{"id": "{=GroupName}:{=PolicyName}"},
		finish:  nameAfterResource("PolicyName"),
	},
	{
		pulumi:  "aws:iam/groupMembership:GroupMembership",
		cfn:     "AWS::IAM::UserToGroupAddition",
		names:   map[string]string{"group": "GroupName"},
		ignored: "name",
	},
	{
		pulumi: "aws:iam/userGroupMembership:UserGroupMembership",
		cfn:    "AWS::IAM::User",
		fold:   "user",
	},
	{
		pulumi:  "aws:iam/instanceProfile:InstanceProfile",
		cfn:     "AWS::IAM::InstanceProfile",
		names:   map[string]string{"name": "InstanceProfileName"},
		ignored: "namePrefix",
		dropped: "tags",
	},
	{
		pulumi: "aws:iam/accessKey:AccessKey",
		cfn:    "AWS::IAM::AccessKey",
		names:  map[string]string{"user": "UserName"},
		attrs:  map[string]string{"secret": "SecretAccessKey"},
	},
	{pulumi: "aws:iam/openIdConnectProvider:OpenIdConnectProvider", cfn: "AWS::IAM::OIDCProvider"},
	{pulumi: "aws:iam/samlProvider:SamlProvider", cfn: "AWS::IAM::SAMLProvider"},
	{
		pulumi:  "aws:iam/serviceLinkedRole:ServiceLinkedRole",
		cfn:     "AWS::IAM::ServiceLinkedRole",
		dropped: "tags",
		attrs: map[string]string{
			"id":   "arn:{aws:partition}:iam::{aws:account}:role/aws-service-role/{=AWSServiceName}/{Ref}",
			"arn":  "arn:{aws:partition}:iam::{aws:account}:role/aws-service-role/{=AWSServiceName}/{Ref}",
			"name": "Ref",
		},
	},
	{
		pulumi:  "aws:iam/serverCertificate:ServerCertificate",
		cfn:     "AWS::IAM::ServerCertificate",
		names:   map[string]string{"name": "ServerCertificateName"},
		ignored: "namePrefix",
	},
}

// orNothing leaves an empty list out.
func orNothing(b *builder, v ir.Value) ir.Value {
	if l, ok := v.(ir.List); ok && len(l) == 0 {
		return nil
	}
	return v
}

// nameAfterResource fills a name that CloudFormation requires and Pulumi makes
// up.
func nameAfterResource(prop string) func(b *builder) {
	return func(b *builder) {
		if b.get(prop) == nil {
			b.set(prop, b.r.Name)
		}
	}
}

// attach makes the attachment of a policy to a role, user or group: property
// names it, list is the property of a managed policy that it goes to, and typ
// its type.
func attach(property, list, typ string) func(b *builder) {
	return func(b *builder) {
		b.attachPolicy(b.r.Props.Get(property), b.take(property), b.take("policyArn"), list, typ)
	}
}

// attachPolicy attaches a policy. A policy of this app names those that have
// it, rather than being named by them: a policy may refer to what needs the
// role, and the role then needs nothing. Any other policy becomes a property of
// the role, user or group.
func (b *builder) attachPolicy(original, to, arn ir.Value, list, typ string) {
	if ref, ok := arn.(ir.Ref); ok {
		if policy := b.made[ref.Resource]; policy != nil && policy.Type == "AWS::IAM::ManagedPolicy" {
			b.appendTo(policy.Props, []string{list}, ir.List{to})
			b.entry.with = append(b.entry.with, policy.ID)
			return
		}
	}
	target := b.named(original, &row{cfn: typ})
	if target == nil {
		b.fail(diag.NotInCloudFormation, "Not in CloudFormation", fmt.Sprintf(
			"CloudFormation attaches a policy where the policy or the one who gets it (%s) is made, and neither is made by this app.", typ))
		return
	}
	b.appendTo(b.made[target.ID].Props, []string{"ManagedPolicyArns"}, ir.List{arn})
	b.entry.with = append(b.entry.with, target.ID)
}
