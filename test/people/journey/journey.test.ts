import { Clock } from "@crm/core/kernel/clock.ts";
import { Counter } from "@crm/core/storage/read/counter.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recountTenant } from "../../local/backup/support.ts";
import {
  addUser,
  createCampaign,
  inProcessTransport,
  signUp,
  startTestApp,
  type Tenant,
  type TestUser,
} from "../../support/app.ts";
import { createPerson, readAllPages, runInTenant, storeMerge } from "../person/support.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;
let spring: string;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "all" });
  rep = await addUser(app, tenant, "SALES_REP");
  spring = await createCampaign(tenant.admin);
  for (const kind of ["stores", "brands"]) {
    for (const code of ["one", "two"]) await tenant.admin.createMaster({ kind, name: `${kind} ${code}`, code });
  }
});
afterAll(() => app.stop());

const isoDay = (n: number): string => new Date(Date.UTC(2025, 0, 1) + n * 86_400_000).toISOString();

const fullStep = {
  stage: "Consideration",
  emotion: "curious",
  next_action: "Send the brochure",
  summary_text: "Asked for prices; liked the blue one.",
  confidence_score: 0.8,
  sentiment_score: -0.25,
  source: "model 7",
  interaction_type: "visit",
  channel_id: "store",
  related_order_id: "O-1",
  store_id: "one",
  brand_id: "two",
  occurred_at: "2025-03-04T05:06:07.000Z",
} as const;

