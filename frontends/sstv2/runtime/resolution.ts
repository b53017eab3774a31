// Resolving tokens is most of what a synthesis does, and most of what is
// resolved has no token in it. The CDK prepares for one at each value: paths in
// text, a context with three closures, regular expressions. Here the same walk
// looks first, and prepares where there is a token.
//
// It stands for the CDK's where the CDK's text is known to do the same; other
// versions keep their own. What is wrong with a value is the CDK's to say: it
// gets the value again.
import path from "path";
import { ask } from "./constructs/library.js";

declare const require: { (name: string): any; resolve(name: string): string };

// Digests of core/lib/private/resolve.js and encoding.js in versions that SST has
// asked for, from 2.84.0 on. They differ in how they import and what they throw.
const known = new Set([
  "8b23898e5f6c6a57185f2fcb55db83af8871d32967e8efddb29365d6187b1d93", // resolve.js of 2.224.0
  "864f2795a720bd1ebcdf7ceccc55178e2fb32b224b23d3ef66e36e169811598c", // resolve.js of 2.201.0
  "53562c7e9e04c73dd5b737868e3029fe661335fa0b54ffb94d3784c819f2936e", // resolve.js of 2.171.1 to 2.179.0
  "b9cc71d9da3f9ad136a846a59a5e96ecfc731d2c2d89b3e10d145bdbe5dc5b99", // resolve.js of 2.110.1 to 2.161.1
  "c36fb99899cacfb0cc3e35da4c55a8f73b332ab74cd373f90b23ebaed1db6b37", // resolve.js of 2.84.0 to 2.95.1
  "b43068b9bec72fdc391d00f918f227b2d9382048f3ddf9c7ef79d57dfb4d6ad0", // encoding.js of 2.224.0
  "1034c8d55a522be5a722b1b8b34ef72d369a9e20aab5d6c77f1603b0d806785c", // encoding.js of 2.201.0
  "9f9b9b5e265d0c661afda31977b4ded3333e8fffe7725142912071d181a9e151", // encoding.js of 2.171.1 to 2.179.0
  "a6399e81e88c46aa20cc6f5821758c318ac2777fb94e79cf9f59562167780e76", // encoding.js of 2.110.1 to 2.161.1
  "0d3b61acbd9940bf1e458b8fe079964b6d442180dfea95672cad2cd093c5e62e", // encoding.js of 2.84.0 to 2.95.1
]);

interface Options {
  prefix?: string[];
  resolver: any;
  removeEmpty?: boolean;
  allowIntrinsicKeys?: boolean;
  preparing: boolean;
  scope: unknown;
}

