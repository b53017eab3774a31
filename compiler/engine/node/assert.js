const { inspect } = require("util");
const { equal: deep } = load("internal_equal");

class AssertionError extends Error {
  constructor({ message, actual, expected, operator }) {
    super(message === undefined ? `${inspect(actual)} ${operator} ${inspect(expected)}` : String(message));
    this.generatedMessage = message === undefined;
    this.code = "ERR_ASSERTION";
    this.actual = actual;
    this.expected = expected;
    this.operator = operator;
    host.hidden(this, "name", "AssertionError");
  }
}

function fail(actual, expected, message, operator, text) {
  if (message instanceof Error) throw message;
  const e = new AssertionError({ message: message ?? text, actual, expected, operator });
  e.generatedMessage = message === undefined;
  throw e;
}

function assert(value, message) {
  if (!value) fail(value, true, message, "==", arguments.length === 0 ? "No value argument passed to `assert.ok()`" : "The expression evaluated to a falsy value");
}
assert.ok = assert;

const both = (title, a, b) => `${title}\n\n${inspect(a)}\n\nshould loosely deep-equal\n\n${inspect(b)}`;
const comparisons = {
  equal: [(a, b) => a == b || (a !== a && b !== b), "==", (a, b) => `${inspect(a)} == ${inspect(b)}`],
  notEqual: [(a, b) => a != b && !(a !== a && b !== b), "!=", (a, b) => `${inspect(a)} != ${inspect(b)}`],
  strictEqual: [Object.is, "strictEqual", (a, b) => `Expected values to be strictly equal:\n\n${inspect(a)} !== ${inspect(b)}\n`],
  notStrictEqual: [(a, b) => !Object.is(a, b), "notStrictEqual", (a) => `Expected "actual" to be strictly unequal to: ${inspect(a)}`],
  deepEqual: [(a, b) => deep(a, b, false), "deepEqual", (a, b) => both("Expected values to be loosely deep-equal:", a, b)],
  notDeepEqual: [(a, b) => !deep(a, b, false), "notDeepEqual", (a) => `Expected "actual" not to be loosely deep-equal to: ${inspect(a)}`],
  deepStrictEqual: [(a, b) => deep(a, b, true), "deepStrictEqual", (a, b) => `Expected values to be strictly deep-equal:\n${inspect(a)}\n\nshould equal\n\n${inspect(b)}`],
  notDeepStrictEqual: [(a, b) => !deep(a, b, true), "notDeepStrictEqual", (a) => `Expected "actual" not to be strictly deep-equal to: ${inspect(a)}`],
  match: [(s, r) => typeof s === "string" && r.test(s), "match", (s, r) => `The input did not match the regular expression ${inspect(r)}. Input:\n\n${inspect(s)}\n`],
  doesNotMatch: [(s, r) => !r.test(s), "doesNotMatch", (s, r) => `The input was expected to not match the regular expression ${inspect(r)}. Input:\n\n${inspect(s)}\n`],
};
for (const [name, [holds, operator, text]] of Object.entries(comparisons)) {
  assert[name] = { [name](actual, expected, message) { if (!holds(actual, expected)) fail(actual, expected, message, operator, text(actual, expected)); } }[name];
}
assert.fail = (message = "Failed") => fail(undefined, undefined, message, "fail");
assert.ifError = (value) => {
  if (value === null || value === undefined) return;
  throw Object.assign(new AssertionError({ message: "ifError got unwanted exception: " + (value?.message ?? inspect(value)), actual: value, expected: null, operator: "ifError" }), { generatedMessage: true });
};

function matches(thrown, expected, message, operator) {
  if (expected === undefined || typeof expected === "string") return;
  if (expected instanceof RegExp) {
    if (!expected.test(String(thrown))) fail(thrown, expected, message, operator, `The input did not match the regular expression ${inspect(expected)}. Input:\n\n${inspect(String(thrown))}\n`);
  } else if (typeof expected === "function") {
    if (expected.prototype !== undefined && thrown instanceof expected) return;
    if (Error.isPrototypeOf(expected)) fail(thrown, expected, message, operator, `The error is expected to be an instance of "${expected.name}". Received "${thrown?.name}"\n\nError message:\n\n${thrown?.message}`);
    if (expected.call({}, thrown) !== true) fail(thrown, expected, message, operator, `The ${expected.name ? `"${expected.name}"` : ""} validation function is expected to return "true". Received ${inspect(expected.call({}, thrown))}\n\nCaught error:\n\n${inspect(thrown)}`);
  } else {
    const keys = Object.keys(expected);
    if (expected instanceof Error) keys.push("name", "message");
    for (const k of keys) {
      if (expected[k] instanceof RegExp && typeof thrown?.[k] === "string" ? expected[k].test(thrown[k]) : deep(thrown?.[k], expected[k], true)) continue;
      fail(thrown, expected, message, operator, `Expected values to be strictly deep-equal:\n${inspect(thrown?.[k])}\n\nshould equal\n\n${inspect(expected[k])}`);
    }
  }
}
const missing = (expected, message) => `Missing expected exception${typeof expected === "function" && expected.name ? ` (${expected.name})` : ""}${message ? ": " + message : "."}`;
assert.throws = (f, expected, message) => {
  try {
    f();
  } catch (e) {
    return matches(e, expected, message, "throws");
  }
  if (typeof expected === "string") [message, expected] = [expected];
  fail(undefined, expected, undefined, "throws", missing(expected, message));
};
assert.doesNotThrow = (f, expected, message) => {
  try {
    f();
  } catch (e) {
    fail(e, expected, undefined, "doesNotThrow", `Got unwanted exception${typeof (message ?? expected) === "string" ? ": " + (message ?? expected) : "."}\nActual message: "${e?.message}"`);
  }
};
assert.rejects = async (promise, expected, message) => {
  try {
    await (typeof promise === "function" ? promise() : promise);
  } catch (e) {
    return matches(e, expected, message, "rejects");
  }
  fail(undefined, expected, undefined, "rejects", missing(expected, message).replace("exception", "rejection"));
};
assert.doesNotReject = async (promise, expected, message) => {
  try {
    await (typeof promise === "function" ? promise() : promise);
  } catch (e) {
    fail(e, expected, undefined, "doesNotReject", `Got unwanted rejection${message ? ": " + message : "."}\nActual message: "${e?.message}"`);
  }
};
assert.AssertionError = AssertionError;
assert.strict = Object.assign((value, message) => assert(value, message), assert, {
  equal: assert.strictEqual, notEqual: assert.notStrictEqual, deepEqual: assert.deepStrictEqual, notDeepEqual: assert.notDeepStrictEqual,
});
assert.strict.strict = assert.strict;
module.exports = assert;
