import { type Amount, Money } from "../../kernel/money.ts";
import { isCounted } from "./totals.rules.ts";

/** Pure rules: the margin of a quote, from the costs of its products. */

interface MarginLine {
  product_id: string | null;
  quantity: string;
  line_total: Amount;
  optional: boolean;
  chosen: boolean;
}

interface Margin {
  margin_amount: Amount | null;
  margin_percent: string | null;
  /** Whether lines without a known cost are left out. */
  is_margin_partial: boolean;
}

/** Returns the share in percent with one decimal, rounded half away from zero; null for a share of nothing. */
function formatShare(part: bigint, whole: bigint): string | null {
  if (whole <= 0n) return null;
  const absolute = part < 0n ? -part : part;
  const tenths = (absolute * 2000n + whole) / (2n * whole);
  return `${part < 0n && tenths > 0n ? "-" : ""}${tenths / 10n}.${tenths % 10n}`;
}

/** Computes the margin of the lines that count and whose product has a cost: the net amount less quantity × cost. */
export function computeMargin(lines: readonly MarginLine[], costs: ReadonlyMap<string, Amount>, places: number): Margin {
  const counted = lines.filter(isCounted);
  const known = counted.flatMap(({ product_id, quantity, line_total }) => {
    const cost = product_id === null ? undefined : costs.get(product_id);
    return cost === undefined ? [] : [{ line_total, cost: Money.multiply(cost, quantity) }];
  });
  const is_margin_partial = known.length < counted.length;
  if (known.length === 0) return { margin_amount: null, margin_percent: null, is_margin_partial };
  const net = Money.sum(
    known.map(({ line_total }) => line_total),
    places,
  );
  const margin_amount = Money.subtract(
    net,
    Money.sum(
      known.map(({ cost }) => cost),
      places,
    ),
  );
  return {
    margin_amount,
    margin_percent: formatShare(Money.toMinor(margin_amount), Money.toMinor(net)),
    is_margin_partial,
  };
}
