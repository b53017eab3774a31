// What a stack needs that CloudFormation has no resource for.
import crypto from "node:crypto";
import { APIGatewayClient, GetAccountCommand, UpdateAccountCommand } from "@aws-sdk/client-api-gateway";
import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetFunctionCommand, InvokeCommand, LambdaClient, UpdateFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { DeleteParametersCommand, GetParameterCommand, GetParametersCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { customResource } from "./respond.mjs";

const ssm = new SSMClient({});
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** retry repeats what fails with an error that passes: a role just made, a policy not known everywhere. */
async function retry(task, passes, times = 12) {
  for (;;) {
    try {
      return await task();
    } catch (error) {
      if (--times <= 0 || !passes(error)) throw error;
      await pause(5000);
    }
  }
}

const denied = (error) => /^AccessDenied/.test(error.name);

/** The pair of keys that sessions are signed with. It outlives updates: its parameters are only moved. */
async function authKeys({ RequestType, ResourceProperties: props, OldResourceProperties: old }) {
  const put = (Name, Value) => ssm.send(new PutParameterCommand({ Name, Value, Type: "SecureString", Overwrite: true }));
  if (RequestType === "Delete") {
    await ssm.send(new DeleteParametersCommand({ Names: [props.publicPath, props.privatePath] }));
  } else if (RequestType === "Create") {
    const { publicKey, privateKey } = crypto.generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    await retry(() => put(props.privatePath, privateKey), denied);
    await put(props.publicPath, publicKey);
  } else {
    for (const path of ["privatePath", "publicPath"]) {
      if (old[path] === props[path]) continue;
      try {
        const { Parameter } = await ssm.send(new GetParameterCommand({ Name: old[path], WithDecryption: true }));
        await put(props[path], Parameter.Value);
      } catch (error) {
        if (error.name !== "ParameterNotFound") throw error;
      }
    }
  }
}

/** The role by which API Gateway writes logs, one for an account and region. */
async function cloudWatchRole({ RequestType, ResourceProperties: { roleArn, roleName } }) {
  if (RequestType === "Delete") return; // other APIs use it
  const gateway = new APIGatewayClient({}), iam = new IAMClient({});
  const { cloudwatchRoleArn } = await retry(() => gateway.send(new GetAccountCommand({})), denied);
  if (cloudwatchRoleArn) return;
  const trust = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" }, Action: "sts:AssumeRole" }] };
  try {
    await iam.send(new CreateRoleCommand({ RoleName: roleName, AssumeRolePolicyDocument: JSON.stringify(trust), Description: "API Gateway writes logs to CloudWatch with it" }));
  } catch (error) {
    if (!/^EntityAlreadyExists/.test(error.name)) throw error;
  }
  const partition = roleArn.split(":")[1];
  await iam.send(new AttachRolePolicyCommand({ RoleName: roleName, PolicyArn: `arn:${partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs` }));
  await retry(
    () => gateway.send(new UpdateAccountCommand({ patchOperations: [{ op: "replace", path: "/cloudwatchRoleArn", value: roleArn }] })),
    (error) => /^(BadRequest|TooManyRequests)/.test(error.name),
  );
}

/** Puts the values of secrets into the environment of a function. */
async function prefetchSecrets({ RequestType, ResourceProperties: { functionName: FunctionName } }) {
  if (RequestType === "Delete") return;
  const lambda = new LambdaClient({});
  const { Configuration } = await retry(() => lambda.send(new GetFunctionCommand({ FunctionName })), denied);
  const variables = Configuration?.Environment?.Variables ?? {};
  const own = variables.SST_SSM_PREFIX, fallback = `/sst/${variables.SST_APP}/.fallback/`;
  const begin = "SST_Secret_value_";
  for (const name of Object.keys(variables).filter((name) => name.startsWith(begin))) {
    const path = `Secret/${name.slice(begin.length)}/value`;
    const { Parameters } = await retry(() => ssm.send(new GetParametersCommand({ Names: [own + path, fallback + path], WithDecryption: true })), denied);
    const found = Parameters.find((p) => p.Name === own + path) ?? Parameters[0];
    if (!found) throw new Error(`The secret ${name.slice(begin.length)} has no value.`);
    variables[name] = found.Value;
  }
  await retry(() => lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables: variables } })), denied);
}

/** Invokes a function, and does not wait for it. */
async function invoke({ RequestType, ResourceProperties: { functionName: FunctionName } }) {
  if (RequestType === "Delete") return;
  await new LambdaClient({}).send(new InvokeCommand({ FunctionName, InvocationType: "Event" })).catch(console.error);
}

const kinds = {
  "Custom::AuthKeys": authKeys,
  "Custom::APIGatewayCloudWatchRole": cloudWatchRole,
  "Custom::SecretPrefetcher": prefetchSecrets,
  "Custom::FunctionInvoker": invoke,
};

// A kind that is unknown was one of SST's: it is on its way out.
export const handler = customResource(async (event) => kinds[event.ResourceType]?.(event));
