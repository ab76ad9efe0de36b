import type { Statement } from "./iam.ts";

/** The properties that tests read, by the type of resource. Those of other types are unknown. */
export interface ResourceProperties {
  "AWS::ApiGatewayV2::Api": { CorsConfiguration?: object; DisableExecuteApiEndpoint?: boolean };
  "AWS::ApiGatewayV2::Integration": { IntegrationUri: string };
  "AWS::ApiGatewayV2::Route": { RouteKey: string; Target: string };
  "AWS::ApiGatewayV2::Stage": {
    AccessLogSettings: { Format: string; DestinationArn: string };
    DefaultRouteSettings: object;
    RouteSettings: Readonly<Record<string, object>>;
  };
  "AWS::Athena::WorkGroup": { WorkGroupConfiguration: { ResultConfiguration: { OutputLocation: string } } };
  "AWS::Backup::BackupPlan": {
    BackupPlan: {
      BackupPlanRule: readonly { ScheduleExpression: string; Lifecycle: object; CopyActions: readonly object[] }[];
    };
  };
  "AWS::Backup::BackupSelection": { BackupSelection: { Resources: readonly string[]; IamRoleArn: string } };
  "AWS::Backup::BackupVault": { EncryptionKeyArn: string; LockConfiguration: object };
  "AWS::Budgets::Budget": {
    Budget: { BudgetName: string; BudgetLimit: object };
    NotificationsWithSubscribers: readonly { Notification: { NotificationType: string }; Subscribers: readonly object[] }[];
  };
  "AWS::CloudFront::Distribution": { DistributionConfig: DistributionConfig };
  "AWS::CloudFront::Function": { FunctionCode: string };
  "AWS::CloudFront::ResponseHeadersPolicy": { ResponseHeadersPolicyConfig: ResponseHeaders };
  "AWS::CloudWatch::Alarm": AlarmProperties;
  "AWS::CloudWatch::Dashboard": { DashboardBody: string };
  "AWS::CodeDeploy::DeploymentGroup": {
    ApplicationName: string;
    DeploymentConfigName: string;
    AutoRollbackConfiguration: { Events: readonly string[] };
    AlarmConfiguration: { Enabled: boolean; Alarms: readonly { Name: string }[] };
  };
  "AWS::DynamoDB::Table": {
    AttributeDefinitions: readonly { AttributeName: string; AttributeType: string }[];
    BillingMode: string;
    DeletionProtectionEnabled: boolean;
    GlobalSecondaryIndexes: readonly { OnDemandThroughput?: object }[];
    KeySchema: readonly object[];
    OnDemandThroughput?: object;
    PointInTimeRecoverySpecification: object;
    StreamSpecification: object;
    TableClass: string;
    TimeToLiveSpecification: object;
  };
  "AWS::Events::Archive": { EventPattern: object; RetentionDays: number };
  "AWS::Events::Rule": {
    EventBusName?: string;
    EventPattern: { source: readonly string[]; detail?: EventDetail };
    Targets: readonly { Arn: string; DeadLetterConfig?: { Arn: string } }[];
  };
  "AWS::Glue::Database": { DatabaseInput: { Name: string } };
  "AWS::Glue::Table": {
    TableInput: {
      Name: string;
      Parameters: object;
      PartitionKeys: readonly { Name: string }[];
      StorageDescriptor: { Location: string; Columns: readonly { Name: string }[] };
    };
  };
  "AWS::IAM::ManagedPolicy": PolicyProperties & { Description: string };
  "AWS::IAM::Policy": PolicyProperties;
  "AWS::IAM::Role": {
    AssumeRolePolicyDocument: PolicyDocument;
    Description: string;
    ManagedPolicyArns?: readonly string[];
    Path?: string;
    Policies?: readonly { PolicyDocument: PolicyDocument }[];
  };
  "AWS::KMS::Key": { EnableKeyRotation: boolean; KeyPolicy: PolicyDocument };
  "AWS::Lambda::Alias": { FunctionName: string; FunctionVersion: string; Name: string };
  "AWS::Lambda::EventInvokeConfig": { FunctionName: string; Qualifier: string };
  "AWS::Lambda::EventSourceMapping": {
    DestinationConfig: { OnFailure: { Destination: string } };
    EventSourceArn: string;
    FilterCriteria: { Filters: readonly { Pattern: string }[] };
    FunctionName: string;
    MaximumRecordAgeInSeconds: number;
  };
  "AWS::Lambda::Function": FunctionProperties;
  "AWS::Lambda::Permission": { FunctionName: string; Principal: string; SourceArn: string };
  "AWS::Logs::LogGroup": { LogGroupName: string; RetentionInDays: number };
  "AWS::Logs::MetricFilter": {
    FilterPattern: string;
    LogGroupName: string;
    MetricTransformations: readonly [{ MetricName: string; MetricNamespace: string }];
  };
  "AWS::S3::Bucket": BucketProperties;
  "AWS::S3::BucketPolicy": { Bucket: string; PolicyDocument: PolicyDocument };
  "AWS::SES::ConfigurationSet": { Name: string };
  "AWS::SES::ConfigurationSetEventDestination": {
    ConfigurationSetName: string;
    EventDestination: { CloudWatchDestination: { DimensionConfigurations: readonly [{ DimensionName: string }] } };
  };
  "AWS::SES::ReceiptRule": { Rule: object; RuleSetName: string };
  "AWS::SNS::Subscription": { Endpoint: string };
  "AWS::SNS::TopicPolicy": { PolicyDocument: PolicyDocument };
  "AWS::SQS::Queue": { QueueName: string };
  "AWS::SQS::QueuePolicy": { PolicyDocument: PolicyDocument };
  "AWS::Scheduler::Schedule": {
    ScheduleExpression: string;
    Target: { Arn: string; RoleArn: string; DeadLetterConfig: { Arn: string } };
  };
  "AWS::StepFunctions::StateMachine": {
    DefinitionString: string;
    DefinitionSubstitutions?: Readonly<Record<string, string>>;
    StateMachineName: string;
  };
  "Custom::KeyDerivation": { Purposes: string; Removal: string; ServiceToken: string };
}

