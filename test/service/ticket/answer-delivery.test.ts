import { collectBytes } from "@crm/core/kernel/bytes.ts";
import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addUser,
  deliverToSubscriber,
  inProcessTransport,
  recordPublishedEvents,
  signUp,
  startTestApp,
  type Tenant,
} from "../../support/app.ts";
import { createPublishedArticle } from "../knowledge/support.ts";
import { buildBounce, buildMailWithFiles, listSentMails, receiveMail } from "./support-mail.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

let customerCount = 0;
const newAddress = (): string => `someone${++customerCount}@customer.example`;
const listComments = async (id: string | null, { admin } = tenant) => (await admin.listTicketComments({ id: id ?? "" })).data;

/** Adds an answer to a ticket and returns the delivery status of its email. */
async function deliverAnswer(ticket: string, body = "Off and on again?", { admin }: Pick<Tenant, "admin"> = tenant) {
  const { data } = await admin.addTicketComment({ id: ticket, body, is_public: true });
  await app.settle();
  return (await admin.getTicketComment({ id: ticket, comment_id: data.id })).data.delivery;
}

/** Creates a ticket for a requester who called. */
const createPhoneTicket = async (email: string, { admin } = tenant) =>
  (await admin.createTicket({ subject: "The pump is loud", description: "It hums", requester: { email } })).data.id;

