import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { RuleSets } from "@crm/core/platform/rule/rule.entity.ts";
import { setId } from "@crm/core/platform/rule/rule-kind.ts";
import { StandardScore } from "@crm/core/sales/scoring/standard-model.rules.ts";
import { migrate } from "@crm/core/storage/scheduler/migration.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

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

const kind = "score_standard";
const defaultRule = StandardScore.defaults[0];
/** A rule that gives every job title these points. */
const buildRule = (other_points: number) => ({ ...defaultRule, job_title: { ranks: [], ignored: [], other_points } });

const createDraft = async (definition: object = buildRule(20), more: object = {}) =>
  (await allowAnyInput(tenant.admin).createRuleVersion({ kind, definition, ...more })).data;
const publishRule = async (definition?: object, more: object = {}) => {
  const { id } = await createDraft(definition);
  return (await tenant.admin.publishRuleVersion({ kind, id, ...more })).data;
};
const readActiveRule = async () => (await tenant.admin.getRule({ kind })).data.in_force;
/** Waits until every process must know the rule, then runs the follow-up work. */
const settleRuleChange = async () => {
  app.setClock({ advance: 20_000 });
  await app.scheduler.run("due");
  await app.settle();
};
const readScore = async (id: string) => (await tenant.admin.getLead({ id })).data.lead_score;
const createEngineer = async () => (await tenant.admin.createLead(newLead({ job_title: "Engineer", company: undefined }))).data;

describe("versions of a rule", () => {
  it("begin with the default rule, as a readable version", async () => {
    const rule = await readActiveRule();
    expect(rule).toMatchObject({ number: 0, definition: defaultRule });
    expect((await tenant.admin.getRuleVersion({ kind, id: rule.id })).data).toMatchObject({ number: 0, definition: defaultRule });
    const { data } = await tenant.admin.listRules({});
    expect(data.map((each: { kind: string }) => each.kind)).toEqual(expect.arrayContaining(["score_standard", "score_dynamic"]));
  });

  it("have no effect as drafts, and apply from their publication on", async () => {
    const draft = await createDraft();
    expect(draft).toMatchObject({ status: "DRAFT", number: null });
    expect((await createEngineer()).lead_score).toBe(3);
    await tenant.admin.publishRuleVersion({ kind, id: draft.id });
    expect(await readActiveRule()).toMatchObject({ id: draft.id, number: 1 });
    expect(await createEngineer()).toMatchObject({ lead_score: 20, score_rule_id: draft.id });
  });

  it("cannot change once they are published", async () => {
    const { id } = await publishRule();
    for (const change of [
      () => tenant.admin.updateRuleVersion({ kind, id, definition: buildRule(1) }),
      () => tenant.admin.deleteRuleVersion({ kind, id }),
      () => tenant.admin.publishRuleVersion({ kind, id }),
    ])
      await expect(change()).rejects.toMatchObject({ status: 422, code: "RULE_VIOLATION" });
    expect((await tenant.admin.getRuleVersion({ kind, id })).data.definition).toEqual(buildRule(20));
  });

  it("are in force for a period, and then the previous one applies again", async () => {
    await publishRule(buildRule(10));
    const [from, to] = [Clock.addSeconds(120), Clock.addSeconds(240)];
    await publishRule(buildRule(30), { valid_from: from, valid_to: to });
    expect((await readActiveRule()).number).toBe(1);
    app.setClock({ now: from });
    expect((await createEngineer()).lead_score).toBe(30);
    app.setClock({ now: to });
    expect((await createEngineer()).lead_score).toBe(10);
  });

  it.each([
    [{ valid_from: "2020-01-01T00:00:00Z" }, "valid_from"],
    [{ valid_to: "2020-01-01T00:00:00Z" }, "valid_to"],
  ])("are not published with %j", async (more, field) => {
    const { id } = await createDraft();
    await expect(tenant.admin.publishRuleVersion({ kind, id, ...more })).rejects.toMatchObject({
      status: 400,
      details: [expect.objectContaining({ field })],
    });
  });

  it.each([
    [{ ...defaultRule, ratings: { hot: 50, warm: 60, cold: 40 } }, "definition.ratings"],
    [{ ...defaultRule, company_size: [] }, "definition.company_size"],
    [{ ...defaultRule, job_title: { ...defaultRule.job_title, other_points: "3" } }, "definition.job_title.other_points"],
    [{ ...defaultRule, more: 1 }, "definition.more"],
  ])("name the invalid part (%#)", async (definition, field) => {
    await expect(createDraft(definition)).rejects.toMatchObject({ status: 400, details: [expect.objectContaining({ field })] });
  });

  it("are written by administrators and directors, and read by all users", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    expect((await rep.client.getRule({ kind })).data.in_force.number).toBe(0);
    await expect(rep.client.createRuleVersion({ kind, definition: defaultRule })).rejects.toMatchObject({ status: 403 });
  });

  it("are hidden from other tenants", async () => {
    const { id } = await publishRule();
    const otherTenant = await signUp(app);
    await expect(otherTenant.admin.getRuleVersion({ kind, id })).rejects.toMatchObject({ status: 404 });
    expect((await otherTenant.admin.getRule({ kind })).data.in_force.number).toBe(0);
  });

  it("are numbered sequentially, also when many are published at once", async () => {
    const drafts = await Promise.all(Array.from({ length: 8 }, (_, index) => createDraft(buildRule(index + 1))));
    const done = await Promise.all(drafts.map(({ id }) => tenant.admin.publishRuleVersion({ kind, id })));
    const numbers = done.map(({ data }) => data.number as number).sort((a, b) => a - b);
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const last = done.find(({ data }) => data.number === 8)?.data;
    expect((await readActiveRule()).id).toBe(last?.id);
  });
});

