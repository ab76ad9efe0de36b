import { SOURCE } from "@crm/aws/bus.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import { Duration } from "aws-cdk-lib";
import { EventBus, Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { CfnEventInvokeConfig } from "aws-cdk-lib/aws-lambda";
import { type StackContext, use } from "sst/constructs";
import { Api } from "./api.ts";
import { useDeployment } from "./deployment.ts";
import { acceptObjects, useObjects } from "./filing.ts";
import { lambda } from "./lambda.ts";
import { deadLetterQueue } from "./queue.ts";
import { useKey } from "./sealing.ts";
import { Storage } from "./storage.ts";
import { type TableAction, TENANTS, useTable } from "./table.ts";

/** The bus, and who listens to it. */
export function Events(context: StackContext) {
  const { app, stack } = context;
  const { settings } = useDeployment(app);
  const { table, secret, key, files } = use(Storage);
  const { origin } = use(Api);

  const bus = new EventBus(stack, "bus", { eventBusName: app.logicalPrefixedName("events") });
  // What a subscriber of tomorrow, or one that was broken, has missed can be played to it again. Events hold ids only.
  bus.archive("archive", {
    archiveName: app.logicalPrefixedName("events"),
    eventPattern: { source: [SOURCE] },
    retention: Duration.days(30),
  });

  const readSecret = new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [secret.secretArn] });
  const readRecords = useTable(table, { actions: ["GetItem"], keys: [TENANTS] });
  const changing: TableAction[] = ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem"];
  // A rule gives leads to users and teams, and a lead that waits no longer leaves that behind; or the records of a kind are gone
  // through, and their entries of declared paths written.
  const walking = [
    useTable(table, { actions: changing, keys: [TENANTS] }),
    useTable(table, { actions: ["Query"], keys: [TENANTS], on: ["by_time"] }),
  ];
  /** What each subscriber may do. */
  const needs: Record<string, PolicyStatement[]> = {
    mail: [readRecords, readSecret, sendMail(context, settings.mailFrom)],
    import: [
      useTable(table, {
        actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"],
        keys: [TENANTS],
        // Who has changed what it brought in.
        on: ["table", "by_time", "by_related"],
      }),
      readSecret,
      useKey(key),
      ...useObjects(files, ["uploads"], ["GetObject"]),
      ...useObjects(files, ["imports"], ["PutObject", "GetObject", "DeleteObject"]),
    ],
    conversion: [
      useTable(table, {
        actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"],
        keys: [TENANTS],
      }),
      useTable(table, { actions: ["Query"], keys: [TENANTS], on: ["by_owner", "by_related", "by_outcome"] }),
    ],
    "lead-reminders": [useTable(table, { actions: ["GetItem", "PutItem"], keys: [TENANTS] })],
    "lead-waits": walking,
    // The leads of who is away.
    absences: [...walking, useTable(table, { actions: ["Query"], keys: [TENANTS], on: ["by_owner"] })],
    uploads: [
      useTable(table, { actions: ["GetItem", "PutItem"], keys: [TENANTS] }),
      ...useObjects(files, ["uploads"], ["DeleteObject"]),
    ],
    "custom-fields": walking,
    rules: [
      // Scores go by what lies in the collections of persons, and by birth dates; those of all leads follow a rule.
      useTable(table, {
        actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"],
        keys: [TENANTS],
        on: ["table", "by_time"],
      }),
      useKey(key),
    ],
    "search-paths": walking,
    scoring: [useTable(table, { actions: ["GetItem", "BatchGetItem", "Query", "PutItem"], keys: [TENANTS] }), useKey(key)],
    notifications: [
      useTable(table, { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem"], keys: [TENANTS] }),
      // Who sees whose records, and what a user has not read yet.
      useTable(table, { actions: ["Query"], keys: [TENANTS], on: ["by_time", "by_status"] }),
      sendMail(context, settings.mailFrom),
    ],
    export: [
      useTable(table, {
        actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"],
        keys: [TENANTS],
        on: ["table", "by_time", "by_owner", "by_status", "by_related", "by_class", "by_outcome"],
      }),
      ...useObjects(files, ["exports"], ["PutObject", "GetObject", "DeleteObject"]),
    ],
  };
  // A turn is twenty seconds, and what was begun by then.
  const turns = { memory: 512, timeout: Duration.minutes(1) };
  /** Work that goes on for as long as a turn lasts, and as much of a processor as it uses. */
  const long: Record<string, { memory: number; timeout: Duration }> = {
    import: { memory: 1769, timeout: Duration.minutes(15) },
    export: { memory: 1769, timeout: Duration.minutes(15) },
    absences: turns,
    "custom-fields": turns,
    rules: turns,
    "search-paths": turns,
  };

  const filing = new Set(["import", "export", "uploads"]);

  for (const { name, events } of subscribers) {
    const own = needs[name];
    if (!own) throw new Error(`Say in stacks/events.ts what the subscriber ${name} may do`);
    const queue = deadLetterQueue(context, name);
    const handler = lambda(context, `subscribe-${name}`, {
      entry: `subscribe/${name}`,
      description: `Listens to ${events.join(", ")}`.slice(0, 256),
      ...(long[name] ?? { memory: 512, timeout: Duration.seconds(30) }),
      environment: {
        CRM_ORIGIN: origin,
        CRM_TABLE: table.name,
        CRM_SECRET: secret.secretArn,
        ...(name === "import" || name === "scoring" || name === "rules" ? { CRM_KEY: key.keyArn } : {}),
        ...(name === "mail" || name === "notifications" ? { CRM_MAIL_FROM: settings.mailFrom } : {}),
        ...(filing.has(name) ? { CRM_FILES: files.bucketName } : {}),
      },
      statements: [...own, new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [queue.queueArn] })],
    });
    if (filing.has(name)) acceptObjects(stack.node.findChild(`subscribe-${name}-role`));
    // The bus hands an event over and is done; what the function then fails on, it leaves in the same queue.
    new CfnEventInvokeConfig(stack, `${name}-tries`, {
      functionName: handler.functionName,
      qualifier: "$LATEST",
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: Duration.hours(6).toSeconds(),
      destinationConfig: { onFailure: { destination: queue.queueArn } },
    });
    new Rule(stack, `${name}-rule`, {
      ruleName: app.logicalPrefixedName(name),
      eventBus: bus,
      eventPattern: { source: [SOURCE], detailType: [...events] },
      targets: [new LambdaFunction(handler, { deadLetterQueue: queue, retryAttempts: 24, maxEventAge: Duration.hours(6) })],
    });
  }
  return { bus: { name: bus.eventBusName, arn: bus.eventBusArn } };
}

/** Leave to send from the configured address: SES asks for the identity of its domain, or of the address itself. */
function sendMail({ stack }: StackContext, from: string): PolicyStatement {
  const address = /<([^>]+)>$/.exec(from)?.[1] ?? from;
  const identity = (resourceName: string) => stack.formatArn({ service: "ses", resource: "identity", resourceName });
  return new PolicyStatement({
    actions: ["ses:SendEmail"],
    resources: [identity(address), identity(address.split("@")[1] ?? "")],
    conditions: { StringEquals: { "ses:FromAddress": address } },
  });
}
