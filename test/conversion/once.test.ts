import { lookAfter, run } from "@crm/core/conversion/move.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Database } from "@crm/core/kernel/ports.ts";
import { outsideBatch } from "@crm/core/storage/table/batch.ts";
import type { Item } from "@crm/core/storage/table/item.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { InjectedFaults } from "@crm/local/table-engine/injected-faults.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { chanceOf } from "../chance.ts";
import { clockOf } from "../clock/support.ts";
import { walk } from "../person/support.ts";
import { sizeFrom } from "../sample.ts";
import { inProcess, newLead, signIn, signUp, startTestApp, type Tenant } from "../support.ts";

const faults = new InjectedFaults(chanceOf("faults of the table"));
let app: App;
let tenant: Tenant;
/** Looks at each command before it goes out, and at its answer, which it may change. */
let before: ((command: object) => Promise<void> | void) | undefined;
let after: ((command: object, answer: { Items?: Item[] }) => Promise<void> | void) | undefined;

beforeAll(async () => {
  // Nothing is derived here, so nothing calls a worker: the tests do.
  app = await startTestApp({ faults, stream: () => async () => ({ batchItemFailures: [] }) });
  tenant = await signUp(app);
  const { database } = app.ports;
  const send = database.send.bind(database);
  (database as { send: Database["send"] }).send = async (command, scope) => {
    await before?.(command);
    const answer = await send(command, scope);
    await after?.(command, answer as never);
    return answer;
  };
});
afterAll(() => app.stop());
afterEach(() => {
  before = undefined;
  after = undefined;
});

type Input = Record<string, unknown>;

const isTransaction = (command: object): boolean => command.constructor.name === "TransactWriteCommand";
/** A transaction that converts a lead: it alone makes a conversion. */
const converts = (command: object): boolean => isTransaction(command) && JSON.stringify(command).includes('"cnv_');

/** Does something once, before the first command of a kind goes out. */
function beforeFirst(is: (command: object) => boolean, work: () => Promise<unknown>): void {
  before = async (command) => {
    if (!is(command)) return;
    before = undefined;
    await outsideBatch(work);
  };
}

const make = async (more: Input = {}) => (await tenant.admin.createLead(newLead(more))).data;
const convert = async (id: string, more: Input = {}, options: { idempotencyKey?: string } = {}) =>
  (await tenant.admin.convertLead({ id, override_reason: "known", ...more } as never, options)).data;
/** What came of it: the answer, or the status of the refusal. */
const outcome = (asked: Promise<Converted>): Promise<Converted | number> =>
  asked.catch((error: { status?: number }) => error.status ?? 0);
type Converted = Awaited<ReturnType<typeof convert>>;

const moving = (id: string, ms = 60_000) => runIn(systemContext(app.ports, tenant.id, "conversion"), () => run(id, ms));
const again = async (id: string) => {
  const due_at = await clockOf(app, tenant, id, "attention");
  await runIn(systemContext(app.ports, tenant.id, "conversion"), () => lookAfter(id, due_at));
};
const statusOf = async (lead: string) => (await tenant.admin.getLeadConversion({ id: lead })).data.status;

const log = (id: string, subject: string) =>
  tenant.admin.logLeadActivity({ id, subject, activity_type_id: "call" } as never).then(({ data }) => data);
const ofLead = async (id: string): Promise<string[]> =>
  (await walk((page) => tenant.admin.listLeadActivities({ id, limit: 100, ...page } as never) as never)).map((row) =>
    String(row.id),
  );
const ofOpportunity = async (id: string): Promise<string[]> =>
  (await walk((page) => tenant.admin.listOpportunityActivities({ id, limit: 100, ...page } as never) as never)).map((row) =>
    String(row.id),
  );

/** The leads of a storm: some share a company, some a person, some both, and most nothing. */
async function storm(count: number, mark: string): Promise<{ id: string; personal_key_id: string; company: string | null }[]> {
  const kinds = [
    (n: number): Input => ({ company: `${mark} Shared ${n % 3} Ltd` }),
    (n: number): Input => ({ ...personOf(n % 3), company: undefined }),
    (n: number): Input => ({ ...personOf(n % 2), company: `${mark} Shared ${n % 2}, Inc.` }),
    (n: number): Input => ({ company: `${mark} Alone ${n}` }),
    (): Input => ({ company: undefined }),
  ];
  const personOf = (n: number): Input => ({ first_name: "Same", last_name: `Person${n}`, email: `${mark}.${n}@same.example` });
  for (const n of [0, 1, 2]) await make(personOf(n));
  const leads = [];
  for (let n = 0; n < count; n++) leads.push(await make(kinds[n % kinds.length]?.(Math.floor(n / kinds.length))));
  return leads as never;
}

