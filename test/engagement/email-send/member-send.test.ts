import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { setUpSmsProvider } from "../../messaging/message/sms-provider-double.ts";
import { addUser, startTestApp } from "../../support/app.ts";
import { createSendFixture, type Recipient, type SendFixture } from "./send-fixture.ts";

/** Sends to the members of a campaign: their audience, content and times. */

let app: App;
let fixture: SendFixture;
const NOON = "2026-11-25T12:00:00.000Z";
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  app.setClock({ now: NOON });
  fixture = await createSendFixture(app);
});
afterAll(() => app.stop());

let count = 0;
const createCampaign = async (input: object = {}, as = fixture.crm): Promise<string> => {
  const fields = { name: `Campaign ${++count}`, type: "EMAIL", start_date: "2026-01-01", status: "IN_PROGRESS", ...input };
  return (await as.createCampaign(fields)).data.id;
};
const addMember = async (campaign: string, { id }: { id: string }): Promise<string> =>
  (await fixture.crm.addCampaignMember({ id: campaign, contact_id: id })).data.id;
const createContacts = async (inputs: readonly object[]): Promise<Recipient[]> => {
  const contacts: Recipient[] = [];
  for (const input of inputs) contacts.push(await fixture.contact(input));
  return contacts;
};
const readSend = async (id: string | null) => (await fixture.crm.getEmailSend({ id: String(id) })).data;
const sendEmail = async (id: string, input: object = {}) =>
  (await fixture.crm.sendCampaignEmail({ id, template_id: fixture.template, ...input })).data;
const countMails = (readers: readonly { email: string }[]): number[] =>
  fixture.listReceivedSubjects(readers).map(({ length }) => length);
const content = { subject: "Fair", body_html: "<p>Dear {{contact.first_name}} of {{customer.name|us}}</p>" };

/** The instants at which the messages to these persons go out. */
async function listSendTimes(readers: readonly Recipient[]): Promise<(string | undefined)[]> {
  const { data: messages } = await fixture.crm.listMessages({ limit: 100 });
  return readers.map(({ email }) => messages.find(({ to_address }) => to_address === email)?.send_at ?? undefined);
}

