import { run, scheduleRecovery } from "@crm/core/accounts/conversion/repoint.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Database } from "@crm/core/kernel/ports.ts";
import type { Item } from "@crm/core/storage/table/item.ts";
import { runOutsideBatch } from "@crm/core/storage/table/transaction-batch.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { InjectedFaults } from "@crm/local/table-engine/injected-faults.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { readAllPages } from "../../people/person/support.ts";
import { readClock } from "../../storage/scheduler/support.ts";
import { inProcessTransport, newLead, signIn, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";
import { resolveTestSize } from "../../support/sample.ts";

const faults = new InjectedFaults(createTestRandom("faults of the table"));
let app: App;
let tenant: Tenant;
/** Hooks that run before each command is sent and after its answer arrives. The second may change the answer. */
let beforeCommand: ((command: object) => Promise<void> | void) | undefined;
let afterCommand: ((command: object, answer: { Items?: Item[] }) => Promise<void> | void) | undefined;

beforeAll(async () => {
  // The stream delivers nothing here: the tests run the workers themselves.
  app = await startTestApp({ faults, stream: () => async () => ({ batchItemFailures: [] }) });
  tenant = await signUp(app);
  const { database } = app.ports;
  const send = database.send.bind(database);
  (database as { send: Database["send"] }).send = async (command, scope) => {
    await beforeCommand?.(command);
    const answer = await send(command, scope);
    await afterCommand?.(command, answer as { Items?: Item[] });
    return answer;
  };
});
afterAll(() => app.stop());
afterEach(() => {
  beforeCommand = undefined;
  afterCommand = undefined;
});

type Input = Record<string, unknown>;

const isTransaction = (command: object): boolean => command.constructor.name === "TransactWriteCommand";
/** A transaction that converts a lead: only conversions write a conversion id. */
const isConversion = (command: object): boolean => isTransaction(command) && JSON.stringify(command).includes('"cnv_');

/** Runs `work` once, before the first command that matches. */
function runBeforeFirst(isTarget: (command: object) => boolean, work: () => Promise<unknown>): void {
  beforeCommand = async (command) => {
    if (!isTarget(command)) return;
    beforeCommand = undefined;
    await runOutsideBatch(work);
  };
}

const createLead = async (more: Input = {}) => (await tenant.admin.createLead(newLead(more))).data;
const convertLead = async (id: string, more: Input = {}, options: { idempotencyKey?: string } = {}) =>
  (await tenant.admin.convertLead({ id, override_reason: "known", ...more }, options)).data;
/** The result of a conversion, or the HTTP status of its rejection. */
const readOutcome = (request: Promise<ConversionResult>): Promise<ConversionResult | number> =>
  request.catch((error: { status?: number }) => error.status ?? 0);
type ConversionResult = Awaited<ReturnType<typeof convertLead>>;

const runMove = (id: string, ms = 60_000) => runIn(systemContext(app.ports, tenant.id, "conversion"), () => run(id, ms));
const resumeMove = async (id: string) => {
  const due_at = await readClock(app, tenant, id, "attention");
  await runIn(systemContext(app.ports, tenant.id, "conversion"), () => scheduleRecovery(id, due_at));
};
const readStatus = async (lead: string) => (await tenant.admin.getLeadConversion({ id: lead })).data.status;

const logActivity = (id: string, subject: string) =>
  tenant.admin.logLeadActivity({ id, subject, activity_type_id: "call" }).then(({ data }) => data);
const listLeadActivities = async (id: string): Promise<string[]> =>
  (await readAllPages((page) => tenant.admin.listLeadActivities({ id, limit: 100, ...page }))).map((row) => String(row.id));
const listOpportunityActivities = async (id: string): Promise<string[]> =>
  (await readAllPages((page) => tenant.admin.listOpportunityActivities({ id, limit: 100, ...page }))).map((row) =>
    String(row.id),
  );

/** Leads for concurrent conversion: some share a company, some a person, some both, and most share nothing. */
async function createMixedLeads(
  count: number,
  mark: string,
): Promise<{ id: string; personal_key_id: string; company: string | null }[]> {
  const kinds = [
    (n: number): Input => ({ company: `${mark} Shared ${n % 3} Ltd` }),
    (n: number): Input => ({ ...buildPerson(n % 3), company: undefined }),
    (n: number): Input => ({ ...buildPerson(n % 2), company: `${mark} Shared ${n % 2}, Inc.` }),
    (n: number): Input => ({ company: `${mark} Alone ${n}` }),
    (): Input => ({ company: undefined }),
  ];
  const buildPerson = (n: number): Input => ({ first_name: "Same", last_name: `Person${n}`, email: `${mark}.${n}@same.example` });
  for (const n of [0, 1, 2]) await createLead(buildPerson(n));
  const leads = [];
  for (let n = 0; n < count; n++) leads.push(await createLead(kinds[n % kinds.length]?.(Math.floor(n / kinds.length))));
  return leads;
}

/** Converts each lead `times` times at once, with at most `callers` callers in parallel. */
async function convertConcurrently(
  ids: readonly string[],
  callers: number,
  times: number,
): Promise<Map<string, (ConversionResult | number)[]>> {
  const waiting = ids.flatMap((id) => Array.from({ length: times }, () => id));
  const answersByLead = new Map<string, (ConversionResult | number)[]>(ids.map((id) => [id, []]));
  const caller = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift())
      answersByLead.get(id)?.push(await readOutcome(convertLead(id)));
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return answersByLead;
}

