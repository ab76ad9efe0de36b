import { useSettings } from "../../kernel/context.ts";
import { Rates } from "../exchange-rate/rates.ts";
import type { MultiCurrencySum, RateLookup } from "./multi-currency-sum.rules.ts";

/**
 * Loads the exchange rates into a currency, by default the tenant's, for some sums: closed amounts at the rate of their day, open amounts at the latest
 * rate. Each pair of currencies is read once, for all its days.
 */
export async function loadRates(purses: readonly MultiCurrencySum[], to: string = useSettings().currency): Promise<RateLookup> {
  const [closed, open] = [new Map<string, { from: string; to: string; day: string }>(), new Set<string>()];
  for (const { currency, day } of purses.flatMap((purse) => purse.parts())) {
    if (currency === to) continue;
    if (day === undefined) open.add(currency);
    else closed.set(`${currency} ${day}`, { from: currency, to, day });
  }
  const [closedRates, now] = await Promise.all([
    Rates.findRates([...closed.values()]),
    Rates.findTodaysRates([...open].map((from) => ({ from, to }))),
  ]);
  const rates = new Map([
    ...[...closed.keys()].map((key, index) => [key, closedRates[index]] as const),
    ...[...open].map((key, index) => [key, now[index]] as const),
  ]);
  return (currency, day) => rates.get(day === undefined ? currency : `${currency} ${day}`);
}