describe("the members of a campaign", () => {
  it("get a mail by their status, and those left out are counted by reason", async () => {
    const readers = await createContacts([{}, {}, {}, {}, {}, { email: undefined }, { first_name: undefined }, {}]);
    const [added, responded, optedOut, bounced, excluded, unreachable, nameless, restricted] = readers as [
      ...[Recipient, Recipient, Recipient, Recipient, Recipient, Recipient, Recipient, Recipient],
    ];
    const campaign = await createCampaign();
    const members = new Map<Recipient, string>();
    for (const reader of readers) members.set(reader, await addMember(campaign, reader));
    for (const [reader, status] of [
      [responded, "RESPONDED"],
      [bounced, "BOUNCED"],
      [optedOut, "OPTED_OUT"],
    ] as const)
      await fixture.crm.updateCampaignMember({ id: members.get(reader) ?? "", status });
    // The excluded person is a contact of two customers. The segment has the other one.
    const { data: other } = await fixture.crm.createContact({
      ...{ customer_id: added.customer, first_name: "Ada", last_name: "Lund", email: excluded.email },
    });
    expect(other.personal_key_id).toBe(excluded.person);
    const { data: yard } = await fixture.crm.createCustomer({ customer_type: "BUSINESS", name: "Yard" });
    await fixture.crm.updateContact({ id: other.id, customer_id: yard.id });
    const segment = await fixture.segment([yard]);
    const excluding = { to_members: true, campaign_id: campaign, exclude_segment_ids: [segment] };
    const id = await fixture.draft({ ...excluding, member_status: ["ADDED"] });
    app.ports.processing = {
      findRestricted: async (persons) => new Set(persons.filter((person) => person === restricted.person)),
    };
    const leftOut = { ...{ no_address: 1, restricted: 1, opted_out: 1, bounced: 1 }, excluded: 1, missing_field: 1 };
    try {
      const { data: check } = await fixture.crm.checkEmailSend({ id });
      expect(check).toMatchObject({ recipients: 1, left_out: leftOut, is_complete: true });
      await fixture.crm.scheduleEmailSend({ id });
      await app.settle();
    } finally {
      delete app.ports.processing;
    }
    expect(await readSend(id)).toMatchObject({
      ...{ send_status: "SENT", recipients_count: 1, passed_over_count: 6, left_out: leftOut, error: null },
    });
    expect(countMails([added, responded, optedOut, bounced, excluded, nameless, restricted])).toEqual([1, 0, 0, 0, 0, 0, 0]);
    expect((await fixture.crm.getCampaignMember({ id: members.get(added) ?? "" })).data).toMatchObject({ status: "SENT" });
    expect(unreachable.person).toEqual(expect.any(String));
    const all = await fixture.draft({ to_members: true, campaign_id: campaign });
    await fixture.crm.scheduleEmailSend({ id: all });
    await app.settle();
    expect(countMails([added, responded, excluded])).toEqual([2, 1, 1]);
  });

  it("get one mail and count once although the mail moves them out of a page that is repeated", async () => {
    const campaign = await createCampaign();
    const readers = await createContacts([{}, {}, {}]);
    for (const reader of readers) await addMember(campaign, reader);
    const { database } = app.ports;
    const send = database.send.bind(database);
    database.send = async (command, scope) => {
      // The worker is killed before it stores the counts of a page.
      const text = /Get|Query/.test(command?.constructor.name ?? "") ? "" : JSON.stringify(command);
      if (/#JOB#ems_/.test(text) && /recipients_count\W+[1-9]/.test(text)) throw new TypeError("Killed");
      return send(command, scope);
    };
    const { send_id } = await sendEmail(campaign, { member_status: ["ADDED"] });
    await app.settle();
    database.send = send;
    const { data: members } = await fixture.crm.listCampaignMembers({ id: campaign, status: "SENT" });
    expect(members).toHaveLength(3);
    expect(await readSend(send_id)).toMatchObject({ send_status: "SENDING" });
    for (let times = 0; times < 2; times++) {
      app.setClock({ advance: 6 * 60_000 });
      await app.settle();
    }
    expect(await readSend(send_id)).toMatchObject({ send_status: "SENT", recipients_count: 3, left_out: {} });
    expect(countMails(readers)).toEqual([1, 1, 1]);
  });

  it("are those whom the user sees who scheduled the send", async () => {
    fixture = await createSendFixture(app, { visibility: "own" });
    const marketer = await addUser(app, fixture.tenant, "MARKETER");
    const colleague = await addUser(app, fixture.tenant, "MARKETER");
    const own = await fixture.contact({ owner_id: marketer.id });
    const foreign = await fixture.contact({ owner_id: colleague.id });
    const campaign = await createCampaign({ owner_id: marketer.id });
    await addMember(campaign, own);
    await addMember(campaign, foreign);
    const input = { id: campaign, template_id: fixture.template };
    await expect(colleague.client.sendCampaignEmail(input)).rejects.toMatchObject({ status: 404 });
    const { data } = await marketer.client.sendCampaignEmail(input);
    await app.settle();
    expect(countMails([own, foreign])).toEqual([1, 0]);
    expect(await readSend(data.send_id)).toMatchObject({ recipients_count: 1, passed_over_count: 0, owner_id: marketer.id });
    const rep = await addUser(app, fixture.tenant, "SALES_REP");
    await expect(rep.client.sendCampaignEmail(input)).rejects.toMatchObject({ status: 403 });
    const other = await createSendFixture(app);
    await expect(other.crm.sendCampaignEmail({ ...input, template_id: other.template })).rejects.toMatchObject({ status: 404 });
    await expect(other.crm.checkEmailSend({ id: String(data.send_id) })).rejects.toMatchObject({ status: 404 });
  });
});

describe("a mail to a campaign", () => {
  it("has its own content, the subscription type of the campaign, and names it", async () => {
    const campaign = await createCampaign({ subscription_type: "events" });
    const [reader] = await createContacts([{}]);
    await addMember(campaign, reader as Recipient);
    const send = { template_id: undefined, content, name: "Invitation" };
    const { send_id } = await sendEmail(campaign, send);
    await app.settle();
    expect(await readSend(send_id)).toMatchObject({
      ...{ name: "Invitation", campaign_id: campaign, to_members: true, template_id: null, subscription_type: "events" },
      content: { ...content, body: null, blocks: null },
    });
    const [mail] = app.mail.sent(reader?.email ?? "");
    expect(mail).toMatchObject({ subject: "Fair", html: expect.stringMatching(/Dear Ada\d+ of Yard \d+/) });
    const { send_id: again } = await sendEmail(campaign, { subject: "Other subject", subscription_type: "general" });
    await app.settle();
    expect(await readSend(again)).toMatchObject({ subscription_type: "general", subject: "Other subject" });
    expect(app.mail.sent(reader?.email ?? "").at(-1)?.subject).toBe("Other subject");
  });

  it("is sent once for two requests with one key, and not at all for a test", async () => {
    const campaign = await createCampaign();
    const reader = await fixture.contact();
    await addMember(campaign, reader);
    const idempotencyKey = "send-once-000000000000";
    const input = { id: campaign, template_id: fixture.template } as const;
    const send = () => fixture.crm.sendCampaignEmail(input, { idempotencyKey });
    const answers = await Promise.allSettled([send(), send()]);
    const ids = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value.data.send_id] : []));
    expect(new Set([...ids, (await send()).data.send_id]).size).toBe(1);
    await app.settle();
    expect(countMails([reader])).toEqual([1]);
    const [user, second] = [await addUser(app, fixture.tenant, "MARKETER"), await addUser(app, fixture.tenant, "MARKETER")];
    const test = { ...input, test_to: [user.id, second.id] };
    const key = { idempotencyKey: "test-once-000000000000" };
    for (let times = 0; times < 2; times++)
      expect((await fixture.crm.sendCampaignEmail(test, key)).data).toEqual({ send_id: null, ab_test_id: null });
    await app.settle();
    const { data: users } = await fixture.crm.listUsers({ limit: 100 });
    const emails = users.filter(({ id }) => [user.id, second.id].includes(id)).map(({ email }) => String(email));
    expect(emails.map((email) => app.mail.sent(email).map(({ subject }) => subject?.slice(0, 6)))).toEqual([
      ["[Test]"],
      ["[Test]"],
    ]);
    expect(countMails([reader])).toEqual([1]);
    expect((await fixture.crm.listEmailSends({ campaign })).data).toHaveLength(1);
  });

  it.each([
    ["no content", { template_id: undefined }, 400, ["template_id"]],
    ["content without a body", { template_id: undefined, content: { subject: "One" } }, 400, ["content.body"]],
    ["content without a subject", { template_id: undefined, content: { body: "One" } }, 400, ["content.subject"]],
    [
      "a script",
      { template_id: undefined, content: { subject: "One", body_html: "<script>1</script>" } },
      400,
      ["content.body_html"],
    ],
    [
      "an unknown merge field",
      { template_id: undefined, content: { subject: "{{a.b}}", body: "One" } },
      400,
      ["content.subject"],
    ],
    ["a foreign segment", { exclude_segments: ["seg_000000000000000000"] }, 400, ["exclude_segments[0]"]],
    ["an unknown status", { member_status: ["SLEEPING"] }, 400, ["member_status[0]"]],
    ["a time in the past", { schedule_at: "2026-11-25T11:00:00.000Z" }, 400, ["schedule_at"]],
    ["two times", { schedule_at: "2026-12-25T11:00:00.000Z", local_time: "2026-12-25T11:00" }, 400, ["schedule_at"]],
    ["no local time", { local_time: "2026-02-30T09:00" }, 400, ["local_time"]],
    ["a local time that is over everywhere", { local_time: "2026-11-24T09:00" }, 400, ["local_time"]],
    ["too many in an hour", { throttle_per_hour: 100_001 }, 400, ["throttle_per_hour"]],
    ["an unknown user", { test_to: ["usr_000000000000000000"] }, 400, ["test_to[0]"]],
    ["an unknown account", { sender_id: "mla_000000000000000000" }, 400, ["sender_id"]],
  ])("is refused with %s", async (_, input, status, fields) => {
    const campaign = await createCampaign();
    await expect(sendEmail(campaign, input)).rejects.toMatchObject({
      ...{ status, details: fields.map((field) => expect.objectContaining({ field })) },
    });
    expect((await fixture.crm.listEmailSends({ campaign })).data).toEqual([]);
  });

  it("needs a campaign that runs, or a later time while it is planned", async () => {
    const later = { schedule_at: "2026-12-01T09:00:00.000Z" };
    const [draft, planned, ended] = [
      await createCampaign({ status: "DRAFT" }),
      await createCampaign({ status: "PLANNING" }),
      await createCampaign(),
    ];
    await fixture.crm.completeCampaign({ id: ended });
    const refusal = { status: 422, details: [expect.objectContaining({ field: "status" })] };
    await expect(sendEmail(draft, later)).rejects.toMatchObject(refusal);
    await expect(sendEmail(planned)).rejects.toMatchObject(refusal);
    await expect(sendEmail(ended)).rejects.toMatchObject({ status: 422 });
    const { send_id } = await sendEmail(planned, later);
    expect(await readSend(send_id)).toMatchObject({ send_status: "SCHEDULED", scheduled_send_time: later.schedule_at });
    await fixture.crm.cancelCampaign({ id: planned });
    app.setClock({ now: later.schedule_at });
    app.setClock({ advance: 60_000 });
    await app.settle();
    expect(await readSend(send_id)).toMatchObject({ send_status: "CANCELLED", error: expect.stringContaining("campaign_id") });
  });
});

