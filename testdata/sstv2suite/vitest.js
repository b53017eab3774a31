// What the test files import as vitest: as much of it as they use. run() runs
// the tests of the file and prints a line for each, which main.go reads.
import { Template } from "aws-cdk-lib/assertions";
import fs from "fs/promises";
import { isDeepStrictEqual } from "util";

// Until SST has built a function, its handler is a placeholder. Tests look at
// templates before that, where sstc has a token for the handler.
const { fromStack } = Template;
Template.fromStack = (stack, ...more) => withoutUploader(Template.fromJSON(withPlaceholders(fromStack(stack, ...more).toJSON())));

function withPlaceholders(v) {
  if (Array.isArray(v)) return v.map(withPlaceholders);
  if (typeof v !== "object" || v === null) return v;
  if (v["Fn::SstcAsset"]?.[1] === "handler") return "index.placeholder";
  return Object.fromEntries(Object.entries(v).map(([key, e]) => [key, withPlaceholders(e)]));
}

// Resources whose work sstc's uploader does. A test that asks for one goes on,
// and is left in the end.
const uploaders = ["Custom::S3Uploader", "Custom::CloudFrontInvalidator"];

function withoutUploader(template) {
  for (const method of ["hasResource", "hasResourceProperties", "resourceCountIs"]) {
    const original = template[method];
    template[method] = (type, ...more) => {
      if (!uploaders.includes(type) || more[0] === 0) return original.call(template, type, ...more);
      missing.add(type);
    };
  }
  return template;
}

// What builds of sites leave is there from the start, and stays.
fs.rm = async () => {};

const tests = [];
const hooks = { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] };
const titles = [];

const groups = [];

// Bodies of groups make constructs: they wait until the app is known.
export const describe = (title, body) => void groups.push({ title, body });
export function test(title, body) {
  tests.push({ name: [...titles, title].join(" > "), body });
}
export const it = test;
export const beforeAll = (body) => void hooks.beforeAll.push(body);
export const beforeEach = (body) => void hooks.beforeEach.push(body);
export const afterEach = (body) => void hooks.afterEach.push(body);
export const afterAll = (body) => void hooks.afterAll.push(body);

export const vi = {
  fn(implementation) {
    const mock = (...args) => {
      mock.mock.calls.push(args);
      return implementation?.(...args);
    };
    mock.mock = { calls: [] };
    mock.mockImplementation = (given) => {
      implementation = given;
      return mock;
    };
    return mock;
  },
};

// Of the test that runs: promises that it does not wait for itself, errors that
// were expected, but with another message, and resources that are left out.
let pending = [];
let words = [];
let missing = new Set();

const show = (v) => {
  try {
    return typeof v === "string" ? JSON.stringify(v) : String(JSON.stringify(v) ?? v);
  } catch {
    return String(v);
  }
};

/** withoutUndefined is what toEqual sees. */
function withoutUndefined(v) {
  if (Array.isArray(v)) return v.map(withoutUndefined);
  if (typeof v !== "object" || v === null || Object.getPrototypeOf(v) !== Object.prototype) return v;
  return Object.fromEntries(Object.entries(v).filter(([, e]) => e !== undefined).map(([k, e]) => [k, withoutUndefined(e)]));
}

const checks = {
  toBe: (got, want) => Object.is(got, want),
  toEqual: (got, want) => isDeepStrictEqual(withoutUndefined(got), withoutUndefined(want)),
  toBeDefined: (got) => got !== undefined,
  toBeUndefined: (got) => got === undefined,
  toBeNull: (got) => got === null,
  toBeTruthy: (got) => !!got,
  toBeFalsy: (got) => !got,
  toMatch: (got, want) => (typeof want === "string" ? got.includes(want) : want.test(got)),
  toContain: (got, want) => got.includes(want),
  toHaveLength: (got, want) => got.length === want,
  toHaveBeenCalledTimes: (got, want) => got.mock.calls.length === want,
};

function checkError(thrown, error, want, not) {
  if (not ? thrown : !thrown) throw new Error(not ? `an error was not expected: ${error?.message}` : `an error was expected${want ? `: ${want}` : ""}`);
  if (not || want === undefined) return;
  if (typeof want === "function") {
    if (!(error instanceof want)) throw new Error(`the error is no ${want.name}: ${error}`);
    return;
  }
  const message = String(error?.message ?? error);
  if (!checks.toMatch(message, want)) words.push(`${message}`);
}

function matchers(got, not, rejects) {
  const made = {};
  for (const [name, check] of Object.entries(checks)) {
    made[name] = (...want) => {
      if (check(got, ...want) === not) throw new Error(`${not ? "not." : ""}${name}(${want.map(show).join(", ")}): got ${show(got)}`);
    };
  }
  made.toThrow = (want) => {
    let thrown = false, error;
    if (!rejects) {
      try {
        got();
      } catch (e) {
        [thrown, error] = [true, e];
      }
      return checkError(thrown, error, want, not);
    }
    const checked = (async () => {
      try {
        await (typeof got === "function" ? got() : got);
      } catch (e) {
        [thrown, error] = [true, e];
      }
      checkError(thrown, error, want, not);
    })();
    pending.push(checked);
    return checked;
  };
  made.toThrowError = made.toThrow;
  return made;
}

export const expect = (got) => ({
  ...matchers(got, false, false),
  not: matchers(got, true, false),
  rejects: { ...matchers(got, false, true), not: matchers(got, true, true) },
});

const print = (event) => console.log(`@@${JSON.stringify(event)}`);
const message = (e) => String(e?.message ?? e).trim();

/** run runs the tests but those whose numbers are in skipped. */
export async function run(skipped) {
  const failed = async (bodies) => {
    try {
      for (const body of bodies) await body();
    } catch (e) {
      return message(e);
    }
  };
  for (const { title, body } of groups) {
    titles.push(title);
    await body();
    titles.pop();
  }
  const early = await failed(hooks.beforeAll);
  for (const [number, { name, body }] of tests.entries()) {
    if (skipped.includes(number)) continue;
    print({ number, name, status: "start" });
    [pending, words, missing] = [[], [], new Set()];
    const error = early ?? await failed([...hooks.beforeEach, body, () => Promise.all(pending), ...hooks.afterEach]);
    await Promise.allSettled(pending);
    if (error !== undefined) print({ number, name, status: "fail", text: error });
    else if (missing.size > 0) print({ number, name, status: "left", text: `the uploader does the work of ${[...missing].join(" and ")}` });
    else if (words.length > 0) print({ number, name, status: "words", text: words.join("; ") });
    else print({ number, name, status: "ok" });
  }
  await failed(hooks.afterAll);
  print({ status: "end" });
}
