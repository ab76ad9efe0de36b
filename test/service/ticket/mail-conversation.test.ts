import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import {
  authenticationHeaders,
  buildRawMail,
  listSentMails,
  receiveMail,
  receiveMails,
  replyHeaders,
  supportAddress,
} from "./support-mail.ts";

let app: App;
let tenant: Tenant;
let otherTenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  [tenant, otherTenant] = [await signUp(app), await signUp(app)];
});
afterAll(() => app.stop());

let customerCount = 0;
const newAddress = (): string => `customer${++customerCount}@customer.example`;
const readTicket = async (id: string | null) => (await tenant.admin.getTicket({ id: id ?? "" })).data;
const listComments = async (id: string | null) => (await tenant.admin.listTicketComments({ id: id ?? "", limit: 100 })).data;
const listExcerpts = async (id: string | null) =>
  (await listComments(id)).map(({ from, excerpt, is_automatic }) => [from, excerpt, is_automatic]).reverse();

/** Starts a ticket by email and returns it with its confirmation email. */
async function startTicketByMail(from = newAddress(), subject = "Printer") {
  const { ticket_id } = await receiveMail(app, tenant, { from: `Ada Lovelace <${from}>`, subject });
  const [confirmation] = listSentMails(app, from);
  return { id: ticket_id ?? "", from, confirmation };
}