const normalizeCompany = (company: string | null): string | undefined => company?.replace(/(,? (Ltd|Inc\.))$/, "").toLowerCase();

/** Checks that all callers got the same answer for a lead and that the number of records is right. */
async function checkConversions(
  leads: Awaited<ReturnType<typeof createMixedLeads>>,
  answersByLead: Map<string, (ConversionResult | number)[]>,
): Promise<void> {
  const resultByLead = new Map<string, ConversionResult>();
  for (const [lead, answers] of answersByLead) {
    const [result, ...extraResults] = answers.filter((answer) => typeof answer !== "number");
    expect(extraResults).toEqual([]);
    expect(answers.filter((answer) => typeof answer === "number" && answer !== 409)).toEqual([]);
    if (result) resultByLead.set(lead, result);
  }
  expect(resultByLead.size).toBe(leads.length);
  const customers = new Map<string, Set<string>>();
  for (const { id, personal_key_id, company } of leads) {
    const { customer, contact, opportunity, conversion } = resultByLead.get(id) as ConversionResult;
    const { data: now } = await tenant.admin.getLead({ id });
    expect(now).toMatchObject({
      is_converted: true,
      converted_customer_id: customer.id,
      converted_contact_id: contact.id,
      converted_opportunity_id: opportunity.id,
    });
    expect([conversion.lead_id, opportunity.lead_id]).toEqual([id, id]);
    const customerKey = normalizeCompany(company) ?? personal_key_id;
    customers.set(customerKey, (customers.get(customerKey) ?? new Set()).add(customer.id));
  }
  expect([...customers].filter(([, ids]) => ids.size > 1)).toEqual([]);
  const all = [...resultByLead.values()];
  const expectedIds = new Set([...customers.values()].flatMap((ids) => [...ids]));
  const rows = async (list: "listCustomers" | "listContacts" | "listOpportunities") =>
    readAllPages((page) => tenant.admin[list]({ limit: 100, ...page }));
  const since = (row: Input) => expectedIds.has(String(row.customer_id ?? row.id));
  expect((await rows("listCustomers")).filter(since)).toHaveLength(expectedIds.size);
  const contacts = (await rows("listContacts")).filter(since);
  const places = new Set(contacts.map((row) => `${row.customer_id} ${row.personal_key_id}`));
  expect([contacts.length, places.size]).toEqual([new Set(all.map(({ contact }) => contact.id)).size, contacts.length]);
  expect((await rows("listOpportunities")).filter(since)).toHaveLength(leads.length);
  expect(new Set(all.map(({ opportunity }) => opportunity.id)).size).toBe(leads.length);
}

