import fs from "fs";
import path from "path";
import { Construct } from "constructs";
import { Duration, IgnoreMode, Stack } from "aws-cdk-lib/core";
import * as cloudfront from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as ecs from "aws-cdk-lib/aws-ecs";
import { ApplicationLoadBalancer } from "aws-cdk-lib/aws-elasticloadbalancingv2";
import type * as iam from "aws-cdk-lib/aws-iam";
import * as logs from "aws-cdk-lib/aws-logs";
import { imageBuild, withNixpacks } from "../assets.js";
import { appOf, constant, project, toCdkSize, type Bindings, type SSTConstruct } from "./library.js";
import { bindingEnvironment, bindingPermissions, allBound, type BindingResource } from "./binding.js";
import { Distribution } from "./Distribution.js";
import { attachPermissionsToRole, type Permissions } from "./permission.js";
import { useServices } from "./registry.js";
import { siteBindings } from "./StaticSite.js";

declare const require: (name: string) => any;

// What Fargate offers: the vCPUs, and the least and most memory in GB, in steps.
const sizes: Record<string, { cpu: number; memory: number[] }> = {
  "0.25 vCPU": { cpu: 256, memory: [0.5, 1, 2] },
  "0.5 vCPU": { cpu: 512, memory: steps(1, 4, 1) },
  "1 vCPU": { cpu: 1024, memory: steps(2, 8, 1) },
  "2 vCPU": { cpu: 2048, memory: steps(4, 16, 1) },
  "4 vCPU": { cpu: 4096, memory: steps(8, 30, 1) },
  "8 vCPU": { cpu: 8192, memory: steps(16, 60, 4) },
  "16 vCPU": { cpu: 16384, memory: steps(32, 120, 8) },
};

function steps(from: number, to: number, step: number): number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, i) => from + i * step);
}

export class Service extends Construct implements SSTConstruct {
  readonly id: string;
  readonly cdk: any;
  private readonly props: any;
  private readonly container: ecs.ContainerDefinition;
  private readonly task: ecs.FargateTaskDefinition;
  private readonly distribution?: Distribution;

  constructor(scope: Construct, id: string, given: any) {
    super(scope, id);
    this.id = id;
    this.props = { path: ".", architecture: "x86_64", cpu: "0.25 vCPU", memory: "0.5 GB", storage: "20 GB", logRetention: "infinite", ...given };
    const { props } = this, { cdk = {} } = props;
    this.checkFiles();
    useServices().add(Stack.of(this).stackName, id, props);
    const vpc = cdk.vpc ?? new ec2.Vpc(this, "Vpc", { natGateways: 1 });
    const cluster = cdk.cluster ?? new ecs.Cluster(this, "Cluster", { clusterName: appOf(this).logicalPrefixedName(this.node.id), vpc });
    this.task = this.makeTask();
    this.container = this.addContainer(cluster);
    const service = new ecs.FargateService(this, "Service", { cluster, taskDefinition: this.task, ...cdk.fargateService });
    const balancer = this.addBalancer(vpc, service);
    const scaling = this.addScaling(service, balancer?.target);
    this.distribution = balancer && this.addDistribution(balancer.alb);
    this.cdk = {
      vpc, cluster, fargateService: service, taskDefinition: this.task, applicationLoadBalancer: balancer?.alb, scaling, ...this.distribution?.cdk,
    };
    this.bind(props.bind || []);
    this.attachPermissions(props.permissions || []);
    for (const [name, value] of Object.entries<string>(props.environment || {})) this.addEnvironment(name, value);
    this.distribution?.createInvalidation({ wait: props.waitForInvalidation });
    if (!cdk.container?.image) appOf(this).defer(() => this.useImage());
  }

  get url(): string | undefined { return this.distribution?.url; }
  get customDomainUrl(): string | undefined { return this.distribution?.customDomainUrl; }

