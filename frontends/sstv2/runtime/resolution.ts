// Resolving tokens is most of what a synthesis does, and most of what is
// resolved has no token in it. The CDK prepares for one at each value: paths in
// text, a context with three closures, regular expressions. Here the same walk
// looks first, and prepares where there is a token; each text is taken apart
// once; and what the CDK resolves only to see which references are in it is
// looked through without making anything of it.
//
// It stands for the CDK's where the CDK's text is known to do the same; other
// versions keep their own. What is wrong with a value is the CDK's to say: it
// gets the value again.
import path from "path";
import { CfnResource } from "aws-cdk-lib/core";
import { isKnown } from "./known.js";

declare const require: { (name: string): any; resolve(name: string): string };

interface Options {
  prefix?: string[];
  resolver: any;
  removeEmpty?: boolean;
  allowIntrinsicKeys?: boolean;
  preparing: boolean;
  scope: any;
}

export function quickenResolution() {
  if (!isKnown("resolution")) return;
  const lib = path.join(path.dirname(require.resolve("aws-cdk-lib/package.json")), "core/lib");
  const cdk = require(path.join(lib, "private/resolve.js")), encoding = require(path.join(lib, "private/encoding.js"));
  const { resolve: slow, findTokens: findSlowly, RememberingTokenResolver, INTRINSIC_KEY_PREFIX } = cdk;
  const { unresolved, TokenString, containsListTokenElement } = encoding;
  const { StringConcat, DefaultTokenResolver } = require(path.join(lib, "resolvable.js"));
  const { ResolutionTypeHint } = require(path.join(lib, "type-hints.js"));
  const { STRING, NUMBER, STRING_LIST } = ResolutionTypeHint;
  const tokens = require(path.join(lib, "private/token-map.js")).TokenMap.instance();
  const lookup = tokens.lookupToken.bind(tokens);
  const typeHint = Symbol.for("@aws-cdk/core.resolvedTypeHint");
  // Methods of tokens that say what they resolve to without being called.
  const valueOfIntrinsic = require(path.join(lib, "private/intrinsic.js")).Intrinsic.prototype.resolve;
  const valueToProcess = require(path.join(lib, "util.js")).PostResolveToken.prototype.resolve;
  const valueOfReference = require(path.join(lib, "private/cfn-reference.js")).CfnReference.prototype.resolve;
  const toCloudFormation = (CfnResource.prototype as any)._toCloudFormation;

  /** mayBeToken is false for text in which there is no token, also none of a number. */
  const mayBeToken = (text: string) => text.length > 10 && (text.includes("${Token[") || text.includes("e+289"));

  /** leaves are texts that have been seen to be leaves. Most texts are met several times. */
  const leaves = new Set<string>();

  /** isLeaf is true for what resolves to itself, as far as that is quickly seen. */
  function isLeaf(value: any) {
    if (typeof value !== "string") return value === undefined || typeof value === "boolean";
    if (value.length < 11 || leaves.has(value)) return true;
    if (value.includes("{Token[") || value.includes("e+289")) return false;
    leaves.add(value);
    return true;
  }

  /** Numbers that stand for tokens are below this. */
  const leastNumber = -1e289;

  const deepest = 200;

  const isToken = (value: any) => typeof value === "object" && value !== null && typeof value.resolve === "function";

  const isConstruct = (value: any) => value._children !== undefined && value._metadata !== undefined;

  // What the CDK's usual resolver does, and what the one does that also remembers tokens.
  const usual = DefaultTokenResolver.prototype, remembering = RememberingTokenResolver.prototype;

  const fragments = new Map<string, any[]>();
  const pattern: RegExp = TokenString.forString("").re;

  /** fragmentsOf takes text apart: literal text, and tokens between. */
  function fragmentsOf(text: string): any[] {
    let list = fragments.get(text);
    if (list !== undefined) return list;
    list = [];
    let rest = 0;
    pattern.lastIndex = 0;
    for (let m = pattern.exec(text); m; m = pattern.exec(text)) {
      if (m.index > rest) list.push(text.substring(rest, m.index));
      list.push(lookup(m[1] ?? m[2]));
      rest = pattern.lastIndex;
    }
    if (rest < text.length) list.push(text.substring(rest));
    fragments.set(text, list);
    return list;
  }

  function tag(value: any, hint: unknown) {
    if (typeof value === "object" && value !== null && value[typeHint] !== hint) Object.defineProperty(value, typeHint, { value: hint, configurable: true });
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
    return [context, { postProcess: (x: any) => (postProcessor ? postProcessor.postProcess(x, context) : x), isSet: () => postProcessor !== undefined }] as const;
  }

  const slowly = (value: any, options: Options, keys: string[], depth: number) => slow(value, { ...options, prefix: keys.slice(0, depth) });

  /** walk resolves a value. The first of the keys, as many as depth says, lead to it; those behind are the walk's to overwrite. */
  function walk(value: any, options: Options, keys: string[], depth: number): any {
    if (depth > deepest) return slowly(value, options, keys, depth);
    switch (typeof value) {
      case "string":
        return isLeaf(value) ? value : walkText(value, options, keys, depth);
      case "number": {
        if (value > leastNumber) return value;
        const token = tokens.lookupNumberToken(value);
        return tag(token === undefined ? value : walk(token, options, keys, depth), NUMBER);
      }
      case "function":
        return slowly(value, options, keys, depth);
      case "object":
        break;
      default:
        return value;
    }
    if (value === null || value instanceof Date) return value;
    if (Array.isArray(value)) {
      const leaveEmpty = options.removeEmpty === false;
      if (mayBeList(value) && containsListTokenElement(value)) return tag(options.resolver.resolveList(value, contextOf(options, keys, depth)[0]), STRING_LIST);
      const list = [], { length } = value;
      for (let i = 0; i < length; i++) {
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
    if (typeof value.resolve === "function") return walkToken(value, options, keys, depth);
    if (isConstruct(value)) return slowly(value, options, keys, depth);
    const leaveEmpty = options.removeEmpty === false;
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
      if (key.length < 11 || !mayBeToken(key) || !unresolved(key)) {
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

  /** mayBeList is false for a list that is not a token's. */
  function mayBeList(list: any[]) {
    for (let i = 0; i < list.length; i++) if (typeof list[i] === "string" && !isLeaf(list[i]) && list[i].includes("#{Token[")) return true;
    return false;
  }

  function walkText(text: string, options: Options, keys: string[], depth: number) {
    if (text.includes("#{Token[") && TokenString.forListToken(text).test()) return slowly(text, options, keys, depth);
    const list = fragmentsOf(text), { resolver } = options;
    if (list.length === 1 && list[0] === text) return text;
    const method = resolver.resolveString;
    if (method !== usual.resolveString && method !== remembering.resolveString) return tag(resolver.resolveString(TokenString.forString(text).split(lookup), contextOf(options, keys, depth)[0]), STRING);
    let joined: any;
    for (let i = 0; i < list.length; i++) {
      let value = list[i];
      if (typeof value !== "string") {
        value = walk(value, options, keys, depth);
        if (isToken(value)) value = value.toString();
      }
      joined = i === 0 ? value : resolver.concat.join(joined, value);
    }
    return tag(joined, STRING);
  }

  function walkToken(token: any, options: Options, keys: string[], depth: number) {
    "use strict"; // What is thrown and is no object cannot be given a message.
    const { resolver } = options;
    if (resolver.resolveToken === remembering.resolveToken) resolver.tokensSeen.add(token);
    else if (resolver.resolveToken !== usual.resolveToken) {
      const [context, postProcessor] = contextOf(options, keys, depth);
      return tag(resolver.resolveToken(token, context, postProcessor), STRING);
    }
    let resolved: any;
    try {
      const method = token.resolve;
      if (method === valueOfIntrinsic || (method === valueOfReference && token.replacementTokens.size === 0)) {
        resolved = walk(token.value, options, keys, depth);
      } else if (method === valueToProcess) {
        const context = contextOf(options, keys, depth)[0];
        resolved = token.postProcess(walk(token.value, options, keys, depth), context);
      } else {
        const [context, postProcessor] = contextOf(options, keys, depth);
        resolved = postProcessor.postProcess(walk(token.resolve(context), options, keys, depth));
      }
    } catch (e: any) {
      let message = `Resolution error: ${e.message}.`;
      if (token.creationStack && token.creationStack.length > 0) message += `\nObject creation stack:\n  at ${token.creationStack.join("\n  at ")}`;
      e.message = message;
      throw e;
    }
    return tag(resolved, STRING);
  }

  // The sections of a template have been resolved when they are put together, and
  // then the CDK resolves the template. Those are looked through, and only what is
  // not as it would be resolved is made anew.
  const sections = new WeakSet<object>();

  function resolve(value: any, options: Options) {
    const keys = options.prefix?.slice() ?? [];
    if (isLeaf(value) && keys.length <= deepest) return value;
    const resolved = isTemplate(value, options) ? walkTemplate(value, options, keys, keys.length) : walk(value, options, keys, keys.length);
    if (isPlain(resolved)) for (const section of Object.values(resolved)) if (isPlain(section)) sections.add(section);
    return resolved;
  }

  const isPlain = (value: any): value is object => typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

  const isTemplate = (value: any, options: Options) => isPlain(value) && Object.hasOwn(value, "AWSTemplateFormatVersion") && options.removeEmpty !== false;

  function walkTemplate(template: any, options: Options, keys: string[], depth: number) {
    const result: any = {};
    for (const name of Object.keys(template)) {
      if (mayBeToken(name)) return walk(template, options, keys, depth);
      keys[depth] = name;
      const section = (sections.has(template[name]) ? keep : walk)(template[name], options, keys, depth + 1);
      if (section !== undefined) result[name] = section;
    }
    return tag(result, template[typeHint]);
  }

  /** keep is walk for what may be part of the result. */
  function keep(value: any, options: Options, keys: string[], depth: number): any {
    if (depth >= deepest || typeof value !== "object" || value === null) return walk(value, options, keys, depth);
    if (Array.isArray(value)) {
      if (mayBeList(value)) return walk(value, options, keys, depth);
      for (let i = 0; i < value.length; i++) {
        const given = value[i];
        if (given !== undefined && isLeaf(given)) continue;
        keys[depth] = `${i}`;
        if (given === undefined || keep(given, options, keys, depth + 1) !== given) return walk(value, options, keys, depth);
      }
      return value;
    }
    if (!isPlain(value) || isToken(value) || isConstruct(value)) return walk(value, options, keys, depth);
    const names = Object.keys(value);
    let result: any;
    for (let i = 0; i < names.length; i++) {
      const key = names[i], given = (value as any)[key];
      if (key.length > 10 && mayBeToken(key)) return walk(value, options, keys, depth);
      let resolved = given;
      if (!isLeaf(given)) {
        keys[depth] = key;
        resolved = keep(given, options, keys, depth + 1);
      }
      if (result === undefined) {
        if (resolved === given && resolved !== undefined) continue;
        result = {};
        for (const before of names.slice(0, i)) result[before] = (value as any)[before];
      }
      if (resolved !== undefined) result[key] = resolved;
    }
    return result === undefined ? value : tag(result, (value as any)[typeHint]);
  }

  /** seek resolves a value as far as it takes to see the references in it. */
  function seek(value: any, options: Options, keys: string[], depth: number): void {
    if (depth > deepest) throw new Error("too deep");
    if (typeof value === "string") {
      if (isLeaf(value)) return;
      if (value.includes("#{Token[")) walkText(value, options, keys, depth);
      else for (const part of fragmentsOf(value)) if (typeof part !== "string") seekToken(part, options, keys, depth);
      return;
    }
    if (typeof value !== "object" || value === null || value instanceof Date) {
      if (typeof value === "number" || typeof value === "function") walk(value, options, keys, depth);
      return;
    }
    if (Array.isArray(value)) {
      if (mayBeList(value)) walk(value, options, keys, depth);
      else for (let i = 0; i < value.length; i++) {
        if (depth < deepest && isLeaf(value[i])) continue;
        keys[depth] = `${i}`;
        seek(value[i], options, keys, depth + 1);
      }
      return;
    }
    if (typeof value.resolve === "function") return seekToken(value, options, keys, depth);
    if (isConstruct(value)) throw new Error("a construct");
    const names = Object.keys(value);
    for (let i = 0; i < names.length; i++) {
      const key = names[i], given = value[key];
      if (depth >= deepest || !isLeaf(given)) {
        keys[depth] = key;
        seek(given, options, keys, depth + 1);
      }
      if (given !== undefined && key.length > 10 && mayBeToken(key) && typeof walk(key, options, keys, depth) !== "string") throw new Error("no key");
    }
  }

  function seekToken(token: any, options: Options, keys: string[], depth: number): void {
    const method = token.resolve;
    options.resolver.tokensSeen.add(token);
    if (method === valueOfIntrinsic) return seek(token.value, options, keys, depth);
    // What it refers to has a logical ID, and in that are no references.
    if (method === valueOfReference && token.replacementTokens.size === 0 && !mayBeToken(token.displayName)) return;
    const [context, postProcessor] = contextOf(options, keys, depth);
    const value = token.resolve(context);
    if (postProcessor.isSet()) postProcessor.postProcess(walk(value, options, keys, depth));
    else seek(value, options, keys, depth);
  }

  // What a resource is rendered from: references are in its properties, and none
  // in what is made of these, in its logical ID and in those it depends on.
  function seekResource(resource: any, options: Options) {
    if (!resource.shouldSynthesize()) return;
    const keys = ["Resources", resource.logicalId];
    const { version, description, metadata } = resource.cfnOptions;
    for (const [name, value] of Object.entries({ Type: resource.cfnResourceType, Properties: resource.cfnProperties, Version: version, Description: description, Metadata: metadata })) {
      seek(value, options, [...keys, name], 3);
    }
    seek(resource.rawOverrides, options, keys, 2);
  }

  cdk.resolve = resolve;
  // Only references are asked for.
  cdk.findTokens = (scope: any, produce: () => any) => {
    try {
      const resolver = new RememberingTokenResolver(new StringConcat());
      const options = { scope, prefix: [], resolver, preparing: true };
      if (scope._toCloudFormation === toCloudFormation) seekResource(scope, options);
      else seek(produce(), options, [], 0);
      return resolver.tokens;
    } catch {
      return findSlowly(scope, produce);
    }
  };
  encoding.unresolved = (value: any) => (typeof value === "string" ? mayBeToken(value) && unresolved(value) : unresolved(value));
}
