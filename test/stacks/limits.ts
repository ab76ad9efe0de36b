import type { StackName } from "../../stacks/index.ts";
import { resolvePhysicalNames } from "./physical-names.ts";
import type { PropertiesOf } from "./resource-properties.ts";
import { type CloudFormationTemplate, listResources, places, type Resource, synthesize } from "./synthesis.ts";

/** The quotas of AWS that a release can exceed, and how near the templates come to them. */
export interface Limit {
  /** What is limited. It is unique. */
  subject: string;
  quota: number;
  /** The page of AWS's documentation that states the quota. */
  source: keyof typeof sources;
  measure(system: DeployedSystem): Iterable<Measurement>;
  /** Whether no template has such a resource. */
  isUnused?: boolean;
}

/** A value, and the resource or stack that has it. */
export type Measurement = readonly [place: string, value: number];

/** The templates, with all names and ARNs as AWS gives them. */
export interface DeployedSystem {
  templates: readonly (readonly [StackName, CloudFormationTemplate])[];
  resources: ReadonlyMap<string, Resource>;
}

/** The part of a quota above which the test fails, so that there is time to change the design. */
export const MAX_SHARE = 0.9;

/** Stages that one account must be able to hold. */
export const STAGES_IN_ACCOUNT = 4;

export const sources = {
  "API Gateway": "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html",
  Backup: "https://docs.aws.amazon.com/aws-backup/latest/devguide/aws-backup-limits.html",
  Budgets: "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html",
  CloudFormation: "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html",
  CloudFront: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html",
  CloudWatch: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html",
  "CloudWatch Logs": "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html",
  CodeDeploy: "https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html",
  DynamoDB: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html",
  EventBridge: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html",
  IAM: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
  KMS: "https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html",
  Lambda: "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
  S3: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
  SES: "https://docs.aws.amazon.com/ses/latest/dg/quotas.html",
  SNS: "https://docs.aws.amazon.com/general/latest/gr/sns.html",
  SQS: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html",
  Scheduler: "https://docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html",
  "Secrets Manager": "https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html",
  "Step Functions": "https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html",
  Tagging: "https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html",
} as const;

const KILOBYTE = 1024;
const MEGABYTE = 1024 * KILOBYTE;

const bytes = (text: string): number => Buffer.byteLength(text);
/** The length of JSON without white space. */
const jsonLength = (value: unknown): number => JSON.stringify(value).length;

/** A value of each resource of a type. */
const each =
  <T extends string>(type: T, measure: (properties: PropertiesOf<T>) => number): Limit["measure"] =>
  ({ resources }) =>
    listResources(resources, type).map(([id, { Properties }]) => [id, measure(Properties)]);

/** The length of a property of each resource of a type. A resource without it counts as zero. */
const lengthOf = (type: string, property: string): Limit["measure"] =>
  each(type, (properties: Readonly<Record<string, unknown>>) => String(properties[property] ?? "").length);

/** The number of resources of a type, in groups. */
const countBy =
  <T extends string>(type: T, group: (properties: PropertiesOf<T>) => string): Limit["measure"] =>
  ({ resources }) =>
    [...Map.groupBy(listResources(resources, type), ([, { Properties }]) => group(Properties))].map(([name, members]) => [
      name,
      members.length,
    ]);

/** A value of each stack. */
const eachStack =
  (measure: (template: CloudFormationTemplate) => number): Limit["measure"] =>
  ({ templates }) =>
    templates.map(([stack, template]) => [stack, measure(template)]);

const longest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => text.length));

const limit = (subject: string, quota: number, source: Limit["source"], measure: Limit["measure"]): Limit => ({
  subject,
  quota,
  source,
  measure,
});