/** Each lead is converted by `times` callers at the same moment; `callers` are at work at once. */
async function converted(ids: readonly string[], callers: number, times: number): Promise<Map<string, (Converted | number)[]>> {
  const waiting = ids.flatMap((id) => Array.from({ length: times }, () => id));
  const told = new Map<string, (Converted | number)[]>(ids.map((id) => [id, []]));
  const caller = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) told.get(id)?.push(await outcome(convert(id)));
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return told;
}

const folded = (company: string | null): string | undefined => company?.replace(/(,? (Ltd|Inc\.))$/, "").toLowerCase();

/** One answer for each lead, and records that are as many as they should be. */
async function checked(leads: Awaited<ReturnType<typeof storm>>, told: Map<string, (Converted | number)[]>): Promise<void> {
  const made = new Map<string, Converted>();
  for (const [lead, answers] of told) {
    const [one, ...others] = answers.filter((answer) => typeof answer !== "number");
    expect(others).toEqual([]);
    expect(answers.filter((answer) => typeof answer === "number" && answer !== 409)).toEqual([]);
    if (one) made.set(lead, one);
  }
  expect(made.size).toBe(leads.length);
  const customers = new Map<string, Set<string>>();
  for (const { id, personal_key_id, company } of leads) {
    const { customer, contact, opportunity, conversion } = made.get(id) as Converted;
    const { data: now } = await tenant.admin.getLead({ id });
    expect(now).toMatchObject({
      is_converted: true,
      converted_customer_id: customer.id,
      converted_contact_id: contact.id,
      converted_opportunity_id: opportunity.id,
    });
    expect([conversion.lead_id, opportunity.lead_id]).toEqual([id, id]);
    const who = folded(company) ?? personal_key_id;
    customers.set(who, (customers.get(who) ?? new Set()).add(customer.id));
  }
  expect([...customers].filter(([, ids]) => ids.size > 1)).toEqual([]);
  const all = [...made.values()];
  const wanted = new Set([...customers.values()].flatMap((ids) => [...ids]));
  const rows = async (list: "listCustomers" | "listContacts" | "listOpportunities") =>
    walk((page) => tenant.admin[list]({ limit: 100, ...page } as never) as never);
  const since = (row: Input) => wanted.has(String(row.customer_id ?? row.id));
  expect((await rows("listCustomers")).filter(since)).toHaveLength(wanted.size);
  const contacts = (await rows("listContacts")).filter(since);
  const places = new Set(contacts.map((row) => `${row.customer_id} ${row.personal_key_id}`));
  expect([contacts.length, places.size]).toEqual([new Set(all.map(({ contact }) => contact.id)).size, contacts.length]);
  expect((await rows("listOpportunities")).filter(since)).toHaveLength(leads.length);
  expect(new Set(all.map(({ opportunity }) => opportunity.id)).size).toBe(leads.length);
}

describe("a lead is converted once", () => {
  const LEADS = sizeFrom("CRM_LEADS", 15, 60);
  const ROUGH = sizeFrom("CRM_LEADS", 15, 40);
  const CALLERS = sizeFrom("CRM_CALLERS", 15, 50);

  it(`by one of those who do it at the same moment: ${CALLERS} callers over ${LEADS} leads`, async () => {
    const leads = await storm(LEADS, "calm");
    await checked(
      leads,
      await converted(
        leads.map(({ id }) => id),
        CALLERS,
        4,
      ),
    );
  });

  it("also when the table is in conflict, busy, and its answers are lost", async () => {
    const leads = await storm(ROUGH, "rough");
    Object.assign(faults.shares, { conflict: 0.1, throttling: 0.05, lostAnswer: 0.15 });
    const told = await converted(
      leads.map(({ id }) => id),
      20,
      3,
    );
    Object.assign(faults.shares, { conflict: 0, throttling: 0, lostAnswer: 0 });
    console.log(`injected: ${JSON.stringify(faults.counts)}`);
    expect(Object.values(faults.counts).filter((each) => each === 0)).toEqual([]);
    await checked(leads, told);
  });

  it("and gives whoever repeats it under the same key the same answer", async () => {
    const lead = await make();
    const key = { idempotencyKey: `convert-${lead.id}` };
    const told = await Promise.all([1, 2, 3, 4].map(() => outcome(convert(lead.id, {}, key))));
    const answers = told.filter((answer) => typeof answer !== "number");
    expect(answers.length).toBeGreaterThan(0);
    expect(told.filter((answer) => typeof answer === "number" && answer !== 409)).toEqual([]);
    for (const answer of [...answers, await convert(lead.id, {}, key)]) expect(answer).toEqual(answers[0]);
    expect(await outcome(convert(lead.id))).toBe(409);
  });

  it("and so are two of a new company, to one customer", async () => {
    for (let round = 0; round < 5; round++) {
      const leads = await Promise.all([0, 1].map((n) => make({ company: `New ${round}${n === 0 ? "" : " GmbH"}` })));
      const made = await Promise.all(leads.map(({ id }) => convert(id)));
      expect(new Set(made.map(({ customer }) => customer.id)).size).toBe(1);
      expect(made.map(({ conversion }) => conversion.customer_is_new).sort()).toEqual([false, true]);
    }
  });

  it("and so are 8 to a customer, and to an opportunity, that they name", async () => {
    const first = await convert((await make()).id);
    for (const named of [{ customer_id: first.customer.id }, { opportunity_id: first.opportunity.id }]) {
      const leads = await Promise.all(Array.from({ length: 8 }, () => make()));
      const made = await Promise.all(leads.map(({ id }) => convert(id, named)));
      expect(new Set(made.map(({ customer }) => customer.id))).toEqual(new Set([first.customer.id]));
    }
  });
});