describe("an answer", () => {
  it("is marked as sent, once despite duplicate events", async () => {
    const from = newAddress();
    const { ticket_id } = await receiveMail(app, tenant, { from });
    const events = recordPublishedEvents(app);
    expect(await deliverAnswer(ticket_id ?? "")).toMatchObject({ status: "SENT", to: from, because: null });
    const commentEvent = events.find(({ type }) => type === "ticket_comment.created");
    const { send } = app.ports.mail;
    let sent = 0;
    app.ports.mail.send = (message) => {
      sent++;
      return send(message);
    };
    if (commentEvent) await deliverToSubscriber(app, "ticket-letters", commentEvent);
    expect([commentEvent?.type, sent]).toEqual(["ticket_comment.created", 0]);
    app.ports.mail.send = send;
  });

  it("does not reveal the address of a person that its author cannot see", async () => {
    const freshTenant = await signUp(app, { visibility: "own" });
    const agent = await addUser(app, freshTenant, "SUPPORT_AGENT");
    const [email, phone] = [newAddress(), "+4915112345699"];
    await freshTenant.admin.createLead({
      first_name: "Ida",
      last_name: "Lund",
      email,
      phone,
      owner_id: freshTenant.userId,
    });
    const ticketInput = { subject: "x", description: "y", requester: { phone }, assigned_to_id: agent.id };
    const { data } = await agent.client.createTicket(ticketInput);
    expect(await deliverAnswer(data.id, "Off and on?", { admin: agent.client })).toMatchObject({ status: "SENT", to: null });
    expect(listSentMails(app, email)).toHaveLength(1);
    const { data: seen } = await freshTenant.admin.createTicket({ ...ticketInput, assigned_to_id: freshTenant.userId });
    expect(await deliverAnswer(seen.id, "Off and on?", freshTenant)).toMatchObject({ status: "SENT", to: email });
  });

  it("stays with the reason if it was not sent", async () => {
    const from = newAddress();
    const { ticket_id } = await receiveMail(app, tenant, { from });
    const { data: ticket } = await tenant.admin.getTicket({ id: ticket_id ?? "" });
    const preferences = [{ channel: "email", purpose: "service", consent: "REFUSED" }];
    await tenant.admin.setPreferences({ id: ticket.personal_key_id ?? "", preferences });
    expect(await deliverAnswer(ticket.id)).toMatchObject({ status: "NOT_SENT", because: "REFUSED" });
    // The person unsubscribed another address.
    const [writer, otherAddress] = [newAddress(), newAddress()];
    const written = await receiveMail(app, tenant, { from: writer });
    const { data: writtenTicket } = await tenant.admin.getTicket({ id: written.ticket_id ?? "" });
    const point = { contact_type: "email", contact_value: otherAddress };
    await tenant.admin.addContactPoint({ id: writtenTicket.personal_key_id ?? "", ...point });
    await tenant.admin.createSuppression({ channel: "email", address: otherAddress, reason: "STOP" });
    await app.settle();
    expect(await deliverAnswer(writtenTicket.id)).toMatchObject({ status: "NOT_SENT", because: "REFUSED" });
    const { data: unreached } = await tenant.admin.createTicket({
      subject: "x",
      description: "y",
      requester: { phone: "+4915112345678" },
    });
    expect(await deliverAnswer(unreached.id)).toMatchObject({ status: "NOT_SENT", because: "NO_ADDRESS" });
    expect(listSentMails(app, from)).toHaveLength(1);
  });

  it("is marked as not sent if the tenant has disabled mails, and is not sent later", async () => {
    const email = newAddress();
    const freshTenant = await signUp(app, { support_mail: false });
    const events = recordPublishedEvents(app);
    const id = await createPhoneTicket(email, freshTenant);
    const expectedDelivery = { status: "NOT_SENT", because: "OFF", to: null, at: expect.any(String) };
    expect(await deliverAnswer(id, "Hello", freshTenant)).toEqual(expectedDelivery);
    await freshTenant.admin.updateTenant({ settings: { support_mail: true } });
    const commentEvent = events.find(({ type }) => type === "ticket_comment.created");
    if (commentEvent) await deliverToSubscriber(app, "ticket-letters", commentEvent);
    expect([commentEvent?.type, listSentMails(app, email)]).toEqual(["ticket_comment.created", []]);
    expect((await freshTenant.admin.getTicketComment({ id, comment_id: commentEvent?.record_id ?? "" })).data.delivery).toEqual(
      expectedDelivery,
    );
    expect(await deliverAnswer(id, "Hello again", freshTenant)).toMatchObject({ status: "SENT" });
    expect(listSentMails(app, email).map(({ text }) => text?.includes("Hello again"))).toEqual([true]);
  });

  it("is marked as not sent if there is no domain for replies", async () => {
    const email = newAddress();
    const id = await createPhoneTicket(email);
    const { inboundDomain } = app.ports;
    app.ports.inboundDomain = undefined;
    expect(await deliverAnswer(id)).toMatchObject({ status: "NOT_SENT", because: "NO_DOMAIN", to: null });
    app.ports.inboundDomain = inboundDomain;
    expect(listSentMails(app, email)).toEqual([]);
  });

  it("is marked as not sent beyond 60 per hour and address; other addresses and the next hour are not affected", async () => {
    app.setClock({ now: "2030-01-07T10:00:00.000Z" });
    const freshTenant = await signUp(app);
    const { data: key } = await freshTenant.admin.createApiKey({ name: "Clock", role: "ADMIN" });
    const admin = createClient(inProcessTransport(app, key.key));
    const as = { ...freshTenant, admin };
    const [email, otherEmail] = [newAddress(), newAddress()];
    const [id, otherId] = [await createPhoneTicket(email, as), await createPhoneTicket(otherEmail, as)];
    for (let nth = 0; nth < 60; nth++) await admin.addTicketComment({ id, body: `Answer ${nth}`, is_public: true });
    await app.settle();
    expect(listSentMails(app, email)).toHaveLength(60);
    const tooMany = { status: "NOT_SENT", because: "TOO_MANY", to: email };
    expect(await deliverAnswer(id, "One more", as)).toMatchObject(tooMany);
    expect(await deliverAnswer(await createPhoneTicket(email, as), "Of another ticket", as)).toMatchObject(tooMany);
    expect(await deliverAnswer(otherId, "Hello", as)).toMatchObject({ status: "SENT", to: otherEmail });
    app.setClock({ now: "2030-01-07T11:00:00.000Z" });
    expect(await deliverAnswer(id, "In the next hour", as)).toMatchObject({ status: "SENT", to: email });
    expect(listSentMails(app, email)).toHaveLength(61);
    app.setClock({ reset: true });
  });

  it("goes to the requester of a ticket that was not opened by mail", async () => {
    const email = newAddress();
    const { data } = await tenant.admin.createTicket({ subject: "By phone", description: "It hums", requester: { email } });
    expect(await deliverAnswer(data.id)).toMatchObject({ status: "SENT", to: email });
    const [mail] = listSentMails(app, email);
    const { ticket_id } = await receiveMail(app, tenant, { from: email, to: mail?.reply_to ?? "" });
    expect(ticket_id).toBe(data.id);
  });

  it("is marked when it bounces, which notifies the assignee; a bounce from another address is ignored", async () => {
    const from = newAddress();
    const { ticket_id: id = "" } = await receiveMail(app, tenant, { from });
    await tenant.admin.assignTicket({ id: id ?? "", assigned_to_id: tenant.userId });
    await deliverAnswer(id ?? "");
    const mail = listSentMails(app, from).at(-1);
    // SES gives the email another id, but its References stay.
    const headers = { "Message-ID": "<0102@eu-west-1.amazonses.com>", References: mail?.headers?.References ?? "" };
    expect(await receiveMail(app, tenant, { raw: buildBounce("other@customer.example", headers) })).toMatchObject({
      comment_id: null,
    });
    const inboundMail = await receiveMail(app, tenant, { raw: buildBounce(from, headers) });
    expect(inboundMail).toMatchObject({ kind: "bounce", status: "HANDLED", ticket_id: id });
    const { data: comment } = await tenant.admin.getTicketComment({ id: id ?? "", comment_id: inboundMail.comment_id ?? "" });
    expect(comment).toMatchObject({ body: "Off and on again?", delivery: { status: "BOUNCED", because: "5.1.1", to: from } });
    const { data: notifications } = await tenant.admin.listNotifications({});
    expect(notifications.filter(({ type }) => type === "ticket_mail_bounced")).toMatchObject([
      { record_id: id, title: `An answer could not be delivered to ${from}` },
    ]);
  });
});

