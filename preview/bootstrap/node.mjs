// Runs a handler as Lambda's runtime for Node.js does: it asks the Runtime API
// for events and posts what the handler answers.
import dns from "node:dns";
import { existsSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";
import path from "node:path";
import { Writable } from "node:stream";
import { pathToFileURL } from "node:url";

const api = process.env.AWS_LAMBDA_RUNTIME_API;
const root = process.env.LAMBDA_TASK_ROOT;
const [hostname, port] = api.split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });

function request(method, name, headers = {}) {
  return http.request({ hostname, port, agent, method, path: `/2018-06-01/runtime/${name}`, headers });
}

/** Sends a body and resolves to the response: its headers and text. */
function call(method, name, body, headers) {
  return new Promise((resolve, reject) => {
    const req = request(method, name, headers);
    req.on("error", reject);
    req.on("response", (res) => {
      const chunks = [];
      res.on("data", (c) => chunks.push(c));
      res.on("end", () => resolve({ headers: res.headers, text: Buffer.concat(chunks).toString() }));
      res.on("error", reject);
    });
    req.end(body);
  });
}

function describe(error) {
  if (error instanceof Error || (error !== null && typeof error === "object" && "message" in error)) {
    return { errorType: error.name ?? "Error", errorMessage: String(error.message), trace: String(error.stack ?? "").split("\n") };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

async function fail(name, error) {
  const d = describe(error);
  console.error(error instanceof Error ? error.stack : error);
  await call("POST", name, JSON.stringify(d), {
    "content-type": "application/json",
    "lambda-runtime-function-error-type": d.errorType.replace(/[^\x20-\x7e]/g, ""),
  });
}

// Nothing reaches AWS itself.
const lookup = dns.lookup;
dns.lookup = function (host, ...rest) {
  if (/\.(amazonaws\.com(\.cn)?|api\.aws|on\.aws)$/.test(host)) {
    const callback = rest.pop();
    const error = new Error(
      `sstc preview: ${host} is AWS itself, which a preview does not talk to. ` +
        "AWS SDKs that know AWS_ENDPOINT_URL (JavaScript from 3.451) reach the stand-ins on this machine.",
    );
    error.code = "ENOTFOUND";
    process.nextTick(callback, error);
    return;
  }
  return lookup.call(this, host, ...rest);
};

// What is served here is plain HTTP: the app itself, and the stand-ins for AWS,
// for SDKs that are too old for AWS_ENDPOINT_URL, such as aws-sdk 2. Code that
// makes https URLs of hosts finds it all the same.
const own = new Set((process.env.SSTC_PREVIEW_HOSTS ?? "").split(","));
delete process.env.SSTC_PREVIEW_HOSTS;
const standIns = URL.canParse(process.env.AWS_ENDPOINT_URL) ? new URL(process.env.AWS_ENDPOINT_URL).host : undefined;

/** served is where what a host has is here: its address, and what comes before a path. Requests to AWS are signed, but for those to S3. */
function served(host, signed) {
  if (own.has(host)) return { address: host, prefix: "" };
  const name = /^(.+?)(?:[.-][a-z]{2}(?:-[a-z]+)+-\d)?\.(?:amazonaws\.com(?:\.cn)?|api\.aws)(?::443)?$/.exec(host ?? "")?.[1];
  const [before, service] = /^(?:(.+)\.)?([^.]+)$/.exec(name ?? "")?.slice(1) ?? [];
  if (!service || !standIns || service === "execute-api" || (service !== "s3" && !signed())) return undefined;
  return { address: standIns, prefix: before && service === "s3" ? "/" + before : "" }; // a bucket
}

for (const name of ["request", "get"]) {
  const original = https[name];
  https[name] = function (...args) {
    const [first, second] = args;
    const url = typeof first === "string" ? new URL(first) : first instanceof URL ? first : undefined;
    const options = url ? (typeof second === "object" ? second : {}) : first;
    const host = url?.host ?? (options.port ? `${options.hostname ?? options.host}:${options.port}` : (options.hostname ?? options.host));
    const here = served(host, () => Object.keys(options.headers ?? {}).some((header) => header.toLowerCase() === "authorization"));
    if (!here) return original.apply(this, args);
    const [hostname, port] = here.address.split(":");
    const plain = { ...options, protocol: "http:", host: undefined, hostname, port, agent: undefined };
    if (url) plain.path = url.pathname + url.search;
    if (here.address !== host) {
      plain.path = here.prefix + (plain.path ?? "/");
      if (plain.headers && !Array.isArray(plain.headers)) plain.headers = Object.fromEntries(Object.entries(plain.headers).filter(([header]) => header.toLowerCase() !== "host"));
    }
    return http[name](plain, typeof args.at(-1) === "function" ? args.at(-1) : undefined);
  };
}
const fetched = globalThis.fetch;
globalThis.fetch = function fetch(input, init) {
  const url = typeof input === "string" || input instanceof URL ? String(input) : input?.url;
  const [, host, rest] = /^https:\/\/([^/?#]*)(.*)$/s.exec(url) ?? [];
  const here = served(host, () => new Headers(init?.headers ?? input.headers).has("authorization"));
  if (!here) return fetched(input, init);
  const plain = `http://${here.address}${here.prefix}${rest}`;
  return fetched(input instanceof Request ? new Request(plain, input) : plain, init);
};
syncBuiltinESMExports();

// ---- Streaming --------------------------------------------------------------

const streaming = Symbol.for("aws.lambda.runtime.handler.streaming");
const integration = "application/vnd.awslambda.http-integration-response";

class ResponseStream extends Writable {
  #id;
  #req;
  #type = "application/octet-stream";
  constructor(id) {
    super();
    this.#id = id;
    this.done = new Promise((resolve, reject) => {
      this.settle = resolve;
      this.once("error", reject);
    });
    this.done.catch(() => {});
  }
  setContentType(type) {
    this.#type = type;
  }
  // What is neither text nor bytes is written as JSON.
  write(chunk, ...rest) {
    const plain = typeof chunk === "string" || chunk instanceof Uint8Array;
    return super.write(plain ? chunk : JSON.stringify(chunk), ...rest);
  }
  get started() {
    return this.#req !== undefined;
  }
  #open() {
    if (this.#req) return;
    this.#req = request("POST", `invocation/${this.#id}/response`, {
      "content-type": this.#type,
      "lambda-runtime-function-response-mode": "streaming",
      "transfer-encoding": "chunked",
      trailer: "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body",
    });
    this.#req.on("error", (e) => this.destroy(e));
    this.#req.on("response", (res) => res.resume().on("end", this.settle));
    this.#req.flushHeaders();
  }
  _write(chunk, encoding, callback) {
    this.#open();
    const data = typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk;
    if (data.length === 0) return callback();
    if (this.prelude) {
      this.#req.write(this.prelude);
      this.prelude = undefined;
    }
    this.#req.write(data, callback);
  }
  _final(callback) {
    this.#open();
    if (this.prelude) this.#req.write(this.prelude);
    this.#req.end(callback);
  }
  /** Ends a response that has begun with an error. */
  abort(error) {
    const d = describe(error);
    this.#req.addTrailers({
      "Lambda-Runtime-Function-Error-Type": d.errorType,
      "Lambda-Runtime-Function-Error-Body": Buffer.from(JSON.stringify(d)).toString("base64"),
    });
    this.#req.end();
  }
}