describe("what changes between reading and writing", () => {
  it("is the company, which another lead makes a customer", async () => {
    const [one, two] = [await make({ company: "Meanwhile Ltd" }), await make({ company: "Meanwhile" })];
    let other: Converted | undefined;
    beforeFirst(converts, async () => {
      other = await convert(two.id);
    });
    const made = await convert(one.id);
    expect(made.customer.id).toBe(other?.customer.id);
    expect(made.conversion.customer_is_new).toBe(false);
  });

  it("is the company, which another lead makes a customer once it was looked for", async () => {
    const [one, two] = [await make({ company: "Just Then Ltd" }), await make({ company: "Just Then" })];
    let other: Converted | undefined;
    after = async (command) => {
      if (!/^(Batch)?GetCommand$/.test(command.constructor.name) || !JSON.stringify(command).includes("#NAME#")) return;
      after = undefined;
      await outsideBatch(async () => {
        other = await convert(two.id);
      });
    };
    expect((await convert(one.id)).customer.id).toBe(other?.customer.id);
  });

  it("is the person, whom another lead makes a customer and contact", async () => {
    const one = await make({ company: undefined });
    const two = await make({ company: undefined, personal_key_id: one.personal_key_id, email: undefined });
    let other: Converted | undefined;
    beforeFirst(converts, async () => {
      other = await convert(two.id);
    });
    const made = await convert(one.id);
    expect([made.customer.id, made.contact.id]).toEqual([other?.customer.id, other?.contact.id]);
  });

  it("is the lead, which is deleted", async () => {
    const lead = await make({ company: "Of Nobody" });
    beforeFirst(converts, () => tenant.admin.deleteLead({ id: lead.id }));
    expect(await outcome(convert(lead.id))).toBe(404);
    await tenant.admin.restoreLead({ id: lead.id });
    expect((await convert(lead.id)).conversion.customer_is_new).toBe(true);
  });

  it("is the lead, whose company is edited", async () => {
    const lead = await make({ company: "Before The Edit" });
    beforeFirst(converts, () => tenant.admin.updateLead({ id: lead.id, company: "After The Edit", need: "More" }));
    const { lead: now, opportunity, customer } = await convert(lead.id);
    expect([now.need, opportunity.name, customer.name]).toEqual(["More", "After The Edit", "After The Edit"]);
    expect((await tenant.admin.getLead({ id: lead.id })).data).toMatchObject({ need: "More", is_converted: true });
  });

  it("is the customer that is found, which is deleted: before it is read, or before it is written", async () => {
    const asksOf = (id: string) => (command: object) =>
      command.constructor.name === "GetCommand" && JSON.stringify(command).includes(id);
    for (const at of ["read", "written"]) {
      const { data: known } = await tenant.admin.createCustomer({ name: `Gone When ${at}` } as never);
      const lead = await make({ company: `Gone when ${at}` });
      beforeFirst(at === "read" ? asksOf(known.id) : converts, () => tenant.admin.deleteCustomer({ id: known.id }));
      const made = await convert(lead.id);
      expect([made.customer.id === known.id, made.conversion.customer_is_new]).toEqual([false, true]);
      expect((await tenant.admin.getCustomer({ id: made.customer.id })).data.deleted_at).toBeNull();
    }
  });

  it("is the customer that is named, which is deleted, or edited", async () => {
    const { data: gone } = await tenant.admin.createCustomer({ name: "Named And Gone" } as never);
    const lead = await make();
    beforeFirst(converts, () => tenant.admin.deleteCustomer({ id: gone.id }));
    expect(await outcome(convert(lead.id, { customer_id: gone.id }))).toBe(400);
    const { data: edited } = await tenant.admin.createCustomer({ name: "Named And Edited" } as never);
    beforeFirst(converts, () => tenant.admin.updateCustomer({ id: edited.id, description: "Edited" }));
    expect((await convert(lead.id, { customer_id: edited.id })).customer).toMatchObject({ id: edited.id, description: "Edited" });
  });

  it("is the person, who is merged: before, during and after", async () => {
    for (const at of ["before", "during", "after"]) {
      const lead = await make({ company: `Merged ${at}` });
      const other = await make({ company: `Merged ${at}` });
      const { customer, contact } = await convert(other.id);
      const merge = () => tenant.admin.mergePersons({ id: other.personal_key_id, merged_id: lead.personal_key_id });
      if (at === "before") await merge();
      if (at === "during") beforeFirst(converts, merge);
      const made = await convert(lead.id);
      if (at === "after") await merge();
      expect(made.customer.id).toBe(customer.id);
      // What each had before they were one, stays theirs; one person is a contact once.
      expect(made.contact.id === contact.id).toBe(at === "before");
      for (const { id } of [lead, other]) expect((await tenant.admin.getLead({ id })).data.is_converted).toBe(true);
    }
  });
});