/** Lengths of names and descriptions: the type of resource, the property, and its quota. */
const textLimits: readonly (readonly [
  subject: string,
  quota: number,
  source: Limit["source"],
  type: string,
  property: string,
])[] = [
  ["name of a function", 64, "Lambda", "AWS::Lambda::Function", "FunctionName"],
  ["description of a function", 256, "Lambda", "AWS::Lambda::Function", "Description"],
  ["path of a role", 512, "IAM", "AWS::IAM::Role", "Path"],
  ["description of a role", 1000, "IAM", "AWS::IAM::Role", "Description"],
  ["name of a rule", 64, "EventBridge", "AWS::Events::Rule", "Name"],
  ["name of the event bus", 256, "EventBridge", "AWS::Events::EventBus", "Name"],
  ["name of the archive", 48, "EventBridge", "AWS::Events::Archive", "ArchiveName"],
  ["name of a schedule", 64, "Scheduler", "AWS::Scheduler::Schedule", "Name"],
  ["name of the group of schedules", 64, "Scheduler", "AWS::Scheduler::ScheduleGroup", "Name"],
  ["name of a queue", 80, "SQS", "AWS::SQS::Queue", "QueueName"],
  ["name of the topic", 256, "SNS", "AWS::SNS::Topic", "TopicName"],
  ["name of a state machine", 80, "Step Functions", "AWS::StepFunctions::StateMachine", "StateMachineName"],
  ["definition of a state machine", MEGABYTE, "Step Functions", "AWS::StepFunctions::StateMachine", "DefinitionString"],
  ["name of a log group", 512, "CloudWatch Logs", "AWS::Logs::LogGroup", "LogGroupName"],
  ["name of a function of CloudFront", 64, "CloudFront", "AWS::CloudFront::Function", "Name"],
  ["name of an alarm", 255, "CloudWatch", "AWS::CloudWatch::Alarm", "AlarmName"],
  ["description of an alarm", 1024, "CloudWatch", "AWS::CloudWatch::Alarm", "AlarmDescription"],
  ["name of the dashboard", 255, "CloudWatch", "AWS::CloudWatch::Dashboard", "DashboardName"],
  ["name of the HTTP API", 128, "API Gateway", "AWS::ApiGatewayV2::Api", "Name"],
  ["name of the CodeDeploy application", 100, "CodeDeploy", "AWS::CodeDeploy::Application", "ApplicationName"],
  ["name of a deployment group", 100, "CodeDeploy", "AWS::CodeDeploy::DeploymentGroup", "DeploymentGroupName"],
  ["name of the configuration set", 64, "SES", "AWS::SES::ConfigurationSet", "Name"],
  ["name of the receipt rule set", 64, "SES", "AWS::SES::ReceiptRuleSet", "RuleSetName"],
  ["description of a secret", 2048, "Secrets Manager", "AWS::SecretsManager::Secret", "Description"],
  ["description of a master key", 8192, "KMS", "AWS::KMS::Key", "Description"],
  ["name of the backup vault", 50, "Backup", "AWS::Backup::BackupVault", "BackupVaultName"],
];

