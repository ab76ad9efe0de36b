import { humanPages, pagePrefix } from "@crm/functions/derive/route-segments.ts";
import { BASE_PATH } from "@crm/functions/http/operation.ts";
import { CONSOLE_ASSETS_PATH } from "@crm/functions/pages/console-path.ts";
import { CfnWebACL } from "aws-cdk-lib/aws-wafv2";
import type { StackContext } from "sst/constructs";
import type { FirewallSettings } from "./settings.ts";

/**
 * The firewall before CloudFront: rules that limit the rate of each address. A CloudFront firewall must be in us-east-1, and SST deploys an app into
 * one region, so the firewall is an app of its own and the main app gets its ARN as a setting.
 */
export function firewallStack({ requests, signIns, hooks }: FirewallSettings) {
  return function Firewall({ app, stack }: StackContext) {
    const rule = (name: string, priority: number, statement: CfnWebACL.RateBasedStatementProperty): CfnWebACL.RuleProperty => ({
      name,
      priority,
      statement: { rateBasedStatement: statement },
      action: {
        block: { customResponse: { responseCode: 429, customResponseBodyKey: "limited", responseHeaders: RATE_LIMITED_HEADERS } },
      },
      visibilityConfig: buildVisibility(app.logicalPrefixedName(name)),
    });
    const firewall = new CfnWebACL(stack, "firewall", {
      name: app.logicalPrefixedName("firewall"),
      scope: "CLOUDFRONT",
      defaultAction: { allow: {} },
      visibilityConfig: buildVisibility(app.logicalPrefixedName("firewall")),
      customResponseBodies: { limited: { contentType: "APPLICATION_JSON", content: JSON.stringify(RATE_LIMITED_BODY) } },
      rules: [
        rule("sign-ins", 0, {
          aggregateKeyType: "IP",
          evaluationWindowSec: 300,
          limit: signIns,
          scopeDownStatement: SIGN_IN_PATHS,
        }),
        rule("hooks", 1, { aggregateKeyType: "IP", evaluationWindowSec: 60, limit: hooks, scopeDownStatement: HOOK_PATHS }),
        // Webhooks count for the rule above alone: a provider's burst must not block users at the same address. CloudFront answers the files of the
        // console from its cache: an office that gets a new release of them at once must not block itself.
        rule("requests", 2, {
          aggregateKeyType: "IP",
          evaluationWindowSec: 60,
          limit: requests,
          scopeDownStatement: { notStatement: { statement: SEPARATE_PATHS } },
        }),
      ],
    });
    stack.addOutputs({ FirewallArn: firewall.attrArn });
  };
}

/** The API's error envelope. The request id is empty because no function ran. */
const RATE_LIMITED_BODY = {
  success: false,
  error: { code: "RATE_LIMITED", message: "Too many requests from this address; try again later", details: [], request_id: "" },
};

/** The firewall evaluates the rates every few seconds, so an address is admitted again soon after it slows down. */
const RATE_LIMITED_HEADERS = [
  { name: "retry-after", value: "60" },
  { name: "cache-control", value: "no-store" },
];

/** Metrics by rule, and sampled requests, which AWS keeps for three hours. */
const buildVisibility = (metricName: string) => ({ metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true });

/** Matches paths with this prefix. It decodes and normalises the path first, as the gateway does. */
const pathStartsWith = (searchString: string): CfnWebACL.StatementProperty => ({
  byteMatchStatement: {
    searchString,
    fieldToMatch: { uriPath: {} },
    positionalConstraint: "STARTS_WITH",
    textTransformations: [
      { priority: 0, type: "URL_DECODE" },
      { priority: 1, type: "NORMALIZE_PATH" },
    ],
  },
});

/** Webhooks of providers: few addresses, in bursts. */
const HOOK_PATHS = pathStartsWith("/hooks/");

/** Paths that the general rule does not count. */
const SEPARATE_PATHS: CfnWebACL.StatementProperty = {
  orStatement: { statements: [HOOK_PATHS, pathStartsWith(CONSOLE_ASSETS_PATH)] },
};

/** Paths on which a caller can try passwords or the tokens of links. */
const SIGN_IN_PATHS: CfnWebACL.StatementProperty = {
  orStatement: { statements: [`${BASE_PATH}/auth/`, ...humanPages.map(pagePrefix)].map(pathStartsWith) },
};
