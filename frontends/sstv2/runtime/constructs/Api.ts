import type { Construct } from "constructs";
import { Stack } from "aws-cdk-lib/core";
import * as apigateway from "aws-cdk-lib/aws-apigatewayv2";
import * as integrations from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { appOf, constant, functionRef, isCDKConstruct, toCdkDuration, type Bindings, type SSTConstruct } from "./library.js";
import { Function as Fn } from "./Function.js";
import { RoutedApi } from "./RoutedApi.js";
import { buildAccessLog, httpFields } from "./accessLog.js";

declare const require: (name: string) => any;

export class Api extends RoutedApi implements SSTConstruct {
  readonly id: string;
  readonly cdk: { httpApi: apigateway.HttpApi; accessLogGroup?: any; domainName?: any; certificate?: any } = {} as any;
  private readonly props: any;
  private _customDomainUrl?: string;
  private readonly routesData: Record<string, { type: string; function?: any; [more: string]: any }> = {};
  private readonly authorizers: Record<string, { authorizer: apigateway.IHttpRouteAuthorizer; type: string }> = {};

  constructor(scope: Construct, id: string, props: any = {}) {
    super(scope, props.cdk?.id || id);
    this.id = id;
    this.props = props;
    this.createApi();
    for (const [key, authorizer] of Object.entries<any>(props.authorizers || {})) this.addAuthorizer(key, authorizer);
    this.addRoutes(this, props.routes || {});
  }

  get url(): string {
    const { httpApi } = this.cdk;
    return httpApi instanceof apigateway.HttpApi ? httpApi.apiEndpoint : `https://${(httpApi as any).apiId}.execute-api.${appOf(this).region}.amazonaws.com`;
  }
  get customDomainUrl(): string | undefined { return this._customDomainUrl; }
  get routes(): string[] { return Object.keys(this.routesData); }
  get httpApiId(): string { return this.cdk.httpApi.apiId; }
  get httpApiArn(): string {
    const { partition, region } = Stack.of(this);
    return `arn:${partition}:apigateway:${region}::/apis/${this.cdk.httpApi.apiId}`;
  }

  addRoutes(scope: Construct, routes: Record<string, any>): void {
    for (const [key, route] of Object.entries(routes)) this.addRoute(scope, key, route);
  }
  getFunction(key: string): Fn | undefined { return this.group.members[routeKey(key)]; }

  setCors(cors?: any) {
    const { cdk } = this.props;
    if (isCDKConstruct(cdk?.httpApi)) {
      if (cors !== undefined) throw new Error('Cannot configure the "cors" when "cdk.httpApi" is a construct');
      return;
    }
    const preflight = corsPreflight(cors);
    if (preflight) {
      (this.cdk.httpApi.node.defaultChild as apigateway.CfnApi).corsConfiguration = { ...preflight, maxAge: preflight.maxAge?.toSeconds() } as any;
    }
  }

  getConstructMetadata() {
    return {
      type: "Api",
      data: {
        graphql: false,
        url: this.cdk.httpApi.url,
        httpApiId: this.cdk.httpApi.apiId,
        customDomainUrl: this._customDomainUrl,
        routes: Object.entries(this.routesData).map(([route, data]) => {
          const { type, function: fn, ...more } = data;
          if (type === "function" || type === "graphql") return { type, route, fn: functionRef(fn), ...more };
          return { type, route };
        }),
      },
    };
  }
  getBindings(): Bindings {
    return { clientPackage: "api", variables: { url: { type: "plain", value: this.customDomainUrl || this.url } }, permissions: {} };
  }
  _permissions(): [string, string[]][] {
    const { account, region, partition } = Stack.of(this.cdk.httpApi);
    return [["execute-api:Invoke", [`arn:${partition}:execute-api:${region}:${account}:${this.cdk.httpApi.httpApiId}/*`]]];
  }

