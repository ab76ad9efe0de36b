import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { receiveMails } from "../../service/ticket/support-mail.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { buildMultipart, buildPart } from "../inbound-mail/raw-mail.ts";

const NOON = "2026-11-25T12:00:00.000Z";
/** Within the life of a session. */
const LATER = "2026-11-25T12:05:00.000Z";

let app: App;
let tenant: Tenant;
let rep: TestUser;
let account: { id: string; address: string };
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  app.setClock({ now: NOON });
  tenant = await signUp(app);
  rep = await addUser(app, tenant, "SALES_REP");
  const input = { name: "Sales", way: "house", address: `sales@${tenant.slug}.in.example`, is_default: true, tracks: true };
  account = (await tenant.admin.createMailAccount(input)).data;
});
afterAll(() => app.stop());

const createLead = async (more: Record<string, unknown> = {}) => (await rep.client.createLead(newLead(more))).data;
type Lead = Awaited<ReturnType<typeof createLead>>;

const send = async (lead: Lead, more: object = {}, as = rep.client) => {
  const content = {
    subject: "Price for {{lead.first_name}}",
    body_html: '<p>Dear {{lead.first_name}}, <a href="https://a.example">here</a></p>',
  };
  const input = { channel: "email", person_id: lead.personal_key_id, related_to_id: lead.id, ...content, ...more };
  const { data } = await as.sendMessage(input);
  await app.settle();
  return (await as.getMessage({ id: data.id })).data;
};

const listAbout = async (id: string, as = rep.client) => (await as.listMessages({ related_to_id: id })).data;

const reply = async (to: string, from: string) =>
  receiveMails(app, tenant, { to, from: `Ada <${from}>`, subject: "Re: Price", text: "Yes, please." });

const buildBounce = (id: string, recipient: string, status = "5.1.1"): Buffer =>
  buildMultipart(
    "report; report-type=delivery-status",
    [
      buildPart("text/plain", `<${recipient}>: no such user`),
      buildPart("message/delivery-status", `Final-Recipient: rfc822; ${recipient}\r\nAction: failed\r\nStatus: ${status}`),
      buildPart("text/rfc822-headers", `Message-ID: <other@relay.example>\r\nX-CRM-Message: ${id}`),
    ],
    { From: "MAILER-DAEMON@mx.example", "Return-Path": "<>", Subject: "Undelivered Mail Returned to Sender", "Message-ID": "" },
  );

describe("a bounce by mail", () => {
  it("makes the message undelivered, also after its delivery, and suppresses the address", async () => {
    const message = await send(await createLead());
    const to = account.address;
    await receiveMails(app, tenant, { to, raw: buildBounce(message.id, "other@else.example") });
    expect((await rep.client.getMessage({ id: message.id })).data.status).toBe("delivered");
    const [id = ""] = await receiveMails(app, tenant, { to, raw: buildBounce(message.id, message.to_address) });
    expect((await tenant.admin.getInboundMail({ id })).data).toMatchObject({ kind: "bounce", status: "HANDLED" });
    const { data } = await rep.client.getMessage({ id: message.id });
    expect(data).toMatchObject({ status: "undelivered", delivered_at: null, error_code: "5.1.1" });
    const { data: suppressed } = await tenant.admin.listSuppressions({});
    expect(suppressed).toMatchObject([{ reasons: ["BOUNCED"] }]);
  });
});

