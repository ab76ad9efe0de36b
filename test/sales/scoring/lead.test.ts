import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import { DynamicScore } from "@crm/core/sales/scoring/dynamic-model.rules.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import { allowAnyInput, type Client } from "@crm/functions/derive/client.ts";
import { describe, expect, it } from "vitest";
import { createFaultyStream } from "../../storage/stream/chaos.ts";
import { addUser, deliverToSubscriber, signUp, startTestApp } from "../../support/app.ts";
import { createSeededRandom } from "../../support/random.ts";
import { useScoringTenant } from "./support.ts";

/** Lead scores through the client: when and from what they are computed, and who may see and set them. */

const {
  here: context,
  enter: enterTenant,
  born: createLead,
  read: readLead,
  scoreNow: readScore,
  happened: logInteraction,
  at: settleAt,
} = useScoringTenant();

describe("a new lead", () => {
  it.each([
    [{}, 0],
    [{ job_title: "CEO" }, 10],
    [{ job_title: "Head of IT", employee_count: 300 }, 14],
    [{ company_size_id: "51-200 employees", employee_count: 5000 }, 6],
    [{ annual_revenue: "12000000", company: "Acme" }, 8],
    [{ annual_revenue: "50000000", employee_count: 1001, job_title: "Founder" }, 30],
  ])("gets the score of its fields on creation: %j, %i", async (fields, lead_score) => {
    const sizes = (await context.crm.listMasters({ kind: "company-sizes" })).data;
    const { company_size_id = null, ...rest } = fields as { company_size_id?: string };
    const size = sizes.find(({ name }) => name === company_size_id)?.id ?? null;
    expect(Boolean(size)).toBe(Boolean(company_size_id));
    expect(await createLead({ ...rest, company_size_id: size })).toMatchObject({
      lead_score,
      rating: "DISQUALIFIED",
      score_model: "standard",
      score_rule_id: (await context.crm.getRule({ kind: "score_standard" })).data.in_force.id,
      rescore_at: null,
      version: 1,
    });
  });

  it("counts earlier interactions of its person after the events are processed", async () => {
    const first = await createLead();
    await logInteraction(first.personal_key_id, "download");
    await context.app.settle();
    const second = await createLead({ email: first.email, first_name: first.first_name, last_name: first.last_name });
    expect(second).toMatchObject({ personal_key_id: first.personal_key_id, lead_score: 0, scored_at: null });
    await context.app.settle();
    expect(await readLead(second.id)).toMatchObject({ lead_score: 5, scored_at: expect.any(String) });
  });

  it("is written once if its person has no interactions", async () => {
    const first = await createLead();
    const second = await createLead({ email: first.email, first_name: first.first_name, last_name: first.last_name });
    await context.app.settle();
    expect(await readScore(second.id)).toBe(0);
    expect((await readLead(second.id)).version).toBe(1);
  });
});

