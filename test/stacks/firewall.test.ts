import { EDGE_HEADER } from "@crm/aws/edge.ts";
import { edgeSecrets } from "@crm/aws/key-parameters.ts";
import { functionNames } from "@crm/functions/api/function-loaders.ts";
import { operations } from "@crm/functions/api/index.ts";
import { humanPages } from "@crm/functions/derive/route-segments.ts";
import { functionFor } from "@crm/functions/derive/routes.ts";
import { operationPath } from "@crm/functions/http/operation.ts";
import type { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
import { readFirewallSettings, readSettings } from "../../stacks/settings.ts";
import { isAllowed, listStatements } from "./iam.ts";
import {
  account,
  edgeParameterArn,
  findFunction,
  findFunctionRole,
  webAclArn as firewallArn,
  listFindings,
  listResources,
  type Resource,
  readOnlyProperties,
  synthesize,
  synthesizeFirewall,
} from "./synthesis.ts";

/** The protection of the gateway: an address-based firewall in one region, CloudFront, and its two secrets. */
type Resources = ReadonlyMap<string, Resource>;

interface Rule {
  Name: string;
  Statement: { RateBasedStatement: Record<string, unknown> };
  Action: { Block: { CustomResponse: { ResponseCode: number; CustomResponseBodyKey: string } } };
}

let edgeResources: Resources;
/** Of a stage without a firewall. */
let bareResources: Resources;
let namedResources: Resources;
let firewall: Stack;

beforeAll(async () => {
  edgeResources = (await synthesize()).resources;
  bareResources = (await synthesize("try")).resources;
  namedResources = (await synthesize("configured")).resources;
  firewall = await synthesizeFirewall();
});

const readAcl = (stack: Stack) =>
  Object.values(Template.fromStack(stack).findResources("AWS::WAFv2::WebACL"))[0]?.Properties as {
    Scope: string;
    Rules: Rule[];
    CustomResponseBodies: Record<string, { Content: string }>;
  };
function readRule(stack: Stack, name: string): Record<string, unknown> {
  const rule = readAcl(stack).Rules.find(({ Name }) => Name === name);
  if (!rule) throw new Error(`No rule ${name}`);
  return rule.Statement.RateBasedStatement;
}

describe("the firewall", () => {
  it("is the only stack in us-east-1, without cdk-nag findings", () => {
    expect([firewall.region, readAcl(firewall).Scope]).toEqual(["us-east-1", "CLOUDFRONT"]);
    expect(listFindings(firewall)).toEqual([]);
    expect(Object.keys(Template.fromStack(firewall).toJSON().Outputs)).toContain("FirewallArn");
  });

  it("counts by address, with room for an office that starts its day", async () => {
    expect(readRule(firewall, "requests")).toMatchObject({ AggregateKeyType: "IP", EvaluationWindowSec: 60, Limit: 3000 });
    expect(readRule(firewall, "sign-ins")).toMatchObject({ AggregateKeyType: "IP", EvaluationWindowSec: 300, Limit: 1000 });
    const limits = { CRM_ADDRESS_REQUESTS: "600", CRM_ADDRESS_SIGN_INS: "100", CRM_ADDRESS_HOOKS: "900" };
    const limitedFirewall = await synthesizeFirewall(limits);
    expect(["requests", "sign-ins", "hooks"].map((name) => readRule(limitedFirewall, name).Limit)).toEqual([600, 100, 900]);
  });

  it("counts requests of providers separately from other requests", () => {
    const { ScopeDownStatement, ...hooks } = readRule(firewall, "hooks") as {
      ScopeDownStatement: { ByteMatchStatement: { SearchString: string; PositionalConstraint: string } };
    };
    expect(hooks).toEqual({ AggregateKeyType: "IP", EvaluationWindowSec: 60, Limit: 3000 });
    const { SearchString, PositionalConstraint } = ScopeDownStatement.ByteMatchStatement;
    expect(PositionalConstraint).toBe("STARTS_WITH");
    const caught = operations.map(operationPath).filter((path) => path.startsWith(SearchString));
    expect(caught).toEqual(["/hooks/{id}", "/hooks/workflows/{token}"]);
    const { NotStatement } = readRule(firewall, "requests").ScopeDownStatement as {
      NotStatement: { Statement: { OrStatement: { Statements: { ByteMatchStatement: { SearchString: string } }[] } } };
    };
    const { Statements } = NotStatement.Statement.OrStatement;
    expect(Statements[0]).toEqual(ScopeDownStatement);
    // An office that gets a new release of the console loads dozens of files for each user within a minute.
    expect(Statements.map(({ ByteMatchStatement }) => ByteMatchStatement.SearchString)).toEqual(["/hooks/", "/crm/assets/"]);
  });

  it("limits each address to a small share of the total", () => {
    const { rates } = readSettings("try", { CRM_MAIL_FROM: "crm@example.com" });
    const { requests, signIns, hooks } = readFirewallSettings({});
    for (const limit of [requests, hooks]) expect(limit / 60 / rates.all.rate).toBeLessThanOrEqual(0.05);
    expect(signIns / 300 / rates.signIn.rate).toBeLessThanOrEqual(0.05);
  });

  it("counts only requests about passwords and links as sign-ins", () => {
    const { OrStatement } = readRule(firewall, "sign-ins").ScopeDownStatement as {
      OrStatement: { Statements: { ByteMatchStatement: { SearchString: string; PositionalConstraint: string } }[] };
    };
    const matches = (path: string) =>
      OrStatement.Statements.some(({ ByteMatchStatement: { SearchString, PositionalConstraint } }) => {
        expect(PositionalConstraint).toBe("STARTS_WITH");
        return path.startsWith(SearchString);
      });
    for (const operation of operations) {
      const path = operationPath(operation);
      const isOne = path.startsWith("/api/v1/auth/") || humanPages.includes(path.split("/")[1] ?? "");
      expect([path, matches(path)]).toEqual([path, isOne]);
    }
    expect(functionFor("/api/v1/auth/login")).toBe("auth");
  });

  it("returns 429 in the standard envelope", () => {
    const { Rules, CustomResponseBodies } = readAcl(firewall);
    for (const { Action } of Rules) {
      const { ResponseCode, CustomResponseBodyKey } = Action.Block.CustomResponse;
      const body = JSON.parse(CustomResponseBodies[CustomResponseBodyKey]?.Content ?? "");
      expect([ResponseCode, body.success, body.error.code, body.error.details]).toEqual([429, false, "RATE_LIMITED", []]);
    }
  });
});

describe("CloudFront", () => {
  const findConfig = (resources: Resources) => readOnlyProperties(resources, "AWS::CloudFront::Distribution").DistributionConfig;

  it("is behind the firewall and before the gateway, and authenticates with a secret that is in no template", () => {
    const { WebACLId, Origins, IPV6Enabled } = findConfig(edgeResources);
    expect([WebACLId, IPV6Enabled]).toEqual([firewallArn, false]);
    const { CustomOriginConfig, DomainName, OriginCustomHeaders } = Origins[0] ?? {};
    expect(CustomOriginConfig).toMatchObject({ OriginProtocolPolicy: "https-only", OriginSSLProtocols: ["TLSv1.2"] });
    expect(DomainName).toMatch(/^<gateway\/gateway\w+>\.execute-api\.eu-west-1\.amazonaws\.com$/);
    const value = "{{resolve:ssm:/crm/production/edge/1}}";
    expect(OriginCustomHeaders).toEqual([{ HeaderName: EDGE_HEADER, HeaderValue: value }]);
  });

  it("caches no response, not even an error, and forwards the complete client request", () => {
    const { DefaultCacheBehavior, CustomErrorResponses } = findConfig(edgeResources);
    expect(DefaultCacheBehavior).toMatchObject({
      // Managed policies of AWS: CachingDisabled and AllViewerExceptHostHeader.
      CachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
      OriginRequestPolicyId: "b689b0a8-53d0-40ab-baf2-68738e2966ac",
      ViewerProtocolPolicy: "https-only",
    });
    expect(DefaultCacheBehavior.AllowedMethods).toEqual(
      expect.arrayContaining(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
    );
    const ttlByStatus = new Map(CustomErrorResponses.map(({ ErrorCode, ErrorCachingMinTTL }) => [ErrorCode, ErrorCachingMinTTL]));
    // By default, CloudFront caches these errors for ten seconds.
    for (const status of [400, 403, 404, 405, 414, 500, 501, 502, 503, 504])
      expect([status, ttlByStatus.get(status)]).toEqual([status, 0]);
  });

  it("is the public origin, or has the domain of the system if there is one", () => {
    const readOrigin = (resources: Resources) => findFunction(resources, "leads").properties.Environment.Variables.CRM_ORIGIN;
    expect(readOrigin(edgeResources)).toMatch(/^https:\/\/<gateway\/edge\w+>\.DomainName$/);
    expect(readOrigin(bareResources)).toMatch(/^https:\/\/<gateway\/edge\w+>\.DomainName$/);
    expect(readOrigin(namedResources)).toBe("https://api.example.com");
    expect(findConfig(namedResources)).toMatchObject({
      Aliases: ["api.example.com"],
      ViewerCertificate: {
        AcmCertificateArn: `arn:aws:acm:us-east-1:${account}:certificate/x`,
        MinimumProtocolVersion: "TLSv1.2_2021",
      },
    });
    expect(listResources(namedResources, "AWS::ApiGatewayV2::DomainName")).toEqual([]);
    expect(readOnlyProperties(namedResources, "AWS::ApiGatewayV2::Api").DisableExecuteApiEndpoint).toBe(false);
  });
});

describe("functions that serve requests", () => {
  const readEdge = (resources: Resources, name: string) =>
    findFunction(resources, name).properties.Environment.Variables.CRM_EDGE;

  it("accept either of two secrets, which they may read", () => {
    for (const name of functionNames) {
      expect([name, readEdge(edgeResources, name)]).toEqual([name, "1 2"]);
      const role = findFunctionRole(edgeResources, name);
      for (const secret of edgeSecrets) {
        const request = { action: "ssm:GetParameters", resource: edgeParameterArn("production", secret), context: {} };
        expect([name, secret, isAllowed(listStatements(edgeResources, role), request)]).toEqual([name, secret, true]);
      }
    }
  });

  it("are behind CloudFront without a firewall too, because it serves the console at their origin", () => {
    for (const name of functionNames)
      expect([name, readEdge(bareResources, name)]).toEqual([name, readEdge(edgeResources, name)]);
    expect(readOnlyProperties(bareResources, "AWS::CloudFront::Distribution").DistributionConfig.WebACLId).toBeUndefined();
  });
});

describe("settings of the edge", () => {
  const environment = { CRM_MAIL_FROM: "crm@example.com" };

  it("are required in production only", () => {
    expect(() => readSettings("production", environment)).toThrow("`npm run deploy:firewall`");
    const bare = { firewallArn: undefined, secret: "1" };
    expect(readSettings("try", environment).edge).toEqual(bare);
    expect(readSettings("production", { ...environment, CRM_FIREWALL_ARN: "none" }).edge).toEqual(bare);
    expect(readSettings("try", { ...environment, CRM_FIREWALL_ARN: firewallArn }).edge).toEqual({ firewallArn, secret: "1" });
  });

  it("report what is wrong", () => {
    const edge = { ...environment, CRM_FIREWALL_ARN: firewallArn };
    expect(() => readSettings("production", { ...edge, CRM_EDGE_SECRET: "3" })).toThrow("1 or 2");
    const regional = { CRM_DOMAIN: "api.example.com", CRM_CERTIFICATE_ARN: `arn:aws:acm:eu-west-1:${account}:certificate/x` };
    expect(() => readSettings("production", { ...edge, ...regional })).toThrow("us-east-1");
    expect(() => readSettings("production", { ...edge, CRM_RATE: "2000" })).toThrow("CRM_RATE must be requests a second");
    expect(() => readFirewallSettings({ CRM_ADDRESS_REQUESTS: "many" })).toThrow("CRM_ADDRESS_REQUESTS must be a number");
  });

  it("select the secret to send, and the limits of the gateway", () => {
    const { Origins } = readOnlyProperties(namedResources, "AWS::CloudFront::Distribution").DistributionConfig;
    expect(Origins[0]?.OriginCustomHeaders?.[0]?.HeaderValue).toBe("{{resolve:ssm:/crm/production/edge/2}}");
    expect(edgeBoth(namedResources)).toEqual(edgeBoth(edgeResources));
    const stage = readOnlyProperties(namedResources, "AWS::ApiGatewayV2::Stage");
    expect(stage.DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 });
    expect(stage.RouteSettings["ANY /api/v1/auth/{proxy+}"]).toEqual({ ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 });
  });

  const edgeBoth = (resources: Resources) => findFunction(resources, "meta").properties.Environment.Variables.CRM_EDGE;
});