describe("a step of a journey", () => {
  it("stores each field, with master data by id, under its date", async () => {
    const { person } = await createPerson(tenant);
    const { data, status } = await rep.client.createJourneyEntry({ id: person, ...fullStep, campaign_id: spring });
    expect(status).toBe(201);
    const findMasterId = async (kind: string, code: string) =>
      (await tenant.admin.listMasters({ kind, limit: 100 })).data.find((value) => value.code === code)?.id;
    const stored = {
      ...fullStep,
      campaign_id: spring,
      channel_id: await findMasterId("marketing-channels", "store"),
      store_id: await findMasterId("stores", "one"),
      brand_id: await findMasterId("brands", "two"),
      personal_key_id: person,
      recorded_by: rep.id,
      created_by: rep.id,
      created_at: fullStep.occurred_at,
    };
    expect(data).toMatchObject(stored);
    expect(data.updated_at > isoDay(300)).toBe(true);
    expect((await tenant.admin.getJourneyEntry({ id: data.id })).data).toEqual(data);
    const [row] = (await tenant.admin.listPersonJourney({ id: person })).data;
    const { next_action: _next, summary_text: _summary, ...rowFields } = stored;
    expect(row).toMatchObject(rowFields);
    expect(data.links).toMatchObject({ self: `/api/v1/journey/${data.id}`, person: `/api/v1/persons/${person}` });
  });

  it("needs no fields, and defaults to the caller and the current time", async () => {
    const { person } = await createPerson(tenant);
    const before = Clock.now();
    const { data } = await tenant.admin.createJourneyEntry({ id: person });
    expect(data).toMatchObject({ recorded_by: tenant.userId, stage: null, interaction_type: null });
    expect(data.occurred_at >= before).toBe(true);
    const otherEntry = await tenant.admin.createJourneyEntry({ id: person, recorded_by: rep.id });
    expect(otherEntry.data.recorded_by).toBe(rep.id);
    expect((await tenant.admin.createJourneyEntry({ id: person, recorded_by: null })).data.recorded_by).toBeNull();
    const key = await tenant.admin.createApiKey({ name: "model", role: "USER" });
    const model = createClient(inProcessTransport(app, (key.data as { key: string }).key));
    expect((await model.createJourneyEntry({ id: person })).data.recorded_by).toBeNull();
  });

  it("is changed field by field and cleared by null, but its time is fixed", async () => {
    const { person } = await createPerson(tenant);
    const { data } = await tenant.admin.createJourneyEntry({ id: person, ...fullStep });
    const changes = {
      stage: "Purchase",
      emotion: "glad",
      next_action: "Thank",
      summary_text: "Bought",
      confidence_score: 1,
      sentiment_score: 1,
      source: "clerk",
      interaction_type: "call",
      campaign_id: spring,
      related_order_id: "O-2",
      recorded_by: rep.id,
    } as const;
    for (const [field, value] of Object.entries(changes)) {
      const { data: after } = await tenant.admin.updateJourneyEntry({ id: data.id, [field]: value });
      expect(after).toMatchObject({ [field]: value });
      const { data: cleared } = await tenant.admin.updateJourneyEntry({ id: data.id, [field]: null });
      expect((cleared as Record<string, unknown>)[field]).toBeNull();
    }
    await expect(tenant.admin.updateJourneyEntry({ id: data.id, occurred_at: isoDay(3) })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "occurred_at" }],
    });
    const { data: now } = await tenant.admin.getJourneyEntry({ id: data.id });
    expect((await tenant.admin.updateJourneyEntry(now)).data).toEqual(now);
  });

  it("is deleted, listed among the deleted ones, and restored", async () => {
    const { person } = await createPerson(tenant);
    const { data } = await tenant.admin.createJourneyEntry({ id: person, stage: "To go", interaction_type: "sms" });
    await tenant.admin.deleteJourneyEntry({ id: data.id });
    await expect(tenant.admin.getJourneyEntry({ id: data.id })).rejects.toMatchObject({ status: 404 });
    const ids = async (query: Record<string, unknown>) =>
      (await tenant.admin.listPersonJourney({ id: person, ...query })).data.map(({ id }) => id);
    expect(await ids({})).toEqual([]);
    expect(await ids({ deleted: "true" })).toEqual([data.id]);
    expect((await tenant.admin.listJourneyEntries({ deleted: "true" })).data.map(({ id }) => id)).toContain(data.id);
    await tenant.admin.restoreJourneyEntry({ id: data.id });
    expect(await ids({ stage: "to go" })).toEqual([data.id]);
  });

  it.each([
    [{ confidence_score: 1.1 }, "confidence_score"],
    [{ confidence_score: -0.1 }, "confidence_score"],
    [{ sentiment_score: -1.1 }, "sentiment_score"],
    [{ sentiment_score: 2 }, "sentiment_score"],
    [{ interaction_type: "dance" }, "interaction_type"],
    [{ channel_id: "telepathy" }, "channel_id"],
    [{ store_id: "three" }, "store_id"],
    [{ brand_id: "three" }, "brand_id"],
    [{ recorded_by: "usr_000000000000000000" }, "recorded_by"],
    [{ occurred_at: "2999-01-01T00:00:00Z" }, "occurred_at"],
    [{ occurred_at: "1969-12-31T23:59:59Z" }, "occurred_at"],
    [{ stage: "x".repeat(101) }, "stage"],
    [{ mood: "glad" }, "mood"],
  ])("rejects %o with the field", async (more, field) => {
    const { person } = await createPerson(tenant);
    await expect(tenant.admin.createJourneyEntry({ id: person, ...more })).rejects.toMatchObject({
      status: 400,
      details: [{ field }],
    });
  });

  it("is hidden from other tenants", async () => {
    const { person } = await createPerson(tenant);
    const { data } = await tenant.admin.createJourneyEntry({ id: person, stage: "Ours" });
    const otherTenant = await signUp(app);
    for (const attempt of [
      () => otherTenant.admin.listPersonJourney({ id: person }),
      () => otherTenant.admin.createJourneyEntry({ id: person }),
      () => otherTenant.admin.getJourneyEntry({ id: data.id }),
      () => otherTenant.admin.updateJourneyEntry({ id: data.id, stage: "Theirs" }),
      () => otherTenant.admin.deleteJourneyEntry({ id: data.id }),
      () => otherTenant.admin.restoreJourneyEntry({ id: data.id }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ status: 404 });
    }
    expect((await otherTenant.admin.listJourneyEntries({ stage: "ours" })).data).toEqual([]);
  });

  it("is found under each id of a merged person, and created under the surviving one", async () => {
    const [a, b, c] = [await createPerson(tenant), await createPerson(tenant), await createPerson(tenant)];
    const createdIds: string[] = [];
    for (const [index, { person }] of [a, b, c, a, b, c].entries())
      createdIds.push(
        (await tenant.admin.createJourneyEntry({ id: person, occurred_at: isoDay(index), stage: "Merging" })).data.id,
      );
    await storeMerge(app, tenant, a.person, [b.person, c.person]);
    const { data: late } = await tenant.admin.createJourneyEntry({ id: b.person, occurred_at: isoDay(6), stage: "Merging" });
    expect(late.personal_key_id).toBe(a.person);
    await app.settle();
    for (const { person } of [a, b, c]) {
      const all = await readAllPages((page) => tenant.admin.listPersonJourney({ id: person, limit: 2, ...page }));
      expect(all.map(({ id }) => id)).toEqual([late.id, ...createdIds.toReversed()]);
      expect((await tenant.admin.listPersonJourney({ id: person, limit: 2 })).meta.total).toBe(7);
    }
  });
});

