import { edgeSecrets } from "@crm/aws/key-parameters.ts";
import { domains } from "@crm/core/domains.ts";
import { keyGroupNames } from "@crm/core/kernel/key-groups.ts";
import { GRACE_SECONDS, READ_SECONDS, USE_SECONDS } from "@crm/core/platform/upload/upload.rules.ts";
import { dynamodbLimits, indexNames, isKeysOnly, sortAttribute, table } from "@crm/core/storage/table/table.ts";
import { functionNames } from "@crm/functions/api/function-loaders.ts";
import { operations } from "@crm/functions/api/index.ts";
import { functionFor } from "@crm/functions/derive/routes.ts";
import { listFlows } from "@crm/functions/flow/index.ts";
import { operationPath } from "@crm/functions/http/operation.ts";
import { schedules } from "@crm/functions/schedule/index.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import { App, Aspects, Stack } from "aws-cdk-lib";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { AwsSolutionsChecks } from "cdk-nag";
import { beforeAll, describe, expect, it } from "vitest";
import { fixedResources } from "../../bench/costs/tenant-model.ts";
import { listEntryPoints } from "../../stacks/entry-points.ts";
import { readSettings } from "../../stacks/settings.ts";
import { isAllowed, listStatements, matchesWildcard } from "./iam.ts";
import type { PropertiesOf } from "./resource-properties.ts";
import {
  account,
  edgeParameterArn,
  findFunction,
  findFunctionRole,
  findLiveAlias,
  findResource,
  keyParameterArn,
  listFindings,
  listResourceProperties,
  listResources,
  type Resource,
  readOnlyProperties,
  region,
  requireOnly,
  type SynthesizedSystem,
  type SystemName,
  secretArns,
  synthesize,
} from "./synthesis.ts";

/** What `sst deploy` would create, examined without AWS. */
let production: SynthesizedSystem;
let resources: ReadonlyMap<string, Resource>;

beforeAll(async () => {
  production = await synthesize();
  resources = production.resources;
});

const listProperties = <T extends string>(type: T) => listResourceProperties(resources, type);
const listFunctions = () => listProperties("AWS::Lambda::Function");
const liveAlias = (name: string): string => findLiveAlias(resources, name);

describe("cdk-nag", () => {
  it("finds nothing except accepted findings", () => {
    expect(listFindings(production.app)).toEqual([]);
  });

  it("finds a faulty resource", () => {
    const app = new App();
    const stack = new Stack(app, "wrong");
    new Bucket(stack, "open");
    Aspects.of(stack).add(new AwsSolutionsChecks({ reports: false }));
    app.synth();
    expect(listFindings(app).join()).toMatch(/AwsSolutions-S1:.*AwsSolutions-S10:/s);
  });

  it("has a reason for each accepted finding", () => {
    const accepted = [...resources.values()].flatMap((resource) => resource.Metadata?.cdk_nag?.rules_to_suppress ?? []);
    expect(accepted.length).toBeGreaterThan(0);
    const rules = new Set(accepted.map(({ id }) => id));
    expect([...rules].sort()).toEqual([
      "AwsSolutions-APIG4",
      "AwsSolutions-CFR1",
      "AwsSolutions-CFR3",
      "AwsSolutions-CFR4",
      "AwsSolutions-IAM5",
      "AwsSolutions-S1",
      "AwsSolutions-SF2",
      "AwsSolutions-SQS3",
    ]);
    for (const { id, reason, applies_to } of accepted) {
      expect(reason.length).toBeGreaterThan(30);
      if (id === "AwsSolutions-IAM5") expect(applies_to?.length).toBe(1);
    }
  });
});

describe("fixed costs", () => {
  it("match the page of costs", () => {
    const { alarmMetrics, keys } = fixedResources;
    // Secrets Manager bills each secret. The values are in Parameter Store, which costs nothing.
    const types = ["AWS::KMS::Key", "AWS::SecretsManager::Secret"];
    expect(types.map((type) => listProperties(type).length)).toEqual([keys, 0]);
    // AWS bills each metric of an alarm. An expression on metrics of the alarm itself adds none, a query at least one.
    const metrics = listProperties("AWS::CloudWatch::Alarm").map(
      ({ Metrics }) =>
        Metrics?.filter(({ Expression, MetricStat }) => MetricStat || Expression?.startsWith("SELECT")).length ?? 1,
    );
    expect(metrics.reduce((sum, count) => sum + count, 0)).toBe(alarmMetrics);
  });
});

