// Access logs of the stages of APIs.
import type { Construct } from "constructs";
import * as logs from "aws-cdk-lib/aws-logs";
import { appOf, constant } from "./library.js";

declare const require: (name: string) => any;

// A field of the log's JSON, and the variable of API Gateway that it holds.
// Those that are numbers have no quotes.
type Fields = [name: string, variable: string, number?: boolean][];

export const httpFields: Fields = [
  ["requestTime", "requestTime"], ["requestId", "requestId"], ["httpMethod", "httpMethod"], ["path", "path"], ["routeKey", "routeKey"],
  ["status", "status", true], ["responseLatency", "responseLatency", true],
  ["integrationRequestId", "integration.requestId"], ["integrationStatus", "integration.status"], ["integrationLatency", "integration.latency"],
  ["integrationServiceStatus", "integration.integrationStatus"],
  ["ip", "identity.sourceIp"], ["userAgent", "identity.userAgent"],
];

export const webSocketFields: Fields = [
  ["requestTime", "requestTime"], ["requestId", "requestId"], ["eventType", "eventType"], ["routeKey", "routeKey"], ["status", "status", true],
  ["integrationRequestId", "awsEndpointRequestId"], ["integrationStatus", "integrationStatus"], ["integrationLatency", "integrationLatency"],
  ["integrationServiceStatus", "integration.integrationStatus"],
  ["ip", "identity.sourceIp"], ["userAgent", "identity.userAgent"], ["cognitoIdentityId", "identity.cognitoIdentityId"],
  ["connectedAt", "connectedAt"], ["connectionId", "connectionId"],
];

const restFields: Fields = [
  ["requestTime", "requestTime"], ["requestId", "requestId"], ["httpMethod", "httpMethod"], ["path", "path"], ["resourcePath", "resourcePath"],
  ["status", "status", true], ["responseLatency", "responseLatency", true], ["xrayTraceId", "xrayTraceId"],
  ["integrationRequestId", "integration.requestId"], ["functionResponseStatus", "integration.status"],
  ["integrationLatency", "integration.latency"], ["integrationServiceStatus", "integration.integrationStatus"],
  ["ip", "identity.sourceIp"], ["userAgent", "identity.userAgent"], ["principalId", "authorizer.principalId"],
];

const format = (fields: Fields) => `{${fields.map(([name, variable, number]) => `"${name}":${number ? `$context.${variable}` : `"$context.${variable}"`}`).join(",")}}`;

/** groupName leaves out what the name of a log group may not have. */
export const groupName = (text: string) => text.replace(/[^.\-_/#A-Za-z0-9]/g, "");

/** buildAccessLog has a stage log to a group of its own, unless it is told another. Suffix tells apart the groups of further stages. */
export function buildAccessLog(scope: Construct, accessLog: any, stage: any, fields: Fields, suffix = ""): logs.LogGroup | undefined {
  if (accessLog === false) return undefined;
  let group: logs.LogGroup | undefined;
  if (!accessLog?.destinationArn) {
    const retention = retentionOf(accessLog);
    const api = groupName(appOf(scope).logicalPrefixedName(scope.node.id));
    group = new logs.LogGroup(scope, `LogGroup${suffix}`, {
      logGroupName: `/aws/vendedlogs/apis/${api}-${stage.api.apiId}/${groupName(stage.stageName)}`,
      retention,
    });
  }
  const cfnStage = stage.node.defaultChild;
  if (!cfnStage) throw new Error("Failed to define the default stage for Http API");
  cfnStage.accessLogSettings = {
    format: formatOf(accessLog, fields),
    destinationArn: group ? group.logGroupArn : accessLog.destinationArn,
  };
  return group;
}

function retentionOf(accessLog: any): logs.RetentionDays {
  const retention = accessLog?.retention ? constant(logs.RetentionDays, accessLog.retention) : logs.RetentionDays.INFINITE;
  if (!retention) throw new Error(`Invalid access log retention value "${accessLog.retention}".`);
  return retention;
}

const formatOf = (accessLog: any, fields: Fields): string => accessLog?.format ?? (typeof accessLog === "string" ? accessLog : format(fields));

/** restAccessLog is what a REST API has to be told of its access log. */
export function restAccessLog(scope: Construct, accessLog: any) {
  if (accessLog === false) return undefined;
  const { AccessLogFormat, LogGroupLogDestination } = require("aws-cdk-lib/aws-apigateway");
  const group = accessLog?.destinationArn ? undefined : new logs.LogGroup(scope, "LogGroup", { retention: retentionOf(accessLog) });
  const destination = group ?? logs.LogGroup.fromLogGroupArn(scope, "LogGroup", accessLog.destinationArn);
  return { group, destination: new LogGroupLogDestination(destination), format: AccessLogFormat.custom(formatOf(accessLog, restFields)) };
}
