import { randomUUID } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { requestPage } from "../../agreements/share-link/support.ts";
import { addUser, createCampaign, deliverToSubscriber, recordPublishedEvents, startTestApp } from "../../support/app.ts";
import { createSendFixture, type Recipient, type SendFixture } from "./send-fixture.ts";

let app: App;
let fixture: SendFixture;
const NOON_MS = Date.parse("2026-11-25T20:00:00Z");
const HOUR_MS = 60 * 60_000;
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  app.setClock({ now: new Date(NOON_MS).toISOString() });
  fixture = await createSendFixture(app);
});
afterAll(() => app.stop());

/** Advances the clock and runs three sweeps, so that due sends start and their follow-up work is done. */
const passHours = async (hours: number): Promise<void> => {
  app.setClock({ advance: hours * HOUR_MS });
  for (let minute = 0; minute < 3; minute++) {
    app.setClock({ advance: 60_000 });
    await app.settle();
  }
};
const timeInHours = (hours: number): string => new Date(Clock.ms() + hours * HOUR_MS).toISOString();
const readSend = async (id: string, as = fixture.crm) => (await as.getEmailSend({ id })).data;
const readResults = async (id: string) => (await fixture.crm.getEmailSendResults({ id })).data;
const createContacts = async (count: number): Promise<Recipient[]> => {
  const contacts: Recipient[] = [];
  for (let index = 0; index < count; index++) contacts.push(await fixture.contact());
  return contacts;
};
const createContactList = async (count: number): Promise<{ readers: Recipient[]; list: string }> => {
  const readers = await createContacts(count);
  return { readers, list: await fixture.list(readers) };
};

/** While `work` runs, makes matching writes fail up to `times` times, as if the worker had been killed before them. */
async function dropWrites<T>(pattern: RegExp, times: number, work: () => Promise<T>): Promise<number> {
  const { database } = app.ports;
  const send = database.send.bind(database);
  let killed = 0;
  database.send = async (command, scope) => {
    const name = command?.constructor.name ?? "";
    if (/Get|Query/.test(name) || !pattern.test(JSON.stringify(command)) || killed >= times) return send(command, scope);
    killed++;
    throw new TypeError("Killed");
  };
  try {
    await work();
  } finally {
    database.send = send;
  }
  return killed;
}

/** Creates a send whose messages are all written and waiting, while its job state does not record that yet. */
async function createStartedSend(count: number): Promise<{ id: string; readers: Recipient[] }> {
  const { readers, list } = await createContactList(count);
  const id = await fixture.draft({ contact_list_id: list });
  await fixture.crm.updateMailAccount({ id: fixture.account, is_active: false });
  await fixture.crm.scheduleEmailSend({ id });
  const killed = await dropWrites(new RegExp(`#JOB#${id}.*pageIds`), Number.POSITIVE_INFINITY, () => app.settle());
  expect(killed).toBeGreaterThan(0);
  expect(await readSend(id)).toMatchObject({ send_status: "SENDING" });
  return { id, readers };
}

