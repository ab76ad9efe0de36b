import { type AgreedState, type Change, computeAgreedState } from "@crm/core/agreements/contract/effective-figures.rules.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, PASSWORD, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { partOf } from "../../support/part-of.ts";
import { createSeededRandom, type Random, seed } from "../../support/random.ts";
import { resolveTestSize } from "../../support/sample.ts";
import { type Client, createActiveContract, createRenewingClient } from "../contract/support.ts";
import { addDays, ContractModel, type DraftAmendment, lastDayOfMonth } from "./reference-model.ts";
import { acceptAmendment, amendmentParams, createAmendment, signAmendment } from "./support.ts";

/**
 * Applies random actions to a contract and up to four amendments, with a schedule that runs on time or weeks late. After each step, the
 * contract matches a slow reference model (reference-model.ts), and so do its figures on each day.
 */

let app: App;
let tenant: Tenant;
let admin: Client;
let rep: { id: string; as: Client };
let boss: Client;
let lawyer: Client;
beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: "2030-01-01T06:00:00Z" });
  tenant = await signUp(app, { currency: "EUR", timezone: "UTC" });
  admin = createRenewingClient(app, tenant);
  const as = ({ email }: TestUser) => createRenewingClient(app, tenant, { email, password: PASSWORD });
  const [manager, director] = [await addUser(app, tenant, "MANAGER"), await addUser(app, tenant, "DIRECTOR")];
  const seller = await addUser(app, tenant, "SALES_REP", { manager_id: manager.id });
  [rep, boss, lawyer] = [{ id: seller.id, as: as(seller) }, as(manager), as(director)];
  const patience = { remind_after_hours: null, escalate_after_hours: null, expire_after_hours: 2160 };
  // A value change needs no approval, a price change two rounds, a term change one.
  const definition = {
    legal_review: { types: ["PRICING"], approvers: ["DIRECTOR"], patience },
    levels: [{ name: "Manager", types: ["PRICING", "TERM"], approvers: ["MANAGER"], patience }],
    days_back: 3650,
  };
  const { data } = await admin.createRuleVersion({ kind: "contract_amendment_approval", definition });
  await admin.publishRuleVersion({ kind: "contract_amendment_approval", id: data.id });
});
afterAll(() => app.stop());

/** Runs the schedule at the given day, then once a minute for as long as work may be left. */
async function runScheduleOn(day: string): Promise<void> {
  app.setClock({ now: `${day}T06:00:00Z` });
  await app.settle();
  for (let sweep = 0; sweep < 10; sweep++) {
    app.setClock({ advance: 61_000 });
    await app.settle();
  }
}

const resolveStatus = (request: Promise<unknown>): Promise<number> =>
  request.then(
    () => 200,
    ({ status }: { status: number }) => status,
  );

const figures = ["contract_value", "monthly_fee", "payment_terms", "end_date", "term_start_date"] as const;
const pickFigures = (contract: object) =>
  Object.fromEntries(figures.map((figure) => [figure, (contract as Record<string, unknown>)[figure]]));

type AmendmentRef = { id: string; contract_id: string };

/** The action that moves an amendment to its next status. */
const nextActions: Readonly<Record<string, "submit" | "agree" | "accept" | "sign">> = {
  ...{ DRAFT: "submit", LEGAL_REVIEW: "agree", INTERNAL_APPROVAL: "agree", CUSTOMER_APPROVAL: "accept", SIGNING: "sign" },
};

/** One contract, its amendments, and the actions on them. */
class ModelRun {
  readonly ids: AmendmentRef[] = [];
  readonly #random: Random;
  readonly model: ContractModel;
  readonly id: string;
  readonly startDay: string;
  #daysPassed = 0;

  constructor(random: Random, id: string, model: ContractModel) {
    this.#random = random;
    this.id = id;
    this.model = model;
    this.startDay = model.today;
  }

  #randomBelow(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #pickRandom<T>(all: readonly T[]): T {
    return all[this.#randomBelow(all.length)] as T;
  }

