import { type Amount, Money } from "../../kernel/money.ts";
import type { EntryType } from "../order/ledger.rules.ts";
import { computeClaimed } from "./settlement.rules.ts";

/** Pure rules: which payments of an order settle one of its invoices. */

interface LedgerEntry {
  sequence: number;
  entry_type: EntryType;
  amount: Amount;
  occurred_at: string;
  reverses: number | null;
}

interface Claim {
  id: string;
  total: Amount;
  credited_amount: Amount;
}

/** The part of a payment that settles an invoice. */
export interface PaymentShare {
  occurred_at: string;
  amount: Amount;
}

/**
 * Payments settle the invoices of an order in the order of issue, as `settleClaims` does with their sum. A refund takes the newest payments back, and
 * a reversed entry does not count. `entries` are those of the ledger, `claims` the issued invoices, each with the oldest first.
 */
export function sharePayments(
  entries: readonly LedgerEntry[],
  claims: readonly Claim[],
  invoiceId: string,
  places: number,
): PaymentShare[] {
  const claim = claims.find(({ id }) => id === invoiceId);
  if (!claim) return [];
  const earlierClaims = claims.slice(0, claims.indexOf(claim));
  let earlier = Money.sum(earlierClaims.map(computeClaimed), places);
  let rest = computeClaimed(claim);
  return listNetPayments(entries, places).flatMap(({ occurred_at, amount }) => {
    const toEarlier = smaller(amount, earlier);
    earlier = Money.subtract(earlier, toEarlier);
    const share = smaller(Money.subtract(amount, toEarlier), rest);
    rest = Money.subtract(rest, share);
    return Money.isZero(share) ? [] : [{ occurred_at, amount: share }];
  });
}

/** Returns what refunds left of each payment. */
function listNetPayments(entries: readonly LedgerEntry[], places: number): PaymentShare[] {
  const reversed = new Set(entries.map(({ reverses }) => reverses));
  const valid = entries.filter(({ sequence }) => !reversed.has(sequence));
  let refunded = Money.sum(
    valid.filter(({ entry_type }) => entry_type === "REFUND").map(({ amount }) => amount),
    places,
  );
  return valid
    .filter(({ entry_type }) => entry_type === "PAYMENT" || entry_type === "DEPOSIT")
    .toReversed()
    .map(({ occurred_at, amount }) => {
      const back = smaller(amount, refunded);
      refunded = Money.subtract(refunded, back);
      return { occurred_at, amount: Money.subtract(amount, back) };
    })
    .toReversed();
}

const smaller = (left: Amount, right: Amount): Amount => (Money.compare(left, right) < 0 ? left : right);
