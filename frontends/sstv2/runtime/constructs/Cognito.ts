import { Construct } from "constructs";
import { Stack } from "aws-cdk-lib/core";
import * as cognito from "aws-cdk-lib/aws-cognito";
import * as iam from "aws-cdk-lib/aws-iam";
import { appOf, functionRef, isCDKConstruct, type SSTConstruct } from "./library.js";
import { Function as Fn } from "./Function.js";
import { FunctionGroup } from "./FunctionGroup.js";
import { attachPermissionsToPolicy, attachPermissionsToRole, type Permissions } from "./permission.js";

// Providers whose users may have an identity: the name that AWS has for each,
// what identifies the app there, and the words for messages.
const social: { key: string; name: string; props: string[] }[] = [
  { key: "amazon", name: "www.amazon.com", props: ["appId"] },
  { key: "facebook", name: "graph.facebook.com", props: ["appId"] },
  { key: "google", name: "accounts.google.com", props: ["clientId"] },
  { key: "twitter", name: "api.twitter.com", props: ["consumerKey", "consumerSecret"] },
  { key: "apple", name: "appleid.apple.com", props: ["servicesId"] },
];

export class Cognito extends Construct implements SSTConstruct {
  readonly id: string;
  readonly cdk: {
    userPool: any;
    userPoolClient: cognito.IUserPoolClient;
    cfnIdentityPool?: cognito.CfnIdentityPool;
    cfnIdentityPoolRoleAttachment?: cognito.CfnIdentityPoolRoleAttachment;
    authRole: iam.Role;
    unauthRole: iam.Role;
  } = {} as any;
  private readonly props: any;
  private readonly group: FunctionGroup;

  constructor(scope: Construct, id: string, props: any = {}) {
    super(scope, props.cdk?.id || id);
    this.id = id;
    this.props = props;
    this.group = new FunctionGroup(this, "trigger");
    this.cdk.userPool = this.createUserPool();
    const { userPoolClient } = props.cdk ?? {};
    this.cdk.userPoolClient = isCDKConstruct(userPoolClient)
      ? userPoolClient
      : new cognito.UserPoolClient(this, "UserPoolClient", { userPool: this.cdk.userPool, ...userPoolClient });
    this.addTriggers();
    if (props.identityPoolFederation !== false) this.createIdentityPool();
  }

  get userPoolId(): string { return this.cdk.userPool.userPoolId; }
  get userPoolArn(): string { return this.cdk.userPool.userPoolArn; }
  get userPoolClientId(): string { return this.cdk.userPoolClient.userPoolClientId; }
  get cognitoIdentityPoolId(): string | undefined { return this.cdk.cfnIdentityPool?.ref; }

  attachPermissionsForAuthUsers(...args: any[]): void { this.attachForUsers("Auth", this.cdk.authRole, args); }
  attachPermissionsForUnauthUsers(...args: any[]): void { this.attachForUsers("Unauth", this.cdk.unauthRole, args); }
  bindForTriggers(constructs: any[]): void { for (const fn of this.group.functions) fn.bind(constructs); }
  bindForTrigger(key: string, constructs: any[]): void { this.trigger(key, "bind resources").bind(constructs); }
  attachPermissionsForTriggers(permissions: Permissions): void { for (const fn of this.group.functions) fn.attachPermissions(permissions); }
  attachPermissionsForTrigger(key: string, permissions: Permissions): void { this.trigger(key, "attach permissions").attachPermissions(permissions); }
  getFunction(key: string): Fn | undefined { return this.group.members[key]; }

  private trigger(key: string, what: string): Fn {
    const fn = this.getFunction(key);
    if (!fn) throw new Error(`Failed to ${what}. Trigger "${key}" does not exist.`);
    return fn;
  }

  getConstructMetadata() {
    return {
      type: "Cognito",
      data: {
        identityPoolId: this.cognitoIdentityPoolId,
        userPoolId: this.userPoolId,
        triggers: Object.entries(this.group.members).map(([name, fn]) => ({ name, fn: functionRef(fn) })),
      },
    };
  }
  getBindings() { return undefined; }

  private attachForUsers(kind: string, role: iam.Role, args: any[]): void {
    const [scope, permissions]: [Construct, Permissions] = args[1] ? [args[0], args[1]] : [this, args[0]];
    if (Stack.of(scope) === Stack.of(this)) return attachPermissionsToRole(role, permissions);
    // A policy in the other stack, so that this one does not depend on it.
    const id = `Auth-${this.node.id}-${scope.node.id}-${kind}Role`;
    const policy = (scope.node.tryFindChild(id) as iam.Policy | undefined) ?? new iam.Policy(scope, id);
    role.attachInlinePolicy(policy);
    attachPermissionsToPolicy(policy, permissions);
  }