  #pickAmendment(): { drawn: DraftAmendment; named: AmendmentRef } | undefined {
    const index = this.#randomBelow(this.ids.length);
    const [draft, reference] = [this.model.amendments[index], this.ids[index]];
    return draft && reference ? { drawn: draft, named: reference } : undefined;
  }

  readonly #amendmentActions = {
    submit: (draft: DraftAmendment, reference: AmendmentRef) => {
      const isReady = draft.status === "DRAFT" && !this.model.isOver;
      const first = { VALUE: this.#statusAfterReview(draft), PRICING: "LEGAL_REVIEW", TERM: "INTERNAL_APPROVAL" }[draft.type];
      if (isReady && !this.model.mayBegin(draft.day))
        return this.#expectStatus(rep.as.submitContractAmendment(amendmentParams(reference)), 400);
      return this.#expectIfFresh(draft, isReady, rep.as.submitContractAmendment(amendmentParams(reference)), () => {
        draft.status = first;
      });
    },
    agree: (draft: DraftAmendment, reference: AmendmentRef) => {
      const approver = draft.status === "LEGAL_REVIEW" ? lawyer : boss;
      const next = { LEGAL_REVIEW: "INTERNAL_APPROVAL", INTERNAL_APPROVAL: this.#statusAfterReview(draft) }[draft.status];
      return this.#expectStatus(approver.approveContractAmendment(amendmentParams(reference)), next ? 200 : 409, () => {
        draft.status = String(next);
      });
    },
    refuse: (draft: DraftAmendment, reference: AmendmentRef) => {
      const isAsked = draft.status === "LEGAL_REVIEW" || draft.status === "INTERNAL_APPROVAL";
      const approver = draft.status === "LEGAL_REVIEW" ? lawyer : boss;
      return this.#expectStatus(
        approver.rejectContractAmendment({ ...amendmentParams(reference), comment: "No" }),
        isAsked ? 200 : 409,
        () => {
          draft.status = "REJECTED";
        },
      );
    },
    accept: (draft: DraftAmendment, reference: AmendmentRef) =>
      this.#expectIfFresh(draft, draft.status === "CUSTOMER_APPROVAL", acceptAmendment(app, tenant, admin, reference), () => {
        draft.status = "SIGNING";
      }),
    sign: async (draft: DraftAmendment, reference: AmendmentRef) => {
      // The model does not cover an end date that has passed by then.
      if (draft.requested.end_date && draft.requested.end_date < this.model.today) return;
      await this.#expectIfFresh(draft, draft.status === "SIGNING", signAmendment(app, tenant, admin, reference), () =>
        this.model.markSigned(draft),
      );
    },
    redraw: async (draft: DraftAmendment, reference: AmendmentRef) => {
      const isOpen = !["SIGNED", "EFFECTIVE", "WITHDRAWN", "VOID"].includes(draft.status) && !this.model.isOver;
      if (isOpen && !this.model.mayBegin(draft.day)) return;
      await this.#expectStatus(rep.as.refreshContractAmendment(amendmentParams(reference)), isOpen ? 200 : 409, () => {
        draft.status = "DRAFT";
        this.model.redraft(draft);
      });
    },
    withdraw: (draft: DraftAmendment, reference: AmendmentRef) => {
      const isOpen = !["SIGNED", "EFFECTIVE", "WITHDRAWN", "VOID", "REJECTED"].includes(draft.status);
      return this.#expectStatus(rep.as.withdrawContractAmendment(amendmentParams(reference)), isOpen ? 200 : 409, () => {
        draft.status = "WITHDRAWN";
      });
    },
  };

  readonly #contractActions = {
    create: async () => {
      const { model } = this;
      const number = model.amendments.length + 1;
      if (number > 4) return;
      const day = addDays(model.today, this.#randomBelow(40) - 10);
      if (day < this.startDay || (!model.isOver && !model.mayBegin(day))) return;
      const type = this.#pickRandom(["VALUE", "PRICING", "TERM"] as const);
      const all: Record<DraftAmendment["type"], DraftAmendment["requested"]> = {
        VALUE: this.#randomBelow(2) === 0 ? { more: 1050 + number } : { contract_value: `${2000 + number}.00` },
        PRICING: { monthly_fee: `${50 + number}.00`, payment_terms: `${number} days` },
        TERM: { end_date: lastDayOfMonth(addDays(model.today, 40), 1 + number) },
      };
      const requestedFields = all[type];
      const byCustomer = this.#randomBelow(2) === 0;
      const draft: DraftAmendment = {
        number,
        type,
        day,
        requested: requestedFields,
        before: {},
        after: {},
        status: "DRAFT",
        needsCustomerApproval: byCustomer,
      };
      const more =
        requestedFields.more === undefined ? requestedFields : { value_delta: (requestedFields.more / 100).toFixed(2) };
      const input = { amendment_type: type, effective_date: day, requires_customer_approval: byCustomer, ...more };
      const request = createAmendment(rep.as, this.id, input);
      if (model.isOver) return expect(await resolveStatus(request)).toBe(409);
      this.ids.push(await request);
      model.redraft(draft);
      model.amendments.push(draft);
    },
    terminate: async () => {
      const { model } = this;
      if (this.#daysPassed < 30) return;
      const day = addDays(model.today, this.#randomBelow(20));
      if (!model.isOver && model.termination === null && day > model.figureOn("end_date")) return;
      const isFree = !model.isOver && model.termination === null;
      const request = rep.as.terminateContract({ id: this.id, reason: "They move", effective_date: day });
      await this.#expectStatus(request, isFree ? 200 : 409, () => {
        model.termination = day;
        if (day === model.today) model.endContract("TERMINATED");
      });
    },
    goOn: () => {
      const { model } = this;
      const isGiven = !model.isOver && model.termination !== null;
      return this.#expectStatus(rep.as.withdrawContractTermination({ id: this.id }), isGiven ? 200 : 409, () => {
        model.termination = null;
      });
    },
    wait: async () => {
      // A few days, or so many that terms have ended meanwhile.
      const days = this.#pickRandom([1, 2, 5, 12, 34]);
      if (this.#daysPassed + days > 85) return;
      this.#daysPassed += days;
      this.model.advanceTo(addDays(this.model.today, days));
      await runScheduleOn(this.model.today);
    },
  };

  #statusAfterReview(draft: DraftAmendment): string {
    return draft.needsCustomerApproval ? "CUSTOMER_APPROVAL" : "SIGNING";
  }

  async #expectStatus(request: Promise<unknown>, expected: number, onSuccess: () => void = () => undefined): Promise<void> {
    expect(await resolveStatus(request)).toBe(expected);
    if (expected === 200) onSuccess();
  }

  #expectIfFresh(draft: DraftAmendment, isReady: boolean, request: Promise<unknown>, onSuccess: () => void): Promise<void> {
    return this.#expectStatus(request, isReady && this.model.isFresh(draft) ? 200 : 409, onSuccess);
  }

  async step(): Promise<string> {
    const selection = this.#pickAmendment();
    const { today } = this.model;
    const isRare = this.#randomBelow(12) === 0;
    if (!selection || this.#randomBelow(10) < 3) {
      const act = isRare ? this.#pickRandom(["terminate", "goOn"] as const) : this.#pickRandom(["create", "wait"] as const);
      await this.#contractActions[act]();
      await app.settle();
      return `${today} ${act}`;
    }
    const { drawn: draft, named: reference } = selection;
    // Usually choose the next step; otherwise few amendments would reach a final status.
    const next = nextActions[draft.status];
    const actions = ["submit", "agree", "refuse", "accept", "sign", "redraw", "redraw", "withdraw"] as const;
    const onward = next === "agree" && this.#randomBelow(5) === 0 ? "refuse" : next;
    const act = onward && this.#randomBelow(4) > 0 ? onward : this.#pickRandom(actions);
    const description = `${today} ${act} A${draft.number} (${draft.type}, ${draft.day}, ${draft.status})`;
    await this.#amendmentActions[act](draft, reference);
    await app.settle();
    return description;
  }

  /** Ends the contract: terminates it if it would renew, and otherwise lets its last day pass. */
  async finish(): Promise<void> {
    const { model } = this;
    if (model.renews && !model.isOver && model.termination === null) {
      await rep.as.terminateContract({ id: this.id, reason: "They move", effective_date: model.today });
      await app.settle();
      model.endContract("TERMINATED");
    }
    while (!model.isOver) {
      model.advanceTo(addDays(model.today, 34));
      await runScheduleOn(model.today);
    }
  }

  /** The contract and its amendments match the model. */
  async expectModelState(): Promise<void> {
    const { data } = await admin.getContract({ id: this.id });
    expect({ status: data.status, ...pickFigures(data) }).toEqual({ status: this.model.status, ...this.#modelFigures() });
    const { data: all } = await admin.listContractAmendments({ id: this.id, order: "asc" });
    expect(all.map(({ status }) => status)).toEqual(this.model.amendments.map(({ status }) => status));
    expect(data.amendment_count).toBe(this.model.amendments.filter(({ status }) => status === "EFFECTIVE").length);
    expect(data.changes).toHaveLength(this.model.changes);
    for (const { status } of [data, ...all]) seenStatuses.add(String(status));
  }

  #modelFigures(day?: string) {
    return Object.fromEntries(figures.map((figure) => [figure, this.model.figureOn(figure, day)]));
  }

  /** On each day, the figures computed from the first agreement and the changes match the model. */
  async expectModelOnEachDay(): Promise<void> {
    const { data } = await admin.getContract({ id: this.id });
    const storedState = partOf<AgreedState>({
      ...(data.first_agreed ?? pickFigures(data)),
      deliverables: [],
      term_number: 1,
      amendment_count: 0,
    });
    for (let day = this.startDay; day <= addDays(this.model.today, 60); day = addDays(day, 1))
      expect([day, pickFigures(computeAgreedState(storedState, data.changes as Change[], day))]).toEqual([
        day,
        this.#modelFigures(day),
      ]);
  }
}

