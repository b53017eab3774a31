// Makes functions of Lambda@Edge, which are in us-east-1.
import crypto from "node:crypto";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateFunctionCommand, DeleteFunctionCommand, LambdaClient, UpdateFunctionCodeCommand, UpdateFunctionConfigurationCommand, waitUntilFunctionActiveV2, waitUntilFunctionUpdatedV2,
} from "@aws-sdk/client-lambda";
import { customResource } from "./respond.mjs";
import { addFile } from "./zip.mjs";

const region = "us-east-1";
const lambda = new LambdaClient({ region, maxAttempts: 10 }), store = new S3Client({ region });
const wait = { client: lambda, maxWaitTime: 300 };

/** retry repeats what is refused because something else has not ended yet. */
async function retry(task, times = 12) {
  for (;;) {
    try {
      return await task();
    } catch (error) {
      const passes = /^(ResourceConflict|TooManyRequests|Throttling)/.test(error.name) || /cannot be assumed/.test(error.message);
      if (--times <= 0 || !passes) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5000));
    }
  }
}

/** publish puts the code, with the environment in it, where Lambda takes it from. */
async function publish({ FunctionBucket, FunctionParams: { Code }, Environment = {} }) {
  const { Body } = await new S3Client({}).send(new GetObjectCommand({ Bucket: Code.S3Bucket, Key: Code.S3Key }));
  const zip = addFile(Buffer.from(await Body.transformToByteArray()), "sst-environment.json", Buffer.from(JSON.stringify(Environment)));
  const S3Key = `${crypto.createHash("sha256").update(zip).digest("hex")}.zip`;
  await store.send(new PutObjectCommand({ Bucket: FunctionBucket, Key: S3Key, Body: zip }));
  return { S3Bucket: FunctionBucket, S3Key };
}

const letters = () => Array.from(crypto.randomBytes(20), (b) => "abcdefghijklmnopqrstuvwxyz"[b % 26]).join("");

export const handler = customResource(async ({ RequestType, PhysicalResourceId, ResourceProperties: props }) => {
  const { Code, MemorySize, Timeout, ...rest } = props.FunctionParams;
  const settings = { ...rest, MemorySize: Number(MemorySize), Timeout: Number(Timeout) }; // CloudFormation makes strings of numbers
  if (RequestType === "Create") {
    const FunctionName = `${props.FunctionNamePrefix.toLowerCase().slice(0, 43)}-${letters()}`;
    const code = await publish(props);
    const { FunctionArn } = await retry(() => lambda.send(new CreateFunctionCommand({ ...settings, FunctionName, Code: code })));
    await waitUntilFunctionActiveV2(wait, { FunctionName });
    return { PhysicalResourceId: FunctionArn, Data: { FunctionArn } };
  }
  const FunctionName = PhysicalResourceId.split(":").pop();
  if (RequestType === "Delete") {
    // CloudFront may keep replicas for hours, and Lambda refuses while it does.
    await lambda.send(new DeleteFunctionCommand({ FunctionName })).catch((error) => console.error(error));
    return;
  }
  await retry(() => lambda.send(new UpdateFunctionConfigurationCommand({ ...settings, FunctionName })));
  await waitUntilFunctionUpdatedV2(wait, { FunctionName });
  const code = await publish(props);
  await retry(() => lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ...code })));
  await waitUntilFunctionUpdatedV2(wait, { FunctionName });
  return { PhysicalResourceId, Data: { FunctionArn: PhysicalResourceId } };
});
