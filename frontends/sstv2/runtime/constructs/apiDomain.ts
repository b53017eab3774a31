// Custom domains of HTTP APIs.
import type { Construct } from "constructs";
import { Token } from "aws-cdk-lib/core";
import * as acm from "aws-cdk-lib/aws-certificatemanager";
import { DomainName, type IDomainName } from "aws-cdk-lib/aws-apigatewayv2";
import * as route53 from "aws-cdk-lib/aws-route53";
import { ApiGatewayv2DomainProperties } from "aws-cdk-lib/aws-route53-targets";

interface Domain {
  domainName: IDomainName;
  created: boolean;
  certificate?: acm.ICertificate;
  certificateCreated: boolean;
  mappingKey?: string;
  url: string;
}

export function customDomainOf(scope: Construct, given: any): Domain {
  const props = typeof given === "string" ? { domainName: given } : given;
  const { domainName: name, hostedZone, path, isExternalDomain, cdk = {} } = props;
  if (!name) {
    if (!cdk.domainName) throw new Error('Missing "domainName" in sst.Api\'s customDomain setting');
    if (hostedZone || cdk.hostedZone) throw new Error('Cannot configure the "hostedZone" when the "domainName" is a construct');
    if (cdk.certificate) throw new Error('Cannot configure the "certificate" when the "domainName" is a construct');
    return { domainName: cdk.domainName, created: false, certificateCreated: false, mappingKey: path, url: url(cdk.domainName.name, path) };
  }
  if (isExternalDomain) {
    if (!cdk.certificate) throw new Error('A valid certificate is required when "isExternalDomain" is set to "true".');
    if (hostedZone || cdk.hostedZone) throw new Error('Hosted zones can only be configured for domains hosted on Amazon Route 53. Do not set the "hostedZone" when "isExternalDomain" is enabled.');
  }
  const unknown = Token.isUnresolved(name);
  if (unknown && !isExternalDomain && !hostedZone && !cdk.hostedZone) {
    throw new Error('You also need to specify the "hostedZone" if the "domainName" is passed in as a reference.');
  }
  if (!unknown && name !== name.toLowerCase()) throw new Error("The domain name needs to be in lowercase");

  const zone: route53.IHostedZone | undefined = isExternalDomain ? undefined
    : !hostedZone && cdk.hostedZone ? cdk.hostedZone
    : route53.HostedZone.fromLookup(scope, "HostedZone", { domainName: hostedZone || parentDomain(name) });
  const certificate = cdk.certificate
    ?? new acm.Certificate(scope, "Certificate", { domainName: name, validation: acm.CertificateValidation.fromDns(zone) });
  const domainName = new DomainName(scope, "DomainName", { domainName: name, certificate });
  if (zone) makeRecords(scope, zone, name, domainName);
  return { domainName, created: true, certificate, certificateCreated: !cdk.certificate, mappingKey: path, url: url(name, path) };
}

function makeRecords(scope: Construct, zone: route53.IHostedZone, recordName: string, domain: DomainName) {
  const target = route53.RecordTarget.fromAlias(new ApiGatewayv2DomainProperties(domain.regionalDomainName, domain.regionalHostedZoneId));
  for (const record of [
    new route53.ARecord(scope, "AliasRecord", { recordName, zone, target }),
    new route53.AaaaRecord(scope, "AliasRecordAAAA", { recordName, zone, target }),
  ]) {
    // The CDK would put the zone's name behind a name that it cannot read.
    if (Token.isUnresolved(recordName)) (record.node.defaultChild as route53.CfnRecordSet).name = recordName;
  }
}

// With a path, the API answers only below it.
const url = (name: string, path?: string) => (path ? `${name}/${path}/` : name);

/** parentDomain is the zone that a name is looked for in: without its first label, if there are more than two. */
function parentDomain(name: string) {
  const labels = name.split(".");
  return labels.length <= 2 ? name : labels.slice(1).join(".");
}
