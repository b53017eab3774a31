import { Construct } from "constructs";
import * as sns from "aws-cdk-lib/aws-sns";
import { appOf, functionRef, isCDKConstruct, isOf, type Bindings, type SSTConstruct } from "./library.js";
import { Function as Fn } from "./Function.js";
import { FunctionGroup } from "./FunctionGroup.js";
import { Queue } from "./Queue.js";

declare const require: (name: string) => any;

export class Topic extends Construct implements SSTConstruct {
  readonly id: string;
  readonly cdk: { topic: sns.ITopic };
  private readonly props: any;
  private readonly group: FunctionGroup;

  constructor(scope: Construct, id: string, props: any = {}) {
    super(scope, props.cdk?.id || id);
    this.id = id;
    this.props = props;
    this.group = new FunctionGroup(this, "subscriber");
    const { topic } = props.cdk ?? {};
    this.cdk = { topic: isCDKConstruct(topic) ? topic : new sns.Topic(this, "Topic", { topicName: appOf(this).logicalPrefixedName(this.node.id), ...topic }) };
    this.addSubscribers(this, props.subscribers || {});
  }

  get topicArn(): string { return this.cdk.topic.topicArn; }
  get topicName(): string { return this.cdk.topic.topicName; }
  get subscriberFunctions(): Fn[] { return this.group.functions; }
  get subscriptions(): sns.Subscription[] {
    return Object.values(this.group.members).map((member: any) => {
      const { children } = (member instanceof Queue ? member.cdk.queue : member).node;
      return children.find((c: any) => isOf(c, "aws-cdk-lib.aws_sns.Subscription"));
    });
  }

  addSubscribers(scope: Construct, subscribers: Record<string, any>): void {
    for (const [name, subscriber] of Object.entries(subscribers)) this.addSubscriber(scope, name, subscriber);
  }
  bind(constructs: any[]) { this.group.bind(constructs); }
  bindToSubscriber(name: string, constructs: any[]): void { this.group.one(name).bind(constructs); }
  attachPermissions(permissions: any) { this.group.attachPermissions(permissions); }
  attachPermissionsToSubscriber(name: string, permissions: any): void { this.group.one(name).attachPermissions(permissions); }

  getConstructMetadata() {
    return {
      type: "Topic",
      data: { topicArn: this.topicArn, subscribers: Object.values(this.group.members).map(functionRef), subscriberNames: Object.keys(this.group.members) },
    };
  }
  getBindings(): Bindings {
    return { clientPackage: "topic", variables: { topicArn: { type: "plain", value: this.topicArn } }, permissions: { "sns:*": [this.topicArn] } };
  }
  _permissions(): [string, string[]][] { return [["sns:*", [this.topicArn]]]; }

  private addSubscriber(scope: Construct, name: string, subscriber: any): void {
    const { SqsSubscription, LambdaSubscription } = require("aws-cdk-lib/aws-sns-subscriptions");
    const queue = subscriber instanceof Queue ? subscriber : subscriber.queue;
    if (queue) {
      this.cdk.topic.addSubscription(new SqsSubscription(queue.cdk.queue, subscriber === queue ? undefined : subscriber.cdk?.subscription));
      this.group.add(name, queue);
      return;
    }
    const given = typeof subscriber !== "string" && "function" in subscriber ? subscriber : { function: subscriber };
    const fn = Fn.fromDefinition(scope, `Subscriber_${this.node.id}_${name}`, given.function, this.props.defaults?.function,
      'The "defaults.function" cannot be applied if an instance of a Function construct is passed in.');
    this.cdk.topic.addSubscription(new LambdaSubscription(fn, given.cdk?.subscription));
    this.group.add(name, fn);
  }
}
