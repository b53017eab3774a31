import crypto from "crypto";
import fs from "fs";
import path from "path";
import { Construct } from "constructs";
import { CustomResource, Duration } from "aws-cdk-lib/core";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as rds from "aws-cdk-lib/aws-rds";
import { appOf, ask, functionRef, isCDKConstruct, type Bindings, type SSTConstruct } from "./library.js";
import { Function as Fn } from "./Function.js";
import { scriptHandler } from "./support.js";

// The engines, as constants of the CDK's.
const engines: Record<string, () => rds.IClusterEngine> = {
  "mysql5.6": () => rds.DatabaseClusterEngine.aurora({ version: rds.AuroraEngineVersion.VER_10A }),
  "mysql5.7": () => mysql("VER_2_07_1"),
  "mysql8.0": () => mysql("VER_3_04_0"),
  "postgresql11.13": () => postgres("VER_11_13"),
  "postgresql11.16": () => postgres("VER_11_16"),
  "postgresql13.12": () => postgres("VER_13_12"),
  "postgresql13.9": () => postgres("VER_13_9"),
  "postgresql14.10": () => postgres("VER_14_10"),
  "postgresql15.5": () => postgres("VER_15_5"),
  "postgresql16.1": () => postgres("VER_16_1"),
};
const mysql = (version: string) => rds.DatabaseClusterEngine.auroraMysql({ version: (rds.AuroraMysqlEngineVersion as any)[version] });
const postgres = (version: string) => rds.DatabaseClusterEngine.auroraPostgres({ version: (rds.AuroraPostgresEngineVersion as any)[version] });

const scriptsDir = "sst_rds_migration_scripts";

export class RDS extends Construct implements SSTConstruct {
  readonly id: string;
  readonly cdk: { cluster: rds.ServerlessCluster };
  migratorFunction?: Fn;
  private readonly props: any;
  private readonly secret: any;

  constructor(scope: Construct, id: string, props: any) {
    super(scope, props.cdk?.id || id);
    for (const name of ["engine", "defaultDatabaseName"]) {
      if (!props[name]) throw new Error(`Missing "${name}" in the "${this.node.id}" RDS`);
    }
    this.id = id;
    this.props = props;
    const given = props.cdk?.cluster;
    if (isCDKConstruct(given)) {
      if (!props.cdk.secret) throw new Error(`Missing "cdk.secret" in the "${this.node.id}" RDS. You must provide a secret to import an existing RDS Serverless Cluster.`);
      this.cdk = { cluster: given };
      this.secret = props.cdk.secret;
    } else {
      this.cdk = { cluster: this.createCluster(given ?? {}) };
      this.secret = this.cdk.cluster.secret;
    }
    if (props.migrations) this.runMigrations(props.migrations);
  }

  get clusterArn(): string { return this.cdk.cluster.clusterArn; }
  get clusterIdentifier(): string { return this.cdk.cluster.clusterIdentifier; }
  get clusterEndpoint(): rds.Endpoint { return this.cdk.cluster.clusterEndpoint; }
  get defaultDatabaseName(): string { return this.props.defaultDatabaseName; }
  get secretArn(): string { return this.secret.secretArn; }

  runMigrations(migrations: string, database?: string) {
    if (!fs.existsSync(migrations)) throw new Error(`Cannot find the migrations in "${migrations}".`);
    this.migratorFunction = this.createMigrator(migrations);
    const handler = scriptHandler(this, "MigrationHandler");
    this.migratorFunction.grantInvoke(handler);
    const { functionName } = this.migratorFunction;
    new CustomResource(this, "MigrationResource", {
      serviceToken: handler.functionArn,
      resourceType: "Custom::SSTScript",
      properties: {
        UserCreateFunction: functionName,
        UserUpdateFunction: functionName,
        UserParams: JSON.stringify({ database }),
        MigrationsHash: hashOf(migrations),
      },
    });
  }

