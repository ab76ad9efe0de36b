import { languages } from "@crm/core/kernel/language.ts";
import { translationsFor } from "@crm/core/people/suppression/i18n.ts";
import { PreferencesLink } from "@crm/core/people/suppression/preferences-link.ts";
import { Suppressions } from "@crm/core/people/suppression/suppression-store.ts";
import { allowAnyInput, type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readRejection } from "../../agreements/quote/support.ts";
import { requestPage } from "../../agreements/share-link/support.ts";
import { findMailLink, pageTitle, postForm } from "../../functions/pages/support.ts";
import { createForm, sendToForm } from "../../sales/web-form/form-client.ts";
import { inProcessTransport, postalSettings, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { runInTenant } from "./support.ts";

/** Marketing by subscription type: who gets what, and how recipients choose and confirm it. */

let app: App;
let tenant: Tenant;
/** A client with an API key, which stays valid when the clock moves. */
let crm: Client;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { ...postalSettings, mail_opt_in_required: false });
  const { data: key } = await tenant.admin.createApiKey({ name: "Marketing", role: "ADMIN" });
  crm = createClient(inProcessTransport(app, key.key));
  const account = { name: "News", way: "house", from_name: "Harbour", address: "news@harbour.example", is_default: true };
  await crm.createMailAccount(account);
});
afterAll(() => app.stop());

const ONE_CLICK_BODY = "List-Unsubscribe=One-Click";

let mailboxCount = 0;
const newAddress = (): string => `subscriber${++mailboxCount}@mail.example`;

const createPerson = async (...addresses: readonly string[]): Promise<string> => {
  const contact_points = addresses.map((contact_value) => ({ contact_type: "email", contact_value }));
  return (await crm.createPerson({ first_name: "Ann", contact_points })).data.id;
};

const listAnswers = async (id: string) =>
  (await crm.getPerson({ id })).data.preferences.map(({ purpose, consent }) => [purpose, consent]);

/** Sends marketing mails and returns their results, `sent` or the reason why they were refused. */
async function sendMarketing(to: string, types: readonly (string | undefined)[]): Promise<string[]> {
  const sent = types.map(async (subscription_type) => {
    const message = { channel: "email", to, subject: "Hello", body: "Words", purpose: "marketing", subscription_type };
    return (await crm.sendMessage(message)).data.id;
  });
  const ids = await Promise.all(sent);
  await app.settle();
  const messages = await Promise.all(ids.map(async (id) => (await crm.getMessage({ id })).data));
  return messages.map(({ status, held_reason }) => (status === "delivered" ? "sent" : String(held_reason)));
}

const readUnsubscribeLink = (address: string): string => {
  const headers = app.mail.sent(address).at(-1)?.headers ?? {};
  return /<(.*)>/.exec(headers["List-Unsubscribe"] ?? "")?.[1] ?? expect.fail("The mail has no link");
};

const buildLink = (address: string, type: string | null = null): Promise<string> =>
  runInTenant(app, tenant, () => PreferencesLink.buildLink({ channel: "email", address, type }));

