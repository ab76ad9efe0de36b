import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signInUser } from "../../sales/figures/support.ts";
import { addUser, inProcessTransport, signIn, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { listSentMails, receiveMail, replyHeaders } from "./support-mail.ts";

/** The conversation of a ticket: every message of the requester is in it, in order, after merges, splits and their undo. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let app: App;
let tenant: Tenant;
let agent: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "all" });
  agent = await addUser(app, tenant, "SUPPORT_AGENT");
});
afterAll(() => app.stop());

let customerCount = 0;
const newAddress = (): string => `merged${++customerCount}@customer.example`;

async function writeMail(from: string, text: string, headers: Record<string, string> = {}): Promise<string> {
  app.setClock({ advance: 1000 });
  return (await receiveMail(app, tenant, { from, text, subject: text, headers })).ticket_id ?? "";
}

/** Sets the clock. Sessions have ended by then. */
async function setClock(instant: string | number): Promise<void> {
  app.setClock({ now: new Date(instant).toISOString() });
  agent.client = await signInUser(app, tenant, agent);
  tenant.admin = createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token));
}

const readTicket = async (id: string) => (await agent.client.getTicket({ id })).data;

/** The conversation, the oldest message first, by pages of two. */
async function listConversation(id: string) {
  const rows = [];
  let cursor: string | undefined;
  do {
    const { data, meta } = await agent.client.listTicketComments({ id, limit: 2, ...(cursor ? { cursor } : {}) });
    rows.push(...data);
    cursor = meta?.next_cursor ?? undefined;
  } while (cursor);
  return rows.reverse();
}

const listRequested = async (id: string): Promise<string[]> =>
  (await listConversation(id)).filter(({ from }) => from === "REQUESTER").map(({ excerpt }) => String(excerpt));

const listEvents = async (id: string) => {
  const { data } = await agent.client.listTicketComments({ id, include: ["event"], limit: 20 });
  return data.flatMap(({ event }) => (event ? [`${event.type} ${event.ticket_id}`] : [])).reverse();
};

/** Two tickets of one requester, each with a further message. */
async function writeTwoTickets() {
  const from = newAddress();
  const first = await writeMail(from, "A1");
  const second = await writeMail(from, "B1");
  const [firstMail, secondMail] = listSentMails(app, from);
  await writeMail(from, "A2", replyHeaders(firstMail));
  await writeMail(from, "B2", replyHeaders(secondMail));
  return { from, first, second, secondMail };
}

