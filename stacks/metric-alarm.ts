import { Duration } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { type Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { type App, type StackContext, use } from "sst/constructs";
import { useDeployment } from "./deployment.ts";

export interface AlarmCondition {
  /** The alarm rings at this value or above (below it, with `alarmsOnSilence`). */
  threshold: number;
  /** Consecutive periods before the alarm rings. */
  periods?: number;
  /** Whether the alarm rings below the threshold and on missing data. */
  alarmsOnSilence?: boolean;
  description: string;
  /** The topic to notify, by default that of `Alerts`. */
  topic?: Topic;
}

export interface AlarmProps extends AlarmCondition {
  namespace: string;
  metric: string;
  dimensions?: Record<string, string>;
  statistic?: string;
  /** Length of one period in minutes. */
  minutes?: number;
}

/** The metric of failed calls of all functions. Each log of a function counts into it (stacks/lambda.ts). */
export const failureMetric = ({ stage }: Pick<App, "stage">) => ({ namespace: `CRM/functions/${stage}`, metric: "failures" });

/**
 * The topic that alarms notify, and the alarm on failures of any function. They are created before the watched resources, because alarms also
 * watch the deployment.
 */
export function Alerts(context: StackContext): { topic: Topic; failures: Alarm } {
  const topic = createTopic(context);
  const failures = createAlarm(context, "failures", {
    ...failureMetric(context.app),
    threshold: 5,
    description: "Functions throw, time out or crash; the log groups of functions name them",
    topic,
  });
  return { topic, failures };
}

function createTopic({ app, stack }: StackContext): Topic {
  const { settings } = useDeployment(app);
  const topic = new Topic(stack, "alarms", { topicName: app.logicalPrefixedName("alarms"), enforceSSL: true });
  // Replaces the default policy, which admits every principal of the account.
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: ["cloudwatch", "events", "budgets"].map((service) => new ServicePrincipal(`${service}.amazonaws.com`)),
      actions: ["sns:Publish"],
      resources: [topic.topicArn],
      conditions: { StringEquals: { "aws:SourceAccount": stack.account } },
    }),
  );
  if (settings.alarmsTo) topic.addSubscription(new EmailSubscription(settings.alarmsTo));
  return topic;
}

/** Creates an alarm on one metric. */
export function createAlarm(context: StackContext, name: string, props: AlarmProps): Alarm {
  const { namespace, metric: metricName, dimensions: dimensionsMap = {}, statistic = "Sum", minutes = 5, ...ringing } = props;
  const period = Duration.minutes(minutes);
  return createMetricAlarm(context, name, new Metric({ namespace, metricName, dimensionsMap, statistic, period }), ringing);
}

/** Creates an alarm. Its description says what is wrong; `docs/deploy.md` says what to do. */
export function createMetricAlarm({ app, stack }: StackContext, name: string, metric: IMetric, ringing: AlarmCondition): Alarm {
  const { threshold: from, periods = 1, alarmsOnSilence: silence = false, description, topic = use(Alerts).topic } = ringing;
  const alarm = new Alarm(stack, `${name}-alarm`, {
    alarmName: app.logicalPrefixedName(name),
    alarmDescription: description,
    metric,
    threshold: from,
    evaluationPeriods: periods,
    comparisonOperator: silence ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: silence ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  });
  alarm.addAlarmAction(new SnsAction(topic));
  return alarm;
}

/** Notifies at once of each event that a rule matches: the text, and the subject that the event names. */
export function notifyOfEvent(rule: Rule, text: string, subject: string): void {
  const { topicArn } = use(Alerts).topic;
  // A custom target: the usual one adds a permission without a check of the account, and the topic's policy already allows the call.
  rule.addTarget({ bind: () => ({ arn: topicArn, input: RuleTargetInput.fromText(`${text}: ${subject}`) }) });
}
