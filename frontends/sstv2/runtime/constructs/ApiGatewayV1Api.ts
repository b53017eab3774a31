import type { Construct } from "constructs";
import { Duration, Stack, Token } from "aws-cdk-lib/core";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import { appOf, constant, functionRef, isCDKConstruct, toCdkDuration, type Bindings, type SSTConstruct } from "./library.js";
import { Function as Fn } from "./Function.js";
import { RoutedApi } from "./RoutedApi.js";
import { restAccessLog } from "./accessLog.js";

declare const require: (name: string) => any;

const methods = ["ANY", "GET", "PUT", "POST", "HEAD", "PATCH", "DELETE", "OPTIONS"];

export class ApiGatewayV1Api extends RoutedApi implements SSTConstruct {
  readonly id: string;
  readonly cdk: { restApi: apigateway.RestApi; accessLogGroup?: any; domainName?: any; certificate?: any } = {} as any;
  private readonly props: any;
  private readonly authorizers: Record<string, apigateway.IAuthorizer> = {};
  private readonly imported: Record<string, apigateway.IResource> = {};
  private deployment?: apigateway.Deployment; // of an imported API
  private _customDomainUrl?: string;

  constructor(scope: Construct, id: string, props: any = {}) {
    super(scope, props.cdk?.id || id);
    this.id = id;
    this.props = props;
    if (isCDKConstruct(props.cdk?.restApi)) this.importApi();
    else this.createApi();
    for (const [key, given] of Object.entries<any>(props.authorizers || {})) this.addAuthorizer(key, given);
    this.addRoutes(this, props.routes || {});
  }

  get url(): string {
    const { restApi } = this.cdk, { region, stage } = appOf(this);
    return (restApi.deploymentStage && restApi.url) ?? `https://${restApi.restApiId}.execute-api.${region}.amazonaws.com/${stage}/`;
  }
  get customDomainUrl(): string | undefined { return this._customDomainUrl; }
  get routes(): string[] { return Object.keys(this.group.members); }
  get restApiId(): string { return this.cdk.restApi.restApiId; }
  get restApiArn(): string {
    const { partition, region } = Stack.of(this);
    return `arn:${partition}:apigateway:${region}::/restapis/${this.restApiId}`;
  }

  addRoutes(scope: Construct, routes: Record<string, any>): void {
    for (const [key, route] of Object.entries(routes)) this.addRoute(scope, routeKey(key), route);
  }
  getFunction(key: string): Fn | undefined {
    const fn = this.group.members[routeKey(key)];
    return fn instanceof Fn ? fn : undefined;
  }

  getConstructMetadata() {
    const { restApi } = this.cdk;
    return {
      type: "ApiGatewayV1Api",
      data: {
        customDomainUrl: this._customDomainUrl,
        url: restApi.url,
        restApiId: restApi.restApiId,
        routes: Object.entries(this.group.members).map(([route, fn]) => ({ type: "function", route, fn: functionRef(fn) })),
      },
    };
  }
  getBindings(): Bindings {
    return { clientPackage: "api", variables: { url: { type: "plain", value: this.customDomainUrl || this.url } }, permissions: {} };
  }
  _permissions(): [string, string[]][] {
    const { account, region, partition } = Stack.of(this.cdk.restApi);
    return [["execute-api:Invoke", [`arn:${partition}:execute-api:${region}:${account}:${this.restApiId}/*`]]];
  }

  private importApi() {
    const { cdk, cors, accessLog, customDomain } = this.props;
    for (const [name, value] of Object.entries({ cors, accessLog, customDomain })) {
      if (value !== undefined) throw new Error(`Cannot configure the "${name}" when the "restApi" is imported`);
    }
    this.cdk.restApi = cdk.restApi;
    this.deployment = new apigateway.Deployment(this, "Deployment", { api: cdk.restApi });
    (this.deployment.node.defaultChild as apigateway.CfnDeployment).stageName = appOf(this).stage;
    for (const [path, resourceId] of Object.entries<string>(cdk.importedPaths ?? {})) {
      this.imported[path] = apigateway.Resource.fromResourceAttributes(this, `Resource_${path}`, { path, resourceId, restApi: cdk.restApi });
    }
  }

