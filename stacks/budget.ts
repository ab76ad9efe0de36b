import { CfnBudget } from "aws-cdk-lib/aws-budgets";
import { type StackContext, use } from "sst/constructs";
import { useDeployment } from "./deployment.ts";
import { Alerts } from "./metric-alarm.ts";

/** Thresholds in per cent of the budget: of the actual cost, and of the forecast for the month. */
const NOTIFICATIONS = [
  { notificationType: "ACTUAL", threshold: 80 },
  { notificationType: "FORECASTED", threshold: 100 },
];

/** Notifies when the month's cost nears the budget. It covers the whole account, because cost tags count only once they are activated. */
export function createBudget({ app, stack }: StackContext): void {
  const { settings } = useDeployment(app);
  if (settings.budget === undefined) return;
  const subscribers = [{ subscriptionType: "SNS", address: use(Alerts).topic.topicArn }];
  new CfnBudget(stack, "budget", {
    budget: {
      budgetName: app.logicalPrefixedName("month"),
      budgetType: "COST",
      timeUnit: "MONTHLY",
      budgetLimit: { amount: settings.budget, unit: "USD" },
    },
    notificationsWithSubscribers: NOTIFICATIONS.map((notification) => ({
      notification: { ...notification, comparisonOperator: "GREATER_THAN", thresholdType: "PERCENTAGE" },
      subscribers,
    })),
  });
}