describe("a mail", () => {
  it("opens a ticket, and is confirmed once", async () => {
    const { id, from, confirmation } = await startTicketByMail();
    const ticket = await readTicket(id);
    expect(ticket).toMatchObject({
      subject: "Printer",
      description: "It fails.",
      channel: "EMAIL",
      status: "OPEN",
      routing: { reason: "Standard routing based on priority" },
      is_answered: false,
      mail: { email: from, is_answerable: true },
    });
    const { data: person } = await tenant.admin.getPerson({ id: ticket.personal_key_id ?? "" });
    expect(person).toMatchObject({ first_name: "Ada", last_name: "Lovelace", emails: [from] });
    expect(listSentMails(app, from)).toHaveLength(1);
    expect(confirmation).toMatchObject({
      from: expect.stringContaining(`<${supportAddress(tenant)}>`),
      subject: `[${ticket.ticket_number}] Printer`,
      reply_to: expect.stringMatching(new RegExp(`^support\\+${id}-`)),
      headers: { "Auto-Submitted": "auto-replied" },
    });
    expect(confirmation?.text).toContain(ticket.ticket_number);
    expect(await listExcerpts(id)).toEqual([
      ["REQUESTER", "It fails.", false],
      ["SYSTEM", expect.stringContaining(ticket.ticket_number), true],
    ]);
  });

  it("of a known sender has the customer of the sender's other tickets, if it is one", async () => {
    const { id, from } = await startTicketByMail();
    const customer_id = (await tenant.admin.createCustomer({ name: "Argo Shipping" })).data.id;
    await tenant.admin.updateTicket({ id, customer_id });
    await app.settle();
    const second = await startTicketByMail(from, "Scanner");
    expect(await readTicket(second.id)).toMatchObject({ customer_id, status: "OPEN" });
    const other = (await tenant.admin.createCustomer({ name: "Fram Shipping" })).data.id;
    await tenant.admin.updateTicket({ id: second.id, customer_id: other });
    await app.settle();
    expect((await readTicket((await startTicketByMail(from, "Plotter")).id)).customer_id).toBe(null);
  });

  it("from a form or a list is the writer's, who gets the answers, and whom others cannot speak for", async () => {
    const cid = newAddress();
    const fromForm = { from: "Shop form <wordpress@shop.example>", headers: { "Reply-To": `Cid Fox <${cid}>` } };
    const { ticket_id } = await receiveMail(app, tenant, fromForm);
    const ticket = await readTicket(ticket_id);
    expect(ticket.mail).toMatchObject({ email: cid, is_answerable: true });
    expect((await tenant.admin.getPerson({ id: ticket.personal_key_id ?? "" })).data).toMatchObject({
      ...{ first_name: "Cid", last_name: "Fox", emails: [cid] },
    });
    const [confirmation] = listSentMails(app, cid);
    expect(listSentMails(app, "wordpress@shop.example")).toEqual([]);
    const to = confirmation?.reply_to ?? "";
    expect((await receiveMail(app, tenant, { from: cid, to })).ticket_id).toBe(ticket_id);
    expect((await receiveMail(app, tenant, { ...fromForm, to })).ticket_id).toBe(ticket_id);
    const stranger = { from: "Mallory <mallory@evil.example>", headers: { "Reply-To": `Cid <${cid}>` }, to };
    expect((await receiveMail(app, tenant, stranger)).ticket_id).not.toBe(ticket_id);
  });

  it("with the number of the requester's own ticket in its subject belongs to it", async () => {
    const { id, from } = await startTicketByMail();
    const { ticket_number } = await readTicket(id);
    const subject = `Question about ${ticket_number}`;
    expect((await receiveMail(app, tenant, { from, subject })).ticket_id).toBe(id);
    expect((await receiveMail(app, tenant, { from: newAddress(), subject })).ticket_id).not.toBe(id);
    const number = { from, subject: "About T-2020-000001" };
    expect((await receiveMail(app, tenant, number)).ticket_id).not.toBe(id);
  });

  it("of an unattended address gets no answer", async () => {
    const senders = ["MAILER-DAEMON@mx.example", "orders-noreply@shop.example", "dmarc-reports@isp.example"];
    await receiveMails(app, tenant, ...senders.map((from) => ({ from, subject: "Hello" })));
    for (const from of senders) expect(listSentMails(app, from.toLowerCase())).toEqual([]);
  });

  it("continues as a conversation in both directions", async () => {
    const { id, from, confirmation } = await startTicketByMail();
    await receiveMail(app, tenant, { from, text: "It is the blue one.", headers: replyHeaders(confirmation) });
    await tenant.admin.addTicketComment({ id, body: "A secret among us" });
    await tenant.admin.addTicketComment({ id, body: "Is it <on>?\nPlease look.", is_public: true });
    await app.settle();
    const answer = listSentMails(app, from).at(-1);
    expect(answer).toMatchObject({
      reply_to: confirmation?.reply_to,
      headers: {
        References: expect.stringContaining("@customer.example"),
        "In-Reply-To": expect.stringContaining("@customer.example"),
      },
    });
    expect(answer?.headers).not.toHaveProperty("Auto-Submitted");
    expect(answer?.text).toContain("Is it <on>?\nPlease look.");
    expect(answer?.text).toContain("> It is the blue one.");
    expect(answer?.text).toContain("> It fails.");
    expect(answer?.html).toContain("Is it &lt;on&gt;?<br>Please look.");
    expect(JSON.stringify(app.mail.sent())).not.toContain("A secret among us");
    const text = [
      "Yes",
      "",
      "On 22 Nov 2026 at 9:30, Uma wrote:",
      ...(answer?.text ?? "").split("\n").map((line) => `> ${line}`),
    ].join("\n");
    const { status, ticket_id, comment_id } = await receiveMail(app, tenant, { from, text, to: answer?.reply_to ?? "" });
    expect([status, ticket_id]).toEqual(["HANDLED", id]);
    expect((await listComments(id))[0]).toMatchObject({ id: comment_id, excerpt: "Yes", from: "REQUESTER" });
    expect(await readTicket(id)).toMatchObject({ is_answered: true, awaiting_since: expect.any(String) });
    expect(await listExcerpts(id)).toHaveLength(6);
    expect(listSentMails(app, from)).toHaveLength(2);
  });

  it("joins a ticket by the ids of its sender's own mails only", async () => {
    const [from, eve] = [newAddress(), newAddress()];
    const { message_id, ticket_id } = await receiveMail(app, tenant, { from });
    const headers = { "In-Reply-To": `<${message_id}>` };
    expect((await receiveMail(app, tenant, { from, headers })).ticket_id).toBe(ticket_id);
    expect((await receiveMail(app, tenant, { from: eve, headers })).ticket_id).not.toBe(ticket_id);
    // A mail of another sender with the same id does not lead away from the ticket.
    await receiveMail(app, tenant, { from: eve, headers: { "Message-ID": `<${message_id}>` } });
    expect((await receiveMail(app, tenant, { from, headers })).ticket_id).toBe(ticket_id);
  });

  it("has one effect despite duplicate and concurrent events", async () => {
    const from = newAddress();
    const raw = buildRawMail({ from });
    const ids = await receiveMails(app, tenant, { raw }, { raw }, { raw });
    expect(new Set(ids).size).toBe(1);
    const { ticket_id } = (await tenant.admin.getInboundMail({ id: ids[0] ?? "" })).data;
    expect(listSentMails(app, from)).toHaveLength(1);
    expect(await listExcerpts(ticket_id)).toHaveLength(2);
  });
});

