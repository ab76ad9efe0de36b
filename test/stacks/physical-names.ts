import type { StackName } from "../../stacks/index.ts";
import { type CloudFormationTemplate, type Place, type Resource, resolveResources } from "./synthesis.ts";

/** What CloudFormation appends to the names that it chooses. */
const RANDOM_SUFFIX = "-ABCDEFGHIJKL";

/** The resource that a reference points to. */
interface Target {
  stackName: string;
  id: string;
  properties: Readonly<Record<string, unknown>>;
  place: Place;
}

/** The value of `Ref` and of attributes of a type of resource. */
interface References {
  ref(target: Target): string;
  attributes?: Readonly<Record<string, (target: Target) => string>>;
}

/** The name that CloudFormation chooses for a resource, shortened to the limit of its type. */
const generatedName = ({ stackName, id }: Target, maximum: number): string => {
  const prefix = `${stackName}-${id}`;
  return `${prefix.slice(0, maximum - RANDOM_SUFFIX.length)}${RANDOM_SUFFIX}`;
};

const arn =
  (service: string, resource: (target: Target) => string) =>
  (target: Target): string =>
    `arn:aws:${service}:${target.place.region}:${target.place.account}:${resource(target)}`;

const property =
  (name: string) =>
  ({ properties }: Target): string =>
    String(properties[name]);

/** A type whose name the stacks choose, with the resource part of its ARN. */
const named = (nameProperty: string, service: string, resource: string): References => ({
  ref: property(nameProperty),
  attributes: { Arn: arn(service, (target) => `${resource}${property(nameProperty)(target)}`) },
});

const roleName = (target: Target): string => generatedName(target, 64);
const bucketName = (target: Target): string => generatedName(target, 63).toLowerCase();
const regionalBucketHost = (target: Target): string => `${bucketName(target)}.s3.${target.place.region}.amazonaws.com`;
const tableName = (target: Target): string => generatedName(target, 255);
const tableArn = arn("dynamodb", (target) => `table/${tableName(target)}`);
/** Secrets Manager appends a hyphen and six characters. */
const secretArn = arn("secretsmanager", (target) => `secret:${generatedName(target, 512)}-AbCdEf`);
const functionArn = arn("lambda", (target) => `function:${property("FunctionName")(target)}`);
const KEY_ID = "12345678-1234-1234-1234-123456789012";
/** The longest identifiers that API Gateway and CloudFront choose. */
const API_ID = "a1b2c3d4e5";

