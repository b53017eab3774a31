// What APIs of all three kinds do with the functions of their routes.
import { Construct } from "constructs";
import type { Function as Fn } from "./Function.js";
import { FunctionGroup } from "./FunctionGroup.js";

export abstract class RoutedApi extends Construct {
  /** group has the functions, by the keys of their routes. */
  protected readonly group = new FunctionGroup(this, "route");

  abstract getFunction(key: string): Fn | undefined;
  bind(constructs: any[]) { this.group.bind(constructs); }
  bindToRoute(key: string, constructs: any[]): void { this.functionOf(key, "bind resources").bind(constructs); }
  attachPermissions(permissions: any): void { this.group.attachPermissions(permissions); }
  attachPermissionsToRoute(key: string, permissions: any): void { this.functionOf(key, "attach permissions").attachPermissions(permissions); }

  private functionOf(key: string, what: string): Fn {
    const fn = this.getFunction(key);
    if (!fn) throw new Error(`Failed to ${what}. Route "${key}" does not exist.`);
    return fn;
  }
}
