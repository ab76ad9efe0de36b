import { table as definition } from "@crm/core/storage/table/table.ts";
import { functionNames } from "@crm/functions/api/index.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { settingsOf } from "../../stacks/settings.ts";
import { allows, statementsOf } from "./iam.ts";
import { account, functionNamed, ofType, propertiesOf, region, type Synthesized, synthesize } from "./synth.ts";

/** What is seen of the deployed system, what it may take, and what it may cost. */
let made: Synthesized;
/** Another, with everything set that may be. */
let set: Synthesized;

beforeAll(async () => {
  made = await synthesize();
  set = await synthesize("configured");
});

const given = { CRM_MAIL_FROM: "crm@example.com" };
const settings = (environment: Record<string, string>) => settingsOf("try", { ...given, ...environment });
const properties = (type: string) => propertiesOf(made.resources, type);
const alarmNamed = (name: string) =>
  properties("AWS::CloudWatch::Alarm").find(({ AlarmName }) => AlarmName === `production-crm-${name}`);
/** Metrics and expressions of an alarm that has several. */
const mathOf = (name: string): { Expression?: string; MetricStat?: { Metric: { MetricName: string } } }[] =>
  alarmNamed(name).Metrics;

describe("storage", () => {
  const classOf = ({ resources }: Synthesized) => propertiesOf(resources, "AWS::DynamoDB::Table")[0].TableClass;
  const daysOfAudit = ({ resources }: Synthesized): number =>
    propertiesOf(resources, "AWS::S3::Bucket")
      .flatMap(({ LifecycleConfiguration }) => LifecycleConfiguration?.Rules ?? [])
      .find(({ Prefix }) => Prefix === "audit/").ExpirationInDays;

  it("is of the class, and keeps the audit trail there and in the table for the time, that are set", () => {
    expect([classOf(made), classOf(set)]).toEqual(["STANDARD", "STANDARD_INFREQUENT_ACCESS"]);
    expect([daysOfAudit(made), daysOfAudit(set)]).toEqual([2647, 3693]);
    const daysInTable = ({ resources }: Synthesized) =>
      functionNamed(resources, "schedule-audit-archive").properties.Environment.Variables.CRM_AUDIT_DAYS;
    expect([daysInTable(made), daysInTable(set)]).toEqual(["90", "40"]);
    expect(() => settings({ CRM_TABLE_CLASS: "cheap" })).toThrow("CRM_TABLE_CLASS must be");
    for (const CRM_AUDIT_DAYS of ["29", "30.5", "a month"])
      expect(() => settings({ CRM_AUDIT_DAYS })).toThrow("CRM_AUDIT_DAYS must be a whole number of days, 30 or more.");
  });
});

describe("reserved concurrency", () => {
  const reservedIn = ({ resources }: Synthesized) =>
    Object.fromEntries(
      propertiesOf(resources, "AWS::Lambda::Function").flatMap(({ FunctionName, ReservedConcurrentExecutions: most }) =>
        most === undefined ? [] : [[FunctionName.replace("production-crm-", ""), most]],
      ),
    );

  it("is kept for sign-in, stream and imports where the account has a thousand, and of a new account nothing", () => {
    expect(reservedIn(made)).toEqual({});
    expect(reservedIn(set)).toEqual({ auth: 100, stream: 100, "subscribe-import": 50 });
  });

  it("leaves what Lambda keeps for all", () => {
    const { reserved } = settings({ CRM_CONCURRENCY: "200", CRM_RESERVE_STREAM: "60" });
    expect(reserved).toEqual({ auth: undefined, stream: 60, "subscribe-import": undefined });
    expect(() => settings({ CRM_RESERVE_SIGN_IN: "1" })).toThrow("reserve 1 of the 10 calls at a time");
    expect(() => settings({ CRM_CONCURRENCY: "1000", CRM_RESERVE_STREAM: "800" })).toThrow("100 must be left");
    expect(() => settings({ CRM_RESERVE_STREAM: "many" })).toThrow("CRM_RESERVE_STREAM must be a whole number above 0.");
  });
});

