// Invokes the functions of a Script, or the migrator of a database.
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { customResource } from "./respond.mjs";

const cloudformation = new CloudFormationClient({});
const lambda = new LambdaClient({ requestHandler: { requestTimeout: 900_000 }, maxAttempts: 1 });

export const handler = customResource(async ({ RequestType, ResourceProperties: props, StackId }) => {
  const name = { Create: props.UserCreateFunction, Update: props.UserUpdateFunction, Delete: props.UserDeleteFunction }[RequestType];
  if (!name) return;
  // What a stack does to get back to where it was is none of the script's business.
  const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName: StackId }));
  if (/^(UPDATE_)?ROLLBACK/.test(Stacks?.[0]?.StackStatus ?? "")) return;
  const { FunctionError, Payload } = await lambda.send(new InvokeCommand({
    FunctionName: name,
    Payload: JSON.stringify({ params: JSON.parse(props.UserParams) }),
  }));
  if (!FunctionError) return;
  const { errorType, errorMessage } = JSON.parse(Buffer.from(Payload).toString());
  throw new Error(`${name}: ${errorType}: ${errorMessage}`);
});
