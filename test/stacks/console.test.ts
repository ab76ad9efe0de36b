import { runInNewContext } from "node:vm";
import { readConsoleHeaders } from "@crm/functions/pages/console-build.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { uploadConsole } from "../../scripts/console-upload.ts";
import { allowUploads } from "../../stacks/console.ts";
import type { DistributionConfig, ResponseHeaders } from "./resource-properties.ts";
import {
  account,
  findResource,
  listResourceProperties,
  listResources,
  type Resource,
  readOnlyProperties,
  requireOnly,
  synthesize,
} from "./synthesis.ts";

/** How CloudFront serves the web console from its bucket, beside the API. */
let resources: ReadonlyMap<string, Resource>;
let distribution: DistributionConfig;

beforeAll(async () => {
  ({ resources } = await synthesize());
  distribution = readOnlyProperties(resources, "AWS::CloudFront::Distribution").DistributionConfig;
});

const findBehavior = (path: string) =>
  distribution.CacheBehaviors.find(({ PathPattern }) => new RegExp(`^${PathPattern.replaceAll("*", ".*")}$`).test(path)) ??
  distribution.DefaultCacheBehavior;
const findOrigin = (path: string) =>
  requireOnly(distribution.Origins.filter(({ Id }) => Id === findBehavior(path).TargetOriginId));
const findHeaders = (path: string): ResponseHeaders =>
  findResource(resources, findBehavior(path).ResponseHeadersPolicyId, "AWS::CloudFront::ResponseHeadersPolicy").Properties
    .ResponseHeadersPolicyConfig;

/** Managed policies of AWS. */
const CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";

describe("CloudFront", () => {
  it.each(["/crm", "/crm/", "/crm/leads", "/crm/leads/view/led_01", "/crm/assets/index-1.js"])(
    "serves %s from the bucket",
    (path) => {
      expect(findOrigin(path).DomainName).toMatch(/^<gateway\/console\w+>\.RegionalDomainName$/);
      expect(findBehavior(path)).toMatchObject({ ViewerProtocolPolicy: "redirect-to-https", AllowedMethods: ["GET", "HEAD"] });
    },
  );

  it.each(["/", "/api/v1/auth/refresh", "/health", "/crmx", "/reset-password"])(
    "leaves %s to the gateway, with its cookies",
    (path) => {
      expect(findOrigin(path).CustomOriginConfig).toBeDefined();
      // Managed policy of AWS: AllViewerExceptHostHeader. The gateway's `Set-Cookie` passes, because nothing is cached.
      expect(findBehavior(path)).toMatchObject({
        CachePolicyId: CACHING_DISABLED,
        OriginRequestPolicyId: "b689b0a8-53d0-40ab-baf2-68738e2966ac",
      });
      expect(findBehavior(path).FunctionAssociations).toBeUndefined();
    },
  );

  it("answers every address with the page, and files as they are", () => {
    const { FunctionARN } = requireOnly(findBehavior("/crm/leads").FunctionAssociations ?? []);
    const code = findResource(resources, FunctionARN, "AWS::CloudFront::Function").Properties.FunctionCode;
    for (const uri of ["/crm", "/crm/", "/crm/leads", "/crm/leads/view/led_01"]) {
      const event = { request: { uri, querystring: { search: { value: "kelp" } } } };
      expect(runInNewContext(`${code}; handler(event)`, { event })).toEqual({ ...event.request, uri: "/crm/index.html" });
    }
    expect(findBehavior("/crm/assets/index-1.js").FunctionAssociations).toBeUndefined();
  });

  it("keeps files, and asks for the page each time", () => {
    expect(["/crm", "/crm/leads"].map((path) => findBehavior(path).CachePolicyId)).toEqual([CACHING_DISABLED, CACHING_DISABLED]);
    expect(findBehavior("/crm/assets/index-1.js").CachePolicyId).toBe(CACHING_OPTIMIZED);
  });

  it("replaces no error by a page", () => {
    expect(
      distribution.CustomErrorResponses.filter((error: object) => "ResponsePagePath" in error || "ResponseCode" in error),
    ).toEqual([]);
  });

  it("sends the headers of the build, and allows requests to one bucket", () => {
    const { page, assets } = readConsoleHeaders();
    const { SecurityHeadersConfig: security, CustomHeadersConfig: custom } = findHeaders("/crm/leads");
    const sent = (config: ResponseHeaders) => ({
      "referrer-policy": config.SecurityHeadersConfig.ReferrerPolicy?.ReferrerPolicy,
      ...(config.SecurityHeadersConfig.ContentTypeOptions ? { "x-content-type-options": "nosniff" } : {}),
      ...Object.fromEntries((config.CustomHeadersConfig?.Items ?? []).map(({ Header, Value }) => [Header, Value])),
    });
    const policy = security.ContentSecurityPolicy?.ContentSecurityPolicy ?? "";
    const { "cache-control": _page, "content-security-policy": built, ...pageHeaders } = page;
    const { "cache-control": _assets, ...assetHeaders } = assets;
    expect(custom?.Items.length).toBeGreaterThan(0);
    expect(sent(findHeaders("/crm/leads"))).toEqual(pageHeaders);
    expect(sent(findHeaders("/crm/assets/index-1.js"))).toEqual({ "referrer-policy": undefined, ...assetHeaders });
    // The host for which the SDK signs links to the bucket of files (test/ports/objects.test.ts).
    const [host] = /https:\/\/\S+?(?=;| data:)/.exec(policy) ?? [];
    expect(host).toMatch(/^https:\/\/<storage\/files\w+>\.s3\.eu-west-1\.amazonaws\.com$/);
    expect(policy.replaceAll(` ${host}`, "")).toBe(built);
    const withHost = policy.split("; ").filter((directive) => directive.includes(host ?? "none"));
    expect(withHost.map((directive) => directive.split(" ")[0])).toEqual(["img-src", "connect-src"]);
  });

  it("refuses a build without these directives", () => {
    expect(() => allowUploads("default-src 'self'", "https://files.example")).toThrow("connect-src");
  });
});

