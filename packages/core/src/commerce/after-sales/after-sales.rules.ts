import Big from "big.js";
import { type Amount, Money } from "../../kernel/money.ts";
import { addQuantity, subtractQuantity } from "../order/quantity.rules.ts";

/** Pure rules: the statuses of after-sales cases, and what they claim of the lines of an order (docs/commerce/after-sales.md). */

export const caseTypes = ["RETURN", "EXCHANGE", "REPAIR", "REFUND", "COMPLAINT"] as const;
export type CaseType = (typeof caseTypes)[number];

/** In the order of the integers that input may use: 0 is REQUESTED. */
export const caseStatuses = ["REQUESTED", "APPROVED", "RECEIVED", "INSPECTED", "RESOLVED", "REJECTED", "CANCELLED"] as const;
export type CaseStatus = (typeof caseStatuses)[number];

export const resolutions = ["REFUND", "CREDIT", "EXCHANGE", "REPAIR", "NONE"] as const;
export type Resolution = (typeof resolutions)[number];

export const conditions = ["AS_NEW", "USED", "DAMAGED", "DEFECTIVE", "INCOMPLETE"] as const;

/** Types of cases for which the customer sends the items back. */
export const takesGoods = (type: CaseType): boolean => type === "RETURN" || type === "EXCHANGE" || type === "REPAIR";

export const isEnded = (status: CaseStatus): boolean => status === "RESOLVED" || status === "REJECTED" || status === "CANCELLED";

/** Returns the statuses that a case can have next. */
export function listNextStatuses(type: CaseType, status: CaseStatus): readonly CaseStatus[] {
  switch (status) {
    case "REQUESTED":
      return ["APPROVED", "REJECTED", "CANCELLED"];
    case "APPROVED":
      return takesGoods(type) ? ["RECEIVED", "REJECTED", "CANCELLED"] : ["RESOLVED", "REJECTED", "CANCELLED"];
    case "RECEIVED":
      return ["INSPECTED", "RESOLVED", "REJECTED"];
    case "INSPECTED":
      return ["RESOLVED", "REJECTED"];
    default:
      return [];
  }
}

/** An item of a case. Quantities are decimal strings. */
interface CaseItem {
  line_id: string;
  quantity: string;
  /** What arrived; null: nothing is expected yet, or ever. */
  received_quantity: string | null;
  /** What the inspection accepted; null: not inspected. */
  accepted_quantity: string | null;
}

/** The quantity that a resolution settles: what was accepted, or else what arrived, or else what was named. */
export const computeAcceptedQuantity = ({ quantity, received_quantity, accepted_quantity }: CaseItem): string =>
  accepted_quantity ?? received_quantity ?? quantity;

/** What cases claim of a line. All are quantities of the line. */
interface LineClaims {
  /** In cases that are open, or that took back, refunded, credited or exchanged it. At most what was delivered. */
  claimed_quantity: string;
  /** Arrived at the seller and stays there. */
  returned_quantity: string;
  /** Refunded, credited or exchanged. */
  settled_quantity: string;
}

export const noClaims: LineClaims = { claimed_quantity: "0", returned_quantity: "0", settled_quantity: "0" };

/** The part of a case from which its claims follow. */
interface ClaimingCase {
  case_type: CaseType;
  status: CaseStatus;
  resolution: Resolution | null;
}

const isSettling = (resolution: Resolution | null): boolean =>
  resolution === "REFUND" || resolution === "CREDIT" || resolution === "EXCHANGE";

/** Returns what one item of a case claims of its line. */
export function computeClaims({ case_type, status, resolution }: ClaimingCase, item: CaseItem): LineClaims {
  const arrived = item.received_quantity ?? "0";
  if (status === "REJECTED" || status === "CANCELLED") return noClaims;
  if (status !== "RESOLVED") return { claimed_quantity: item.quantity, returned_quantity: arrived, settled_quantity: "0" };
  const settled = isSettling(resolution) ? computeAcceptedQuantity(item) : "0";
  // What was not accepted goes back to the customer, and so does what was repaired.
  const stays = takesGoods(case_type) && resolution !== "REPAIR" ? computeAcceptedQuantity(item) : "0";
  const claimed = Money.compare(settled, stays) > 0 ? settled : stays;
  return { claimed_quantity: claimed, returned_quantity: stays, settled_quantity: settled };
}

const claimFields = ["claimed_quantity", "returned_quantity", "settled_quantity"] as const;

/** Returns the claims of a line after one case has changed. */
export function replaceClaims(claims: LineClaims, before: LineClaims, after: LineClaims): LineClaims {
  const change = (field: (typeof claimFields)[number]): string =>
    addQuantity(subtractQuantity(claims[field], before[field]), after[field]);
  return {
    claimed_quantity: change("claimed_quantity"),
    returned_quantity: change("returned_quantity"),
    settled_quantity: change("settled_quantity"),
  };
}

/** The price of a line, after discounts and with tax. */
interface LinePrice {
  quantity: string;
  line_total: Amount;
  tax_amount: Amount;
}

/**
 * Returns what a further quantity of a line cost. Quantities that follow each other add up to the price of the line, to the last minor unit: each is
 * the difference of two rounded sums.
 */
export function computePrice(line: LinePrice, settledBefore: string, quantity: string): Amount {
  const whole = Money.add(line.line_total, line.tax_amount);
  const places = Money.countDecimals(whole);
  const upTo = (sum: string): Amount =>
    new Big(whole).times(sum).div(line.quantity).round(places, Big.roundHalfUp).toFixed(places);
  return Money.subtract(upTo(addQuantity(settledBefore, quantity)), upTo(settledBefore));
}
