import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext, useTenant } from "@crm/core/kernel/context.ts";
import { DynamicScore } from "@crm/core/sales/scoring/dynamic-model.rules.ts";
import { StandardScore } from "@crm/core/sales/scoring/standard-model.rules.ts";
import { readItem } from "@crm/core/storage/table/database.ts";
import { tenantKey } from "@crm/core/storage/table/key.ts";
import { operations } from "@crm/functions/api/index.ts";
import { expect } from "vitest";
import { publishRule, roundRobin } from "../../../sales/assignment/support.ts";
import { addUser, newLead, PASSWORD, type TestUser } from "../../../support/app.ts";
import { defineScenario, type Fixture, isScenarioSource, LEASE_SECONDS } from "../harness.ts";

const DAY_SECONDS = 24 * 60 * 60;

const createLead = async ({ crm }: Fixture, more: Record<string, unknown> = {}) => (await crm.createLead(newLead(more))).data;
const readLead = async ({ crm }: Fixture, id: string) => (await crm.getLead({ id })).data;

const convertLead = defineScenario({
  name: "convertLead",
  covers: { operations: ["convertLead"], subscribers: ["conversion"], due: ["conversion"] },
  async prepare(scene) {
    const { id } = await createLead(scene);
    const activities: string[] = [];
    for (const subject of ["A", "B"])
      activities.push((await scene.crm.logLeadActivity({ id, subject, activity_type_id: "call" })).data.id);
    return { id, activities };
  },
  ask: ({ crm }, { id }, options) => crm.convertLead({ id, override_reason: "known" }, options),
  async check({ crm }, { id, activities }, answer) {
    const { customer, contact, opportunity } = answer as Awaited<ReturnType<typeof crm.convertLead>>["data"];
    expect((await crm.getLead({ id })).data).toMatchObject({
      is_converted: true,
      converted_customer_id: customer.id,
      converted_contact_id: contact.id,
      converted_opportunity_id: opportunity.id,
    });
    expect((await crm.getLeadConversion({ id })).data.status).toBe("MOVED");
    const { data: movedActivities } = await crm.listOpportunityActivities({ id: opportunity.id });
    expect(movedActivities.map((activity) => activity.id)).toEqual(expect.arrayContaining(activities));
    expect((await crm.listLeadActivities({ id })).data).toEqual([]);
    expect((await crm.listCustomerContacts({ id: customer.id })).data).toHaveLength(1);
  },
});

function assignLeadsScenario() {
  let users: TestUser[] = [];
  return defineScenario({
    name: "assignLeads",
    covers: { operations: ["assignLeads"] },
    async open({ system: line, tenant }) {
      users = await Promise.all([1, 2].map(() => addUser(line.app, tenant, "SALES_REP")));
    },
    prepare: async (scene) => Promise.all([1, 2, 3].map(async () => (await createLead(scene)).id)),
    ask: ({ crm }, lead_ids, options) =>
      crm.assignLeads({ lead_ids, method: "ROUND_ROBIN", user_ids: users.map(({ id }) => id) }, options),
    async check(scene, ids, answer) {
      const { results } = answer as Awaited<ReturnType<typeof scene.crm.assignLeads>>["data"];
      expect(results.map(({ id, success }) => [id, success])).toEqual(ids.map((id) => [id, true]));
      for (const { id, owner_id } of results) {
        expect((await readLead(scene, id)).owner_id).toBe(owner_id);
        const { data: history } = await scene.crm.listLeadAssignments({ id });
        expect(history.filter((assignment) => assignment.to_owner_id === owner_id)).toHaveLength(1);
      }
      expect(new Set(results.slice(0, 2).map(({ owner_id }) => owner_id)).size).toBe(2);
    },
  });
}

const assignOperations = ["assignCustomers", "assignOpportunities"] as const;