/** The properties of a type of resource. */
export type PropertiesOf<T extends string> = T extends keyof ResourceProperties
  ? ResourceProperties[T]
  : Readonly<Record<string, unknown>>;

type PolicyDocument = { Statement: Statement[] };

type PolicyProperties = { PolicyDocument: PolicyDocument; Groups?: string[]; Roles?: string[]; Users?: string[] };

type FunctionProperties = {
  Architectures: readonly string[];
  Code: { S3Key: string; ZipFile: string };
  Environment: { Variables: Readonly<Record<string, string>> };
  FunctionName: string;
  Handler: string;
  LoggingConfig: { ApplicationLogLevel?: string; LogGroup: string };
  MemorySize: number;
  ReservedConcurrentExecutions?: number;
  Role: string;
  Runtime: string;
  Timeout: number;
  TracingConfig: { Mode: string };
};

export type AlarmProperties = {
  AlarmActions: readonly string[];
  AlarmDescription: string;
  AlarmName: string;
  ComparisonOperator: string;
  Dimensions?: readonly { Name: string; Value: string }[];
  EvaluationPeriods: number;
  MetricName?: string;
  Metrics?: readonly { Id: string; Expression?: string; MetricStat?: { Metric: { MetricName: string } } }[];
  Threshold: number;
  TreatMissingData: string;
};

type BucketProperties = {
  BucketEncryption: object;
  CorsConfiguration?: { CorsRules: readonly object[] };
  LifecycleConfiguration: {
    Rules: readonly { AbortIncompleteMultipartUpload?: object; ExpirationInDays?: number; Prefix?: string }[];
  };
  NotificationConfiguration?: object;
  PublicAccessBlockConfiguration: object;
};

type CacheBehavior = {
  AllowedMethods: readonly string[];
  CachePolicyId: string;
  FunctionAssociations?: readonly [{ FunctionARN: string }];
  ResponseHeadersPolicyId: string;
  TargetOriginId: string;
};

export type DistributionConfig = {
  Aliases?: readonly string[];
  CacheBehaviors: readonly (CacheBehavior & { PathPattern: string })[];
  CustomErrorResponses: readonly { ErrorCode: number; ErrorCachingMinTTL: number }[];
  DefaultCacheBehavior: CacheBehavior;
  IPV6Enabled: boolean;
  Origins: readonly {
    CustomOriginConfig?: object;
    DomainName: string;
    Id: string;
    OriginAccessControlId?: string;
    OriginCustomHeaders?: readonly { HeaderName: string; HeaderValue: string }[];
  }[];
  WebACLId?: string;
};

export type ResponseHeaders = {
  CustomHeadersConfig?: { Items: readonly { Header: string; Value: string }[] };
  SecurityHeadersConfig: {
    ContentSecurityPolicy?: { ContentSecurityPolicy: string };
    ContentTypeOptions?: object;
    ReferrerPolicy?: { ReferrerPolicy: string };
  };
};

type EventDetail = { status?: readonly string[]; stateMachineArn?: readonly [{ prefix: string }] };
