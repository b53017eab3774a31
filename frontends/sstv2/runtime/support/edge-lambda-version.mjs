// Publishes versions of functions of Lambda@Edge. The alias "live" is of the
// last; others are deleted when CloudFront lets go of them.
import {
  CreateAliasCommand, DeleteFunctionCommand, GetAliasCommand, LambdaClient, paginateListVersionsByFunction, PublishVersionCommand, UpdateAliasCommand,
} from "@aws-sdk/client-lambda";
import { customResource } from "./respond.mjs";

const lambda = new LambdaClient({ region: "us-east-1", maxAttempts: 10 });
const live = "live";

async function publish(FunctionName) {
  const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName }));
  const alias = { FunctionName, Name: live, FunctionVersion: Version };
  await lambda.send(new UpdateAliasCommand(alias)).catch((error) => {
    if (error.name !== "ResourceNotFoundException") throw error;
    return lambda.send(new CreateAliasCommand(alias));
  });
  return Version;
}

async function clean(FunctionName) {
  const { FunctionVersion } = await lambda.send(new GetAliasCommand({ FunctionName, Name: live }));
  for await (const { Versions = [] } of paginateListVersionsByFunction({ client: lambda }, { FunctionName })) {
    for (const { Version } of Versions) {
      if (Version === FunctionVersion || Version === "$LATEST") continue;
      await lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier: Version })).catch(console.error); // still in use
    }
  }
}

export const handler = customResource(async ({ RequestType, ResourceProperties: { FunctionArn } }) => {
  const name = FunctionArn.split(":").pop();
  if (RequestType === "Delete") return void await clean(name).catch(console.error); // it goes with the function
  const Version = await publish(name);
  // With another ID, CloudFormation deletes what was before.
  return { PhysicalResourceId: `${FunctionArn}:${Version}`, Data: { Version } };
});