  bind(constructs: BindingResource[]): void {
    for (const r of allBound(`the service "${this.node.id}"`, constructs)) {
      for (const [name, value] of Object.entries(bindingEnvironment(r))) this.addEnvironment(name, value);
      this.attachPermissions(bindingPermissions(r));
    }
  }
  attachPermissions(permissions: Permissions): void { attachPermissionsToRole(this.task.taskRole as iam.Role, permissions); }
  addEnvironment(name: string, value: string): void { this.container.addEnvironment(name, value); }

  getConstructMetadata() {
    return {
      type: "Service",
      data: {
        mode: "deployed",
        path: this.props.path,
        customDomainUrl: this.customDomainUrl,
        url: this.url,
        task: this.task.taskDefinitionArn,
        container: this.container.containerName,
        secrets: (this.props.bind || []).filter((c: any) => c.getConstructMetadata?.().type === "Secret").map((c: any) => c.name),
      },
    };
  }
  getBindings(): Bindings {
    return this.distribution ? { ...siteBindings(this), clientPackage: "service" } : { clientPackage: "service", variables: {}, permissions: {} };
  }

  private checkFiles() {
    const { path: dir, file } = this.props, where = `In the "${this.node.id}" Service,`;
    if (!fs.existsSync(dir)) throw new Error(`${where} path is not found at "${dir}"`);
    if (!fs.statSync(dir).isDirectory()) {
      throw new Error(`${where} the path "${dir}" should be a directory. Did you mean path: "${path.dirname(dir)}", file: "${path.basename(dir)}"?`);
    }
    if (file && !fs.existsSync(path.join(dir, file))) {
      throw new Error(`${where} no Dockerfile is found at "${path.join(dir, file)}". Set "file" to the path of the Dockerfile relative to "${dir}".`);
    }
  }

  private makeTask() {
    const { cpu, memory, storage, architecture } = this.props, where = `In the "${this.node.id}" Service,`;
    const size = sizes[cpu];
    if (!size) throw new Error(`${where} only the following "cpu" settings are supported: ${Object.keys(sizes).join(", ")}`);
    const gigabytes = size.memory.find((gb) => `${gb} GB` === memory);
    if (!gigabytes) throw new Error(`${where} only the following "memory" settings are supported with "${cpu}": ${size.memory.map((gb) => `${gb} GB`).join(", ")}`);
    const disk = toCdkSize(storage).toGibibytes();
    if (disk < 20 || disk > 200) throw new Error(`${where} the supported value for storage is between "20 GB" and "200 GB"`);
    return new ecs.FargateTaskDefinition(this, "TaskDefinition", {
      memoryLimitMiB: gigabytes * 1024,
      cpu: size.cpu,
      ephemeralStorageGiB: disk === 20 ? undefined : disk, // CloudFormation takes the default only unsaid
      runtimePlatform: { cpuArchitecture: architecture === "arm64" ? ecs.CpuArchitecture.ARM64 : ecs.CpuArchitecture.X86_64 },
    });
  }

  private addContainer(cluster: ecs.ICluster) {
    const { port, logRetention, cdk } = this.props, app = appOf(this);
    const group = new logs.LogRetention(this, "LogRetention", {
      logGroupName: `/sst/service/${cluster.clusterName}`,
      retention: constant(logs.RetentionDays, logRetention),
      logRetentionRetryOptions: { maxRetries: 100 },
    });
    return this.task.addContainer("Container", {
      logging: new ecs.AwsLogDriver({ logGroup: logs.LogGroup.fromLogGroupArn(this, "LogGroup", group.logGroupArn), streamPrefix: "service" }),
      portMappings: [{ containerPort: port }],
      environment: { SST_APP: app.name, SST_STAGE: app.stage, SST_SSM_PREFIX: project().ssmPrefix },
      ...cdk?.container,
      image: cdk?.container?.image ?? { bind: () => ({ imageName: "placeholder" }) },
    });
  }

