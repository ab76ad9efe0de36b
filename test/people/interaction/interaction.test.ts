import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import { ApiError, allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, createCampaign, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let crm: Tenant["admin"];
let lead: Awaited<ReturnType<Tenant["admin"]["createLead"]>>["data"];
let person: string;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  crm = tenant.admin;
  lead = (await crm.createLead(newLead())).data;
  person = lead.personal_key_id;
});
afterAll(() => app.stop());

type Input = Parameters<Tenant["admin"]["createInteraction"]>[0];

const createInteraction = async (more: Record<string, unknown> = {}) =>
  (await crm.createInteraction({ personal_key_id: person, interaction_type_id: "call", ...more } as Input)).data;

const expectRejection = async (work: Promise<unknown>): Promise<[number, string[]]> => {
  const error = await work.then(
    () => undefined,
    (thrown: ApiError) => thrown,
  );
  if (!(error instanceof ApiError)) throw error ?? new Error("It was done");
  return [error.status, error.details.map(({ field }) => field).sort()];
};

const DAY_MS = 24 * 60 * 60 * 1000;
const daysAgo = (days: number): string => new Date(Clock.ms() - days * DAY_MS).toISOString();

describe("an interaction", () => {
  it("is stored with its person, and returned as it was written", async () => {
    const createdInteraction = await createInteraction({
      channel: "PHONE",
      direction: "inbound",
      subject: "Asked for an offer",
      interaction_date: "2026-01-05T10:00:00+02:00",
      duration_minutes: 12,
      feedback_type: "complaint",
      participants: [
        { type: "user", id: tenant.userId, role: "host" },
        { type: "person", id: person },
      ],
      lead_id: lead.id,
      campaign_id: await createCampaign(crm, "Summer"),
      metadata: { a: [1] },
      tags: ["x"],
    });
    const { data: read } = await crm.getInteraction({ id: createdInteraction.id });
    expect(read).toEqual(createdInteraction);
    expect(read).toMatchObject({
      personal_key_id: person,
      channel: "phone",
      direction: "INBOUND",
      feedback_type: "COMPLAINT",
      interaction_date: "2026-01-05T08:00:00.000Z",
      owner_id: tenant.userId,
      recorded_by: tenant.userId,
      version: 1,
    });
    // The time of the interaction differs from the time it was recorded.
    expect(read.created_at > daysAgo(1)).toBe(true);
    expect(read.links).toMatchObject({ person: `/api/v1/persons/${person}`, lead: `/api/v1/leads/${lead.id}` });
  });

  it("accepts a person by external key, and rejects an unknown one", async () => {
    expect(await expectRejection(createInteraction({ personal_key_id: undefined, external_key: "unknown" }))).toEqual([
      400,
      ["external_key"],
    ]);
    expect(await expectRejection(createInteraction({ personal_key_id: undefined }))).toEqual([400, ["personal_key_id"]]);
    expect(await expectRejection(createInteraction({ personal_key_id: "per_000000000000000000" }))).toEqual([
      400,
      ["personal_key_id"],
    ]);
  });

  it("reports all invalid fields at once", async () => {
    const otherLead = (await crm.createLead(newLead())).data;
    const invalidInput = {
      interaction_type_id: "telepathy",
      channel: "pigeon",
      owner_id: "usr_000000000000000000",
      lead_id: otherLead.id,
      participants: [
        { type: "user", id: "usr_000000000000000000" },
        { type: "person", id: "per_000000000000000000" },
        { type: "contact", id: "later" },
      ],
    };
    expect(await expectRejection(createInteraction(invalidInput))).toEqual([
      400,
      ["channel", "interaction_type_id", "lead_id", "owner_id", "participants[0].id", "participants[1].id", "participants[2].id"],
    ]);
    expect(await expectRejection(createInteraction({ sentiment_score: 1.5 }))).toEqual([400, ["sentiment_score"]]);
    for (const campaign_id of ["a#b", "spring", lead.id])
      expect(await expectRejection(createInteraction({ campaign_id }))).toEqual([400, ["campaign_id"]]);
  });

  it("is at most a day in the future, and keeps its date", async () => {
    expect(await expectRejection(createInteraction({ interaction_date: daysAgo(-2) }))).toEqual([400, ["interaction_date"]]);
    expect(await expectRejection(createInteraction({ interaction_date: "1969-12-31T00:00:00Z" }))).toEqual([
      400,
      ["interaction_date"],
    ]);
    const createdInteraction = await createInteraction({ interaction_date: daysAgo(-0.5) });
    const { interaction_date } = createdInteraction;
    expect((await crm.updateInteraction({ id: createdInteraction.id, interaction_date, subject: "x" })).data.subject).toBe("x");
    expect(await expectRejection(crm.updateInteraction({ id: createdInteraction.id, interaction_date: daysAgo(1) }))).toEqual([
      400,
      ["interaction_date"],
    ]);
  });

  it("cannot name a lead that its author cannot see", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const interactionInput = { personal_key_id: person, interaction_type_id: "call", lead_id: lead.id } as Input;
    expect(await expectRejection(rep.client.createInteraction(interactionInput))).toEqual([400, ["lead_id", "personal_key_id"]]);
    await crm.assignLeads({ lead_ids: [lead.id], owner_id: rep.id });
    expect((await rep.client.createInteraction(interactionInput)).data.lead_id).toBe(lead.id);
  });

  it("is hidden if it concerns a hidden lead, even from users who see its person", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const { data: ownLead } = await crm.createLead(newLead({ owner_id: rep.id }));
    const personId = ownLead.personal_key_id;
    const { data: otherLead } = await crm.createLead(newLead({ personal_key_id: personId, owner_id: tenant.userId }));
    expect(otherLead.personal_key_id).toBe(personId);
    await app.settle();
    const ids = [ownLead.id, otherLead.id].map(
      async (lead_id) => (await createInteraction({ personal_key_id: personId, lead_id })).id,
    );
    const [shown = "", hidden = ""] = await Promise.all(ids);
    await app.settle();
    expect((await rep.client.getInteraction({ id: shown })).data.id).toBe(shown);
    await expect(rep.client.getInteraction({ id: hidden })).rejects.toMatchObject({ status: 404 });
    const { data: listed } = await allowAnyInput(rep.client).listInteractions({ personal_key_id: personId });
    expect(listed.map(({ id }) => id)).toEqual([shown]);
  });

  it("can be replaced, deleted and restored", async () => {
    const createdInteraction = await createInteraction({ subject: "A", outcome: "B", tags: ["t"] });
    const { data: next } = await crm.replaceInteraction({
      id: createdInteraction.id,
      interaction_type_id: "email",
      subject: "C",
    });
    expect(next).toMatchObject({
      subject: "C",
      outcome: null,
      tags: [],
      owner_id: createdInteraction.owner_id,
      personal_key_id: person,
    });
    expect(next.interaction_date).toBe(createdInteraction.interaction_date);
    await crm.deleteInteraction({ id: createdInteraction.id });
    expect(await expectRejection(crm.getInteraction({ id: createdInteraction.id }))).toEqual([404, []]);
    expect((await crm.restoreInteraction({ id: createdInteraction.id })).data.subject).toBe("C");
  });

  it("records each change of the sentiment with author, time and source", async () => {
    const createdInteraction = await createInteraction({ sentiment: "NEGATIVE", sentiment_score: -0.5 });
    await crm.updateInteraction({ id: createdInteraction.id, notes: "nothing about the mood" });
    await crm.updateInteraction({
      id: createdInteraction.id,
      sentiment: "POSITIVE",
      sentiment_score: 0.25,
      sentiment_source: "MODEL",
    });
    const { data } = await crm.updateInteraction({ id: createdInteraction.id, sentiment: null, sentiment_score: null });
    expect(
      data.sentiment_history.map(({ sentiment, sentiment_score, source, by }) => [sentiment, sentiment_score, source, by]),
    ).toEqual([
      ["NEGATIVE", -0.5, "MANUAL", tenant.userId],
      ["POSITIVE", 0.25, "MODEL", tenant.userId],
      [null, null, "MODEL", tenant.userId],
    ]);
  });
});