export const limits: readonly Limit[] = [
  // Lambda measures the variables as JSON, so quotation marks and their escapes count too.
  limit(
    "environment of a function, bytes",
    4 * KILOBYTE,
    "Lambda",
    each("AWS::Lambda::Function", ({ Environment }) => bytes(JSON.stringify(Environment.Variables))),
  ),
  limit(
    "event filters of a stream",
    5,
    "Lambda",
    each("AWS::Lambda::EventSourceMapping", ({ FilterCriteria }) => FilterCriteria.Filters.length),
  ),
  limit(
    "an event filter of a stream",
    4096,
    "Lambda",
    each("AWS::Lambda::EventSourceMapping", ({ FilterCriteria }) =>
      longest(FilterCriteria.Filters.map(({ Pattern }) => Pattern)),
    ),
  ),
  limit(
    "inline policies of a role together",
    10_240,
    "IAM",
    each("AWS::IAM::Role", ({ Policies = [] }) =>
      Policies.reduce((sum, { PolicyDocument }) => sum + jsonLength(PolicyDocument), 0),
    ),
  ),
  {
    ...limit(
      "managed policy",
      6144,
      "IAM",
      each("AWS::IAM::ManagedPolicy", ({ PolicyDocument }) => jsonLength(PolicyDocument)),
    ),
    isUnused: true,
  },
  limit(
    "trust policy of a role",
    2048,
    "IAM",
    each("AWS::IAM::Role", ({ AssumeRolePolicyDocument }) => jsonLength(AssumeRolePolicyDocument)),
  ),
  limit(`roles of ${STAGES_IN_ACCOUNT} stages in an account`, 1000, "IAM", ({ resources }) => [
    ["all stacks", STAGES_IN_ACCOUNT * listResources(resources, "AWS::IAM::Role").length],
  ]),
  limit(
    "event pattern of a rule",
    2048,
    "EventBridge",
    each("AWS::Events::Rule", ({ EventPattern }) => jsonLength(EventPattern)),
  ),
  limit(
    "targets of a rule",
    5,
    "EventBridge",
    each("AWS::Events::Rule", ({ Targets }) => Targets.length),
  ),
  limit(
    "rules of an event bus",
    300,
    "EventBridge",
    countBy("AWS::Events::Rule", ({ EventBusName = "default" }) => EventBusName),
  ),
  limit(
    "routes of the HTTP API",
    300,
    "API Gateway",
    countBy("AWS::ApiGatewayV2::Route", () => "all stacks"),
  ),
  limit(
    "integrations of the HTTP API",
    300,
    "API Gateway",
    countBy("AWS::ApiGatewayV2::Integration", () => "all stacks"),
  ),
  limit(
    "deployment groups of the CodeDeploy application",
    1000,
    "CodeDeploy",
    countBy("AWS::CodeDeploy::DeploymentGroup", ({ ApplicationName }) => ApplicationName),
  ),
  limit(
    "alarms of a deployment group",
    10,
    "CodeDeploy",
    each("AWS::CodeDeploy::DeploymentGroup", ({ AlarmConfiguration }) => AlarmConfiguration.Alarms.length),
  ),
  limit(`alarms of ${STAGES_IN_ACCOUNT} stages in a region`, 5000, "CloudWatch", ({ resources }) => [
    ["all stacks", STAGES_IN_ACCOUNT * listResources(resources, "AWS::CloudWatch::Alarm").length],
  ]),
  limit(
    "widgets of the dashboard",
    500,
    "CloudWatch",
    each("AWS::CloudWatch::Dashboard", ({ DashboardBody }) => JSON.parse(DashboardBody).widgets.length),
  ),
  limit(
    "policy of a bucket, bytes",
    20 * KILOBYTE,
    "S3",
    each("AWS::S3::BucketPolicy", ({ PolicyDocument }) => jsonLength(PolicyDocument)),
  ),
  limit(
    "policy of a master key, bytes",
    32 * KILOBYTE,
    "KMS",
    each("AWS::KMS::Key", ({ KeyPolicy }) => jsonLength(KeyPolicy)),
  ),
  limit(
    "origin of CloudFront: value of a header",
    1783,
    "CloudFront",
    each("AWS::CloudFront::Distribution", ({ DistributionConfig }) =>
      longest(
        DistributionConfig.Origins.flatMap(({ OriginCustomHeaders = [] }) =>
          OriginCustomHeaders.map(({ HeaderValue }) => HeaderValue),
        ),
      ),
    ),
  ),
  limit(
    "cache behaviors of CloudFront",
    75,
    "CloudFront",
    each("AWS::CloudFront::Distribution", ({ DistributionConfig }) => DistributionConfig.CacheBehaviors.length + 1),
  ),
  limit(
    "function of CloudFront, bytes",
    10 * KILOBYTE,
    "CloudFront",
    each("AWS::CloudFront::Function", ({ FunctionCode }) => bytes(FunctionCode)),
  ),
  limit(
    "content security policy of CloudFront's responses",
    1783,
    "CloudFront",
    each(
      "AWS::CloudFront::ResponseHeadersPolicy",
      ({ ResponseHeadersPolicyConfig: { SecurityHeadersConfig } }) =>
        SecurityHeadersConfig.ContentSecurityPolicy?.ContentSecurityPolicy.length ?? 0,
    ),
  ),
  limit(`policies for headers of responses of ${STAGES_IN_ACCOUNT} stages in an account`, 20, "CloudFront", ({ resources }) => [
    ["all stacks", STAGES_IN_ACCOUNT * listResources(resources, "AWS::CloudFront::ResponseHeadersPolicy").length],
  ]),
  limit(
    "name of the budget",
    100,
    "Budgets",
    each("AWS::Budgets::Budget", ({ Budget }) => Budget.BudgetName.length),
  ),
  limit("tags of a resource", 50, "Tagging", ({ resources }) =>
    [...resources].map(([id, { Properties }]) => [id, Object.keys(Properties?.Tags ?? {}).length]),
  ),
  limit(
    "resources of a stack",
    500,
    "CloudFormation",
    eachStack(({ Resources = {} }) => Object.keys(Resources).length),
  ),
  limit(
    "outputs of a stack",
    200,
    "CloudFormation",
    eachStack(({ Outputs = {} }) => Object.keys(Outputs).length),
  ),
  limit(
    "parameters of a stack",
    200,
    "CloudFormation",
    eachStack(({ Parameters = {} }) => Object.keys(Parameters).length),
  ),
  // CDK writes templates with an indentation of one space.
  limit(
    "template of a stack, bytes",
    MEGABYTE,
    "CloudFormation",
    eachStack((template) => bytes(JSON.stringify(template, undefined, 1))),
  ),
  limit(
    "name of an export",
    255,
    "CloudFormation",
    eachStack(({ Outputs = {} }) => longest(Object.values(Outputs).map(({ Export }) => Export?.Name ?? ""))),
  ),
  limit("name of a stack", 128, "CloudFormation", ({ templates }) =>
    templates.map(([stack]) => [stack, `${places.longest.stage}-crm-${stack}`.length]),
  ),
  ...textLimits.map(([subject, quota, source, type, property]) => limit(subject, quota, source, lengthOf(type, property))),
];

