import { Construct } from "constructs";
import { Stack } from "aws-cdk-lib/core";
import * as codebuild from "aws-cdk-lib/aws-codebuild";
import * as iam from "aws-cdk-lib/aws-iam";
import { appOf, constant, dockerfile, project, toCdkDuration, unsupported, type Bindings, type SSTConstruct } from "./library.js";
import { bindingEnvironment, bindingPermissions, allBound, type BindingResource } from "./binding.js";
import { packed } from "./Function.js";
import { attachPermissionsToRole, type Permissions } from "./permission.js";
import { useFunctions } from "./registry.js";
import { jobManager } from "./support.js";
import { bucket, imageBuild, part } from "../assets.js";

declare const require: (name: string) => any;

const sizes: Record<string, codebuild.ComputeType> = {
  "3 GB": codebuild.ComputeType.SMALL, "7 GB": codebuild.ComputeType.MEDIUM, "15 GB": codebuild.ComputeType.LARGE, "145 GB": codebuild.ComputeType.X2_LARGE,
};

// The images that Lambda's runtimes are in, by architecture.
const images: Record<string, Record<string, string>> = {
  arm_64: {
    nodejs: "16.2023.07.13.14", "nodejs16.x": "16.2023.07.13.14", "nodejs18.x": "18.2023.12.14.13", "nodejs20.x": "20.2023.12.14.13",
    "nodejs22.x": "22.2024.11.22.14", "nodejs24.x": "24.2025.12.21.13",
  },
  x86_64: { nodejs: "16", "nodejs16.x": "16", "nodejs18.x": "18", "nodejs20.x": "20", "nodejs22.x": "22", "nodejs24.x": "24" },
};

export class Job extends Construct implements SSTConstruct {
  readonly id: string;
  readonly cdk: { codeBuildProject: codebuild.Project };
  readonly _jobManager: any;
  private readonly props: any;

  constructor(scope: Construct, id: string, props: any) {
    super(scope, props.cdk?.id || id);
    this.id = id;
    this.props = props;
    const { runtime, memorySize = "3 GB", architecture, logRetention } = props;
    const isImage = runtime === "container";
    if (isImage && !props.container) throw new Error(`No commands defined for the ${this.node.id} Job.`);
    if (isImage) dockerfile(`the job "${id}"`, props.handler, props.container.file);
    if (architecture === "arm_64" && (memorySize === "7 GB" || memorySize === "145 GB")) {
      throw new Error(`ARM architecture only supports "3 GB" and "15 GB" memory sizes for the ${this.node.id} Job.`);
    }
    if (!sizes[memorySize]) throw new Error(`Invalid memory size value for the ${this.node.id} Job. Known are ${Object.keys(sizes).map((s) => `"${s}"`).join(", ")}.`);
    this.cdk = { codeBuildProject: this.createProject(sizes[memorySize]) };
    const { projectName, projectArn } = this.cdk.codeBuildProject;
    this._jobManager = jobManager(this, "Manager", {
      environment: { SST_JOB_PROVIDER: "codebuild", SST_JOB_RUNNER: projectName },
      initialPolicy: [new iam.PolicyStatement({ actions: ["codebuild:StartBuild", "codebuild:StopBuild"], resources: [projectArn] })],
    });
    if (isImage) useFunctions().add(this.node.addr, props);
    const code = isImage ? "" : packed(this, { ...props, runtime: "nodejs18.x" }, { job: true });
    appOf(this).defer(() => (isImage ? this.useImage() : this.useCode(code)));
    if (logRetention) {
      const { LogRetention, RetentionDays } = require("aws-cdk-lib/aws-logs");
      new LogRetention(this, "LogRetention", {
        logGroupName: `/aws/codebuild/${projectName}`,
        retention: constant(RetentionDays, logRetention),
        logRetentionRetryOptions: { maxRetries: 100 },
      });
    }
    this.attachPermissions(props.permissions || []);
    this.bind(props.bind || []);
    for (const [name, value] of Object.entries<string>(props.environment || {})) this.addEnvironment(name, value);
  }

  bind(constructs: BindingResource[]): void {
    for (const r of allBound(`the job "${this.id}"`, constructs)) {
      for (const [name, value] of Object.entries(bindingEnvironment(r))) this.addEnvironment(name, value);
      this.attachPermissions(bindingPermissions(r));
    }
  }
  attachPermissions(permissions: Permissions): void {
    attachPermissionsToRole(this.cdk.codeBuildProject.role as iam.Role, permissions);
  }
  addEnvironment(name: string, value: string): void {
    const { environmentVariables } = this.cfnProject.environment as codebuild.CfnProject.EnvironmentProperty;
    (environmentVariables as codebuild.CfnProject.EnvironmentVariableProperty[]).push({ name, value });
  }