describe("a mail about a record", () => {
  it("fills merge fields, has signature, copies and files, and stands in the timeline of the record", async () => {
    const lead = await createLead({ first_name: "Ada" });
    await rep.client.updateMyPreferences({ mail_signature: "Rita Rep\nHarbour & Co" });
    const bytes = Buffer.from("%PDF-1.7\nHello\n");
    const upload = { file_name: "Offer.pdf", content_type: "application/pdf", size: bytes.length };
    const { upload_id } = (await rep.client.createUpload(upload)).data;
    await app.objects.write(`${tenant.id}/uploads/${upload_id}`, bytes);
    const { data: file } = await rep.client.createAttachment({ related_to_id: lead.id, upload_id });
    const message = await send(lead, { cc: ["Boss@mail.example"], attachment_ids: [file.id], adds_signature: true });
    expect(message).toMatchObject({ status: "delivered", related_to_type: "lead", related_to_id: lead.id, is_tracked: false });
    const [mail] = app.mail.sent(message.to_address);
    expect(mail).toMatchObject({ subject: "Price for Ada", cc: ["boss@mail.example"] });
    expect(mail?.html).toContain("<p>Dear Ada,");
    expect(mail?.html).toContain("<p>Rita Rep<br>Harbour &amp; Co</p>");
    expect(mail?.text).toContain("-- \nRita Rep");
    expect(mail?.attachments).toEqual([
      { file_name: "Offer.pdf", content_type: "application/pdf", base64: bytes.toString("base64") },
    ]);
    expect(await listAbout(lead.id)).toMatchObject([{ id: message.id, is_tracked: false }]);
  });

  it("is tracked only if its author and the account want it", async () => {
    const lead = await createLead();
    const tracked = await send(lead, { tracks: true });
    expect(tracked.is_tracked).toBe(true);
    expect(app.mail.sent(tracked.to_address)[0]?.html).toContain("/t/c/");
    const waiting = await send(lead, { tracks: true, send_at: LATER });
    await tenant.admin.updateMailAccount({ id: account.id, tracks: false });
    app.setClock({ now: LATER });
    await app.settle();
    const { data } = await rep.client.getMessage({ id: waiting.id });
    expect(data).toMatchObject({ status: "delivered", is_tracked: false });
    expect(app.mail.sent(waiting.to_address)[1]?.html).not.toContain("/t/c/");
    await tenant.admin.updateMailAccount({ id: account.id, tracks: true });
  });

  it("is refused for a record of another tenant or a file of another record, and a colleague does not see it", async () => {
    const [lead, other] = [await createLead(), await createLead()];
    const stranger = await signUp(app);
    const { data: foreign } = await stranger.admin.createLead(newLead());
    await expect(send(lead, { related_to_id: foreign.id })).rejects.toMatchObject({ details: [{ field: "related_to_id" }] });
    const bytes = Buffer.from("Hello\n");
    const { upload_id } = (await rep.client.createUpload({ file_name: "a.txt", content_type: "text/plain", size: bytes.length }))
      .data;
    await app.objects.write(`${tenant.id}/uploads/${upload_id}`, bytes);
    const { data: file } = await rep.client.createAttachment({ related_to_id: other.id, upload_id });
    await expect(send(lead, { attachment_ids: [file.id] })).rejects.toMatchObject({ details: [{ field: "attachment_ids[0]" }] });
    await expect(send(lead, { body_html: "<script>x</script>" })).rejects.toMatchObject({ details: [{ field: "body_html" }] });
    const message = await send(lead);
    const colleague = await addUser(app, tenant, "SALES_REP");
    expect(await listAbout(lead.id, colleague.client)).toEqual([]);
    for (const as of [colleague.client, stranger.admin])
      await expect(as.getMessage({ id: message.id })).rejects.toMatchObject({ status: 404 });
    await expect(colleague.client.getMailComposer({ related_to_id: lead.id })).rejects.toMatchObject({ status: 400 });
  });

  it("offers recipients, accounts, signature and merge fields of its record", async () => {
    const { data: customer } = await rep.client.createCustomer({ customer_type: "BUSINESS", name: "Harbour" });
    const contact = { customer_id: customer.id, first_name: "Con", last_name: "Tact", email: "con@mail.example" };
    await rep.client.createContact(contact);
    const { data } = await rep.client.getMailComposer({ related_to_id: customer.id });
    expect(data.recipients).toMatchObject([{ name: "Con Tact", address: "con@mail.example" }]);
    expect(data.accounts).toEqual([{ id: account.id, name: "Sales", address: account.address, is_default: true, tracks: true }]);
    expect(data.merge_fields).toContainEqual({ path: "customer.name", value: "Harbour" });
  });
});