describe("a mass mail", () => {
  it("goes to each contact of a list once, with their names, and reports each outcome", async () => {
    const { readers, list } = await createContactList(3);
    const owner = await addUser(app, fixture.tenant, "MARKETER");
    const campaign_id = await createCampaign(fixture.crm);
    const id = await fixture.draft({ contact_list_id: list, campaign_id, owner_id: owner.id });
    expect(await readSend(id)).toMatchObject({ send_status: "DRAFT", scheduled_send_time: null, recipients_count: 0 });
    const { data: startedSend } = await fixture.crm.scheduleEmailSend({ id });
    expect(startedSend).toMatchObject({ send_status: "SENDING", started_at: expect.any(String) });
    await app.settle();
    expect(await readSend(id)).toMatchObject({
      ...{ send_status: "SENT", recipients_count: 3, passed_over_count: 0, error: null },
      finished_at: expect.any(String),
    });
    expect(fixture.listReceivedSubjects(readers)).toEqual(readers.map(() => [expect.stringMatching(/^Hello Ada\d+$/)]));
    const [mail] = app.mail.sent(String(readers[0]?.email));
    expect(mail?.html).toMatch(/Dear Ada\d+ of Yard \d+, greetings from /);
    expect(mail?.headers).toHaveProperty("List-Unsubscribe");
    const { data: messages } = await fixture.crm.listMessages({ limit: 100 });
    expect(messages.map(({ purpose, status }) => `${purpose} ${status}`)).toEqual(Array(3).fill("marketing delivered"));
    const { data: conversations } = await fixture.crm.listConversations({ limit: 100 });
    expect(conversations.map(({ assigned_staff_id }) => assigned_staff_id)).toEqual(Array(3).fill(owner.id));
    const { as_of, ...results } = await readResults(id);
    expect(results).toEqual({
      ...{ written: 3, queued: 0, sent: 3, delivered: 3, tracked: 0, opened: null, clicked: null, undelivered: 0 },
      ...{ failed: 0, refused: 0, recalled: 0, unknown: 0 },
    });
    expect(as_of).toEqual(expect.any(String));
    const proof = await runIn(systemContext(app.ports, fixture.tenant.id, "test"), () => recount({ repair: false }));
    expect(proof.differences).toEqual([]);
  });

  it("counts each opened mail and each followed link once per mail", async () => {
    const { readers, list } = await createContactList(3);
    await fixture.crm.updateMailAccount({ id: fixture.account, tracks: true });
    const words = { name: "Summer", channel: "EMAIL", subject: "Summer", body_html: '<p><a href="https://a.example">A</a></p>' };
    const { data: template } = await fixture.crm.createMessageTemplate(words);
    const id = await fixture.draft({ contact_list_id: list, template_id: template.id });
    await fixture.crm.scheduleEmailSend({ id });
    await app.settle();
    app.setClock({ advance: 60_000 });
    const [openedHtml = "", followed = ""] = readers.map(({ email }) => app.mail.sent(email)[0]?.html ?? "");
    for (let times = 0; times < 2; times++) await requestPage(app, /<img src="([^"]+)"/.exec(openedHtml)?.[1] ?? "");
    await requestPage(app, /href="([^"]+)"/.exec(followed)?.[1] ?? "");
    await passHours(1);
    expect(await readResults(id)).toMatchObject({ written: 3, delivered: 3, opened: 2, clicked: 1 });
    const proof = await runIn(systemContext(app.ports, fixture.tenant.id, "test"), () => recount({ repair: false }));
    expect(proof.differences).toEqual([]);
  });

  it("goes to the customers of a segment: individuals, and businesses through their contacts", async () => {
    const [firstContact, single, otherContact] = [await fixture.contact(), await fixture.individual(), await fixture.contact()];
    const secondContact = await fixture.contact({ customer_id: firstContact.customer });
    const id = await fixture.draft({
      segment_id: await fixture.segment([{ id: firstContact.customer }, single]),
      sender_id: fixture.account,
    });
    await fixture.crm.scheduleEmailSend({ id });
    await app.settle();
    expect(await readSend(id)).toMatchObject({ send_status: "SENT", recipients_count: 3 });
    expect(fixture.listReceivedSubjects([firstContact, single, secondContact, otherContact]).map(({ length }) => length)).toEqual(
      [1, 1, 1, 0],
    );
    const [mail] = app.mail.sent(single.email);
    expect(mail?.html).toContain("Lund, greetings");
  });

  it("is sent once at its time, despite repeated and late clocks", async () => {
    const { readers, list } = await createContactList(2);
    const id = await fixture.draft({ contact_list_id: list });
    const scheduledTime = timeInHours(5);
    const { data } = await fixture.crm.scheduleEmailSend({ id, scheduled_send_time: scheduledTime });
    expect(data).toMatchObject({ send_status: "SCHEDULED", scheduled_send_time: scheduledTime, started_at: null });
    await passHours(4);
    expect(fixture.listReceivedSubjects(readers)).toEqual([[], []]);
    const events = recordPublishedEvents(app);
    await passHours(1);
    expect(await readSend(id)).toMatchObject({ send_status: "SENT", recipients_count: 2 });
    const [due] = events.filter(({ type }) => type === "email_send.start_due");
    const continueEvents = events.filter(({ type }) => type === "email_send.continue_requested");
    if (!due) expect.fail("It was never due");
    expect(continueEvents.length).toBeGreaterThan(0);
    for (const event of [due, ...continueEvents, due]) await deliverToSubscriber(app, "email-sends", event);
    await passHours(24);
    expect(fixture.listReceivedSubjects(readers).map(({ length }) => length)).toEqual([1, 1]);
    expect(await readSend(id)).toMatchObject({ send_status: "SENT", recipients_count: 2 });
  });

  it("that is rescheduled is sent at the new time, and ignores the old clock", async () => {
    const { readers, list } = await createContactList(1);
    const id = await fixture.draft({ contact_list_id: list });
    const [first, second] = [timeInHours(2), timeInHours(6)];
    await fixture.crm.scheduleEmailSend({ id, scheduled_send_time: first });
    await fixture.crm.scheduleEmailSend({ id, scheduled_send_time: second });
    await passHours(3);
    const eventFields = {
      id: randomUUID(),
      type: "email_send.start_due",
      tenant_id: fixture.tenant.id,
      record_id: id,
      version: 1,
    };
    const event = { ...eventFields, due_at: first, actor_id: "system:test", request_id: "late", at: Clock.now(), changed: [] };
    await deliverToSubscriber(app, "email-sends", event);
    await app.settle();
    expect(fixture.listReceivedSubjects(readers)).toEqual([[]]);
    expect(await readSend(id)).toMatchObject({ send_status: "SCHEDULED" });
    await passHours(4);
    expect(fixture.listReceivedSubjects(readers).map(({ length }) => length)).toEqual([1]);
  });

  it("that is unscheduled is a draft and never sent; a started one cannot be unscheduled", async () => {
    const { readers, list } = await createContactList(1);
    const id = await fixture.draft({ contact_list_id: list });
    await fixture.crm.scheduleEmailSend({ id, scheduled_send_time: timeInHours(2) });
    const { data } = await fixture.crm.unscheduleEmailSend({ id });
    expect(data).toMatchObject({ send_status: "DRAFT", scheduled_send_time: null, scheduled_by: null });
    await passHours(5);
    expect(fixture.listReceivedSubjects(readers)).toEqual([[]]);
    await fixture.crm.scheduleEmailSend({ id });
    await app.settle();
    await expect(fixture.crm.unscheduleEmailSend({ id })).rejects.toMatchObject({
      status: 422,
      details: [{ field: "send_status" }],
    });
    await expect(fixture.crm.cancelEmailSend({ id })).rejects.toMatchObject({ status: 422, details: [{ field: "send_status" }] });
  });

  it("that is cancelled does not reach recipients with a waiting message", async () => {
    const { id, readers } = await createStartedSend(3);
    const { data } = await fixture.crm.cancelEmailSend({ id });
    expect(data).toMatchObject({ send_status: "CANCELLED", finished_at: expect.any(String), error: null });
    await fixture.crm.updateMailAccount({ id: fixture.account, is_active: true });
    await passHours(1);
    expect(fixture.listReceivedSubjects(readers)).toEqual([[], [], []]);
    expect(await readSend(id)).toMatchObject({ send_status: "CANCELLED" });
    expect(await readResults(id)).toMatchObject({ written: 3, recalled: 3, sent: 0, queued: 0, refused: 0 });
    const { data: messages } = await fixture.crm.listMessages({ limit: 100 });
    expect(messages.map(({ status, held_reason }) => `${status} ${held_reason}`)).toEqual(Array(3).fill("failed recalled"));
  });

  it("that is cancelled before its time never starts", async () => {
    const { readers, list } = await createContactList(1);
    const id = await fixture.draft({ contact_list_id: list });
    await fixture.crm.scheduleEmailSend({ id, scheduled_send_time: timeInHours(1) });
    await fixture.crm.cancelEmailSend({ id });
    await passHours(3);
    expect(fixture.listReceivedSubjects(readers)).toEqual([[]]);
    await expect(fixture.crm.scheduleEmailSend({ id })).rejects.toMatchObject({ status: 422 });
  });

  it("that is deleted does not reach recipients with a waiting message", async () => {
    const { id, readers } = await createStartedSend(2);
    await expect(fixture.crm.deleteEmailSend({ id })).rejects.toMatchObject({ status: 422, details: [{ field: "send_status" }] });
    await passHours(0.1);
    expect(await readSend(id)).toMatchObject({ send_status: "SENT", recipients_count: 2 });
    await fixture.crm.deleteEmailSend({ id });
    await fixture.crm.updateMailAccount({ id: fixture.account, is_active: true });
    await passHours(1);
    expect(fixture.listReceivedSubjects(readers)).toEqual([[], []]);
  });
});