describe("idempotency of conversions", () => {
  const LEADS = resolveTestSize("CRM_LEADS", 15, 60);
  const ROUGH = resolveTestSize("CRM_LEADS", 15, 40);
  const CALLERS = resolveTestSize("CRM_CALLERS", 15, 50);

  it(`converts each lead once for concurrent callers: ${CALLERS} callers over ${LEADS} leads`, async () => {
    const leads = await createMixedLeads(LEADS, "calm");
    await checkConversions(
      leads,
      await convertConcurrently(
        leads.map(({ id }) => id),
        CALLERS,
        4,
      ),
    );
  });

  it("converts each lead once under write conflicts, throttling and lost responses", async () => {
    const leads = await createMixedLeads(ROUGH, "rough");
    Object.assign(faults.shares, { conflict: 0.1, throttling: 0.05, lostAnswer: 0.15 });
    const answersByLead = await convertConcurrently(
      leads.map(({ id }) => id),
      20,
      3,
    );
    Object.assign(faults.shares, { conflict: 0, throttling: 0, lostAnswer: 0 });
    console.log(`injected: ${JSON.stringify(faults.counts)}`);
    // Only the table engine injects faults. Dynoxide has no faults of its own.
    if (app.table) expect(Object.values(faults.counts).filter((count) => count === 0)).toEqual([]);
    await checkConversions(leads, answersByLead);
  });

  it("returns the same response to each retry with the same idempotency key", async () => {
    const lead = await createLead();
    const key = { idempotencyKey: `convert-${lead.id}` };
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => readOutcome(convertLead(lead.id, {}, key))));
    const answers = outcomes.filter((answer) => typeof answer !== "number");
    expect(answers.length).toBeGreaterThan(0);
    expect(outcomes.filter((answer) => typeof answer === "number" && answer !== 409)).toEqual([]);
    for (const answer of [...answers, await convertLead(lead.id, {}, key)]) expect(answer).toEqual(answers[0]);
    expect(await readOutcome(convertLead(lead.id))).toBe(409);
  });

  it("converts two concurrent leads of a new company into one customer", async () => {
    for (let round = 0; round < 5; round++) {
      const leads = await Promise.all([0, 1].map((n) => createLead({ company: `New ${round}${n === 0 ? "" : " GmbH"}` })));
      const results = await Promise.all(leads.map(({ id }) => convertLead(id)));
      expect(new Set(results.map(({ customer }) => customer.id)).size).toBe(1);
      expect(results.map(({ conversion }) => conversion.customer_is_new).sort()).toEqual([false, true]);
    }
  });

  it("converts 8 concurrent leads into the customer or the opportunity that they name", async () => {
    const first = await convertLead((await createLead()).id);
    for (const target of [{ customer_id: first.customer.id }, { opportunity_id: first.opportunity.id }]) {
      const leads = await Promise.all(Array.from({ length: 8 }, () => createLead()));
      const results = await Promise.all(leads.map(({ id }) => convertLead(id, target)));
      expect(new Set(results.map(({ customer }) => customer.id))).toEqual(new Set([first.customer.id]));
    }
  });
});

