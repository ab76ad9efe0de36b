import { expect } from "vitest";

/** A plain model of the ledger: it recounts the figures of an order from its entries, in minor units. */

export interface Entry {
  sequence: number;
  entry_type: string;
  amount: string;
  reverses: number | null;
  paid: string;
  refunded: string;
  credited: string;
  due: string;
  balance: string;
  payment_state: string;
}

export interface Order {
  status: string;
  total: string;
  cancellation_fee: string;
  credited: string;
  due: string;
  paid: string;
  refunded: string;
  net_payment: string;
  balance: string;
  payment_state: string;
}

const toUnits = (amount: string): bigint => BigInt(amount.replace(".", ""));

export interface Recount {
  paid: bigint;
  refunded: bigint;
  credited: bigint;
  claimed: bigint;
}

/** Sums the entries in their order. `claimed` is the total that the entries state. */
export function recount(entries: readonly Entry[]): Recount {
  const sums: Recount = { paid: 0n, refunded: 0n, credited: 0n, claimed: 0n };
  const bySequence = new Map(entries.map((entry) => [entry.sequence, entry]));
  const add = (type: string | undefined, units: bigint): void => {
    if (type === "PAYMENT" || type === "DEPOSIT") sums.paid += units;
    else if (type === "REFUND") sums.refunded += units;
    else if (type === "CREDIT" || type === "ADJUSTMENT") sums.credited += units;
    else if (type === "CONFIRMATION" || type === "REVISION") sums.claimed += units;
  };
  for (const { entry_type, amount, reverses } of entries)
    if (entry_type === "REVERSAL") add(bySequence.get(reverses ?? 0)?.entry_type, -toUnits(amount));
    else add(entry_type, toUnits(amount));
  return sums;
}

function findState({ paid, refunded, due }: { paid: bigint; refunded: bigint; due: bigint }): string {
  const net = paid - refunded;
  if (paid > 0n && net === 0n) return "REFUNDED";
  if (refunded > 0n) return "PARTLY_REFUNDED";
  if (net > due) return "OVERPAID";
  if (net === due) return "PAID";
  return net > 0n ? "PARTLY_PAID" : "UNPAID";
}

/** Requires that an order states what its entries add up to, and that every equation of docs/commerce/ledger.md holds. */
export function requireEquations(order: Order, newestFirst: readonly Partial<Entry>[]): void {
  // A row of a list has all fields unless the list was asked for some of them.
  const entries = [...newestFirst].reverse() as Entry[];
  expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, index) => index + 1));
  const { paid, refunded, credited, claimed } = recount(entries);
  const due = order.status === "CANCELLED" ? toUnits(order.cancellation_fee) : toUnits(order.total) - credited;
  const stated = {
    paid: toUnits(order.paid),
    refunded: toUnits(order.refunded),
    credited: toUnits(order.credited),
    due: toUnits(order.due),
    net: toUnits(order.net_payment),
    balance: toUnits(order.balance),
    state: order.payment_state,
  };
  const net = paid - refunded;
  expect(stated).toEqual({ paid, refunded, credited, due, net, balance: due - net, state: findState({ paid, refunded, due }) });
  if (order.status !== "DRAFT") expect(claimed === toUnits(order.total) || order.status === "CANCELLED").toBe(true);
  expect(refunded <= paid).toBe(true);
  const reversed = entries.flatMap(({ reverses }) => reverses ?? []);
  expect(new Set(reversed).size).toBe(reversed.length);
  const last = entries.at(-1);
  if (last) expect([last.paid, last.refunded, last.credited]).toEqual([order.paid, order.refunded, order.credited]);
}
