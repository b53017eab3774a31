import { Construct } from "constructs";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { appOf, functionRef, isCDKConstruct, type Bindings, type SSTConstruct } from "./library.js";
import { Function as Fn } from "./Function.js";
import { FunctionGroup } from "./FunctionGroup.js";

declare const require: (name: string) => any;

export class Queue extends Construct implements SSTConstruct {
  readonly id: string;
  readonly cdk: { queue: sqs.IQueue };
  consumerFunction?: any;
  private readonly group: FunctionGroup;

  constructor(scope: Construct, id: string, props: any = {}) {
    super(scope, props.cdk?.id || id);
    this.id = id;
    this.group = new FunctionGroup(this, "consumer");
    const { queue } = props.cdk ?? {};
    this.cdk = {
      queue: isCDKConstruct(queue)
        ? queue
        : new sqs.Queue(this, "Queue", { queueName: appOf(this).logicalPrefixedName(this.node.id) + (queue?.fifo ? ".fifo" : ""), ...queue }),
    };
    if (props.consumer) this.addConsumer(this, props.consumer);
  }

  get queueArn(): string { return this.cdk.queue.queueArn; }
  get queueUrl(): string { return this.cdk.queue.queueUrl; }
  get queueName(): string { return this.cdk.queue.queueName; }

  addConsumer(scope: Construct, consumer: any): void {
    if (this.consumerFunction) throw new Error("Cannot configure more than 1 consumer for a Queue");
    const fn = consumer.cdk?.function ?? Fn.fromDefinition(scope, `Consumer_${this.node.id}`, consumer.function ?? consumer);
    const { SqsEventSource } = require("aws-cdk-lib/aws-lambda-event-sources");
    fn.addEventSource(new SqsEventSource(this.cdk.queue, consumer.cdk?.eventSource));
    this.consumerFunction = this.group.add("consumer", fn);
  }

  bind(constructs: any[]): void { this.group.bind(constructs); }
  attachPermissions(permissions: any): void { this.group.attachPermissions(permissions); }

  getConstructMetadata() {
    return { type: "Queue", data: { name: this.queueName, url: this.queueUrl, consumer: functionRef(this.consumerFunction) } };
  }
  getBindings(): Bindings {
    return { clientPackage: "queue", variables: { queueUrl: { type: "plain", value: this.queueUrl } }, permissions: { "sqs:*": [this.queueArn] } };
  }
  _permissions(): [string, string[]][] { return [["sqs:*", [this.queueArn]]]; }
}