  private createApi() {
    const { cdk, cors, defaults, accessLog, customDomain } = this.props;
    if (isCDKConstruct(cdk?.httpApi)) {
      for (const [name, value] of Object.entries({ cors, accessLog, customDomain, stages: cdk.httpStages })) {
        if (value !== undefined) throw new Error(`Cannot configure the "${name}" when "cdk.httpApi" is a construct`);
      }
      this.cdk.httpApi = cdk.httpApi;
      return;
    }
    for (const name of ["corsPreflight", "defaultDomainMapping"]) {
      if (cdk?.httpApi?.[name] !== undefined) throw new Error(`Cannot configure the "httpApi.${name}" in the Api`);
    }
    let defaultDomainMapping;
    if (customDomain !== undefined) {
      const { customDomainOf } = require("./apiDomain.js");
      const domain = customDomainOf(this, customDomain);
      if (domain.created) this.cdk.domainName = domain.domainName;
      if (domain.certificateCreated) this.cdk.certificate = domain.certificate;
      defaultDomainMapping = { domainName: domain.domainName, mappingKey: domain.mappingKey };
      this._customDomainUrl = `https://${domain.url}`;
    }
    const httpApi = new apigateway.HttpApi(this, "Api", {
      apiName: appOf(this).logicalPrefixedName(this.node.id),
      corsPreflight: corsPreflight(cors),
      defaultDomainMapping,
      ...cdk?.httpApi,
    });
    this.cdk.httpApi = httpApi;
    const stage = httpApi.defaultStage as apigateway.HttpStage | undefined;
    if (defaults?.throttle?.burst && defaults?.throttle?.rate) {
      (stage!.node.defaultChild as apigateway.CfnStage).defaultRouteSettings = {
        throttlingBurstLimit: defaults.throttle.burst,
        throttlingRateLimit: defaults.throttle.rate,
      };
    }
    for (const given of cdk?.httpStages || []) {
      const added = new apigateway.HttpStage(this, `Stage${given.stageName}`, { ...given, httpApi });
      buildAccessLog(this, accessLog, added, httpFields, added.stageName);
    }
    if (stage) this.cdk.accessLogGroup = buildAccessLog(this, accessLog, stage, httpFields);
  }

  private addAuthorizer(key: string, given: any) {
    if (key === "none" || key === "iam") throw new Error(`Cannot name an authorizer "${key}"`);
    const authorizers = require("aws-cdk-lib/aws-apigatewayv2-authorizers");
    const common = { authorizerName: given.name, identitySource: given.identitySource };
    const need = (name: string) => {
      if (!given[name]) throw new Error(`Missing "${name}" for "${key}" authorizer`);
      return given[name];
    };
    const make: Record<string, () => apigateway.IHttpRouteAuthorizer> = {
      user_pool: () => {
        const { UserPool, UserPoolClient } = require("aws-cdk-lib/aws-cognito");
        const { id, clientIds, region } = need("userPool");
        const name = `Api-${this.node.id}-Authorizer-${key}`;
        return new authorizers.HttpUserPoolAuthorizer(key, UserPool.fromUserPoolId(this, `${name}-UserPool`, id), {
          ...common,
          userPoolClients: clientIds?.map((client: string, i: number) => UserPoolClient.fromUserPoolClientId(this, `${name}-UserPoolClient-${i}`, client)),
          userPoolRegion: region,
        });
      },
      jwt: () => {
        const { issuer, audience } = need("jwt");
        return new authorizers.HttpJwtAuthorizer(key, issuer, { ...common, jwtAudience: audience });
      },
      lambda: () => new authorizers.HttpLambdaAuthorizer(key, need("function"), {
        ...common,
        responseTypes: given.responseTypes?.map((type: string) => constant(authorizers.HttpLambdaResponseType, type)),
        resultsCacheTtl: toCdkDuration(given.resultsCacheTtl || "0 seconds"),
      }),
    };
    if (!make[given.type]) return;
    this.authorizers[key] = { authorizer: given.cdk?.authorizer ?? make[given.type](), type: given.type };
  }