describe("the bucket of the console", () => {
  it("is readable by this distribution alone", () => {
    const [id, bucket] = listResources(resources, "AWS::S3::Bucket").find(([name]) => name.startsWith("gateway/console")) ?? [];
    expect(bucket?.Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    const policy = listResourceProperties(resources, "AWS::S3::BucketPolicy").find(({ Bucket }) => Bucket === `<${id}>`);
    const statements = policy?.PolicyDocument.Statement.filter(({ Effect }) => Effect === "Allow");
    const [distributionId] = listResources(resources, "AWS::CloudFront::Distribution")[0] ?? [];
    const source = `arn:aws:cloudfront::${account}:distribution/<${distributionId}>`;
    expect(statements).toEqual([
      {
        Action: "s3:GetObject",
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Resource: `<${id}>/*`,
        Condition: { StringEquals: { "AWS:SourceArn": source } },
      },
    ]);
    expect(findOrigin("/crm").OriginAccessControlId).toMatch(/^<gateway\/.*>/);
  });
});

describe("the upload of the console", () => {
  it("sends the page last, and says how long each file is valid", async () => {
    const sent: [string, { contentType: string; cacheControl: string }][] = [];
    const keys = await uploadConsole(async (key, _body, headers) => sent.push([key, headers]));
    expect(keys.at(-1)).toBe("crm/index.html");
    expect(sent.at(-1)?.[1]).toEqual({ contentType: "text/html; charset=utf-8", cacheControl: "no-cache" });
    const scripts = sent.filter(([key]) => key.endsWith(".js"));
    expect(scripts.length).toBeGreaterThan(5);
    for (const [key, headers] of scripts) {
      expect(key).toMatch(/^crm\/assets\/[^/]+$/);
      expect(headers).toEqual({
        contentType: "text/javascript; charset=utf-8",
        cacheControl: "public, max-age=31536000, immutable",
      });
    }
  });
});
