import { type Agreed, agreedAt, type Change } from "@crm/core/contract/agreed.rules.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Random, randomOf, seed } from "../chance.ts";
import { type Client, inForce, lasting } from "../contracts/support.ts";
import { sizeFrom } from "../sample.ts";
import { addUser, PASSWORD, signUp, startTestApp, type Tenant, type TestUser } from "../support.ts";
import { type Drawn, lastOf, Model, plus } from "./model.ts";
import { accepted, amendmentOf, at, signed } from "./support.ts";

/**
 * Whatever is done with a contract and up to four amendments, in whatever order, with a schedule that comes on its day or weeks later: after
 * each step it stands as a slow model says (model.ts), and what it says on each day is what that says of it.
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
  admin = lasting(app, tenant);
  const as = ({ email }: TestUser) => lasting(app, tenant, { email, password: PASSWORD });
  const [manager, director] = [await addUser(app, tenant, "MANAGER"), await addUser(app, tenant, "DIRECTOR")];
  const seller = await addUser(app, tenant, "SALES_REP", { manager_id: manager.id });
  [rep, boss, lawyer] = [{ id: seller.id, as: as(seller) }, as(manager), as(director)];
  const patience = { remind_after_hours: null, escalate_after_hours: null, expire_after_hours: 2160 };
  // Value alone asks nobody, a price two rounds, a term one.
  const definition = {
    legal_review: { types: ["PRICING"], approvers: ["DIRECTOR"], patience },
    levels: [{ name: "Manager", types: ["PRICING", "TERM"], approvers: ["MANAGER"], patience }],
    days_back: 3650,
  };
  const { data } = await admin.createRuleVersion({ kind: "contract_amendment_approval", definition } as never);
  await admin.publishRuleVersion({ kind: "contract_amendment_approval", id: data.id } as never);
});
afterAll(() => app.stop());

/** The schedule comes, as late as it is, and then each minute as long as there may be something to do. */
async function comes(day: string): Promise<void> {
  app.setClock({ now: `${day}T06:00:00Z` });
  await app.settle();
  for (let sweep = 0; sweep < 10; sweep++) {
    app.setClock({ advance: 61_000 });
    await app.settle();
  }
}

const went = (asked: Promise<unknown>): Promise<number> =>
  asked.then(
    () => 200,
    ({ status }: { status: number }) => status,
  );

const figures = ["contract_value", "monthly_fee", "payment_terms", "end_date", "term_start_date"] as const;
const saidIn = (contract: object) =>
  Object.fromEntries(figures.map((figure) => [figure, (contract as Record<string, unknown>)[figure]]));

type Named = { id: string; contract_id: string };

/** What leads an amendment on. */
const along: Readonly<Record<string, "submit" | "agree" | "accept" | "sign">> = {
  ...{ DRAFT: "submit", LEGAL_REVIEW: "agree", INTERNAL_APPROVAL: "agree", CUSTOMER_APPROVAL: "accept", SIGNING: "sign" },
};

/** One contract, its amendments, and what is done with them. */
class Run {
  readonly ids: Named[] = [];
  readonly #random: Random;
  readonly model: Model;
  readonly id: string;
  readonly begun: string;
  #days = 0;

  constructor(random: Random, id: string, model: Model) {
    this.#random = random;
    this.id = id;
    this.model = model;
    this.begun = model.today;
  }

  #below(most: number): number {
    return Math.floor(this.#random() * most);
  }

  #among<T>(all: readonly T[]): T {
    return all[this.#below(all.length)] as T;
  }

