import { Amendments } from "@crm/core/agreements/amendment/amendment.entity.ts";
import { onEffectDue } from "@crm/core/agreements/amendment/effect.ts";
import { AmendmentWorkflow } from "@crm/core/agreements/amendment/workflow.ts";
import { type AgreedState, type Change, computeAgreedState } from "@crm/core/agreements/contract/effective-figures.rules.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readClock } from "../../storage/scheduler/support.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { partOf } from "../../support/part-of.ts";
import { createTestRandom } from "../../support/random.ts";
import {
  amendmentParams,
  createAmendment,
  createYearContract,
  day,
  passDays,
  readAmendment,
  signAmendment,
  waiveInternalApproval,
} from "./support.ts";

/** The order in which amendments are drafted, signed and applied does not change what the contract says at the end. */

let app: App;
let tenant: Tenant;
let admin: Tenant["admin"];
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { currency: "EUR" });
  admin = tenant.admin;
  await waiveInternalApproval(tenant);
});
afterAll(() => app.stop());

const random = createTestRandom("amendments of one contract");
const randomBelow = (limit: number): number => Math.floor(random() * limit);
const pickRandom = <T>(all: readonly T[]): T => all[randomBelow(all.length)] as T;
const shuffle = <T>(all: readonly T[]): T[] => {
  const remaining = [...all];
  return all.map(() => remaining.splice(randomBelow(remaining.length), 1)[0] as T);
};

const figures = ["contract_value", "monthly_fee", "payment_terms", "billing_frequency", "end_date"] as const;
const randomAmendment = (n: number): Record<string, unknown> =>
  pickRandom([
    { amendment_type: "VALUE", contract_value: `${2000 + n}.00` },
    { amendment_type: "VALUE", value_delta: `${n + 1}.50` },
    { amendment_type: "TERM", end_date: day(200 + n) },
    { amendment_type: "PRICING", monthly_fee: `${50 + n}.00`, payment_terms: `${n} days` },
    { amendment_type: "SCOPE", deliverables: { added: [{ name: `New ${n}` }] }, value_delta: "1.00" },
  ]);

/** Runs the handler of the effect clock; the event may be delivered more than once. */
async function deliverEffectClock(id: string): Promise<void> {
  const due_at = await readClock(app, tenant, id, "effect");
  const event = { id: `evt-${id}`, record_id: id, due_at: due_at || new Date().toISOString() };
  await runIn(systemContext(app.ports, tenant.id, "test"), () => onEffectDue(partOf(event)));
  await runIn(systemContext(app.ports, tenant.id, "test"), () => onEffectDue(partOf(event)));
}

const pickFigures = (contract: object) =>
  Object.fromEntries(figures.map((field) => [field, (contract as Record<string, unknown>)[field]]));
const initialFigures = (contract: object): AgreedState =>
  partOf<AgreedState>({
    ...pickFigures(contract),
    term_start_date: day(0),
    deliverables: [],
    term_number: 1,
    amendment_count: 0,
  });

describe.each([1, 2, 3])("amendments of a contract, seed %i", () => {
  it("give the same contract in any order, without withdrawn ones", async () => {
    const contract = await createYearContract(app, { tenant }, admin);
    const { id } = contract;
    const initialState = initialFigures(contract);
    const amendments: { id: string; contract_id: string }[] = [];
    for (let n = 0; n < 5; n++)
      amendments.push(
        await createAmendment(admin, id, {
          ...randomAmendment(n),
          effective_date: day(1 + randomBelow(3)),
          requires_customer_approval: false,
        }),
      );
    const withdrawn = pickRandom(amendments);
    for (const amendment of shuffle(amendments)) {
      if (amendment === withdrawn) {
        await admin.withdrawContractAmendment(amendmentParams(amendment));
        continue;
      }
      // If another amendment has changed the baseline since, submitting is rejected until the amendment is redrafted.
      const isFresh = await admin.submitContractAmendment(amendmentParams(amendment)).then(
        () => true,
        ({ status }: { status: number }) => {
          expect(status).toBe(409);
          return false;
        },
      );
      if (!isFresh) {
        await admin.refreshContractAmendment(amendmentParams(amendment));
        await admin.submitContractAmendment(amendmentParams(amendment));
      }
      expect((await signAmendment(app, tenant, admin, amendment)).status).toBe("SIGNED");
    }
    const changes: Change[] = [];
    for (const amendment of shuffle(amendments.filter((candidate) => candidate !== withdrawn))) {
      await deliverEffectClock(amendment.id);
      const { status, amendment_type: kind, number, effective_date, figures: set } = await readAmendment(admin, amendment);
      expect(status).toBe("EFFECTIVE");
      const after = Object.fromEntries(set.map((figure) => [figure.field, figure.after]));
      changes.push({ kind, number, effective_date, set: after } as Change);
      const now = (await admin.getContract({ id })).data;
      expect(pickFigures(now)).toEqual(pickFigures(computeAgreedState(initialState, changes)));
      expect(now).toMatchObject({ amendment_count: changes.length, has_amendments: true });
    }
    await deliverEffectClock(withdrawn.id);
    const now = (await admin.getContract({ id })).data;
    expect(now.amendment_count).toBe(4);
    expect(now.amendments_ahead).toEqual([]);
    const storedState = partOf<AgreedState>({ ...now.first_agreed, deliverables: [], term_number: 1, amendment_count: 0 });
    for (const on of [day(0), day(1), day(2), day(3), day(300)])
      expect(pickFigures(computeAgreedState(storedState, now.changes as Change[], on))).toEqual(
        pickFigures(computeAgreedState(initialState, changes, on)),
      );
  });
});

