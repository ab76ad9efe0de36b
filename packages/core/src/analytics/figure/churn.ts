import * as z from "zod";
import { CHURN_REASONS } from "../../accounts/customer/customer.masters.ts";
import { useSettings } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { currency, money } from "../../kernel/schema.ts";
import { loadValues } from "../../platform/master-data/values.ts";
import { loadRates } from "../../sales/figures/convert-currency.ts";
import {
  convertSum,
  MultiCurrencySum,
  presentUnconverted,
  type RateLookup,
  roundAmount,
} from "../../sales/figures/multi-currency-sum.rules.ts";
import { answerFields, createScopeSource, DividedScope, ownerRows, periodRows } from "./analytics.ts";
import type { Churn } from "./customer-data.ts";
import { readFrom } from "./figure-reader.ts";
import { divide } from "./rounding.rules.ts";

/** Why customers churned, from the counters of customers by the day of churning. No record is read. */

const numbers = {
  count: z.number().int(),
  share: z.number().nullable().describe("Percent of the customers that churned, two decimals; null if none did"),
  lost_value: money().describe("Lifetime value of these customers, each at the rate of its day"),
  unconverted: z
    .array(z.object({ currency: currency(), lost_value: money() }))
    .describe("Amounts without an exchange rate, which are in no value"),
};

const Reason = z
  .object({
    key: z.string().describe("Id of the reason; `none` for customers that churned without one"),
    label: z.string().nullable(),
    code: z.string().nullable(),
    ...numbers,
    previous: z.object(numbers).nullable().describe("The numbers of the period of comparison; null without a comparison"),
  })
  .meta({ id: "ChurnReason" });

export const Info = z
  .object({
    ...answerFields,
    by_period: periodRows,
    by_owner: ownerRows,
    by_reason: z.array(Reason).describe("Reasons of the customers that churned and are not back, the most frequent first"),
  })
  .meta({ id: "ChurnAnalytics" });

const figureNames = ["customers_churned", "churned_value", "churned_customers", "customers", "customers_at_risk"] as const;

export const read = fn(DividedScope, async ({ interval, ...scope }): Promise<z.output<typeof Info>> => {
  const source = await createScopeSource(scope, true);
  const [answer, { churnByReason }, compared] = await Promise.all([
    readFrom(source, { names: figureNames, interval, isByOwner: true }),
    source.current.customers(),
    source.compared?.customers(),
  ]);
  const before = compared?.churnByReason;
  const findRate = await loadRates([...churnByReason.values(), ...(before?.values() ?? [])].map(({ value }) => value));
  const { byId } = await loadValues(CHURN_REASONS);
  const [total, totalBefore] = [countAll(churnByReason), countAll(before ?? new Map())];
  const keys = [...churnByReason.keys()].sort(
    (a, b) => (churnByReason.get(b)?.count ?? 0) - (churnByReason.get(a)?.count ?? 0) || (a < b ? -1 : 1),
  );
  return {
    ...answer,
    by_reason: keys.map((key) => ({
      key,
      label: byId.get(key)?.name ?? null,
      code: byId.get(key)?.code ?? null,
      ...presentChurn(churnByReason.get(key), total, findRate),
      previous: before ? presentChurn(before.get(key), totalBefore, findRate) : null,
    })),
  };
});

const countAll = (reasons: ReadonlyMap<string, Churn>): number =>
  [...reasons.values()].reduce((sum, { count }) => sum + count, 0);

const NO_CHURN: Churn = { count: 0, value: new MultiCurrencySum() };

function presentChurn({ count, value }: Churn = NO_CHURN, total: number, findRate: RateLookup) {
  const { currency: into } = useSettings();
  const { exact, unconverted } = convertSum(value, into, findRate);
  return {
    count,
    share: divide(count, total, { factor: 100 }),
    lost_value: roundAmount(exact, into),
    unconverted: [...unconverted]
      .sort()
      .map(([code, minor]) => ({ currency: code, lost_value: presentUnconverted(code, minor) })),
  };
}

export * as ChurnReasons from "./churn.ts";
