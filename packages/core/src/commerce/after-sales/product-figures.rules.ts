import Big from "big.js";
import { type CounterSums, noCounterSums } from "../../storage/table/collection.ts";
import { computeAcceptedQuantity, type Resolution } from "./after-sales.rules.ts";

/** Pure rules: what cases add to the counter of each product, and what the counter says. Quantities are counted in ten-thousandths. */

const UNITS = 10_000;

interface CountedItem {
  product_id: string | null;
  reason_id: string | null;
  quantity: string;
  received_quantity: string | null;
  accepted_quantity: string | null;
  line_id: string;
  resolution: Resolution | null;
}

const NO_REASON = "none";

const toUnits = (quantity: string): number => new Big(quantity).times(UNITS).toNumber();
const fromUnits = (units: unknown): string => new Big(Number(units ?? 0)).div(UNITS).toFixed();

const add = (counts: Record<string, number>, name: string, number: number): void => {
  counts[name] = (counts[name] ?? 0) + number;
};

function countItems(items: readonly CountedItem[]): Record<string, number> {
  const counts: Record<string, number> = { cases: 1 };
  for (const item of items) {
    const units = toUnits(item.quantity);
    add(counts, "quantity", units);
    add(counts, `reason=${item.reason_id ?? NO_REASON}`, units);
    if (item.resolution) add(counts, `resolution=${item.resolution}`, toUnits(computeAcceptedQuantity(item)));
  }
  return counts;
}

/** Returns what the items of a case add: to one counter for each product. */
export function buildProductSums(items: readonly CountedItem[], toScope: (product: string) => string): CounterSums {
  const byProduct = Map.groupBy(
    items.filter(({ product_id }) => product_id !== null),
    ({ product_id }) => product_id as string,
  );
  return [...byProduct].reduce<CounterSums>(
    (beside, [product, productItems]) => ({
      scopes: [toScope(product)],
      counts: countItems(productItems),
      ...(beside === noCounterSums ? {} : { beside }),
    }),
    noCounterSums,
  );
}

interface ProductFigures {
  cases: number;
  quantity: string;
  by_reason: { reason_id: string | null; quantity: string }[];
  by_resolution: { resolution: string; quantity: string }[];
}

/** Returns the figures that a counter states, the largest quantities first. */
export function parseProductFigures(counter: Readonly<Record<string, unknown>>): ProductFigures {
  const list = (prefix: string): { value: string; units: number }[] =>
    Object.entries(counter)
      .flatMap(([name, units]) => (name.startsWith(prefix) ? [{ value: name.slice(prefix.length), units: Number(units) }] : []))
      .filter(({ units }) => units !== 0)
      .sort((a, b) => b.units - a.units || (a.value < b.value ? -1 : 1));
  return {
    cases: Number(counter.cases ?? 0),
    quantity: fromUnits(counter.quantity),
    by_reason: list("reason=").map(({ value, units }) => ({
      reason_id: value === NO_REASON ? null : value,
      quantity: fromUnits(units),
    })),
    by_resolution: list("resolution=").map(({ value, units }) => ({ resolution: value, quantity: fromUnits(units) })),
  };
}
