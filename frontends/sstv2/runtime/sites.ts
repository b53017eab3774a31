// Sites: files that Go builds and the uploader stores.
import type { Construct } from "constructs";
import * as cdk from "aws-cdk-lib/core";
import { pathInApp } from "./constructs/library.js";

/** A value that is text, or known only after deployment. */
type Value = { text: string } | { output: string };

export interface FileRule { include: string[]; exclude?: string[]; cacheControl?: string; contentType?: string }

export interface Site {
  /** The stack of the call that made it. */
  at?: string;
  root: string;
  command?: string;
  environment: Record<string, string>;
  trees: { from: string; to: string; charset?: string; rules: FileRule[] }[];
  invalidate: string[];
  replacements: { text: string; files: string[]; value: string; variable?: string }[];
  bucket: string;
  distribution: string;
  purge: boolean;
  wait: boolean;
  fallback?: string;
}

const found: object[] = [];

/** The order of names counts: a value needs no more than one. */
const valuePrefix = "SstcValue";

/** resolver has the CDK resolve values where the construct is: it then sees what they need of other stacks. */
function resolver(scope: Construct) {
  const stack = cdk.Stack.of(scope);
  const known = new Map<string, Value>();
  return (text: string): Value => {
    if (!cdk.Token.isUnresolved(text)) return { text };
    const value = known.get(text);
    if (value) return value;
    const id = `${valuePrefix}${scope.node.addr}${known.size}`;
    new cdk.CfnOutput(stack, id, { value: text }).overrideLogicalId(id);
    known.set(text, { output: id });
    return { output: id };
  };
}

export function addSite(scope: Construct, site: Site) {
  const stack = cdk.Stack.of(scope), value = resolver(scope);
  found.push({
    ...site,
    path: pathInApp(scope),
    name: scope.node.id,
    stack: stack.artifactId,
    environment: Object.entries(site.environment).map(([name, text]) => ({ name, value: value(text) })),
    replacements: site.replacements.map((r) => ({ ...r, value: value(r.value) })),
    bucket: value(site.bucket),
    distribution: value(site.distribution),
  });
}

const invalidations: object[] = [];

/** addInvalidation has CloudFront forget paths once the app is deployed. */
export function addInvalidation(scope: Construct, { distribution, ...settings }: { distribution: string; paths: string[]; version?: string; wait: boolean }) {
  invalidations.push({ path: pathInApp(scope), stack: cdk.Stack.of(scope).artifactId, distribution: resolver(scope)(distribution), ...settings });
}

/** allInvalidations are those of the app, for Go. */
export const allInvalidations = () => invalidations;

/** sites are those of the app, for Go. */
export const sites = () => found;
