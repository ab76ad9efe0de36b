import { CfnConfigurationSet, CfnConfigurationSetEventDestination } from "aws-cdk-lib/aws-ses";
import type { App, StackContext } from "sst/constructs";
import { alarm } from "./alarm.ts";

/** The set of rules under which mails are sent. */
export const mailSetOf = (app: App): string => app.logicalPrefixedName("mail");

/** By which SES tells CloudWatch of which set a mail was. */
const SET = "ses:configuration-set";

/** What becomes of mails: who is not reached, or complains, is counted, because AWS stops the account that has too many. */
export function Mail(context: StackContext) {
  const { app, stack } = context;
  const name = mailSetOf(app);
  const set = new CfnConfigurationSet(stack, "set", { name });
  new CfnConfigurationSetEventDestination(stack, "counted", {
    configurationSetName: set.ref,
    eventDestination: {
      name: "cloudwatch",
      enabled: true,
      matchingEventTypes: ["bounce", "complaint"],
      cloudWatchDestination: {
        dimensionConfigurations: [{ dimensionName: SET, dimensionValueSource: "messageTag", defaultDimensionValue: name }],
      },
    },
  });
  const counted = { namespace: "AWS/SES", dimensions: { [SET]: name }, minutes: 60 };
  alarm(context, "mail-bounces", { ...counted, metric: "Bounce", from: 10, says: "Mails come back: their addresses are wrong" });
  alarm(context, "mail-complaints", { ...counted, metric: "Complaint", from: 1, says: "Somebody calls our mail unwanted" });
}
