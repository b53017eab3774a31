// Calls the functions of custom resources as CloudFormation does. Terraform and
// Pulumi call this one for each resource when it is created, updated and
// deleted (lifecycle scope CRUD, which adds "tf" to what is sent). What
// CloudFormation keeps between two calls is in a bucket, and so is where the
// functions send their answers.
import { createHash, createHmac, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";

export const handler = async (input, context) => {
  const { tf, Attributes: attributes, ...resource } = input;
  const left = () => context.getRemainingTimeInMillis() - 15_000; // for what is to be done after an answer
  const properties = texts(resource.ResourceProperties);
  const call = (type, more) => request(resource, type, { ResourceProperties: properties, ...more }, left);
  const stateKey = `state/${resource.LogicalResourceId}.json`;
  const before = await read(stateKey);
  if (tf.action === "delete") {
    if (before) {
      await call("Delete", { PhysicalResourceId: before.id, ResourceProperties: before.properties });
      await s3("DELETE", stateKey);
    }
    return "";
  }
  if (before && same(before.properties, properties)) return result(before, attributes);
  const after = { properties };
  const accept = (answer) => Object.assign(after, { id: answer.PhysicalResourceId, data: answer.Data ?? {} });
  if (!before) {
    try {
      accept(await call("Create"));
      result(after, attributes);
    } catch (error) {
      // As CloudFormation does when it rolls back.
      const id = after.id ?? error.answer?.PhysicalResourceId;
      if (id) await call("Delete", { PhysicalResourceId: id }).catch((e) => console.error(e));
      throw error;
    }
    await s3("PUT", stateKey, JSON.stringify(after));
    return result(after, attributes);
  }
  accept(await call("Update", { PhysicalResourceId: before.id, OldResourceProperties: before.properties }));
  await s3("PUT", stateKey, JSON.stringify(after));
  if (after.id !== before.id) await call("Delete", { PhysicalResourceId: before.id, ResourceProperties: before.properties });
  return result(after, attributes);
};

/** texts is a value as CloudFormation sends it: numbers and booleans are text. */
function texts(value) {
  if (Array.isArray(value)) return value.map(texts);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== null && v !== undefined).map(([k, v]) => [k, texts(v)]));
  }
  return String(value);
}

const same = (a, b) => ordered(a) === ordered(b);
const ordered = (value) =>
  JSON.stringify(value, (_, v) => (v && typeof v === "object" && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v));

/** result is what others read: the values asked for in base64, since not everybody can read JSON. */
function result({ id, data }, attributes) {
  const values = attributes.map((name) => {
    const value = name === "Ref" ? id : data[name];
    if (value === undefined || value === null) throw new Error(`The answer has no ${name}.`);
    return Buffer.from(typeof value === "object" ? JSON.stringify(value) : String(value)).toString("base64");
  });
  return ["", ...values, ""].join(" ");
}

/** request calls the function of a resource, and waits for the answer. */
async function request(resource, type, more, left) {
  const RequestId = randomUUID();
  const key = `answers/${RequestId}`;
  const event = { ...resource, ...more, RequestType: type, RequestId, ResponseURL: presigned("PUT", key, 7200) };
  const token = resource.ServiceToken;
  if (token.startsWith("arn:") && token.split(":")[2] !== "lambda") throw new Error(`${token} is no function.`);
  const lambda = new LambdaClient({ region: token.split(":")[3], maxAttempts: 1 });
  const command = new InvokeCommand({ FunctionName: token, InvocationType: "RequestResponse", Payload: JSON.stringify(event) });
  const called = await patiently(() => lambda.send(command), left);
  let answer = await read(key);
  if (!answer && called.FunctionError) {
    throw new Error(`${type} of ${resource.LogicalResourceId}: ${Buffer.from(called.Payload ?? "").toString() || called.FunctionError}`);
  }
  while (!answer) {
    if (left() < 0) throw new Error(`${type} of ${resource.LogicalResourceId}: ${token} has sent no answer.`);
    await sleep(500);
    answer = await read(key);
  }
  await s3("DELETE", key);
  if (answer.Status !== "SUCCESS") {
    throw Object.assign(new Error(`${type} of ${resource.LogicalResourceId}: ${answer.Reason || "failed, and gives no reason"}`), { answer });
  }
  if (type !== "Delete" && !answer.PhysicalResourceId) throw new Error(`${type} of ${resource.LogicalResourceId}: the answer has no PhysicalResourceId.`);
  return answer;
}

/** patiently tries again while permissions that have just been given are not known everywhere. */
async function patiently(attempt, left) {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (error.name !== "AccessDeniedException" || tries === 12 || left() < 0) throw error;
      await sleep(5000);
    }
  }
}

async function read(key) {
  const text = await s3("GET", key);
  return text === undefined ? undefined : JSON.parse(text);
}

async function s3(method, key, body) {
  for (let tries = 0; ; tries++) {
    const response = await fetch(presigned(method, key, 300), { method, body });
    if (response.status === 404) return undefined;
    if (response.ok) return response.text();
    if (tries === 12 || ![403, 500, 503].includes(response.status)) throw new Error(`S3 says ${response.status} to ${method} of ${key}: ${await response.text()}`);
    await sleep(5000);
  }
}

/** presigned is a URL by which who has it may do one thing with an object (Signature Version 4). */
export function presigned(method, key, seconds, now = new Date(), env = process.env) {
  const { AWS_REGION: region, BUCKET: bucket } = env;
  const base = env.AWS_ENDPOINT_URL_S3 ? `${env.AWS_ENDPOINT_URL_S3}/${bucket}` : `https://${bucket}.s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
  const url = new URL(`${base}/${key.split("/").map(escaped).join("/")}`);
  const time = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const query = [
    ["X-Amz-Algorithm", "AWS4-HMAC-SHA256"], ["X-Amz-Credential", `${env.AWS_ACCESS_KEY_ID}/${scope}`], ["X-Amz-Date", time], ["X-Amz-Expires", String(seconds)],
    ...(env.AWS_SESSION_TOKEN ? [["X-Amz-Security-Token", env.AWS_SESSION_TOKEN]] : []), ["X-Amz-SignedHeaders", "host"],
  ].map(([name, value]) => `${name}=${escaped(value)}`).join("&");
  const canonical = [method, url.pathname, query, `host:${url.host}`, "", "host", "UNSIGNED-PAYLOAD"].join("\n");
  const text = ["AWS4-HMAC-SHA256", time, scope, createHash("sha256").update(canonical).digest("hex")].join("\n");
  const secret = scope.split("/").reduce((secret, part) => createHmac("sha256", secret).update(part).digest(), `AWS4${env.AWS_SECRET_ACCESS_KEY}`);
  return `${url.origin}${url.pathname}?${query}&X-Amz-Signature=${createHmac("sha256", secret).update(text).digest("hex")}`;
}

const escaped = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
