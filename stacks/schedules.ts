import { keyspacePrefix } from "@crm/core/storage/table/key.ts";
import { schedules, secondsOf } from "@crm/functions/schedule/index.ts";
import { Duration } from "aws-cdk-lib";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnEventInvokeConfig } from "aws-cdk-lib/aws-lambda";
import { CfnSchedule, CfnScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import { type App, type StackContext, use } from "sst/constructs";
import { Api } from "./api.ts";
import { Events } from "./events.ts";
import { lambda } from "./lambda.ts";
import { deadLetterQueue } from "./queue.ts";
import { Storage } from "./storage.ts";
import { TENANTS, useTable } from "./table.ts";

/** The name of the group in which all schedules are. */
export const groupOf = (app: App): string => app.logicalPrefixedName("schedules");

/** Work by the clock: a schedule and a function each. */
export function Schedules(context: StackContext) {
  const { app, stack } = context;
  const { table, secret } = use(Storage);
  const { bus } = use(Events);
  const { origin } = use(Api);
  const queue = deadLetterQueue(context, "schedules");
  const group = new CfnScheduleGroup(stack, "group", { name: groupOf(app) });

  const within = (keyspace: Parameters<typeof keyspacePrefix>[0]): string => `${keyspacePrefix(keyspace)}*`;
  const readSecret = new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [secret.secretArn] });
  /** What each schedule may do. */
  const needs: Record<string, PolicyStatement[]> = {
    due: [
      useTable(table, { actions: ["Query"], keys: [within("due")], on: ["due"] }),
      // How far it is; where it has never been, since when there are tenants.
      useTable(table, { actions: ["Query"], keys: [within("watermark"), within("tenants")] }),
      useTable(table, { actions: ["PutItem"], keys: [within("watermark")] }),
      useTable(table, { actions: ["UpdateItem"], keys: [within("claim")] }),
      useTable(table, { actions: ["BatchGetItem"], keys: [TENANTS] }),
      new PolicyStatement({ actions: ["events:PutEvents"], resources: [bus.arn] }),
    ],
    "rotate-signing-key": [useTable(table, { actions: ["Query", "PutItem"], keys: [within("signing_key")] }), readSecret],
    recount: [
      useTable(table, { actions: ["Query"], keys: [within("tenants")] }),
      useTable(table, { actions: ["Query", "GetItem", "BatchGetItem", "PutItem"], keys: [TENANTS], on: ["table", "by_time"] }),
    ],
  };

  const functions = schedules.map(({ name, description, rate }) => {
    const own = needs[name];
    if (!own) throw new Error(`Say in stacks/schedules.ts what the schedule ${name} may do`);
    const often = secondsOf(rate) < Duration.hours(1).toSeconds();
    const handler = lambda(context, `schedule-${name}`, {
      entry: `schedule/${name}`,
      description,
      memory: 512,
      // What comes each minute catches up in the next; what comes once a day has as long as Lambda gives.
      timeout: often ? Duration.minutes(5) : Duration.minutes(15),
      environment: {
        CRM_ORIGIN: origin,
        CRM_TABLE: table.name,
        ...(own.includes(readSecret) ? { CRM_SECRET: secret.secretArn } : {}),
        ...(name === "due" ? { CRM_BUS: bus.name } : {}),
      },
      statements: [...own, new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [queue.queueArn] })],
    });
    new CfnEventInvokeConfig(stack, `${name}-tries`, {
      functionName: handler.functionName,
      qualifier: "$LATEST",
      maximumRetryAttempts: often ? 0 : 2,
      maximumEventAgeInSeconds: often ? 60 : Duration.hours(6).toSeconds(),
      destinationConfig: { onFailure: { destination: queue.queueArn } },
    });
    return { name, description, rate, often, handler };
  });

  const role = new Role(stack, "scheduler-role", {
    description: "Calls the functions of schedules",
    assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
      conditions: { StringEquals: { "aws:SourceAccount": stack.account, "aws:SourceArn": group.attrArn } },
    }),
    inlinePolicies: {
      own: new PolicyDocument({
        statements: [
          new PolicyStatement({
            actions: ["lambda:InvokeFunction"],
            resources: functions.map(({ handler }) => handler.functionArn),
          }),
          new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [queue.queueArn] }),
        ],
      }),
    },
  });
  for (const { name, description, rate, often, handler } of functions) {
    new CfnSchedule(stack, `${name}-schedule`, {
      name: app.logicalPrefixedName(name),
      groupName: group.ref,
      description,
      scheduleExpression: rate,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: handler.functionArn,
        roleArn: role.roleArn,
        input: JSON.stringify({ schedule: name }),
        deadLetterConfig: { arn: queue.queueArn },
        retryPolicy: {
          maximumRetryAttempts: often ? 0 : 10,
          maximumEventAgeInSeconds: often ? 60 : Duration.hours(6).toSeconds(),
        },
      },
    });
  }
}
