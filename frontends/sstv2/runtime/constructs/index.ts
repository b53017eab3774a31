// A module of the library is loaded when the first of its names is used: each
// brings its part of the CDK with it.
import { checked, checkedAll } from "./props.js";

declare const require: (name: string) => any;
declare const module: { exports: object };

const files: Record<string, string[]> = {
  App: ["App"],
  Stack: ["Stack"],
  FunctionalStack: ["use", "dependsOn", "getStack"],
  Function: ["Function"],
  Api: ["Api"],
  ApiGatewayV1Api: ["ApiGatewayV1Api"],
  AppSyncApi: ["AppSyncApi"],
  Bucket: ["Bucket"],
  Cognito: ["Cognito"],
  Cron: ["Cron"],
  EventBus: ["EventBus"],
  KinesisStream: ["KinesisStream"],
  Job: ["Job"],
  Queue: ["Queue"],
  RDS: ["RDS"],
  Script: ["Script"],
  Service: ["Service"],
  StaticSite: ["StaticSite"],
  Table: ["Table"],
  Topic: ["Topic"],
  frameworks: ["AstroSite", "NextjsSite", "RemixSite", "SolidStartSite", "SvelteKitSite"],
  WebSocketApi: ["WebSocketApi"],
  Auth: ["Auth"],
  library: ["toCdkDuration", "toCdkSize"],
  registry: ["useFunctions", "useServices", "useSites", "weakImport"],
  permission: ["attachPermissionsToRole", "attachPermissionsToPolicy"],
};

const define = (name: string, get: () => unknown) => Object.defineProperty(module.exports, name, { get, enumerable: true });
for (const [file, names] of Object.entries(files)) {
  for (const name of names) define(name, () => checked(name, require(`./${file}.js`)[name]));
}
define("Config", () => checkedAll("Config", require("./Config.js")));
