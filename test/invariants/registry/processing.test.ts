import { readFileSync } from "node:fs";
import { domains } from "@crm/core/domains.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { isFailure } from "@crm/core/kernel/error.ts";
import type { ProcessingPurpose } from "@crm/core/kernel/ports.ts";
import { mayProcess, requireProcessable, selectProcessable } from "@crm/core/kernel/processing.ts";
import { TransactionalMail } from "@crm/core/people/suppression/transactional-mail.ts";
import { loadExportable } from "@crm/core/platform/export/exportable.ts";
import { loadPersonFields } from "@crm/core/platform/personal-data/record-persons.ts";
import { Assigner } from "@crm/core/sales/assignment/assigner.ts";
import { assignableLeads } from "@crm/core/sales/lead/assignment.rule-kind.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { operations } from "@crm/functions/api/index.ts";
import { allowAnyInput, type Client } from "@crm/functions/derive/client.ts";
import { platformSchedules } from "@crm/functions/schedule/platform-schedules.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listProjectFiles } from "../../../scripts/project-copy.ts";
import { createSendFixture, type SendFixture, settings } from "../../engagement/email-send/send-fixture.ts";
import { fetchExport, startExport } from "../../platform/export/export-client.ts";
import { addUser, startTestApp, type TestUser } from "../../support/app.ts";
import {
  changeHandlerEntries,
  flowEntries,
  operationEntries,
  type PurposeEntry,
  scheduleEntries,
  sendingFiles,
  subscriberEntries,
} from "./processing-purposes.ts";

/** Every send, score, assignment, automation and export asks whether a person may be processed (docs/security/personal-data.md). */

const nameAll = (part: (domain: (typeof domains)[number]) => object | undefined): string[] =>
  domains.flatMap((domain) => Object.keys(part(domain) ?? {}));

