import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { fault } from "@crm/core/lib/provider-http/http.rules.ts";
import { ses } from "@crm/core/messaging/delivery/mail-webhooks.ts";
import { Message } from "@crm/core/messaging/message/message.ts";
import { MessageTemplate } from "@crm/core/messaging/template/message-template.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { postForm as press } from "../../functions/pages/support.ts";
import { addUser, postalSettings, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { partOf } from "../../support/part-of.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  tenant = await signUp(app, postalSettings);
});
afterAll(() => app.stop());

let lastReader = 0;
const newAddress = (): string => `reader${++lastReader}@mail.example`;

const createAccount = async (more: object = {}) =>
  (
    await tenant.admin.createMailAccount({
      ...{ name: "News", way: "house", from_name: "Harbour", address: "news@harbour.example", is_default: true },
      ...more,
    })
  ).data;

const smtpSettings = {
  way: "smtp",
  host: "smtp.harbour.example",
  port: 587,
  user: "crm",
  password: "a-long-secret-of-the-server",
};

const sendMail = async (more: object = {}) => {
  const { data } = await tenant.admin.sendMessage({
    channel: "email",
    to: newAddress(),
    subject: "Hello",
    body: "Words",
    ...more,
  });
  await app.settle();
  return (await tenant.admin.getMessage({ id: data.id })).data;
};

const createConsentingPerson = async (address: string) => {
  const point = { contact_type: "email", contact_value: address };
  const { data } = await tenant.admin.createPerson({ last_name: "Reader", contact_points: [point] });
  await tenant.admin.setPreferences({ id: data.id, preferences: [{ channel: "email", consent: "ALLOWED" }] });
  return data.id;
};

