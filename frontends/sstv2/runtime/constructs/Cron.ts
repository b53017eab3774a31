import { Construct } from "constructs";
import { Token } from "aws-cdk-lib/core";
import * as events from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { functionRef, invalid, shown, type SSTConstruct } from "./library.js";
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
    if (schedule && !isSchedule(schedule)) {
      invalid(`schedule of the Cron "${this.node.id}" is ${shown(schedule)}, which EventBridge does not take. Write "rate(1 minute)", "rate(2 hours)" and the like, `
        + 'or "cron(…)" with minutes, hours, days of the month, months, days of the week and years, where "?" stands for one of the days, such as "cron(15 10 * * ? *)".');
    }
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

/** isSchedule tells whether EventBridge takes a schedule, as far as it is known. */
function isSchedule(schedule: any): boolean {
  if (typeof schedule !== "string") return false;
  if (Token.isUnresolved(schedule)) return true;
  const fields = /^cron\((.*)\)$/.exec(schedule)?.[1].trim().split(/\s+/);
  if (fields) return fields.length === 6 && [fields[2], fields[4]].filter((f) => f === "?").length === 1;
  return /^rate\((1 (minute|hour|day)|(?!1 )[1-9]\d* (minutes|hours|days))\)$/.test(schedule);
}