describe("interactions of the person", () => {
  it.each([
    ["website_visit", 3],
    ["email_opened", 3],
    ["email_clicked", 5],
    ["download", 5],
    ["form_submission", 5],
    ["call", 0],
    ["meeting", 0],
  ])("%s counts %i, is removed when it is deleted, and counts again when it is restored", async (type, points) => {
    const lead = await createLead({ job_title: "Engineer" });
    const { id } = await logInteraction(lead.personal_key_id, type);
    await context.app.settle();
    expect(await readScore(lead.id)).toBe(3 + points);
    await context.crm.deleteInteraction({ id });
    await context.app.settle();
    expect(await readScore(lead.id)).toBe(3);
    await context.crm.restoreInteraction({ id });
    await context.app.settle();
    expect(await readScore(lead.id)).toBe(3 + points);
  });

  it("count under their final type", async () => {
    const lead = await createLead();
    const { id } = await logInteraction(lead.personal_key_id, "website_visit");
    await context.app.settle();
    await context.crm.updateInteraction({ id, interaction_type_id: "download" });
    await context.app.settle();
    expect(await readScore(lead.id)).toBe(5);
  });

  it("count up to the maximum of their group, with an explanation", async () => {
    const lead = await createLead({ job_title: "CEO" });
    for (let n = 0; n < 4; n++) await logInteraction(lead.personal_key_id, "download");
    await logInteraction(lead.personal_key_id, "email_opened");
    await context.app.settle();
    const { data } = await context.crm.getLeadScore({ id: lead.id });
    expect(data).toMatchObject({
      lead_score: 28,
      total_score: 28,
      score_breakdown: { demographic_score: 10, behavioral_score: 18, total_score: 28 },
      scoring_factors: { interaction_count: 5, recent_interactions: 5, campaign_responses: 1, opportunity_count: 0 },
      score_trend: "declining",
    });
    expect(data.calculated.parts.find(({ key }) => key === "content_downloads")).toMatchObject({ points: 15, max: 15 });
    expect(data.calculated.parts.reduce((sum, { points }) => sum + points, 0)).toBe(28);
  });

  it("count for every lead of the person, and for deleted leads once they are restored", async () => {
    const [unrelatedLead, deletedLead] = [await createLead(), await createLead({ email: "same@mail.example" })];
    const more = { email: deletedLead.email, first_name: deletedLead.first_name, last_name: deletedLead.last_name };
    const siblingLead = await createLead(more);
    await context.crm.deleteLead({ id: deletedLead.id });
    await logInteraction(deletedLead.personal_key_id, "download");
    await context.app.settle();
    expect([await readScore(unrelatedLead.id), await readScore(siblingLead.id)]).toEqual([0, 5]);
    expect((await context.crm.restoreLead({ id: deletedLead.id })).data.lead_score).toBe(5);
  });

  it("give the correct score after many concurrent events", async () => {
    const lead = await createLead();
    const types = Array.from({ length: 20 }, (_, n) => ["download", "website_visit", "email_clicked", "call"][n % 4] as string);
    await Promise.all(types.map((type) => logInteraction(lead.personal_key_id, type)));
    await context.app.settle();
    expect(await readScore(lead.id)).toBe(45);
    expect((await context.crm.getLeadScore({ id: lead.id })).data.scoring_factors.interaction_count).toBe(20);
  });

  it("give the correct score after two processes score concurrently", async () => {
    const lead = await createLead();
    const { id } = await logInteraction(lead.personal_key_id, "download");
    await context.app.settle();
    await context.crm.deleteInteraction({ id });
    const event = buildEvent("interaction.deleted", id);
    const deliver = () => Promise.all(Array.from({ length: 4 }, () => deliverToSubscriber(context.app, "scoring", event)));
    // Some deliveries compute the score while the interaction is counted, and some afterwards.
    await Promise.all([context.app.consumer.settle(), deliver()]);
    await Promise.all([context.app.settle(), deliver()]);
    await context.app.settle();
    expect(await readScore(lead.id)).toBe(0);
    expect((await context.crm.listLeadScores({ id: lead.id })).data.map(({ lead_score }) => lead_score)).toEqual([0, 5, 0]);
  });

  it("give the same score after duplicate and late events", async () => {
    const lead = await createLead();
    const { id } = await logInteraction(lead.personal_key_id, "download");
    await context.app.settle();
    const before = await readLead(lead.id);
    const event = buildEvent("interaction.created", id);
    for (let times = 0; times < 3; times++) await deliverToSubscriber(context.app, "scoring", event);
    expect(await readLead(lead.id)).toEqual(before);
    await context.crm.deleteInteraction({ id });
    await context.app.settle();
    await deliverToSubscriber(context.app, "scoring", event);
    expect(await readScore(lead.id)).toBe(0);
    expect((await context.crm.listLeadScores({ id: lead.id })).data.map(({ lead_score }) => lead_score)).toEqual([0, 5, 0]);
  });
});

const buildEvent = (type: string, record_id: string): DomainEvent => ({
  id: `${record_id}.1.${type}`,
  type,
  tenant_id: context.tenant.id,
  record_id,
  version: 1,
  actor_id: context.tenant.userId,
  request_id: "again",
  at: Clock.now(),
  changed: [],
});

