/** What the API answers about campaigns, as far as the console shows it. */

/** The sums of daily metrics, with the figures that follow from them. Amounts and rates are decimals. */
export interface MetricNumbers {
  readonly impressions: number | null;
  readonly clicks: number | null;
  readonly conversions: number | null;
  readonly cost: string | null;
  readonly revenue: string | null;
  readonly click_through_rate: string | null;
  readonly cost_per_click: string | null;
  readonly click_conversion_rate: string | null;
  readonly roi: string | null;
}

export interface MetricGroup extends MetricNumbers {
  /** A day, the Monday of a week, or the id of a channel. */
  readonly key: string;
  /** The name of the channel. */
  readonly label: string | null;
}

export interface MetricSummary {
  readonly currency: string;
  readonly groups: readonly MetricGroup[];
  readonly totals: MetricNumbers;
}

/** A background job that adds persons to a campaign. */
export interface Fill {
  readonly id: string;
  readonly status: "queued" | "running" | "completed" | "failed" | "cancelled";
  readonly found: number;
  readonly added: number;
  readonly skipped: number;
  readonly error: string | null;
}

export interface CampaignEntry {
  readonly id: string;
  readonly type: "change" | "activity" | "task" | "send" | "note" | "attachment";
  readonly at: string;
  readonly title: string;
}
