// Functions of sstc's own, for what CloudFormation has no resource for.
import fs from "fs";
import os from "os";
import path from "path";
import type { Construct } from "constructs";
import * as cdk from "aws-cdk-lib/core";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { ask } from "./library.js";
import { cdkRuntime } from "./runtimes.js";

/** code is a function of runtime/support, with the modules that it imports. */
function code(name: string, ...more: string[]): lambda.Code {
  const dir = path.join(os.tmpdir(), "support", name); // in memory
  if (!fs.existsSync(dir)) {
    fs.mkdirSync(dir, { recursive: true });
    fs.writeFileSync(path.join(dir, "index.mjs"), ask("support", `${name}.mjs`));
    for (const file of more) fs.writeFileSync(path.join(dir, file), ask("support", file));
  }
  return lambda.Code.fromAsset(dir);
}

const common = { runtime: cdkRuntime("nodejs22.x"), handler: "index.handler", memorySize: 1024 };

/** customResourceHandler is the function of a stack that SST has in every one, and sstc where it is needed. */
export function customResourceHandler(stack: cdk.Stack): lambda.Function {
  const id = "CustomResourceHandler";
  return (stack.node.tryFindChild(id) as lambda.Function | undefined)
    ?? new lambda.Function(stack, id, { ...common, code: code("custom-resources", "respond.mjs"), timeout: cdk.Duration.seconds(900) });
}

/** edgeProvider is one of the functions by which a stack makes functions at the edge. */
export function edgeProvider(stack: cdk.Stack, id: string, handler: string, actions: string[], made = (_: lambda.Function) => {}): lambda.Function {
  const found = stack.node.tryFindChild(id) as lambda.Function | undefined;
  if (found) return found;
  const provider = new lambda.Function(stack, id, {
    ...common,
    handler,
    code: code("edge-lambda", "edge-lambda.mjs", "edge-lambda-version.mjs", "s3-bucket.mjs", "respond.mjs", "zip.mjs"),
    timeout: cdk.Duration.minutes(15),
    initialPolicy: [new iam.PolicyStatement({ actions, resources: ["*"] })],
  });
  made(provider);
  return provider;
}

/** serve makes a custom resource that the stack's handler serves, with what that has to be allowed. */
export function serve(scope: Construct, id: string, resourceType: string, properties: Record<string, unknown>, policyId: string, statements: iam.PolicyStatement[]) {
  const handler = customResourceHandler(cdk.Stack.of(scope));
  const policy = new iam.Policy(scope, policyId, { statements });
  handler.role?.attachInlinePolicy(policy);
  const resource = new cdk.CustomResource(scope, id, { serviceToken: handler.functionArn, resourceType, properties });
  resource.node.addDependency(policy);
  return resource;
}

/** scriptHandler is the function that invokes others for a custom resource. */
export const scriptHandler = (scope: Construct, id: string) => new lambda.Function(scope, id, {
  ...common,
  code: code("script", "respond.mjs"),
  timeout: cdk.Duration.minutes(15),
  initialPolicy: [new iam.PolicyStatement({ actions: ["cloudformation:DescribeStacks"], resources: [cdk.Stack.of(scope).stackId] })],
});

export const jobManager = (scope: Construct, id: string, props: Partial<lambda.FunctionProps>) =>
  new lambda.Function(scope, id, { ...common, code: code("job-manager"), timeout: cdk.Duration.seconds(10), ...props });

export const warmer = (scope: Construct, id: string, props: Partial<lambda.FunctionProps>) => new lambda.Function(scope, id, {
  ...common, code: props.code ?? code("warmer"), description: "SSR warmer", timeout: cdk.Duration.minutes(15), memorySize: 128, ...props,
});

export const eventBusRetrier = (scope: Construct, id: string, props: Partial<lambda.FunctionProps>) => new lambda.Function(scope, id, {
  runtime: common.runtime, handler: common.handler, code: code("event-bus-retrier"), timeout: cdk.Duration.seconds(30), ...props,
});
