import { table as definition } from "@crm/core/storage/table/table.ts";
import { functionNames } from "@crm/functions/api/function-loaders.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { deadLetterQueues } from "../../stacks/dead-letter-queue.ts";
import { readSettings } from "../../stacks/settings.ts";
import { isAllowed, listStatements } from "./iam.ts";
import {
  account,
  findFunction,
  findFunctionRole,
  findResource,
  listResourceProperties,
  listResources,
  parseReference,
  readOnlyProperties,
  region,
  requireOnly,
  type SynthesizedSystem,
  synthesize,
} from "./synthesis.ts";

/** Alarms, dashboards, limits and budgets of the deployed system. */
let production: SynthesizedSystem;
/** A system with every optional setting. */
let configuredSystem: SynthesizedSystem;

beforeAll(async () => {
  production = await synthesize();
  configuredSystem = await synthesize("configured");
});

const requiredSettings = { CRM_MAIL_FROM: "crm@example.com" };
const parseSettings = (environment: Record<string, string>) => readSettings("try", { ...requiredSettings, ...environment });
const listProperties = <T extends string>(type: T) => listResourceProperties(production.resources, type);
const findAlarm = (name: string) =>
  requireOnly(listProperties("AWS::CloudWatch::Alarm").filter(({ AlarmName }) => AlarmName === `production-crm-${name}`));
/** The metrics and expressions of a composite alarm. */
const listAlarmMetrics = (name: string) => findAlarm(name).Metrics ?? [];

const findTable = ({ resources }: SynthesizedSystem) => readOnlyProperties(resources, "AWS::DynamoDB::Table");

describe("storage", () => {
  const readTableClass = (system: SynthesizedSystem) => findTable(system).TableClass;
  const daysOfAudit = ({ resources }: SynthesizedSystem) =>
    listResourceProperties(resources, "AWS::S3::Bucket")
      .flatMap(({ LifecycleConfiguration }) => LifecycleConfiguration.Rules)
      .find(({ Prefix }) => Prefix === "audit/")?.ExpirationInDays;

  it("has the configured class, and retains the audit trail there and in the table for the configured time", () => {
    expect([readTableClass(production), readTableClass(configuredSystem)]).toEqual(["STANDARD_INFREQUENT_ACCESS", "STANDARD"]);
    expect([daysOfAudit(production), daysOfAudit(configuredSystem)]).toEqual([2647, 3693]);
    const daysInTable = ({ resources }: SynthesizedSystem) =>
      findFunction(resources, "schedule-audit-archive").properties.Environment.Variables.CRM_AUDIT_DAYS;
    expect([daysInTable(production), daysInTable(configuredSystem)]).toEqual(["90", "40"]);
    expect(() => parseSettings({ CRM_TABLE_CLASS: "cheap" })).toThrow("CRM_TABLE_CLASS must be");
    expect(
      findFunction(configuredSystem.resources, "schedule-record-archive").properties.Environment.Variables.CRM_ARCHIVE_DAYS,
    ).toBe("400");
    for (const CRM_ARCHIVE_DAYS of ["89", "-1", "a year"])
      expect(() => parseSettings({ CRM_ARCHIVE_DAYS })).toThrow(
        "CRM_ARCHIVE_DAYS must be a whole number of days, 90 or more, or 0 to keep all records in the table.",
      );
    expect(parseSettings({ CRM_ARCHIVE_DAYS: "0" }).archiveDays).toBe(0);
    for (const CRM_AUDIT_DAYS of ["29", "30.5", "a month"])
      expect(() => parseSettings({ CRM_AUDIT_DAYS })).toThrow("CRM_AUDIT_DAYS must be a whole number of days, 30 or more.");
  });
});

describe("reserved concurrency", () => {
  const reservedIn = ({ resources }: SynthesizedSystem) =>
    Object.fromEntries(
      listResourceProperties(resources, "AWS::Lambda::Function").flatMap(
        ({ FunctionName, ReservedConcurrentExecutions: limit }) =>
          limit === undefined ? [] : [[FunctionName.replace("production-crm-", ""), limit]],
      ),
    );

  it("is set for sign-in, stream and imports if the account limit is a thousand, and not for a new account", () => {
    expect(reservedIn(production)).toEqual({});
    expect(reservedIn(configuredSystem)).toEqual({ auth: 100, stream: 100, "subscribe-import": 50 });
  });

  it("leaves the minimum that Lambda requires", () => {
    const { reserved } = parseSettings({ CRM_CONCURRENCY: "200", CRM_RESERVE_STREAM: "60" });
    expect(reserved).toEqual({ auth: undefined, stream: 60, "subscribe-import": undefined });
    expect(() => parseSettings({ CRM_RESERVE_SIGN_IN: "1" })).toThrow("reserve 1 of the 10 calls at a time");
    expect(() => parseSettings({ CRM_CONCURRENCY: "1000", CRM_RESERVE_STREAM: "800" })).toThrow("100 must be left");
    expect(() => parseSettings({ CRM_RESERVE_STREAM: "many" })).toThrow("CRM_RESERVE_STREAM must be a whole number above 0.");
  });
});

