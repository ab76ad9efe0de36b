import { type DiscountedLine, determineApprovalNeed, type Level } from "@crm/core/agreements/quote/approval-need.rules.ts";
import { Money } from "@crm/core/kernel/money.ts";
import { type Charges, listPriced, normalizeAmount, type PricedLine, toPercent } from "./line-rules.ts";

/** Whether a quote that is edited would need approval, by the rule of the tenant and the code of the API. */

export interface ApprovalNotice {
  /** The name of the level that is reached. */
  readonly level: string;
  /** The highest discount: of a line, or of the whole document. */
  readonly percent: string;
  readonly isOfLine: boolean;
  /** The percentage from which the level is reached, or above which. Null if an amount reaches it. */
  readonly limit: string | null;
  readonly isLimitIncluded: boolean;
}

/** The price against which a discount is measured, by the key of the line. */
type ListPrices = ReadonlyMap<string, string | null>;

export function findApprovalNotice(
  levels: readonly Level[],
  lines: readonly PricedLine[],
  listPrices: ListPrices,
  charges: Pick<Charges, "discount_percent" | "fixed_discount">,
  currency: string,
): ApprovalNotice | undefined {
  const measured = listPriced(lines, currency).map(
    (line): DiscountedLine => ({ ...line, list_price: normalizeAmount(listPrices.get(line.key), currency) }),
  );
  if (measured.length === 0) return undefined;
  const quote = {
    discount_percent: toPercent(charges.discount_percent),
    fixed_discount: normalizeAmount(charges.fixed_discount, currency),
  };
  const { level: name, highest_line_percent, whole_percent } = determineApprovalNeed(levels, measured, quote, currency);
  if (name === null) return undefined;
  const level = levels.find((candidate) => candidate.name === name);
  const isOfLine = Money.compare(highest_line_percent, whole_percent) > 0;
  return {
    level: name,
    percent: isOfLine ? highest_line_percent : whole_percent,
    isOfLine,
    limit: level?.discount_from ?? level?.discount_over ?? null,
    isLimitIncluded: (level?.discount_from ?? null) !== null,
  };
}