describe("a conversation", () => {
  it("begins with the message that made the ticket, which is read like a comment", async () => {
    const from = newAddress();
    const id = await writeMail(from, "The printer smokes");
    const [first, confirmation] = await listConversation(id);
    expect(first).toMatchObject({ from: "REQUESTER", excerpt: "The printer smokes", is_public: true, ticket_id: id });
    expect(confirmation).toMatchObject({ from: "SYSTEM", is_automatic: true });
    const target = { id, comment_id: first?.id ?? "" };
    expect((await agent.client.getTicketComment(target)).data).toMatchObject({ body: "The printer smokes", delivery: null });
    const { data } = await agent.client.listTicketComments({ id, include: ["body"], search: "smokes" });
    expect(data).toMatchObject([{ id: first?.id, body: "The printer smokes" }]);
    const other = await writeMail(newAddress(), "Another");
    await expect(agent.client.getTicketComment({ ...target, id: other })).rejects.toMatchObject({ status: 404 });
    const stranger = await signUp(app);
    await expect(stranger.admin.getTicketComment(target)).rejects.toMatchObject({ status: 404 });
  });

  it("has every message in order while tickets are merged, split and separated again", async () => {
    const { from, first, second, secondMail } = await writeTwoTickets();
    expect([await listRequested(first), await listRequested(second)]).toEqual([
      ["A1", "A2"],
      ["B1", "B2"],
    ]);
    await agent.client.mergeTickets({ id: first, ticket_id: second });
    // Events of the merge are late: this answer to the second ticket arrives first.
    await writeMail(from, "B3", replyHeaders(secondMail));
    expect(await listRequested(first)).toEqual(["A1", "B1", "A2", "B2", "B3"]);

    const conversation = await listConversation(first);
    const chosen = conversation.filter(({ excerpt }) => ["B1", "B3"].includes(String(excerpt))).map(({ id }) => id);
    const { data: part } = await agent.client.splitTicket({ id: first, subject: "B", comment_ids: chosen });
    expect([await listRequested(first), await listRequested(part.id)]).toEqual([
      ["A1", "B1", "A2", "B2", "B3"],
      ["B1", "B3"],
    ]);
    await agent.client.addTicketComment({ id: part.id, from: "REQUESTER", body: "B4" });
    await agent.client.unsplitTicket({ id: first, ticket_id: part.id });
    expect(await listRequested(first)).toEqual(["A1", "B1", "A2", "B2", "B3", "B4"]);
    // What was taken back can be split off again.
    const { data: again } = await agent.client.splitTicket({ id: first, subject: "B", comment_ids: chosen });
    expect(await listRequested(again.id)).toEqual(["B1", "B3"]);

    await agent.client.unmergeTickets({ id: first, ticket_id: second });
    expect([await listRequested(first), await listRequested(second)]).toEqual([
      ["A1", "A2", "B3", "B4"],
      ["B1", "B2"],
    ]);
    await app.settle();
    expect([await listRequested(first), await listRequested(second)]).toEqual([
      ["A1", "A2", "B3", "B4"],
      ["B1", "B2"],
    ]);
    expect(await listEvents(first)).toEqual([
      `MERGED ${second}`,
      `SPLIT_TO ${part.id}`,
      `SPLIT_FROM ${first}`,
      `UNSPLIT ${part.id}`,
      `SPLIT_TO ${again.id}`,
      `UNMERGED ${second}`,
    ]);
    expect(await listEvents(second)).toEqual([`UNMERGED ${first}`]);
  });

  it("is quoted in mails with the messages of merged tickets", async () => {
    const { from, first, second } = await writeTwoTickets();
    await agent.client.mergeTickets({ id: first, ticket_id: second });
    await agent.client.addTicketComment({ id: first, body: "We look at both.", is_public: true });
    await app.settle();
    const text = listSentMails(app, from).at(-1)?.text ?? "";
    expect(["> B2", "> A2", "> B1"].map((quote) => text.includes(quote))).toEqual([true, true, true]);
  });
});

describe("the messages of two persons", () => {
  const listSubjects = async (person: string | null) =>
    (await allowAnyInput(agent.client).listTickets({ personal_key_id: person })).data.map(({ subject }) => subject).sort();
  const listSameRequester = async (id: string) =>
    (await agent.client.listRelatedTickets({ id })).data.same_requester.map(({ subject }) => subject);

  it("are found under each of their ids while the persons are merged", async () => {
    const [first, second] = [await writeMail(newAddress(), "P1"), await writeMail(newAddress(), "P2")];
    const [survivor, merged] = [await readTicket(first), await readTicket(second)].map((ticket) => ticket.personal_key_id);
    await tenant.admin.mergePersons({ id: survivor ?? "", merged_id: merged ?? "" });
    expect([await listSubjects(survivor ?? ""), await listSubjects(merged ?? "")]).toEqual([
      ["P1", "P2"],
      ["P1", "P2"],
    ]);
    expect([await listSameRequester(first), await listSameRequester(second)]).toEqual([["P2"], ["P1"]]);
    await tenant.admin.unmergePersons({ id: survivor ?? "", merged_id: merged ?? "" });
    expect([await listSubjects(survivor ?? ""), await listSubjects(merged ?? "")]).toEqual([["P1"], ["P2"]]);
    expect(await listSameRequester(first)).toEqual([]);
  });

  it("join the conversation of the survivor while their tickets are merged", async () => {
    const [from, other] = [newAddress(), newAddress()];
    const [first, second] = [await writeMail(from, "Q1"), await writeMail(other, "R1")];
    const [mail] = listSentMails(app, other);
    await agent.client.mergeTickets({ id: first, ticket_id: second });
    expect(await writeMail(other, "R2", replyHeaders(mail))).toBe(first);
    expect(await listRequested(first)).toEqual(["Q1", "R1", "R2"]);
    expect((await readTicket(first)).mail?.email).toBe(from);
    await agent.client.unmergeTickets({ id: first, ticket_id: second });
    expect(await writeMail(other, "R3", replyHeaders(mail))).toBe(second);
    expect(await listRequested(second)).toEqual(["R1", "R3"]);
  });
});

