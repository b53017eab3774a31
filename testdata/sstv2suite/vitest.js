// What the test files import as vitest: as much of it as they use. run() runs
// the tests of the file and prints a line for each, which main.go reads.
import { isDeepStrictEqual } from "util";

const tests = [];
const hooks = { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] };
const titles = [];

export function describe(title, body) {
  titles.push(title);
  body();
  titles.pop();
}
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

// Of the test that runs: promises that it does not wait for itself, and errors
// that were expected, but with another message.
let pending = [];
let words = [];

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
const firstLines = (e) => String(e?.message ?? e).trim();

/** run runs the tests but those whose numbers are in skipped. */
export async function run(skipped) {
  const failed = async (bodies) => {
    try {
      for (const body of bodies) await body();
    } catch (e) {
      return firstLines(e);
    }
  };
  const early = await failed(hooks.beforeAll);
  for (const [number, { name, body }] of tests.entries()) {
    if (skipped.includes(number)) continue;
    print({ number, name, status: "start" });
    [pending, words] = [[], []];
    const error = early ?? await failed([...hooks.beforeEach, body, () => Promise.all(pending), ...hooks.afterEach]);
    await Promise.allSettled(pending);
    if (error !== undefined) print({ number, name, status: "fail", text: error });
    else if (words.length > 0) print({ number, name, status: "words", text: words.join("; ") });
    else print({ number, name, status: "ok" });
  }
  await failed(hooks.afterAll);
  print({ status: "end" });
}
