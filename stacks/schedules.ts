import { parseRateSeconds, schedules } from "@crm/functions/schedule/index.ts";
import { Duration } from "aws-cdk-lib";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnEventInvokeConfig } from "aws-cdk-lib/aws-lambda";
import { CfnSchedule, CfnScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import { type App, type StackContext, use } from "sst/constructs";
import { grantCapabilities } from "./capability-grants.ts";
import { createDeadLetterQueue } from "./dead-letter-queue.ts";
import { Events } from "./events.ts";
import { Gateway } from "./gateway.ts";
import { watch } from "./platform-functions.ts";
import { createRolloutAlias, LIVE_ALIAS } from "./rollout-alias.ts";
import { Storage } from "./storage.ts";

/** Returns the name of the group of all schedules. */
export const scheduleGroupName = (app: App): string => app.logicalPrefixedName("schedules");

/** A schedule that is declared neither by a domain nor in `platformSchedules`, because it concerns AWS alone. */
const watchSchedule = {
  name: "watch",
  description: "Reports how many changes are parked, and for how long",
  rate: "rate(15 minutes)",
  declared: watch,
} as const;

/** Creates a schedule and a function for each job that runs by the clock. */
export function Schedules(context: StackContext) {
  const { app, stack } = context;
  const { table } = use(Storage);
  const { origin } = use(Gateway);
  const queue = createDeadLetterQueue(context, "schedules");
  const group = new CfnScheduleGroup(stack, "group", { name: scheduleGroupName(app) });

  const bus = use(Events);
  const functions = [...schedules, watchSchedule].map(({ name, description, rate, declared }) => {
    const grants = grantCapabilities(context, declared.uses ?? [], declared.table ?? [], bus);
    const isFrequent = parseRateSeconds(rate) < Duration.hours(1).toSeconds();
    const alias = createRolloutAlias(context, `schedule-${name}`, {
      entry: declared === watch ? "watch" : `schedule/${name}`,
      description,
      memory: 512,
      // A frequent job catches up in its next run. A daily job gets Lambda's maximum.
      timeout: isFrequent ? Duration.minutes(5) : Duration.minutes(15),
      environment: { CRM_ORIGIN: origin, CRM_TABLE: table.name, ...grants.environment },
      statements: [...grants.statements, new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [queue.queueArn] })],
    });
    grants.accept(stack.node.findChild(`schedule-${name}-role`));
    const tries = new CfnEventInvokeConfig(stack, `${name}-tries`, {
      functionName: alias.lambda.functionName,
      qualifier: LIVE_ALIAS,
      maximumRetryAttempts: isFrequent ? 0 : 2,
      maximumEventAgeInSeconds: isFrequent ? 60 : Duration.hours(6).toSeconds(),
      destinationConfig: { onFailure: { destination: queue.queueArn } },
    });
    tries.node.addDependency(alias);
    return { name, description, rate, often: isFrequent, alias };
  });

  const role = new Role(stack, "scheduler-role", {
    description: "Invokes the functions of schedules",
    assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
      conditions: { StringEquals: { "aws:SourceAccount": stack.account, "aws:SourceArn": group.attrArn } },
    }),
    inlinePolicies: {
      own: new PolicyDocument({
        statements: [
          new PolicyStatement({
            actions: ["lambda:InvokeFunction"],
            resources: functions.map(({ alias }) => alias.functionArn),
          }),
          new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [queue.queueArn] }),
        ],
      }),
    },
  });
  for (const { name, description, rate, often: isFrequent, alias } of functions) {
    new CfnSchedule(stack, `${name}-schedule`, {
      name: app.logicalPrefixedName(name),
      groupName: group.ref,
      description,
      scheduleExpression: rate,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: alias.functionArn,
        roleArn: role.roleArn,
        input: JSON.stringify({ schedule: name }),
        deadLetterConfig: { arn: queue.queueArn },
        retryPolicy: {
          maximumRetryAttempts: isFrequent ? 0 : 10,
          maximumEventAgeInSeconds: isFrequent ? 60 : Duration.hours(6).toSeconds(),
        },
      },
    });
  }
}