describe("an internal note", () => {
  const listMentions = async ({ client }: TestUser, id: string) =>
    (await client.listNotifications({ type: "comment_mentioned" })).data.filter(({ record_id }) => record_id === id);

  it("mentions users who see the ticket, and tells each once", async () => {
    const mentioned = await addUser(app, tenant, "DIRECTOR");
    const id = await writeMail(newAddress(), "The valve leaks");
    const body = `Ask @[${mentioned.id}]`;
    const { data: note } = await agent.client.addTicketComment({ id, body });
    expect(note).toMatchObject({ body, mentioned_ids: [mentioned.id], excerpt: expect.stringMatching(/^Ask @\w/) });
    await app.settle();
    expect(await listMentions(mentioned, id)).toMatchObject([
      { title: expect.stringMatching(/ mentioned you: The valve leaks$/), body: note.excerpt, record_kind: "ticket" },
    ]);
    // A copy of the note tells no user again.
    const { data: part } = await agent.client.splitTicket({ id, subject: "Leak", comment_ids: [note.id] });
    await app.settle();
    expect([await listMentions(mentioned, id), await listMentions(mentioned, part.id)]).toMatchObject([[{}], []]);
  });

  it("refuses mentions of users who do not see the ticket, and a reply mentions no user", async () => {
    const id = await writeMail(newAddress(), "The valve leaks");
    const stranger = await signUp(app);
    await expect(agent.client.addTicketComment({ id, body: `@[${stranger.userId}]` })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "body" }],
    });
    const { data: reply } = await agent.client.addTicketComment({ id, body: `@[${stranger.userId}]`, is_public: true });
    expect(reply.mentioned_ids).toEqual([]);
  });
});

describe("the files of an answer", () => {
  async function attach(related_to_id: string, size = 5): Promise<string> {
    const file = { file_name: "pump.txt", content_type: "text/plain", size };
    const { data: upload } = await agent.client.createUpload(file);
    await app.objects.write(`${tenant.id}/uploads/${upload.upload_id}`, Buffer.alloc(size, "a"));
    const { data } = await agent.client.createAttachment({
      related_to_id,
      related_to_type: "ticket",
      upload_id: upload.upload_id,
    });
    return data.id;
  }

  it("are mailed with it, and are listed with the message", async () => {
    const from = newAddress();
    const id = await writeMail(from, "Which pump?");
    const attachment_id = await attach(id);
    await agent.client.addTicketComment({ id, body: "This one.", is_public: true, attachment_ids: [attachment_id] });
    await app.settle();
    const file = { file_name: "pump.txt", base64: Buffer.alloc(5, "a").toString("base64") };
    expect(listSentMails(app, from).at(-1)?.attachments).toMatchObject([file]);
    const { data } = await agent.client.listTicketComments({ id, include: ["attachment_ids"], limit: 20 });
    expect(data[0]?.attachment_ids).toEqual([attachment_id]);
  });

  it("can be sent without a text", async () => {
    const from = newAddress();
    const id = await writeMail(from, "Which pump?");
    const attachment_id = await attach(id);
    await agent.client.addTicketComment({ id, is_public: true, attachment_ids: [attachment_id] });
    await app.settle();
    expect(listSentMails(app, from).at(-1)?.attachments).toMatchObject([{ file_name: "pump.txt" }]);
    const { data } = await agent.client.listTicketComments({ id, include: ["body"], limit: 20 });
    expect(data[0]).toMatchObject({ body: "", excerpt: "pump.txt" });
    expect((await readTicket(id)).is_answered).toBe(true);
    await expect(agent.client.addTicketComment({ id, body: " \n" })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "body" }],
    });
  });

  it("must belong to the ticket, and fit into a mail", async () => {
    const [id, other] = [await writeMail(newAddress(), "One"), await writeMail(newAddress(), "Two")];
    const foreign = await attach(other);
    await expect(agent.client.addTicketComment({ id, body: "This one.", attachment_ids: [foreign] })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "attachment_ids.0" }],
    });
    const large = await attach(id, 7_000_001);
    await expect(
      agent.client.addTicketComment({ id, body: "This one.", is_public: true, attachment_ids: [large] }),
    ).rejects.toMatchObject({ status: 422, details: [{ field: "attachment_ids" }] });
    expect((await agent.client.addTicketComment({ id, body: "A note", attachment_ids: [large] })).data.attachment_ids).toEqual([
      large,
    ]);
  });
});

