import { Construct } from "constructs";
import * as events from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { functionRef, type SSTConstruct } from "./library.js";
import { Function as Fn } from "./Function.js";

export class Cron extends Construct implements SSTConstruct {
  readonly id: string;
  readonly cdk: { rule: events.Rule };
  readonly jobFunction: Fn;

  constructor(scope: Construct, id: string, props: any) {
    super(scope, props.cdk?.id || id);
    this.id = id;
    const { schedule, enabled, job, cdk } = props;
    if (!schedule && !cdk?.rule?.schedule) throw new Error(`No schedule defined for the "${this.node.id}" Cron`);
    if (!job) throw new Error(`No job defined for the "${this.node.id}" Cron`);
    this.cdk = {
      rule: new events.Rule(this, "Rule", { schedule: schedule && events.Schedule.expression(schedule), enabled: enabled !== false, ...cdk?.rule }),
    };
    this.jobFunction = Fn.fromDefinition(this, `Job_${this.node.id}`, job.function ?? job);
    this.cdk.rule.addTarget(new LambdaFunction(this.jobFunction, job.function ? job.cdk?.target : {}));
  }

  bind(constructs: any[]) { this.jobFunction.bind(constructs); }
  attachPermissions(permissions: any) { this.jobFunction.attachPermissions(permissions); }

  getConstructMetadata() {
    const { scheduleExpression } = this.cdk.rule.node.defaultChild as events.CfnRule;
    return { type: "Cron", data: { schedule: scheduleExpression, ruleName: this.cdk.rule.ruleName, job: functionRef(this.jobFunction) } };
  }
  getBindings() { return undefined; }
}