describe("the times of messages", () => {
  it("are the local time of each person, and of the tenant without a known country", async () => {
    const campaign = await createCampaign();
    const readers = await createContacts([{}, {}, {}]);
    for (const reader of readers) await addMember(campaign, reader);
    const [tokyo, berlin] = readers as [Recipient, Recipient, Recipient];
    for (const [{ person }, country] of [
      [tokyo, "JP"],
      [berlin, "DE"],
    ] as const)
      await fixture.crm.addAddress({ id: person, address_line1: "1 Quay", country });
    const { send_id } = await sendEmail(campaign, { local_time: "2026-11-26T09:00" });
    expect(await readSend(send_id)).toMatchObject({ send_status: "SCHEDULED", scheduled_send_time: "2026-11-25T19:00:00.000Z" });
    app.setClock({ now: "2026-11-25T19:01:00.000Z" });
    await app.settle();
    expect(await listSendTimes(readers)).toEqual([
      ...["2026-11-26T00:00:00.000Z", "2026-11-26T08:00:00.000Z", "2026-11-26T09:00:00.000Z"],
    ]);
  });

  it("are spread over the hour, and stay the same if a page is written again", async () => {
    const campaign = await createCampaign();
    const readers = await createContacts(Array.from({ length: 12 }, (_, index) => (index === 4 ? { email: undefined } : {})));
    for (const reader of readers) await addMember(campaign, reader);
    const { database } = app.ports;
    const send = database.send.bind(database);
    let written = 0;
    database.send = async (command, scope) => {
      const text = /Get|Query/.test(command?.constructor.name ?? "") ? "" : JSON.stringify(command);
      if (text.includes("#EMAILSEND#") && ++written === 11) throw new TypeError("Killed");
      return send(command, scope);
    };
    const { send_id } = await sendEmail(campaign, { throttle_per_hour: 60 });
    await app.settle();
    database.send = send;
    for (let minute = 0; minute < 12; minute++) {
      app.setClock({ advance: 60_000 });
      await app.settle();
    }
    const sent = await readSend(send_id);
    expect(sent).toMatchObject({ send_status: "SENT", recipients_count: 11, left_out: { no_address: 1 } });
    const start = Date.parse(String(sent.started_at));
    const times = (await listSendTimes(readers.filter((_, index) => index !== 4))).map((at) =>
      Math.round((Date.parse(String(at)) - start) / 60_000),
    );
    expect(times.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(countMails(readers.filter((_, index) => index !== 4))).toEqual(Array(11).fill(1));
  });
});

describe("a text message to a campaign", () => {
  it("goes to the telephone numbers of members", async () => {
    const texts = await setUpSmsProvider(app, { ...fixture.tenant, admin: fixture.crm });
    const campaign = await createCampaign();
    const readers = await createContacts([{ phone: "+12125550177" }, {}]);
    for (const reader of readers) await addMember(campaign, reader);
    const preferences = [{ channel: "sms", purpose: "marketing", consent: "ALLOWED" }];
    await fixture.crm.setPreferences({ id: readers[0]?.person ?? "", preferences });
    const input = { id: campaign, content: { body: "Dear {{contact.first_name}}, welcome" } };
    await expect(fixture.crm.sendCampaignSms({ ...input, content: { ...input.content, subject: "No" } })).rejects.toMatchObject({
      status: 400,
      details: [expect.objectContaining({ field: "content.subject" })],
    });
    await expect(
      fixture.crm.sendCampaignSms({ ...input, content: undefined, template_id: fixture.template }),
    ).rejects.toMatchObject({ status: 422, details: [expect.objectContaining({ field: "template_id" })] });
    const { data } = await fixture.crm.sendCampaignSms(input);
    await app.settle();
    expect(await readSend(data.send_id)).toMatchObject({ channel: "sms", recipients_count: 1, left_out: { no_address: 1 } });
    const [message] = (await fixture.crm.listMessages({ limit: 1 })).data;
    expect(message).toMatchObject({ channel: "sms", status: "sent", body: expect.stringMatching(/^Dear Ada\d+, welcome/) });
    expect((await texts.messages()).map(({ to }) => to)).toEqual(["+12125550177"]);
    expect(countMails(readers)).toEqual([0, 0]);
  });
});