describe("an amendment whose clock runs before the clock that ends its contract", () => {
  const bound = async (id: string, more: object) => {
    const amendment = await createAmendment(admin, id, { value_delta: "5.00", requires_customer_approval: false, ...more });
    await admin.submitContractAmendment(amendmentParams(amendment));
    await signAmendment(app, tenant, admin, amendment);
    return amendment;
  };

  it("becomes void when a termination is late", async () => {
    const { id } = await createYearContract(app, { tenant }, admin);
    const amendment = await bound(id, { effective_date: day(9) });
    await admin.terminateContract({ id, reason: "They left", effective_date: day(4) });
    await deliverEffectClock(amendment.id);
    expect(await readAmendment(admin, amendment)).toMatchObject({ status: "VOID", ended_because: "The contract is TERMINATED" });
    expect((await admin.getContract({ id })).data).toMatchObject({ contract_value: "1200.00", amendments_ahead: [] });
  });

  it("becomes void when an earlier last day set by another amendment is late", async () => {
    const { id } = await createYearContract(app, { tenant }, admin, { auto_renew: false });
    const value = await bound(id, { effective_date: day(9) });
    const term = { amendment_type: "TERM", value_delta: undefined, effective_date: day(3), end_date: day(5) };
    const shorter = await bound(id, term);
    app.setClock({ advance: 20 * 86_400_000 });
    await deliverEffectClock(value.id);
    app.setClock({ reset: true });
    expect(await readAmendment(admin, shorter)).toMatchObject({ status: "EFFECTIVE" });
    expect(await readAmendment(admin, value)).toMatchObject({ status: "SIGNED" });
    await passDays(app, 21);
    await passDays(app, 22);
    expect(await readAmendment(admin, value)).toMatchObject({ status: "VOID", ended_because: "The contract is EXPIRED" });
    expect((await admin.getContract({ id })).data).toMatchObject({
      contract_value: "1200.00",
      end_date: day(5),
      amendment_count: 1,
    });
  });

  it("delays the end of the contract until it has taken effect", async () => {
    const { id } = await createYearContract(app, { tenant }, admin);
    const amendment = await bound(id, { effective_date: day(2) });
    await admin.terminateContract({ id, reason: "They left", effective_date: day(4) });
    expect(await readClock(app, tenant, id, "termination")).toBe("");
    await deliverEffectClock(amendment.id);
    expect(await readAmendment(admin, amendment)).toMatchObject({ status: "EFFECTIVE" });
    expect(await readClock(app, tenant, id, "termination")).toContain(day(4));
  });

  it("waits until the renewal of the contract is decided", async () => {
    const { id } = await createYearContract(app, { tenant }, admin, {
      auto_renew: true,
      renewal_notice_days: 10,
      end_date: day(20),
    });
    const amendment = await bound(id, { effective_date: day(30) });
    app.setClock({ advance: 35 * 86_400_000 });
    await deliverEffectClock(amendment.id);
    app.setClock({ reset: true });
    expect(await readAmendment(admin, amendment)).toMatchObject({ status: "SIGNED" });
  });

  it("cannot be submitted once the termination day has come", async () => {
    const { id } = await createYearContract(app, { tenant }, admin);
    const { id: amendmentId, contract_id } = await createAmendment(admin, id, { value_delta: "5.00", effective_date: day(9) });
    await admin.terminateContract({ id, reason: "They left", effective_date: day(1) });
    app.setClock({ advance: 2 * 86_400_000 });
    const submitted = runIn(systemContext(app.ports, tenant.id, "test"), () =>
      AmendmentWorkflow.submit({ id: contract_id, amendmentId: amendmentId }),
    );
    await expect(submitted).rejects.toThrow("has ended: the status is TERMINATED");
    app.setClock({ reset: true });
  });
});

describe("an amendment", () => {
  it("takes effect once, at the next delivery, after a crash before the contract was written", async () => {
    const { id } = await createYearContract(app, { tenant }, admin);
    const amendment = await createAmendment(admin, id, {
      value_delta: "5.00",
      effective_date: day(1),
      requires_customer_approval: false,
    });
    await admin.submitContractAmendment(amendmentParams(amendment));
    await signAmendment(app, tenant, admin, amendment);
    const stored = await runIn(systemContext(app.ports, tenant.id, "test"), () => Records.load(Amendments, amendment.id));
    expect(stored?.status).toBe("SIGNED");
    await Promise.all([deliverEffectClock(amendment.id), deliverEffectClock(amendment.id), deliverEffectClock(amendment.id)]);
    expect((await admin.getContract({ id })).data).toMatchObject({ contract_value: "1205.00", amendment_count: 1 });
  });
});
