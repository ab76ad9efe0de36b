import {
  type ChargeFact,
  type DisputeFact,
  type ProviderFact,
  postFact,
  type RefundFact,
} from "@crm/core/commerce/payment-account/provider-fact.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const RUNS = 20;
const TOTAL = 10_000;
const format = (cents: number): string => (cents / 100).toFixed(2);
const toCents = (amount: string): number => Math.round(Number(amount) * 100);

/** A plain recount of what facts mean, in cents, which shares no code with the ledger. */
class Model {
  #isCancelled = false;
  #paidTooLate = false;
  readonly #flags = new Set<string>();
  readonly #charges = new Map<string, { status: string; amount: number }>();
  readonly #refunds = new Map<string, { status: string; amount: number }>();
  readonly #disputes = new Map<string, { charge: string; amount: number; isPosted: boolean; isReinstated: boolean }>();
  readonly #foreign = new Set<string>();

  get paid(): number {
    const charged = [...this.#charges.values()].filter(({ status }) => status === "SUCCEEDED");
    const disputed = [...this.#disputes.values()].filter(({ isPosted, isReinstated }) => isPosted && !isReinstated);
    return sumAmounts(charged) - sumAmounts(disputed);
  }

  get refunded(): number {
    return sumAmounts([...this.#refunds.values()].filter(({ status }) => status === "SUCCEEDED"));
  }

  get balance(): number {
    return (this.#isCancelled ? 0 : TOTAL) - this.paid + this.refunded;
  }

  get reasons(): string[] {
    return [
      ...(this.refunded > this.paid ? ["REFUNDS_EXCEED_PAYMENTS"] : []),
      ...(this.#paidTooLate ? ["PAID_AFTER_CANCELLATION"] : []),
      ...["OTHER_CURRENCY", "REPEATED_DISPUTE"].filter((flag) => this.#flags.has(flag)),
    ];
  }

  cancel(): void {
    this.#isCancelled = true;
  }

  /** Returns whether the fact must wait. */
  apply(fact: ProviderFact): boolean {
    const before = this.#countPayments();
    const mustWait =
      fact.type === "charge" ? this.#charge(fact) : fact.type === "refund" ? this.#refund(fact) : this.#dispute(fact);
    const isPayment = this.#countPayments() > before;
    this.#paidTooLate = this.#isCancelled && this.balance < 0 && (isPayment || this.#paidTooLate);
    return mustWait;
  }

  #countPayments(): number {
    const charged = [...this.#charges.values()].filter(({ status }) => status === "SUCCEEDED");
    const reinstated = [...this.#disputes.values()].filter(({ isPosted, isReinstated }) => isPosted && isReinstated);
    return charged.length + reinstated.length;
  }

  #isForeign(fact: ChargeFact | RefundFact): boolean {
    if (fact.currency === "EUR") return false;
    if (fact.status === "SUCCEEDED") {
      this.#foreign.add(fact.transaction_id);
      this.#flags.add("OTHER_CURRENCY");
    }
    return true;
  }

  #charge(fact: ChargeFact): false {
    if (this.#isForeign(fact)) return false;
    const former = this.#charges.get(fact.transaction_id);
    if (!former || former.status === "PENDING" || (former.status === "FAILED" && fact.status === "SUCCEEDED"))
      this.#charges.set(fact.transaction_id, { status: fact.status, amount: toCents(fact.amount) });
    return false;
  }

  #refund(fact: RefundFact): boolean {
    const isKnown = this.#charges.has(fact.charge ?? "") || this.#foreign.has(fact.charge ?? "");
    if (fact.order === null && !isKnown && !this.#refunds.has(fact.transaction_id)) return true;
    if (this.#isForeign(fact)) return false;
    const former = this.#refunds.get(fact.transaction_id);
    if (!former || former.status === "PENDING" || (former.status === "SUCCEEDED" && fact.status === "FAILED"))
      this.#refunds.set(fact.transaction_id, { status: fact.status, amount: toCents(fact.amount) });
    return false;
  }

  #dispute(fact: DisputeFact): boolean {
    if (this.#foreign.has(fact.charge)) return false;
    if (this.#charges.get(fact.charge)?.status !== "SUCCEEDED") return true;
    const isFirst = ![...this.#disputes.values()].some(({ charge, isPosted }) => isPosted && charge === fact.charge);
    const dispute = this.#disputes.get(fact.transaction_id) ?? {
      ...{ charge: fact.charge, amount: toCents(fact.amount), isPosted: isFirst, isReinstated: false },
    };
    if (!dispute.isPosted) this.#flags.add("REPEATED_DISPUTE");
    if (fact.funds === "reinstated") dispute.isReinstated = true;
    this.#disputes.set(fact.transaction_id, dispute);
    return false;
  }
}

const sumAmounts = (items: readonly { amount: number }[]): number => items.reduce((sum, { amount }) => sum + amount, 0);

let count = 0;

/** Returns facts about charges, their refunds and disputes, some of them twice, in a random order. */
function buildFacts(order: string, random: () => number): ProviderFact[] {
  const pick = (max: number): number => Math.floor(random() * max);
  const facts: ProviderFact[] = [];
  const nextId = (prefix: string): string => `${prefix}_fact${++count}`;
  for (let charge = 0; charge <= pick(3); charge++) {
    const currency = pick(8) === 0 ? "USD" : "EUR";
    const shared = { provider: "stripe", currency, occurred_at: "2026-11-20T10:00:00.000Z" };
    const amount = 1000 + pick(10_000);
    const charged = { type: "charge" as const, ...shared, transaction_id: nextId("ch"), amount: format(amount), order };
    const outcome = pick(4) === 0 ? ("FAILED" as const) : ("SUCCEEDED" as const);
    if (pick(2)) facts.push({ ...charged, status: "PENDING" });
    facts.push({ ...charged, status: outcome });
    for (let refund = 0; refund < pick(3); refund++) {
      const refunded = {
        ...{ type: "refund" as const, ...shared, transaction_id: nextId("re"), amount: format(1 + pick(amount)) },
        ...{ charge: charged.transaction_id, order: pick(2) ? order : null },
      };
      for (const status of ["PENDING", "SUCCEEDED", "FAILED"] as const)
        if (status === "SUCCEEDED" || pick(3) === 0) facts.push({ ...refunded, status });
    }
    for (let dispute = 0; dispute < pick(3); dispute++) {
      const disputed = {
        ...{ type: "dispute" as const, ...shared, transaction_id: nextId("dp") },
        ...{ amount: format(pick(2) ? amount : 1 + pick(amount)), charge: charged.transaction_id },
      };
      facts.push({ ...disputed, funds: "withdrawn" });
      if (pick(2)) facts.push({ ...disputed, funds: "reinstated" });
    }
  }
  const repeated = facts.flatMap((fact) => Array.from({ length: 1 + pick(2) }, () => fact));
  return repeated
    .map((fact) => [random(), fact] as const)
    .sort(([a], [b]) => a - b)
    .map(([, fact]) => fact);
}

describe("facts of a provider", () => {
  it("in any order, repeated, and around a cancellation, give the sums and reasons of a plain recount", async () => {
    const random = createTestRandom("facts of a provider");
    const { data: customer } = await tenant.admin.createCustomer({ name: "Lagoon" });
    const seenReasons = new Set<string>();
    for (let run = 0; run < RUNS; run++) {
      const { data: order } = await tenant.admin.createOrder({
        ...{ customer_id: customer.id, currency: "EUR", status: "CONFIRMED" },
        line_items: [{ name: "Kayak", unit_price: format(TOTAL) }],
      });
      const model = new Model();
      const facts = buildFacts(order.id, random);
      const cancelAt = random() < 0.4 ? Math.floor(random() * facts.length) : -1;
      let waiting: ProviderFact[] = [];
      for (const [index, fact] of facts.entries()) {
        if (index === cancelAt) {
          await tenant.admin.cancelOrder({ id: order.id, reason: "Out of stock" });
          model.cancel();
        }
        // A fact that waits is tried again after each other one, as its delivery is once its charge is recorded.
        const tried = [fact, ...waiting];
        waiting = [];
        for (const each of tried) {
          const mustWait = model.apply(each);
          const result = await runIn(systemContext(app.ports, tenant.id, "test"), () => postFact(each));
          expect("held" in result, JSON.stringify(each)).toBe(mustWait);
          if (mustWait) waiting.push(each);
        }
        const { data } = await tenant.admin.getOrder({ id: order.id });
        expect(data, JSON.stringify(facts.slice(0, index + 1))).toMatchObject({
          paid: format(model.paid),
          refunded: format(model.refunded),
          balance: format(model.balance),
          review_reasons: model.reasons,
          needs_review: model.reasons.length > 0,
        });
        for (const reason of model.reasons) seenReasons.add(reason);
      }
    }
    expect([...seenReasons].sort()).toEqual([
      ...["OTHER_CURRENCY", "PAID_AFTER_CANCELLATION", "REFUNDS_EXCEED_PAYMENTS", "REPEATED_DISPUTE"],
    ]);
  });
});
