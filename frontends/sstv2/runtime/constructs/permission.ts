// SST's permissions: "*", services and actions by name, constructs, grants of
// the CDK's, and statements.
import type { IConstruct } from "constructs";
import * as iam from "aws-cdk-lib/aws-iam";
import { isCDKConstruct, isOf, isSSTConstruct, shown } from "./library.js";

export type Permissions = "*" | (string | IConstruct | [IConstruct, string] | iam.PolicyStatement)[];

const allow = (actions: string | string[], resources: string[]) =>
  new iam.PolicyStatement({ effect: iam.Effect.ALLOW, actions: [actions].flat(), resources });

// What is allowed for a construct of the CDK's, told by the attributes that it
// has: an ARN, and another one beside it.
const kinds: { arn: string; beside?: string; action: string; inside?: boolean }[] = [
  { arn: "tableArn", beside: "tableName", action: "dynamodb:*", inside: true },
  { arn: "topicArn", beside: "topicName", action: "sns:*" },
  { arn: "queueArn", beside: "queueName", action: "sqs:*" },
  { arn: "eventBusArn", beside: "eventBusName", action: "events:*" },
  { arn: "streamArn", beside: "streamName", action: "kinesis:*" },
  { arn: "deliveryStreamArn", beside: "deliveryStreamName", action: "firehose:*" },
  { arn: "bucketArn", beside: "bucketName", action: "s3:*", inside: true },
  { arn: "clusterArn", action: "rds-data:*" },
];

function statements(permission: any): iam.PolicyStatement[] {
  if (typeof permission === "string") return [allow(permission.includes(":") ? permission : `${permission}:*`, ["*"])];
  if (isOf(permission, "aws-cdk-lib.aws_iam.PolicyStatement")) return [permission];
  if (isSSTConstruct(permission) && permission._permissions) {
    return permission._permissions().map(([actions, resources]) => allow(actions, resources));
  }
  const kind = kinds.find((k) => permission?.[k.arn] && (!k.beside || permission[k.beside]));
  if (!kind) {
    throw new Error(`The specified permissions are not supported: ${shown(permission)} is among them. `
      + 'Expected are actions such as "s3:GetObject", services such as "s3", constructs, [construct, "grantRead"] and policy statements of the CDK\'s.');
  }
  const arn = permission[kind.arn];
  const found = [allow(kind.action, kind.inside ? [arn, `${arn}/*`] : [arn])];
  const secret = kind.arn === "clusterArn" ? permission.secret : undefined;
  if (secret) found.push(allow(["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"], [secret.secretArn]));
  if (secret?.encryptionKey) found.push(allow("kms:Decrypt", [secret.encryptionKey.keyArn]));
  return found;
}

const isGrant = (p: any): p is [any, string] => Array.isArray(p) && p.length === 2 && isCDKConstruct(p[0]) && typeof p[1] === "string";

function each(permissions: Permissions, statement: (s: iam.PolicyStatement) => void, grant: (c: any, method: string) => void) {
  if (permissions === "*") return statement(allow("*", ["*"]));
  if (!Array.isArray(permissions)) throw new Error('The specified permissions are not supported. They are expected to be "*" or an array.' + (typeof permissions === "string" ? ` Write ["${permissions}"].` : ""));
  // Grants come last, whatever the order.
  for (const p of permissions.filter((p) => !isGrant(p))) statements(p).forEach(statement);
  for (const [construct, method] of permissions.filter(isGrant)) {
    if (typeof construct[method] !== "function") throw new Error(`"${method}" is no method of ${construct.node?.id}: the name of a grant method is expected, such as "grantRead".`);
    grant(construct, method);
  }
}

export function attachPermissionsToRole(role: iam.Role, permissions: Permissions): void {
  each(permissions, (s) => role.addToPolicy(s), (construct, method) => construct[method](role));
}

export function attachPermissionsToPolicy(policy: iam.Policy, permissions: Permissions): void {
  each(permissions, (s) => policy.addStatements(s), (_, method) => {
    throw new Error(`Cannot attach the "${method}" permission to an IAM policy.`);
  });
}
