import { Construct } from "constructs";
import { Stack } from "aws-cdk-lib/core";
import { appOf, fallbackPrefix, parameterPath, type Bindings, type SSTConstruct } from "./library.js";

export class Secret extends Construct implements SSTConstruct {
  readonly id: string;
  readonly name: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.id = this.name = id;
  }

  getConstructMetadata() {
    return { type: "Secret", data: { name: this.name } };
  }

  getBindings(): Bindings {
    const { region, account } = appOf(this);
    const arn = (path: string) => `arn:${Stack.of(this).partition}:ssm:${region}:${account}:parameter${path}`;
    return {
      clientPackage: "config",
      variables: { value: { type: "secret" } },
      permissions: { "ssm:GetParameters": [arn(parameterPath(this, "value")), arn(parameterPath(this, "value", fallbackPrefix()))] },
    };
  }

  static create(scope: Construct, ...names: string[]) {
    return Object.fromEntries(names.map((name) => [name, new Secret(scope, name)]));
  }
}

export class Parameter extends Construct implements SSTConstruct {
  readonly id: string;
  readonly name: string;
  readonly value: string;

  constructor(scope: Construct, id: string, props: { value: string }) {
    super(scope, id);
    this.id = this.name = id;
    this.value = props.value;
  }

  getConstructMetadata() {
    return { type: "Parameter", data: { name: this.name } };
  }

  getBindings(): Bindings {
    return { clientPackage: "config", variables: { value: { type: "plain", value: this.value } }, permissions: {} };
  }

  static create(scope: Construct, values: Record<string, any>) {
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, new Parameter(scope, name, { value })]));
  }
}
