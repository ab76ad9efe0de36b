import { type Amount, Money } from "../../kernel/money.ts";
import { listDays } from "../../kernel/time-zone.ts";
import { parseAmounts, toAmountCounts } from "../../sales/opportunity/customer-totals.rules.ts";
import { type CounterSums, separateScope } from "../../storage/table/collection.ts";
import type { Contact } from "./member.rules.ts";

/** The totals of members by batch and day, in counters that the stream consumer maintains (docs/engagement/reengagement.md). Pure. */

/** The counter scope of a batch. */
export const batchScope = (batch: string): string => separateScope("batch", batch);
/** The counter scope of a batch on one day. */
export const dayScope = (batch: string, day: string): string => `day@${batch}@${day}`;
export const parseDay = (scope: string): string | undefined => (scope.startsWith("day@") ? scope.slice(-10) : undefined);

interface CountedMember {
  batch_id: string;
  contacts: readonly Contact[];
  responded_day: string | null;
  converted_day: string | null;
  conversion_value: string | null;
  currency: string;
}

type Counts = Readonly<Record<string, number>>;

const sentCounterNames: Readonly<Partial<Record<Contact["method"], string>>> = { SMS: "sms", EMAIL: "email", PHONE: "phone" };

/** Returns what a member adds to the counter of its batch and to the counters of the batch's days. */
export function buildMemberSums({
  batch_id,
  contacts,
  responded_day,
  converted_day,
  conversion_value,
  currency,
}: CountedMember): CounterSums {
  const days = new Map<string, Record<string, number>>();
  const add = (day: string | null | undefined, counts: Counts): void => {
    if (day === null || day === undefined) return;
    const dayCounts = days.get(day) ?? {};
    for (const [name, n] of Object.entries(counts)) dayCounts[name] = (dayCounts[name] ?? 0) + n;
    days.set(day, dayCounts);
  };
  add(contacts[0]?.day, { contacted: 1 });
  add(responded_day, { responses: 1 });
  add(converted_day, {
    conversions: 1,
    ...(conversion_value === null ? {} : toAmountCounts("won", currency, conversion_value)),
  });
  const totals: Record<string, number> = {};
  for (const counts of days.values()) for (const [name, n] of Object.entries(counts)) totals[name] = (totals[name] ?? 0) + n;
  for (const { day, method } of contacts) add(day, sentCounterNames[method] ? { [sentCounterNames[method]]: 1 } : {});
  const byDay = [...days].reduce<CounterSums | undefined>(
    (previousSums, [day, counts]) => ({
      scopes: [dayScope(batch_id, day)],
      counts,
      ...(previousSums ? { beside: previousSums } : {}),
    }),
    undefined,
  );
  return { scopes: [batchScope(batch_id)], counts: totals, ...(byDay ? { beside: byDay } : {}) };
}

/** The numbers in a counter. */
interface Numbers {
  contacted: number;
  responses: number;
  conversions: number;
  revenue: Amount;
}

type Counter = Readonly<Record<string, unknown>>;

export const parseNumbers = (counter: Counter, currency: string): Numbers => ({
  contacted: Number(counter.contacted ?? 0),
  responses: Number(counter.responses ?? 0),
  conversions: Number(counter.conversions ?? 0),
  revenue:
    parseAmounts(counter).find((amount) => amount.currency === currency)?.won ?? Money.zero(Money.currencyDecimals(currency)),
});

/** Returns `part` in percent of `total`, with two decimal places, rounded half up; null if `total` is zero. */
export function computeRate(part: number | Amount, total: number | Amount): string | null {
  if (Money.isZero(total)) return null;
  return Money.convert(Money.divide(Money.convert(Money.normalizeDecimal(part), 100, EXACT_DIGITS), total), 1, 2);
}

/** Decimal places of intermediate results: enough to lose nothing before rounding. */
const EXACT_DIGITS = 20;

export const computeRates = ({ contacted, responses, conversions, revenue }: Numbers) => ({
  response_rate: computeRate(responses, contacted),
  conversion_rate: computeRate(conversions, responses),
  avg_revenue_per_conversion: conversions === 0 ? null : Money.divide(revenue, conversions),
});

/** Builds the figures of each day from `from` to `to`, with running totals. `counters` are the day counters in ascending order. */
export function buildDailyStats(
  counters: readonly Counter[],
  { from, to, currency }: { from: string; to: string; currency: string },
) {
  const byDay = new Map(counters.map((counter) => [String(counter.sk).slice(-10), counter]));
  const days = [];
  const earlierNumbers = [...byDay].filter(([day]) => day < from).map(([, counter]) => parseNumbers(counter, currency));
  let total = earlierNumbers.reduce(addNumbers, parseNumbers({}, currency));
  for (const day of listDays(from, to)) {
    const counter = byDay.get(day) ?? {};
    const dayNumbers = parseNumbers(counter, currency);
    total = addNumbers(total, dayNumbers);
    days.push({
      snapshot_date: day,
      contacted_count: dayNumbers.contacted,
      response_count: dayNumbers.responses,
      conversion_count: dayNumbers.conversions,
      revenue_generated: dayNumbers.revenue,
      total_contacted: total.contacted,
      total_responses: total.responses,
      total_conversions: total.conversions,
      total_revenue: total.revenue,
      ...computeRates(total),
      sms_sent: Number(counter.sms ?? 0),
      email_sent: Number(counter.email ?? 0),
      phone_calls: Number(counter.phone ?? 0),
    });
  }
  return days;
}

const addNumbers = (a: Numbers, b: Numbers): Numbers => ({
  contacted: a.contacted + b.contacted,
  responses: a.responses + b.responses,
  conversions: a.conversions + b.conversions,
  revenue: Money.add(a.revenue, b.revenue),
});