describe("a mail that waits", () => {
  it("is changed and cancelled by its author or an administrator, until it is sent", async () => {
    const lead = await createLead({ first_name: "Ada" });
    const message = await send(lead, { send_at: LATER });
    expect(message).toMatchObject({ status: "queued", send_at: LATER });
    const colleague = await addUser(app, tenant, "MANAGER");
    await tenant.admin.updateUser({ id: rep.id, manager_id: colleague.id });
    app.setClock({ advance: 61_000 });
    const change = { id: message.id, body_html: "<p>Hello {{lead.first_name}}</p>", cc: ["boss@mail.example"] };
    await expect(colleague.client.changeMessage(change)).rejects.toMatchObject({ status: 403 });
    await expect(colleague.client.cancelMessage({ id: message.id })).rejects.toMatchObject({ status: 403 });
    expect((await rep.client.changeMessage(change)).data).toMatchObject({ body: "Hello Ada", subject: "Price for Ada" });
    expect((await tenant.admin.changeMessage({ id: message.id, subject: "Prices" })).data.body).toBe("Hello Ada");
    // Earlier than the worker knows of.
    await rep.client.changeMessage({ id: message.id, send_at: NOON });
    await app.settle();
    expect(app.mail.sent(message.to_address)).toMatchObject([{ subject: "Prices", cc: ["boss@mail.example"] }]);
    await expect(rep.client.changeMessage(change)).rejects.toMatchObject({ status: 409 });
    const cancelled = await send(lead, { send_at: LATER });
    expect((await rep.client.cancelMessage({ id: cancelled.id })).data.status).toBe("cancelled");
    expect(app.mail.sent(message.to_address)).toHaveLength(1);
  });

  it("keeps its files when the record loses them, and moves to the survivor of a merge", async () => {
    const createCustomer = async (name: string) => (await rep.client.createCustomer({ customer_type: "BUSINESS", name })).data;
    const [survivor, merged] = [await createCustomer("Survivor"), await createCustomer("Merged")];
    const bytes = Buffer.from("Hello\n");
    const { upload_id } = (await rep.client.createUpload({ file_name: "a.txt", content_type: "text/plain", size: bytes.length }))
      .data;
    await app.objects.write(`${tenant.id}/uploads/${upload_id}`, bytes);
    const { data: file } = await rep.client.createAttachment({ related_to_id: merged.id, upload_id });
    const input = { channel: "email", to: "waits@mail.example", subject: "Later", body: "Words", related_to_id: merged.id };
    const { data } = await rep.client.sendMessage({ ...input, attachment_ids: [file.id], send_at: LATER });
    await rep.client.deleteAttachment({ id: file.id });
    await tenant.admin.mergeCustomers({ id: survivor.id, merged_id: merged.id });
    app.setClock({ now: LATER });
    await app.settle();
    expect(app.mail.sent("waits@mail.example")).toMatchObject([{ subject: "Later", attachments: [{ file_name: "a.txt" }] }]);
    expect((await tenant.admin.listMessages({ related_to_id: survivor.id })).data).toMatchObject([{ id: data.id }]);
  });
});

describe("the reply to a mail about a record", () => {
  it("comes to the record once, and notifies the author", async () => {
    const lead = await createLead();
    const message = await send(lead);
    const [mail] = app.mail.sent(message.to_address);
    expect(mail?.reply_to).toMatch(/^sales\+msg_/);
    await Promise.all([1, 2].map(() => reply(String(mail?.reply_to), message.to_address)));
    const [answer, ...others] = (await listAbout(lead.id)).filter(({ direction }) => direction === "in");
    expect(others).toHaveLength(1);
    expect(answer).toMatchObject({ reply_to_id: message.id, conversation_id: message.conversation_id, related_to_type: "lead" });
    const { data: notifications } = await rep.client.listNotifications({});
    expect(notifications.filter(({ record_id }) => record_id === answer?.id)).toMatchObject([{ type: "message_replied" }]);
  });

  it("is found by its references, and stays in its conversation if a stranger answers", async () => {
    const lead = await createLead();
    const message = await send(lead);
    const [mail] = app.mail.sent(message.to_address);
    const headers = { References: mail?.headers?.References ?? "" };
    await reply(String(mail?.reply_to), "stranger@mail.example");
    expect((await listAbout(lead.id)).map(({ direction }) => direction)).toEqual(["out"]);
    await receiveMails(app, tenant, { to: account.address, from: message.to_address, text: "Yes.", headers });
    expect((await listAbout(lead.id)).map(({ direction }) => direction)).toEqual(["in", "out"]);
  });
});