/** The clock only moves forward: each contract begins after the previous one. */
let clockDay = "2030-01-01";

/** The statuses that contracts and amendments have reached. */
const seenStatuses = new Set<string>();

const finalStatuses = ["EFFECTIVE", "EXPIRED", "REJECTED", "TERMINATED", "VOID", "WITHDRAWN"];
const hasEveryFinalStatus = (): boolean => finalStatuses.every((end) => seenStatuses.has(end));

const MIN_RUNS = resolveTestSize("CRM_RUNS", 2, 6);
/** A few runs may miss a final status, such as VOID; up to this many runs are then made. */
const MAX_RUNS = Math.max(MIN_RUNS, 6);
const runs = Array.from({ length: MAX_RUNS }, (_, nth) => [(seed * 1000 + nth + 1) * 7919, nth] as const);

describe("a contract with amendments", () => {
  it.each(runs)("matches the model after each step, seed %i", async (runSeed, nth) => {
    if (nth >= MIN_RUNS && hasEveryFinalStatus()) return;
    const random = createSeededRandom(runSeed);
    // Contracts begin on the first day of a month.
    const today = addDays(lastDayOfMonth(clockDay, 0), 1);
    app.setClock({ now: `${today}T06:00:00Z` });
    const renews = runSeed % 2 === 0;
    const first = { contract_value: "1200.00", monthly_fee: "100.00", payment_terms: "30 days" };
    const end_date = lastDayOfMonth(today, 1);
    const more = { start_date: today, end_date, auto_renew: renews, renewal_notice_days: 10, renewal_uplift_percent: "10" };
    const { id } = await createActiveContract(app, tenant, admin, { ...first, ...more, owner_id: rep.id });
    const run = new ModelRun(random, id, new ContractModel({ ...first, end_date, term_start_date: today }, today, renews, 10));
    const steps: string[] = [];
    try {
      for (let step = 0; step < 45; step++) {
        steps.push(await run.step());
        await run.expectModelState();
      }
      await run.finish();
      await run.expectModelState();
      await run.expectModelOnEachDay();
    } catch (error) {
      throw new Error(`Seed ${runSeed}:\n${steps.join("\n")}`, { cause: error });
    } finally {
      clockDay = run.model.today;
    }
  });

  it("reaches every final status", () => {
    expect([...seenStatuses].sort()).toEqual(expect.arrayContaining(finalStatuses));
  });
});