  private addRoute(scope: Construct, given: string, value: any): void {
    const key = routeKey(given);
    if (this.routesData[key]) throw new Error(`A route already exists for "${key}"`);
    let name = "default", cdkKey = apigateway.HttpRouteKey.DEFAULT;
    if (key !== "$default") {
      const [method, path, ...rest] = key.split(" ");
      if (path === undefined || rest.length > 0) throw new Error(`Invalid route ${key}: a method and a path with a space between them are expected, such as "GET /notes"`);
      if (!(method.toUpperCase() in apigateway.HttpMethod)) throw new Error(`Invalid method defined for "${key}". Known are ${Object.keys(apigateway.HttpMethod).join(", ")}.`);
      if (path.length === 0) throw new Error(`Invalid path defined for "${key}"`);
      name = `${method.toUpperCase()}_${path}`;
      cdkKey = apigateway.HttpRouteKey.with(path, constant(apigateway.HttpMethod, method));
    }
    const route = Fn.isInlineDefinition(value) ? { function: value } : value;
    const integration = this.integration(scope, key, route, name);
    const { type, ...auth } = this.authorization(route);
    const made = new apigateway.HttpRoute(scope, `Route_${name}`, { httpApi: this.cdk.httpApi, routeKey: cdkKey, integration, ...auth });
    // CloudFormation would leave a type as it was where none is given.
    const types: Record<string, string> = { iam: "AWS_IAM", none: "NONE" };
    if (types[type]) (made.node.defaultChild as apigateway.CfnRoute).authorizationType = types[type];
  }

  private integration(scope: Construct, key: string, route: any, name: string): apigateway.HttpRouteIntegration {
    const id = `Integration_${name}`;
    switch (route.type) {
      case "aws": return this.awsIntegration(scope, key, route, name);
      case "url":
        this.routesData[key] = { type: "url", url: route.url };
        return new integrations.HttpUrlIntegration(id, route.url, route.cdk?.integration);
      case "alb":
        this.routesData[key] = { type: "alb", alb: route.cdk.albListener };
        return new integrations.HttpAlbIntegration(id, route.cdk.albListener, route.cdk.integration);
      case "nlb":
        this.routesData[key] = { type: "nlb", nlb: route.cdk.nlbListener };
        return new integrations.HttpNlbIntegration(id, route.cdk.nlbListener, route.cdk.integration);
      case "graphql": return this.graphqlIntegration(scope, key, route, name);
    }
    if (route.cdk?.function) {
      const payloadFormatVersion = this.payloadFormat(route);
      this.routesData[key] = { type: "lambda_function", function: route.cdk.function };
      return new integrations.HttpLambdaIntegration(id, route.cdk.function, { payloadFormatVersion });
    }
    if ("function" in route) return this.functionIntegration(scope, key, route, name);
    if ("handler" in route) throw new Error(`Function definition must be nested under the "function" key in the route props for "${key}". ie. { function: { handler: "myfunc.handler" } }`);
    throw new Error(`Invalid route type "${route.type}" for "${key}".`);
  }

  private payloadFormat(route: any): apigateway.PayloadFormatVersion {
    const version = route.payloadFormatVersion || this.props.defaults?.payloadFormatVersion || "2.0";
    const known: Record<string, apigateway.PayloadFormatVersion> = {
      "1.0": apigateway.PayloadFormatVersion.VERSION_1_0, "2.0": apigateway.PayloadFormatVersion.VERSION_2_0,
    };
    if (!known[version]) throw new Error(`PayloadFormatVersion: sst.Api does not currently support ${version} payload format version. It is "1.0" or "2.0".`);
    return known[version];
  }