describe("the lists", () => {
  type Row = Record<string, unknown> & { id: string; occurred_at: string };
  const all: Row[] = [];
  let ownTenant: Tenant;
  let clerk: TestUser;
  let people: string[];
  let campaign: string;
  const types = ["email", "sms", "call", "visit", "chat", undefined];

  beforeAll(async () => {
    ownTenant = await signUp(app, { visibility: "all" });
    clerk = await addUser(app, ownTenant, "SALES_REP");
    campaign = await createCampaign(ownTenant.admin);
    for (const kind of ["stores", "brands"]) {
      for (const code of ["one", "two"]) await ownTenant.admin.createMaster({ kind, name: `${kind} ${code}`, code });
    }
    people = [
      (await createPerson(ownTenant)).person,
      (await createPerson(ownTenant)).person,
      (await createPerson(ownTenant)).person,
    ];
    for (let n = 0; n < 90; n++) {
      const { data } = await ownTenant.admin.createJourneyEntry({
        id: people[n % 3] as string,
        stage: [undefined, "Lead #1", "none", "Naïve"][n % 4],
        interaction_type: types[n % 6] as "email",
        channel_id: n % 5 === 0 ? "email" : "website",
        campaign_id: n % 7 === 0 ? campaign : undefined,
        store_id: ["one", "two", undefined][n % 3],
        brand_id: n % 4 === 0 ? "one" : undefined,
        related_order_id: n % 10 === 0 ? `o${n}` : undefined,
        recorded_by: n % 2 ? clerk.id : undefined,
        // Not in the order in which they are recorded.
        occurred_at: isoDay((n * 37) % 90),
      });
      all.push(data as Row);
    }
    await app.settle();
  });

  const newestFirst = (filter: (row: Row) => boolean): string[] =>
    all
      .filter(filter)
      .sort((a, b) => (a.occurred_at < b.occurred_at ? 1 : -1))
      .map(({ id }) => id);
  const listEntries = async (query: Record<string, unknown>, client = ownTenant.admin) => {
    const first = await client.listJourneyEntries({ limit: 8, ...query });
    const rows = await readAllPages((page) => client.listJourneyEntries({ limit: 8, ...query, ...page }));
    return { ids: rows.map(({ id }) => id), total: first.meta.total, bound: first.meta.total_is_lower_bound === true };
  };
  const readMaster = (field: string, n: number) => all[n]?.[field];

  it.each<[string, () => Record<string, unknown>, (row: Row) => boolean]>([
    ["all", () => ({}), () => true],
    ["stage", () => ({ stage: "lead #1" }), ({ stage }) => stage === "Lead #1"],
    ["a stage that is called none", () => ({ stage: "None" }), ({ stage }) => stage === "none"],
    ["a stage without its accent", () => ({ stage: "NAIVE" }), ({ stage }) => stage === "Naïve"],
    ["interaction_type", () => ({ interaction_type: "visit" }), ({ interaction_type }) => interaction_type === "visit"],
    ["recorded_by", () => ({ recorded_by: clerk.id }), ({ recorded_by }) => recorded_by === clerk.id],
    ["channel_id", () => ({ channel_id: "email" }), ({ channel_id }) => channel_id === readMaster("channel_id", 0)],
    ["campaign_id", () => ({ campaign_id: campaign }), ({ campaign_id }) => campaign_id === campaign],
    ["store_id", () => ({ store_id: "two" }), ({ store_id }) => store_id === readMaster("store_id", 1)],
    ["brand_id", () => ({ brand_id: "one" }), ({ brand_id }) => brand_id === readMaster("brand_id", 0)],
    ["related_order_id", () => ({ related_order_id: "o30" }), ({ related_order_id }) => related_order_id === "o30"],
    [
      "from and to",
      () => ({ from: isoDay(20), to: isoDay(40) }),
      ({ occurred_at }) => occurred_at >= isoDay(20) && occurred_at <= isoDay(40),
    ],
    ["from", () => ({ from: isoDay(85) }), ({ occurred_at }) => occurred_at >= isoDay(85)],
    ["to", () => ({ to: isoDay(4) }), ({ occurred_at }) => occurred_at <= isoDay(4)],
    [
      "interaction_type and time",
      () => ({ interaction_type: "email", from: isoDay(30) }),
      ({ interaction_type, occurred_at }) => interaction_type === "email" && occurred_at >= isoDay(30),
    ],
    [
      "stage, channel and time",
      () => ({ stage: "none", channel_id: "website", to: isoDay(60) }),
      ({ stage, channel_id, occurred_at }) =>
        stage === "none" && channel_id === readMaster("channel_id", 1) && occurred_at <= isoDay(60),
    ],
    [
      "all at once",
      () => ({ interaction_type: "email", recorded_by: ownTenant.userId, channel_id: "email", store_id: "one" }),
      ({ interaction_type, recorded_by, channel_id, store_id }) =>
        interaction_type === "email" &&
        recorded_by === ownTenant.userId &&
        channel_id === readMaster("channel_id", 0) &&
        store_id === readMaster("store_id", 0),
    ],
    ["a value without entries", () => ({ campaign_id: "c9" }), () => false],
  ])("by %s: each entry once, in order of time, with the total", async (_, query, filter) => {
    const expected = newestFirst(filter);
    expect(await listEntries(query())).toEqual({ ids: expected, total: expected.length, bound: false });
    expect((await listEntries(query(), clerk.client)).ids).toEqual(expected);
    expect((await listEntries({ ...query(), order: "asc" })).ids).toEqual(expected.toReversed());
    const person = people[1] as string;
    const rows = await readAllPages((page) => ownTenant.admin.listPersonJourney({ id: person, limit: 4, ...query(), ...page }));
    const ofPerson = newestFirst((row) => row.personal_key_id === person && filter(row));
    expect(rows.map(({ id }) => id)).toEqual(ofPerson);
    const { meta } = await ownTenant.admin.listPersonJourney({ id: person, ...query() });
    expect(meta.total).toBe(ofPerson.length);
  });

  it("reject a period that ends before it begins, and cursors of other queries", async () => {
    await expect(ownTenant.admin.listJourneyEntries({ from: isoDay(2), to: isoDay(1) })).rejects.toMatchObject({
      details: [{ field: "to" }],
    });
    const { meta } = await ownTenant.admin.listJourneyEntries({ limit: 5, from: isoDay(1) });
    const cursor = String(meta.next_cursor);
    for (const attempt of [
      () => ownTenant.admin.listJourneyEntries({ limit: 5, cursor }),
      () => ownTenant.admin.listJourneyEntries({ limit: 5, from: isoDay(2), cursor }),
      () => clerk.client.listJourneyEntries({ limit: 5, from: isoDay(1), cursor }),
      () => ownTenant.admin.listPersonJourney({ id: people[0] as string, limit: 5, from: isoDay(1), cursor }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ status: 400, details: [{ field: "cursor" }] });
    }
  });

  it("neither lose nor repeat entries while others are added before, between and after", async () => {
    const { person } = await createPerson(ownTenant);
    const createdIds: string[] = [];
    for (let n = 0; n < 30; n++)
      createdIds.push(
        (await ownTenant.admin.createJourneyEntry({ id: person, occurred_at: isoDay(100 + 2 * n), source: "paged" })).data.id,
      );
    let n = 0;
    const add = async () => {
      await ownTenant.admin.createJourneyEntry({ id: person, occurred_at: isoDay(99 + 2 * n++ * 3) });
      await ownTenant.admin.createJourneyEntry({ id: person });
    };
    const rows = await readAllPages((page) => ownTenant.admin.listPersonJourney({ id: person, limit: 7, ...page }), add);
    const seen = rows.map(({ id }) => id);
    expect(new Set(seen).size).toBe(seen.length);
    expect(rows.filter(({ source }) => source === "paged").map(({ id }) => id)).toEqual(createdIds.toReversed());
    const everywhere = await readAllPages((page) => ownTenant.admin.listJourneyEntries({ limit: 7, ...page }), add);
    expect(new Set(everywhere.map(({ id }) => id)).size).toBe(everywhere.length);
    expect(everywhere.filter(({ source }) => source === "paged").map(({ id }) => id)).toEqual(createdIds.toReversed());
  });

  it("count values with many variants in items of their own", async () => {
    const { scopes } = await runInTenant(app, ownTenant, () => Counter.read("journey", [Counter.ALL, people[0] as string]));
    const names = [...scopes.values()].flatMap((item) => Object.keys(item)).filter((name) => name.includes("="));
    expect(new Set(names.map((name) => name.split("=")[0]))).toEqual(
      new Set(["interaction_type", "recorded_by", "channel_id", "store_id", "brand_id"]),
    );
  });

  it("have counters that pass a recount after changes and deletions", async () => {
    for (const [index, { id }] of all.slice(0, 12).entries()) {
      await ownTenant.admin.updateJourneyEntry({ id, stage: `Moved ${index % 3}`, interaction_type: "chat", campaign_id: null });
      if (index % 4 === 0) await ownTenant.admin.deleteJourneyEntry({ id });
    }
    await app.settle();
    const { records, differences } = await recountTenant(app, ownTenant.id);
    expect(records).toBeGreaterThan(100);
    expect(differences).toEqual([]);
    const { total, ids } = await listEntries({ stage: "moved 1" });
    expect([total, ids.length]).toEqual([3, 3]);
  });
});