globalThis.awslambda = {
  streamifyResponse(handler) {
    handler[streaming] = "response";
    return handler;
  },
  HttpResponseStream: class HttpResponseStream {
    static from(stream, metadata) {
      stream.setContentType(integration);
      stream.prelude = Buffer.concat([Buffer.from(JSON.stringify(metadata)), Buffer.alloc(8)]);
      return stream;
    }
  },
};

// ---- The handler ------------------------------------------------------------

async function load(spec) {
  const base = path.basename(spec);
  const dot = base.indexOf(".");
  if (dot < 0) throw Object.assign(new Error(`Bad handler ${spec}`), { name: "Runtime.MalformedHandlerName" });
  const file = path.join(root, path.dirname(spec), base.slice(0, dot));
  const found = ["", ".js", ".mjs", ".cjs"].map((e) => file + e).find((f, i) => i > 0 && existsSync(f));
  if (!found) {
    throw Object.assign(new Error(`Error: Cannot find module '${base.slice(0, dot)}'`), { name: "Runtime.ImportModuleError" });
  }
  const module = await import(pathToFileURL(found).href);
  const pick = (from) => base.slice(dot + 1).split(".").reduce((v, key) => v?.[key], from);
  const handler = pick(module) ?? pick(module.default);
  if (handler === undefined) {
    throw Object.assign(new Error(`${spec} is undefined or not exported`), { name: "Runtime.HandlerNotFound" });
  }
  if (typeof handler !== "function") {
    throw Object.assign(new Error(`${spec} is not a function`), { name: "Runtime.HandlerNotFound" });
  }
  return handler;
}