describe("the undo of a split", () => {
  const createSplit = async () => {
    const ticket = (
      await tenant.admin.createTicket({
        ...{ subject: "Two pumps", description: "Loud", requester: { email: newAddress() }, assigned_to_id: agent.id },
      })
    ).data;
    const { data: comment } = await agent.client.addTicketComment({ id: ticket.id, body: "And hot", from: "REQUESTER" });
    await agent.client.addTicketComment({ id: ticket.id, body: "We come tomorrow.", is_public: true });
    const { data: part } = await agent.client.splitTicket({ id: ticket.id, subject: "Hot", comment_ids: [comment.id] });
    return { ticket, part };
  };

  it("starts no clock for messages that were answered before", async () => {
    const { ticket, part } = await createSplit();
    const before = await readTicket(ticket.id);
    await agent.client.unsplitTicket({ id: ticket.id, ticket_id: part.id });
    const { awaiting_since, next_response_due_at, next_due_at } = before;
    expect([awaiting_since, next_response_due_at]).toEqual([null, null]);
    expect(await readTicket(ticket.id)).toMatchObject({ awaiting_since, next_response_due_at, next_due_at });
  });

  it("takes over the wait for a message that came since", async () => {
    const { ticket, part } = await createSplit();
    app.setClock({ advance: MINUTE_MS });
    const { data: message } = await agent.client.addTicketComment({ id: part.id, body: "Hello?", from: "REQUESTER" });
    app.setClock({ advance: MINUTE_MS });
    await agent.client.unsplitTicket({ id: ticket.id, ticket_id: part.id });
    const after = await readTicket(ticket.id);
    expect(after.awaiting_since).toBe(message.created_at);
    expect(after.next_response_due_at).not.toBe(null);
  });
});

