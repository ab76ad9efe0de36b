import { allowAnyInput, type Client } from "@crm/functions/derive/client.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FaultKind, faultKinds, SteppedSystem } from "../../invariants/faults/stepped-system.ts";
import { signUp } from "../../support/app.ts";
import { createTestRandom, type Random } from "../../support/random.ts";
import { sample } from "../../support/sample.ts";
import { requireEquations } from "./ledger-model.ts";

/** Random writers of one order, one of whom fails or dies in each round. All that remains adds up. */

const ROUNDS = sample === "all" ? 12 : 6;
const WRITERS = 3;
/** Currencies with 0, 2 and 3 decimals. */
const currencies = [
  { currency: "JPY", unit: (units: number) => String(units) },
  { currency: "EUR", unit: (units: number) => (units / 100).toFixed(2) },
  { currency: "KWD", unit: (units: number) => (units / 1000).toFixed(3) },
];

let system: SteppedSystem;
let crm: Client;
beforeAll(async () => {
  system = await SteppedSystem.start();
  const tenant = await signUp(system.app);
  const { data: key } = await tenant.admin.createApiKey({ name: "Writers", role: "ADMIN" });
  crm = system.client((key as { key: string }).key);
});
afterAll(() => system.stop());

interface Actions {
  id: string;
  random: Random;
  unit(units: number): string;
}

const pick = <T>(random: Random, from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];

/** One random request. Most are valid; those that the order refuses change nothing. */
async function act({ id, random, unit }: Actions): Promise<unknown> {
  const amount = unit(1 + Math.floor(random() * 600));
  const payments = (await crm.listOrderPayments({ id })).data;
  const refunds = (await crm.listOrderRefunds({ id })).data;
  const chosen = Math.floor(random() * 12);
  if (chosen === 0) return crm.confirmOrder({ id });
  if (chosen === 1) return crm.createOrderPayment({ id, amount, is_deposit: true });
  if (chosen <= 4) return crm.createOrderPayment({ id, amount, transaction_id: `t${Math.floor(random() * 5)}` });
  if (chosen === 5) return crm.createOrderPayment({ id, amount, status: random() < 0.5 ? "PENDING" : "FAILED" });
  if (chosen === 6)
    return allowAnyInput(crm).updatePayment({ id: pick(random, payments)?.id, status: random() < 0.7 ? "SUCCEEDED" : "FAILED" });
  if (chosen === 7) return crm.createOrderRefund({ id, amount, payment_id: pick(random, payments)?.id });
  if (chosen === 8) return crm.createOrderRefund({ id, amount, credits: true });
  if (chosen === 9)
    return random() < 0.7
      ? allowAnyInput(crm).reversePayment({ id: pick(random, payments)?.id, reason: "Bounced" })
      : allowAnyInput(crm).reverseRefund({ id: pick(random, refunds)?.id, reason: "Came back" });
  if (chosen === 10) return crm.adjustOrder({ id, amount: random() < 0.5 ? amount : `-${amount}`, reason: "Goodwill" });
  if (random() < 0.15) return crm.cancelOrder({ id, reason: "Too late", cancellation_fee: unit(50) });
  return crm.reviseOrder({
    id,
    reason: "More",
    line_items: [{ name: "Boat", unit_price: unit(300 + Math.floor(random() * 900)) }],
  });
}

describe.each(currencies)("the ledger of an order in $currency", ({ currency, unit }) => {
  it("adds up after each round of writers, although one of them fails or dies", async () => {
    const random = createTestRandom(`ledger in ${currency}`);
    const { data: customer } = await crm.createCustomer({ name: `Writers of ${currency}` });
    const order = { customer_id: customer.id, currency, line_items: [{ name: "Boat", unit_price: unit(1000) }] };
    const { id } = (await crm.createOrder(order)).data;
    let entryCount = 0;
    for (let round = 0; round < ROUNDS; round++) {
      // What happens to a draft is in the first round.
      if (round === 1) await crm.confirmOrder({ id }).catch(() => undefined);
      const kind = faultKinds[Math.floor(random() * faultKinds.length)] as FaultKind;
      const nth = 1 + Math.floor(random() * WRITERS);
      system.arm((source) => source === "request", { kind, nth });
      await Promise.allSettled(Array.from({ length: WRITERS }, () => act({ id, random, unit })));
      system.disarm();
      const { data: entries } = await crm.listOrderLedger({ id, limit: 100 });
      requireEquations((await crm.getOrder({ id })).data, entries);
      expect(entries.length).toBeGreaterThanOrEqual(entryCount);
      entryCount = entries.length;
    }
    expect(entryCount).toBeGreaterThan(2);
  });
});
