import type { MetricUnits } from "@crm/core/kernel/ports.ts";

/**
 * What makes numbers of a log line metrics of CloudWatch as well (its embedded metric format): summed up for the stage, by the name
 * of the line. A metric costs by each set of its dimensions, so tenants are none: they stand in the line, and are asked for there
 * (docs/deploy.md). A number that a line has not is no metric of it.
 */
export const buildEmbeddedMetrics = (
  message: string,
  fields: Record<string, unknown>,
  totals: MetricUnits,
  at: number,
  stage: string,
) => ({
  stage,
  _aws: {
    Timestamp: at,
    CloudWatchMetrics: [
      {
        Namespace: namespaceFor(message),
        Dimensions: [["stage"]],
        Metrics: Object.entries(totals).flatMap(([Name, Unit]) => (typeof fields[Name] === "number" ? [{ Name, Unit }] : [])),
      },
    ],
  },
});

/** Where the metrics of a line are found. */
export const namespaceFor = (message: string): string => `CRM/${message}`;