describe("the undo of a merge", () => {
  it("takes the ticket back to what it was, once, even by concurrent requests", async () => {
    const { first, second } = await writeTwoTickets();
    const before = await readTicket(second);
    await agent.client.mergeTickets({ id: first, ticket_id: second });
    const undo = () => agent.client.unmergeTickets({ id: first, ticket_id: second });
    const outcomes = await Promise.allSettled([undo(), undo(), undo()]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
    await expect(undo()).rejects.toMatchObject({ status: 409, details: [{ field: "ticket_id", message: "Not merged" }] });
    const after = await readTicket(second);
    const { status, assigned_to_id, awaiting_since, is_resolved, closed_at, merged_into_id } = before;
    expect(after).toMatchObject({ status, assigned_to_id, awaiting_since, is_resolved, closed_at, merged_into_id });
    expect(await readTicket(first)).toMatchObject({ merged_ids: [] });
    expect((await agent.client.mergeTickets({ id: second, ticket_id: first })).data.merged_ids).toEqual([first]);
  });

  it("gives back the customer and the waiting time that the survivor took over", async () => {
    const customer_id = (await tenant.admin.createCustomer({ name: "Argo Shipping" })).data.id;
    const input = { subject: "Pump", description: "Loud", assigned_to_id: agent.id };
    const { data: older } = await tenant.admin.createTicket({ ...input, customer_id });
    await setClock(Date.parse(older.created_at) + HOUR_MS);
    const { data: survivor } = await tenant.admin.createTicket({
      ...input,
      requester: { email: newAddress() },
      customer_id: null,
    });
    const { data: merged } = await agent.client.mergeTickets({ id: survivor.id, ticket_id: older.id });
    expect(merged).toMatchObject({ customer_id, awaiting_since: older.awaiting_since });
    const { data: separated } = await agent.client.unmergeTickets({ id: survivor.id, ticket_id: older.id });
    expect(separated).toMatchObject({
      ...{ customer_id: null, awaiting_since: survivor.awaiting_since },
      ...{ first_response_due_at: survivor.first_response_due_at, resolution_due_at: survivor.resolution_due_at },
    });
  });

  it("does not judge a clock that fell due while the ticket was merged, because it was paused", async () => {
    const input = { subject: "Pump", description: "Loud", requester: { email: newAddress() }, assigned_to_id: agent.id };
    const { data: survivor } = await tenant.admin.createTicket({ ...input, priority_id: "low" });
    const { data: urgent } = await tenant.admin.createTicket({ ...input, priority_id: "critical" });
    await agent.client.mergeTickets({ id: survivor.id, ticket_id: urgent.id });
    const due = Date.parse(urgent.first_response_due_at ?? "");
    await setClock(due + 2 * HOUR_MS);
    const pausedMs = due + 2 * HOUR_MS - Date.parse(urgent.created_at);
    await agent.client.unmergeTickets({ id: survivor.id, ticket_id: urgent.id });
    await app.settle();
    const after = await readTicket(urgent.id);
    expect(after).toMatchObject({ is_sla_violated: false, is_sla_paused: false });
    expect(Math.abs(Date.parse(after.first_response_due_at ?? "") - due - pausedMs)).toBeLessThan(2000);
    // The survivor is not judged by what the other ticket owed either.
    expect(await readTicket(survivor.id)).toMatchObject({ is_sla_violated: false });
    // From then on it runs again.
    await setClock(due + pausedMs + MINUTE_MS);
    await app.settle();
    expect(await readTicket(urgent.id)).toMatchObject({ is_sla_violated: true });
  });

  it("continues a violation that was judged before the merge, and judges it once", async () => {
    const input = { subject: "Pump", description: "Loud", requester: { email: newAddress() }, assigned_to_id: agent.id };
    const [{ data: survivor }, { data: late }] = [
      await tenant.admin.createTicket(input),
      await tenant.admin.createTicket({ ...input, priority_id: "critical" }),
    ];
    const due = Date.parse(late.first_response_due_at ?? "");
    await setClock(due + HOUR_MS);
    await app.settle();
    const { sla_violations } = await readTicket(late.id);
    await agent.client.mergeTickets({ id: survivor.id, ticket_id: late.id });
    await setClock(due + 2 * HOUR_MS);
    await agent.client.unmergeTickets({ id: survivor.id, ticket_id: late.id });
    await app.settle();
    await agent.client.addTicketComment({ id: late.id, body: "Done", is_public: true });
    expect(await readTicket(late.id)).toMatchObject({ sla_violations });
  });

  it("puts a ticket whose agent has left into the queue, and needs access to the survivor", async () => {
    const leaver = await addUser(app, tenant, "SUPPORT_AGENT");
    const input = { subject: "Pump", description: "Loud", requester: { email: newAddress() } };
    const { data: survivor } = await tenant.admin.createTicket({ ...input, assigned_to_id: agent.id });
    const { data: goes } = await tenant.admin.createTicket({ ...input, assigned_to_id: leaver.id });
    await tenant.admin.mergeTickets({ id: survivor.id, ticket_id: goes.id });
    await tenant.admin.setUserStatus({ id: leaver.id, status: "SUSPENDED" });
    await app.settle();
    const stranger = await signUp(app);
    await expect(stranger.admin.unmergeTickets({ id: survivor.id, ticket_id: goes.id })).rejects.toMatchObject({ status: 404 });
    await agent.client.unmergeTickets({ id: survivor.id, ticket_id: goes.id });
    expect(await readTicket(goes.id)).toMatchObject({ assigned_to_id: null, merged_into_id: null, is_resolved: false });
    await app.settle();
    const { assigned_to_id } = (await tenant.admin.getTicket({ id: goes.id })).data;
    expect([agent.id, tenant.userId]).toContain(assigned_to_id);
  });
});

describe("a snoozed ticket", () => {
  const createTicket = async () => {
    const input = { subject: "Pump", description: "Loud", requester: { email: newAddress() }, assigned_to_id: agent.id };
    return (await tenant.admin.createTicket(input)).data;
  };
  const inHours = (ticket: { created_at: string }, hours: number): string =>
    new Date(Date.parse(ticket.created_at) + hours * HOUR_MS).toISOString();

  it("returns at its time", async () => {
    const ticket = await createTicket();
    const until = inHours(ticket, 3);
    expect((await agent.client.snoozeTicket({ id: ticket.id, until })).data.snoozed_until).toBe(until);
    const listQueue = async () => {
      const { data } = await agent.client.listTickets({ owner: "me", "snoozed_until[is_null]": "true" });
      return data.map(({ id }) => id);
    };
    expect(await listQueue()).not.toContain(ticket.id);
    await setClock(inHours(ticket, 2));
    await app.settle();
    expect((await readTicket(ticket.id)).snoozed_until).toBe(until);
    await setClock(inHours(ticket, 3));
    await app.settle();
    expect((await readTicket(ticket.id)).snoozed_until).toBe(null);
    expect(await listQueue()).toContain(ticket.id);
    const { data } = await agent.client.getTicket({ id: ticket.id, expand: "labels" });
    expect(data.work_history).toMatchObject([{ type: "SNOOZED", by: agent.id, until }, { type: "SNOOZE_ENDED" }]);
    expect(data.expanded).toMatchObject({ work_history: [{ id: agent.id, name: expect.any(String) }] });
    const { data: notices } = await agent.client.listNotifications({ type: "ticket_snooze_ended" });
    expect(notices).toMatchObject([
      { record_kind: "ticket", record_id: ticket.id, title: `Back from snooze: ${ticket.ticket_number} Pump` },
    ]);
  });

  it("returns at once when the requester writes, an agent wakes it, or it is resolved", async () => {
    for (const act of [
      (id: string) => agent.client.addTicketComment({ id, body: "Hello?", from: "REQUESTER" }),
      (id: string) => agent.client.wakeTicket({ id }),
      (id: string) => agent.client.resolveTicket({ id }),
    ]) {
      const ticket = await createTicket();
      await agent.client.snoozeTicket({ id: ticket.id, until: inHours(ticket, 3) });
      await agent.client.addTicketComment({ id: ticket.id, body: "A note" });
      expect((await readTicket(ticket.id)).snoozed_until).not.toBe(null);
      await act(ticket.id);
      expect((await readTicket(ticket.id)).snoozed_until).toBe(null);
    }
    await app.settle();
    const { data: notices } = await agent.client.listNotifications({ type: "ticket_snooze_ended" });
    expect(notices).toHaveLength(1);
  });

  it("cannot be ended, and returns within a year", async () => {
    const ticket = await createTicket();
    const snooze = (until: string) => agent.client.snoozeTicket({ id: ticket.id, until });
    for (const until of [ticket.created_at, inHours(ticket, 24 * 400)])
      await expect(snooze(until)).rejects.toMatchObject({ status: 400, details: [{ field: "until" }] });
    await agent.client.resolveTicket({ id: ticket.id });
    await expect(snooze(inHours(ticket, 3))).rejects.toMatchObject({ status: 409 });
  });
});