describe("recipients of a mass mail", () => {
  it("with a shared mailbox get one mail", async () => {
    const email = "family@mail.example";
    const contactInputs = ["Ada", "Bo", "Cy"].map((first_name) => ({ first_name, email }));
    const family: Recipient[] = [];
    for (const more of contactInputs) family.push(await fixture.contact(more));
    expect(new Set(family.map(({ person }) => person)).size).toBe(2);
    const id = await fixture.draft({ contact_list_id: await fixture.list(family) });
    await fixture.crm.scheduleEmailSend({ id });
    await app.settle();
    expect(app.mail.sent(email)).toHaveLength(1);
    expect(await readSend(id)).toMatchObject({ send_status: "SENT", recipients_count: 1, passed_over_count: 1 });
  });

  it("who opted out get no mail, and the results say so", async () => {
    const { readers, list } = await createContactList(2);
    const [out] = readers as [Recipient, Recipient];
    const preferences = [{ channel: "email", purpose: "marketing", consent: "REFUSED" }];
    await fixture.crm.setPreferences({ id: out.person, preferences });
    const id = await fixture.draft({ contact_list_id: list });
    await fixture.crm.scheduleEmailSend({ id });
    await app.settle();
    expect(fixture.listReceivedSubjects(readers).map(({ length }) => length)).toEqual([0, 1]);
    expect(await readSend(id)).toMatchObject({ recipients_count: 2, passed_over_count: 0 });
    expect(await readResults(id)).toMatchObject({ written: 2, refused: 1, delivered: 1 });
  });

  it("without an address or a value that the mail needs are skipped", async () => {
    const readers = [
      await fixture.contact(),
      await fixture.contact({ email: undefined }),
      await fixture.contact({ first_name: undefined }),
    ];
    const id = await fixture.draft({ contact_list_id: await fixture.list(readers) });
    await fixture.crm.scheduleEmailSend({ id });
    await app.settle();
    expect(await readSend(id)).toMatchObject({ send_status: "SENT", recipients_count: 1, passed_over_count: 2 });
    expect(fixture.listReceivedSubjects([readers[0] as Recipient]).map(({ length }) => length)).toEqual([1]);
  });

  it("must be visible to the user who scheduled it, and the send is hidden from a colleague", async () => {
    fixture = await createSendFixture(app, { visibility: "own" });
    const [marketer, otherMarketer] = [
      await addUser(app, fixture.tenant, "MARKETER"),
      await addUser(app, fixture.tenant, "MARKETER"),
    ];
    const { customer } = await fixture.contact();
    const ownContact = await fixture.contact({ owner_id: marketer.id });
    const otherContact = await fixture.contact({ customer_id: customer, owner_id: otherMarketer.id });
    const list = await fixture.list([ownContact, otherContact]);
    const id = await fixture.draft({ contact_list_id: list }, marketer.client);
    await marketer.client.scheduleEmailSend({ id });
    await app.settle();
    expect(fixture.listReceivedSubjects([ownContact, otherContact]).map(({ length }) => length)).toEqual([1, 0]);
    expect(await readSend(id, marketer.client)).toMatchObject({
      recipients_count: 1,
      passed_over_count: 0,
      owner_id: marketer.id,
    });
    await expect(otherMarketer.client.getEmailSend({ id })).rejects.toMatchObject({ status: 404 });
    await expect(otherMarketer.client.getEmailSendResults({ id })).rejects.toMatchObject({ status: 404 });
    expect((await otherMarketer.client.listEmailSends({})).data).toEqual([]);
  });

  it("must be visible to the user who last changed a scheduled send", async () => {
    fixture = await createSendFixture(app, { visibility: "own" });
    const [marketer, otherMarketer] = [
      await addUser(app, fixture.tenant, "MARKETER"),
      await addUser(app, fixture.tenant, "MARKETER"),
    ];
    const [ownContact, otherContact] = [
      await fixture.contact({ owner_id: marketer.id }),
      await fixture.contact({ owner_id: otherMarketer.id }),
    ];
    const id = await fixture.draft({ contact_list_id: await fixture.list([ownContact, otherContact]), owner_id: marketer.id });
    await fixture.crm.scheduleEmailSend({ id, scheduled_send_time: timeInHours(0.1) });
    const { data } = await marketer.client.updateEmailSend({ id, name: "Another name" });
    expect(data).toMatchObject({ send_status: "SCHEDULED", scheduled_by: marketer.id });
    await passHours(0.2);
    expect(fixture.listReceivedSubjects([ownContact, otherContact]).map(({ length }) => length)).toEqual([1, 0]);
  });

  it("who were merged get one mail, and deleted ones get none", async () => {
    const { readers, list } = await createContactList(4);
    const [into, merged, deletedReader] = readers as [Recipient, Recipient, Recipient];
    await fixture.crm.mergePersons({ id: into.person, merged_id: merged.person });
    await fixture.crm.deleteContact({ id: deletedReader.id });
    await app.settle();
    const id = await fixture.draft({ contact_list_id: list });
    await fixture.crm.scheduleEmailSend({ id });
    await app.settle();
    expect(fixture.listReceivedSubjects(readers).flat()).toHaveLength(2);
    expect(await readSend(id)).toMatchObject({ send_status: "SENT", recipients_count: 2 });
  });

  it("in a re-engagement batch are counted as contacted", async () => {
    const reader = await fixture.contact();
    const { data: batch } = await fixture.crm.createReengagementBatch({ batch_name: "Back" });
    await fixture.crm.activateReengagementBatch({ id: batch.id });
    const { data: member } = await fixture.crm.addReengagementMember({ id: batch.id, person_id: reader.person });
    const id = await fixture.draft({ contact_list_id: await fixture.list([reader]) });
    await fixture.crm.scheduleEmailSend({ id });
    await app.settle();
    const { data } = await fixture.crm.getReengagementMember({ id: member.id });
    expect(data).toMatchObject({ status: "CONTACTED", last_contact_method: "EMAIL", contact_attempts: 1 });
  });
});