  private createApi() {
    const { cdk, cors, accessLog, customDomain } = this.props, app = appOf(this);
    const given = cdk?.restApi ?? {}, deploy = given.deployOptions ?? {};
    if (cdk?.importedPaths !== undefined) throw new Error("Cannot import route paths when creating a new API.");
    for (const [own, value, name, other] of [
      ["customDomain", customDomain, "restApi.domainName", given.domainName],
      ["cors", cors, "restApi.defaultCorsPreflightOptions", given.defaultCorsPreflightOptions],
      ["accessLog", accessLog, "restApi.deployOptions.accessLogDestination", deploy.accessLogDestination],
      ["accessLog", accessLog, "restApi.deployOptions.accessLogFormat", deploy.accessLogFormat],
    ]) {
      if (value !== undefined && other !== undefined) throw new Error(`Use either the "${own}" or the "${name}" to configure the Api. Do not use both.`);
    }
    const log = restAccessLog(this, accessLog);
    this.cdk.accessLogGroup = log?.group;
    this.cdk.restApi = new apigateway.RestApi(this, "Api", {
      restApiName: app.logicalPrefixedName(this.node.id),
      ...given,
      defaultCorsPreflightOptions: given.defaultCorsPreflightOptions
        || (cors === false ? undefined : { allowHeaders: ["*"], allowOrigins: apigateway.Cors.ALL_ORIGINS, allowMethods: apigateway.Cors.ALL_METHODS }),
      deployOptions: {
        ...deploy,
        accessLogDestination: deploy.accessLogDestination || log?.destination,
        accessLogFormat: deploy.accessLogFormat || log?.format,
        stageName: deploy.stageName || app.stage,
        tracingEnabled: deploy.tracingEnabled ?? true,
      },
    });
    if (customDomain !== undefined) this.createDomain(typeof customDomain === "string" ? { domainName: customDomain } : customDomain);
    if (!cors) return;
    for (const type of ["DEFAULT_4XX", "DEFAULT_5XX"] as const) {
      this.cdk.restApi.addGatewayResponse(`GatewayResponseDefault${type.slice(-3)}`, {
        type: apigateway.ResponseType[type],
        responseHeaders: { "Access-Control-Allow-Origin": "'*'", "Access-Control-Allow-Headers": "'*'" },
      });
    }
  }

  private createDomain(given: any) {
    const { domainName, path: basePath, cdk = {} } = given;
    let domain = cdk.domainName;
    if (domainName) domain = this.makeDomain(given);
    else if (domain) {
      for (const [name, value] of Object.entries({
        hostedZone: given.hostedZone || cdk.hostedZone, certificate: cdk.certificate,
        endpointType: given.endpointType, mtls: given.mtls, securityPolicy: given.securityPolicy,
      })) {
        if (value) throw new Error(`Cannot configure the "${name}" when the "domainName" is a construct`);
      }
    }
    if (domain) new apigateway.BasePathMapping(this, "BasePath", { domainName: domain, restApi: this.cdk.restApi, basePath });
    if (domainName && !Token.isUnresolved(domainName)) this._customDomainUrl = `https://${domainName}${basePath ? `/${basePath}/` : ""}`;
  }

  private makeDomain({ domainName, hostedZone: zoneName, endpointType, mtls, securityPolicy, cdk = {} }: any) {
    const acm = require("aws-cdk-lib/aws-certificatemanager"), route53 = require("aws-cdk-lib/aws-route53");
    const { ApiGatewayDomain } = require("aws-cdk-lib/aws-route53-targets");
    if (Token.isUnresolved(domainName)) {
      if (!zoneName && !cdk.hostedZone) throw new Error('You also need to specify the "hostedZone" if the "domainName" is passed in as a reference.');
    } else if (domainName !== domainName.toLowerCase()) throw new Error("The domain name needs to be in lowercase");
    if (zoneName && cdk.hostedZone) throw new Error('Use either the "customDomain.hostedZone" or the "customDomain.cdk.hostedZone" to configure the custom domain hosted zone. Do not use both.');
    const zone = cdk.hostedZone
      ?? route53.HostedZone.fromLookup(this, "HostedZone", { domainName: zoneName || domainName.split(".").slice(1).join(".") });
    const certificate = cdk.certificate ?? (endpointType === "edge"
      ? require("./Distribution.js").dnsValidated(this, "CrossRegionCertificate", { domainName, hostedZone: zone })
      : new acm.Certificate(this, "Certificate", { domainName, validation: acm.CertificateValidation.fromDns(zone) }));
    if (!cdk.certificate) this.cdk.certificate = certificate;
    const policies: Record<string, apigateway.SecurityPolicy> = { "TLS 1.0": apigateway.SecurityPolicy.TLS_1_0, "TLS 1.2": apigateway.SecurityPolicy.TLS_1_2 };
    const domain = new apigateway.DomainName(this, "DomainName", {
      domainName,
      certificate,
      endpointType: endpointType && constant(apigateway.EndpointType, endpointType),
      mtls: mtls && { ...mtls, bucket: mtls.bucket.cdk.bucket },
      securityPolicy: policies[securityPolicy],
    });
    this.cdk.domainName = domain;
    const record = { recordName: domainName, zone, target: route53.RecordTarget.fromAlias(new ApiGatewayDomain(domain)) };
    for (const made of [new route53.ARecord(this, "AliasRecord", record), new route53.AaaaRecord(this, "AliasRecordAAAA", record)]) {
      // The CDK would put the zone's name behind a name that it cannot read.
      if (Token.isUnresolved(domainName)) made.node.defaultChild.name = domainName;
    }
    return domain;
  }