describe("senders accepted for a ticket", () => {
  it.each(["address", "References"])("exclude others, even if they know its %s", async (proof) => {
    const { id, confirmation } = await startTicketByMail();
    const eve = newAddress();
    const mailFields = proof === "address" ? { to: confirmation?.reply_to ?? "" } : { headers: replyHeaders(confirmation) };
    const { ticket_id } = await receiveMail(app, tenant, { from: eve, text: "Tell me more", ...mailFields });
    expect(ticket_id).not.toBe(id);
    expect(await readTicket(ticket_id)).toMatchObject({ parent_ticket_id: null, mail: { email: eve } });
    expect(await listExcerpts(id)).toHaveLength(2);
  });

  it("exclude a sender with a token of another tenant", async () => {
    const { id, from, confirmation } = await startTicketByMail();
    const to = (confirmation?.reply_to ?? "").replace(tenant.slug, otherTenant.slug);
    const inboundMail = await receiveMail(app, otherTenant, { from, to, headers: replyHeaders(confirmation) });
    expect(inboundMail.ticket_id).not.toBe(id);
    expect((await otherTenant.admin.getTicket({ id: inboundMail.ticket_id ?? "" })).data.description).toBe("It fails.");
    expect(await listExcerpts(id)).toHaveLength(2);
  });

  it("exclude a sender that the domain does not authenticate; the mail opens a ticket with a warning and no reply", async () => {
    const { id, from, confirmation } = await startTicketByMail();
    const mailFields = {
      to: confirmation?.reply_to ?? "",
      headers: { ...authenticationHeaders("fail"), ...replyHeaders(confirmation) },
    };
    const { ticket_id } = await receiveMail(app, tenant, { from, text: "Send the money", ...mailFields });
    expect(ticket_id).not.toBe(id);
    expect(await listComments(ticket_id)).toMatchObject([
      { from: "SYSTEM", is_public: false, excerpt: expect.stringContaining("DMARC") },
      { from: "REQUESTER", excerpt: "Send the money" },
    ]);
    expect(listSentMails(app, from)).toHaveLength(1);
  });

  it("include the recipients of the requester's mail, and contacts of the same customer", async () => {
    const { data: customer } = await tenant.admin.createCustomer({ name: "Argo" });
    const [ada, bob, cleo] = [newAddress(), newAddress(), newAddress()];
    for (const [first_name, email] of [
      ["Ada", ada],
      ["Bob", bob],
    ] as const)
      await tenant.admin.createContact({ first_name, last_name: "Argo", email, customer_id: customer.id });
    await app.settle();
    const { ticket_id } = await receiveMail(app, tenant, {
      from: ada,
      headers: { To: supportAddress(tenant), Cc: `Cleo <${cleo}>` },
    });
    expect(await readTicket(ticket_id)).toMatchObject({ customer_id: customer.id, mail: { email: ada, cc: [cleo] } });
    await tenant.admin.addTicketComment({ id: ticket_id ?? "", body: "Which one?", is_public: true });
    await app.settle();
    const answer = listSentMails(app, ada).at(-1);
    expect(answer).toMatchObject({ to: ada, cc: [cleo] });
    for (const from of [bob, cleo])
      expect((await receiveMail(app, tenant, { from, to: answer?.reply_to ?? "" })).ticket_id).toBe(ticket_id);
    expect(await readTicket(ticket_id)).toMatchObject({ mail: { email: ada } });
  });

  it("include the agent who writes to its address, but no user who cannot see it", async () => {
    const { id, from, confirmation } = await startTicketByMail();
    await tenant.admin.assignTicket({ id, assigned_to_id: tenant.userId });
    const stranger = await addUser(app, tenant, "USER");
    const to = confirmation?.reply_to ?? "";
    expect((await receiveMail(app, tenant, { from: stranger.email, to })).ticket_id).not.toBe(id);
    expect((await receiveMail(app, tenant, { from: tenant.email, to, text: "Off and on again" })).ticket_id).toBe(id);
    expect((await listComments(id))[0]).toMatchObject({ from: "AGENT", is_public: true, excerpt: "Off and on again" });
    expect(listSentMails(app, from).at(-1)?.text).toContain("Off and on again");
    expect(await readTicket(id)).toMatchObject({ is_answered: true });
    expect(
      (await receiveMail(app, tenant, { from: tenant.email, to, headers: authenticationHeaders("fail") })).ticket_id,
    ).not.toBe(id);
  });
});

it("a user who opened a ticket by mail is its requester, and not its agent", async () => {
  const { id } = await startTicketByMail(tenant.email);
  const to = listSentMails(app, tenant.email).find(({ reply_to }) => reply_to?.includes(id))?.reply_to ?? "";
  expect((await receiveMail(app, tenant, { from: tenant.email, to, text: "Still loud" })).ticket_id).toBe(id);
  expect((await listComments(id))[0]).toMatchObject({ from: "REQUESTER", excerpt: "Still loud" });
});