describe("subscription types", () => {
  it("are master data with a path of their own, and codes without another meaning", async () => {
    const { data: types } = await crm.listSubscriptionTypes({});
    expect(
      types.map(({ code, channel, is_default_on, needs_double_opt_in }) => [code, channel, is_default_on, needs_double_opt_in]),
    ).toEqual([
      ["general", "any", true, false],
      ["newsletter", "email", false, true],
      ["offers", "any", true, false],
      ["events", "any", true, false],
    ]);
    const { data: created } = await crm.createSubscriptionType({ name: "Tips", channel: "email", is_default_on: false });
    const { data: changed } = await crm.updateSubscriptionType({ id: created.id, description: "Tips of the week" });
    expect(changed).toMatchObject({ code: "tips", channel: "email", is_default_on: false, description: "Tips of the week" });
    expect((await crm.getMaster({ kind: "subscription-types", id: created.id })).data).toMatchObject(changed);
    await crm.deleteSubscriptionType({ id: created.id });
    expect(await readRejection(crm.getSubscriptionType({ id: created.id }))).toEqual([404, []]);
    expect(await readRejection(crm.createSubscriptionType({ name: "All", code: "marketing" }))).toEqual([400, ["code"]]);
    const general = types[0]?.id ?? "";
    await expect(crm.deleteSubscriptionType({ id: general })).rejects.toMatchObject({ status: 422 });
  });

  it("are named by marketing messages of their channel, and by no others", async () => {
    const message = { channel: "email", to: newAddress(), subject: "Hello", body: "Words" };
    const send = (more: object) => crm.sendMessage({ ...message, ...more });
    const { data: created } = await crm.createSubscriptionType({ name: "Texts", channel: "sms" });
    expect(await readRejection(send({ subscription_type: "offers" }))).toEqual([400, ["subscription_type"]]);
    const marketing = { purpose: "marketing" };
    expect(await readRejection(send({ ...marketing, subscription_type: "none" }))).toEqual([400, ["subscription_type"]]);
    expect(await readRejection(send({ ...marketing, subscription_type: "texts" }))).toEqual([400, ["subscription_type"]]);
    expect((await send({ ...marketing, subscription_type: "Offers" })).data.subscription_type).toBe("offers");
    expect((await send(marketing)).data.subscription_type).toBe("general");
    expect((await send({})).data.subscription_type).toBeNull();
    await crm.deleteSubscriptionType({ id: created.id });
  });
});

describe("a person in three types with two addresses", () => {
  it("opts out of one type on both addresses, and keeps the others", async () => {
    const [address, otherAddress] = [newAddress(), newAddress()];
    const id = await createPerson(address, otherAddress);
    const types = ["general", "events", "offers"];
    expect(await sendMarketing(address, ["offers"])).toEqual(["sent"]);
    const page = await postForm(app, readUnsubscribeLink(address), ONE_CLICK_BODY);
    expect(page.status).toBe(200);
    expect(await sendMarketing(address, types)).toEqual(["sent", "sent", "suppressed"]);
    expect(await sendMarketing(otherAddress, types)).toEqual(["sent", "sent", "refused"]);
    expect(await listAnswers(id)).toEqual([["offers", "REFUSED"]]);
    const { data: check } = await crm.checkSuppression({ channel: "email", address });
    expect(check).toMatchObject({ is_suppressed: true, reasons: [], refuses: [], subscription_types: ["offers"] });
    // The refusal outlasts the person.
    await crm.deletePerson({ id });
    await createPerson(address, otherAddress);
    await app.settle();
    expect(await sendMarketing(address, types)).toEqual(["sent", "sent", "suppressed"]);
    // Staff lift it for every type.
    await crm.liftSuppression({ channel: "email", address, reason: "UNSUBSCRIBED" });
    expect(await sendMarketing(address, types)).toEqual(["sent", "sent", "sent"]);
  });

  it("leaves a refusal by type on the list when they are deleted, until they are restored", async () => {
    const address = newAddress();
    const id = await createPerson(address);
    const preferences = [{ channel: "email", purpose: "offers", consent: "REFUSED" }];
    await crm.setPreferences({ id, preferences });
    expect(await sendMarketing(address, ["offers", "events"])).toEqual(["refused", "sent"]);
    const readState = () => runInTenant(app, tenant, () => Suppressions.readState("email", address));
    await crm.deletePerson({ id });
    await app.settle();
    expect(await readState()).toMatchObject({ reasons: [], types: ["offers"] });
    await crm.restorePerson({ id });
    await app.settle();
    expect(await readState()).toMatchObject({ reasons: [], types: [] });
  });
});