  private createUserPool() {
    const { login, cdk } = this.props;
    if (isCDKConstruct(cdk?.userPool)) return cdk.userPool;
    if (cdk?.userPool?.lambdaTriggers) throw new Error('Cannot configure the "cdk.userPool.lambdaTriggers" in the Cognito construct. Use the "triggers" instead.');
    if (isCDKConstruct(cdk?.userPoolClient)) throw new Error('Cannot import the "userPoolClient" when the "userPool" is not imported.');
    return new cognito.UserPool(this, "UserPool", {
      userPoolName: appOf(this).logicalPrefixedName(this.node.id),
      selfSignUpEnabled: true,
      signInCaseSensitive: false,
      signInAliases: login && Object.fromEntries(["email", "phone", "username", "preferredUsername"].map((alias) => [alias, login.includes(alias)])),
      ...cdk?.userPool,
    });
  }

  private addTriggers() {
    const triggers = Object.entries(this.props.triggers ?? {});
    if (triggers.length > 0 && !this.cdk.userPool.addTrigger) throw new Error('Cannot add triggers when the "userPool" is imported.');
    for (const [key, definition] of triggers) {
      const fn = Fn.fromDefinition(this, key, definition, this.props.defaults?.function,
        'The "defaults.function" cannot be applied if an instance of a Function construct is passed in.');
      const operation = (cognito.UserPoolOperation as any)[key.replace(/[A-Z]/g, (c) => `_${c}`).toUpperCase()];
      if (!operation) throw new Error(`There is no trigger "${key}".`);
      this.cdk.userPool.addTrigger(operation, fn);
      this.group.add(key, fn);
    }
  }

  private createIdentityPool() {
    const app = appOf(this), { id } = this.node;
    const federation = typeof this.props.identityPoolFederation === "object" ? this.props.identityPoolFederation : {};
    const need = (key: string, prop: string): string => {
      const value = federation[key][prop];
      if (!value) throw new Error(`${key}.${prop} is missing in the identityPoolFederation of "${id}".`);
      return value;
    };
    const openIdConnectProviderArns: string[] = [];
    if (federation.auth0) {
      const domain = need("auth0", "domain");
      const provider = new iam.OpenIdConnectProvider(this, "Auth0Provider", {
        url: domain.startsWith("https://") ? domain : `https://${domain}`,
        clientIds: [need("auth0", "clientId")],
      });
      openIdConnectProviderArns.push(provider.openIdConnectProviderArn);
    }
    const supportedLoginProviders: Record<string, string> = {};
    for (const { key, name, props } of social) {
      if (federation[key]) supportedLoginProviders[name] = props.map((prop) => need(key, prop)).join(";");
    }
    const pool = new cognito.CfnIdentityPool(this, "IdentityPool", {
      identityPoolName: app.logicalPrefixedName(id),
      allowUnauthenticatedIdentities: true,
      cognitoIdentityProviders: [{
        providerName: `cognito-idp.${app.region}.${Stack.of(this).urlSuffix}/${this.userPoolId}`,
        clientId: this.userPoolClientId,
      }],
      supportedLoginProviders,
      openIdConnectProviderArns,
      ...federation.cdk?.cfnIdentityPool,
    });
    this.cdk.cfnIdentityPool = pool;
    this.cdk.authRole = this.role("IdentityPoolAuthRole", pool, "authenticated", ["cognito-identity:*"]);
    this.cdk.unauthRole = this.role("IdentityPoolUnauthRole", pool, "unauthenticated", []);
    this.cdk.cfnIdentityPoolRoleAttachment = new cognito.CfnIdentityPoolRoleAttachment(this, "IdentityPoolRoleAttachment", {
      identityPoolId: pool.ref,
      roles: { authenticated: this.cdk.authRole.roleArn, unauthenticated: this.cdk.unauthRole.roleArn },
    });
  }

  private role(name: string, pool: cognito.CfnIdentityPool, users: string, actions: string[]): iam.Role {
    const service = appOf(this).region.startsWith("us-gov-") ? "cognito-identity-us-gov.amazonaws.com" : "cognito-identity.amazonaws.com";
    const role = new iam.Role(this, name, {
      assumedBy: new iam.FederatedPrincipal(
        service,
        { StringEquals: { [`${service}:aud`]: pool.ref }, "ForAnyValue:StringLike": { [`${service}:amr`]: users } },
        "sts:AssumeRoleWithWebIdentity",
      ),
    });
    role.addToPolicy(new iam.PolicyStatement({
      effect: iam.Effect.ALLOW, actions: ["mobileanalytics:PutEvents", "cognito-sync:*", ...actions], resources: ["*"],
    }));
    return role;
  }
}
