import { schedules, secondsOf } from "@crm/functions/schedule/index.ts";
import { Duration } from "aws-cdk-lib";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnEventInvokeConfig } from "aws-cdk-lib/aws-lambda";
import { CfnSchedule, CfnScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import { type App, type StackContext, use } from "sst/constructs";
import { Events } from "./events.ts";
import { Gateway } from "./gateway.ts";
import { watch } from "./house.ts";
import { LIVE, live } from "./live.ts";
import { deadLetterQueue } from "./queue.ts";
import { Storage } from "./storage.ts";
import { given } from "./uses.ts";

/** The name of the group in which all schedules are. */
export const groupOf = (app: App): string => app.logicalPrefixedName("schedules");

/** What the clock calls that is in no domain, nor in the house: it is about AWS alone. */
const watching = {
  name: "watch",
  description: "Tells how many changes are parked, and for how long",
  rate: "rate(15 minutes)",
  declared: watch,
} as const;

/** Work by the clock: a schedule and a function each. */
export function Schedules(context: StackContext) {
  const { app, stack } = context;
  const { table } = use(Storage);
  const { origin } = use(Gateway);
  const queue = deadLetterQueue(context, "schedules");
  const group = new CfnScheduleGroup(stack, "group", { name: groupOf(app) });

  const bus = use(Events);
  const functions = [...schedules, watching].map(({ name, description, rate, declared }) => {
    const own = given(context, declared.uses ?? [], declared.table ?? [], bus);
    const often = secondsOf(rate) < Duration.hours(1).toSeconds();
    const alias = live(context, `schedule-${name}`, {
      entry: declared === watch ? "watch" : `schedule/${name}`,
      description,
      memory: 512,
      // What comes each minute catches up in the next; what comes once a day has as long as Lambda gives.
      timeout: often ? Duration.minutes(5) : Duration.minutes(15),
      environment: { CRM_ORIGIN: origin, CRM_TABLE: table.name, ...own.environment },
      statements: [...own.statements, new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [queue.queueArn] })],
      watched: { errors: { from: 1, says: `The schedule ${name} failed` } },
    });
    own.accept(stack.node.findChild(`schedule-${name}-role`));
    const tries = new CfnEventInvokeConfig(stack, `${name}-tries`, {
      functionName: alias.lambda.functionName,
      qualifier: LIVE,
      maximumRetryAttempts: often ? 0 : 2,
      maximumEventAgeInSeconds: often ? 60 : Duration.hours(6).toSeconds(),
      destinationConfig: { onFailure: { destination: queue.queueArn } },
    });
    tries.node.addDependency(alias);
    return { name, description, rate, often, alias };
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
            resources: functions.map(({ alias }) => alias.functionArn),
          }),
          new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [queue.queueArn] }),
        ],
      }),
    },
  });
  for (const { name, description, rate, often, alias } of functions) {
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
          maximumRetryAttempts: often ? 0 : 10,
          maximumEventAgeInSeconds: often ? 60 : Duration.hours(6).toSeconds(),
        },
      },
    });
  }
}
