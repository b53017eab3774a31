import fs from "fs";
import os from "os";
import path from "path";
import { Construct } from "constructs";
import { Stack, Token } from "aws-cdk-lib/core";
import * as appsync from "aws-cdk-lib/aws-appsync";
import { appOf, functionRef, invalid, isCDKConstruct, type Bindings, type SSTConstruct } from "./library.js";
import { Function as Fn } from "./Function.js";

declare const require: (name: string) => any;

export class AppSyncApi extends Construct implements SSTConstruct {
  readonly id: string;
  readonly cdk: { graphqlApi: appsync.GraphqlApi; certificate?: any } = {} as any;
  private readonly props: any;
  private _customDomainUrl?: string;
  private readonly functions: Record<string, Fn> = {}; // by data source
  private readonly dataSources: Record<string, appsync.BaseDataSource> = {};
  private readonly resolvers: Record<string, { resolver: appsync.Resolver; dataSource: string }> = {};
  private readonly bound: any[] = [];
  private readonly permitted: any[] = [];

  constructor(scope: Construct, id: string, props: any) {
    super(scope, props?.cdk?.id || id);
    this.id = id;
    this.props = props ?? {};
    this.createApi();
    this.addDataSources(this, this.props.dataSources ?? {});
    this.addResolvers(this, this.props.resolvers ?? {});
  }

  get apiId(): string { return this.cdk.graphqlApi.apiId; }
  get apiArn(): string { return this.cdk.graphqlApi.arn; }
  get apiName(): string { return this.cdk.graphqlApi.name; }
  get url(): string { return this.cdk.graphqlApi.graphqlUrl; }
  get customDomainUrl(): string | undefined { return this._customDomainUrl; }

  addDataSources(scope: Construct, dataSources: Record<string, any>): void {
    for (const [key, given] of Object.entries(dataSources)) this.addDataSource(scope, key, given);
  }
  addResolvers(scope: Construct, resolvers: Record<string, any>): void {
    for (const [key, given] of Object.entries(resolvers)) this.addResolver(scope, resolverKey(key), given);
  }
  getFunction(key: string): Fn | undefined { return this.functions[key] ?? this.functions[this.sourceOf(key)]; }
  getDataSource(key: string): appsync.BaseDataSource | undefined { return this.dataSources[key] ?? this.dataSources[this.sourceOf(key)]; }
  getResolver(key: string): appsync.Resolver | undefined { return this.resolvers[resolverKey(key)]?.resolver; }
  bind(constructs: any[]) {
    for (const fn of Object.values(this.functions)) fn.bind(constructs);
    this.bound.push(...constructs);
  }
  bindToDataSource(key: string, constructs: any[]): void { this.one(key, "bind resources").bind(constructs); }
  attachPermissions(permissions: any): void {
    for (const fn of Object.values(this.functions)) fn.attachPermissions(permissions);
    this.permitted.push(permissions);
  }
  attachPermissionsToDataSource(key: string, permissions: any): void { this.one(key, "attach permissions").attachPermissions(permissions); }

  /** sourceOf is the data source of a resolver. */
  private sourceOf(key: string): string { return this.resolvers[resolverKey(key)]?.dataSource ?? ""; }
  private one(key: string, what: string): Fn {
    const fn = this.getFunction(key);
    if (!fn) throw new Error(`Failed to ${what}. Function does not exist for key "${key}".`);
    return fn;
  }

  getConstructMetadata() {
    const { graphqlApi } = this.cdk;
    return {
      type: "AppSync",
      data: {
        url: graphqlApi.graphqlUrl,
        appSyncApiId: graphqlApi.apiId,
        appSyncApiKey: graphqlApi.apiKey,
        customDomainUrl: this._customDomainUrl,
        dataSources: Object.keys(this.dataSources).map((name) => ({ name, fn: functionRef(this.functions[name]) })),
      },
    };
  }
  getBindings(): Bindings | undefined {
    if (!this.url) return undefined; // of an imported one, it is not known
    return { clientPackage: "api", variables: { url: { type: "plain", value: this.customDomainUrl || this.url } }, permissions: {} };
  }
  _permissions(): [string, string[]][] {
    const { graphqlApi } = this.cdk, { account, region, partition } = Stack.of(graphqlApi);
    return [["appsync:GraphQL", [`arn:${partition}:appsync:${region}:${account}:apis/${graphqlApi.apiId}/*`]]];
  }

