// Where a construct is in the tree never changes, and neither does what is made
// of that. The CDK works it out anew each time: for each reference to a
// resource, and each aspect on each construct.
import path from "path";
import { CfnElement, Stack } from "aws-cdk-lib/core";
import { Node } from "constructs";
import { isKnown } from "./known.js";

declare const require: { (name: string): any; resolve(name: string): string };

export function rememberIdentities() {
  remember("path", (text: string) => text);
  remember("scopes", (list: unknown[]) => list.slice());
  // As the library's, in one call.
  (Node.prototype as any).tryGetContext = function (key: string) {
    for (let node = this; node; node = node.scope?.node) {
      const value = node._context[key];
      if (value !== undefined) return value;
    }
    return undefined;
  };

  const lib = path.join(path.dirname(require.resolve("aws-cdk-lib/package.json")), "core/lib");
  const uniqueId = require(path.join(lib, "private/uniqueid.js"));
  const { makeUniqueId } = uniqueId;
  const made = new Map<string, string>();
  uniqueId.makeUniqueId = (components: string[], ...rest: unknown[]) => {
    if (rest.length > 0) return makeUniqueId(components, ...rest);
    const key = JSON.stringify(components);
    let id = made.get(key);
    if (id === undefined) made.set(key, (id = makeUniqueId(components)));
    return id;
  };
  if (isKnown("logicalIds")) rememberLogicalIds();
  if (isKnown("injectors")) lookForInjectors(lib);
  // Whether stack traces are wanted is asked for each token.
  const debug = require(path.join(lib, "debug.js"));
  const enabled = debug.debugModeEnabled();
  debug.debugModeEnabled = () => enabled;
}

/** rememberLogicalIds is for stacks that leave their elements' IDs to the CDK. Renaming comes after it. */
function rememberLogicalIds() {
  const stacks = Stack.prototype as any;
  const { allocateLogicalId } = stacks;
  const ids = new WeakMap<CfnElement, string>();
  stacks.allocateLogicalId = function (this: Stack, element: CfnElement) {
    let id = element.stack === this ? ids.get(element) : undefined;
    if (id === undefined) {
      id = allocateLogicalId.call(this, element) as string;
      if (element.stack === this) ids.set(element, id);
    }
    return id;
  };
}

/** lookForInjectors has what injects properties looked for, in all the scopes of a construct, only once there is something that does. */
function lookForInjectors(lib: string) {
  const helpers = require(path.join(lib, "prop-injectors-helpers.js"));
  const { PropertyInjectors } = require(path.join(lib, "prop-injectors.js"));
  const { applyInjectors } = helpers, { of } = PropertyInjectors;
  let any = false;
  PropertyInjectors.of = function (...args: unknown[]) {
    any = true;
    return of.apply(this, args);
  };
  helpers.applyInjectors = (id: string, props: unknown, context: unknown) => (any ? applyInjectors(id, props, context) : props);
}

/** remember has a property of all constructs' nodes computed once for each. */
function remember<T>(name: "path" | "scopes", given: (value: any) => T) {
  const { get } = Object.getOwnPropertyDescriptor(Node.prototype, name)!;
  const values = new WeakMap<Node, unknown>();
  Object.defineProperty(Node.prototype, name, {
    get(this: Node) {
      let value = values.get(this);
      if (value === undefined) values.set(this, (value = get!.call(this)));
      return given(value);
    },
    enumerable: false, configurable: true,
  });
}