describe("units a second", () => {
  const tableOf = ({ resources }: Synthesized) => propertiesOf(resources, "AWS::DynamoDB::Table")[0];

  it("are bounded for the table and for each index, where it is said", () => {
    const bound = { MaxReadRequestUnits: 4000, MaxWriteRequestUnits: 2000 };
    const { OnDemandThroughput, GlobalSecondaryIndexes } = tableOf(set);
    expect(OnDemandThroughput).toEqual(bound);
    expect(GlobalSecondaryIndexes.map((each: { OnDemandThroughput: object }) => each.OnDemandThroughput)).toEqual(
      definition.indexes.map(() => bound),
    );
    expect(JSON.stringify(tableOf(made))).not.toContain("OnDemandThroughput");
  });
});

describe("a budget", () => {
  const budgetOf = ({ resources }: Synthesized) => propertiesOf(resources, "AWS::Budgets::Budget")[0];

  it("tells those whom alarms tell, of what was spent and of what will be", () => {
    expect([budgetOf(made).Budget.BudgetLimit, budgetOf(set).Budget.BudgetLimit]).toEqual([
      { Amount: 100, Unit: "USD" },
      { Amount: 40, Unit: "USD" },
    ]);
    const [[topic] = []] = ofType(made.resources, "AWS::SNS::Topic");
    for (const { Subscribers } of budgetOf(made).NotificationsWithSubscribers)
      expect(Subscribers).toEqual([{ SubscriptionType: "SNS", Address: `<${topic}>` }]);
    const kinds = budgetOf(made).NotificationsWithSubscribers.map(
      ({ Notification }: { Notification: { NotificationType: string } }) => Notification.NotificationType,
    );
    expect(kinds).toEqual(["ACTUAL", "FORECASTED"]);
    const [{ PolicyDocument }] = properties("AWS::SNS::TopicPolicy");
    expect(JSON.stringify(PolicyDocument)).toContain("budgets.amazonaws.com");
    expect(settings({}).budget).toBeUndefined();
  });
});

describe("every function", () => {
  it("is traced, and may say so", () => {
    for (const { FunctionName, TracingConfig, Role } of properties("AWS::Lambda::Function")) {
      expect([FunctionName, TracingConfig]).toEqual([FunctionName, { Mode: "Active" }]);
      const question = { action: "xray:PutTraceSegments", resource: "*", context: {} };
      expect(allows(statementsOf(made.resources, String(Role).replace(/[<>]/g, "")), question)).toBe(true);
    }
  });

  it("has a log in which Lambda's reports stay, and a stage under which it is counted", () => {
    for (const { LoggingConfig, Environment } of properties("AWS::Lambda::Function")) {
      expect(LoggingConfig).toMatchObject({ LogFormat: "JSON", SystemLogLevel: "INFO" });
      expect(LoggingConfig.ApplicationLogLevel).toBeUndefined();
      expect(Environment.Variables.CRM_STAGE).toBe("production");
    }
  });
});

