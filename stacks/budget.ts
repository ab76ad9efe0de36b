import { CfnBudget } from "aws-cdk-lib/aws-budgets";
import { type StackContext, use } from "sst/constructs";
import { useDeployment } from "./deployment.ts";
import { Alerts } from "./metric-alarm.ts";

/** In hundredths of the amount: of what is spent already, and of what the month will come to. */
const NOTIFICATIONS = [
  { notificationType: "ACTUAL", threshold: 80 },
  { notificationType: "FORECASTED", threshold: 100 },
];

/** What the account may cost in a month before somebody is told; the whole account, because tags count only once they are activated. */
export function createBudget({ app, stack }: StackContext): void {
  const { settings } = useDeployment(app);
  if (settings.budget === undefined) return;
  const subscribers = [{ subscriptionType: "SNS", address: use(Alerts).topicArn }];
  new CfnBudget(stack, "budget", {
    budget: {
      budgetName: app.logicalPrefixedName("month"),
      budgetType: "COST",
      timeUnit: "MONTHLY",
      budgetLimit: { amount: settings.budget, unit: "USD" },
    },
    notificationsWithSubscribers: NOTIFICATIONS.map((told) => ({
      notification: { ...told, comparisonOperator: "GREATER_THAN", thresholdType: "PERCENTAGE" },
      subscribers,
    })),
  });
}