describe("a follow-up", () => {
  const follow_up = { subject: "Send the offer", activity_type_id: "task", due_date: "2026-12-01" };

  it("is created with the interaction, and refers to it", async () => {
    const createdInteraction = await createInteraction({ follow_up });
    const { data: activity } = await crm.getActivity({ id: String(createdInteraction.follow_up_activity_id) });
    expect(activity).toMatchObject({
      related_to_type: "interaction",
      related_to_id: createdInteraction.id,
      subject: "Send the offer",
    });
    expect(activity.links.interaction).toBe(`/api/v1/interactions/${createdInteraction.id}`);
  });

  it("is created only together with the interaction, and vice versa", async () => {
    const before = (await crm.listInteractions({ person, limit: 100 })).data.length;
    expect(await expectRejection(createInteraction({ follow_up: { ...follow_up, activity_type_id: "nothing" } }))).toEqual([
      400,
      ["follow_up.activity_type_id"],
    ]);
    expect((await crm.listInteractions({ person, limit: 100 })).data.length).toBe(before);
  });

  it("is added later, and the interaction refers to it", async () => {
    const createdInteraction = await createInteraction();
    const { data: activity } = await crm.followUpInteraction({ id: createdInteraction.id, ...follow_up });
    const { data: read } = await crm.getInteraction({ id: createdInteraction.id });
    expect([read.follow_up_activity_id, read.version]).toEqual([activity.id, 2]);
  });
});