describe("the preferences page", () => {
  const readButtons = (body: string) =>
    [...body.matchAll(/(?:name="type" value="(\w+)">\s*)?<div class="buttons"><button[^>]* value="(\w+)"/g)].map(
      ([, type, act]) => [type ?? "all", act].join(" "),
    );

  it("switches each type, and all marketing, which closes the types", async () => {
    const address = newAddress();
    const id = await createPerson(address);
    const link = await buildLink(address, "offers");
    const choose = async (form: object) => (await requestPage(app, link, {}, { channel: "email", ...form })).body;
    const first = await requestPage(app, link);
    expect(first.body).toContain("s•••@mail.example");
    expect(readButtons(first.body)).toEqual(["all out", "general out", "newsletter in", "offers out", "events out"]);
    expect(readButtons(await choose({ type: "events", act: "out" }))).toContain("events in");
    expect(readButtons(await choose({ type: "newsletter", act: "in" }))).toContain("newsletter out");
    await app.settle();
    expect(await listAnswers(id)).toEqual(
      expect.arrayContaining([
        ["newsletter", "ALLOWED"],
        ["events", "REFUSED"],
      ]),
    );
    expect(await sendMarketing(address, ["newsletter", "events", undefined])).toEqual(["sent", "suppressed", "sent"]);
    expect(readButtons(await choose({ type: "events", act: "in" }))).toContain("events out");
    const closed = await choose({ act: "out" });
    expect([readButtons(closed), closed.includes(translationsFor("en").types_closed)]).toEqual([["all in"], true]);
    await app.settle();
    expect(await sendMarketing(address, ["newsletter", "offers"])).toEqual(["suppressed", "suppressed"]);
    expect(readButtons(await choose({ act: "in" }))).toContain("newsletter out");
    // A type that does not exist, or of another channel, changes nothing.
    await choose({ type: "no_such_type", act: "out" });
    expect((await runInTenant(app, tenant, () => Suppressions.readState("email", address))).types).toEqual([]);
  });

  it("lets a recipient allow a single type where marketing needs an opt-in", async () => {
    await crm.updateTenant({ settings: { mail_opt_in_required: true } });
    const address = newAddress();
    await createPerson(address);
    const link = await buildLink(address);
    expect(readButtons((await requestPage(app, link)).body)).toEqual([
      ...["all out", "general in", "newsletter in", "offers in", "events in"],
    ]);
    await requestPage(app, link, {}, { channel: "email", type: "offers", act: "in" });
    expect(await sendMarketing(address, ["general", "offers"])).toEqual(["no_consent", "sent"]);
    await crm.updateTenant({ settings: { mail_opt_in_required: false } });
  });

  it("ends all marketing by one press, if the link of an earlier release names no type", async () => {
    const address = newAddress();
    await createPerson(address);
    await postForm(app, await buildLink(address), ONE_CLICK_BODY);
    expect(await sendMarketing(address, ["general", "offers"])).toEqual(["suppressed", "suppressed"]);
  });

  it("does not let a recipient change what a person with the address refuses by other means", async () => {
    const address = newAddress();
    const id = await createPerson(address);
    const preferences = [{ channel: "email", purpose: "events", consent: "REFUSED", source: "a letter" }];
    await crm.setPreferences({ id, preferences });
    const link = await buildLink(address);
    const page = await requestPage(app, link, {}, { channel: "email", type: "events", act: "in" });
    expect(readButtons(page.body)).toEqual(["all out", "general out", "newsletter in", "offers out"]);
    expect(await listAnswers(id)).toEqual([["events", "REFUSED"]]);
  });
});

