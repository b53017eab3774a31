import { Construct, type IConstruct } from "constructs";
import * as cloudfront from "aws-cdk-lib/aws-cloudfront";
import { addInvalidation } from "../sites.js";
import { appOf, isCDKConstruct } from "./library.js";

declare const require: (name: string) => any;

/** A distribution with a domain of its own. scopeOverride has its resources beside those of a site. */
export class Distribution extends Construct {
  readonly cdk: { distribution: cloudfront.IDistribution; hostedZone?: any; certificate?: any };
  private readonly props: any;
  private readonly owner: IConstruct;

  constructor(scope: Construct, id: string, props: any) {
    super(scope, id);
    this.props = props;
    this.owner = props.scopeOverride || this;
    const given = props.cdk?.distribution;
    if (isCDKConstruct(given)) {
      this.cdk = { distribution: given };
      return;
    }
    const domain = domainOf(props.customDomain);
    for (const [name, instead] of [["certificate", "certificate"], ["domainNames", "name"]]) {
      if (given?.[name]) throw new Error(`Do not configure the "cfDistribution.${name}". Use the "customDomain" to configure the domain ${instead}.`);
    }
    const hostedZone = domain && zoneOf(this.owner, domain);
    const certificate = domain && certificateOf(this.owner, domain, hostedZone);
    if (domain?.alternateNames && !domain.cdk?.certificate) {
      throw new Error("Certificates for alternate domains cannot be automatically created. Please specify certificate to use");
    }
    const distribution = new cloudfront.Distribution(this.owner as Construct, "Distribution", {
      ...given,
      domainNames: domain ? [domain.domainName, ...(domain.alternateNames ?? [])] : [],
      certificate,
    });
    this.cdk = { distribution, hostedZone, certificate };
    if (domain && hostedZone) makeRecords(this.owner, domain, hostedZone, distribution);
  }

  get url(): string { return `https://${this.cdk.distribution.distributionDomainName}`; }
  get customDomainUrl(): string | undefined { return customDomainUrl(this.props.customDomain); }

  /** createInvalidation is the uploader's to do. What others depend on, to come after it, comes before. */
  createInvalidation(props: { version?: string; paths?: string[]; wait?: boolean; dependsOn?: IConstruct[] } = {}): Construct {
    const made = new Construct(this.owner as Construct, "CloudFrontInvalidator");
    appOf(this).defer(() => addInvalidation(made, {
      distribution: this.cdk.distribution.distributionId, paths: [...new Set(props.paths ?? ["/*"])], version: props.version, wait: props.wait ?? false,
    }));
    return made;
  }
}

export function customDomainUrl(given: any): string | undefined {
  if (given) return `https://${typeof given === "string" ? given : given.domainName}`;
}

function domainOf(given: any): any {
  if (!given) return undefined;
  if (typeof given === "string") return { domainName: given };
  if (!given.domainName) throw new Error('Missing "domainName" for customDomain.');
  if (given.isExternalDomain === true) {
    if (!given.cdk?.certificate) throw new Error('A valid certificate is required when "isExternalDomain" is set to "true".');
    if (given.domainAlias) throw new Error('Domain alias is only supported for domains hosted on Amazon Route 53. Do not set the "customDomain.domainAlias" when "isExternalDomain" is enabled.');
    if (given.hostedZone) throw new Error('Hosted zones can only be configured for domains hosted on Amazon Route 53. Do not set the "customDomain.hostedZone" when "isExternalDomain" is enabled.');
  }
  return given;
}

function zoneOf(scope: IConstruct, domain: any) {
  const { HostedZone } = require("aws-cdk-lib/aws-route53");
  if (domain.cdk?.hostedZone) return domain.cdk.hostedZone;
  if (typeof domain.hostedZone === "string") return HostedZone.fromLookup(scope, "HostedZone", { domainName: domain.hostedZone });
  if (typeof domain.domainName !== "string") return domain.hostedZone;
  if (domain.isExternalDomain === true) return undefined;
  return HostedZone.fromLookup(scope, "HostedZone", { domainName: domain.domainName });
}

const certificateOf = (scope: IConstruct, domain: any, hostedZone: any) =>
  domain.cdk?.certificate ?? (hostedZone && dnsValidated(scope, "Certificate", { domainName: domain.domainName, hostedZone }));

/** dnsValidated is a certificate for CloudFront, which takes those of one region alone. */
export function dnsValidated(scope: IConstruct, id: string, props: any) {
  const { DnsValidatedCertificate } = require("aws-cdk-lib/aws-certificatemanager");
  return new DnsValidatedCertificate(scope, id, { ...props, region: "us-east-1" });
}

function makeRecords(scope: IConstruct, domain: any, zone: any, distribution: cloudfront.IDistribution) {
  const route53 = require("aws-cdk-lib/aws-route53");
  const { CloudFrontTarget } = require("aws-cdk-lib/aws-route53-targets");
  const record = { recordName: domain.domainName, zone, target: route53.RecordTarget.fromAlias(new CloudFrontTarget(distribution)) };
  new route53.ARecord(scope, "AliasRecord", record);
  new route53.AaaaRecord(scope, "AliasRecordAAAA", record);
  if (domain.domainAlias) redirect(new Construct(scope as Construct, "Redirect"), domain.domainAlias, domain.domainName, zone);
}

/** redirect sends whoever asks for one domain to another. */
function redirect(scope: Construct, from: string, to: string, zone: any) {
  const route53 = require("aws-cdk-lib/aws-route53");
  const { CloudFrontTarget } = require("aws-cdk-lib/aws-route53-targets");
  const s3 = require("aws-cdk-lib/aws-s3");
  const { RemovalPolicy } = require("aws-cdk-lib/core");
  const { md5hash } = require("aws-cdk-lib/core/lib/helpers-internal");
  const certificate = dnsValidated(scope, "RedirectCertificate", { domainName: from, subjectAlternativeNames: [from], hostedZone: zone });
  const bucket = new s3.Bucket(scope, "RedirectBucket", {
    websiteRedirect: { hostName: to, protocol: s3.RedirectProtocol.HTTPS },
    removalPolicy: RemovalPolicy.DESTROY,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
  });
  const distribution = new cloudfront.CloudFrontWebDistribution(scope, "RedirectDistribution", {
    defaultRootObject: "",
    originConfigs: [{
      behaviors: [{ isDefaultBehavior: true }],
      customOriginSource: { domainName: bucket.bucketWebsiteDomainName, originProtocolPolicy: cloudfront.OriginProtocolPolicy.HTTP_ONLY },
    }],
    viewerCertificate: cloudfront.ViewerCertificate.fromAcmCertificate(certificate, { aliases: [from] }),
    comment: `Redirect to ${to} from ${from}`,
    priceClass: cloudfront.PriceClass.PRICE_CLASS_ALL,
    viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
  });
  const record = { recordName: from, zone, target: route53.RecordTarget.fromAlias(new CloudFrontTarget(distribution)) };
  const hash = md5hash(from).slice(0, 6);
  new route53.ARecord(scope, `RedirectAliasRecord${hash}`, record);
  new route53.AaaaRecord(scope, `RedirectAliasRecordSix${hash}`, record);
}
