import type { MetricUnits } from "@crm/core/kernel/ports.ts";

/**
 * Builds the fields that make CloudWatch read numbers of a log line as metrics (its embedded metric format). CloudWatch sums them
 * up for the stage, under the name of the line. It charges for each set of dimensions, so the tenant is no dimension: query the
 * log lines for the figures of a tenant (docs/deploy.md). Numbers that the line does not have are left out.
 */
export const buildEmbeddedMetrics = (
  message: string,
  fields: Record<string, unknown>,
  totals: MetricUnits,
  timestamp: number,
  stage: string,
) => ({
  stage,
  _aws: {
    Timestamp: timestamp,
    CloudWatchMetrics: [
      {
        Namespace: namespaceFor(message),
        Dimensions: [["stage"]],
        Metrics: Object.entries(totals).flatMap(([Name, Unit]) => (typeof fields[Name] === "number" ? [{ Name, Unit }] : [])),
      },
    ],
  },
});

/** Returns the CloudWatch namespace of the metrics of a log line. */
export const namespaceFor = (message: string): string => `CRM/${message}`;