describe("a form with a type that needs a double opt-in", () => {
  const consent_text = "I want the newsletter of the harbour";
  const createNewsletterForm = () =>
    createForm(tenant, { consent_text, consent_channel: "email", subscription_type: "newsletter" });
  const submit = (key: string, email: string) =>
    sendToForm(app, `/forms/${key}`, { body: { email, first_name: "Ann", consent: "on" } });
  const findPerson = async (email: string): Promise<string> =>
    (await crm.resolvePerson({ first_name: "Ann", emails: [email] })).data.person.id;

  it("asks once for a confirmation, which only the button of the page gives", async () => {
    const form = await createNewsletterForm();
    const email = newAddress();
    expect((await submit(form.key, email)).status).toBe(202);
    const [mail] = app.mail.sent(email);
    expect(mail).toMatchObject({ subject: expect.stringContaining("Newsletter") });
    const id = await findPerson(email);
    const readAnswer = async () => (await crm.getPerson({ id })).data.preferences.find(({ purpose }) => purpose === "newsletter");
    expect(await readAnswer()).toMatchObject({ consent: "NOT_ASKED", source: `form:${form.id}`, text: consent_text });
    expect(await sendMarketing(email, ["newsletter"])).toEqual(["no_consent"]);

    const link = await findMailLink(app, email, "/u/");
    const page = await requestPage(app, link);
    expect([page.status, page.body.includes(consent_text), page.body.includes('value="confirm"')]).toEqual([200, true, true]);
    // Programs open links, and may send what a mail program sends to unsubscribe.
    for (const method of ["GET", "HEAD"]) await requestPage(app, link, { method, headers: { purpose: "prefetch" } });
    await requestPage(app, `${link}?act=confirm`);
    expect((await postForm(app, link, ONE_CLICK_BODY)).body).toContain('value="confirm"');
    expect(await readAnswer()).toMatchObject({ consent: "NOT_ASKED" });
    expect((await crm.checkSuppression({ channel: "email", address: email })).data.is_suppressed).toBe(false);

    // A repeat of the form sends no second mail, alone or at the same time.
    await Promise.all([submit(form.key, email), submit(form.key, email.toUpperCase())]);
    expect(app.mail.sent(email)).toHaveLength(1);

    const confirmed = await requestPage(app, link, {}, { act: "confirm" });
    expect(confirmed.body).toContain(translationsFor("en").confirmation.done);
    const answer = await readAnswer();
    expect(answer).toMatchObject({ consent: "ALLOWED", source: `double_opt_in form:${form.id}`, text: consent_text });
    await requestPage(app, link, {}, { act: "confirm" });
    expect(await readAnswer()).toEqual(answer);
    expect(await sendMarketing(email, ["newsletter"])).toEqual(["sent"]);

    // Consent that is confirmed needs no further mail. An opt-out ends it, and the form does not bring it back.
    const mails = app.mail.sent(email).length;
    app.setClock({ advance: 25 * 60 * 60 * 1000 });
    await submit(form.key, email);
    expect(app.mail.sent(email)).toHaveLength(mails);
    await postForm(app, await buildLink(email, "newsletter"), ONE_CLICK_BODY);
    await app.settle();
    await submit(form.key, email);
    expect(await readAnswer()).toMatchObject({ consent: "REFUSED" });
    expect(await sendMarketing(email, ["newsletter"])).toEqual(["suppressed"]);
    // The mail after a day has a link of its own, which lifts the refusal; the earlier link confirms nothing.
    expect(app.mail.sent(email)).toHaveLength(mails + 1);
    expect((await requestPage(app, link)).body).not.toContain('value="confirm"');
    await requestPage(app, await findMailLink(app, email, "/u/"), {}, { act: "confirm" });
    await app.settle();
    expect(await sendMarketing(email, ["newsletter"])).toEqual(["sent"]);
    app.setClock({ reset: true });
  });

  it("sends the mail after a repeat if the first could not be sent", async () => {
    const form = await createNewsletterForm();
    const email = newAddress();
    const { mail } = app.ports;
    const send = mail.send.bind(mail);
    mail.send = async () => {
      throw new Error("The mail server is away");
    };
    expect((await submit(form.key, email)).status).toBe(202);
    mail.send = send;
    await submit(form.key, email);
    expect(app.mail.sent(email)).toHaveLength(1);
  });

  it.each(["BOUNCED", "COMPLAINED"] as const)("sends no mail to an address with the reason %s", async (reason) => {
    const form = await createNewsletterForm();
    const email = newAddress();
    await runInTenant(app, tenant, () => Suppressions.add({ channel: "email", address: email, reason }));
    await submit(form.key, email);
    expect(app.mail.sent(email)).toEqual([]);
  });

  it("shows only the preferences once the consent has expired", async () => {
    const form = await createNewsletterForm();
    const email = newAddress();
    await submit(form.key, email);
    const link = await findMailLink(app, email, "/u/");
    app.setClock({ advance: 31 * 24 * 60 * 60 * 1000 });
    const page = await requestPage(app, link, {}, { act: "confirm" });
    expect([page.status, page.body.includes('value="confirm"')]).toEqual([200, false]);
    expect(await listAnswers(await findPerson(email))).toEqual([["newsletter", "NOT_ASKED"]]);
    app.setClock({ reset: true });
  });

  it("gives consent for another type at once, and only for this type", async () => {
    const form = await createForm(tenant, { consent_text, consent_channel: "email", subscription_type: "offers" });
    const email = newAddress();
    await submit(form.key, email);
    expect(app.mail.sent(email)).toEqual([]);
    expect(await listAnswers(await findPerson(email))).toEqual([["offers", "ALLOWED"]]);
  });

  it("gives consent only for mail", async () => {
    const consent = { consent_text, consent_channel: "sms", subscription_type: "newsletter" };
    expect(await readRejection(createForm(tenant, consent))).toEqual([400, ["consent_channel"]]);
  });

  it("has its page in the language of the reader", async () => {
    const form = await createNewsletterForm();
    const email = newAddress();
    await submit(form.key, email);
    const link = await findMailLink(app, email, "/u/");
    for (const language of languages) {
      const page = await requestPage(app, link, { headers: { "accept-language": language } });
      expect([page.status, pageTitle(page)]).toEqual([200, translationsFor(language).confirmation.title]);
      expect(page.body).not.toMatch(/\{\w+\}/);
    }
  });
});

