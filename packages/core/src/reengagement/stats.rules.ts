import { type Amount, Money } from "../kernel/money.ts";
import { dayAfter } from "../kernel/zone.ts";
import { amountCounts, amountsIn } from "../opportunity/counted.rules.ts";
import { type Sums, separateScope } from "../storage/table/collection.ts";
import type { Contact } from "./member.rules.ts";

/** What members add up to, by batch and day, in counters that the stream keeps (docs/reengagement.md; seed 000, table 13). Pure. */

/** The counter of a batch's members. */
export const ofBatch = (batch: string): string => separateScope("batch", batch);
/** The counter of what happened in a batch on a day. */
export const onDay = (batch: string, day: string): string => `day@${batch}@${day}`;
export const dayOf = (scope: string): string | undefined => (scope.startsWith("day@") ? scope.slice(-10) : undefined);

interface Counted {
  batch_id: string;
  contacts: readonly Contact[];
  responded_day: string | null;
  converted_day: string | null;
  conversion_value: string | null;
  currency: string;
}

type Counts = Readonly<Record<string, number>>;

const sent: Readonly<Partial<Record<Contact["method"], string>>> = { SMS: "sms", EMAIL: "email", PHONE: "phone" };

/** What a member adds to the counter of its batch, and to those of its days. */
export function counted({ batch_id, contacts, responded_day, converted_day, conversion_value, currency }: Counted): Sums {
  const days = new Map<string, Record<string, number>>();
  const add = (day: string | null | undefined, counts: Counts): void => {
    if (day === null || day === undefined) return;
    const there = days.get(day) ?? {};
    for (const [name, n] of Object.entries(counts)) there[name] = (there[name] ?? 0) + n;
    days.set(day, there);
  };
  add(contacts[0]?.day, { contacted: 1 });
  add(responded_day, { responses: 1 });
  add(converted_day, {
    conversions: 1,
    ...(conversion_value === null ? {} : amountCounts("won", currency, conversion_value)),
  });
  const whole: Record<string, number> = {};
  for (const counts of days.values()) for (const [name, n] of Object.entries(counts)) whole[name] = (whole[name] ?? 0) + n;
  for (const { day, method } of contacts) add(day, sent[method] ? { [sent[method]]: 1 } : {});
  const byDay = [...days].reduce<Sums | undefined>(
    (beside, [day, counts]) => ({ scopes: [onDay(batch_id, day)], counts, ...(beside ? { beside } : {}) }),
    undefined,
  );
  return { scopes: [ofBatch(batch_id)], counts: whole, ...(byDay ? { beside: byDay } : {}) };
}

/** What a counter says. */
export interface Numbers {
  contacted: number;
  responses: number;
  conversions: number;
  revenue: Amount;
}

type Counter = Readonly<Record<string, unknown>>;

export const numbersIn = (counter: Counter, currency: string): Numbers => ({
  contacted: Number(counter.contacted ?? 0),
  responses: Number(counter.responses ?? 0),
  conversions: Number(counter.conversions ?? 0),
  revenue: amountsIn(counter).find((each) => each.currency === currency)?.won ?? Money.zero(Money.digitsOf(currency)),
});

/** One over another in percent, two decimal places, half up; null where there is nothing to divide by. */
export function rate(part: number | Amount, whole: number | Amount): string | null {
  if (Money.isZero(whole)) return null;
  return Money.convert(Money.divide(Money.convert(Money.plain(part), 100, EXACT), whole), 1, 2);
}

/** Decimal places that nothing is lost at before it is rounded. */
const EXACT = 20;

export const rates = ({ contacted, responses, conversions, revenue }: Numbers) => ({
  response_rate: rate(responses, contacted),
  conversion_rate: rate(conversions, responses),
  avg_revenue_per_conversion: conversions === 0 ? null : Money.divide(revenue, conversions),
});

/** The days of a batch from one to another, each with the totals up to it, of the counters of its days in their order. */
export function statsOf(counters: readonly Counter[], { from, to, currency }: { from: string; to: string; currency: string }) {
  const byDay = new Map(counters.map((counter) => [String(counter.sk).slice(-10), counter]));
  const days = [];
  const earlier = [...byDay].filter(([day]) => day < from).map(([, counter]) => numbersIn(counter, currency));
  let total = earlier.reduce(plus, numbersIn({}, currency));
  for (let day = from; day <= to; day = dayAfter(day, 1)) {
    const counter = byDay.get(day) ?? {};
    const own = numbersIn(counter, currency);
    total = plus(total, own);
    days.push({
      snapshot_date: day,
      contacted_count: own.contacted,
      response_count: own.responses,
      conversion_count: own.conversions,
      revenue_generated: own.revenue,
      total_contacted: total.contacted,
      total_responses: total.responses,
      total_conversions: total.conversions,
      total_revenue: total.revenue,
      ...rates(total),
      sms_sent: Number(counter.sms ?? 0),
      email_sent: Number(counter.email ?? 0),
      phone_calls: Number(counter.phone ?? 0),
    });
  }
  return days;
}

const plus = (one: Numbers, other: Numbers): Numbers => ({
  contacted: one.contacted + other.contacted,
  responses: one.responses + other.responses,
  conversions: one.conversions + other.conversions,
  revenue: Money.add(one.revenue, other.revenue),
});
