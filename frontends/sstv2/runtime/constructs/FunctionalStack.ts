// Stacks that are functions: what one returns, others use.
import type { App } from "./App.js";
import { Stack } from "./Stack.js";

export type StackContext = { app: App; stack: Stack };
type FunctionalStack = (this: Stack, context: StackContext) => any;

type Made = Map<FunctionalStack, { stack: Stack; done: boolean; exports?: unknown }>;

// Of each app; functions of one may be stacks of another.
const apps = new WeakMap<App, Made>();
let app: App | undefined;
let current: FunctionalStack | undefined;

export function stack(scope: App, fn: FunctionalStack, props?: any) {
  app = scope;
  current = fn;
  const id = props?.id || fn.name;
  const made: Made = apps.get(app) ?? new Map();
  apps.set(app, made);
  if (made.get(fn)?.done) throw new Error(`StackDuplicates: Attempting to initialize stack ${id} several times`);
  const entry: { stack: Stack; done: boolean; exports?: unknown } = { stack: new FunctionStack(scope, id, props), done: false };
  made.set(fn, entry);
  const finish = (exports: unknown) => Object.assign(entry, { done: true, exports });
  const returned = fn.call(entry.stack, { app: scope, stack: entry.stack });
  if (returned && typeof returned === "object" && "then" in returned) return returned.then((exports: unknown) => void finish(exports));
  finish(returned);
  return scope;
}

class FunctionStack extends Stack {}

function find(fn: FunctionalStack, finished: boolean) {
  if (!app) throw new Error("No app is set");
  const entry = apps.get(app)!.get(fn);
  if (!entry || (finished && !entry.done)) throw new Error(`StackWrongOrder: Initialize "${fn.name}" stack before "${current?.name}" stack`);
  return entry;
}

export const use = (fn: FunctionalStack): any => find(fn, true).exports;

export const getStack = (fn: FunctionalStack): Stack => find(fn, false).stack;

export function dependsOn(fn: FunctionalStack) {
  getStack(current!).addDependency(getStack(fn));
}