describe("a mail account", () => {
  it("with a server has a password, which is never returned and never sent to another server", async () => {
    const createdAccount = await createAccount(smtpSettings);
    await app.settle();
    const seen = JSON.stringify([
      createdAccount,
      (await tenant.admin.listAuditEntries({})).data,
      (await tenant.admin.listMailAccounts({})).data,
    ]);
    expect(seen).not.toContain(smtpSettings.password);
    await expect(tenant.admin.updateMailAccount({ id: createdAccount.id, host: "smtp.mallory.example" })).rejects.toMatchObject({
      details: [{ field: "password" }],
    });
    await tenant.admin.updateMailAccount({ id: createdAccount.id, host: "smtp2.harbour.example", password: "another-secret" });
    await tenant.admin.deleteMailAccount({ id: createdAccount.id });
    await expect(tenant.admin.checkMailAccount({ id: createdAccount.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it.each([
    ["no server", { ...smtpSettings, host: undefined }, "host"],
    ["a server of one's own network", { ...smtpSettings, host: "mail.internal" }, "host"],
    ["an address in place of a name", { ...smtpSettings, host: "10.0.0.1" }, "host"],
    ["no password", { ...smtpSettings, password: undefined }, "password"],
    ["a server where the deployment's is meant", { host: "smtp.harbour.example" }, "host"],
  ])("with %s is rejected", async (_, more, field) => {
    await expect(createAccount(more)).rejects.toMatchObject({ details: [{ field }] });
  });

  it("is managed by administrators", async () => {
    const { id } = await createAccount();
    const director = await addUser(app, tenant, "DIRECTOR");
    await expect(director.client.getMailAccount({ id })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});

describe("a mail", () => {
  it("is sent once from the deployment's address, with replies to the account's", async () => {
    await createAccount();
    const message = await sendMail();
    expect(message).toMatchObject({
      status: "delivered",
      subject: "Hello",
      segments: null,
      from_address: "news@harbour.example",
    });
    const all = app.mail.sent(message.to_address);
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ subject: "Hello", text: "Words", reply_to: "news@harbour.example" });
    expect(all[0]?.from).toBe('"Harbour" <crm@crm.example>');
    expect(Object.keys(all[0]?.headers ?? {})).not.toContain("List-Unsubscribe");
    const [conversation] = (await tenant.admin.listConversations({})).data;
    expect(conversation).toMatchObject({ channel: "email", address: message.to_address, last_text: "Hello" });
  });

  it("for marketing goes only to people with consent, with an unsubscribe link, and not after it is used", async () => {
    await createAccount();
    const to = newAddress();
    expect(await sendMail({ to, purpose: "marketing" })).toMatchObject({ status: "failed", held_reason: "no_consent" });
    const person_id = await createConsentingPerson(newAddress());
    const marketing = { to: undefined, person_id, purpose: "marketing" };
    const message = await sendMail(marketing);
    expect(message).toMatchObject({ status: "delivered" });
    const [mail] = app.mail.sent(message.to_address);
    expect(mail?.headers).toMatchObject({ "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" });
    const [, link = ""] = /<(.*)>/.exec(mail?.headers?.["List-Unsubscribe"] ?? "") ?? [];
    expect(mail?.text).toContain(link);
    expect((await press(app, link, "List-Unsubscribe=One-Click")).status).toBe(200);
    await app.settle();
    expect((await sendMail(marketing)).status).toBe("failed");
    expect(await sendMail({ to: undefined, person_id })).toMatchObject({ status: "delivered" });
  });

  it("merges the fields of its recipient by id, not of the person of its record, and none for a bare address", async () => {
    await createAccount();
    const [reader, otherReader] = [await createConsentingPerson(newAddress()), await createConsentingPerson(newAddress())];
    await tenant.admin.updatePerson({ id: reader, last_name: "Wu" });
    await tenant.admin.updatePerson({ id: otherReader, last_name: "Zhou" });
    const words = { name: "To you", channel: "EMAIL", subject: "For {{person.last_name}}", body_text: "{{person.email}}" };
    const { data: template } = await tenant.admin.createMessageTemplate(words);
    const mailInput = { subject: undefined, body: undefined, template_id: template.id, related_to_id: otherReader };
    expect(await sendMail({ ...mailInput, to: undefined, person_id: reader })).toMatchObject({ subject: "For Wu" });
    const { data: storedPerson } = await tenant.admin.getPerson({ id: reader });
    await expect(sendMail({ ...mailInput, to: storedPerson.emails[0] })).rejects.toMatchObject({
      details: [{ field: "merge.person.last_name" }, { field: "merge.person.email" }],
    });
    const merge = { "person.last_name": "Li", "person.email": "li@mail.example" };
    expect(await sendMail({ ...mailInput, to: storedPerson.emails[0], merge })).toMatchObject({ subject: "For Li" });
  });

  it("uses a template, and is rejected if a value is missing", async () => {
    await createAccount();
    const { data: template } = await tenant.admin.createMessageTemplate({
      ...{
        name: "Welcome",
        channel: "EMAIL",
        subject: "For {{contact.first_name}}",
        body_html: "<p>Dear {{contact.first_name}}</p>",
      },
    });
    const words = { template_id: template.id, subject: undefined, body: undefined };
    await expect(sendMail(words)).rejects.toMatchObject({ details: [{ field: "merge.contact.first_name" }] });
    const message = await sendMail({ ...words, merge: { "contact.first_name": "<Ada>" } });
    const [mail] = app.mail.sent(message.to_address);
    expect(mail).toMatchObject({ subject: "For <Ada>", html: "<p>Dear &lt;Ada&gt;</p>" });
  });

  it("is made of the revision of its template that was approved, as long as the template can be sent", async () => {
    await createAccount();
    const words = { name: "Approved", channel: "EMAIL", subject: "Approved {{person.last_name|you}}", body_text: "Words" };
    const { data: template } = await tenant.admin.createMessageTemplate(words);
    const inTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);
    const template_revision_id = await inTenant(async () => {
      const stored = await MessageTemplate.load(template.id);
      return stored && MessageTemplate.revisionId(stored);
    });
    await tenant.admin.updateMessageTemplate({ id: template.id, subject: "Edited" });
    const draft = async (input: object) => {
      const message = { channel: "email" as const, purpose: "service" as const, to: newAddress(), template_id: template.id };
      return (await inTenant(() => Message.draft({ ...message, ...input }))).content;
    };
    expect(await draft({})).toMatchObject({ subject: "Edited", template_revision: 2 });
    expect(await draft({ template_revision_id })).toMatchObject({ subject: "Approved you", template_revision: 1 });
    const { data: other } = await tenant.admin.createMessageTemplate({ ...words, name: "Other" });
    const refused = { details: [{ field: "template_id" }] };
    await expect(draft({ template_id: other.id, template_revision_id })).rejects.toMatchObject(refused);
    await tenant.admin.updateMessageTemplate({ id: template.id, is_active: false });
    await expect(draft({ template_revision_id })).rejects.toMatchObject(refused);
  });

  it("goes to the normalized address of a person, even if others share it", async () => {
    await createAccount();
    const to = newAddress();
    const point = { contact_type: "email", contact_value: to.replace("r", "R"), is_shared: true };
    const createReader = async () => (await tenant.admin.createPerson({ last_name: "Reader", contact_points: [point] })).data.id;
    const [reader, otherReader] = [await createReader(), await createReader()];
    const sent = await sendMail({ to: undefined, person_id: reader });
    expect(sent).toMatchObject({ to_address: to, status: "delivered" });
    expect((await sendMail({ to })).conversation_id).toBe(sent.conversation_id);
    // Another person with the same address refuses, so messages to it are blocked.
    await tenant.admin.setPreferences({ id: otherReader, preferences: [{ channel: "email", consent: "REFUSED" }] });
    expect(await sendMail({ to: undefined, person_id: reader })).toMatchObject({ status: "failed", held_reason: "refused" });
    expect(await sendMail({ to })).toMatchObject({ status: "failed", held_reason: "refused" });
  });

  it("refused by a busy provider waits in its queue, and is sent later", async () => {
    await createAccount();
    const { mailer } = app.ports;
    const busy = async () => {
      throw fault("rate_limited", "busy", "Too many", { retryAfter: 5 });
    };
    app.ports.mailer = { ...mailer, providerFor: (...args) => ({ ...mailer.providerFor(...args), send: busy }) };
    const waiting = await sendMail();
    app.ports.mailer = mailer;
    expect(waiting).toMatchObject({ status: "queued", held_reason: "provider_busy" });
    app.setClock({ advance: 60_000 });
    await app.settle();
    expect((await tenant.admin.getMessage({ id: waiting.id })).data).toMatchObject({ status: "delivered", held_reason: null });
    expect(app.mail.sent(waiting.to_address)).toHaveLength(1);
  });

  it("to a suppressed address for marketing is not sent", async () => {
    await createAccount();
    const to = newAddress();
    await tenant.admin.createSuppression({ channel: "email", address: to });
    expect(await sendMail({ to })).toMatchObject({ status: "delivered" });
    expect(await sendMail({ to, purpose: "marketing" })).toMatchObject({ status: "failed", held_reason: "suppressed" });
  });

  it("to an address that complained is not sent", async () => {
    await createAccount();
    const to = newAddress();
    const timestamp = new Date(Clock.ms()).toISOString();
    const body = JSON.stringify({
      eventType: "Complaint",
      mail: { timestamp, source: "news@harbour.example", messageId: "none", destination: [to], headers: [], tags: {} },
      complaint: {
        complainedRecipients: [{ emailAddress: to }],
        timestamp,
        complaintFeedbackType: "abuse",
        complaintSubType: null,
      },
    });
    await runIn(systemContext(app.ports, tenant.id, "test"), () =>
      ses.handle({ body, delivery: partOf({ created_at: timestamp }) }, partOf({})),
    );
    expect(await sendMail({ to })).toMatchObject({ status: "failed", held_reason: "suppressed" });
  });
});
