import { humanPages } from "@crm/functions/derive/routes.ts";
import { BASE_PATH } from "@crm/functions/http/operation.ts";
import { CfnWebACL } from "aws-cdk-lib/aws-wafv2";
import type { StackContext } from "sst/constructs";
import type { FirewallSettings } from "./settings.ts";

/**
 * What stands before CloudFront: rules by the address of who asks. A firewall of CloudFront is in us-east-1 wherever the system is,
 * and SST deploys an app into one region: so it is an app of its own, and the other is told its name.
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
        // What providers send counts for the rule above alone: a burst of theirs is nobody's who works.
        rule("requests", 2, {
          aggregateKeyType: "IP",
          evaluationWindowSec: 60,
          limit: requests,
          scopeDownStatement: { notStatement: { statement: HOOK_PATHS } },
        }),
      ],
    });
    stack.addOutputs({ FirewallArn: firewall.attrArn });
  };
}

/** The contract's envelope; no request of ours was begun that could have an id. */
const RATE_LIMITED_BODY = {
  success: false,
  error: { code: "RATE_LIMITED", message: "Too many requests from this address; try again later", details: [], request_id: "" },
};

/** The rates are looked at every few seconds, so an address is let in again soon after it has calmed down. */
const RATE_LIMITED_HEADERS = [
  { name: "retry-after", value: "60" },
  { name: "cache-control", value: "no-store" },
];

/** Counted by name, and shown with examples of three hours at most. */
const buildVisibility = (metricName: string) => ({ metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true });

/** Paths that begin so, as the gateway reads a path, whatever it is written like. */
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

/** Where providers tell of what happens: few addresses, in bursts. */
const HOOK_PATHS = pathStartsWith("/hooks/");

/** Paths that may ask for a password or a link to be looked at. */
const SIGN_IN_PATHS: CfnWebACL.StatementProperty = {
  orStatement: { statements: [`${BASE_PATH}/auth/`, ...humanPages.map((path) => `/${path}`)].map(pathStartsWith) },
};