  private createApi() {
    const { schema, customDomain, cdk } = this.props;
    if (isCDKConstruct(cdk?.graphqlApi)) {
      if (customDomain !== undefined) throw new Error('Cannot configure the "customDomain" when "graphqlApi" is a construct');
      this.cdk.graphqlApi = cdk.graphqlApi;
      return;
    }
    const file = this.schema(schema);
    const domain = domainOf(this, customDomain);
    if (domain) this._customDomainUrl = `https://${domain.domainName}/graphql`;
    const api = new appsync.GraphqlApi(this, "Api", {
      name: appOf(this).logicalPrefixedName(this.node.id),
      xrayEnabled: true,
      // Older CDKs know no other definition.
      ...(appsync.Definition ? { definition: appsync.Definition.fromSchema(file) } : { schema: file }),
      domainName: domain && { certificate: domain.certificate, domainName: domain.domainName },
      ...cdk?.graphqlApi,
    });
    this.cdk.graphqlApi = api;
    this.cdk.certificate = domain?.certificate;
    if (domain) finishDomain(this, api, domain);
  }

  private schema(schema: any) {
    if (!schema) throw new Error(`Missing "schema" in "${this.node.id}" AppSyncApi`);
    if (typeof schema === "string") return appsync.SchemaFile.fromAsset(schema);
    if (schema.length === 0) throw new Error("Invalid schema. At least one schema file must be provided");
    const file = path.join(os.tmpdir(), `appsyncapi-${this.node.id}-${this.node.addr}.graphql`);
    fs.writeFileSync(file, mergeSchemas(schema.map((name: string) => fs.readFileSync(name).toString())));
    return appsync.SchemaFile.fromAsset(file);
  }

  // In its own stack, the API names the data source's construct.
  private source(scope: Construct, key: string, method: string, Class: any, first: object, options?: object): appsync.BaseDataSource {
    const api = this.cdk.graphqlApi as any;
    return this.isSameStack(scope)
      ? api[method](key, ...Object.values(first), options)
      : new Class(scope, key, { api, ...first, ...options });
  }

  private addDataSource(scope: Construct, key: string, given: any) {
    if (Fn.isInlineDefinition(given)) return void this.addFunction(scope, key, `Lambda_${key}`, given, `${key} data source`);
    const { name, description } = given, options = { name, description }, cdk = given.cdk?.dataSource;
    switch (given.type) {
      case "dynamodb":
        this.dataSources[key] = this.source(scope, key, "addDynamoDbDataSource", appsync.DynamoDbDataSource, { table: given.table ? given.table.cdk.table : cdk?.table }, options);
        return;
      case "rds": {
        const first = given.rds
          ? { serverlessCluster: given.rds.cdk.cluster, secretStore: given.rds.cdk.cluster.secret, databaseName: given.databaseName || given.rds.defaultDatabaseName }
          : { serverlessCluster: cdk?.serverlessCluster, secretStore: cdk?.secretStore, databaseName: cdk?.databaseName };
        this.dataSources[key] = this.source(scope, key, "addRdsDataSource", appsync.RdsDataSource, first, options);
        return;
      }
      case "open_search":
        this.dataSources[key] = this.source(scope, key, "addOpenSearchDataSource", appsync.OpenSearchDataSource, { domain: cdk?.domain }, options);
        return;
      case "http":
        this.dataSources[key] = this.source(scope, key, "addHttpDataSource", appsync.HttpDataSource, { endpoint: given.endpoint }, options);
        return;
      case "none":
        this.dataSources[key] = this.source(scope, key, "addNoneDataSource", appsync.NoneDataSource, {}, options);
        return;
    }
    this.addFunction(scope, key, `Lambda_${key}`, given.function, `${key} data source`, options);
  }

  private addFunction(scope: Construct, key: string, id: string, definition: any, what: string, options?: object) {
    const fn = Fn.fromDefinition(scope, id, definition, this.props.defaults?.function,
      `Cannot define defaults.function when a Function is passed in to the "${what}`);
    this.dataSources[key] = this.source(scope, key, "addLambdaDataSource", appsync.LambdaDataSource, { lambdaFunction: fn }, options);
    this.functions[key] = fn;
    for (const permissions of this.permitted) fn.attachPermissions(permissions);
    fn.bind(this.bound);
  }

  private addResolver(scope: Construct, key: string, given: any) {
    const [typeName, fieldName, ...rest] = key.split(" ");
    if (fieldName === undefined || rest.length > 0) throw new Error(`Invalid resolver ${key}`);
    if (fieldName.length === 0) throw new Error(`Invalid field defined for "${key}"`);
    let dataSource: string;
    let more = {};
    if (typeof given === "string" && this.dataSources[given]) {
      dataSource = given;
    } else if (typeof given === "string" && !given.includes(".")) {
      throw new Error(`Failed to create resolver "${key}". Data source "${given}" does not exist.`);
    } else {
      const whole = given.function !== undefined || given.dataSource !== undefined;
      if (whole) {
        more = {
          requestMappingTemplate: mappingTemplate(given.requestMapping),
          responseMappingTemplate: mappingTemplate(given.responseMapping),
          ...given.cdk?.resolver,
        };
      }
      if (given.function === undefined && given.dataSource !== undefined) dataSource = given.dataSource;
      else {
        dataSource = `LambdaDS_${typeName}_${fieldName}`;
        this.addFunction(scope, dataSource, `Lambda_${typeName}_${fieldName}`, given.function ?? given, `${key} resolver`);
      }
    }
    const id = `${typeName}${fieldName}Resolver`, props = { dataSource: this.dataSources[dataSource], typeName, fieldName, ...more };
    const api = this.cdk.graphqlApi;
    const resolver = this.isSameStack(scope) ? api.createResolver(id, props) : new appsync.Resolver(scope, id, { api, ...props });
    this.resolvers[key] = { resolver, dataSource };
  }

