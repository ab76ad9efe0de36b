import { EDGE_HEADER } from "@crm/aws/edge.ts";
import { EDGE_OUTPUT, edgeParameterName, edgeSecrets, FORMER_EDGE_OUTPUT } from "@crm/aws/key-parameters.ts";
import { CfnDynamicReference, CfnDynamicReferenceService, Duration } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { StackContext } from "sst/constructs";
import { acceptFinding } from "./cdk-nag.ts";
import { createConsoleBehaviors } from "./console.ts";
import { useDeployment } from "./deployment.ts";
import { allowReadFormerSecrets, allowReadParameters, edgeParameterArns } from "./key-parameters.ts";
import type { Settings } from "./settings.ts";

/** The origin that clients use, and what functions need to verify that a request came through CloudFront. */
export interface Edge {
  /** The origin at which clients reach the system. */
  origin: string;
  /** Names of the secrets. The edge header must have the value of one of them. */
  secrets: readonly string[];
  statements: readonly PolicyStatement[];
}

/** Statuses that CloudFront would cache for ten seconds and serve to the next client, even one with another token. */
const UNCACHED_ERRORS = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504];

/** Creates CloudFront, with the firewall if the deployment has one, before the gateway and the console's files. */
export function createEdge(context: StackContext, api: HttpApi): Edge {
  const { app, stack } = context;
  const { settings } = useDeployment(app);
  // CloudFront's own configuration shows the header too, so the parameter is not encrypted: CloudFormation fills the header from no encrypted one.
  const parameter = edgeParameterName(app.stage, settings.edge.secret);
  const sent = new CfnDynamicReference(CfnDynamicReferenceService.SSM, parameter).toString();
  const distribution = new Distribution(stack, "edge", {
    comment: app.logicalPrefixedName("edge"),
    ...(settings.edge.firewallArn === undefined ? {} : { webAclId: settings.edge.firewallArn }),
    ...domainProps(context, settings.domain),
    httpVersion: HttpVersion.HTTP2_AND_3,
    // The firewall counts by address, and one household has too many IPv6 addresses to count.
    enableIpv6: false,
    defaultBehavior: {
      origin: new HttpOrigin(`${api.apiId}.execute-api.${stack.region}.${stack.urlSuffix}`, {
        customHeaders: { [EDGE_HEADER]: sent },
        protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        originSslProtocols: [OriginSslPolicy.TLS_V1_2],
        // The same as the gateway's limit for a function.
        readTimeout: Duration.seconds(30),
      }),
      allowedMethods: AllowedMethods.ALLOW_ALL,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      // The gateway accepts only its own host name.
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    },
    additionalBehaviors: createConsoleBehaviors(context),
    // No error leads to a page: the gateway's errors are answers of the API.
    errorResponses: UNCACHED_ERRORS.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
  });
  acceptFinding(distribution, "AwsSolutions-CFR1", "Users of a tenant travel, so no country is blocked.");
  acceptFinding(
    distribution,
    "AwsSolutions-CFR3",
    "The gateway logs each request without client addresses; CloudFront's log would contain them.",
  );
  if (!settings.edge.firewallArn)
    acceptFinding(
      distribution,
      "AwsSolutions-CFR2",
      "The setting CRM_FIREWALL_ARN says that this stage has no firewall; handlers limit attempts by address and account.",
    );
  if (!settings.domain)
    acceptFinding(
      distribution,
      "AwsSolutions-CFR4",
      "CloudFront's own domain uses its own certificate, whose protocols cannot be configured.",
    );
  const origin = settings.domain ? `https://${settings.domain.name}` : `https://${distribution.distributionDomainName}`;
  stack.addOutputs({
    ConsoleUrl: `${origin}/crm/`,
    DomainTarget: distribution.distributionDomainName,
    [EDGE_OUTPUT]: edgeSecrets.map((secret) => edgeParameterName(app.stage, secret)).join(" "),
  });
  const statements = [allowReadParameters(edgeParameterArns(context))];
  const { formerEdgeSecrets } = settings;
  if (formerEdgeSecrets) {
    keepFormerSecrets(context);
    statements.push(allowReadFormerSecrets(context, Object.values(formerEdgeSecrets)));
  }
  return {
    origin,
    secrets: edgeSecrets,
    statements,
  };
}

/**
 * Keeps the secrets of an earlier release for the deployment that copies them to Parameter Store. The versions before still read them, and the release
 * before can be deployed again.
 */
function keepFormerSecrets({ stack }: StackContext): void {
  const secrets = edgeSecrets.map((name) => {
    const secret = new Secret(stack, `edge-secret-${name}`, {
      description: `Proves that requests came through CloudFront, ${name} of 2`,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    acceptFinding(
      secret,
      "AwsSolutions-SMG4",
      "The secret is not used after this deployment. Its value changes in Parameter Store: see docs/deploy.md.",
    );
    return secret;
  });
  stack.addOutputs({ [FORMER_EDGE_OUTPUT]: secrets.map(({ secretArn }) => secretArn).join(" ") });
}

const domainProps = ({ stack }: StackContext, domain: Settings["domain"]) =>
  domain && {
    domainNames: [domain.name],
    certificate: Certificate.fromCertificateArn(stack, "certificate", domain.certificateArn),
    minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
  };