/** The system with the longest names and settings. */
export async function resolveLongestSystem(): Promise<DeployedSystem> {
  const { templates } = await synthesize("longest");
  return { templates, resources: resolvePhysicalNames(templates, places.longest) };
}

/** Returns the highest value of a limit, and where it is. */
export function findHighest({ subject, measure, isUnused }: Limit, system: DeployedSystem): Measurement {
  const [highest] = [...measure(system)].sort(([, a], [, b]) => b - a);
  if (highest === undefined && isUnused) return ["none", 0];
  if (highest === undefined) throw new Error(`No template has a ${subject}; correct its type in the table of limits`);
  return highest;
}

const formatNumber = (value: number): string => value.toLocaleString("en");

/** The table in docs/deploy.md. */
export function buildLimitsTable(system: DeployedSystem): string {
  const rows = limits.map((row) => {
    const [place, value] = findHighest(row, system);
    const name = place.replace(/(?<=.)[0-9A-F]{8}$/, "").replace(places.longest.stage, "<stage>");
    const share = Math.round((value / row.quota) * 100);
    return `| ${row.subject} | ${formatNumber(value)} | ${formatNumber(row.quota)} | ${share} % | \`${name}\` | [${row.source}](${sources[row.source]}) |\n`;
  });
  return LIMITS_HEAD + rows.join("");
}

const LIMITS_HEAD =
  "| limited | highest value now | limit | share | where | source |\n| --- | ---: | ---: | ---: | --- | --- |\n";