describe("a send with failing writes", () => {
  it.each([
    ["a message with its claim", /#EMAILSEND#/, 1],
    ["several of them", /#EMAILSEND#/, 7],
    ["how far it is", /#JOB#ems_.*pageIds/, 1],
    ["its beginning", /#JOB#ems_/, 1],
  ])("reaches each recipient once: %s", async (_, pattern, times) => {
    const { readers, list } = await createContactList(13);
    const id = await fixture.draft({ contact_list_id: list });
    await fixture.crm.scheduleEmailSend({ id });
    expect(await dropWrites(pattern, times, () => app.settle())).toBe(times);
    await passHours(0.2);
    expect(await readSend(id)).toMatchObject({ send_status: "SENT", recipients_count: 13, passed_over_count: 0 });
    expect(fixture.listReceivedSubjects(readers).map(({ length }) => length)).toEqual(Array(13).fill(1));
    expect(await readResults(id)).toMatchObject({ written: 13, delivered: 13 });
  });

  it("does not write again to a person whose address changed before a page is repeated", async () => {
    const { readers, list } = await createContactList(3);
    const [movedReader, unreachableReader, unchangedReader] = readers as [Recipient, Recipient, Recipient];
    const id = await fixture.draft({ contact_list_id: list });
    await fixture.crm.scheduleEmailSend({ id });
    expect(await dropWrites(new RegExp(`#JOB#${id}.*pageIds`), Number.POSITIVE_INFINITY, () => app.settle())).toBeGreaterThan(0);
    expect(fixture.listReceivedSubjects(readers).map(({ length }) => length)).toEqual([1, 1, 1]);
    const movedEmail = `moved.${movedReader.email}`;
    const readContactPoint = async ({ person }: Recipient) => {
      const { data } = await fixture.crm.getPerson({ id: person });
      return { id: person, point_id: String(data.contact_points[0]?.id) };
    };
    await fixture.crm.updateContactPoint({ ...(await readContactPoint(movedReader)), contact_value: movedEmail });
    await fixture.crm.removeContactPoint(await readContactPoint(unreachableReader));
    await passHours(0.2);
    expect(await readSend(id)).toMatchObject({ send_status: "SENT", recipients_count: 3, passed_over_count: 0 });
    expect(
      fixture
        .listReceivedSubjects([movedReader, unreachableReader, unchangedReader, { email: movedEmail }])
        .map(({ length }) => length),
    ).toEqual([1, 1, 1, 0]);
  });

  it("continues over all pages to the last", async () => {
    const { customer, ...first } = await fixture.contact();
    const contacts: { id: string }[] = [first];
    for (let index = 0; index < 100; index++) contacts.push(await fixture.contact({ customer_id: customer, email: undefined }));
    const last = [await fixture.contact({ customer_id: customer }), await fixture.contact({ customer_id: customer })];
    const list = await fixture.list(contacts.slice(0, 100));
    await fixture.crm.changeContactListMembers({ id: list, add: [...contacts.slice(100), ...last].map(({ id }) => id) });
    await app.settle();
    const id = await fixture.draft({ contact_list_id: list });
    await fixture.crm.scheduleEmailSend({ id });
    await app.settle();
    await passHours(0.1);
    expect(await readSend(id)).toMatchObject({ send_status: "SENT", recipients_count: 3, passed_over_count: 100 });
    expect(fixture.listReceivedSubjects([{ email: first.email }, ...last]).map(({ length }) => length)).toEqual([1, 1, 1]);
  });
});