describe("files", () => {
  it("with unsafe names are attached under safe names, up to a limit, and the rest are listed", async () => {
    const from = newAddress();
    const long = `${"x".repeat(300)}.pdf`;
    const raw = buildMailWithFiles(from, [
      ["application/pdf", 'attachment; filename="../../etc/pass<wd>.pdf"', "%PDF-1.7 a"],
      ["application/pdf", 'attachment; filename="CON.pdf"', "%PDF-1.7 b"],
      ["text/plain", `attachment; filename="${long}"`, "long"],
      ["image/png", "attachment; filename*=UTF-8''%E6%96%87%E6%9B%B8%E2%80%AEgnp.png", "no picture"],
      ["application/pdf", 'attachment; filename="empty.pdf"', ""],
      ...Array.from(
        { length: 20 },
        (_, index) => ["text/plain", `attachment; filename="${index}.txt"`, `file ${index}`] as const,
      ),
    ]);
    const { ticket_id: id } = await receiveMail(app, tenant, { raw });
    const { data } = await tenant.admin.listAttachments({ related_to_id: id ?? "", limit: 100 });
    const names = data.map(({ file_name = "" }) => file_name);
    expect(names).toHaveLength(20);
    expect(names).toEqual(expect.arrayContaining(["pass_wd_.pdf", "_CON.pdf"]));
    expect(names.every((name) => name.length <= 200 && !/[/\\\u202e<>]/.test(name))).toBe(true);
    expect((await tenant.admin.getTicket({ id: id ?? "" })).data.description).toMatch(/Not attached: empty\.pdf \(0 bytes\)/);
    const pdf = data.find(({ file_name }) => file_name === "_CON.pdf");
    const { data: file } = await tenant.admin.getAttachment({ id: pdf?.id ?? "" });
    expect(file).toMatchObject({ file_type: "application/pdf", file_size: 10 });
    const storedFile = await app.ports.objects.open(`${tenant.id}/attachments/${file.upload_id}`);
    expect(storedFile && Buffer.from(await collectBytes(storedFile.read())).toString()).toBe("%PDF-1.7 b");
  });

  it("of an answer are listed by its comment", async () => {
    const from = newAddress();
    const { ticket_id: id } = await receiveMail(app, tenant, { from });
    const [confirmation] = listSentMails(app, from);
    const raw = buildMailWithFiles(from, [["text/plain", 'attachment; filename="log.txt"', "12:00 it fails"]]);
    const inboundMail = await receiveMail(app, tenant, { raw, to: confirmation?.reply_to ?? "" });
    expect(inboundMail.ticket_id).toBe(id);
    const { data } = await tenant.admin.getTicketComment({ id: id ?? "", comment_id: inboundMail.comment_id ?? "" });
    expect((await tenant.admin.getAttachment({ id: data.attachment_ids[0] ?? "" })).data).toMatchObject({
      file_name: "log.txt",
      related_to_id: id,
      file_size: 14,
    });
  });

  it("of 500,000 three-byte letters leave room for other fields", async () => {
    const { ticket_id } = await receiveMail(app, tenant, {
      from: newAddress(),
      text: "文".repeat(500_000),
      subject: "書".repeat(900),
    });
    const { data } = await tenant.admin.getTicket({ id: ticket_id ?? "" });
    expect(data.description).toMatch(/^文{45000}\n\n\(This email was cut: it has 500000 characters\.\)$/);
    expect(data.subject).toBe("書".repeat(255));
  });
});