const references: Readonly<Record<string, References>> = {
  "AWS::ApiGatewayV2::Api": {
    ref: () => API_ID,
    attributes: { ApiEndpoint: ({ place }) => `https://${API_ID}.execute-api.${place.region}.amazonaws.com` },
  },
  "AWS::ApiGatewayV2::DomainName": { ref: property("DomainName") },
  "AWS::ApiGatewayV2::Integration": { ref: () => API_ID },
  "AWS::Backup::BackupPlan": { ref: () => KEY_ID, attributes: { BackupPlanId: () => KEY_ID } },
  "AWS::Backup::BackupVault": { ref: property("BackupVaultName"), attributes: { BackupVaultName: property("BackupVaultName") } },
  "AWS::CloudFront::Distribution": {
    ref: () => "E1234567890ABC",
    attributes: { DomainName: () => "d1234567890abc.cloudfront.net" },
  },
  "AWS::CloudFront::Function": {
    ref: property("Name"),
    attributes: { FunctionARN: ({ place, properties }) => `arn:aws:cloudfront::${place.account}:function/${properties.Name}` },
  },
  "AWS::CloudFront::OriginAccessControl": { ref: () => "E1234567890ABC", attributes: { Id: () => "E1234567890ABC" } },
  "AWS::CloudFront::ResponseHeadersPolicy": { ref: () => KEY_ID },
  "AWS::CloudWatch::Alarm": named("AlarmName", "cloudwatch", "alarm:"),
  "AWS::CodeDeploy::Application": named("ApplicationName", "codedeploy", "application:"),
  "AWS::CodeDeploy::DeploymentGroup": named("DeploymentGroupName", "codedeploy", "deploymentgroup:"),
  "AWS::DynamoDB::Table": {
    ref: tableName,
    attributes: { Arn: tableArn, StreamArn: (target) => `${tableArn(target)}/stream/2026-01-01T00:00:00.000` },
  },
  "AWS::Events::EventBus": named("Name", "events", "event-bus/"),
  "AWS::Events::Rule": named("Name", "events", "rule/"),
  "AWS::IAM::Role": {
    ref: roleName,
    attributes: {
      Arn: (target) => `arn:aws:iam::${target.place.account}:role${target.properties.Path ?? "/"}${roleName(target)}`,
    },
  },
  "AWS::KMS::Key": { ref: () => KEY_ID, attributes: { Arn: arn("kms", () => `key/${KEY_ID}`) } },
  "AWS::Lambda::Alias": { ref: (target) => `${property("FunctionName")(target)}:live` },
  "AWS::Lambda::Function": { ref: property("FunctionName"), attributes: { Arn: functionArn } },
  "AWS::Lambda::Version": { ref: (target) => `${property("FunctionName")(target)}:9999`, attributes: { Version: () => "9999" } },
  "AWS::Logs::LogGroup": {
    ref: property("LogGroupName"),
    attributes: { Arn: arn("logs", (target) => `log-group:${property("LogGroupName")(target)}:*`) },
  },
  "AWS::S3::Bucket": {
    ref: bucketName,
    attributes: { Arn: (target) => `arn:aws:s3:::${bucketName(target)}`, RegionalDomainName: regionalBucketHost },
  },
  "AWS::SES::ConfigurationSet": { ref: property("Name") },
  "AWS::SES::ReceiptRuleSet": { ref: property("RuleSetName") },
  "AWS::SNS::Topic": { ref: arn("sns", property("TopicName")) },
  "AWS::SQS::Queue": {
    ref: (target) => `https://sqs.${target.place.region}.amazonaws.com/${target.place.account}/${property("QueueName")(target)}`,
    attributes: { Arn: arn("sqs", property("QueueName")), QueueName: property("QueueName") },
  },
  "AWS::Scheduler::ScheduleGroup": named("Name", "scheduler", "schedule-group/"),
  "AWS::SecretsManager::Secret": { ref: secretArn },
  "AWS::StepFunctions::StateMachine": {
    ref: arn("states", (target) => `stateMachine:${property("StateMachineName")(target)}`),
    attributes: { Arn: arn("states", (target) => `stateMachine:${property("StateMachineName")(target)}`) },
  },
};

/**
 * All resources with references resolved to names and ARNs as AWS gives them, each as long as it can be. A type of resource that is not in the table
 * above is an error.
 */
export function resolvePhysicalNames(
  templates: readonly (readonly [StackName, CloudFormationTemplate])[],
  place: Place & { stage: string },
): Map<string, Resource> {
  const byName = new Map(templates);
  return resolveResources(templates, place, (stack, id, attribute, resolve) => {
    const resource = byName.get(stack)?.Resources?.[id];
    const known = references[resource?.Type ?? ""];
    const build = attribute === undefined ? known?.ref : known?.attributes?.[attribute];
    if (!resource || !build)
      throw new Error(`The value of ${stack}/${id}${attribute ? `.${attribute}` : ""} (${resource?.Type}) is unknown`);
    const properties = resolve(nameProperties(resource), stack) as Record<string, unknown>;
    return build({ stackName: `${place.stage}-crm-${stack}`, id, properties, place });
  });
}

/** The properties from which references are built; the others may refer back to the resource. */
const nameProperties = ({ Properties }: Resource): Record<string, unknown> =>
  Object.fromEntries(Object.entries(Properties ?? {}).filter(([name]) => /Name$|^Path$/.test(name)));
