import { Construct } from "constructs";
import * as iam from "aws-cdk-lib/aws-iam";
import { parameterPath, type Bindings, type SSTConstruct } from "../library.js";
import { Api } from "../Api.js";
import { makeKeys, parameterArn, refuseCognito } from "../Auth.js";
import { Secret } from "../Config.js";

export class Auth extends Construct implements SSTConstruct {
  readonly id: string;
  readonly publicKey: Secret;
  readonly privateKey: Secret;
  private readonly api: Api;

  constructor(scope: Construct, id: string, props: any) {
    super(scope, props.cdk?.id || id);
    refuseCognito(props, "cdk");
    this.id = id;
    const route = { function: props.authenticator };
    this.api = new Api(this, `${id}-api`, {
      defaults: { function: { environment: { AUTH_ID: id } } },
      routes: { "ANY /{step}": route, "ANY /": route },
      customDomain: props.customDomain,
    });
    this.publicKey = new Secret(this, `${id}PublicKey`);
    this.privateKey = new Secret(this, `${id}PrivateKey`);
    const fn = this.api.getFunction("ANY /{step}")!;
    fn.bind([this.publicKey, this.privateKey]);
    fn.attachPermissions([
      new iam.PolicyStatement({ actions: ["ssm:GetParameters"], resources: [parameterArn(this.publicKey, "value"), parameterArn(this.privateKey, "value")] }),
    ]);
    makeKeys(this, parameterPath(this.publicKey, "value"), parameterPath(this.privateKey, "value"));
  }

  get url(): string { return this.api.customDomainUrl || this.api.url; }

  getConstructMetadata() { return { type: "Auth", data: {} }; }
  getBindings(): Bindings {
    return {
      clientPackage: "future/auth",
      variables: {
        publicKey: { type: "secret_reference", secret: this.publicKey },
        url: { type: "plain", value: this.url },
        authId: { type: "auth_id", value: this.id },
      },
      permissions: {},
    };
  }
}
