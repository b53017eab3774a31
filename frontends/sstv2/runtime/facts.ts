// The CDK's table of what it knows of regions registers thousands of facts when
// the first is asked for. Here a region's are registered when one of them is.
import path from "path";
import { ask } from "./constructs/library.js";

declare const require: { (name: string): any; resolve(name: string): string; cache: Record<string, { exports: unknown }> };

interface Known {
  name: string;
  args: string[] | null;
  value: string;
}

export function deferFacts() {
  const lib = path.join(path.dirname(require.resolve("aws-cdk-lib/package.json")), "region-info/lib");
  const file = require.resolve(path.join(lib, "built-ins.generated.js"));
  if (require.cache[file]) return;
  const BuiltIns = class {
    static register() {
      const regions = ask("facts", { file, region: "" }) as string[] | null;
      if (!regions) {
        delete require.cache[file];
        return require(file).BuiltIns.register();
      }
      const { Fact, FactName } = require(path.join(lib, "fact.js"));
      for (const region of regions) {
        const set = (value: unknown) => Object.defineProperty(Fact.database, region, { value, enumerable: true, configurable: true, writable: true });
        const get = () => {
          const facts: Record<string, string> = {};
          for (const { name, args, value } of ask("facts", { file, region }) as Known[]) facts[args ? FactName[name](...args) : FactName[name]] = value;
          set(facts);
          return facts;
        };
        Object.defineProperty(Fact.database, region, { get, set, enumerable: true, configurable: true });
      }
    }
  };
  require.cache[file] = { exports: { BuiltIns } };
}
