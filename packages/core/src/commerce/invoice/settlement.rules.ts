import { type Amount, Money } from "../../kernel/money.ts";
import type { OrderStatus } from "../order/order.rules.ts";

/** Pure rules: what is open of the invoices of an order. */

export const invoicePaymentStates = ["UNPAID", "PARTLY_PAID", "PAID", "CREDITED"] as const;
type InvoicePaymentState = (typeof invoicePaymentStates)[number];

/** An issued invoice: its total, and what credit notes took back. */
interface Claim {
  id: string;
  total: Amount;
  credited_amount: Amount;
}

/** The figures of the order (docs/commerce/ledger.md). */
interface OrderFigures {
  status: OrderStatus;
  due: Amount;
  credited: Amount;
  net_payment: Amount;
}

export interface Settlement {
  settled_amount: Amount;
  open_amount: Amount;
  payment_state: InvoicePaymentState;
}

/** Returns what is open of each issued invoice of an order. */
export const settleIssued = (order: OrderFigures & { invoices: readonly (Claim & { is_issued: boolean })[] }) =>
  settleClaims(
    order.invoices.filter(({ is_issued }) => is_issued),
    order,
  );

/**
 * Settles the invoices in the order of issue, by the net payment of the order. What the customer no longer owes without a credit note, such as
 * an adjustment or a cancellation, settles them too: no invoice is open for what is not due.
 */
export function settleClaims(claims: readonly Claim[], figures: OrderFigures): Map<string, Settlement> {
  const places = Money.countDecimals(figures.due);
  let rest = Money.add(clamp(figures.net_payment), computeForgiven(claims, figures, places));
  return new Map(
    claims.map((claim) => {
      const claimed = computeClaimed(claim);
      const settled_amount = Money.compare(rest, claimed) < 0 ? rest : claimed;
      rest = Money.subtract(rest, settled_amount);
      const open_amount = Money.subtract(claimed, settled_amount);
      return [claim.id, { settled_amount, open_amount, payment_state: findState(claim, claimed, open_amount) }];
    }),
  );
}

/** Returns what the customer no longer owes and no credit note says. */
function computeForgiven(claims: readonly Claim[], { status, due, credited }: OrderFigures, places: number): Amount {
  const sum = (read: (claim: Claim) => Amount): Amount => Money.sum(claims.map(read), places);
  const creditNotes = sum(({ credited_amount }) => credited_amount);
  if (status !== "CANCELLED") return clamp(Money.subtract(credited, creditNotes));
  return clamp(
    Money.subtract(
      Money.subtract(
        sum(({ total }) => total),
        creditNotes,
      ),
      due,
    ),
  );
}

/** Returns what is claimed after credit notes. */
export const computeClaimed = ({ total, credited_amount }: Claim): Amount => clamp(Money.subtract(total, credited_amount));

const clamp = (amount: Amount): Amount => (Money.isNegative(amount) ? Money.zero(Money.countDecimals(amount)) : amount);

function findState({ total }: Claim, claimed: Amount, open: Amount): InvoicePaymentState {
  if (Money.isZero(claimed) && !Money.isZero(total)) return "CREDITED";
  if (Money.isZero(open)) return "PAID";
  return Money.compare(open, claimed) < 0 ? "PARTLY_PAID" : "UNPAID";
}