describe("changes between reading and writing of a conversion", () => {
  it("uses the customer that another lead of the company became", async () => {
    const [firstLead, two] = [await createLead({ company: "Meanwhile Ltd" }), await createLead({ company: "Meanwhile" })];
    let otherResult: ConversionResult | undefined;
    runBeforeFirst(isConversion, async () => {
      otherResult = await convertLead(two.id);
    });
    const result = await convertLead(firstLead.id);
    expect(result.customer.id).toBe(otherResult?.customer.id);
    expect(result.conversion.customer_is_new).toBe(false);
  });

  it("uses the customer that another lead became right after the name lookup", async () => {
    const [firstLead, two] = [await createLead({ company: "Just Then Ltd" }), await createLead({ company: "Just Then" })];
    let otherResult: ConversionResult | undefined;
    afterCommand = async (command) => {
      if (!/^(Batch)?GetCommand$/.test(command.constructor.name) || !JSON.stringify(command).includes("#NAME#")) return;
      afterCommand = undefined;
      await runOutsideBatch(async () => {
        otherResult = await convertLead(two.id);
      });
    };
    expect((await convertLead(firstLead.id)).customer.id).toBe(otherResult?.customer.id);
  });

  it("uses the customer and the contact that another lead of the person became", async () => {
    const firstLead = await createLead({ company: undefined });
    const two = await createLead({ company: undefined, personal_key_id: firstLead.personal_key_id, email: undefined });
    let otherResult: ConversionResult | undefined;
    runBeforeFirst(isConversion, async () => {
      otherResult = await convertLead(two.id);
    });
    const result = await convertLead(firstLead.id);
    expect([result.customer.id, result.contact.id]).toEqual([otherResult?.customer.id, otherResult?.contact.id]);
  });

  it("rejects a lead deleted meanwhile, and converts it after its restore", async () => {
    const lead = await createLead({ company: "Without Owner" });
    runBeforeFirst(isConversion, () => tenant.admin.deleteLead({ id: lead.id }));
    expect(await readOutcome(convertLead(lead.id))).toBe(404);
    await tenant.admin.restoreLead({ id: lead.id });
    expect((await convertLead(lead.id)).conversion.customer_is_new).toBe(true);
  });

  it("applies an edit of the lead's company", async () => {
    const lead = await createLead({ company: "Before The Edit" });
    runBeforeFirst(isConversion, () => tenant.admin.updateLead({ id: lead.id, company: "After The Edit", need: "More" }));
    const { lead: now, opportunity, customer } = await convertLead(lead.id);
    expect([now.need, opportunity.name, customer.name]).toEqual(["More", "After The Edit", "After The Edit"]);
    expect((await tenant.admin.getLead({ id: lead.id })).data).toMatchObject({ need: "More", is_converted: true });
  });

  it("creates a new customer when the matching one is deleted before it is read or written", async () => {
    const buildReadMatcher = (id: string) => (command: object) =>
      command.constructor.name === "GetCommand" && JSON.stringify(command).includes(id);
    for (const moment of ["read", "written"]) {
      const { data: existingCustomer } = await tenant.admin.createCustomer({ name: `Gone When ${moment}` });
      const lead = await createLead({ company: `Gone when ${moment}` });
      runBeforeFirst(moment === "read" ? buildReadMatcher(existingCustomer.id) : isConversion, () =>
        tenant.admin.deleteCustomer({ id: existingCustomer.id }),
      );
      const result = await convertLead(lead.id);
      expect([result.customer.id === existingCustomer.id, result.conversion.customer_is_new]).toEqual([false, true]);
      expect((await tenant.admin.getCustomer({ id: result.customer.id })).data.deleted_at).toBeNull();
    }
  });

  it("rejects a named customer that was deleted, and preserves an edit of it", async () => {
    const { data: deletedCustomer } = await tenant.admin.createCustomer({ name: "Named And Gone" });
    const lead = await createLead();
    runBeforeFirst(isConversion, () => tenant.admin.deleteCustomer({ id: deletedCustomer.id }));
    expect(await readOutcome(convertLead(lead.id, { customer_id: deletedCustomer.id }))).toBe(400);
    const { data: edited } = await tenant.admin.createCustomer({ name: "Named And Edited" });
    runBeforeFirst(isConversion, () => tenant.admin.updateCustomer({ id: edited.id, description: "Edited" }));
    expect((await convertLead(lead.id, { customer_id: edited.id })).customer).toMatchObject({
      id: edited.id,
      description: "Edited",
    });
  });

  it("uses the same customer when the person is merged before, during or after", async () => {
    for (const moment of ["before", "during", "after"]) {
      const lead = await createLead({ company: `Merged ${moment}` });
      const otherLead = await createLead({ company: `Merged ${moment}` });
      const { customer, contact } = await convertLead(otherLead.id);
      const merge = () => tenant.admin.mergePersons({ id: otherLead.personal_key_id, merged_id: lead.personal_key_id });
      if (moment === "before") await merge();
      if (moment === "during") runBeforeFirst(isConversion, merge);
      const result = await convertLead(lead.id);
      if (moment === "after") await merge();
      expect(result.customer.id).toBe(customer.id);
      // Contacts created before the merge stay separate; after the merge, the person is a single contact.
      expect(result.contact.id === contact.id).toBe(moment === "before");
      for (const { id } of [lead, otherLead]) expect((await tenant.admin.getLead({ id })).data.is_converted).toBe(true);
    }
  });
});

