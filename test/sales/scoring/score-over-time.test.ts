import { Clock } from "@crm/core/kernel/clock.ts";
import { DynamicScore } from "@crm/core/sales/scoring/dynamic-model.rules.ts";
import { StandardScore } from "@crm/core/sales/scoring/standard-model.rules.ts";
import { describe, expect, it } from "vitest";
import { sweepAndAct } from "../../storage/scheduler/support.ts";
import { addUser } from "../../support/app.ts";
import { useScoringTenant } from "./support.ts";

/** Score changes without an event on the lead: time, another model, or a rule that was in force for a while. */

const {
  here: context,
  enter: enterTenant,
  born: createLead,
  read: readLead,
  scoreNow: readScore,
  happened: logInteraction,
  at: settleAt,
} = useScoringTenant();

const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

describe("time alone", () => {
  it.each([
    ["UTC", "2026-06-01T00:00:00.000Z"],
    ["Pacific/Auckland", "2026-06-01T12:00:00.000Z"],
    ["America/Los_Angeles", "2026-06-01T07:00:00.000Z"],
  ])("in %s, removes points older than 90 days at the start of the day, and not before", async (timezone, falls) => {
    await enterTenant({ timezone });
    const lead = await createLead({ job_title: "Engineer" });
    // At 12:30 UTC on 2 March it is already 3 March in Auckland.
    const day = timezone === "Pacific/Auckland" ? "2026-03-03" : "2026-03-02";
    await logInteraction(lead.personal_key_id, "download", { interaction_date: "2026-03-02T12:30:00Z" });
    await context.app.settle();
    const end = Date.parse(falls);
    expect(await readLead(lead.id)).toMatchObject({ lead_score: 8, rescore_at: falls });
    expect(new Date(end).toLocaleDateString("sv-SE", { timeZone: timezone })).toBe(addDays(day, 91));
    await settleAt(new Date(end - 60_000).toISOString());
    expect(await readScore(lead.id)).toBe(8);
    expect((await context.crm.getLeadScore({ id: lead.id })).data.total_score).toBe(8);
    await settleAt(new Date(end + 60_000).toISOString());
    expect(await readLead(lead.id)).toMatchObject({ lead_score: 3, rescore_at: null });
    expect((await context.crm.listLeadScores({ id: lead.id })).data[0]).toMatchObject({ cause: "TIME", previous_score: 8 });
  });

  it("removes points on the tenant's day also for users who see only their own records", async () => {
    await enterTenant({ timezone: "Pacific/Auckland" });
    const rep = await addUser(context.app, context.tenant, "SALES_REP");
    const lead = await createLead({ job_title: "Engineer", owner_id: rep.id });
    // It is 3 December in Auckland, 90 days before the tenant's today.
    await logInteraction(lead.personal_key_id, "download", { interaction_date: "2025-12-02T12:00:00Z" });
    await context.app.settle();
    expect((await rep.client.getLeadScore({ id: lead.id })).data.total_score).toBe(8);
  });

  it("lowers the score step by step as each day leaves the window", async () => {
    const lead = await createLead();
    for (const date of ["2026-02-20", "2026-02-25", "2026-03-01"])
      await logInteraction(lead.personal_key_id, "download", { interaction_date: `${date}T10:00:00Z` });
    await context.app.settle();
    const seen = [await readScore(lead.id)];
    for (const day of ["2026-05-21", "2026-05-22", "2026-05-27", "2026-05-31"]) {
      await settleAt(`${day}T06:00:00Z`);
      seen.push(await readScore(lead.id));
    }
    expect(seen).toEqual([15, 15, 10, 5, 0]);
  });

  it("is caught up in one run after a week without runs", async () => {
    const lead = await createLead();
    await logInteraction(lead.personal_key_id, "download");
    await context.app.settle();
    await settleAt("2026-06-06T09:00:00Z");
    expect(await readLead(lead.id)).toMatchObject({ lead_score: 0, rescore_at: null });
  });

  it("does not affect other due work: the owner is reminded, and the score stays until its day", async () => {
    const lead = await createLead({ next_contact_date: "2026-03-10T09:00:00Z" });
    await logInteraction(lead.personal_key_id, "download");
    await context.app.settle();
    await settleAt("2026-03-10T09:01:00Z");
    expect(await readLead(lead.id)).toMatchObject({ lead_score: 5, follow_up_reminded_at: "2026-03-10T09:00:00.000Z" });
    await settleAt("2026-06-02T09:00:00Z");
    expect(await readScore(lead.id)).toBe(0);
  });

  it("in the dynamic model counts 7 and 30 days", async () => {
    await enterTenant({ score_model: "dynamic", timezone: "Asia/Tokyo" });
    const lead = await createLead();
    for (let n = 0; n < 4; n++) await logInteraction(lead.personal_key_id, "website_visit");
    await context.app.settle();
    const { demographic, behavioral, engagement } = DynamicScore.defaults[0];
    const [week, month] = behavioral.recency.map(({ points }) => points) as [number, number];
    const rest = demographic.otherwise + (behavioral.interactions[2]?.points ?? 0);
    const visits = engagement.signals.find(({ key }) => key === "website_visit")?.points ?? 0;
    expect(await readLead(lead.id)).toMatchObject({ score_model: "dynamic", lead_score: rest + week + visits });
    // The interaction was on the evening of 2 March in Tokyo.
    for (const [instant, score] of [
      ["2026-03-09T14:59:00Z", rest + week + visits],
      ["2026-03-09T15:01:00Z", rest + month + visits],
      ["2026-04-01T14:59:00Z", rest + month + visits],
      ["2026-04-01T15:01:00Z", rest],
    ] as const) {
      await settleAt(instant);
      expect([instant, await readScore(lead.id)]).toEqual([instant, score]);
    }
  });

  it.each([
    ["a person who turns 25 today", "2001-06-15", "2026-06-15", 5, 20],
    ["a person born on 29 February, on 1 March", "2004-02-29", "2029-03-01", 5, 20],
    ["a person who turns 56 today", "1970-06-15", "2026-06-15", 20, 5],
  ])("in the dynamic model includes birthdays: %s", async (_, birth_date, birthday, before, after) => {
    await enterTenant({ score_model: "dynamic" });
    const lead = await createLead();
    await context.crm.updatePerson({ id: lead.personal_key_id, birth_date });
    await context.app.settle();
    const defaultPoints = DynamicScore.defaults[0].behavioral.interactions_otherwise;
    expect(await readScore(lead.id)).toBe(before + defaultPoints);
    await settleAt(`${addDays(birthday, -1)}T23:59:00Z`);
    expect(await readScore(lead.id)).toBe(before + defaultPoints);
    await settleAt(`${birthday}T00:01:00Z`);
    expect(await readScore(lead.id)).toBe(after + defaultPoints);
  });
});