function contextOf(headers) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const cognito = headers["lambda-runtime-cognito-identity"];
  const client = headers["lambda-runtime-client-context"];
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    identity: cognito ? JSON.parse(cognito) : undefined,
    clientContext: client ? JSON.parse(client) : undefined,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

// What to do once nothing is left to wait for, instead of exiting.
let whenIdle;
process.on("beforeExit", () => {
  const f = whenIdle;
  whenIdle = undefined;
  f?.();
});

/** Calls a handler in any of its styles: async, with a callback, or with context.succeed and its like. */
function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    const finish = (error, result) => (error !== undefined && error !== null ? reject(error) : resolve(result));
    const callback = (error, result) => {
      if (context.callbackWaitsForEmptyEventLoop) whenIdle = () => finish(error, result);
      else setImmediate(finish, error, result);
    };
    context.done = finish;
    context.succeed = (result) => finish(undefined, result);
    context.fail = (error) => finish(error ?? new Error("context.fail was called without an error"));
    // A promise that nothing can settle any more, or no callback: the answer is null.
    whenIdle = () => resolve(null);
    const returned = handler(event, context, callback);
    if (typeof returned?.then === "function") returned.then(resolve, reject);
  }).finally(() => (whenIdle = undefined));
}

const post = (id, body) => call("POST", `invocation/${id}/response`, body, { "content-type": "application/json" });

async function serve(handler) {
  for (;;) {
    const { headers, text } = await call("GET", "invocation/next");
    const id = headers["lambda-runtime-aws-request-id"];
    if (headers["lambda-runtime-trace-id"]) process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"];
    current = id;
    const context = contextOf(headers);
    try {
      const event = text === "" ? undefined : JSON.parse(text);
      if (handler[streaming]) {
        const stream = new ResponseStream(id);
        try {
          // A stream that has nothing left to wait for, and that nobody will end, is empty.
          whenIdle = () => stream.end();
          await handler(event, stream, context);
          // What the handler has begun may go on writing.
          await stream.done;
        } catch (error) {
          if (!stream.started) throw error;
          console.error(error);
          stream.abort(error);
          await stream.done.catch(() => {});
        } finally {
          whenIdle = undefined;
        }
      } else {
        const result = await run(handler, event, context);
        let body = JSON.stringify(result === undefined ? null : result);
        if (body === undefined) body = "null";
        await post(id, body);
      }
    } catch (error) {
      await fail(`invocation/${id}/error`, error);
    }
    current = undefined;
  }
}

let current;
async function die(kind, error) {
  if (error instanceof Error && error.name === "Error") error.name = kind;
  const where = current === undefined ? "init/error" : `invocation/${current}/error`;
  await fail(where, error).catch(() => {});
  process.exit(128);
}
process.on("uncaughtException", (error) => die("Runtime.UncaughtException", error));
process.on("unhandledRejection", (error) => die("Runtime.UnhandledPromiseRejection", error));

try {
  serve(await load(process.env._HANDLER));
} catch (error) {
  await fail("init/error", error);
  process.exit(1);
}