export function quickenResolution() {
  const lib = path.join(path.dirname(require.resolve("aws-cdk-lib/package.json")), "core/lib");
  const files = ["resolve.js", "encoding.js"].map((name) => path.join(lib, "private", name));
  if (!files.every((file) => known.has(ask("digest", file)))) return;
  const [cdk, encoding] = files.map((file) => require(file));
  const { resolve: slow, RememberingTokenResolver, INTRINSIC_KEY_PREFIX } = cdk;
  const { unresolved, TokenString, containsListTokenElement } = encoding;
  const { StringConcat, DefaultTokenResolver } = require(path.join(lib, "resolvable.js"));
  const { ResolutionTypeHint } = require(path.join(lib, "type-hints.js"));
  const tokens = require(path.join(lib, "private/token-map.js")).TokenMap.instance();
  const lookup = tokens.lookupToken.bind(tokens);
  const typeHint = Symbol.for("@aws-cdk/core.resolvedTypeHint");

  /** mayBeToken is false for text in which there is no token, also none of a number. */
  const mayBeToken = (text: string) => text.length > 10 && (text.includes("${Token[") || text.includes("e+289"));

  /** Numbers that stand for tokens are below this. */
  const leastNumber = -1e289;

  const deepest = 200;

  const isToken = (value: any) => typeof value === "object" && value !== null && typeof value.resolve === "function";

  /** isUsual is true for resolvers that do with text what the CDK's usual one does. */
  const isUsual = ({ constructor }: any) => constructor === DefaultTokenResolver || constructor === RememberingTokenResolver;

  function tag(value: any, hint: unknown) {
    if (typeof value === "object" && value !== null) Object.defineProperty(value, typeHint, { value: hint, configurable: true });
    return value;
  }

  function contextOf(options: Options, keys: string[], depth: number) {
    let postProcessor: any;
    const documentPath = keys.slice(0, depth);
    const context = {
      preparing: options.preparing,
      scope: options.scope,
      documentPath,
      registerPostProcessor(p: any) { postProcessor = p; },
      resolve(x: any, changes?: object) {
        return walk(x, changes === undefined ? options : { ...options, ...changes }, documentPath.slice(), depth);
      },
    };
    return [context, { postProcess: (x: any) => (postProcessor ? postProcessor.postProcess(x, context) : x) }] as const;
  }

  const slowly = (value: any, options: Options, keys: string[], depth: number) => slow(value, { ...options, prefix: keys.slice(0, depth) });

  /** walk resolves a value. The first of the keys, as many as depth says, lead to it; those behind are the walk's to overwrite. */
  function walk(value: any, options: Options, keys: string[], depth: number): any {
    if (depth > deepest) return slowly(value, options, keys, depth);
    switch (typeof value) {
      case "string": {
        if (isLeaf(value)) return value;
        if (TokenString.forListToken(value).test()) return slowly(value, options, keys, depth);
        const text = TokenString.forString(value);
        if (!text.test()) return value;
        const fragments = text.split(lookup);
        const { firstToken } = fragments;
        if (fragments.length !== 1 || !isUsual(options.resolver)) return tag(options.resolver.resolveString(fragments, contextOf(options, keys, depth)[0]), ResolutionTypeHint.STRING);
        const resolved = walk(firstToken, options, keys, depth);
        return tag(isToken(resolved) ? resolved.toString() : resolved, ResolutionTypeHint.STRING);
      }
      case "number": {
        if (value > leastNumber) return value;
        const token = tokens.lookupNumberToken(value);
        return tag(token === undefined ? value : walk(token, options, keys, depth), ResolutionTypeHint.NUMBER);
      }
      case "function":
        return slowly(value, options, keys, depth);
      case "object":
        break;
      default:
        return value;
    }
    if (value === null || value instanceof Date) return value;
    const leaveEmpty = options.removeEmpty === false;
    if (Array.isArray(value)) {
      if (containsListTokenElement(value)) return tag(options.resolver.resolveList(value, contextOf(options, keys, depth)[0]), ResolutionTypeHint.STRING_LIST);
      const list = [];
      for (let i = 0; i < value.length; i++) {
        const given = value[i];
        if (given === undefined && !(i in value)) continue;
        let resolved = given;
        if (depth >= deepest || !isLeaf(given)) {
          keys[depth] = `${i}`;
          resolved = walk(given, options, keys, depth + 1);
        }
        if (leaveEmpty || resolved !== undefined) list.push(resolved);
      }
      return list;
    }
    if (isToken(value)) {
      const [context, postProcessor] = contextOf(options, keys, depth);
      return tag(options.resolver.resolveToken(value, context, postProcessor), ResolutionTypeHint.STRING);
    }
    if (value._children !== undefined && value._metadata !== undefined) return slowly(value, options, keys, depth);
    const result: any = {};
    let intrinsics = 0;
    const names = Object.keys(value);
    for (let i = 0; i < names.length; i++) {
      const key = names[i];
      const given = value[key];
      let resolved = given;
      if (depth >= deepest || !isLeaf(given)) {
        keys[depth] = key;
        resolved = walk(given, options, keys, depth + 1);
      }
      if (resolved === undefined) {
        if (leaveEmpty) result[key] = undefined;
        continue;
      }
      if (!mayBeToken(key) || !unresolved(key)) {
        result[key] = resolved;
        continue;
      }
      const name = walk(key, options, keys, depth);
      if (typeof name === "string") result[name] = resolved;
      else if (options.allowIntrinsicKeys) result[`${INTRINSIC_KEY_PREFIX}${intrinsics++}`] = [name, resolved];
      else return slowly(value, options, keys, depth);
    }
    const hint = value[typeHint];
    return hint ? tag(result, hint) : result;
  }

  /** isLeaf is true for what resolves to itself, as far as that is quickly seen. */
  function isLeaf(value: any) {
    const type = typeof value;
    if (type === "string") return value.length < 11 || (!value.includes("{Token[") && !value.includes("e+289"));
    return type === "boolean" || type === "undefined";
  }

  cdk.resolve = (value: any, options: Options) => walk(value, options, options.prefix?.slice() ?? [], options.prefix?.length ?? 0);
  cdk.findTokens = (scope: unknown, produce: () => any) => {
    const resolver = new RememberingTokenResolver(new StringConcat());
    walk(produce(), { scope, prefix: [], resolver, preparing: true }, [], 0);
    return resolver.tokens;
  };
  encoding.unresolved = (value: any) => (typeof value === "string" ? mayBeToken(value) && unresolved(value) : unresolved(value));
}
