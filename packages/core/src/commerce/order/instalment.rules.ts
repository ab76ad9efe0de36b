import { type Amount, Money } from "../../kernel/money.ts";

/** Pure rules: instalments of an order. Payments settle the oldest unpaid instalment first. */

interface Instalment {
  /** Counts from 1, in order of the due dates. */
  number: number;
  due_date: string;
  amount: Amount;
}

export const instalmentStatuses = ["OPEN", "PARTLY_PAID", "PAID"] as const;

interface InstalmentState extends Instalment {
  paid_amount: Amount;
  status: (typeof instalmentStatuses)[number];
}

/** Distributes the net payment over the instalments, the oldest first. */
export function settleInstalments(instalments: readonly Instalment[], netPayment: Amount): InstalmentState[] {
  let rest = Money.isNegative(netPayment) ? Money.zero(Money.countDecimals(netPayment)) : netPayment;
  return instalments.map((instalment) => {
    const paid_amount = Money.compare(rest, instalment.amount) < 0 ? rest : instalment.amount;
    rest = Money.subtract(rest, paid_amount);
    const isPaid = Money.compare(paid_amount, instalment.amount) === 0;
    return { ...instalment, paid_amount, status: isPaid ? "PAID" : Money.isZero(paid_amount) ? "OPEN" : "PARTLY_PAID" };
  });
}

/** Returns the oldest instalment that is not paid in full. */
export const findNextInstalment = (instalments: readonly Instalment[], netPayment: Amount): InstalmentState | undefined =>
  settleInstalments(instalments, netPayment).find(({ status }) => status !== "PAID");

/** Returns what of the instalments was due before a day and is not paid. */
export const computeOverdue = (instalments: readonly Instalment[], netPayment: Amount, day: string): Amount =>
  settleInstalments(instalments, netPayment)
    .filter(({ due_date }) => due_date < day)
    .reduce(
      (sum, { amount, paid_amount }) => Money.add(sum, Money.subtract(amount, paid_amount)),
      Money.zero(Money.countDecimals(netPayment)),
    );

/**
 * Adapts the instalments to another sum. The last one takes the difference. If that is not enough, it is dropped and the one before takes the rest,
 * so the sum is always exact and no instalment is below 0.
 */
export function adaptInstalments(instalments: readonly Instalment[], sum: Amount): Instalment[] {
  const places = Money.countDecimals(sum);
  const next: Instalment[] = [];
  let rest = sum;
  for (const [index, instalment] of instalments.entries()) {
    if (index > 0 && Money.compare(rest, 0) <= 0) break;
    const isLast = index === instalments.length - 1;
    const amount = isLast || Money.compare(rest, instalment.amount) < 0 ? rest : instalment.amount;
    next.push({ ...instalment, amount });
    rest = Money.subtract(rest, amount);
  }
  return next.map((instalment) => ({ ...instalment, amount: Money.sum([instalment.amount], places) }));
}