  getConstructMetadata() {
    const { engine, defaultDatabaseName, types } = this.props;
    return {
      type: "RDS",
      data: {
        engine,
        secretArn: this.secretArn,
        types: typeof types === "string" ? { path: types } : types,
        clusterArn: this.clusterArn,
        clusterIdentifier: this.clusterIdentifier,
        defaultDatabaseName,
        migrator: this.migratorFunction && functionRef(this.migratorFunction),
      },
    };
  }
  getBindings(): Bindings {
    const { secret } = this, secretArns = [secret.secretFullArn || `${secret.secretArn}*`];
    return {
      clientPackage: "rds",
      variables: {
        clusterArn: { type: "plain", value: this.clusterArn },
        secretArn: { type: "plain", value: this.secretArn },
        defaultDatabaseName: { type: "plain", value: this.defaultDatabaseName },
      },
      permissions: {
        "rds-data:*": [this.clusterArn],
        "secretsmanager:GetSecretValue": secretArns,
        "secretsmanager:DescribeSecret": secretArns,
        ...(secret.encryptionKey ? { "kms:Decrypt": [secret.encryptionKey.keyArn] } : {}),
      },
    };
  }
  _permissions(): [string | string[], string[]][] {
    const { secret } = this.cdk.cluster;
    return [
      ["rds-data:*", [this.clusterArn]],
      ...(secret ? [[["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"], [secret.secretArn]] as [string[], string[]]] : []),
    ];
  }

  private createCluster(given: any) {
    for (const name of ["engine", "defaultDatabaseName", "scaling"]) {
      if (given[name]) throw new Error(`Use "${name}" instead of "cdk.cluster.${name}" to configure the RDS database.`);
    }
    if (given.enableDataApi === false) throw new Error('Do not configure the "cdk.cluster.enableDataApi". Data API is always enabled for this construct.');
    if (given.credentials?.password) throw new Error('Only credentials managed by SecretManager are supported for the "cdk.cluster.credentials".');
    const { engine, defaultDatabaseName, scaling = {} } = this.props;
    if (!engines[engine]) throw new Error(`The specified "engine" is not supported for sst.RDS. It is one of ${Object.keys(engines).join(", ")}.`);
    const pause = scaling.autoPause ?? true;
    return new rds.ServerlessCluster(this, "Cluster", {
      clusterIdentifier: appOf(this).logicalPrefixedName(this.node.id),
      ...given,
      defaultDatabaseName,
      enableDataApi: true,
      engine: engines[engine](),
      scaling: {
        autoPause: Duration.minutes(pause === true ? 5 : pause === false ? 0 : pause),
        minCapacity: (rds.AuroraCapacityUnit as any)[scaling.minCapacity || "ACU_2"],
        maxCapacity: (rds.AuroraCapacityUnit as any)[scaling.maxCapacity || "ACU_16"],
      },
      vpc: given.vpc ?? new ec2.Vpc(this, "vpc", { natGateways: 0 }),
      vpcSubnets: given.vpc ? given.vpcSubnets : { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    });
  }

  private createMigrator(migrations: string) {
    const { cluster } = this.cdk, { engine, defaultDatabaseName } = this.props;
    const fn = new Fn(this, "MigrationFunction", {
      handler: "index.handler",
      _entry: ask("support", "rds-migrator.mjs"),
      runtime: "nodejs18.x",
      timeout: 900,
      memorySize: 1024,
      environment: {
        RDS_ARN: cluster.clusterArn,
        RDS_SECRET: cluster.secret!.secretArn,
        RDS_DATABASE: defaultDatabaseName,
        RDS_ENGINE_MODE: engine.includes("postgres") ? "postgres" : "mysql",
        RDS_MIGRATIONS_PATH: scriptsDir,
      },
      permissions: [cluster],
      copyFiles: [{ from: migrations, to: scriptsDir }],
      nodejs: { install: ["kysely", "kysely-data-api"], format: "esm", esbuild: { external: ["@aws-sdk/*"] } },
      _doNotAllowOthersToBind: true,
    });
    fn._overrideMetadataHandler = "rds-migrator/index.handler";
    return fn;
  }
}

/**
 * hashOf sums up the migrations: the custom resource runs when they change. SST
 * joins the files as the package glob finds them, the last name first and a
 * directory's files before those of directories in it.
 */
function hashOf(dir: string): string {
  const hash = crypto.createHash("md5");
  const add = (dir: string) => {
    const directories: string[] = [];
    for (const name of fs.readdirSync(dir).sort().reverse()) {
      const file = path.join(dir, name);
      if (!fs.statSync(file).isDirectory()) hash.update(fs.readFileSync(file).toString());
      else if (name !== "node_modules") directories.push(file);
    }
    directories.forEach(add);
  };
  add(dir);
  return hash.digest("hex");
}