describe("somebody is told", () => {
  it("of what the table refuses, and each index of it, by name", () => {
    for (const [name, metric] of [
      ["writes", "WriteThrottleEvents"],
      ["reads", "ReadThrottleEvents"],
    ]) {
      expect(alarmNamed(`table-${name}`)).toMatchObject({ MetricName: metric });
      const [{ Expression } = {}] = mathOf(`index-${name}`);
      expect(Expression).toContain(`SUM(${metric}) FROM SCHEMA("AWS/DynamoDB", TableName, GlobalSecondaryIndexName)`);
      expect(Expression).toContain("WHERE TableName = '<storage/table>' GROUP BY GlobalSecondaryIndexName ORDER BY");
    }
  });

  it("of too many requests, whoever refuses them", () => {
    const [filter, ...others] = properties("AWS::Logs::MetricFilter");
    expect(others).toEqual([]);
    const [stage] = properties("AWS::ApiGatewayV2::Stage");
    expect(JSON.parse(stage.AccessLogSettings.Format).status).toBe("$context.status");
    expect(filter.FilterPattern).toBe('{ $.status = "429" }');
    expect(stage.AccessLogSettings.DestinationArn).toContain("accesslog");
    const log = properties("AWS::Logs::LogGroup").find(({ LogGroupName }) => LogGroupName === filter.LogGroupName);
    expect(log).toBeDefined();
    const [{ MetricNamespace: Namespace, MetricName }] = filter.MetricTransformations;
    expect(alarmNamed("limited")).toMatchObject({ Namespace, MetricName });
  });

  it("of how long the stream, what is parked and dead letters have waited", () => {
    expect(alarmNamed("stream-age").MetricName).toBe("IteratorAge");
    expect(alarmNamed("parked-age")).toMatchObject({ Namespace: "CRM/parked", MetricName: "oldest_s" });
    for (const name of [...subscribers.map((each) => each.name), "schedules"])
      expect(alarmNamed(`${name}-waiting`)).toMatchObject({ MetricName: "ApproximateAgeOfOldestMessage", Threshold: 60 });
  });

  it("of mails that come back or are complained of, which are sent under a set that counts them", () => {
    const [{ Name }] = properties("AWS::SES::ConfigurationSet");
    const [{ EventDestination, ConfigurationSetName }] = properties("AWS::SES::ConfigurationSetEventDestination");
    expect(made.resources.get(ConfigurationSetName.replace(/[<>]/g, ""))?.Properties.Name).toBe(Name);
    expect(EventDestination).toMatchObject({ Enabled: true, MatchingEventTypes: ["bounce", "complaint"] });
    const [{ DimensionName }] = EventDestination.CloudWatchDestination.DimensionConfigurations;
    for (const [name, MetricName] of [
      ["mail-bounces", "Bounce"],
      ["mail-complaints", "Complaint"],
    ] as const)
      expect(alarmNamed(name)).toMatchObject({ MetricName, Dimensions: [{ Name: DimensionName, Value: Name }] });
    const { Environment, Role } = functionNamed(made.resources, "subscribe-mail").properties;
    expect(Environment.Variables.CRM_MAIL_SET).toBe(Name);
    const resource = `arn:aws:ses:${region}:${account}:configuration-set/${Name}`;
    const context = { "ses:FromAddress": "crm@example.com" };
    const statements = statementsOf(made.resources, String(Role).replace(/[<>]/g, ""));
    expect(allows(statements, { action: "ses:SendEmail", resource, context })).toBe(true);
  });

  it("when nothing is told", () => {
    for (const [name, metric] of [
      ["parked-silent", "waiting"],
      ["due-silent", "Invocations"],
    ] as const)
      expect(alarmNamed(name)).toMatchObject({
        MetricName: metric,
        TreatMissingData: "breaching",
        ComparisonOperator: "LessThanThreshold",
      });
    const metrics = mathOf("stream-silent");
    expect(metrics.flatMap(({ Expression }) => Expression ?? [])).toEqual([
      "IF(FILL(written, 0) >= 10 AND FILL(called, 0) < 1, 1, 0)",
    ]);
    expect(metrics.flatMap(({ MetricStat }) => MetricStat?.Metric.MetricName ?? []).sort()).toEqual(["Invocations", "written"]);
    // What tells of what is parked may list that, and no more.
    const { Role } = functionNamed(made.resources, "schedule-watch").properties;
    const of = statementsOf(made.resources, String(Role).replace(/[<>]/g, ""));
    expect(of.flatMap(({ Action }) => Action).filter((action) => action.startsWith("s3:"))).toEqual(["s3:ListBucket"]);
  });
});

describe("the dashboard", () => {
  it("is one, and shows requests, table, stream, what waits, and tenants", () => {
    const [{ DashboardBody }, ...others] = properties("AWS::CloudWatch::Dashboard");
    expect(others).toEqual([]);
    const titles = [...DashboardBody.matchAll(/"title":"([^"]+)"/g)].map(([, title]) => title);
    expect(titles).toEqual([
      "Requests",
      "Milliseconds of a request",
      "Functions",
      "Units of the table",
      "Refused by the table",
      "Refused by its indexes",
      "Stream",
      "Parked",
      "Dead letters, seconds",
      "Tenants",
    ]);
    for (const name of functionNames.slice(0, 50)) expect(DashboardBody).toContain(`/aws/lambda/production-crm-${name}'`);
  });
});
