import { Construct } from "constructs";
import * as events from "aws-cdk-lib/aws-events";
import * as targets from "aws-cdk-lib/aws-events-targets";
import { appOf, functionRef, isCDKConstruct, type Bindings, type SSTConstruct } from "./library.js";
import { Function as Fn } from "./Function.js";
import { FunctionGroup } from "./FunctionGroup.js";
import { Queue } from "./Queue.js";

declare const require: (name: string) => any;

export class EventBus extends Construct implements SSTConstruct {
  readonly id: string;
  readonly cdk: { eventBus: events.IEventBus };
  private readonly props: any;
  private readonly rules: Record<string, { rule: events.Rule; targets: Record<string, any> }> = {};
  // Targets of all rules: a rule's key, a slash, and the target's name.
  private readonly group: FunctionGroup;
  private readonly subscriptions = new Map<string, number>();
  private retryQueue?: any; // of failures, if any subscriber has retries

  constructor(scope: Construct, id: string, props: any = {}) {
    super(scope, props.cdk?.id || id);
    this.id = id;
    this.props = props;
    this.group = new FunctionGroup(this, "target");
    const { eventBus } = props.cdk ?? {};
    this.cdk = {
      eventBus: isCDKConstruct(eventBus)
        ? eventBus
        : new events.EventBus(this, "EventBus", {
          // A bus of a partner has its source's name.
          eventBusName: eventBus?.eventSourceName ? undefined : appOf(this).logicalPrefixedName(this.node.id),
          ...eventBus,
        }),
    };
    this.addRules(this, props.rules || {});
  }

  get eventBusArn(): string { return this.cdk.eventBus.eventBusArn; }
  get eventBusName(): string { return this.cdk.eventBus.eventBusName; }
  getRule(key: string): events.Rule | undefined { return this.rules[key]?.rule; }

  addRules(scope: Construct, rules: Record<string, any>): void {
    for (const [key, rule] of Object.entries(rules)) this.addRule(scope, key, rule);
  }
  addTargets(scope: Construct, key: string, added: Record<string, any>): void {
    const rule = this.ruleOf(key);
    for (const [name, target] of Object.entries(added)) {
      if (rule.targets[name]) throw new Error(`A target with name "${name}" already exists in rule "${key}"`);
      rule.targets[name] = this.group.add(`${key}/${name}`, this.addTarget(scope, key, rule.rule, name, target));
    }
  }

  subscribe(...args: any[]): this {
    // SST takes the props only behind all else.
    const props = args[3];
    const scope = args[0] instanceof Construct ? args.shift() : this;
    const [type, target] = args;
    const types: string[] = [type].flat();
    const joined = types.length > 1 ? "multi" : types[0];
    const count = (this.subscriptions.get(joined) ?? 0) + 1;
    this.subscriptions.set(joined, count);
    const name = `${joined.replaceAll(/[^a-zA-Z_]/g, "_")}_${count}`;
    this.addRule(scope, `${name}_rule`, {
      pattern: { detailType: types },
      targets: { [`${name}_target`]: { type: "function", function: this.subscriber(scope, name, target, props?.retries || this.props.defaults?.retries) } },
    });
    return this;
  }

  private subscriber(scope: Construct, name: string, target: any, retries?: number): Fn {
    if (!retries) return Fn.fromDefinition(scope, name, target);
    const { SqsDestination } = require("aws-cdk-lib/aws-lambda-destinations");
    const fn = Fn.fromDefinition(scope, name, target, { onFailure: new SqsDestination((this.retryQueue ??= this.makeRetrier())) });
    fn.addEnvironment("SST_RETRIES", retries.toString());
    return fn;
  }

