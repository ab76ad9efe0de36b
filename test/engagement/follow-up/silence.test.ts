import { formerKey } from "@crm/core/engagement/follow-up/former-follow-up.ts";
import { buildManagedId } from "@crm/core/engagement/workflow/managed-workflow.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { newId } from "@crm/core/kernel/id.ts";
import type { Json } from "@crm/core/kernel/json.ts";
import { RuleSets, RuleVersions } from "@crm/core/platform/rule/rule.entity.ts";
import { RULE } from "@crm/core/platform/rule/rule.kind.ts";
import { findRuleKind, setId } from "@crm/core/platform/rule/rule-kind.ts";
import { readItem } from "@crm/core/storage/table/database.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { inProcessTransport, newLead, signIn, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** Records without activity: the conditions and enrollments of workflows that follow-ups use, and rules that an earlier release has stored. */

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());
beforeEach(async () => {
  app.setClock({ reset: true });
  tenant = await signUp(app);
});

const DAY_MS = 24 * 60 * 60_000;

async function passDays(days: number): Promise<void> {
  app.setClock({ advance: days * DAY_MS });
  await app.scheduler.run("due");
  await app.settle();
  tenant.admin = createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token));
}

const inTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);

const listSubjects = async (id: string): Promise<string[]> =>
  (await tenant.admin.listActivities({ related_to_id: id, limit: 100 })).data.map(({ subject }) => subject ?? "").sort();

describe("a schedule for records without activity", () => {
  const definition = {
    name: "Silent",
    kind: "lead",
    trigger: { on: "schedule", cron: "0 3 * * *" },
    where: { or: [{ last_activity_date: { lte: "now-14d" } }, { last_activity_date: null, created_at: { lte: "now-14d" } }] },
    enrollment: { per: "last_activity_date" },
    steps: [{ id: "call", do: "task", subject: "Call again", activity_type_id: "call" }],
  };

  it("enrolls a record once for each silence", async () => {
    const { data: workflow } = await allowAnyInput(tenant.admin).createWorkflow(definition);
    await tenant.admin.publishWorkflow({ id: workflow.id });
    const { data: lead } = await tenant.admin.createLead(newLead());
    const counts: number[] = [];
    const count = async () => counts.push((await listSubjects(lead.id)).filter((subject) => subject === "Call again").length);
    for (const days of [13, 2, 1]) {
      await passDays(days);
      await count();
    }
    await tenant.admin.createActivity({ subject: "Called", activity_type_id: "task", related_to_id: lead.id });
    for (const days of [13, 2, 1]) {
      await passDays(days);
      await count();
    }
    expect(counts).toEqual([0, 1, 1, 1, 2, 2]);
  });

  it.each([
    ["where.or[0].last_activity_date.lte", { trigger: { on: "changed" } }],
    ["exit.where.created_at.lte", { exit: { where: { created_at: { lte: "today-7d" } } } }],
    ["enrollment.per", { enrollment: { per: "silence" } }],
    ["enrollment.per", { enrollment: { per: "last_activity_date", repeat: "every_time" } }],
  ])("is refused with a fault in %s", async (field, fault) => {
    await expect(allowAnyInput(tenant.admin).createWorkflow({ ...definition, ...fault })).rejects.toMatchObject({
      details: expect.arrayContaining([expect.objectContaining({ field })]),
    });
  });
});

/** Stores the published version of a rule as a release without workflows did, and makes its work due. */
const storeFormerRule = (name: string, definition: Record<string, Json>): Promise<void> =>
  inTenant(async () => {
    const kind = await findRuleKind(name);
    if (!kind) throw new Error(`${name} is no kind of rule`);
    const now = Clock.now();
    const [rule_set_id, span] = [setId(kind), { number: 1, valid_from: now, valid_to: null }];
    const id = newId(RULE, { owner: rule_set_id });
    const version = Records.init(
      RuleVersions,
      {
        rule_kind: name,
        rule_set_id,
        status: "PUBLISHED",
        definition,
        note: null,
        published_at: now,
        published_by: "system",
        based_on_id: null,
        ...span,
      },
      { id },
    );
    const set = { rule_kind: name, last_number: 1, spans: [{ id, ...span }], applied_id: id, due_at: now };
    await transaction()
      .create(RuleVersions, version)
      .create(RuleSets, Records.init(RuleSets, set, { id: rule_set_id }))
      .commit(undefined);
  });

describe("a rule that an earlier release has stored", () => {
  it("gets its workflows, and no record gets the follow-up again that it has", async () => {
    const [followed, silent, active] = await Promise.all(
      [1, 2, 3].map(async () => (await tenant.admin.createLead(newLead())).data),
    );
    const ids = [followed?.id ?? "", silent?.id ?? "", active?.id ?? ""] as const;
    await inTenant(async () => {
      const item = { ...formerKey(ids[0]), since: followed?.created_at, days: 3 };
      const stale = { ...formerKey(ids[2]), since: "2026-01-01T00:00:00.000Z", days: 3 };
      await transaction().put(item).put(stale).commit(undefined);
    });
    await passDays(5);
    const followUp = { of: "lead", activity_type_id: "call", due_in_days: 1 };
    await storeFormerRule("automatic_follow_up", {
      follow_ups: [3, 10].map((after_days) => ({ ...followUp, after_days, subject: `Silent for ${after_days}` })),
    });
    await passDays(0.01);
    expect(await Promise.all(ids.map(listSubjects))).toEqual([[], ["Silent for 3"], ["Silent for 3"]]);
    expect(await inTenant(() => readItem(formerKey(ids[2])))).toBeUndefined();
    for (let night = 0; night < 6; night++) await passDays(1);
    expect(await Promise.all(ids.map(listSubjects))).toEqual([
      ["Silent for 10"],
      ["Silent for 10", "Silent for 3"],
      ["Silent for 10", "Silent for 3"],
    ]);
  });

  it("of first answers gets its workflow", async () => {
    await storeFormerRule("ticket_answer", { is_on: true, channels: ["EMAIL"], least_score: 40 });
    await passDays(0.01);
    const id = await inTenant(async () => buildManagedId("ticket_answer", "answer"));
    expect((await tenant.admin.getWorkflow({ id })).data).toMatchObject({
      status: "ACTIVE",
      managed_by: "ticket_answer",
      where: { channel: { in: ["EMAIL"] } },
      steps: [{ action: "answerTicketFromKnowledge", set: { least_score: 40 } }],
    });
  });
});