  private functionIntegration(scope: Construct, key: string, route: any, name: string) {
    const payloadFormatVersion = this.payloadFormat(route);
    const fn = Fn.fromDefinition(scope, `Lambda_${name}`, route.function, this.props.defaults?.function,
      'The "defaults.function" cannot be applied if an instance of a Function construct is passed in.');
    this.routesData[key] = { type: "function", function: fn };
    this.group.add(key, fn);
    return new integrations.HttpLambdaIntegration(`Integration_${name}`, fn, { payloadFormatVersion });
  }

  private graphqlIntegration(scope: Construct, key: string, route: any, name: string) {
    const integration = this.functionIntegration(scope, key, { ...route, payloadFormatVersion: "2.0" }, name);
    const { function: fn } = this.routesData[key];
    fn.addEnvironment("GRAPHQL_ENDPOINT", key.split(" ")[1]);
    const { output, schema, commands, internalPackages } = route.pothos ?? {};
    this.routesData[key] = { type: "graphql", function: fn, schema, internalPackages, output, commands };
    return integration;
  }

  private awsIntegration(scope: Construct, key: string, route: any, name: string) {
    const iam = require("aws-cdk-lib/aws-iam");
    const { integration } = route.cdk;
    const [service, action] = integration.subtype.split("-");
    const prefixes: Record<string, string> = { EventBridge: "events", SQS: "sqs", AppConfig: "appconfig", Kinesis: "kinesis", StepFunctions: "states" };
    const role = new iam.Role(scope, `IntegrationRole_${name}`, {
      assumedBy: new iam.ServicePrincipal("apigateway.amazonaws.com"),
      inlinePolicies: {
        Policy: new iam.PolicyDocument({ statements: [new iam.PolicyStatement({ actions: [`${prefixes[service]}:${action}`], resources: ["*"] })] }),
      },
    });
    this.routesData[key] = { type: "aws" };
    return new AwsIntegration(`Integration_${name}`, { ...integration, credentials: apigateway.IntegrationCredentials.fromRole(role) });
  }

  private authorization(route: any): { type: string; authorizer: apigateway.IHttpRouteAuthorizer; authorizationScopes?: string[] } {
    const key = route.authorizer || this.props.defaults?.authorizer || "none";
    if (key === "none") return { type: "none", authorizer: new apigateway.HttpNoneAuthorizer() };
    if (key === "iam") {
      const { HttpIamAuthorizer } = require("aws-cdk-lib/aws-apigatewayv2-authorizers");
      return { type: "iam", authorizer: new HttpIamAuthorizer() };
    }
    const found = this.authorizers[key];
    if (!found) throw new Error(`Cannot find authorizer "${key.toString()}"`);
    const scopes = found.type === "lambda" ? undefined : route.authorizationScopes || this.props.defaults?.authorizationScopes;
    return { type: found.type, authorizer: found.authorizer, authorizationScopes: scopes };
  }
}

/** AwsIntegration has the API call a service of AWS. */
class AwsIntegration extends apigateway.HttpRouteIntegration {
  constructor(id: string, private readonly props: any) { super(id); }
  bind(): apigateway.HttpRouteIntegrationConfig {
    return { payloadFormatVersion: apigateway.PayloadFormatVersion.VERSION_1_0, type: apigateway.HttpIntegrationType.AWS_PROXY, ...this.props };
  }
}

/** routeKey puts one space between method and path. */
const routeKey = (key: string) => key.split(/\s+/).join(" ");

function corsPreflight(cors: any): apigateway.CorsPreflightOptions | undefined {
  if (cors === false) return undefined;
  const given = cors === undefined || cors === true ? {} : cors;
  return {
    allowCredentials: given.allowCredentials || false,
    allowHeaders: given.allowHeaders || ["*"],
    allowMethods: (given.allowMethods || ["ANY"]).map((m: string) => constant(apigateway.CorsHttpMethod, m)),
    allowOrigins: given.allowOrigins || ["*"],
    exposeHeaders: given.exposeHeaders,
    maxAge: given.maxAge && toCdkDuration(given.maxAge),
  };
}