describe("activities follow the lead", () => {
  // Moved in parts: of six, the first and the fifth are looked at.
  const MANY = sizeFrom("CRM_MANY", 550, 1000);
  const SOME = sizeFrom("CRM_MANY", 120, 220);

  /** A lead with many activities, and their ids. */
  async function busy(count: number): Promise<{ id: string; activities: string[] }> {
    const { id } = await make();
    const activities: string[] = [];
    const logger = async (): Promise<void> => {
      while (activities.length < count) {
        activities.push("");
        const at = activities.length - 1;
        activities[at] = (await log(id, `A${at}`)).id;
      }
    };
    await logger();
    return { id, activities };
  }

  const sorted = (ids: Iterable<string>) => [...ids].sort();

  /** Nothing is missing for who looks at the lead first, and nothing is seen twice by who looks at the opportunity first. */
  async function eachInOnePlace(lead: string, opportunity: string, activities: readonly string[]): Promise<number> {
    const seen = new Set([...(await ofLead(lead)), ...(await ofOpportunity(opportunity))]);
    expect(activities.filter((id) => !seen.has(id))).toEqual([]);
    const there = new Set(await ofOpportunity(opportunity));
    const here = await ofLead(lead);
    expect(here.filter((id) => there.has(id))).toEqual([]);
    return here.length;
  }

  it(`all ${MANY} of them, each in one place whenever one looks, also when one is logged meanwhile`, async () => {
    const { id, activities } = await busy(MANY);
    beforeFirst(converts, async () => {
      activities.push((await log(id, "Logged before it is written")).id);
    });
    const { opportunity, conversion, follow_up } = await convert(id);
    const left: number[] = [];
    let parts = 0;
    before = async (command) => {
      if (!isTransaction(command) || ++parts % 4 !== 1) return;
      const looking = before;
      before = undefined;
      await outsideBatch(async () => {
        left.push(await eachInOnePlace(id, opportunity.id, activities));
        const logged = await log(id, "Logged while they move");
        expect(logged).toMatchObject({ related_to_type: "opportunity", related_to_id: opportunity.id });
        activities.push(logged.id);
      });
      before = looking;
    };
    await moving(conversion.id);
    before = undefined;
    expect(left[0]).toBe(MANY + 1);
    expect(left.at(-1)).toBeLessThan(MANY / 2);
    expect(await eachInOnePlace(id, opportunity.id, activities)).toBe(0);
    expect(sorted(await ofOpportunity(opportunity.id))).toEqual(sorted([...activities, follow_up.id]));
    expect(await statusOf(id)).toBe("MOVED");
  });

  it.each(["before", "after"] as const)("all of them, when the worker is killed %s any of its writes", async (side) => {
    const { id, activities } = await busy(SOME);
    const { opportunity, conversion } = await convert(id);
    const struck: string[] = [];
    for (let life = 0; (await statusOf(id)) !== "MOVED"; life++) {
      let writes = 0;
      // One write further at each life, so that every place is struck.
      const strike = (command: object): void => {
        if (!/Put|Update|Transact/.test(command.constructor.name) || ++writes <= life % 4) return;
        struck.push(command.constructor.name);
        throw new Error("killed");
      };
      if (side === "before") before = strike;
      else after = strike;
      await moving(conversion.id).catch(() => undefined);
      before = undefined;
      after = undefined;
      await eachInOnePlace(id, opportunity.id, activities);
      if (life > 100) throw new Error("It gets no further");
    }
    console.log(`killed ${struck.length} times ${side} a write: ${[...new Set(struck)].join(", ")}`);
    expect(new Set(struck).size).toBe(3);
    expect(await eachInOnePlace(id, opportunity.id, activities)).toBe(0);
  });

  it("one that is logged at the same moment goes where the lead went", async () => {
    const lead = await make();
    let made: Converted | undefined;
    beforeFirst(isTransaction, async () => {
      made = await convert(lead.id);
    });
    const logged = await log(lead.id, "At the same moment");
    expect(logged).toMatchObject({ related_to_type: "opportunity", related_to_id: made?.opportunity.id });
    expect(await ofLead(lead.id)).toEqual([]);
  });

  it("one that another worker moved and a user edited at the same moment keeps both changes", async () => {
    const { id, activities } = await busy(120);
    const { opportunity, conversion, follow_up } = await convert(id);
    let n = 0;
    let edited = "";
    before = async (command) => {
      if (!isTransaction(command) || ++n !== 2) return;
      before = undefined;
      edited = activities.find((activity) => JSON.stringify(command).includes(activity)) ?? "";
      await outsideBatch(async () => {
        await moving(conversion.id);
        await tenant.admin.updateActivity({ id: edited, subject: "Edited" } as never);
      });
    };
    await moving(conversion.id);
    expect(n).toBe(2);
    expect((await tenant.admin.getActivity({ id: edited })).data).toMatchObject({ subject: "Edited", version: 3 });
    expect(await ofLead(id)).toEqual([]);
    expect(sorted(await ofOpportunity(opportunity.id))).toEqual(sorted([...activities, follow_up.id]));
    expect((await tenant.admin.getActivity({ id: activities[70] as string })).data.version).toBe(2);
  });

  it("by one worker: who was called before writes nothing more", async () => {
    const { id } = await busy(60);
    const { conversion } = await convert(id);
    let written = 0;
    before = async (command) => {
      if (!isTransaction(command) || !JSON.stringify(command).includes('"act_')) return;
      written++;
      if (written !== 1) return;
      // Another was called, and was killed before it did anything.
      await outsideBatch(() => moving(conversion.id).catch(() => undefined));
    };
    let calls = 0;
    after = (command) => {
      if (command.constructor.name === "UpdateCommand" && ++calls === 2) throw new Error("killed");
    };
    await moving(conversion.id);
    expect(written).toBe(1);
    expect(await ofLead(id)).toHaveLength(60);
    before = undefined;
    after = undefined;
    await moving(conversion.id);
    expect(await ofLead(id)).toEqual([]);
  });

  it("also one that its index did not show: it is looked for again", async () => {
    const { id, activities } = await busy(3);
    const { opportunity, conversion } = await convert(id);
    after = (command, answer) => {
      if (command.constructor.name === "QueryCommand" && answer.Items)
        answer.Items = answer.Items.filter(({ sk, id }) => sk !== activities[1] && id !== activities[1]);
    };
    await moving(conversion.id);
    after = undefined;
    expect([await statusOf(id), await ofLead(id)]).toEqual(["MOVED", [activities[1]]]);
    app.setClock({ advance: 121_000 });
    tenant.admin = createClient(inProcess(app, (await signIn(app, tenant)).access_token));
    await again(conversion.id);
    expect(await ofLead(id)).toEqual([]);
    expect(await ofOpportunity(opportunity.id)).toHaveLength(4);
  });

  it("however often a worker was stopped before it got anywhere", async () => {
    const { id } = await busy(3);
    const { conversion } = await convert(id);
    before = (command) => {
      if (isTransaction(command)) throw new Error("killed");
    };
    for (let life = 0; life < 12; life++) await moving(conversion.id).catch(() => undefined);
    before = undefined;
    await moving(conversion.id);
    await moving(conversion.id);
    expect([await statusOf(id), await ofLead(id)]).toEqual(["MOVED", []]);
  });
});