describe("units a second", () => {
  it("are limited for the table and for each index if configured", () => {
    const bound = { MaxReadRequestUnits: 4000, MaxWriteRequestUnits: 2000 };
    const { OnDemandThroughput, GlobalSecondaryIndexes } = findTable(configuredSystem);
    expect(OnDemandThroughput).toEqual(bound);
    expect(GlobalSecondaryIndexes.map((index) => index.OnDemandThroughput)).toEqual(definition.indexes.map(() => bound));
    expect(JSON.stringify(findTable(production))).not.toContain("OnDemandThroughput");
  });
});

describe("a budget", () => {
  const findBudget = ({ resources }: SynthesizedSystem) => readOnlyProperties(resources, "AWS::Budgets::Budget");

  it("notifies the recipients of alarms of actual and forecast costs", () => {
    expect([findBudget(production).Budget.BudgetLimit, findBudget(configuredSystem).Budget.BudgetLimit]).toEqual([
      { Amount: 100, Unit: "USD" },
      { Amount: 40, Unit: "USD" },
    ]);
    const [[topic] = []] = listResources(production.resources, "AWS::SNS::Topic");
    for (const { Subscribers } of findBudget(production).NotificationsWithSubscribers)
      expect(Subscribers).toEqual([{ SubscriptionType: "SNS", Address: `<${topic}>` }]);
    const kinds = findBudget(production).NotificationsWithSubscribers.map(({ Notification }) => Notification.NotificationType);
    expect(kinds).toEqual(["ACTUAL", "FORECASTED"]);
    const { PolicyDocument } = readOnlyProperties(production.resources, "AWS::SNS::TopicPolicy");
    expect(JSON.stringify(PolicyDocument)).toContain("budgets.amazonaws.com");
    expect(parseSettings({}).budget).toBeUndefined();
  });
});

describe("every function", () => {
  it("is traced, and has the permission to write traces, if configured", () => {
    for (const [{ resources }, isTraced] of [
      [production, false],
      [configuredSystem, true],
    ] as const)
      for (const { FunctionName, TracingConfig, Role } of listResourceProperties(resources, "AWS::Lambda::Function")) {
        expect([FunctionName, TracingConfig.Mode]).toEqual([FunctionName, isTraced ? "Active" : "PassThrough"]);
        const question = { action: "xray:PutTraceSegments", resource: "*", context: {} };
        expect(isAllowed(listStatements(resources, parseReference(Role)), question)).toBe(isTraced);
      }
    expect(() => parseSettings({ CRM_TRACES: "5" })).toThrow("CRM_TRACES must be on or off.");
  });

  it("counts its failed calls in the metric of the alarm on failures, which names the stage", () => {
    const filters = listProperties("AWS::Logs::MetricFilter").filter(({ FilterPattern }) =>
      FilterPattern.includes("platform.report"),
    );
    const logs = listProperties("AWS::Lambda::Function").map(({ LoggingConfig }) => LoggingConfig.LogGroup);
    expect(filters.map(({ LogGroupName }) => LogGroupName).sort()).toEqual(logs.sort());
    for (const { MetricTransformations } of filters)
      expect(MetricTransformations).toEqual([
        { MetricNamespace: "CRM/functions/production", MetricName: "failures", MetricValue: "1" },
      ]);
    expect(findAlarm("failures")).toMatchObject({
      Namespace: "CRM/functions/production",
      MetricName: "failures",
      Statistic: "Sum",
    });
  });

  it("has a log that includes the reports of Lambda, and a stage for its metrics", () => {
    for (const { LoggingConfig, Environment } of listProperties("AWS::Lambda::Function")) {
      expect(LoggingConfig).toMatchObject({ LogFormat: "JSON", SystemLogLevel: "INFO" });
      expect(LoggingConfig.ApplicationLogLevel).toBeUndefined();
      expect(Environment.Variables.CRM_STAGE).toBe("production");
    }
  });
});

