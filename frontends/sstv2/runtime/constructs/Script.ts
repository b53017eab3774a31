import { Construct } from "constructs";
import { CustomResource } from "aws-cdk-lib/core";
import { functionRef, type SSTConstruct } from "./library.js";
import { Function as Fn } from "./Function.js";
import { scriptHandler } from "./support.js";

const moments = ["onCreate", "onUpdate", "onDelete"] as const;

export class Script extends Construct implements SSTConstruct {
  readonly id: string;
  readonly createFunction?: Fn;
  readonly updateFunction?: Fn;
  readonly deleteFunction?: Fn;
  protected readonly props: any;

  constructor(scope: Construct, id: string, props: any) {
    super(scope, id);
    this.id = id;
    this.props = props;
    if (props.function) throw new Error('The "function" property has been replaced by "onCreate" and "onUpdate".');
    if (!moments.some((moment) => props[moment])) {
      throw new Error(`Need to provide at least one of "onCreate", "onUpdate", or "onDelete" functions for the "${id}" Script`);
    }
    [this.createFunction, this.updateFunction, this.deleteFunction] = moments.map((moment) => this.makeFunction(moment, props[moment]));
    const handler = scriptHandler(this, "ScriptHandler");
    for (const fn of this.functions) fn.grantInvoke(handler);
    new CustomResource(this, "ScriptResource", {
      serviceToken: handler.functionArn,
      resourceType: "Custom::SSTScript",
      properties: {
        UserCreateFunction: this.createFunction?.functionName,
        UserUpdateFunction: this.updateFunction?.functionName,
        UserDeleteFunction: this.deleteFunction?.functionName,
        UserParams: JSON.stringify(props.params || {}),
        // Without a version it runs again when its code is another.
        Version: props.version ?? [...new Set(this.functions.map((fn) => fn._codeKey))].join(" "),
      },
    });
  }

  bind(constructs: any[]): void { for (const fn of this.functions) fn.bind(constructs); }
  attachPermissions(permissions: any): void { for (const fn of this.functions) fn.attachPermissions(permissions); }

  getConstructMetadata() {
    return {
      type: "Script",
      data: { createfn: functionRef(this.createFunction), deletefn: functionRef(this.deleteFunction), updatefn: functionRef(this.updateFunction) },
    };
  }
  getBindings() { return undefined; }

  private get functions(): Fn[] {
    return [this.createFunction, this.updateFunction, this.deleteFunction].filter((fn) => fn !== undefined);
  }

  private makeFunction(moment: string, definition: any): Fn | undefined {
    if (!definition) return undefined;
    const { function: defaults } = this.props.defaults ?? {};
    if (definition instanceof Fn) {
      return Fn.fromDefinition(this, `${moment}Function`, definition, defaults,
        'The "defaults.function" cannot be applied if an instance of a Function construct is passed in.');
    }
    const own = typeof definition === "string" ? { handler: definition } : definition;
    return Fn.fromDefinition(this, `${moment}Function`, { ...own, enableLiveDev: false }, { timeout: 900, ...defaults });
  }
}