  private addBalancer(vpc: ec2.IVpc, service: ecs.FargateService) {
    const { cdk = {} } = this.props, given = cdk.applicationLoadBalancer;
    if (given === false) {
      for (const name of ["applicationLoadBalancerListener", "applicationLoadBalancerTargetGroup"]) {
        if (cdk[name]) throw new Error(`In the "${this.node.id}" Service, the "cdk.${name}" cannot be applied if the Application Load Balancer is disabled.`);
      }
      return undefined;
    }
    const alb = new ApplicationLoadBalancer(this, "LoadBalancer", { vpc, internetFacing: true, ...(given === true ? {} : given) });
    const listener = alb.addListener("Listener", { port: 80, ...cdk.applicationLoadBalancerListener });
    const target = listener.addTargets("TargetGroup", { port: 80, targets: [service], ...cdk.applicationLoadBalancerTargetGroup });
    return { alb, target };
  }

  private addScaling(service: ecs.FargateService, target: any) {
    const { minContainers, maxContainers, cpuUtilization, memoryUtilization, requestsPerContainer } = this.props.scaling ?? {};
    const scaling = service.autoScaleTaskCount({ minCapacity: minContainers ?? 1, maxCapacity: maxContainers ?? 1 });
    const scaleOutCooldown = Duration.seconds(300);
    if (cpuUtilization !== false) scaling.scaleOnCpuUtilization("CpuScaling", { targetUtilizationPercent: cpuUtilization ?? 70, scaleOutCooldown });
    if (memoryUtilization !== false) scaling.scaleOnMemoryUtilization("MemoryScaling", { targetUtilizationPercent: memoryUtilization ?? 70, scaleOutCooldown });
    if (target && requestsPerContainer !== false) {
      scaling.scaleOnRequestCount("RequestScaling", { requestsPerTarget: requestsPerContainer ?? 500, targetGroup: target });
    }
    return scaling;
  }

  private addDistribution(alb: ApplicationLoadBalancer) {
    const { cdk = {}, customDomain } = this.props, given = cdk.cloudfrontDistribution;
    if (given === false) return undefined;
    const cachePolicy = cdk.cachePolicy ?? new cloudfront.CachePolicy(this, "CachePolicy", {
      queryStringBehavior: cloudfront.CacheQueryStringBehavior.all(),
      headerBehavior: cloudfront.CacheHeaderBehavior.none(),
      cookieBehavior: cloudfront.CacheCookieBehavior.none(),
      defaultTtl: Duration.days(0), maxTtl: Duration.days(365), minTtl: Duration.days(0),
      enableAcceptEncodingBrotli: true,
      enableAcceptEncodingGzip: true,
      comment: "SST server response cache policy",
    });
    return new Distribution(this, "CDN", {
      customDomain,
      cdk: {
        distribution: {
          defaultRootObject: "",
          defaultBehavior: {
            viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            origin: new HttpOrigin(alb.loadBalancerDnsName, { protocolPolicy: cloudfront.OriginProtocolPolicy.HTTP_ONLY, readTimeout: Duration.seconds(60) }),
            allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
            cachedMethods: cloudfront.CachedMethods.CACHE_GET_HEAD_OPTIONS,
            compress: true,
            cachePolicy,
            originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER,
          },
          ...(given === true ? {} : given),
        },
      },
    });
  }

  /** useImage has the task run the image that is built of the service's directory. */
  private useImage() {
    const { path: dir, architecture, build = {}, file } = this.props;
    const { Platform } = require("aws-cdk-lib/aws-ecr-assets");
    const nixpacks = !file && !fs.existsSync(path.join(dir, "Dockerfile"));
    const image = (file: string, exclude: string[]) => ecs.ContainerImage.fromAsset(dir, {
      platform: architecture === "arm64" ? Platform.LINUX_ARM64 : Platform.LINUX_AMD64,
      file,
      ...imageBuild(build),
      exclude: [".sst/dist", ".sst/artifacts", ...exclude],
      ignoreMode: IgnoreMode.GLOB,
    }).bind(this, this.container).imageName;
    const name = nixpacks ? withNixpacks(dir, (file) => image(file, [".nixpacks"])) : image(file ?? "Dockerfile", []);
    (this.task.node.defaultChild as ecs.CfnTaskDefinition).addPropertyOverride("ContainerDefinitions.0.Image", name);
  }
}