describe("the table", () => {
  const findTable = (from: ReadonlyMap<string, Resource>) => findResource(from, "storage/table", "AWS::DynamoDB::Table");

  it("matches the definition in core", () => {
    const { Properties } = findTable(resources);
    const keys = (hash: string, range: string) => [
      { AttributeName: hash, KeyType: "HASH" },
      { AttributeName: range, KeyType: "RANGE" },
    ];
    expect(Properties.KeySchema).toEqual(keys("pk", "sk"));
    expect(Properties.GlobalSecondaryIndexes).toEqual(
      indexNames.map((name) => ({
        IndexName: name,
        KeySchema: keys(name, sortAttribute(name)),
        Projection: isKeysOnly(name) ? { ProjectionType: "KEYS_ONLY" } : { ProjectionType: "INCLUDE", NonKeyAttributes: ["row"] },
      })),
    );
    const attributes = new Set(Properties.AttributeDefinitions.map(({ AttributeName }) => AttributeName));
    expect(attributes).toEqual(new Set(["pk", "sk", ...indexNames, ...indexNames.map(sortAttribute)]));
    expect(Properties.AttributeDefinitions.every(({ AttributeType }) => AttributeType === "S")).toBe(true);
    expect(Properties.StreamSpecification).toEqual({ StreamViewType: table.streamViewType });
    expect(Properties.TimeToLiveSpecification).toEqual({ AttributeName: "ttl", Enabled: true });
    expect(Properties.BillingMode).toBe("PAY_PER_REQUEST");
  });

  it("stays within the limits of DynamoDB", () => {
    const projected = table.indexes.map((index) => index.projected.length);
    expect(table.indexes.length).toBeLessThanOrEqual(20);
    expect(Math.max(...projected)).toBeLessThanOrEqual(20);
    expect(projected.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(100);
    expect(dynamodbLimits).toEqual({ transaction: 100, item: 409_600, batchGet: 100, batchWrite: 25 });
  });

  it("can be restored, and cannot be lost in production", async () => {
    const { Properties, DeletionPolicy } = findTable(resources);
    expect(Properties.PointInTimeRecoverySpecification).toMatchObject({
      PointInTimeRecoveryEnabled: true,
      RecoveryPeriodInDays: 35,
    });
    expect([Properties.DeletionProtectionEnabled, DeletionPolicy]).toEqual([true, "Retain"]);
    const tried = findTable((await synthesize("try")).resources);
    expect([tried.Properties.DeletionProtectionEnabled, tried.DeletionPolicy]).toEqual([false, "Delete"]);
  });

  it("can be a restored one", async () => {
    const restored = (await synthesize("restored")).resources;
    expect(listResources(restored, "AWS::DynamoDB::Table")).toEqual([]);
    const [[, mapping] = []] = listResources(restored, "AWS::Lambda::EventSourceMapping");
    expect(mapping?.Properties.EventSourceArn).toMatch(/:table\/restored\/stream\//);
    for (const { Properties } of listTableFunctions(restored))
      expect(Properties.Environment.Variables.CRM_TABLE).toBe("restored");
  });
});

/** All functions but operator-keys, which alone has the root of keys, and uses neither the table nor the origin. */
const listTableFunctions = (from: ReadonlyMap<string, Resource>): Resource<"AWS::Lambda::Function">[] => {
  const functions = listResources(from, "AWS::Lambda::Function").map(([, resource]) => resource);
  const tableFunctions = functions.filter(({ Properties }) => Properties.Environment.Variables.CRM_FORMER_SECRETS === undefined);
  expect(tableFunctions).toHaveLength(functions.length - 1);
  return tableFunctions;
};

describe("the master key", () => {
  const listKeys = (from: ReadonlyMap<string, Resource>) => listResources(from, "AWS::KMS::Key").map(([, resource]) => resource);

  it("is the only one, rotates, and outlives its stack in production", async () => {
    const [key, ...otherKeys] = listKeys(resources);
    expect(otherKeys).toEqual([]);
    expect([key?.Properties.EnableKeyRotation, key?.DeletionPolicy]).toEqual([true, "Retain"]);
    expect(listKeys((await synthesize("try")).resources)[0]?.DeletionPolicy).toBe("Delete");
  });
});

describe("the keys of a stage", () => {
  it("outlive their stack in production, and are deleted with other stages", async () => {
    for (const [name, removal] of [
      ["production", { policy: "Retain", property: "keep", isAllowed: false }],
      ["try", { policy: "Delete", property: "delete", isAllowed: true }],
    ] as const) {
      const from = (await synthesize(name)).resources;
      const [, { DeletionPolicy, Properties }] = requireOnly(listResources(from, "Custom::KeyDerivation"));
      expect([name, DeletionPolicy, Properties.Removal]).toEqual([name, removal.policy, removal.property]);
      const role = findFunctionRole(from, "operator-keys");
      const keys = (["root", ...keyGroupNames] as const).map((parameter) => keyParameterArn(name, parameter));
      for (const resource of [...keys, ...edgeSecrets.map((secret) => edgeParameterArn(name, secret))]) {
        const request = { action: "ssm:DeleteParameters", resource, context: {} };
        expect([resource, isAllowed(listStatements(from, role), request)]).toEqual([resource, removal.isAllowed]);
      }
    }
  });

  it("are in Secrets Manager only in the deployment that copies them", async () => {
    const listSecrets = async (name: SystemName) =>
      listResources((await synthesize(name)).resources, "AWS::SecretsManager::Secret")
        .map(([id]) => id.replace(/[0-9A-F]{8}$/, ""))
        .sort();
    expect(await listSecrets("production")).toEqual([]);
    expect(await listSecrets("restored")).toEqual([
      ...edgeSecrets.map((secret) => `gateway/edgesecret${secret}`),
      "storage/appsecret",
      ...keyGroupNames.map((group) => `storage/keys${group}`).sort(),
    ]);
  });

  it("are named by a setting that has all ARNs in the order of the outputs", () => {
    const read = (value: string) =>
      readSettings("try", { CRM_MAIL_FROM: "crm@example.com", CRM_FORMER_SECRETS: value }).formerSecrets;
    const arns = ["root", ...keyGroupNames].map((name) => secretArns([name]));
    expect(read(arns.join(" "))).toEqual(
      Object.fromEntries(["root", ...keyGroupNames].map((name, index) => [name, arns[index]])),
    );
    expect(read(secretArns(["root"]))).toEqual({ root: secretArns(["root"]) });
    for (const value of [arns.slice(0, 3).join(" "), "keep", arns.join(",")])
      expect(() => read(value)).toThrow("CRM_FORMER_SECRETS must be the output SecretArn");
  });

  it("of the edge are named by a setting that has both ARNs", () => {
    const read = (value: string) =>
      readSettings("try", { CRM_MAIL_FROM: "crm@example.com", CRM_FORMER_EDGE_SECRETS: value }).formerEdgeSecrets;
    const arns = edgeSecrets.map((secret) => secretArns([`edgesecret${secret}`]));
    expect(read(arns.join(" "))).toEqual({ "1": arns[0], "2": arns[1] });
    for (const value of [arns[0] ?? "", "keep none", [...arns, arns[0]].join(" ")])
      expect(() => read(value)).toThrow("CRM_FORMER_EDGE_SECRETS must be the output EdgeSecrets");
  });
});

describe("the bucket of files", () => {
  const findFilesBucket = (from: ReadonlyMap<string, Resource>) =>
    requireOnly(listResources(from, "AWS::S3::Bucket").filter(([id]) => /^storage\/files[0-9A-F]{8}$/.test(id)))[1].Properties;

  it("accepts files from pages of the allowed origins, with the signed headers", async () => {
    const rule = {
      AllowedMethods: ["PUT", "GET"],
      AllowedOrigins: ["*"],
      AllowedHeaders: ["content-type", "if-none-match"],
      MaxAge: 7200,
    };
    expect(findFilesBucket(resources).CorsConfiguration?.CorsRules).toEqual([rule]);
    const narrowed = findFilesBucket((await synthesize("restored")).resources);
    expect(narrowed.CorsConfiguration?.CorsRules).toEqual([
      // The console's own origin too.
      { ...rule, AllowedOrigins: ["https://a.example", "https://b.example", "https://api.example.com"] },
    ]);
  });

  it("expires leftover uploads, exports, import data and old audit entries, later than the system does", () => {
    const rules = findFilesBucket(resources).LifecycleConfiguration.Rules;
    const expiring = rules.filter(({ ExpirationInDays }) => ExpirationInDays !== undefined);
    expect(expiring.map(({ Prefix }) => Prefix)).toEqual([
      "uploads/",
      "imports/",
      "exports/",
      "audit/",
      "recounts/",
      "columns/",
      "lake/",
    ]);
    for (const { ExpirationInDays } of expiring)
      expect(Number(ExpirationInDays) * 24 * 60 * 60).toBeGreaterThan(USE_SECONDS + READ_SECONDS + GRACE_SECONDS);
    expect(rules.some(({ AbortIncompleteMultipartUpload }) => AbortIncompleteMultipartUpload)).toBe(true);
  });
});

describe("the gateway", () => {
  const routes = () => listProperties("AWS::ApiGatewayV2::Route");

  const findIntegrationUri = ({ Target }: PropertiesOf<"AWS::ApiGatewayV2::Route">): string =>
    findResource(resources, Target.replace("integrations/", ""), "AWS::ApiGatewayV2::Integration").Properties.IntegrationUri;

  /** The function that API Gateway chooses: an exact path, then the longest greedy path, then the default. */
  const resolveRoute = (path: string): string => {
    const matchesRoute = ({ RouteKey }: { RouteKey: string }): boolean => {
      const pattern = RouteKey.replace(/^ANY /, "");
      return pattern.endsWith("/{proxy+}")
        ? path.startsWith(pattern.slice(0, -"{proxy+}".length)) && path.length >= pattern.length - 7
        : pattern === path;
    };
    const [route] = routes()
      .filter(matchesRoute)
      .sort((one, b) => b.RouteKey.length - one.RouteKey.length);
    return findIntegrationUri(route ?? requireOnly(routes().filter(({ RouteKey }) => RouteKey === "$default")));
  };

  it("routes every operation to its function, and no path to two functions", () => {
    expect(new Set(routes().map(({ RouteKey }) => RouteKey)).size).toBe(routes().length);
    for (const operation of operations) {
      const { name } = operation;
      const full = operationPath(operation).replaceAll(/\{\w+\}/g, "led_01");
      const served = functionFor(full);
      expect([name, resolveRoute(full)]).toEqual([name, liveAlias(served)]);
    }
  });

  it("routes unknown paths to the function that rejects them", () => {
    for (const path of ["/", "/api/v1", "/api/v1/nothing", "/health", "/favicon.ico"])
      expect(resolveRoute(path)).toBe(liveAlias("meta"));
  });

  it("has the permission to call the function of each route", () => {
    const permissions = listProperties("AWS::Lambda::Permission").filter(
      ({ Principal }) => Principal === "apigateway.amazonaws.com",
    );
    const toSourcePath = (routeKey: string): string =>
      routeKey === "$default" ? routeKey : `GET${routeKey.replace("ANY ", "")}`;
    for (const route of routes()) {
      const { RouteKey } = route;
      const integration = findIntegrationUri(route);
      const source = `arn:aws:execute-api:${region}:${account}:<gateway/gatewayB15F83BA>/$default/${toSourcePath(RouteKey)}`;
      const routePermissions = permissions.filter(
        ({ FunctionName, SourceArn }) => FunctionName === integration && matchesWildcard(SourceArn, source),
      );
      expect([RouteKey, routePermissions.length]).toEqual([RouteKey, 1]);
    }
  });

  it("stays within the quotas of AWS", () => {
    expect(routes().length).toBeLessThan(300);
    const permissions = listProperties("AWS::Lambda::Permission").map(({ FunctionName }) => FunctionName);
    for (const name of functionNames) expect(permissions.filter((permission) => permission === liveAlias(name)).length).toBe(1);
    for (const [, { Properties }] of listResources(resources, "AWS::IAM::Role")) {
      expect(JSON.stringify(Properties.AssumeRolePolicyDocument).length).toBeLessThan(2048);
      const size = JSON.stringify(Properties.Policies ?? []).length;
      expect(size).toBeLessThan(10_240);
    }
  });

  it("M8 leaves CORS to the functions, and forwards preflight requests to them", () => {
    const api = readOnlyProperties(resources, "AWS::ApiGatewayV2::Api");
    expect(api.CorsConfiguration).toBeUndefined();
    const routes = listProperties("AWS::ApiGatewayV2::Route").map(({ RouteKey }) => RouteKey);
    expect(routes).toContain("ANY /api/v1/public/{proxy+}");
    expect(routes.filter((key) => !/^(ANY |\$default$)/.test(key))).toEqual([]);
    const requestFunctions = listProperties("AWS::Lambda::Function").filter(({ Environment }) => Environment.Variables.CRM_ROLES);
    expect(requestFunctions.length).toBeGreaterThan(10);
    for (const { Environment } of requestFunctions) expect(Environment.Variables.CRM_ALLOW_ORIGINS).toBe("*");
  });

  it("throttles all requests, sign-ins most, and logs no personal data", () => {
    const stage = readOnlyProperties(resources, "AWS::ApiGatewayV2::Stage");
    expect(stage.DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 2000, ThrottlingBurstLimit: 4000 });
    for (const route of Object.keys(stage.RouteSettings)) expect(routes().map(({ RouteKey }) => RouteKey)).toContain(route);
    expect(stage.RouteSettings["ANY /api/v1/auth/{proxy+}"]).toEqual({ ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 });
    expect(stage.AccessLogSettings.Format).not.toMatch(/identity|sourceIp|userAgent|\$context\.path|query|authorizer/i);
  });
});

describe("the functions", () => {
  it("have one entry point each", () => {
    const code = listFunctions().map(({ Code }) => Code.ZipFile.replace("// ", ""));
    const entries = listEntryPoints(process.cwd()).map(({ path }) => path);
    expect(code.sort()).toEqual(entries);
    expect(entries).toEqual(
      [
        ...functionNames.map((name) => `api/${name}`),
        ...schedules.map(({ name }) => `schedule/${name}`),
        ...subscribers.map(({ name }) => `subscribe/${name}`),
        ...listFlows(domains).map(({ name }) => `flow/${name}`),
        "inbound-mail",
        "operator",
        "operator-keys",
        "release-check",
        "stream",
        "watch",
      ].sort(),
    );
  });

  it("run on Node 24 and ARM, with a limited log retention", () => {
    const logs = listProperties("AWS::Logs::LogGroup");
    for (const { Runtime, Architectures, Handler, FunctionName, MemorySize, Timeout } of listFunctions()) {
      expect([Runtime, Architectures, Handler]).toEqual(["nodejs24.x", ["arm64"], "index.handler"]);
      expect(logs.find(({ LogGroupName }) => LogGroupName === `/aws/lambda/${FunctionName}`)?.RetentionInDays).toBe(90);
      expect(MemorySize).toBeLessThanOrEqual(1769);
      expect(Timeout).toBeLessThanOrEqual(900);
    }
    for (const name of functionNames) expect(findFunction(resources, name).properties.Timeout).toBeLessThan(30);
  });
});

describe("settings", () => {
  const environment = { CRM_MAIL_FROM: "crm@example.com" };

  it("report missing values", () => {
    expect(() => readSettings("production", {})).toThrow(
      "CRM_MAIL_FROM must be the address that mails come from, verified in SES.",
    );
    expect(() => readSettings("production", { ...environment, CRM_DOMAIN: "api.example.com" })).toThrow(
      "CRM_DOMAIN and CRM_CERTIFICATE_ARN go together",
    );
  });

  it("set a custom domain for the system", async () => {
    const namedResources = (await synthesize("restored")).resources;
    const distribution = readOnlyProperties(namedResources, "AWS::CloudFront::Distribution");
    expect(distribution.DistributionConfig.Aliases).toEqual(["api.example.com"]);
    const origins = listResources(namedResources, "AWS::Lambda::Function").map(
      ([, { Properties }]) => Properties.Environment.Variables.CRM_ALLOW_ORIGINS,
    );
    expect(new Set(origins.filter(Boolean))).toEqual(new Set(["https://a.example https://b.example"]));
    expect(listResources(namedResources, "AWS::SNS::Subscription")[0]?.[1].Properties.Endpoint).toBe("ops@example.com");
    // The check of the release makes no links.
    const linkFunctions = listTableFunctions(namedResources).filter(
      ({ Properties }) => !/release-check$/.test(Properties.FunctionName),
    );
    for (const { Properties } of linkFunctions)
      expect(Properties.Environment.Variables.CRM_ORIGIN).toBe("https://api.example.com");
  });
});
