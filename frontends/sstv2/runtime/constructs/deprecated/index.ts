// The classes that SST v2 has kept of SST v1.
import { Construct } from "constructs";
import { unsupported } from "../library.js";

export class NextjsSite extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    unsupported(`The NextjsSite "${id}" of sst/constructs/deprecated, which serverless-next.js builds, for Next.js up to 11. Use the NextjsSite of sst/constructs, which OpenNext builds: this one`);
  }
}
