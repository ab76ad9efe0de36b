import { type Amount, Money } from "../../kernel/money.ts";
import { computeRate } from "../reengagement/stats.rules.ts";

/**
 * The figures of campaigns (docs/engagement/campaigns.md). Rates are percentages as decimal strings with two decimal places. Rounding is half up in the
 * sense of `Money`: half a unit goes away from zero, also below zero (−33.335 becomes −33.34). A figure whose divisor is 0 is null. Pure.
 */

/** What is counted for a campaign. Members are counted by the instants of their steps, so one member counts in several steps. */
export interface CampaignCounts {
  /** Members with the instant of the step. */
  sent: number;
  /** Null if no mail to a member is tracked. */
  opened: number | null;
  clicked: number | null;
  responded: number;
  converted_members: number;
  /** Totals of the daily rows of channels. */
  impressions: number;
  /** Null if they are not known. */
  clicks: number | null;
  conversions: number;
  /** Amounts of one currency, with its decimal places. */
  cost: Amount;
  revenue: Amount;
}

export interface CampaignFigures {
  /** Members who opened ÷ sent. */
  open_rate: string | null;
  /** Members who clicked ÷ sent. */
  click_rate: string | null;
  /** Members who responded ÷ sent. */
  response_rate: string | null;
  /** Members who converted ÷ members who responded. Above 100 if members convert without a response. */
  conversion_rate: string | null;
  /** Conversions ÷ clicks of the daily rows. */
  click_conversion_rate: string | null;
  /** Clicks ÷ impressions (CTR). */
  click_through_rate: string | null;
  /** Cost ÷ clicks (CPC), an amount with the decimal places of the currency. */
  cost_per_click: Amount | null;
  /** (Revenue − cost) ÷ cost. Below zero if the cost is higher. */
  roi: string | null;
}

const rateIfKnown = (count: number | null, total: number): string | null => (count === null ? null : computeRate(count, total));

/** Computes the figures of a campaign. Throws RangeError if cost and revenue have different decimal places. */
export const computeFigures = ({ sent, responded, clicks, cost, ...counts }: CampaignCounts): CampaignFigures => ({
  open_rate: rateIfKnown(counts.opened, sent),
  click_rate: rateIfKnown(counts.clicked, sent),
  response_rate: computeRate(responded, sent),
  conversion_rate: computeRate(counts.converted_members, responded),
  click_conversion_rate: computeRate(counts.conversions, clicks ?? 0),
  click_through_rate: rateIfKnown(clicks, counts.impressions),
  cost_per_click: !clicks ? null : Money.divide(cost, clicks),
  roi: computeRate(Money.subtract(counts.revenue, cost), cost),
});

/** A daily row without a cost, and the prices of its channel in the currency of the campaign; null if unknown. */
export interface UnpricedRow {
  clicks: number | null;
  impressions: number | null;
  /** The price of a click, with any number of decimal places. */
  default_cpc: Amount | null;
  /** The price of 1,000 impressions, with any number of decimal places. */
  default_cpm: Amount | null;
  currency: string;
}

/**
 * Returns the cost of a daily row that names none: clicks × default CPC, or else impressions ÷ 1000 × default CPM. The price of clicks comes first if the
 * channel has both prices and the row has both counts. The product is exact and rounded once, to the decimal places of the currency. Null if the row has
 * no count for which the channel has a price: its cost is unknown.
 */
export function computeDefaultCost({ clicks, impressions, default_cpc, default_cpm, currency }: UnpricedRow): Amount | null {
  const places = Money.currencyDecimals(currency);
  if (clicks !== null && default_cpc !== null) return Money.convert(Money.multiply(default_cpc, clicks), 1, places);
  if (impressions !== null && default_cpm !== null)
    return Money.convert(Money.multiply(default_cpm, impressions), "0.001", places);
  return null;
}