/** Customers are assigned like leads, alternating between two users. */
function assignScenario(name: (typeof assignOperations)[number]) {
  let user_ids: string[] = [];
  let customer_id = "";
  const isOfCustomers = name === "assignCustomers";
  return defineScenario({
    name,
    covers: { operations: [name] },
    async open({ crm, system: line, tenant }) {
      user_ids = (await Promise.all([1, 2].map(() => addUser(line.app, tenant, "SALES_REP")))).map(({ id }) => id);
      customer_id = (await crm.createCustomer({ name: "Given" })).data.id;
    },
    prepare: ({ crm }) =>
      Promise.all(
        [1, 2, 3].map(async (n) => {
          const response = isOfCustomers
            ? await crm.createCustomer({ name: `Given ${n}` })
            : await crm.createOpportunity({ name: `Given ${n}`, customer_id });
          return response.data.id;
        }),
      ),
    ask: ({ crm }, ids, options) =>
      isOfCustomers
        ? crm.assignCustomers({ customer_ids: ids, method: "ROUND_ROBIN", user_ids }, options)
        : crm.assignOpportunities({ opportunity_ids: ids, method: "ROUND_ROBIN", user_ids }, options),
    async check({ crm }, ids, answer) {
      const { results } = answer as Awaited<ReturnType<typeof crm.assignCustomers>>["data"];
      expect(results.map(({ id, success }) => [id, success])).toEqual(ids.map((id) => [id, true]));
      for (const { id, owner_id } of results) {
        const { data } = await (isOfCustomers ? crm.getCustomer({ id }) : crm.getOpportunity({ id }));
        expect(data.owner_id).toBe(owner_id);
      }
      expect(new Set(results.slice(0, 2).map(({ owner_id }) => owner_id)).size).toBe(2);
    },
  });
}

let batchCount = 0;

const batchLeads = defineScenario<string[]>({
  name: "batchLeads",
  covers: { operations: operations.flatMap(({ name, path }) => (path.endsWith("/batch") ? name : [])) },
  prepare: async () => [1, 2, 3, 2].map((n) => `batch${batchCount}.${n}@mail.example`).concat(String(++batchCount)),
  ask: ({ crm }, [...emails], options) => {
    const items = emails
      .slice(0, -1)
      .map((email, index) => ({ email, company: `Batch ${emails.at(-1)}`, job_title: `Job ${index}` }));
    return crm.batchLeads({ operation: "upsert", match_on: "email", items }, options);
  },
  async check({ crm }, emails, answer) {
    const { results } = answer as Awaited<ReturnType<typeof crm.batchLeads>>["data"];
    expect(results.map(({ status }) => status)).toEqual([201, 201, 201, 200]);
    const { data: matches } = await crm.listLeads({ search: `Batch ${emails.at(-1)}`, limit: 100 });
    expect(matches.filter(({ email }) => emails.includes(email ?? ""))).toHaveLength(3);
    const leads = await Promise.all(
      [0, 3, 2].map(async (index) => (await crm.getLead({ id: results[index]?.id as string })).data),
    );
    expect(leads.map(({ email, job_title }) => [email, job_title])).toEqual([
      [emails[0], "Job 0"],
      [emails[1], "Job 3"],
      [emails[2], "Job 2"],
    ]);
    // Each lead was written once and one of them twice; an interrupted run may add one write.
    expect(leads.reduce((sum, { version }) => sum + version, 0)).toBeLessThanOrEqual(4 + 1);
  },
});

function absenceScenario() {
  let users: TestUser[] = [];
  const away = () => users[0] as TestUser;
  return defineScenario({
    name: "an absence begins",
    covers: { subscribers: ["absences"], due: ["availability"] },
    async open({ system: line, tenant }) {
      users = await Promise.all([1, 2, 3].map(() => addUser(line.app, tenant, "SALES_REP")));
      await publishRule(tenant, { otherwise: roundRobin(users) });
      await line.advance(120);
    },
    async prepare(scene) {
      const { crm, system: line } = scene;
      await crm.replaceUserAvailability({ id: away().id, absences: [] });
      const ids = await Promise.all([1, 2].map(async () => (await createLead(scene, { owner_id: away().id })).id));
      line.app.setClock({ advance: 1000 });
      const from = (await crm.getLead({ id: ids[0] as string })).data.created_at;
      await crm.replaceUserAvailability({ id: away().id, absences: [{ from, to: null, reassign: true }] });
      return ids;
    },
    proceed: ({ system: line }) => line.advance(LEASE_SECONDS),
    async check(scene, ids) {
      for (const id of ids) {
        const { owner_id } = await readLead(scene, id);
        expect([users[1]?.id, users[2]?.id]).toContain(owner_id);
        const { data: history } = await scene.crm.listLeadAssignments({ id });
        expect(history.map(({ to_owner_id, from_owner_id }) => [from_owner_id, to_owner_id])[0]).toEqual([away().id, owner_id]);
        expect(history.filter(({ from_owner_id }) => from_owner_id === away().id)).toHaveLength(1);
      }
    },
  });
}

