// Where a construct is in the tree never changes, and neither does what is made
// of that. The CDK works it out anew each time: for each reference to a
// resource, and each aspect on each construct.
import path from "path";
import { Node } from "constructs";

declare const require: { (name: string): any; resolve(name: string): string };

export function rememberIdentities() {
  remember("path", (text: string) => text);
  remember("scopes", (list: unknown[]) => list.slice());

  const uniqueId = require(path.join(path.dirname(require.resolve("aws-cdk-lib/package.json")), "core/lib/private/uniqueid.js"));
  const { makeUniqueId } = uniqueId;
  const made = new Map<string, string>();
  uniqueId.makeUniqueId = (components: string[], ...rest: unknown[]) => {
    if (rest.length > 0) return makeUniqueId(components, ...rest);
    const key = JSON.stringify(components);
    let id = made.get(key);
    if (id === undefined) made.set(key, (id = makeUniqueId(components)));
    return id;
  };
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