  /** makeRetrier makes a queue of failures and the function that invokes subscribers again. */
  private makeRetrier() {
    const { eventBusRetrier } = require("./support.js");
    const { Queue: SQSQueue } = require("aws-cdk-lib/aws-sqs"), { PolicyStatement } = require("aws-cdk-lib/aws-iam");
    const { SqsEventSource } = require("aws-cdk-lib/aws-lambda-event-sources"), { Stack } = require("aws-cdk-lib/core");
    const app = appOf(this), name = app.logicalPrefixedName(`${this.node.id}Retrier`);
    const queue = new SQSQueue(this, "RetrierQueue", { queueName: name });
    const fn = eventBusRetrier(this, "RetrierFunction", { functionName: name, environment: { RETRIER_QUEUE_URL: queue.queueUrl } });
    fn.addToRolePolicy(new PolicyStatement({
      actions: ["lambda:InvokeFunction", "lambda:GetFunction"],
      resources: [`arn:${Stack.of(this).partition}:lambda:${app.region}:${app.account}:function:*`],
      conditions: { StringEquals: { "aws:ResourceTag/sst:app": app.name, "aws:ResourceTag/sst:stage": app.stage } },
    }));
    fn.addEventSource(new SqsEventSource(queue));
    queue.grantSendMessages(fn);
    return queue;
  }

  bind(constructs: any[]) { this.group.bind(constructs); }
  bindToTarget(key: string, name: string, constructs: any[]): void { this.ruleOf(key), this.group.one(`${key}/${name}`).bind(constructs); }
  attachPermissions(permissions: any) { this.group.attachPermissions(permissions); }
  attachPermissionsToTarget(key: string, name: string, permissions: any): void { this.ruleOf(key), this.group.one(`${key}/${name}`).attachPermissions(permissions); }

  getConstructMetadata() {
    return {
      type: "EventBus",
      data: {
        eventBusName: this.eventBusName,
        // Of rules without targets SST says nothing.
        rules: Object.entries(this.rules).filter(([, rule]) => Object.keys(rule.targets).length > 0).map(([key, rule]) => ({
          key, targets: Object.values(rule.targets).map(functionRef).filter(Boolean), targetNames: Object.keys(rule.targets),
        })),
      },
    };
  }
  getBindings(): Bindings {
    return { clientPackage: "event-bus", variables: { eventBusName: { type: "plain", value: this.eventBusName } }, permissions: { "events:*": [this.eventBusArn] } };
  }
  _permissions(): [string, string[]][] { return [["events:*", [this.eventBusArn]]]; }

  private ruleOf(key: string) {
    const rule = this.rules[key];
    if (!rule) throw new Error(`Cannot find the rule "${key}" in the "${this.node.id}" EventBus.`);
    return rule;
  }

  private addRule(scope: Construct, key: string, { pattern, targets: added, cdk }: any): void {
    if (cdk?.rule?.eventBus) throw new Error(`Cannot configure the "rule.cdk.rule.eventBus" in the "${this.node.id}" EventBus`);
    if (this.rules[key]) throw new Error(`A rule already exists for "${key}"`);
    const rule = new events.Rule(scope, key, {
      ruleName: appOf(this).logicalPrefixedName(key),
      ...cdk?.rule,
      eventPattern: pattern ? { ...pattern } : cdk?.rule?.eventPattern,
      eventBus: this.cdk.eventBus,
      targets: [],
    });
    this.rules[key] = { rule, targets: {} };
    this.addTargets(scope, key, added || {});
  }

  private addTarget(scope: Construct, key: string, rule: events.Rule, name: string, target: any) {
    const queue = target instanceof Queue ? target : target.queue;
    if (queue) {
      rule.addTarget(new targets.SqsQueue(queue.cdk.queue, target === queue ? undefined : target.cdk?.target));
      return queue;
    }
    if (target.cdk?.logGroup) {
      rule.addTarget(new targets.CloudWatchLogGroup(target.cdk.logGroup, target.cdk.target));
      return target.cdk.logGroup;
    }
    if (target.cdk?.function) {
      rule.addTarget(new targets.LambdaFunction(target.cdk.function, target.cdk.target));
      return target.cdk.function;
    }
    const given = target.function ? target : { function: target };
    const fn = Fn.fromDefinition(scope, `Target_${this.node.id}_${key}_${name}`, given.function, this.props.defaults?.function,
      'The "defaults.function" cannot be applied if an instance of a Function construct is passed in.');
    rule.addTarget(new targets.LambdaFunction(fn, given.cdk?.target));
    return fn;
  }
}
