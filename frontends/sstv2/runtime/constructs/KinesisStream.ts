import { Construct } from "constructs";
import * as kinesis from "aws-cdk-lib/aws-kinesis";
import { KinesisEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { appOf, functionRef, isCDKConstruct, type Bindings, type SSTConstruct } from "./library.js";
import { Function as Fn } from "./Function.js";
import { FunctionGroup } from "./FunctionGroup.js";

export class KinesisStream extends Construct implements SSTConstruct {
  readonly id: string;
  readonly cdk: { stream: kinesis.IStream };
  private readonly props: any;
  private readonly group: FunctionGroup;

  constructor(scope: Construct, id: string, props: any = {}) {
    super(scope, props.cdk?.id || id);
    this.id = id;
    this.props = props;
    this.group = new FunctionGroup(this, "consumer");
    const { stream } = props.cdk ?? {};
    this.cdk = { stream: isCDKConstruct(stream) ? stream : new kinesis.Stream(this, "Stream", { streamName: appOf(this).logicalPrefixedName(this.node.id), ...stream }) };
    this.addConsumers(this, props.consumers ?? {});
  }

  get streamArn(): string { return this.cdk.stream.streamArn; }
  get streamName(): string { return this.cdk.stream.streamName; }

  addConsumers(scope: Construct, consumers: Record<string, any>): void {
    for (const [name, consumer] of Object.entries(consumers)) {
      const given = consumer.function ? consumer : { function: consumer };
      const fn = Fn.fromDefinition(scope, `Consumer_${this.node.id}_${name}`, given.function, this.props.defaults?.function,
        'The "defaults.function" cannot be applied if an instance of a Function construct is passed in.');
      fn.addEventSource(new KinesisEventSource(this.cdk.stream, { startingPosition: "LATEST", ...given.cdk?.eventSource }));
      this.group.add(name, fn);
    }
  }
  bind(constructs: any[]) { this.group.bind(constructs); }
  bindToConsumer(name: string, constructs: any[]): void { this.group.one(name).bind(constructs); }
  attachPermissions(permissions: any) { this.group.attachPermissions(permissions); }
  attachPermissionsToConsumer(name: string, permissions: any): void { this.group.one(name).attachPermissions(permissions); }
  getFunction(name: string): Fn | undefined { return this.group.members[name]; }

  getConstructMetadata() {
    return {
      type: "KinesisStream",
      data: { streamName: this.streamName, consumers: Object.entries(this.group.members).map(([name, fn]) => ({ name, fn: functionRef(fn) })) },
    };
  }
  getBindings(): Bindings {
    return { clientPackage: "kinesis-stream", variables: { streamName: { type: "plain", value: this.streamName } }, permissions: { "kinesis:*": [this.streamArn] } };
  }
  _permissions(): [string, string[]][] { return [["kinesis:*", [this.streamArn]]]; }
}