  #amendment(): { drawn: Drawn; named: Named } | undefined {
    const which = this.#below(this.ids.length);
    const [drawn, named] = [this.model.amendments[which], this.ids[which]];
    return drawn && named ? { drawn, named } : undefined;
  }

  readonly #ofOne = {
    submit: (drawn: Drawn, named: Named) => {
      const isReady = drawn.status === "DRAFT" && !this.model.isOver;
      const first = { VALUE: this.#afterHouse(drawn), PRICING: "LEGAL_REVIEW", TERM: "INTERNAL_APPROVAL" }[drawn.type];
      if (isReady && !this.model.mayBegin(drawn.day)) return this.#is(rep.as.submitContractAmendment(at(named)), 400);
      return this.#fresh(drawn, isReady, rep.as.submitContractAmendment(at(named)), () => {
        drawn.status = first;
      });
    },
    agree: (drawn: Drawn, named: Named) => {
      const who = drawn.status === "LEGAL_REVIEW" ? lawyer : boss;
      const next = { LEGAL_REVIEW: "INTERNAL_APPROVAL", INTERNAL_APPROVAL: this.#afterHouse(drawn) }[drawn.status];
      return this.#is(who.approveContractAmendment(at(named) as never), next ? 200 : 409, () => {
        drawn.status = String(next);
      });
    },
    refuse: (drawn: Drawn, named: Named) => {
      const isAsked = drawn.status === "LEGAL_REVIEW" || drawn.status === "INTERNAL_APPROVAL";
      const who = drawn.status === "LEGAL_REVIEW" ? lawyer : boss;
      return this.#is(who.rejectContractAmendment({ ...at(named), comment: "No" } as never), isAsked ? 200 : 409, () => {
        drawn.status = "REJECTED";
      });
    },
    accept: (drawn: Drawn, named: Named) =>
      this.#fresh(drawn, drawn.status === "CUSTOMER_APPROVAL", accepted(app, tenant, admin, named), () => {
        drawn.status = "SIGNING";
      }),
    sign: async (drawn: Drawn, named: Named) => {
      // Of a last day that is over by then, the model says nothing.
      if (drawn.asked.end_date && drawn.asked.end_date < this.model.today) return;
      await this.#fresh(drawn, drawn.status === "SIGNING", signed(app, tenant, admin, named), () => this.model.bind(drawn));
    },
    redraw: async (drawn: Drawn, named: Named) => {
      const isOpen = !["SIGNED", "EFFECTIVE", "WITHDRAWN", "VOID"].includes(drawn.status) && !this.model.isOver;
      if (isOpen && !this.model.mayBegin(drawn.day)) return;
      await this.#is(rep.as.refreshContractAmendment(at(named)), isOpen ? 200 : 409, () => {
        drawn.status = "DRAFT";
        this.model.draw(drawn);
      });
    },
    withdraw: (drawn: Drawn, named: Named) => {
      const isOpen = !["SIGNED", "EFFECTIVE", "WITHDRAWN", "VOID", "REJECTED"].includes(drawn.status);
      return this.#is(rep.as.withdrawContractAmendment(at(named) as never), isOpen ? 200 : 409, () => {
        drawn.status = "WITHDRAWN";
      });
    },
  };

  readonly #ofAll = {
    create: async () => {
      const { model } = this;
      const number = model.amendments.length + 1;
      if (number > 4) return;
      const day = plus(model.today, this.#below(40) - 10);
      if (day < this.begun || (!model.isOver && !model.mayBegin(day))) return;
      const type = this.#among(["VALUE", "PRICING", "TERM"] as const);
      const all: Record<Drawn["type"], Drawn["asked"]> = {
        VALUE: this.#below(2) === 0 ? { more: 1050 + number } : { contract_value: `${2000 + number}.00` },
        PRICING: { monthly_fee: `${50 + number}.00`, payment_terms: `${number} days` },
        TERM: { end_date: lastOf(plus(model.today, 40), 1 + number) },
      };
      const asked = all[type];
      const byCustomer = this.#below(2) === 0;
      const drawn: Drawn = { number, type, day, asked, before: {}, after: {}, status: "DRAFT", byCustomer };
      const more = asked.more === undefined ? asked : { value_delta: (asked.more / 100).toFixed(2) };
      const said = { amendment_type: type, effective_date: day, requires_customer_approval: byCustomer, ...more };
      const made = amendmentOf(rep.as, this.id, said);
      if (model.isOver) return expect(await went(made)).toBe(409);
      this.ids.push(await made);
      model.draw(drawn);
      model.amendments.push(drawn);
    },
    terminate: async () => {
      const { model } = this;
      if (this.#days < 30) return;
      const day = plus(model.today, this.#below(20));
      if (!model.isOver && model.termination === null && day > model.on("end_date")) return;
      const isFree = !model.isOver && model.termination === null;
      const asked = rep.as.terminateContract({ id: this.id, reason: "They move", effective_date: day } as never);
      await this.#is(asked, isFree ? 200 : 409, () => {
        model.termination = day;
        if (day === model.today) model.end("TERMINATED");
      });
    },
    goOn: () => {
      const { model } = this;
      const isGiven = !model.isOver && model.termination !== null;
      return this.#is(rep.as.withdrawContractTermination({ id: this.id }), isGiven ? 200 : 409, () => {
        model.termination = null;
      });
    },
    wait: async () => {
      // On the next days, or so late that terms have ended meanwhile.
      const days = this.#among([1, 2, 5, 12, 34]);
      if (this.#days + days > 85) return;
      this.#days += days;
      this.model.until(plus(this.model.today, days));
      await comes(this.model.today);
    },
  };

  #afterHouse(drawn: Drawn): string {
    return drawn.byCustomer ? "CUSTOMER_APPROVAL" : "SIGNING";
  }

  async #is(asked: Promise<unknown>, expected: number, then: () => void = () => undefined): Promise<void> {
    expect(await went(asked)).toBe(expected);
    if (expected === 200) then();
  }

  #fresh(drawn: Drawn, isReady: boolean, asked: Promise<unknown>, then: () => void): Promise<void> {
    return this.#is(asked, isReady && this.model.isFresh(drawn) ? 200 : 409, then);
  }

  async step(): Promise<string> {
    const chosen = this.#amendment();
    const { today } = this.model;
    const isRare = this.#below(12) === 0;
    if (!chosen || this.#below(10) < 3) {
      const act = isRare ? this.#among(["terminate", "goOn"] as const) : this.#among(["create", "wait"] as const);
      await this.#ofAll[act]();
      await app.settle();
      return `${today} ${act}`;
    }
    const { drawn, named } = chosen;
    // More often than not the next one on its way: else few would come to their end.
    const next = along[drawn.status];
    const any = ["submit", "agree", "refuse", "accept", "sign", "redraw", "redraw", "withdraw"] as const;
    const onward = next === "agree" && this.#below(5) === 0 ? "refuse" : next;
    const act = onward && this.#below(4) > 0 ? onward : this.#among(any);
    const what = `${today} ${act} A${drawn.number} (${drawn.type}, ${drawn.day}, ${drawn.status})`;
    await this.#ofOne[act](drawn, named);
    await app.settle();
    return what;
  }

  /** The contract comes to its end: terminated when it would be renewed, else by its last day. */
  async ends(): Promise<void> {
    const { model } = this;
    if (model.renews && !model.isOver && model.termination === null) {
      await rep.as.terminateContract({ id: this.id, reason: "They move", effective_date: model.today } as never);
      await app.settle();
      model.end("TERMINATED");
    }
    while (!model.isOver) {
      model.until(plus(model.today, 34));
      await comes(model.today);
    }
  }

  /** It stands as the model says. */
  async agrees(): Promise<void> {
    const { data } = await admin.getContract({ id: this.id });
    expect({ status: data.status, ...saidIn(data) }).toEqual({ status: this.model.status, ...this.#saidOn() });
    const { data: all } = await admin.listContractAmendments({ id: this.id, order: "asc" } as never);
    expect(all.map(({ status }) => status)).toEqual(this.model.amendments.map(({ status }) => status));
    expect(data.amendment_count).toBe(this.model.amendments.filter(({ status }) => status === "EFFECTIVE").length);
    expect(data.changes).toHaveLength(this.model.changes);
    for (const { status } of [data, ...all]) seen.add(String(status));
  }

  #saidOn(day?: string) {
    return Object.fromEntries(figures.map((figure) => [figure, this.model.on(figure, day)]));
  }

  /** On each day it says what the model says, and what is kept of it by first agreement and changes. */
  async agreesOnEachDay(): Promise<void> {
    const { data } = await admin.getContract({ id: this.id });
    const kept = {
      ...(data.first_agreed ?? saidIn(data)),
      deliverables: [],
      term_number: 1,
      amendment_count: 0,
    } as unknown as Agreed;
    for (let day = this.begun; day <= plus(this.model.today, 60); day = plus(day, 1))
      expect([day, saidIn(agreedAt(kept, data.changes as unknown as Change[], day))]).toEqual([day, this.#saidOn(day)]);
  }
}

/** The clock goes forward only: each contract begins behind the one before. */
let reached = "2030-01-01";

/** What contracts and amendments have come to. */
const seen = new Set<string>();

const ends = ["EFFECTIVE", "EXPIRED", "REJECTED", "TERMINATED", "VOID", "WITHDRAWN"];
const hasEach = (): boolean => ends.every((end) => seen.has(end));

const RUNS = sizeFrom("CRM_RUNS", 2, 6);
/** Few runs may void no amendment, for example: then more follow, up to so many. */
const MOST_RUNS = Math.max(RUNS, 6);
const runs = Array.from({ length: MOST_RUNS }, (_, nth) => [(seed * 1000 + nth + 1) * 7919, nth] as const);

describe("a contract with amendments", () => {
  it.each(runs)("stands as the model says after each step, of seed %i", async (own, nth) => {
    if (nth >= RUNS && hasEach()) return;
    const random = randomOf(own);
    // Contracts begin on the first of a month.
    const today = plus(lastOf(reached, 0), 1);
    app.setClock({ now: `${today}T06:00:00Z` });
    const renews = own % 2 === 0;
    const first = { contract_value: "1200.00", monthly_fee: "100.00", payment_terms: "30 days" };
    const end_date = lastOf(today, 1);
    const more = { start_date: today, end_date, auto_renew: renews, renewal_notice_days: 10, renewal_uplift_percent: "10" };
    const { id } = await inForce(app, tenant, admin, { ...first, ...more, owner_id: rep.id });
    const run = new Run(random, id, new Model({ ...first, end_date, term_start_date: today }, today, renews, 10));
    const steps: string[] = [];
    try {
      for (let step = 0; step < 45; step++) {
        steps.push(await run.step());
        await run.agrees();
      }
      await run.ends();
      await run.agrees();
      await run.agreesOnEachDay();
    } catch (error) {
      throw new Error(`Seed ${own}:\n${steps.join("\n")}`, { cause: error });
    } finally {
      reached = run.model.today;
    }
  });

  it("comes to each end that there is", () => {
    expect([...seen].sort()).toEqual(expect.arrayContaining(ends));
  });
});