describe("a closed ticket", () => {
  it("is reopened by a reply within 30 days; a later reply opens another one that refers to it", async () => {
    const { id, from, confirmation } = await startTicketByMail();
    await tenant.admin.closeTicket({ id, resolution: "Done" });
    const headers = replyHeaders(confirmation);
    expect((await receiveMail(app, tenant, { from, headers })).ticket_id).toBe(id);
    expect(await readTicket(id)).toMatchObject({ status: "OPEN", is_resolved: false });
    await tenant.admin.closeTicket({ id, resolution: "Done again" });
    app.setClock({ advance: 31 * 86_400_000 });
    tenant.admin = (await signInAgain(tenant)).admin;
    const { ticket_id } = await receiveMail(app, tenant, { from, headers });
    expect(await readTicket(ticket_id)).toMatchObject({ parent_ticket_id: id, mail: { email: from } });
    expect(await readTicket(id)).toMatchObject({ status: "CLOSED" });
    app.setClock({ reset: true });
    tenant.admin = (await signInAgain(tenant)).admin;
  });

  it("gets no reply once it is deleted; the reply opens another one", async () => {
    const { id, from, confirmation } = await startTicketByMail();
    await tenant.admin.deleteTicket({ id });
    expect((await receiveMail(app, tenant, { from, headers: replyHeaders(confirmation) })).ticket_id).not.toBe(id);
  });
});

describe("programs", () => {
  const away = { "Auto-Submitted": "auto-replied" };

  it("that reply 30 times change nothing, and get no reply", async () => {
    const { id, from, confirmation } = await startTicketByMail();
    await tenant.admin.addTicketComment({ id, body: "Off and on?", is_public: true });
    await tenant.admin.resolveTicket({ id, resolution: "Done" });
    await app.settle();
    const before = await readTicket(id);
    const mails = Array.from({ length: 30 }, () => ({
      from,
      subject: "Away",
      headers: { ...replyHeaders(confirmation), ...away },
    }));
    for (const mail of mails) await receiveMails(app, tenant, mail);
    expect(listSentMails(app, from)).toHaveLength(2);
    const { status, status_changed_at, awaiting_since, is_resolved } = before;
    expect(await readTicket(id)).toMatchObject({ status, status_changed_at, awaiting_since, is_resolved });
    const all = await listComments(id);
    expect(all.filter(({ from: sender, is_automatic }) => sender === "REQUESTER" && is_automatic)).toHaveLength(30);
  });

  it("that reply to unknown mails open no ticket, and others open a limited number", async () => {
    const [from, robot] = [newAddress(), newAddress()];
    const headers = { ...away, "In-Reply-To": "<unknown@elsewhere.example>" };
    expect(await receiveMail(app, tenant, { from, headers })).toMatchObject({ status: "HANDLED", ticket_id: null });
    const ticketIds = [];
    for (let index = 0; index < 8; index++)
      ticketIds.push((await receiveMail(app, tenant, { from: robot, headers: away })).ticket_id);
    expect(ticketIds.filter((id) => id !== null)).toHaveLength(5);
    expect(listSentMails(app, robot)).toEqual([]);
  });

  it("that send a new mail for each reply are confirmed at most five times a day", async () => {
    const robot = newAddress();
    for (let index = 0; index < 8; index++) await receiveMails(app, tenant, { from: robot });
    expect(listSentMails(app, robot)).toHaveLength(5);
    const { data } = await tenant.admin.listTickets({ search: "printer", limit: 1 });
    expect((await listComments(data[0]?.id ?? ""))[0]?.id).toBeDefined();
  });

  it("of mailing lists open a ticket, and get no reply", async () => {
    const from = newAddress();
    const { ticket_id } = await receiveMail(app, tenant, { from, headers: { "List-Id": "<news.example>" } });
    expect(await readTicket(ticket_id)).toMatchObject({ mail: { is_answerable: false } });
    expect(listSentMails(app, from)).toEqual([]);
  });
});

/** Signs the administrator in again, because moving the clock ended the session. */
async function signInAgain(targetTenant: Tenant) {
  const { createClient } = await import("@crm/functions/derive/client.ts");
  const { inProcessTransport: inProcess, signIn } = await import("../../support/app.ts");
  return { admin: createClient(inProcess(app, (await signIn(app, targetTenant)).access_token)) };
}