  private addAuthorizer(key: string, given: any) {
    if (key === "none" || key === "iam") throw new Error(`Cannot name an authorizer "${key}"`);
    if (given.cdk?.authorizer) {
      this.authorizers[key] = given.cdk.authorizer;
      return;
    }
    const need = (name: string) => {
      if (!given[name]) throw new Error(`Missing "${name}" for "${key}" authorizer`);
      return given[name];
    };
    const common = {
      authorizerName: given.name,
      resultsCacheTtl: given.resultsCacheTtl ? toCdkDuration(given.resultsCacheTtl) : Duration.seconds(0),
    };
    switch (given.type) {
      case "user_pools": {
        const { UserPool } = require("aws-cdk-lib/aws-cognito");
        const cognitoUserPools = need("userPoolIds").map((id: string) => UserPool.fromUserPoolId(this, `${key}-${id}-ImportedUserPool`, id));
        this.authorizers[key] = new apigateway.CognitoUserPoolsAuthorizer(this, key, { ...common, cognitoUserPools, identitySource: given.identitySource });
        break;
      }
      case "lambda_token":
        this.authorizers[key] = new apigateway.TokenAuthorizer(this, key, {
          ...common, handler: need("function"), identitySource: given.identitySource, validationRegex: given.validationRegex, assumeRole: given.cdk?.assumeRole,
        });
        break;
      case "lambda_request":
        this.authorizers[key] = new apigateway.RequestAuthorizer(this, key, {
          ...common, handler: need("function"), identitySources: need("identitySources"), assumeRole: given.cdk?.assumeRole,
        });
    }
  }

  private addRoute(scope: Construct, key: string, given: any) {
    if (this.group.members[key]) throw new Error(`A route already exists for "${key}"`);
    const [word, path, ...rest] = key.split(" "), method = word.toUpperCase();
    if (path === undefined || rest.length > 0) throw new Error(`Invalid route ${key}: a method and a path with a space between them are expected, such as "GET /notes"`);
    if (!methods.includes(method)) throw new Error(`Invalid method defined for "${key}". Known are ${methods.join(", ")}.`);
    if (path.length === 0) throw new Error(`Invalid path defined for "${key}"`);
    const resource = path.endsWith("/{proxy+}")
      ? this.resourceFor(path.split("/").slice(0, -1).join("/")).addProxy({ anyMethod: false })
      : this.resourceFor(path);
    const route = Fn.isInlineDefinition(given) ? { function: given } : given;
    const fn = this.group.add(key, route.cdk?.function ?? Fn.fromDefinition(scope, `Lambda_${method}_${path}`, route.function, this.props.defaults?.function,
      'The "defaults.function" cannot be applied if an instance of a Function construct is passed in.'));
    const made = resource.addMethod(method, new apigateway.LambdaIntegration(fn, route.cdk?.integration), this.methodOptions(route));
    if (this.deployment) {
      this.deployment.addToLogicalId({ route: { routeKey: key, routeValue: given } });
      this.deployment.node.addDependency(made);
    }
  }

  /** resourceFor is the resource of a path: one that was imported, or below the nearest that was. */
  private resourceFor(path: string): apigateway.IResource {
    const parts = path.split("/");
    for (let i = parts.length; i >= 1; i--) {
      const found = this.imported[parts.slice(0, i).join("/")];
      if (found) return i === parts.length ? found : found.resourceForPath(parts.slice(i).join("/"));
    }
    return this.cdk.restApi.root.resourceForPath(path);
  }

  private methodOptions(route: any): apigateway.MethodOptions {
    const { authorizers, defaults } = this.props, more = route.cdk?.method;
    const key = route.authorizer || defaults?.authorizer || "none";
    if (key === "none") return { authorizationType: apigateway.AuthorizationType.NONE, ...more };
    if (key === "iam") return { authorizationType: apigateway.AuthorizationType.IAM, ...more };
    if (!authorizers?.[key]) throw new Error(`Cannot find authorizer "${key.toString()}"`);
    const authorizer = this.authorizers[key];
    if (authorizers[key].type !== "user_pools") return { authorizationType: apigateway.AuthorizationType.CUSTOM, authorizer, ...more };
    const authorizationScopes = route.authorizationScopes || defaults?.authorizationScopes;
    return { authorizationType: apigateway.AuthorizationType.COGNITO, authorizer, authorizationScopes, ...more };
  }
}

/** routeKey puts one space between method and path. */
const routeKey = (key: string) => key.split(/\s+/).join(" ");