describe("lists", () => {
  let subject: Tenant;
  let people: string[];
  let leads: string[];
  let acme: string;
  let spring: string;
  let tickets: string[];

  beforeAll(async () => {
    subject = await signUp(app);
    spring = await createCampaign(subject.admin);
    acme = (await subject.admin.createCustomer({ name: "Acme" })).data.id;
    const ticketInput = { subject: "Help", description: "It is late", requester: { email: "ann@acme.example" } };
    tickets = [];
    for (let count = 0; count < 2; count++) tickets.push((await subject.admin.createTicket(ticketInput)).data.id);
    const createdLeads = await Promise.all([1, 2].map(() => subject.admin.createLead(newLead())));
    people = createdLeads.map(({ data }) => data.personal_key_id);
    leads = createdLeads.map(({ data }) => data.id);
    // Recorded in another order than they happened.
    for (const [index, days] of [5, 1, 9, 3, 7, 2].entries()) {
      await subject.admin.createInteraction({
        personal_key_id: people[index % 2] as string,
        interaction_type_id: index < 3 ? "call" : "email",
        channel: index < 3 ? "phone" : "email",
        direction: index % 3 === 0 ? "INBOUND" : "OUTBOUND",
        subject: `Day ${days}`,
        interaction_date: daysAgo(days),
        ...(index < 2 ? { campaign_id: spring, customer_id: acme, ticket_id: tickets[0] as string } : {}),
        ...(index === 4 ? { lead_id: leads[0] as string } : {}),
      });
    }
    await app.settle();
  });

  const days = async (query: Parameters<Tenant["admin"]["listInteractions"]>[0]) => {
    const { data, meta } = await subject.admin.listInteractions(query);
    return [data.map((row) => Number(String(row.subject).slice(4))), meta.total];
  };

  it.each([
    ["all", () => ({}), [1, 2, 3, 5, 7, 9]],
    ["all, oldest first", () => ({ order: "asc" }), [9, 7, 5, 3, 2, 1]],
    ["a person", () => ({ person: people[0] }), [5, 7, 9]],
    ["a person, oldest first", () => ({ person: people[1], order: "asc" }), [3, 2, 1]],
    ["a person who does not exist", () => ({ person: "per_000000000000000000" }), []],
    ["a type", () => ({ type: "CALL" }), [1, 5, 9]],
    ["a channel", () => ({ channel: "email" }), [2, 3, 7]],
    ["a direction", () => ({ direction: "inbound" }), [3, 5]],
    ["a campaign", () => ({ campaign: spring }), [1, 5]],
    ["a customer", () => ({ customer: acme }), [1, 5]],
    ["a ticket", () => ({ ticket: tickets[0] }), [1, 5]],
    ["a ticket without interactions", () => ({ ticket: tickets[1] }), []],
    ["a lead", () => ({ lead: leads[0] }), [7]],
    ["a person and a type", () => ({ person: people[0], type: "call" }), [5, 9]],
    ["a campaign and a person", () => ({ person: people[1], campaign: spring }), [1]],
    ["a period", () => ({ from: daysAgo(5.5), to: daysAgo(1.5) }), [2, 3, 5]],
    ["from a day on", () => ({ from: daysAgo(2.5) }), [1, 2]],
    ["up to a day, of a person", () => ({ to: daysAgo(2.5), person: people[1] }), [3]],
    ["a period of a type", () => ({ from: daysAgo(6), type: "call" }), [1, 5]],
    ["a search in a period", () => ({ from: daysAgo(6), search: "day" }), [1, 2, 3, 5]],
  ])("of %s are in order of their dates, with the total", async (_, query, expectedDays) => {
    expect(await days(query())).toEqual([expectedDays, expectedDays.length]);
  });

  it("continue by cursor", async () => {
    const { data, meta } = await subject.admin.listInteractions({ limit: 2, person: people[0] as string });
    const rest = await subject.admin.listInteractions({
      limit: 2,
      person: people[0] as string,
      cursor: String(meta.next_cursor),
    });
    expect([...data, ...rest.data].map((row) => row.subject)).toEqual(["Day 5", "Day 7", "Day 9"]);
  });

  it("reject a period that ends before it begins", async () => {
    expect(await expectRejection(subject.admin.listInteractions({ from: daysAgo(1), to: daysAgo(2) }))).toEqual([400, ["to"]]);
  });

  it("have totals that pass a recount, with days in the tenant's time zone", async () => {
    await subject.admin.updateTenant({ settings: { timezone: "Pacific/Kiritimati" } });
    const late = { personal_key_id: people[0], interaction_type_id: "call", interaction_date: "2026-01-31T11:00:00Z" };
    expect((await subject.admin.createInteraction(late as Input)).data.interaction_day).toBe("2026-02-01");
    await app.settle();
    const { differences } = await runIn(systemContext(app.ports, subject.id, "test"), () => recount({ repair: false }));
    expect(differences).toEqual([]);
  });
});

it("an interaction follows a merged person, under each of their ids", async () => {
  const [mergedId, survivorId] = await Promise.all(
    [1, 2].map(async () => (await crm.createLead(newLead())).data.personal_key_id),
  );
  const first = await createInteraction({ personal_key_id: mergedId, subject: "before" });
  await runIn(systemContext(app.ports, tenant.id, "test"), async () => {
    const { People } = await import("@crm/core/people/person/person.entity.ts");
    const { Records } = await import("@crm/core/storage/write/records.ts");
    await Records.change(People, String(mergedId), (current) => ({ ...current, merged_into: String(survivorId) }));
    await Records.change(People, String(survivorId), (current) => ({ ...current, merged_ids: [String(mergedId)] }));
  });
  const second = await createInteraction({ personal_key_id: mergedId, subject: "after" });
  expect(second.personal_key_id).toBe(survivorId);
  for (const id of [mergedId, survivorId]) {
    const { data } = await crm.listInteractions({ person: String(id) });
    expect(data.map((row) => row.id)).toEqual([second.id, first.id]);
  }
});
