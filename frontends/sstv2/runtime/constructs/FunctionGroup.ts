// The functions that a construct has made for its routes, consumers and the
// like, by name. What is bound or permitted to all of them counts for those
// that come later too. Beside functions there may be queues and such, which
// have nothing bound to them.
import { Function as Fn } from "./Function.js";

export class FunctionGroup {
  readonly members: Record<string, any> = {};
  readonly bound: any[] = [];
  readonly permitted: any[] = [];

  /** kind is what the construct calls a member: "consumer". */
  constructor(private readonly owner: { node: { id: string } }, private readonly kind: string) {}

  add<T>(name: string, member: T): T {
    this.members[name] = member;
    if (member instanceof Fn) {
      for (const permissions of this.permitted) member.attachPermissions(permissions);
      member.bind(this.bound);
    }
    return member;
  }

  get functions(): Fn[] {
    return Object.values(this.members).filter((m) => m instanceof Fn);
  }

  bind(constructs: any[]) {
    for (const fn of this.functions) fn.bind(constructs);
    this.bound.push(...constructs);
  }
  attachPermissions(permissions: any) {
    for (const fn of this.functions) fn.attachPermissions(permissions);
    this.permitted.push(permissions);
  }

  /** one is the function of that name, which must be there. */
  one(name: string): Fn {
    const member = this.members[name];
    if (member instanceof Fn) return member;
    throw new Error(`The ${this.kind} "${name}" of "${this.owner.node.id}" ${member ? "is not a function" : "was not found"}.`);
  }
}