describe("the fields of a lead", () => {
  it("change its score in the same response", async () => {
    const lead = await createLead({ job_title: "Engineer" });
    await logInteraction(lead.personal_key_id, "download");
    await context.app.settle();
    const patched = (await context.crm.updateLead({ id: lead.id, job_title: "CEO", employee_count: 20 })).data;
    expect(patched).toMatchObject({ lead_score: 19, score_model: "standard" });
    const { first_name, last_name, email } = lead;
    const replaced = (await context.crm.replaceLead({ id: lead.id, first_name, last_name, email })).data;
    expect(replaced.lead_score).toBe(5);
    const scoreHistory = (await context.crm.listLeadScores({ id: lead.id })).data;
    expect(scoreHistory.map(({ lead_score, previous_score, cause }) => [lead_score, previous_score, cause])).toEqual([
      [5, 19, "FACTS"],
      [19, 8, "FACTS"],
      [8, 3, "FACTS"],
      [3, null, "CREATED"],
    ]);
  });

  it("leave its score unchanged if the score does not depend on them", async () => {
    const lead = await createLead({ job_title: "Engineer" });
    const { data } = await context.crm.updateLead({ id: lead.id, notes: "Called twice" });
    expect([data.lead_score, data.scored_at]).toEqual([lead.lead_score, lead.scored_at]);
  });

  it("cannot set the score directly", async () => {
    const lead = await createLead();
    const { data } = await allowAnyInput(context.crm).updateLead({ id: lead.id, lead_score: 99, rating: "DISQUALIFIED" });
    expect(data).toMatchObject({ lead_score: 0, rating: "DISQUALIFIED" });
    await expect(allowAnyInput(context.crm).updateLead({ id: lead.id, rating: "HOT" })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "rating" }],
    });
  });

  it("follow persons that are merged and unmerged", async () => {
    const [firstLead, two] = [await createLead(), await createLead()];
    await logInteraction(two.personal_key_id, "download");
    await logInteraction(two.personal_key_id, "website_visit");
    await context.app.settle();
    expect([await readScore(firstLead.id), await readScore(two.id)]).toEqual([0, 8]);
    const pair = { id: firstLead.personal_key_id, merged_id: two.personal_key_id };
    await context.crm.mergePersons(pair);
    await context.app.settle();
    expect([await readScore(firstLead.id), await readScore(two.id)]).toEqual([8, 8]);
    await logInteraction(firstLead.personal_key_id, "form_submission");
    await context.app.settle();
    expect([await readScore(firstLead.id), await readScore(two.id)]).toEqual([13, 13]);
    await context.crm.unmergePersons(pair);
    await context.app.settle();
    expect([await readScore(firstLead.id), await readScore(two.id)]).toEqual([5, 8]);
  });
});

describe("a manually set score", () => {
  const set = async (id: string, input: object) => (await context.crm.setLeadScore({ id, ...input })).data;

  it.each([{ lead_score: 80 }, { lead_score: 80, reason: "  " }])("wants a reason: %j", async (input) => {
    const lead = await createLead();
    await expect(set(lead.id, input)).rejects.toMatchObject({ status: 400, details: [{ field: "reason" }] });
    expect(await readScore(lead.id)).toBe(0);
  });

  it.each([{ lead_score: 101 }, { lead_score: -1 }, { lead_score: 1.5 }])(
    "must be an integer from 0 to 100: %j",
    async (input) => {
      const lead = await createLead();
      await expect(set(lead.id, { ...input, reason: "x" })).rejects.toMatchObject({
        status: 400,
        details: [{ field: "lead_score" }],
      });
    },
  );

  it("stays through events, edits, time and rules until it is cleared", async () => {
    const lead = await createLead({ job_title: "Engineer" });
    const answer = await set(lead.id, { lead_score: 85, reason: "Met at the fair" });
    expect(answer).toMatchObject({ lead_score: 85, rating: "HOT", score_model: "manual", score_rule_id: null, total_score: 3 });
    await logInteraction(lead.personal_key_id, "download");
    await context.app.settle();
    await context.crm.updateLead({ id: lead.id, job_title: "CEO" });
    expect(await set(lead.id, {})).toMatchObject({ lead_score: 85, score_model: "manual", total_score: 15 });
    await settleAt("2026-06-20T00:00:00Z");
    expect(await readLead(lead.id)).toMatchObject({ lead_score: 85, rating: "HOT", score_model: "manual" });
    expect(await set(lead.id, { lead_score: null })).toMatchObject({ lead_score: 10, score_model: "standard", total_score: 10 });
    const scoreHistory = (await context.crm.listLeadScores({ id: lead.id })).data;
    expect(scoreHistory.map(({ lead_score, cause, reason }) => [lead_score, cause, reason])).toEqual([
      [10, "CLEARED", null],
      [85, "MANUAL", "Met at the fair"],
      [lead.lead_score, "CREATED", null],
    ]);
  });

  it("is computed anew on request, and nothing is written if it is the same", async () => {
    const lead = await createLead({ job_title: "Engineer" });
    expect(await set(lead.id, {})).toMatchObject({ lead_score: 3, score_model: "standard" });
    expect((await readLead(lead.id)).version).toBe(1);
  });
});

