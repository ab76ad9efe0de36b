import { INBOUND_MAIL_PREFIX } from "@crm/aws/inbound-mail-prefix.ts";
import { Annotations, Duration, RemovalPolicy } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type Alias, CfnEventInvokeConfig, CfnPermission } from "aws-cdk-lib/aws-lambda";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { CfnReceiptRule, CfnReceiptRuleSet } from "aws-cdk-lib/aws-ses";
import { type StackContext, use } from "sst/constructs";
import { grantCapabilities } from "./capability-grants.ts";
import { acceptFinding } from "./cdk-nag.ts";
import { createDeadLetterQueue } from "./dead-letter-queue.ts";
import { useDeployment } from "./deployment.ts";
import { Gateway } from "./gateway.ts";
import { inbound as declared } from "./platform-functions.ts";
import { createRolloutAlias, LIVE_ALIAS } from "./rollout-alias.ts";
import { MAIL_LOG_PREFIX, PRIVATE_BUCKET_PROPS, Storage } from "./storage.ts";

/** The name of the receipt rule. */
const RULE_NAME = "take-in";

/** Longer than failed events stay in the dead-letter queue (14 days). The function copies each ingested mail to its tenant's files. */
const RETENTION = Duration.days(21);

/** Inbound mail: SES stores each mail in a bucket and calls the function that ingests it. */
export function Inbound(context: StackContext) {
  const { app, stack } = context;
  const { settings } = useDeployment(app);
  const { table, accessLogs } = use(Storage);
  const mails = new Bucket(stack, "landed", {
    ...PRIVATE_BUCKET_PROPS,
    removalPolicy: settings.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    serverAccessLogsBucket: Bucket.fromBucketName(stack, "access-logs", accessLogs.bucketName),
    serverAccessLogsPrefix: MAIL_LOG_PREFIX,
    lifecycleRules: [{ expiration: RETENTION, abortIncompleteMultipartUploadAfter: Duration.days(1) }],
  });
  Annotations.of(mails).acknowledgeWarning(
    "@aws-cdk/aws-s3:accessLogsPolicyNotAdded",
    "The stack of that bucket grants the permission.",
  );
  const grants = grantCapabilities(context, declared.uses, declared.table);
  const queue = createDeadLetterQueue(context, "inbound-mail");
  const alias = createRolloutAlias(context, "inbound-mail", {
    entry: "inbound-mail",
    description: "Receives emails from customers",
    // For a mail of forty megabytes and its parsed content.
    memory: 1024,
    timeout: Duration.minutes(2),
    environment: {
      CRM_ORIGIN: use(Gateway).origin,
      CRM_TABLE: table.name,
      CRM_INBOUND_MAIL: mails.bucketName,
      CRM_INBOUND_DOMAIN: settings.inboundDomain ?? "",
      ...grants.environment,
    },
    statements: [
      ...grants.statements,
      new PolicyStatement({ actions: ["s3:GetObject"], resources: [mails.arnForObjects(`${INBOUND_MAIL_PREFIX}*`)] }),
      new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [queue.queueArn] }),
    ],
  });
  const role = stack.node.findChild("inbound-mail-role");
  grants.accept(role);
  acceptFinding(role, "AwsSolutions-IAM5", "SES chooses the keys of the emails that it stores.", /\/landed\/\*$/);
  const tries = new CfnEventInvokeConfig(stack, "inbound-mail-tries", {
    functionName: alias.lambda.functionName,
    qualifier: LIVE_ALIAS,
    maximumRetryAttempts: 2,
    maximumEventAgeInSeconds: Duration.hours(6).toSeconds(),
    destinationConfig: { onFailure: { destination: queue.queueArn } },
  });
  tries.node.addDependency(alias);
  if (settings.inboundDomain !== undefined) createReceiptRule(context, settings.inboundDomain, { mails, alias });
}

/** Creates the rule for mails to any host below the domain. SES checks its permissions at once, so they are created before the rule. */
function createReceiptRule(
  { app, stack }: StackContext,
  domain: string,
  { mails, alias }: { mails: Bucket; alias: Alias },
): void {
  const set = new CfnReceiptRuleSet(stack, "rules", { ruleSetName: app.logicalPrefixedName("inbound-mail") });
  const rule = stack.formatArn({
    service: "ses",
    resource: "receipt-rule-set",
    resourceName: `${app.logicalPrefixedName("inbound-mail")}:receipt-rule/${RULE_NAME}`,
  });
  const conditions = { StringEquals: { "aws:SourceAccount": stack.account }, ArnEquals: { "aws:SourceArn": rule } };
  mails.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal("ses.amazonaws.com")],
      actions: ["s3:PutObject"],
      resources: [mails.arnForObjects(`${INBOUND_MAIL_PREFIX}*`)],
      conditions,
    }),
  );
  const leave = new CfnPermission(stack, "called-by-ses", {
    action: "lambda:InvokeFunction",
    principal: "ses.amazonaws.com",
    functionName: alias.functionArn,
    sourceAccount: stack.account,
    sourceArn: rule,
  });
  const receiptRule = new CfnReceiptRule(stack, "rule", {
    ruleSetName: set.ref,
    rule: {
      name: RULE_NAME,
      enabled: true,
      // SES scans for spam and viruses and writes the result into headers.
      scanEnabled: true,
      // A sender without TLS is accepted: otherwise the mail would be lost.
      tlsPolicy: "Optional",
      // All hosts below the domain: each tenant has one.
      recipients: [`.${domain}`],
      actions: [
        { s3Action: { bucketName: mails.bucketName, objectKeyPrefix: INBOUND_MAIL_PREFIX } },
        { lambdaAction: { functionArn: alias.functionArn, invocationType: "Event" } },
      ],
    },
  });
  receiptRule.node.addDependency(leave, mails);
  stack.addOutputs({ InboundRules: set.ref });
}