  private isSameStack(scope: Construct) { return Stack.of(this) === Stack.of(scope); }
}

/** resolverKey puts one space between type and field. */
const resolverKey = (key: string) => key.split(/\s+/).join(" ");

function mappingTemplate(given: any) {
  if (!given) return undefined;
  return given.file ? appsync.MappingTemplate.fromFile(given.file) : appsync.MappingTemplate.fromString(given.inline);
}

function domainOf(scope: Construct, given: any): { domainName: string; hostedZone?: any; certificate: any; recordType?: string } | undefined {
  if (given === undefined) return undefined;
  const { HostedZone } = require("aws-cdk-lib/aws-route53");
  const { Certificate, CertificateValidation } = require("aws-cdk-lib/aws-certificatemanager");
  const { domainName, hostedZone: zoneName, recordType, isExternalDomain, cdk = {} } = typeof given === "string" ? { domainName: given } as any : given;
  if (!domainName) throw new Error('Missing "domainName" in sst.AppSyncApi\'s customDomain setting');
  const unknown = Token.isUnresolved(domainName);
  if (isExternalDomain) {
    if (!cdk.certificate) throw new Error('A valid certificate is required when "isExternalDomain" is set to "true".');
    if (zoneName || cdk.hostedZone) throw new Error('Hosted zones can only be configured for domains hosted on Amazon Route 53. Do not set the "hostedZone" when "isExternalDomain" is enabled.');
  } else if (unknown && !zoneName) {
    throw new Error('You also need to specify the "hostedZone" if the "domainName" is passed in as a reference.');
  }
  if (!unknown && domainName !== domainName.toLowerCase()) throw new Error("The domain name needs to be in lowercase");
  if (isExternalDomain) return { domainName, certificate: cdk.certificate };
  const hostedZone = !zoneName && cdk.hostedZone
    ? cdk.hostedZone
    : HostedZone.fromLookup(scope, "HostedZone", { domainName: zoneName || domainName.split(".").slice(1).join(".") });
  const certificate = cdk.certificate ?? (Stack.of(scope).region === "us-east-1"
    ? new Certificate(scope, "Certificate", { domainName, validation: CertificateValidation.fromDns(hostedZone) })
    : require("./Distribution.js").dnsValidated(scope, "Certificate", { domainName, hostedZone }));
  return { domainName, hostedZone, certificate, recordType };
}

function finishDomain(scope: Construct, api: appsync.GraphqlApi, domain: any) {
  const route53 = require("aws-cdk-lib/aws-route53");
  const { CloudFrontTarget } = require("aws-cdk-lib/aws-route53-targets");
  const child = (type: string) => api.node.children.find((c: any) => c.cfnResourceType === type) as any;
  const name = child("AWS::AppSync::DomainName"), association = child("AWS::AppSync::DomainNameApiAssociation");
  if (domain.hostedZone) {
    const common = { recordName: domain.domainName, zone: domain.hostedZone }, to = name.attrAppSyncDomainName;
    const target = route53.RecordTarget.fromAlias({ bind: () => ({ hostedZoneId: CloudFrontTarget.CLOUDFRONT_ZONE_ID, dnsName: to }) });
    const records = (domain.recordType || "CNAME") === "CNAME"
      ? [new route53.CnameRecord(scope, "CnameRecord", { ...common, domainName: to })]
      : [new route53.ARecord(scope, "AliasRecord", { ...common, target }), new route53.AaaaRecord(scope, "AliasRecordAAAA", { ...common, target })];
    // The CDK would put the zone's name behind a name that it cannot read.
    if (Token.isUnresolved(domain.domainName)) for (const record of records) record.node.defaultChild.name = domain.domainName;
  }
  // AWS refuses an association that is made before the name.
  if (name && association) association.node.addDependency(name);
}

/** mergeSchemas makes one schema of several, in which a type may be in more than one. SST brings the packages for that. */
function mergeSchemas(texts: string[]): string {
  let merge: any, graphql: any;
  try {
    merge = require("@graphql-tools/merge");
    graphql = require("graphql");
  } catch {
    invalid("An AppSyncApi with several schema files needs the packages @graphql-tools/merge and graphql, which are not installed.");
  }
  return graphql.print(merge.mergeTypeDefs(texts));
}