describe("a changed rule", () => {
  it("scores each lead again, also when rolled back, and past decisions refer to their version", async () => {
    const lead = await createEngineer();
    const beginning = lead.score_rule_id as string;
    const changedRule = await publishRule(buildRule(20));
    await settleRuleChange();
    expect(await readScore(lead.id)).toBe(20);
    const { data: back } = await tenant.admin.rollBackRule({ kind, to_id: beginning });
    expect(back).toMatchObject({ number: 2, definition: defaultRule, based_on_id: beginning });
    await settleRuleChange();
    expect(await readScore(lead.id)).toBe(3);
    const data = (await tenant.admin.listLeadScores({ id: lead.id })).data.slice(0, -1);
    expect(data).toMatchObject([
      { lead_score: 3, previous_score: 20, cause: "RULE", rule: { id: back.id, number: 2 } },
      { lead_score: 20, previous_score: 3, cause: "RULE", rule: { id: changedRule.id, number: 1 } },
    ]);
    for (const { rule, parts, lead_score } of data) {
      const { data: version } = await tenant.admin.getRuleVersion({ kind, id: rule?.id as string });
      const title = parts?.find(({ key }) => key === "job_title");
      expect(title?.points).toBe((version.definition as typeof defaultRule).job_title.other_points);
      expect(parts?.reduce((sum, { points }) => sum + points, 0)).toBe(lead_score);
    }
  });

  it("can be tried on existing records first, without writing", async () => {
    const lead = await createEngineer();
    await createEngineer();
    const { id } = await createDraft(buildRule(45));
    const { data } = await tenant.admin.tryRuleVersion({ kind, id });
    expect(data).toMatchObject({ examined: 2, changed: 2, before: { number: 0 }, after: { id } });
    expect(data.differences).toContainEqual(
      expect.objectContaining({ record_id: lead.id, before: "3 DISQUALIFIED", after: "45 COLD" }),
    );
    await app.settle();
    expect(await readScore(lead.id)).toBe(3);
  });

  it("takes effect at its time, and leads are scored again", async () => {
    const lead = await createEngineer();
    await publishRule(buildRule(33), { valid_from: Clock.addSeconds(120) });
    await app.settle();
    expect(await readScore(lead.id)).toBe(3);
    app.setClock({ advance: 120_000 });
    await settleRuleChange();
    expect(await readScore(lead.id)).toBe(33);
  });
});

describe("a rule set of the former release", () => {
  const inTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);
  const loadSet = (name: string) => inTenant(() => Records.read(RuleSets, setId({ name })));

  it("gets its work again once it is migrated, if its rules are workflows now", async () => {
    const { data } = await tenant.admin.createRuleVersion({ kind: "stage_automation", definition: { automations: [] } });
    await tenant.admin.publishRuleVersion({ kind: "stage_automation", id: data.id });
    await publishRule();
    await settleRuleChange();
    const names = ["stage_automation", kind];
    const sets = await Promise.all(names.map(loadSet));
    expect(sets.map(({ due_at }) => due_at)).toEqual([null, null]);
    for (const set of sets)
      await inTenant(() =>
        transaction()
          .put({ ...RuleSets.toItem(tenant.id, set, "{}"), shape: 1 })
          .commit(undefined),
      );
    expect((await migrate(app.ports)).failed).toEqual([]);
    expect(await Promise.all(names.map(loadSet))).toMatchObject([
      { applied_id: "", due_at: expect.any(String), spans: sets[0]?.spans },
      { applied_id: sets[1]?.applied_id, due_at: null },
    ]);
    await settleRuleChange();
    expect(await loadSet("stage_automation")).toMatchObject({ applied_id: sets[0]?.applied_id, due_at: null });
  });
});