  getConstructMetadata() { return { type: "Job", data: { handler: this.props.handler } }; }
  getBindings(): Bindings {
    return {
      clientPackage: "job",
      variables: { functionName: { type: "plain", value: this._jobManager.functionName } },
      permissions: { "lambda:*": [this._jobManager.functionArn] },
    };
  }
  _permissions(): [string, string[]][] { return [["lambda:*", [this._jobManager.functionArn]]]; }

  private get cfnProject() { return this.cdk.codeBuildProject.node.defaultChild as codebuild.CfnProject; }

  private createProject(computeType: codebuild.ComputeType) {
    const { cdk, timeout } = this.props, app = appOf(this);
    const longest = toCdkDuration(timeout || "8 hours"), seconds = longest.toSeconds();
    if (seconds < 5 * 60 || seconds > 2160 * 60) throw new Error(`Invalid timeout value for the ${this.node.id} Job. It is at least 5 minutes, and at most 36 hours.`);
    return new codebuild.Project(this, "JobProject", {
      projectName: app.logicalPrefixedName(this.node.id),
      environment: { computeType },
      environmentVariables: { SST_APP: { value: app.name }, SST_STAGE: { value: app.stage }, SST_SSM_PREFIX: { value: project().ssmPrefix } },
      timeout: longest,
      buildSpec: codebuild.BuildSpec.fromObject({ version: "0.2", phases: { build: { commands: [] } } }),
      vpc: cdk?.vpc,
      securityGroups: cdk?.securityGroups,
      subnetSelection: cdk?.vpcSubnets,
    });
  }

  /** useImage has the project run a command in the job's container. */
  private useImage() {
    const { architecture, container, handler } = this.props, { cfnProject } = this;
    const { IgnoreMode } = require("aws-cdk-lib/core"), { Platform } = require("aws-cdk-lib/aws-ecr-assets");
    const image = codebuild.LinuxBuildImage.fromAsset(this, "ContainerImage", {
      directory: handler,
      platform: Platform.custom(architecture === "arm_64" ? "linux/arm64" : "linux/amd64"),
      file: container.file,
      ...imageBuild(container),
      exclude: [".sst/dist", ".sst/artifacts"],
      ignoreMode: IgnoreMode.GLOB,
    }) as codebuild.LinuxBuildImage;
    (image as any).repository?.grantPull(this.cdk.codeBuildProject.role);
    cfnProject.environment = {
      ...cfnProject.environment as object,
      type: architecture === "arm_64" ? "ARM_CONTAINER" : "LINUX_CONTAINER",
      image: image.imageId,
      imagePullCredentialsType: "SERVICE_ROLE",
    } as codebuild.CfnProject.EnvironmentProperty;
    const command = container.cmd.map((word: string) => (word.includes(" ") ? `"${word}"` : word)).join(" ");
    cfnProject.source = { type: "NO_SOURCE", buildSpec: ["version: 0.2", "phases:", "  build:", "    commands:", `      - ${command}`].join("\n") };
  }

  /** useCode has the project run the job's code. */
  private useCode(code: string) {
    const { architecture = "x86_64", runtime = "nodejs18.x" } = this.props, { cfnProject } = this;
    const location = `${bucket()}/${part(code, "key")}`;
    const tag = images[architecture]?.[runtime] ?? unsupported(`The runtime "${runtime}" of the job "${this.id}"`);
    cfnProject.environment = {
      ...cfnProject.environment as object,
      type: architecture === "arm_64" ? "ARM_CONTAINER" : "LINUX_CONTAINER",
      image: `amazon/aws-lambda-nodejs:${tag}`,
    } as codebuild.CfnProject.EnvironmentProperty;
    cfnProject.source = {
      type: "S3",
      location,
      buildSpec: ["version: 0.2", "phases:", "  build:", "    commands:", "      - node handler-wrapper.mjs"].join("\n"),
    };
    this.attachPermissions([new iam.PolicyStatement({ actions: ["s3:*"], resources: [`arn:${Stack.of(this).partition}:s3:::${location}`] })]);
  }
}
