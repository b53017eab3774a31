// What binding a construct to a function means: variables, permissions, and
// SSM parameters with the same values for code that runs elsewhere.
import * as iam from "aws-cdk-lib/aws-iam";
import { elsewhere, environmentName, invalid, isSSTConstruct, parameterPath, shown, type SSTConstruct } from "./library.js";

export type BindingResource = SSTConstruct | { resource: SSTConstruct; permissions: { actions: string[]; resources: string[] }[] };

const ofSecret = (secret: { name: string }) => `__FETCH_FROM_SECRET__:${secret.name}`;

export const boundConstruct = (r: BindingResource): SSTConstruct => (isSSTConstruct(r) ? r : r.resource);

const variables = (c: SSTConstruct) => Object.entries(c.getBindings()?.variables ?? {});

export function bindingEnvironment(r: BindingResource): Record<string, string> {
  const c = boundConstruct(r);
  const environment: Record<string, string> = {};
  for (const [prop, v] of variables(c)) {
    const name = environmentName(c, prop);
    switch (v.type) {
      case "plain": environment[name] = v.value; break;
      case "secret": case "site_url": environment[name] = elsewhere; break;
      case "secret_reference": environment[name] = ofSecret(v.secret); break;
      case "auth_id": environment.AUTH_ID = v.value; break;
    }
  }
  return environment;
}

export function bindingPermissions(r: BindingResource): iam.PolicyStatement[] {
  const allowed = isSSTConstruct(r)
    ? Object.entries(r.getBindings()?.permissions ?? {}).map(([action, resources]) => ({ actions: [action], resources }))
    : r.permissions;
  return allowed.map(({ actions, resources }) => new iam.PolicyStatement({ effect: iam.Effect.ALLOW, actions, resources }));
}

/** referencedSecrets are secrets whose values a binding's variables are. */
const referencedSecrets = (r: BindingResource): SSTConstruct[] =>
  variables(boundConstruct(r)).flatMap(([, v]) => (v.type === "secret_reference" ? [v.secret] : []));

/** allBound are the resources that the user binds to something, with the secrets that these refer to. */
export function allBound(owner: string, given: BindingResource[]): BindingResource[] {
  if (!Array.isArray(given)) invalid(`What is bound to ${owner} is ${shown(given)}. A list of constructs is expected.`);
  given.forEach((r, i) => {
    if (isSSTConstruct(r) || isSSTConstruct(r?.resource)) return;
    const why = r === undefined ? ": it may be of a stack that is made later, or not be returned by the function of its stack" : ", and only constructs of sst/constructs can be bound";
    invalid(`Number ${i + 1} of what is bound to ${owner} is ${shown(r)}${why}.`);
  });
  return [...given, ...given.flatMap(referencedSecrets)];
}

/** makeParameters makes the SSM parameters of a construct, once. */
export function makeParameters(c: SSTConstruct) {
  for (const [prop, v] of variables(c)) {
    const id = `Parameter_${prop}`;
    if (v.type === "secret" || v.type === "auth_id" || c.node.tryFindChild(id)) continue;
    // Most apps have them; but not those of the CDK alone.
    const { StringParameter } = require("aws-cdk-lib/aws-ssm") as typeof import("aws-cdk-lib/aws-ssm");
    new StringParameter(c, id, {
      parameterName: parameterPath(c, prop),
      stringValue: v.type === "secret_reference" ? ofSecret(v.secret) : v.value,
    });
  }
}

declare const require: (name: string) => unknown;