describe("activities that follow a converted lead", () => {
  // Activities move in parts. Of six cases, the first and the fifth are checked.
  const MANY = resolveTestSize("CRM_MANY", 550, 1000);
  const SOME = resolveTestSize("CRM_MANY", 120, 220);

  /** Creates a lead with many activities and returns their ids. */
  async function busy(count: number): Promise<{ id: string; activities: string[] }> {
    const { id } = await createLead();
    const activities: string[] = [];
    const logger = async (): Promise<void> => {
      while (activities.length < count) {
        activities.push("");
        const index = activities.length - 1;
        activities[index] = (await logActivity(id, `A${index}`)).id;
      }
    };
    await logger();
    return { id, activities };
  }

  const sorted = (ids: Iterable<string>) => [...ids].sort();

  /** Checks that reading the lead first misses no activity and that reading the opportunity first shows none twice. */
  async function eachInOnePlace(lead: string, opportunity: string, activities: readonly string[]): Promise<number> {
    const seen = new Set([...(await listLeadActivities(lead)), ...(await listOpportunityActivities(opportunity))]);
    expect(activities.filter((id) => !seen.has(id))).toEqual([]);
    const opportunityActivityIds = new Set(await listOpportunityActivities(opportunity));
    const leadActivityIds = await listLeadActivities(lead);
    expect(leadActivityIds.filter((id) => opportunityActivityIds.has(id))).toEqual([]);
    return leadActivityIds.length;
  }

  it(`all ${MANY} move, each is always in exactly one place, also when one is logged meanwhile`, async () => {
    const { id, activities } = await busy(MANY);
    runBeforeFirst(isConversion, async () => {
      activities.push((await logActivity(id, "Logged before it is written")).id);
    });
    const { opportunity, conversion, follow_up } = await convertLead(id);
    const remainingCounts: number[] = [];
    let parts = 0;
    beforeCommand = async (command) => {
      if (!isTransaction(command) || ++parts % 4 !== 1) return;
      const looking = beforeCommand;
      beforeCommand = undefined;
      await runOutsideBatch(async () => {
        remainingCounts.push(await eachInOnePlace(id, opportunity.id, activities));
        const logged = await logActivity(id, "Logged while they move");
        expect(logged).toMatchObject({ related_to_type: "opportunity", related_to_id: opportunity.id });
        activities.push(logged.id);
      });
      beforeCommand = looking;
    };
    await runMove(conversion.id);
    beforeCommand = undefined;
    expect(remainingCounts[0]).toBe(MANY + 1);
    expect(remainingCounts.at(-1)).toBeLessThan(MANY / 2);
    expect(await eachInOnePlace(id, opportunity.id, activities)).toBe(0);
    expect(sorted(await listOpportunityActivities(opportunity.id))).toEqual(sorted([...activities, follow_up.id]));
    expect(await readStatus(id)).toBe("MOVED");
  });

  it.each(["before", "after"] as const)("all move when the worker is killed %s any of its writes", async (moment) => {
    const { id, activities } = await busy(SOME);
    const { opportunity, conversion } = await convertLead(id);
    const struck: string[] = [];
    for (let life = 0; (await readStatus(id)) !== "MOVED"; life++) {
      let writes = 0;
      // Each life survives one more write than the last, so that a failure happens at every write.
      const strike = (command: object): void => {
        if (!/Put|Update|Transact/.test(command.constructor.name) || ++writes <= life % 4) return;
        struck.push(command.constructor.name);
        throw new Error("killed");
      };
      if (moment === "before") beforeCommand = strike;
      else afterCommand = strike;
      await runMove(conversion.id).catch(() => undefined);
      beforeCommand = undefined;
      afterCommand = undefined;
      await eachInOnePlace(id, opportunity.id, activities);
      if (life > 100) throw new Error("It gets no further");
    }
    console.log(`killed ${struck.length} times ${moment} a write: ${[...new Set(struck)].join(", ")}`);
    expect(new Set(struck).size).toBe(3);
    expect(await eachInOnePlace(id, opportunity.id, activities)).toBe(0);
  });

  it("an activity logged at the same moment is attached to the opportunity", async () => {
    const lead = await createLead();
    let result: ConversionResult | undefined;
    runBeforeFirst(isTransaction, async () => {
      result = await convertLead(lead.id);
    });
    const logged = await logActivity(lead.id, "At the same moment");
    expect(logged).toMatchObject({ related_to_type: "opportunity", related_to_id: result?.opportunity.id });
    expect(await listLeadActivities(lead.id)).toEqual([]);
  });

  it("an activity that another worker moved and a user edited at the same moment has both changes", async () => {
    const { id, activities } = await busy(120);
    const { opportunity, conversion, follow_up } = await convertLead(id);
    let n = 0;
    let edited = "";
    beforeCommand = async (command) => {
      if (!isTransaction(command) || ++n !== 2) return;
      beforeCommand = undefined;
      edited = activities.find((activity) => JSON.stringify(command).includes(activity)) ?? "";
      await runOutsideBatch(async () => {
        await runMove(conversion.id);
        await tenant.admin.updateActivity({ id: edited, subject: "Edited" });
      });
    };
    await runMove(conversion.id);
    expect(n).toBe(2);
    expect((await tenant.admin.getActivity({ id: edited })).data).toMatchObject({ subject: "Edited", version: 3 });
    expect(await listLeadActivities(id)).toEqual([]);
    expect(sorted(await listOpportunityActivities(opportunity.id))).toEqual(sorted([...activities, follow_up.id]));
    expect((await tenant.admin.getActivity({ id: activities[70] as string })).data.version).toBe(2);
  });

  it("only the latest worker writes; an earlier one stops", async () => {
    const { id } = await busy(60);
    const { conversion } = await convertLead(id);
    let writeCount = 0;
    beforeCommand = async (command) => {
      if (!isTransaction(command) || !JSON.stringify(command).includes('"act_')) return;
      writeCount++;
      if (writeCount !== 1) return;
      // Simulates a second worker that was started and was killed before it wrote anything.
      await runOutsideBatch(() => runMove(conversion.id).catch(() => undefined));
    };
    let calls = 0;
    afterCommand = (command) => {
      if (command.constructor.name === "UpdateCommand" && ++calls === 2) throw new Error("killed");
    };
    await runMove(conversion.id);
    expect(writeCount).toBe(1);
    expect(await listLeadActivities(id)).toHaveLength(60);
    beforeCommand = undefined;
    afterCommand = undefined;
    await runMove(conversion.id);
    expect(await listLeadActivities(id)).toEqual([]);
  });

  it("a worker looks again for an activity that the index did not show", async () => {
    const { id, activities } = await busy(3);
    const { opportunity, conversion } = await convertLead(id);
    afterCommand = (command, answer) => {
      if (command.constructor.name === "QueryCommand" && answer.Items)
        answer.Items = answer.Items.filter(({ sk, id }) => sk !== activities[1] && id !== activities[1]);
    };
    await runMove(conversion.id);
    afterCommand = undefined;
    expect([await readStatus(id), await listLeadActivities(id)]).toEqual(["MOVED", [activities[1]]]);
    app.setClock({ advance: 121_000 });
    tenant.admin = createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token));
    await resumeMove(conversion.id);
    expect(await listLeadActivities(id)).toEqual([]);
    expect(await listOpportunityActivities(opportunity.id)).toHaveLength(4);
  });

  it("all move although workers were stopped many times before any progress", async () => {
    const { id } = await busy(3);
    const { conversion } = await convertLead(id);
    beforeCommand = (command) => {
      if (isTransaction(command)) throw new Error("killed");
    };
    for (let life = 0; life < 12; life++) await runMove(conversion.id).catch(() => undefined);
    beforeCommand = undefined;
    await runMove(conversion.id);
    await runMove(conversion.id);
    expect([await readStatus(id), await listLeadActivities(id)]).toEqual(["MOVED", []]);
  });
});