describe("what processes persons", () => {
  const isRead = ({ method, kind, name }: (typeof operations)[number]): boolean =>
    method === "GET" || kind === "list" || name.startsWith("query");
  const cases: [what: string, names: readonly string[], entries: readonly PurposeEntry[]][] = [
    ["operations", operations.filter((operation) => !isRead(operation)).map(({ name }) => name), operationEntries],
    ["subscribers", nameAll(({ subscribers }) => subscribers), subscriberEntries],
    ["schedules", [...Object.keys(platformSchedules), ...nameAll(({ schedules }) => schedules)], scheduleEntries],
    ["flows", nameAll(({ flows }) => flows), flowEntries],
    ["change handlers", nameAll(({ changeHandlers }) => changeHandlers), changeHandlerEntries],
  ];

  it.each(cases)("is declared for all %s, with its purpose or a reason", (_, names, entries) => {
    expect(names.filter((name) => !entries.some((entry) => entry.names.test(name)))).toEqual([]);
    const all = [...names, ...operations.map(({ name }) => name)];
    expect(entries.filter(({ names: pattern }) => !all.some((name) => pattern.test(name)))).toEqual([]);
    for (const { asks = [], reason = "" } of entries) expect(asks.length > 0 || reason.length > 10).toBe(true);
  });

  it("includes each file that sends mails or text messages", () => {
    const root = "packages/core/src/";
    const sending = listProjectFiles(process.cwd()).filter((file) => {
      if (!file.startsWith(root) || !file.endsWith(".ts")) return false;
      return /\bmail\s*\.send\(|\bsms\s*\.send\(|sendThrottled\(|sendSmsThrottled\(|TransactionalMail\.sendMail/.test(
        readFileSync(file, "utf8"),
      );
    });
    expect(sending.map((file) => file.slice(root.length)).sort()).toEqual(Object.keys(sendingFiles).sort());
  });
});

describe("a policy that refuses a person", () => {
  let app: App;
  let fixture: SendFixture;
  let crm: Client;
  let owner: TestUser;
  let refused = new Set<string>();
  let purposes = new Set<ProcessingPurpose>();

  interface Subject {
    person: string;
    email: string;
    records: Record<string, string>;
  }
  let restricted: Subject;
  let free: Subject;

  beforeAll(async () => {
    app = await startTestApp();
    fixture = await createSendFixture(app, settings);
    crm = fixture.crm;
    free = await createSubject("free");
    restricted = await createSubject("held");
    owner = await addUser(app, fixture.tenant, "SUPPORT_AGENT");
    await app.settle();
    app.ports.processing = {
      findRestricted: async (persons, purpose) => {
        purposes.add(purpose);
        return new Set(persons.filter((person) => refused.has(person)));
      },
    };
  });
  afterAll(() => app.stop());

  /** Restricts the one person while `work` runs. */
  async function restrict<T>(work: () => Promise<T>): Promise<T> {
    refused = new Set([restricted.person]);
    purposes = new Set();
    try {
      return await work();
    } finally {
      refused = new Set();
    }
  }

  async function createSubject(name: string): Promise<Subject> {
    const email = `${name}@mail.example`;
    const lead = (await crm.createLead({ first_name: name, last_name: "Lund", email })).data;
    const person = String(lead.personal_key_id);
    const known = { personal_key_id: person };
    const business = (await crm.createCustomer({ customer_type: "BUSINESS", name: `Yard ${name}` })).data;
    const contact = (await crm.createContact({ customer_id: business.id, ...known })).data;
    const customer = (await crm.createCustomer({ customer_type: "INDIVIDUAL", name, ...known })).data;
    const opportunity = (await crm.createOpportunity({ name, customer_id: business.id, contact_id: contact.id })).data;
    const potential = (await crm.createPotential({ ...known })).data;
    const ticket = (await crm.createTicket({ subject: name, description: "Help", ...known })).data;
    const message = (await crm.sendMessage({ channel: "email", person_id: person, subject: "Hi", body: "Hello" })).data;
    await crm.createInteraction({ ...known, interaction_type_id: "phone" });
    await crm.createJourneyEntry({ id: person, stage: "aware" });
    await crm.createNote({ related_to_id: lead.id, content: "Likes tea" });
    await crm.createComment({ related_to_id: lead.id, content: "Likes coffee" });
    await crm.logLeadActivity({ id: lead.id, subject: "Called", activity_type_id: "call" });
    return {
      person,
      email,
      records: {
        lead: lead.id,
        customer: customer.id,
        contact: contact.id,
        opportunity: opportunity.id,
        potential: potential.id,
        ticket: ticket.id,
        conversation: String(message.conversation_id),
      },
    };
  }

  const inTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, fixture.tenant.id, "test"), work);
  const message = "The data of this person are restricted: name another person, or have the restriction lifted";
  const refusal = { status: 422, code: "RULE_VIOLATION", message: expect.stringContaining(message) };

  it("is not asked without a policy, and answers for many at once", async () => {
    const persons = [restricted.person, free.person];
    const all = await runIn(systemContext({ ...app.ports, processing: undefined }, fixture.tenant.id, "test"), async () => [
      await mayProcess(restricted.person, "send"),
      [...(await selectProcessable(persons, "export"))],
    ]);
    expect(all).toEqual([true, persons]);
    expect(await restrict(() => inTenant(async () => [...(await selectProcessable(persons, "export"))]))).toEqual([free.person]);
  });

  it("leaves the person out of every export, and counts the records", async () => {
    const lists = await inTenant(async () => {
      const entities = domains.flatMap(({ exports = {} }: { exports?: object }) => Object.keys(exports));
      const all = entities.map(async (entity) => {
        const { collection } = await loadExportable(entity);
        return { entity, collection, fields: await loadPersonFields(collection.name) };
      });
      return (await Promise.all(all)).filter(({ fields }) => fields.length > 0);
    });
    const findExport = (entity: string) =>
      operations.find(({ name, path }) => name.startsWith("export") && path.endsWith(`/${EXPORT_PATHS[entity] ?? entity}/export`))
        ?.name;
    const exportAll = async () => {
      const ids: string[] = [];
      // A caller has at most five open exports.
      for (const { entity } of lists) {
        ids.push(await startExport(app, fixture.tenant.token, String(findExport(entity)), { columns: ["id"] }));
        if (ids.length % 5 === 0) await app.settle();
      }
      await app.settle();
      return Promise.all(
        ids.map(async (id) => {
          const { left_out } = (await crm.getExport({ id })).data;
          return { left_out, ids: (await fetchExport(app, fixture.tenant.token, id)).rows.map(([recordId]) => String(recordId)) };
        }),
      );
    };
    const files = await restrict(exportAll);
    const counts: Record<string, number> = {};
    for (const [index, { entity, collection, fields }] of lists.entries()) {
      const { ids = [], left_out = 0 } = files[index] ?? {};
      counts[entity] = left_out;
      const records = (await inTenant(() => Records.loadMany(collection, ids))) as unknown as Record<string, unknown>[];
      const hasRecordOf = ({ person }: Subject) => records.some((record) => fields.some((field) => record[field] === person));
      expect([entity, hasRecordOf(restricted), hasRecordOf(free)]).toEqual([entity, false, left_out > 0]);
    }
    const empty = Object.entries(counts).filter(([, count]) => count === 0);
    // The engine is the same for these: they have no records here.
    expect(empty.map(([entity]) => entity).sort()).toEqual([
      "attachments",
      "campaign-members",
      "campaign-responses",
      "duplicates",
      "members",
    ]);
    expect(Object.keys(counts).length).toBeGreaterThan(12);
  });

  const assignments: [name: string, assign: (records: Record<string, string>) => Promise<unknown>][] = [
    ["updateLead", ({ lead }) => allowAnyInput(crm).updateLead({ id: lead, owner_id: owner.id })],
    ["updateCustomer", ({ customer }) => allowAnyInput(crm).updateCustomer({ id: customer, owner_id: owner.id })],
    ["updateContact", ({ contact }) => allowAnyInput(crm).updateContact({ id: contact, owner_id: owner.id })],
    ["updateOpportunity", ({ opportunity }) => allowAnyInput(crm).updateOpportunity({ id: opportunity, owner_id: owner.id })],
    ["updatePotential", ({ potential }) => allowAnyInput(crm).updatePotential({ id: potential, assigned_to: owner.id })],
    ["assignTicket", ({ ticket }) => allowAnyInput(crm).assignTicket({ id: ticket, assigned_to_id: owner.id })],
    [
      "assignConversation",
      ({ conversation }) => allowAnyInput(crm).assignConversation({ id: conversation, assigned_staff_id: owner.id }),
    ],
  ];

  it.each(assignments)("refuses an owner by %s", async (_, assign) => {
    await expect(restrict(() => assign(restricted.records))).rejects.toMatchObject(refusal);
    expect([...purposes]).toEqual(["assign"]);
    await restrict(() => assign(free.records));
  });

  const bulkAssignments: [name: "assignLeads" | "assignCustomers" | "assignOpportunities", field: string, kind: string][] = [
    ["assignLeads", "lead_ids", "lead"],
    ["assignCustomers", "customer_ids", "customer"],
    ["assignOpportunities", "opportunity_ids", "opportunity"],
  ];

  it.each(bulkAssignments)("is left out by %s", async (name, field, kind) => {
    const ids = [restricted.records[kind], free.records[kind]];
    const assign = allowAnyInput(crm)[name];
    const { data } = await restrict(() => assign({ [field]: ids, owner_id: fixture.tenant.userId }));
    expect(data.results.map(({ success, error }) => [success, error?.code])).toEqual([
      [false, "RULE_VIOLATION"],
      [true, undefined],
    ]);
  });

  it("is left out by a bulk change of owners", async () => {
    const ids = [restricted.records.lead, free.records.lead];
    await restrict(async () => {
      const { data } = await allowAnyInput(crm).createBulkChange({
        kind: "lead",
        action: "update",
        ids,
        changes: { owner_id: owner.id },
      });
      await app.settle();
      expect((await crm.getBulkChange({ id: data.id })).data).toMatchObject({ done: 1, failed: 1 });
    });
  });

  it("is not scored, by hand or by listeners", async () => {
    const set = ({ records }: Subject) => crm.setLeadScore({ id: String(records.lead) });
    await expect(restrict(() => set(restricted))).rejects.toMatchObject(refusal);
    await expect(restrict(() => crm.getLeadScore({ id: String(restricted.records.lead) }))).rejects.toMatchObject(refusal);
    await restrict(() => set(free));
    const scores = () =>
      Promise.all(
        [restricted, free].map(async ({ records }) => (await crm.getLead({ id: String(records.lead) })).data.lead_score),
      );
    const before = await scores();
    await restrict(async () => {
      for (const { person } of [restricted, free]) await crm.updatePerson({ id: person, education_level: "phd" });
      for (const { records } of [restricted, free]) await crm.updateLead({ id: String(records.lead), job_title: "CEO" });
      await app.settle();
    });
    const after = await scores();
    expect(after[0]).toBe(before[0]);
    expect(Number(after[1])).toBeGreaterThan(Number(before[1]));
  });

  it("is sent no message, also none that was queued before", async () => {
    const send = ({ person }: Subject, more: object = {}) =>
      crm.sendMessage({ channel: "email", person_id: person, subject: "News", body: "Hello", ...more });
    const failure = await restrict(() => send(restricted)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ ...refusal, details: [{ field: "person_id" }] });
    const queued = await Promise.all([restricted, free].map(async (subject) => (await send(subject)).data.id));
    await restrict(() => app.settle());
    const messages = await Promise.all(queued.map(async (id) => (await crm.getMessage({ id })).data));
    expect(messages.map(({ status, held_reason }) => [status, held_reason])).toEqual([
      ["failed", "restricted"],
      ["delivered", null],
    ]);
  });

  it("is passed over by a mail to many", async () => {
    const list = await fixture.list([restricted, free].map(({ records }) => ({ id: String(records.contact) })));
    await app.settle();
    const id = await fixture.draft({ contact_list_id: list });
    await restrict(async () => {
      await crm.scheduleEmailSend({ id });
      await app.settle();
    });
    expect((await crm.getEmailSend({ id })).data).toMatchObject({ recipients_count: 1, passed_over_count: 1 });
  });

  it("gets no mail about offers, signatures, tickets, bookings, meetings and surveys", async () => {
    const answers = await restrict(() =>
      inTenant(() => Promise.all([restricted, free].map(({ email }) => TransactionalMail.isAddressRefused(email)))),
    );
    expect(answers).toEqual([true, false]);
  });

  it("is left out of win-back campaigns", async () => {
    const { data: batch } = await crm.createReengagementBatch({ batch_name: "Back", assigned_to: null });
    const add = (person_id: string) => crm.addReengagementMember({ id: batch.id, person_id });
    await expect(restrict(() => add(restricted.person))).rejects.toMatchObject({ ...refusal, details: [{ field: "person_id" }] });
    const fill = await restrict(async () => {
      const { data } = await crm.fillReengagementBatch({ id: batch.id, last_activity_before: "2999-01-01" });
      await app.settle();
      return (await crm.getReengagementFill({ id: data.id })).data;
    });
    expect(Number(fill.found) - Number(fill.added)).toBe(1);
    const { data: members } = await crm.listReengagementBatchMembers({ id: batch.id });
    expect(members.map(({ personal_key_id }) => personal_key_id)).not.toContain(restricted.person);
    expect(members.map(({ personal_key_id }) => personal_key_id)).toContain(free.person);
  });

  it("is left out of a campaign's sequence that began before", async () => {
    const sequence = [{ channel: "email", template_id: fixture.template, after_days: 0 }];
    const { data: batch } = await crm.createReengagementBatch({ batch_name: "Steps", assigned_to: null, sequence });
    const members: string[] = [];
    for (const { person } of [restricted, free])
      members.push((await crm.addReengagementMember({ id: batch.id, person_id: person })).data.id);
    await restrict(async () => {
      await crm.activateReengagementBatch({ id: batch.id });
      for (let sweep = 0; sweep < 2; sweep++) {
        app.setClock({ advance: 60_000 });
        await app.settle();
      }
    });
    const results = await Promise.all(members.map(async (id) => (await crm.getReengagementMember({ id })).data));
    expect(results.map(({ contact_attempts, steps }) => [contact_attempts, steps[0]?.as])).toEqual([
      [0, "passed"],
      [1, "sent"],
    ]);
    expect(results[0]?.steps[0]?.why).toBe(message);
  });

  it("is held back by the automation of stages", async () => {
    const action = {
      action: "task",
      subject: "Call back",
      activity_type_id: "task",
      due_in_days: 3,
      assign_to: fixture.tenant.userId,
    };
    const automations = [{ name: "Call", when: { to_stages: ["qualification"] }, do: [action] }];
    const { data: rule } = await crm.createRuleVersion({ kind: "stage_automation", definition: { automations } });
    await crm.publishRuleVersion({ kind: "stage_automation", id: rule.id });
    await app.settle();
    const results = await restrict(async () => {
      for (const { records } of [restricted, free])
        await crm.moveOpportunity({ id: String(records.opportunity), stage_id: "qualification", reason: "As agreed" });
      await app.settle();
      return Promise.all(
        [restricted, free].map(
          async ({ records }) => (await crm.listOpportunityAutomations({ id: String(records.opportunity) })).data[0],
        ),
      );
    });
    expect(results.map((entry) => [entry?.result, entry?.reason])).toEqual([
      ["HELD_BACK", "The person's data are restricted"],
      ["DONE", null],
    ]);
  });

  it("gets no automatic follow-up", async () => {
    const follow_ups = [{ of: "lead", after_days: 3, activity_type_id: "call", subject: "Silent", due_in_days: 2 }];
    const { data: rule } = await crm.createRuleVersion({ kind: "automatic_follow_up", definition: { follow_ups } });
    await restrict(async () => {
      app.setClock({ advance: 5 * 24 * 60 * 60_000 });
      await crm.publishRuleVersion({ kind: "automatic_follow_up", id: rule.id });
      for (let sweep = 0; sweep < 2; sweep++) {
        app.setClock({ advance: 30_000 });
        await app.scheduler.run("due");
        await app.settle();
      }
    });
    const tasks = await Promise.all(
      [restricted, free].map(async ({ records }) =>
        (await crm.listActivities({ related_to_id: records.lead, limit: 100 })).data.filter(
          ({ subject }) => subject === "Silent",
        ),
      ),
    );
    expect(tasks.map(({ length }) => length)).toEqual([0, 1]);
  });

  it("is assigned to no user by rules", async () => {
    const created = await restrict(async () => {
      const tickets: unknown[] = [];
      for (const { person } of [restricted, free])
        tickets.push(
          (await crm.createTicket({ subject: "Late", description: "Help", personal_key_id: person })).data.assigned_to_id,
        );
      await app.settle();
      return tickets;
    });
    expect(created).toEqual([null, expect.any(String)]);
    const definition = { rules: [], otherwise: { method: "USER", user_ids: [owner.id] } };
    const rule = { kind: "lead_assignment", id: "rul_1", number: 1, definition } as unknown as Parameters<
      typeof Assigner.distribute
    >[1];
    const facts = [restricted, free].map(({ person }) => ({
      personal_key_id: person,
      territory_id: null,
      lead_source_id: null,
      country_id: null,
    }));
    const choices = await restrict(() =>
      inTenant(() => Assigner.distribute(assignableLeads, rule, facts, { isRehearsal: true })),
    );
    expect(choices.map(({ owner_id }) => owner_id)).toEqual([null, owner.id]);
  });

  it("names the field, the rule and the fix", async () => {
    const error = await restrict(() => inTenant(() => requireProcessable("person_id", restricted.person, "send"))).catch(
      (reason: unknown) => reason,
    );
    expect(isFailure(error, "RULE_VIOLATION") && error.details).toEqual([{ field: "person_id", message }]);
  });
});

/** Exports whose path differs from their name. */
const EXPORT_PATHS: Readonly<Record<string, string>> = {
  tickets: "support/tickets",
  batches: "reengagement/batches",
  members: "reengagement/members",
};