/**
 * The sweep claims a due clock and publishes its event together with its own progress; the subscriber acts on it. If the claimed event was
 * not published, or its work not done, the clock is due again when its lease ends.
 */
function reminderScenario() {
  let user: TestUser;
  return defineScenario<string>({
    name: "a clock is due",
    covers: { subscribers: ["lead-reminders"], due: ["lead"] },
    countsWrite: (name) => name === "due" || name === "lead-reminders",
    async open({ system: line, tenant }) {
      user = await addUser(line.app, tenant, "SALES_REP");
    },
    async prepare(scene) {
      const { id } = await createLead(scene, { owner_id: user.id, next_contact_date: Clock.addSeconds(DAY_SECONDS) });
      return id;
    },
    // The next sweep is on another day, so it stores its progress.
    proceed: ({ system: line }) => line.advance(DAY_SECONDS + LEASE_SECONDS),
    async check(scene, id) {
      const { next_contact_date, follow_up_reminded_at } = await readLead(scene, id);
      expect(follow_up_reminded_at).toBe(next_contact_date);
      const { data: session } = await scene.system
        .client()
        .login({ email: user.email, password: PASSWORD, tenant_slug: scene.tenant.slug });
      const { data: notifications } = await scene.system.client(session.access_token).listNotifications({ limit: 100 });
      expect(notifications.filter(({ record_id, type }) => record_id === id && type === "lead_follow_up_due")).toHaveLength(1);
    },
  });
}

function waitScenario() {
  let user: TestUser;
  return defineScenario<string>({
    name: "a lead waits no longer",
    settings: { new_lead_owner: "rule" },
    covers: { subscribers: ["lead-waits"], due: ["lead_wait"] },
    async open({ system: line, tenant }) {
      user = await addUser(line.app, tenant, "SALES_REP");
      await publishRule(tenant, { otherwise: roundRobin([user]) });
    },
    async prepare(scene) {
      const { crm, system: line } = scene;
      const away = { from: Clock.now(), to: Clock.addSeconds(60), reassign: false };
      await crm.replaceUserAvailability({ id: user.id, absences: [away] });
      // Longer than any process may cache the old availability.
      await line.advance(15);
      const { id, owner_id } = await createLead(scene);
      expect(owner_id).toBeNull();
      return id;
    },
    proceed: ({ system: line }) => line.advance(LEASE_SECONDS),
    async check(scene, id) {
      expect((await readLead(scene, id)).owner_id).toBe(user.id);
      const { data: history } = await scene.crm.listLeadAssignments({ id });
      expect(history.map(({ to_owner_id }) => to_owner_id)).toEqual([user.id]);
    },
  });
}

const scoring = defineScenario({
  name: "a lead is scored anew",
  covers: { subscribers: ["scoring"] },
  countsWrite: (name) => name === "scoring" || isScenarioSource(name),
  prepare: (scene) => createLead(scene),
  ask: ({ crm }, { personal_key_id }, options) =>
    crm.createInteraction({ personal_key_id, interaction_type_id: "download" }, options),
  async check(scene, { id }) {
    const { data } = await scene.crm.getLeadScore({ id });
    expect(data.lead_score).toBe(data.calculated.total);
    expect(data.lead_score).toBeGreaterThan(0);
    const { data: scores } = await scene.crm.listLeadScores({ id });
    expect(scores[0]).toMatchObject({ lead_score: data.lead_score });
    expect(scores.filter((score) => score.lead_score === data.lead_score)).toHaveLength(1);
  },
});

