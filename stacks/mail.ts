import { CfnConfigurationSet, CfnConfigurationSetEventDestination } from "aws-cdk-lib/aws-ses";
import type { App, StackContext } from "sst/constructs";
import { createAlarm } from "./metric-alarm.ts";

/** Returns the name of the SES configuration set with which mails are sent. */
export const mailSetName = (app: App): string => app.logicalPrefixedName("mail");

/** The dimension in which SES reports a mail's configuration set to CloudWatch. */
const SET_DIMENSION = "ses:configuration-set";

/** Counts bounces and complaints and alarms on them, because AWS suspends accounts that have too many. */
export function Mail(context: StackContext) {
  const { app, stack } = context;
  const name = mailSetName(app);
  const set = new CfnConfigurationSet(stack, "set", { name });
  new CfnConfigurationSetEventDestination(stack, "counted", {
    configurationSetName: set.ref,
    eventDestination: {
      name: "cloudwatch",
      enabled: true,
      matchingEventTypes: ["bounce", "complaint"],
      cloudWatchDestination: {
        dimensionConfigurations: [
          { dimensionName: SET_DIMENSION, dimensionValueSource: "messageTag", defaultDimensionValue: name },
        ],
      },
    },
  });
  const alarmOptions = { namespace: "AWS/SES", dimensions: { [SET_DIMENSION]: name }, minutes: 60 };
  createAlarm(context, "mail-bounces", {
    ...alarmOptions,
    metric: "Bounce",
    threshold: 10,
    description: "Emails bounce: their addresses are wrong",
  });
  createAlarm(context, "mail-complaints", {
    ...alarmOptions,
    metric: "Complaint",
    threshold: 1,
    description: "A recipient reported an email as spam",
  });
}
