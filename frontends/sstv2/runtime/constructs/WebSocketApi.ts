import type { Construct } from "constructs";
import { Stack } from "aws-cdk-lib/core";
import * as apigateway from "aws-cdk-lib/aws-apigatewayv2";
import { WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import * as iam from "aws-cdk-lib/aws-iam";
import { appOf, functionRef, isCDKConstruct, type Bindings, type SSTConstruct } from "./library.js";
import { Function as Fn } from "./Function.js";
import { RoutedApi } from "./RoutedApi.js";
import { buildAccessLog, webSocketFields } from "./accessLog.js";
import { serve } from "./support.js";

declare const require: (name: string) => any;

export class WebSocketApi extends RoutedApi implements SSTConstruct {
  readonly id: string;
  readonly cdk: { webSocketApi: any; webSocketStage: any; accessLogGroup?: any; domainName?: any; certificate?: any } = {} as any;
  private readonly props: any;
  private readonly routesByKey: Record<string, apigateway.WebSocketRoute> = {};
  private readonly authorizer: "none" | "iam" | apigateway.IWebSocketRouteAuthorizer;
  private _customDomainUrl?: string;

  constructor(scope: Construct, id: string, props: any = {}) {
    super(scope, props.cdk?.id || id);
    this.id = id;
    this.props = props;
    this.createApi();
    this.createStage();
    this.authorizer = authorizerOf(props.authorizer);
    this.addRoutes(this, props.routes || {});
    this.attachPermissions([new iam.PolicyStatement({ actions: ["execute-api:ManageConnections"], resources: [this._connectionsArn] })]);
  }

  get url(): string { return this.cdk.webSocketStage.url; }
  get customDomainUrl(): string | undefined { return this._customDomainUrl; }
  get routes(): string[] { return Object.keys(this.group.members); }
  get _connectionsArn(): string {
    return Stack.of(this).formatArn({ service: "execute-api", resource: this.cdk.webSocketApi.apiId, resourceName: "*/*/@connections/*" });
  }

  addRoutes(scope: Construct, routes: Record<string, any>): void {
    for (const [key, route] of Object.entries(routes)) this.addRoute(scope, key.trim(), route);
  }
  getFunction(key: string): Fn | undefined { return this.group.members[key.trim()]; }
  getRoute(key: string): apigateway.WebSocketRoute | undefined { return this.routesByKey[key.trim()]; }

  getConstructMetadata() {
    return {
      type: "WebSocketApi",
      data: {
        url: this.url,
        httpApiId: this.cdk.webSocketApi.apiId,
        customDomainUrl: this._customDomainUrl,
        routes: Object.entries(this.group.members).map(([route, fn]) => ({ route, fn: functionRef(fn) })),
      },
    };
  }
  getBindings(): Bindings {
    const url = this.customDomainUrl || this.url;
    return {
      clientPackage: "websocket-api",
      variables: { url: { type: "plain", value: url }, httpsUrl: { type: "plain", value: url.replace("wss://", "https://") } },
      permissions: { "execute-api:ManageConnections": [this._connectionsArn] },
    };
  }
  _permissions(): [string, string[]][] {
    const { account, region, partition } = Stack.of(this.cdk.webSocketApi);
    return [
      ["execute-api:Invoke", [`arn:${partition}:execute-api:${region}:${account}:${this.cdk.webSocketApi.apiId}/*`]],
      ["execute-api:ManageConnections", [this._connectionsArn]],
    ];
  }

  private createApi() {
    const { webSocketApi, webSocketStage } = this.props.cdk ?? {};
    if (isCDKConstruct(webSocketApi)) {
      this.cdk.webSocketApi = webSocketApi;
      return;
    }
    if (isCDKConstruct(webSocketStage)) throw new Error('Cannot import the "webSocketStage" when the "webSocketApi" is not imported.');
    this.cdk.webSocketApi = new apigateway.WebSocketApi(this, "Api", { apiName: appOf(this).logicalPrefixedName(this.node.id), ...webSocketApi });
  }

  private createStage() {
    const { accessLog, customDomain } = this.props, given = this.props.cdk?.webSocketStage;
    if (isCDKConstruct(given)) {
      for (const [name, value] of Object.entries({ accessLog, customDomain })) {
        if (value !== undefined) throw new Error(`Cannot configure the "${name}" when "webSocketStage" is a construct`);
      }
      this.cdk.webSocketStage = given;
      return;
    }
    if (given?.domainMapping !== undefined) throw new Error('Do not configure the "webSocketStage.domainMapping". Use the "customDomain" to configure the Api domain.');
    let domainMapping;
    if (customDomain !== undefined) {
      const { customDomainOf } = require("./apiDomain.js");
      const domain = customDomainOf(this, customDomain);
      if (domain.created) this.cdk.domainName = domain.domainName;
      if (domain.certificateCreated) this.cdk.certificate = domain.certificate;
      domainMapping = { domainName: domain.domainName, mappingKey: domain.mappingKey };
      this._customDomainUrl = `wss://${domain.url}`;
    }
    const role = cloudWatchRole(this);
    const stage = new apigateway.WebSocketStage(this, "Stage", {
      webSocketApi: this.cdk.webSocketApi, stageName: appOf(this).stage, autoDeploy: true, domainMapping, ...given,
    });
    stage.node.addDependency(role);
    this.cdk.webSocketStage = stage;
    this.cdk.accessLogGroup = buildAccessLog(this, accessLog, stage, webSocketFields);
  }

  private addRoute(scope: Construct, key: string, given: any) {
    if (this.group.members[key]) throw new Error(`A route already exists for "${key}"`);
    const inline = Fn.isInlineDefinition(given);
    const fn = Fn.fromDefinition(scope, key, inline ? given : given.function, this.props.defaults?.function,
      'The "defaults.function" cannot be applied if an instance of a Function construct is passed in.');
    const connects = key === "$connect", { authorizer } = this;
    const route = new apigateway.WebSocketRoute(scope, `Route_${key}`, {
      webSocketApi: this.cdk.webSocketApi,
      routeKey: key,
      integration: new WebSocketLambdaIntegration(`Integration_${key}`, fn),
      authorizer: connects && typeof authorizer !== "string" ? authorizer : undefined,
      returnResponse: inline ? undefined : given.returnResponse,
    });
    if (connects) {
      // CloudFormation would leave a type as it was where none is given.
      (route.node.defaultChild as apigateway.CfnRoute).authorizationType = authorizer === "none" ? "NONE" : authorizer === "iam" ? "AWS_IAM" : "CUSTOM";
    }
    this.routesByKey[key] = route;
    this.group.add(key, fn);
  }
}

function authorizerOf(given: any) {
  if (!given || given === "none") return "none";
  if (given === "iam") return "iam";
  if (given.cdk?.authorizer) return given.cdk.authorizer;
  if (!given.function) throw new Error('Missing "function" for authorizer');
  const { WebSocketLambdaAuthorizer } = require("aws-cdk-lib/aws-apigatewayv2-authorizers");
  return new WebSocketLambdaAuthorizer("WebSocketAuthorizer", given.function, { authorizerName: given.name, identitySource: given.identitySource });
}

/** cloudWatchRole has API Gateway allowed to write logs, which an account allows once. */
function cloudWatchRole(scope: Construct) {
  const { partition, account, region } = Stack.of(scope), roleName = "apigateway-cloudwatch-logs-role";
  const roleArn = `arn:${partition}:iam::${account}:role/${roleName}`;
  return serve(scope, "APIGatewayCloudWatchRole", "Custom::APIGatewayCloudWatchRole", { roleName, roleArn }, "APIGatewayCloudWatchRolePolicy", [
    new iam.PolicyStatement({ actions: ["apigateway:GET", "apigateway:PATCH"], resources: [`arn:${partition}:apigateway:${region}::/account`] }),
    new iam.PolicyStatement({ actions: ["iam:CreateRole", "iam:PassRole", "iam:AttachRolePolicy"], resources: [roleArn] }),
  ]);
}