describe("alarms for operators", () => {
  it("cover throttling of the table and of each index by name", () => {
    for (const [name, metric] of [
      ["writes", "WriteThrottleEvents"],
      ["reads", "ReadThrottleEvents"],
    ]) {
      expect(findAlarm(`table-${name}`)).toMatchObject({ MetricName: metric });
      const [{ Expression } = {}] = listAlarmMetrics(`index-${name}`);
      expect(Expression).toContain(`SUM(${metric}) FROM SCHEMA("AWS/DynamoDB", TableName, GlobalSecondaryIndexName)`);
      expect(Expression).toContain("WHERE TableName = '<storage/table>' GROUP BY GlobalSecondaryIndexName ORDER BY");
    }
  });

  it("cover too many requests, regardless of what rejects them", () => {
    const filter = requireOnly(
      listProperties("AWS::Logs::MetricFilter").filter(({ FilterPattern }) => !FilterPattern.includes("platform.report")),
    );
    const stage = readOnlyProperties(production.resources, "AWS::ApiGatewayV2::Stage");
    expect(JSON.parse(stage.AccessLogSettings.Format).status).toBe("$context.status");
    expect(filter.FilterPattern).toBe('{ $.status = "429" }');
    expect(stage.AccessLogSettings.DestinationArn).toContain("accesslog");
    const log = listProperties("AWS::Logs::LogGroup").find(({ LogGroupName }) => LogGroupName === filter.LogGroupName);
    expect(log).toBeDefined();
    const [{ MetricNamespace: Namespace, MetricName }] = filter.MetricTransformations;
    expect(findAlarm("limited")).toMatchObject({ Namespace, MetricName });
  });

  it("cover the age of the stream, of parked batches and of dead letters", () => {
    expect(findAlarm("stream-age").MetricName).toBe("IteratorAge");
    expect(findAlarm("parked-age")).toMatchObject({ Namespace: "CRM/parked", MetricName: "oldest_s" });
    for (const name of deadLetterQueues)
      expect(findAlarm(`${name}-waiting`)).toMatchObject({ MetricName: "ApproximateAgeOfOldestMessage", Threshold: 60 });
  });

  it("cover bounced mails and complaints, counted by a configuration set", () => {
    const { Name } = readOnlyProperties(production.resources, "AWS::SES::ConfigurationSet");
    const { EventDestination, ConfigurationSetName } = readOnlyProperties(
      production.resources,
      "AWS::SES::ConfigurationSetEventDestination",
    );
    expect(findResource(production.resources, ConfigurationSetName, "AWS::SES::ConfigurationSet").Properties.Name).toBe(Name);
    expect(EventDestination).toMatchObject({ Enabled: true, MatchingEventTypes: ["bounce", "complaint"] });
    const [{ DimensionName }] = EventDestination.CloudWatchDestination.DimensionConfigurations;
    for (const [name, MetricName] of [
      ["mail-bounces", "Bounce"],
      ["mail-complaints", "Complaint"],
    ] as const)
      expect(findAlarm(name)).toMatchObject({ MetricName, Dimensions: [{ Name: DimensionName, Value: Name }] });
    const { Environment, Role } = findFunction(production.resources, "subscribe-mail").properties;
    expect(Environment.Variables.CRM_MAIL_SET).toBe(Name);
    const resource = `arn:aws:ses:${region}:${account}:configuration-set/${Name}`;
    const context = { "ses:FromAddress": "crm@example.com" };
    const statements = listStatements(production.resources, parseReference(Role));
    expect(isAllowed(statements, { action: "ses:SendEmail", resource, context })).toBe(true);
  });

  it("cover missing data", () => {
    for (const [name, metric] of [
      ["parked-silent", "waiting"],
      ["due-silent", "Invocations"],
    ] as const)
      expect(findAlarm(name)).toMatchObject({
        MetricName: metric,
        TreatMissingData: "breaching",
        ComparisonOperator: "LessThanThreshold",
      });
    const metrics = listAlarmMetrics("stream-silent");
    expect(metrics.flatMap(({ Expression }) => Expression ?? [])).toEqual([
      "IF(FILL(written, 0) >= 10 AND FILL(called, 0) < 1, 1, 0)",
    ]);
    expect(metrics.flatMap(({ MetricStat }) => MetricStat?.Metric.MetricName ?? []).sort()).toEqual(["Invocations", "written"]);
    // The function that reports dead letters may list them and nothing else.
    const statements = listStatements(production.resources, findFunctionRole(production.resources, "schedule-watch"));
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action.startsWith("s3:"))).toEqual(["s3:ListBucket"]);
  });
});

describe("the dashboard", () => {
  it("is deployed if configured, and shows requests, table, stream, waiting work and tenants", () => {
    expect(listProperties("AWS::CloudWatch::Dashboard")).toEqual([]);
    const { DashboardBody } = readOnlyProperties(configuredSystem.resources, "AWS::CloudWatch::Dashboard");
    const titles = [...DashboardBody.matchAll(/"title":"([^"]+)"/g)].map(([, title]) => title);
    expect(titles).toEqual([
      "Requests",
      "Request latency, ms",
      "Functions",
      "Table capacity units",
      "Table throttles",
      "Index throttles",
      "Stream",
      "Parked",
      "Dead letter age, seconds",
      "Tenants",
    ]);
    for (const name of functionNames.slice(0, 50)) expect(DashboardBody).toContain(`/aws/lambda/production-crm-${name}'`);
  });
});
