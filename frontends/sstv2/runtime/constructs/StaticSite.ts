import { Construct } from "constructs";
import { RemovalPolicy, Stack, Token } from "aws-cdk-lib/core";
import * as cloudfront from "aws-cdk-lib/aws-cloudfront";
import { S3Origin } from "aws-cdk-lib/aws-cloudfront-origins";
import * as s3 from "aws-cdk-lib/aws-s3";
import { appOf, isCDKConstruct, parameterPath, type Bindings, type SSTConstruct } from "./library.js";
import { Distribution, customDomainUrl } from "./Distribution.js";
import { useSites } from "./registry.js";
import { addSite } from "../sites.js";

/** The function at the edge that finds the file of a page. It is as deployed stacks have it. */
const findPage = `
function handler(event) {
  var request = event.request;
  var uri = request.uri;
  
  if (uri.startsWith("/.well-known/")) {
    return request;
  }

  if (uri.endsWith("/")) {
    request.uri += "index.html";
  } else if (!uri.split("/").pop().includes(".")) {
    request.uri += ".html";
  }

  return request;
}
          `;

export class StaticSite extends Construct implements SSTConstruct {
  readonly id: string;
  readonly cdk: { bucket: s3.Bucket; distribution: cloudfront.IDistribution; hostedZone?: any; certificate?: any };
  private readonly props: any;
  private readonly distribution: Distribution;

  constructor(scope: Construct, id: string, props: any = {}) {
    super(scope, props.cdk?.id || id);
    this.id = id;
    this.props = { path: ".", ...props };
    if (props.fileOptions) {
      throw new Error(`In the "${this.node.id}" construct, the "fileOptions" property has been replaced by "assets.fileOptions".`);
    }
    useSites().add(Stack.of(this).stackName, id, this.props);
    const bucket = this.createBucket();
    this.distribution = this.createDistribution(bucket);
    this.cdk = { bucket, ...this.distribution.cdk };
    const at = new Error().stack;
    appOf(this).defer(() => addSite(this, {
      at,
      root: this.props.path,
      command: props.buildCommand,
      environment: props.environment ?? {},
      trees: [{
        from: props.buildOutput || ".", to: "", charset: charset(props.assets),
        rules: fileRules(props.assets?.fileOptions, [
          { files: "**", cacheControl: "max-age=0,no-cache,no-store,must-revalidate" },
          { files: ["**/*.js", "**/*.css"], cacheControl: "max-age=31536000,public,immutable" },
        ]),
      }],
      invalidate: ["/*"],
      replacements: this.replacements(),
      bucket: bucket.bucketName,
      distribution: this.cdk.distribution.distributionId,
      purge: props.purgeFiles !== false,
      wait: props.waitForInvalidation ?? false,
      fallback: `/${redirects(props.errorPage) ? props.indexPage || "index.html" : props.errorPage}`,
    }));
  }

  get url(): string { return this.distribution.url; }
  get customDomainUrl(): string | undefined { return customDomainUrl(this.props.customDomain); }

  getConstructMetadata() {
    return {
      type: "StaticSite",
      data: { path: this.props.path, environment: this.props.environment || {}, customDomainUrl: this.customDomainUrl, url: this.url },
    };
  }
  getBindings(): Bindings { return siteBindings(this); }

  private createBucket(): s3.Bucket {
    const given = this.props.cdk?.bucket;
    if (isCDKConstruct(given)) return given;
    for (const [name, instead] of [["websiteIndexDocument", "indexPage"], ["websiteErrorDocument", "errorPage"]]) {
      if (given?.[name]) throw new Error(`Do not configure the "s3Bucket.${name}". Use the "${instead}" to configure the StaticSite index page.`);
    }
    return new s3.Bucket(this, "S3Bucket", {
      publicReadAccess: false,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      autoDeleteObjects: true,
      removalPolicy: RemovalPolicy.DESTROY,
      ...given,
    });
  }

  private createDistribution(bucket: s3.Bucket) {
    const { errorPage, customDomain, cdk } = this.props;
    const indexPage = this.props.indexPage || "index.html";
    const page = redirects(errorPage) ? { responsePagePath: `/${indexPage}`, responseHttpStatus: 200 } : { responsePagePath: `/${errorPage}` };
    return new Distribution(this, "CDN", {
      scopeOverride: this,
      customDomain,
      cdk: {
        distribution: isCDKConstruct(cdk?.distribution) ? cdk.distribution : {
          defaultRootObject: indexPage,
          errorResponses: [{ httpStatus: 403, ...page }, { httpStatus: 404, ...page }],
          ...cdk?.distribution,
          defaultBehavior: {
            origin: new S3Origin(bucket),
            viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            functionAssociations: [{
              function: new cloudfront.Function(this, "CloudFrontFunction", { code: cloudfront.FunctionCode.fromInline(findPage) }),
              eventType: cloudfront.FunctionEventType.VIEWER_REQUEST,
            }],
            ...cdk?.distribution?.defaultBehavior,
          },
        },
      },
    });
  }

  private replacements() {
    return [
      ...(this.props.replaceValues ?? []).map((r: any) => ({ text: r.search, files: [r.files].flat(), value: r.replace })),
      ...placeholders(this.props.environment),
    ];
  }
}

const redirects = (errorPage: any) => !errorPage || errorPage === "redirect_to_index_page";

/** placeholders are those that a build is given for variables that are known later. */
export const placeholders = (environment: Record<string, string> = {}, ...files: string[]) =>
  Object.entries(environment)
    .filter(([, value]) => Token.isUnresolved(value))
    .map(([variable, value]) => ({ text: `{{ ${variable} }}`, files: ["**/*.html", "**/*.js", ...files], value, variable }));

/** charset is how text is encoded, where that is not UTF-8. */
export const charset = (assets: { textEncoding?: string } = {}) => (/^utf-8$/i.test(assets.textEncoding ?? "utf-8") ? "" : assets.textEncoding);

/** fileRules are file options, of which the last that matches a file counts. */
export const fileRules = (given: any[] = [], defaults: any[]) =>
  [...defaults, ...given].reverse().map(({ files, ignore, cacheControl, contentType }) => ({
    include: [files].flat(), exclude: ignore === undefined ? [] : [ignore].flat(), cacheControl, contentType,
  }));

/** siteBindings have code read a site's URL when it runs: a function may depend on no site, since sites depend on APIs. */
export function siteBindings(site: SSTConstruct & { url?: string; customDomainUrl?: string }): Bindings {
  const { region, account } = appOf(site);
  return {
    clientPackage: "site",
    variables: { url: { type: "site_url", value: site.customDomainUrl || site.url! } },
    permissions: { "ssm:GetParameters": [`arn:${Stack.of(site).partition}:ssm:${region}:${account}:parameter${parameterPath(site, "url")}`] },
  };
}