describe("the model", () => {
  it("can be requested by name, regardless of the tenant setting", async () => {
    const lead = await createLead({ job_title: "Director of Sales", company: "Acme" });
    const ask = async (model?: string) => (await context.crm.getLeadScore({ id: lead.id, ...(model ? { model } : {}) })).data;
    expect((await ask()).calculated).toMatchObject({ model: "standard", total: 8, rule: { kind: "score_standard", number: 0 } });
    const dynamic = await ask("dynamic");
    const { demographic, behavioral, firmographic } = DynamicScore.defaults[0];
    const total = demographic.job_title_points + behavioral.interactions_otherwise + firmographic.business_points;
    expect(dynamic).toMatchObject({
      lead_score: 8,
      total_score: total,
      calculated: { model: "dynamic", rule: { kind: "score_dynamic", number: 0 } },
    });
    await expect(ask("magic")).rejects.toMatchObject({ status: 400, details: [{ field: "model" }] });
    expect((await readLead(lead.id)).score_model).toBe("standard");
  });
});

describe("lists", () => {
  it("can be filtered by min_score and rating, and sorted by score", async () => {
    const [low, high, mid] = [
      await createLead(),
      await createLead({ job_title: "CEO", employee_count: 2000 }),
      await createLead({ job_title: "CEO" }),
    ];
    await context.app.settle();
    const ids = async (query: object) => (await allowAnyInput(context.crm).listLeads(query)).data.map(({ id }) => id);
    expect(await ids({ min_score: 10 })).toEqual([high.id, mid.id]);
    for (let n = 0; n < 3; n++)
      for (const type of ["download", "email_clicked", "form_submission"]) await logInteraction(low.personal_key_id, type);
    await context.app.settle();
    expect(await readScore(low.id)).toBe(45);
    expect(await ids({ min_score: 10 })).toEqual([low.id, high.id, mid.id]);
    expect(await ids({ sort: "lead_score", order: "asc" })).toEqual([mid.id, high.id, low.id]);
    expect(await ids({ rating: "COLD" })).toEqual([low.id]);
    expect((await context.crm.listLeads({ min_score: 20 })).meta.total).toBe(2);
  });
});

describe("access to the score of a lead", () => {
  const all = (as: Client, id: string) => [
    () => as.getLeadScore({ id }),
    () => as.setLeadScore({ id, lead_score: 50, reason: "Mine" }),
    () => as.listLeadScores({ id }),
  ];

  it("returns 404 in another tenant", async () => {
    const lead = await createLead();
    const otherTenant = await signUp(context.app);
    for (const ask of all(otherTenant.admin, lead.id)) await expect(ask()).rejects.toMatchObject({ status: 404 });
  });

  it("returns 404 to a user who cannot see the lead", async () => {
    const [rep, colleague] = [
      await addUser(context.app, context.tenant, "SALES_REP"),
      await addUser(context.app, context.tenant, "SALES_REP"),
    ];
    const lead = await createLead({ owner_id: colleague.id });
    for (const ask of all(rep.client, lead.id)) await expect(ask()).rejects.toMatchObject({ status: 404 });
    for (const ask of all(colleague.client, lead.id)) await expect(ask()).resolves.toBeDefined();
    expect(await readScore(lead.id)).toBe(50);
  });
});

describe("daily interaction counts", () => {
  it("are the same when counted anew, in any time zone", async () => {
    await enterTenant({ timezone: "Pacific/Auckland" });
    // The daily schedule also recounts and repairs; run it now, so that it does not run during the test.
    await context.app.settle();
    const lead = await createLead();
    await logInteraction(lead.personal_key_id, "download");
    await context.app.settle();
    const proof = await runIn(systemContext(context.app.ports, context.tenant.id, "test"), () => recount({ repair: false }));
    expect(proof).toMatchObject({ differences: [], busy: [] });
  });
});

describe("over an unreliable line", () => {
  it("each interaction counts once", async () => {
    const line = createFaultyStream(createSeededRandom(11));
    const bad = await startTestApp({ stream: line.stream });
    try {
      await enterTenant({}, bad);
      const lead = await createLead();
      for (let round = 0; round < 12; round++) {
        const types = ["download", "website_visit", "email_opened"];
        await Promise.all(types.map((type) => logInteraction(lead.personal_key_id, type)));
        await bad.consumer.settle();
      }
      await bad.settle();
      await line.flush();
      await bad.settle();
      expect(line.mischief.duplicates).toBeGreaterThan(1);
      const { data } = await context.crm.getLeadScore({ id: lead.id });
      expect(data.scoring_factors).toMatchObject({ interaction_count: 36, recent_interactions: 36, campaign_responses: 12 });
      expect(data).toMatchObject({ lead_score: 45, total_score: 45 });
    } finally {
      await bad.stop();
    }
  });
});
