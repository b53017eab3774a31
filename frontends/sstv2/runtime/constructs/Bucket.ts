import { Construct } from "constructs";
import * as s3 from "aws-cdk-lib/aws-s3";
import { constant, functionRef, isCDKConstruct, toCdkDuration, requiredConstant, type Bindings, type SSTConstruct } from "./library.js";
import { Function as Fn } from "./Function.js";
import { FunctionGroup } from "./FunctionGroup.js";
import { Queue } from "./Queue.js";
import { Topic } from "./Topic.js";

declare const require: (name: string) => any;

export class Bucket extends Construct implements SSTConstruct {
  readonly id: string;
  readonly cdk: { bucket: s3.IBucket };
  readonly props: any;
  private readonly group: FunctionGroup;

  constructor(scope: Construct, id: string, props: any = {}) {
    super(scope, props.cdk?.id || id);
    this.id = id;
    this.props = props;
    this.group = new FunctionGroup(this, "notification");
    this.cdk = { bucket: this.createBucket() };
    this.addNotifications(this, props.notifications || {});
  }

  get bucketArn(): string { return this.cdk.bucket.bucketArn; }
  get bucketName(): string { return this.cdk.bucket.bucketName; }
  get notifications(): Record<string, any> { return this.group.members; }
  get notificationFunctions(): Fn[] { return this.group.functions; }
  get bindingForAllNotifications(): any[] { return this.group.bound; }
  get permissionsAttachedForAllNotifications(): any[] { return this.group.permitted; }

  addNotifications(scope: Construct, notifications: Record<string, any>): void {
    for (const [name, notification] of Object.entries(notifications)) this.addNotification(scope, name, notification);
  }

  bind(constructs: any[]) { this.group.bind(constructs); }
  bindToNotification(name: string, constructs: any[]): void { this.group.one(name).bind(constructs); }
  attachPermissions(permissions: any): void { this.group.attachPermissions(permissions); }
  attachPermissionsToNotification(name: string, permissions: any): void { this.group.one(name).attachPermissions(permissions); }

  getConstructMetadata() {
    return {
      type: "Bucket",
      data: { name: this.bucketName, notifications: Object.values(this.notifications).map(functionRef), notificationNames: Object.keys(this.notifications) },
    };
  }
  getBindings(): Bindings {
    return {
      clientPackage: "bucket",
      variables: { bucketName: { type: "plain", value: this.bucketName } },
      permissions: { "s3:*": [this.bucketArn, `${this.bucketArn}/*`] },
    };
  }
  _permissions(): [string, string[]][] { return [["s3:*", [this.bucketArn, `${this.bucketArn}/*`]]]; }

  private createBucket(): s3.IBucket {
    const { name, cors, blockPublicACLs, cdk } = this.props;
    if (isCDKConstruct(cdk?.bucket)) {
      if (cors !== undefined) throw new Error('Cannot configure the "cors" when "cdk.bucket" is a construct');
      return cdk.bucket;
    }
    return new s3.Bucket(this, "Bucket", {
      bucketName: name,
      cors: corsRules(cors),
      blockPublicAccess: blockPublicACLs === true
        ? s3.BlockPublicAccess.BLOCK_ALL
        : new s3.BlockPublicAccess({ blockPublicAcls: false, ignorePublicAcls: false }),
      objectOwnership: blockPublicACLs === true ? s3.ObjectOwnership.BUCKET_OWNER_ENFORCED : s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,
      enforceSSL: true,
      ...cdk?.bucket,
    });
  }

  private addNotification(scope: Construct, name: string, notification: any): void {
    const destinations = require("aws-cdk-lib/aws-s3-notifications");
    let target: any, destination: any;
    const queue = notification instanceof Queue ? notification : notification.queue;
    const topic = notification instanceof Topic ? notification : notification.topic;
    if (queue) {
      target = queue;
      destination = () => new destinations.SqsDestination(queue.cdk.queue);
    } else if (topic) {
      target = topic;
      destination = () => new destinations.SnsDestination(topic.cdk.topic);
    } else {
      target = Fn.fromDefinition(scope, `Notification_${this.node.id}_${name}`, notification.function ?? notification, this.props.defaults?.function,
        'The "defaults.function" cannot be applied if an instance of a Function construct is passed in.');
      destination = () => new destinations.LambdaDestination(target);
    }
    const { events = ["object_created", "object_removed"], filters = [] } = typeof notification === "string" || notification === target ? {} as any : notification;
    for (const event of events) this.cdk.bucket.addEventNotification(requiredConstant(s3.EventType, event, `An event of the notification "${name}" of the Bucket "${this.node.id}"`), destination(), ...filters);
    this.group.add(name, target);
  }
}

function corsRules(cors: any): s3.CorsRule[] | undefined {
  if (cors === false) return undefined;
  const { GET, PUT, HEAD, POST, DELETE } = s3.HttpMethods;
  if (cors === undefined || cors === true) return [{ allowedHeaders: ["*"], allowedMethods: [GET, PUT, HEAD, POST, DELETE], allowedOrigins: ["*"] }];
  return cors.map((rule: any) => ({
    ...rule,
    allowedMethods: (rule.allowedMethods || []).map((m: string) => constant(s3.HttpMethods, m)),
    maxAge: rule.maxAge && toCdkDuration(rule.maxAge).toSeconds(),
  }));
}