describe("a change of the tenant's scoring model", () => {
  it("rescores every lead within two and a half minutes, in both directions", async () => {
    const leads: { id: string }[] = [];
    // More than one page of leads.
    for (let n = 0; n < 120; n++) leads.push(await createLead());
    const byHand = await createLead();
    await context.crm.setLeadScore({ id: byHand.id, lead_score: 77, reason: "Mine" });
    await context.app.settle();
    const scores = async () => new Set(await Promise.all(leads.map(async ({ id }) => (await readLead(id)).score_model)));
    const defaultPoints =
      DynamicScore.defaults[0].demographic.otherwise + DynamicScore.defaults[0].behavioral.interactions_otherwise;
    for (const score_model of ["dynamic", "standard", "dynamic"] as const) {
      await context.crm.updateTenant({ settings: { score_model } });
      await context.app.settle();
      for (let minute = 0; minute < 5; minute++) {
        context.app.setClock({ advance: 30_000 });
        await sweepAndAct(context.app);
      }
      await context.app.settle();
      expect([...(await scores())]).toEqual([score_model]);
      expect(await readScore(leads[0]?.id ?? "")).toBe(score_model === "dynamic" ? defaultPoints : 0);
      expect(await readLead(byHand.id)).toMatchObject({ lead_score: 77, score_model: "manual" });
    }
  });
});

describe("a rule with a short validity", () => {
  it("is reverted if it was in force for less than a turn of the scheduler", async () => {
    const lead = await createLead({ job_title: "Engineer" });
    const first = StandardScore.defaults[0];
    const definition = { ...first, job_title: { ...first.job_title, other_points: 9 } };
    const { data: draft } = await context.crm.createRuleVersion({ kind: "score_standard", definition });
    const valid = { valid_from: Clock.addSeconds(60), valid_to: Clock.addSeconds(70) };
    await context.crm.publishRuleVersion({ kind: "score_standard", id: draft.id, ...valid });
    context.app.setClock({ advance: 62_000 });
    expect((await context.crm.updateLead({ id: lead.id, employee_count: 5 })).data).toMatchObject({
      lead_score: 11,
      score_rule_id: draft.id,
    });
    context.app.setClock({ advance: 60_000 });
    await context.app.scheduler.run("due");
    await context.app.settle();
    expect(await readLead(lead.id)).toMatchObject({ lead_score: 5, score_rule_id: lead.score_rule_id });
  });
});
