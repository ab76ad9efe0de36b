import { LANDED } from "@crm/aws/landed.ts";
import { Annotations, Duration, RemovalPolicy } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type Alias, CfnEventInvokeConfig, CfnPermission } from "aws-cdk-lib/aws-lambda";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { CfnReceiptRule, CfnReceiptRuleSet } from "aws-cdk-lib/aws-ses";
import { type StackContext, use } from "sst/constructs";
import { useDeployment } from "./deployment.ts";
import { Gateway } from "./gateway.ts";
import { inbound as declared } from "./house.ts";
import { LIVE, live } from "./live.ts";
import { accept } from "./nag.ts";
import { deadLetterQueue } from "./queue.ts";
import { closed, MAIL_LOGS, Storage } from "./storage.ts";
import { given } from "./uses.ts";

/** How the rule is called by which mails are taken. */
const RULE = "take-in";

/** Longer than what failed waits with the dead letters; what was taken in lies with the files of its tenant. */
const LEFT = Duration.days(21);

/** Mails that come in: SES leaves each in a bucket, and calls the function that takes it in. */
export function Inbound(context: StackContext) {
  const { app, stack } = context;
  const { settings } = useDeployment(app);
  const { table, accessLogs } = use(Storage);
  const mails = new Bucket(stack, "landed", {
    ...closed,
    removalPolicy: settings.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    serverAccessLogsBucket: Bucket.fromBucketName(stack, "access-logs", accessLogs.bucketName),
    serverAccessLogsPrefix: MAIL_LOGS,
    lifecycleRules: [{ expiration: LEFT, abortIncompleteMultipartUploadAfter: Duration.days(1) }],
  });
  Annotations.of(mails).acknowledgeWarning("@aws-cdk/aws-s3:accessLogsPolicyNotAdded", "The stack of that bucket gives leave.");
  const own = given(context, declared.uses, declared.table);
  const queue = deadLetterQueue(context, "inbound-mail");
  const alias = live(context, "inbound-mail", {
    entry: "inbound-mail",
    description: "Takes in mails that customers send",
    // A mail of forty megabytes, and what is read of it.
    memory: 1024,
    timeout: Duration.minutes(2),
    environment: {
      CRM_ORIGIN: use(Gateway).origin,
      CRM_TABLE: table.name,
      CRM_INBOUND_MAIL: mails.bucketName,
      CRM_INBOUND_DOMAIN: settings.inboundDomain ?? "",
      ...own.environment,
    },
    statements: [
      ...own.statements,
      new PolicyStatement({ actions: ["s3:GetObject"], resources: [mails.arnForObjects(`${LANDED}*`)] }),
      new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [queue.queueArn] }),
    ],
    watched: { errors: { from: 1, says: "Mails that customers send are not taken in" } },
  });
  const role = stack.node.findChild("inbound-mail-role");
  own.accept(role);
  accept(role, "AwsSolutions-IAM5", "SES names the mails that it leaves.", /\/landed\/\*$/);
  const tries = new CfnEventInvokeConfig(stack, "inbound-mail-tries", {
    functionName: alias.lambda.functionName,
    qualifier: LIVE,
    maximumRetryAttempts: 2,
    maximumEventAgeInSeconds: Duration.hours(6).toSeconds(),
    destinationConfig: { onFailure: { destination: queue.queueArn } },
  });
  tries.node.addDependency(alias);
  if (settings.inboundDomain !== undefined) receive(context, settings.inboundDomain, { mails, alias });
}

/** What SES does with mails to any host below a domain. It asks at once whether it may, so that leave stands before the rule. */
function receive({ app, stack }: StackContext, domain: string, { mails, alias }: { mails: Bucket; alias: Alias }): void {
  const set = new CfnReceiptRuleSet(stack, "rules", { ruleSetName: app.logicalPrefixedName("inbound-mail") });
  const rule = stack.formatArn({
    service: "ses",
    resource: "receipt-rule-set",
    resourceName: `${app.logicalPrefixedName("inbound-mail")}:receipt-rule/${RULE}`,
  });
  const conditions = { StringEquals: { "aws:SourceAccount": stack.account }, ArnEquals: { "aws:SourceArn": rule } };
  mails.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal("ses.amazonaws.com")],
      actions: ["s3:PutObject"],
      resources: [mails.arnForObjects(`${LANDED}*`)],
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
  const taken = new CfnReceiptRule(stack, "rule", {
    ruleSetName: set.ref,
    rule: {
      name: RULE,
      enabled: true,
      // Spam and viruses are looked for, and told of in headers.
      scanEnabled: true,
      // Who speaks no TLS is heard all the same: their mail would be lost.
      tlsPolicy: "Optional",
      // All below it: a host for each tenant.
      recipients: [`.${domain}`],
      actions: [
        { s3Action: { bucketName: mails.bucketName, objectKeyPrefix: LANDED } },
        { lambdaAction: { functionArn: alias.functionArn, invocationType: "Event" } },
      ],
    },
  });
  taken.node.addDependency(leave, mails);
  stack.addOutputs({ InboundRules: set.ref });
}