describe("a tenant without a postal address", () => {
  it("sends no marketing mail", async () => {
    const bare = await signUp(app, { mail_opt_in_required: false });
    const account = { name: "News", way: "house", from_name: "Harbour", address: "news@harbour.example", is_default: true };
    await bare.admin.createMailAccount(account);
    const mail = { channel: "email", to: newAddress(), subject: "Hello", body: "Words" };
    const send = (more: object) => bare.admin.sendMessage({ ...mail, ...more });
    const withoutAddress = { status: 422, details: [expect.objectContaining({ field: "letterhead.sender" })] };
    await expect(send({ purpose: "marketing" })).rejects.toMatchObject(withoutAddress);
    expect((await send({})).data.purpose).toBe("service");
    const { data: list } = await bare.admin.createContactList({ name: "Readers" });
    const { data: template } = await bare.admin.createMessageTemplate({
      name: "News",
      subject: "News",
      body_text: "News",
    });
    const emailSend = { name: "News", contact_list_id: list.id, template_id: template.id };
    const { data: draft } = await bare.admin.createEmailSend(emailSend);
    await expect(bare.admin.scheduleEmailSend({ id: draft.id })).rejects.toMatchObject(withoutAddress);

    const setSender = (sender: readonly string[]) =>
      allowAnyInput(bare.admin).updateTenant({ settings: { letterhead: { sender } } });
    // A name alone is no address.
    await setSender(["Harbour Ltd"]);
    await expect(send({ purpose: "marketing" })).rejects.toMatchObject(withoutAddress);
    await setSender(["Harbour Ltd", "1 Quay Street"]);
    const { data: message } = await send({ purpose: "marketing", to: newAddress() });
    const send_at = new Date(Date.now() + 3_600_000).toISOString();
    const { data: heldMessage } = await send({ purpose: "marketing", to: newAddress(), send_at });
    await app.settle();
    expect(app.mail.sent(message.to_address)[0]?.text).toMatch(/Words\n\n-- \nHarbour Ltd\n1 Quay Street\n\n.+:\nhttp.+\/u\//);
    await setSender([]);
    app.setClock({ advance: 2 * 3_600_000 });
    await app.settle();
    app.setClock({ reset: true });
    expect((await bare.admin.getMessage({ id: heldMessage.id })).data).toMatchObject({
      status: "failed",
      held_reason: "no_postal_address",
    });
  });
});