describe("the first automatic answer", () => {
  const publishRule = async (targetTenant: Tenant, definition: object) => {
    const { data } = await allowAnyInput(targetTenant.admin).createRuleVersion({ kind: "ticket_answer", definition });
    await targetTenant.admin.publishRuleVersion({ kind: "ticket_answer", id: data.id });
  };
  const article = { title: "Printer shows a paper jam", body: "Open the printer and take the paper jam out.", is_public: true };
  const question = { subject: "Printer paper jam", text: "My printer shows a paper jam" };

  it("is off by default, and if the rule enables it, sends the matching public article once and stops no clock", async () => {
    const freshTenant = await signUp(app);
    const { id: article_id } = await createPublishedArticle(app, freshTenant.admin, article.title, article);
    // The internal article matches the mail best.
    const asked = { ...question, text: `${question.text} in tray seven` };
    await createPublishedArticle(app, freshTenant.admin, "Printer shows a paper jam in tray seven", {
      body: `${asked.text}: secret`,
      is_public: false,
    });
    const [before, from] = [newAddress(), newAddress()];
    await receiveMail(app, freshTenant, { from: before, ...asked });
    expect(listSentMails(app, before)).toHaveLength(1);
    await publishRule(freshTenant, { is_on: true, channels: ["EMAIL"], least_score: 30 });
    app.setClock({ advance: 11_000 });
    const events = recordPublishedEvents(app);
    const { ticket_id: id } = await receiveMail(app, freshTenant, { from, ...asked });
    const matched = events.find(({ type }) => type === "workflow.change_matched");
    if (matched) await deliverToSubscriber(app, "workflows", matched);
    await app.settle();
    const mails = listSentMails(app, from);
    expect(mails).toHaveLength(2);
    expect(mails.map(({ text }) => text).join()).toContain("take the paper jam out");
    expect(JSON.stringify(mails)).not.toContain("secret");
    expect(mails.every(({ headers }) => headers?.["Auto-Submitted"] === "auto-replied")).toBe(true);
    const comments = await listComments(id, freshTenant);
    const full = await Promise.all(
      comments.map(async (comment) => (await freshTenant.admin.getTicketComment({ id: id ?? "", comment_id: comment.id })).data),
    );
    expect(full.filter(({ explanation }) => explanation !== null)).toMatchObject([
      { from: "SYSTEM", is_automatic: true, explanation: { article_id, rule_number: 1, score: expect.any(Number) } },
    ]);
    expect((await freshTenant.admin.getTicket({ id: id ?? "" })).data).toMatchObject({
      is_answered: false,
      first_response_at: null,
      awaiting_since: expect.any(String),
    });
    const list = newAddress();
    await receiveMail(app, freshTenant, { from: list, ...asked, headers: { "List-Id": "<x.example>" } });
    expect(listSentMails(app, list)).toEqual([]);
    const { data: enrollments } = await freshTenant.admin.listWorkflowEnrollments({ limit: 10 });
    expect(enrollments.map(({ status }) => status)).toEqual(["COMPLETED", "COMPLETED"]);
  });

  it("is one that agents can ask for, once for each ticket", async () => {
    const freshTenant = await signUp(app);
    const { id: article_id } = await createPublishedArticle(app, freshTenant.admin, article.title, article);
    const from = newAddress();
    const id = (await receiveMail(app, freshTenant, { from, ...question })).ticket_id ?? "";
    const ask = async (more: object = {}) => (await freshTenant.admin.answerTicketFromKnowledge({ id, ...more })).data;
    expect(await ask({ least_score: 100 })).toEqual({ id: null, reason: "No public article matches well enough" });
    const comment_id = (await ask({ least_score: 30 })).id ?? "";
    const { data } = await freshTenant.admin.getTicketComment({ id, comment_id });
    expect(data).toMatchObject({ from: "SYSTEM", is_automatic: true, explanation: { article_id, rule_number: 0 } });
    expect(await ask({ least_score: 30 })).toEqual({ id: null, reason: "The ticket was answered with an article already" });
    await expect(ask({ rule_id: article_id })).rejects.toMatchObject({ details: [{ field: "rule_id" }] });
    const { client: agent } = await addUser(app, freshTenant, "USER");
    await freshTenant.admin.assignTicket({ id, assigned_to_id: freshTenant.userId });
    await expect(agent.answerTicketFromKnowledge({ id })).rejects.toMatchObject({ status: 404 });
  });

  it("is based on article suggestions for a ticket, which require access to the ticket", async () => {
    const { id: articleId } = await createPublishedArticle(app, tenant.admin, article.title, article);
    const { ticket_id: id } = await receiveMail(app, tenant, { from: newAddress(), ...question });
    expect((await tenant.admin.suggestTicketArticles({ id: id ?? "" })).data).toMatchObject([{ id: articleId }]);
    await tenant.admin.assignTicket({ id: id ?? "", assigned_to_id: tenant.userId });
    const { client: as } = await addUser(app, tenant, "USER");
    await expect(as.suggestTicketArticles({ id: id ?? "" })).rejects.toMatchObject({ status: 404 });
    const otherTenant = await signUp(app);
    await expect(otherTenant.admin.suggestTicketArticles({ id: id ?? "" })).rejects.toMatchObject({ status: 404 });
  });
});