let publishCount = 0;

const publication = defineScenario({
  name: "publishRuleVersion",
  covers: { operations: ["publishRuleVersion", "rollBackRule"], subscribers: ["rules"], due: ["rule_set"] },
  async open(scene) {
    for (let n = 0; n < 3; n++) await createLead(scene, { job_title: "Gardener" });
  },
  async prepare({ crm }) {
    const [first] = StandardScore.defaults;
    // The points differ from the previous ones, so that every score changes.
    const other_points = 1 + (++publishCount % 9);
    const definition = { ...first, job_title: { ...first?.job_title, other_points } };
    return (await crm.createRuleVersion({ kind: StandardScore.name, definition })).data;
  },
  ask: ({ crm }, { id }, options) => crm.publishRuleVersion({ kind: StandardScore.name, id }, options),
  proceed: ({ system: line }) => line.advance(120),
  async check({ crm }, { id }) {
    expect((await crm.getRule({ kind: StandardScore.name })).data.in_force.id).toBe(id);
    const { data: leads } = await crm.listLeads({ limit: 100 });
    expect(leads).toHaveLength(3);
    for (const lead of leads) expect((await crm.getLead({ id: lead.id })).data.score_rule_id).toBe(id);
  },
});

const scoreModel = defineScenario({
  name: "another score model",
  covers: { operations: ["updateTenant"], subscribers: ["scoring"], due: ["rule_set"] },
  countsWrite: (name) => name === "scoring" || isScenarioSource(name),
  async open(scene) {
    for (let n = 0; n < 2; n++) await createLead(scene);
  },
  prepare: async ({ crm }) =>
    (await crm.getTenant()).data.settings.score_model === "dynamic" ? ("standard" as const) : ("dynamic" as const),
  ask: ({ crm }, score_model, options) => crm.updateTenant({ settings: { score_model } }, options),
  proceed: ({ system: line }) => line.advance(120),
  async check({ crm, system: line, tenant }, score_model) {
    const { data: leads } = await crm.listLeads({ limit: 100 });
    const rule = score_model === "dynamic" ? DynamicScore : StandardScore;
    for (const { id } of leads) {
      const { data } = await crm.getLeadScore({ id });
      expect([data.score_model, data.lead_score]).toEqual([score_model, data.calculated.total]);
      expect(data.calculated.rule.kind).toBe(rule.name);
    }
    const followed = await runIn(systemContext(line.app.ports, tenant.id, "test"), () =>
      readItem({ pk: tenantKey(useTenant(), "SCORING"), sk: "model" }),
    );
    expect(followed?.model).toBe(score_model);
  },
});

/** The projection of a change, with faults at each write of the stream consumer. */
const projection = defineScenario({
  name: "what follows from a change",
  covers: {},
  countsWrite: (name) => name === "stream",
  prepare: (scene) => createLead(scene, { company: "Before" }),
  ask: ({ crm }, { id }, options) => crm.updateLead({ id, company: "Afterwards Ltd" }, options),
  async check({ crm }, { id }) {
    const { data: matches } = await crm.listLeads({ search: "afterwards", limit: 100 });
    expect(matches.filter((lead) => lead.id === id)).toHaveLength(1);
    const { data: before } = await crm.listLeads({ search: "before", limit: 100 });
    expect(before.filter((lead) => lead.id === id)).toEqual([]);
    const { data: entries } = await crm.listAuditEntries({ record_id: id, limit: 100 });
    expect(entries.map(({ record_version }) => record_version)).toEqual(entries.map((_, index) => entries.length - index));
  },
});

export const scenarios = [
  convertLead,
  assignLeadsScenario(),
  ...assignOperations.map(assignScenario),
  batchLeads,
  absenceScenario(),
  reminderScenario(),
  waitScenario(),
  scoring,
  publication,
  scoreModel,
  projection,
];
