import * as cdk from "aws-cdk-lib/core";

declare const __sstc_library: { project: any };

export class App extends cdk.App {
  readonly mode = "deploy";
  readonly local = false;
  readonly name: string;
  readonly stage: string;
  readonly region: string;
  readonly account: string;

  constructor(props: cdk.AppProps) {
    super(props);
    const { project } = __sstc_library;
    this.name = project.name;
    this.stage = project.stage;
    this.region = project.region;
    this.account = project.account || cdk.Aws.ACCOUNT_ID;
  }

  async finish() {}
}
