import { Money } from "@crm/core/kernel/money.ts";
import type { App } from "@crm/local/app.ts";
import { operateLocally } from "@crm/local/server/maintenance-controls.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { findMailLink, pageTitle } from "../../functions/pages/support.ts";
import { callOperation } from "../../platform/export/export-client.ts";
import { addUser, recordPublishedEvents, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { createCustomer, createOpportunity, createQuote, line, readRejection } from "../quote/support.ts";
import {
  buildAcceptForm,
  createSentQuote,
  type Reader,
  readHiddenField,
  readNotice,
  readPictureUrl,
  requestPage,
} from "./support.ts";

/** Everything sent to customers: emails, links, views, answers and reminders. The customer's browser runs no scripts. */
let app: App;
let tenant: Tenant;
let rep: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  rep = await addUser(app, tenant, "SALES_REP");
});
afterEach(() => app.setClock({ reset: true }));
afterAll(() => app.stop());

const DAY_MS = 24 * 60 * 60 * 1000;
const readQuote = async (id: string) => (await rep.client.getQuote({ id })).data;
const readOffer = async (id: string) => (await rep.client.readQuoteOffer({ id })).data;
const listNotificationTypes = async (id: string) =>
  (await rep.client.listNotifications({})).data.filter(({ record_id }) => record_id === id).map(({ type }) => type);
const listActivitySubjects = async (id: string) =>
  (await rep.client.listQuoteActivities({ id })).data.map(({ subject }) => subject);
const createContact = async (more: object) => {
  const customer_id = await createCustomer(rep.client);
  const { data } = await rep.client.createContact({ first_name: "Cora", last_name: "Contact", customer_id, ...more });
  return { customer_id, contact_id: data.id };
};

describe("the PDF of an offer page", () => {
  it("equals the PDF of the quote in its language, and expires with the link", async () => {
    const { id, link } = await createSentQuote(app, rep.client, {}, { language: "de" });
    const page = await requestPage(app, link);
    const address = /href="(\/q\/[^"]+\/pdf)"/.exec(page.body)?.[1] ?? expect.fail(page.body);
    const file = await requestPage(app, address);
    expect([file.status, file.headers["content-type"]]).toEqual([200, "application/pdf"]);
    const ownFile = await callOperation(app, rep.token, "getQuotePdf", { id, language: "de" });
    expect([file.headers.etag, file.body]).toEqual([ownFile.headers.etag, ownFile.body]);
    expect(
      (
        await requestPage(
          app,
          address.replace(/.(?=\/pdf)/, (letter) => (letter === "x" ? "y" : "x")),
        )
      ).status,
    ).toBe(404);
    await rep.client.revokeQuoteLinks({ id });
    expect((await requestPage(app, address)).status).toBe(404);
  });
});

describe("sending", () => {
  it("needs an approved quote, and mails its contact once each time, with the same link", async () => {
    const party = await createContact({ email: "cora@mail.example" });
    const { id } = await createQuote(rep.client, party);
    expect(await readRejection(rep.client.sendQuote({ id }))).toEqual([409, ["status"]]);
    await rep.client.submitQuote({ id });
    expect(await readRejection(rep.client.presentQuote({ id }))).toEqual([409, ["status"]]);
    const { data } = await rep.client.sendQuote({ id, message: "As we said." });
    expect([data.status, data.sent_at]).toEqual(["SENT", expect.any(String)]);
    const first = await findMailLink(app, "cora@mail.example", "/q/");
    await rep.client.sendQuote({ id });
    expect(await findMailLink(app, "cora@mail.example", "/q/")).toBe(first);
    await app.settle();
    const mails = app.mail.sent("cora@mail.example");
    expect(mails.map(({ text }) => text.startsWith("As we said."))).toEqual([true, false]);
    expect(mails[0]).toMatchObject({ subject: expect.stringContaining(`Quote ${data.quote_number} from`), reply_to: rep.email });
    expect(await readOffer(id)).toMatchObject({ to: "cora@mail.example", times_sent: 2, view_count: 0, answer: null });
    expect(await listActivitySubjects(id)).toContain(`${data.quote_number} was sent to cora@mail.example`);
  });

  it("needs an address, and the rejection names the field", async () => {
    const { id } = await createQuote(rep.client);
    await rep.client.submitQuote({ id });
    expect(await readRejection(rep.client.sendQuote({ id }))).toEqual([400, ["to"]]);
    expect(await readRejection(rep.client.sendQuote({ id, to: "unknown" }))).toEqual([400, ["to"]]);
    expect(await readRejection(rep.client.sendQuote({ id, to: "a@mail.example", language: "tlh" }))).toEqual([400, ["language"]]);
    const without = await createQuote(rep.client, await createContact({ email: null, phone: "+4930123456" }));
    await rep.client.submitQuote({ id: without.id });
    expect(await readRejection(rep.client.sendQuote({ id: without.id }))).toEqual([400, ["to"]]);
    const out = await createQuote(rep.client, await createContact({ email: "out@mail.example", email_opt_out: true }));
    await rep.client.submitQuote({ id: out.id });
    expect(await readRejection(rep.client.sendQuote({ id: out.id }))).toEqual([422, ["to"]]);
    expect((await readQuote(id)).status).toBe("APPROVED");
    expect(await readRejection(rep.client.readQuoteOffer({ id }))).toEqual([404, []]);
  });

  it("is previewed with the address, the text, the PDF and the last day that the mail has", async () => {
    const parties = await createContact({ email: "preview@mail.example", is_primary: true });
    const other = { customer_id: parties.customer_id, first_name: "Otto", last_name: "Other", contact_role: "billing" };
    await rep.client.createContact({ ...other, email: "otto@mail.example" });
    const { id, expiration_date } = await createQuote(rep.client, parties);
    await rep.client.submitQuote({ id });
    const preview = async (more: object = {}) => (await rep.client.previewQuoteSending({ id, ...more })).data;
    const shown = await preview();
    expect(shown).toMatchObject({
      ...{ to: "preview@mail.example", problem: null, is_repeat: false, is_attached: false, last_day: expiration_date },
      contacts: [
        { id: parties.contact_id, email: "preview@mail.example", problem: null },
        { name: "Otto Other", email: "otto@mail.example", problem: null },
      ],
    });
    expect((await preview({ language: "de" })).file_name).toMatch(/^Angebot Q-.*\.pdf$/);
    expect((await readQuote(id)).status).toBe("APPROVED");
    await rep.client.sendQuote({ id });
    await app.settle();
    const [mail] = app.mail.sent(String(shown.to));
    expect(mail?.subject).toBe(shown.subject);
    expect(mail?.text.startsWith(shown.message)).toBe(true);
    expect(await preview()).toMatchObject({ is_repeat: true });
  });

  it("is previewed without an address, with the reason", async () => {
    const preview = async (parties: Record<string, unknown>) => {
      const { id } = await createQuote(rep.client, parties);
      return (await rep.client.previewQuoteSending({ id })).data;
    };
    const customer_id = await createCustomer(rep.client);
    expect(await preview({ customer_id })).toMatchObject({ to: null, problem: "NO_CONTACT", contacts: [] });
    const silent = await createContact({ phone: "+49 30 901820" });
    expect(await preview(silent)).toMatchObject({
      ...{ to: null, problem: "NO_ADDRESS" },
      contacts: [{ id: silent.contact_id, email: null, problem: "NO_ADDRESS" }],
    });
    const refusing = await createContact({ email: "refusing@mail.example", email_opt_out: true });
    expect(await preview(refusing)).toMatchObject({ to: null, problem: "REFUSED", contacts: [{ email: null }] });
  });

  it("is previewed for those who see the record, without contacts that they do not see", async () => {
    const parties = await createContact({ email: "hidden@mail.example" });
    const { id } = await createQuote(rep.client, parties);
    const colleague = await addUser(app, tenant, "SALES_REP");
    const foreign = await signUp(app);
    for (const { client } of [colleague, { client: foreign.admin }])
      expect(await readRejection(client.previewQuoteSending({ id }))).toEqual([404, []]);
    await tenant.admin.updateQuote({ id, owner_id: colleague.id });
    expect((await colleague.client.previewQuoteSending({ id })).data).toMatchObject({
      ...{ to: null, problem: "HIDDEN", contacts: [] },
    });
  });

  it("repeated with the same idempotency key sends one mail, and of concurrent ones only the last sends a mail", async () => {
    const { id } = await createQuote(rep.client);
    await rep.client.submitQuote({ id });
    const to = "key@mail.example";
    const options = { idempotencyKey: `send-${id}` };
    await Promise.all([1, 2].map(() => rep.client.sendQuote({ id, to }, options)));
    await app.settle();
    expect(app.mail.sent(to)).toHaveLength(1);
    const recipients = ["one@mail.example", "two@mail.example"];
    await Promise.all(recipients.map((recipient) => rep.client.sendQuote({ id, to: recipient })));
    const fresh = await createQuote(rep.client);
    await rep.client.submitQuote({ id: fresh.id });
    await Promise.all([1, 2].map(() => rep.client.sendQuote({ id: fresh.id, to: "both@mail.example" })));
    expect((await readOffer(fresh.id)).times_sent).toBe(2);
    const { to: last, times_sent } = await readOffer(id);
    await app.settle();
    expect([times_sent, app.mail.sent(last).length]).toEqual([3, 1]);
    expect(recipients.flatMap((recipient) => app.mail.sent(recipient))).toHaveLength(1);
  });

  it("is retried after a failed mail, and sends one mail for a repeated event", async () => {
    const { mail } = app.ports;
    const send = mail.send.bind(mail);
    let lostCount = 0;
    mail.send = async (message) => {
      if (message.to.startsWith("lost") && lostCount++ === 0) throw new Error("The line is down");
      return send(message);
    };
    const { id } = await createQuote(rep.client);
    await rep.client.submitQuote({ id });
    const events = recordPublishedEvents(app);
    await rep.client.sendQuote({ id, to: "lost@mail.example" });
    await app.settle().catch(() => undefined);
    await app.settle();
    expect([lostCount, app.mail.sent("lost@mail.example").length]).toEqual([2, 1]);
    const event = events.find(({ type }) => type === "offer.sent") ?? expect.fail("No event");
    await app.ports.bus.publish([event]);
    await app.settle();
    expect(app.mail.sent("lost@mail.example")).toHaveLength(1);
    mail.send = send;
  });

  it("needs visibility of the quote: other tenants and colleagues get 404", async () => {
    const { id, link } = await createSentQuote(app, rep.client);
    const otherTenant = await signUp(app);
    const colleague = await addUser(app, tenant, "SALES_REP");
    for (const as of [otherTenant.admin, colleague.client]) {
      expect(await readRejection(as.sendQuote({ id, to: "x@mail.example" }))).toEqual([404, []]);
      expect(await readRejection(as.readQuoteOffer({ id }))).toEqual([404, []]);
      expect(await readRejection(as.revokeQuoteLinks({ id }))).toEqual([404, []]);
    }
    expect((await requestPage(app, link)).status).toBe(200);
  });
});

describe("a link", () => {
  it("works in its exact form only, and each other form gets the same answer", async () => {
    const [firstQuote, otherQuote] = [await createSentQuote(app, rep.client), await createSentQuote(app, rep.client)];
    const page = await requestPage(app, firstQuote.link);
    expect([page.status, pageTitle(page)]).toEqual([200, `Quote ${(await readQuote(firstQuote.id)).quote_number}`]);
    expect(page.body).not.toMatch(/<script|style=|http-equiv/);
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
    const [tenantPart = "", record = "", signature = ""] = firstQuote.link.split("/q/")[1]?.split(".") ?? [];
    const otherSignature = otherQuote.link.split(".").at(-1);
    const stranger = await signUp(app);
    for (const forged of [
      `${tenantPart}.${record}.${otherSignature}`,
      `${tenantPart}.${record}.`,
      `${tenantPart}.${record}`,
      `${tenantPart}.${record}.${signature}.`,
      `${stranger.id}.${record}.${signature}`,
      "x",
    ]) {
      const response = await requestPage(app, `/q/${forged}`);
      expect([response.status, pageTitle(response)]).toEqual([404, "Page not found"]);
      expect((await requestPage(app, `/q/${forged}`, {}, { act: "reject", reason: "No" })).status).toBe(404);
      expect((await requestPage(app, `/q/${forged}/seen.gif`)).status).toBe(404);
    }
    expect((await readQuote(firstQuote.id)).status).toBe("SENT");
  });

  it("is invalid once it is revoked, until the quote is sent again", async () => {
    const { id, to, link } = await createSentQuote(app, rep.client);
    const form = await buildAcceptForm(app, link);
    const { data } = await rep.client.revokeQuoteLinks({ id });
    expect(data.revoked_at).not.toBeNull();
    expect((await requestPage(app, link)).status).toBe(404);
    expect((await requestPage(app, link, {}, form)).status).toBe(404);
    await rep.client.sendQuote({ id, to });
    const next = await findMailLink(app, to, "/q/");
    expect([next === link, (await requestPage(app, next)).status, (await requestPage(app, link)).status]).toEqual([
      false,
      200,
      404,
    ]);
  });

  it("is invalid for a deleted quote and a suspended tenant", async () => {
    const freshTenant = await signUp(app);
    const { id, link } = await createSentQuote(app, freshTenant.admin);
    const deletedQuote = await createSentQuote(app, freshTenant.admin);
    await freshTenant.admin.deleteQuote({ id: deletedQuote.id });
    expect((await requestPage(app, deletedQuote.link)).status).toBe(404);
    expect((await requestPage(app, link)).status).toBe(200);
    await operateLocally(app.ports, { action: "suspend", tenant: freshTenant.id, reason: "Unpaid" });
    for (const form of [undefined, { act: "reject", reason: "No" }])
      expect((await requestPage(app, link, {}, form)).status).toBe(404);
    expect((await freshTenant.admin.getQuote({ id })).data.status).toBe("SENT");
  });

  it("of an earlier version names the later one and accepts no answer, also from an open page", async () => {
    const { id, link } = await createSentQuote(app, rep.client);
    const form = await buildAcceptForm(app, link);
    await rep.client.createQuoteVersion({ id });
    const page = await requestPage(app, link);
    expect(readNotice(page)).toContain("A newer version has replaced this one");
    expect(page.body).not.toContain("<form");
    const stale = await requestPage(app, link, {}, form);
    expect([stale.status, readNotice(stale)]).toEqual([409, expect.stringContaining("A newer version")]);
    expect((await requestPage(app, link, {}, { act: "reject", reason: "Late" })).status).toBe(409);
    expect((await readQuote(id)).status).toBe("SENT");
  });
});

describe("a view", () => {
  const lookedAt = async (link: string, reader: Parameters<typeof requestPage>[2] = {}) =>
    requestPage(app, readPictureUrl(await requestPage(app, link, reader)), reader);

  it("counts once in half an hour when a browser shows the page, and the first notifies the owner", async () => {
    const { id, link } = await createSentQuote(app, rep.client);
    const page = await requestPage(app, link);
    expect((await readQuote(id)).status).toBe("SENT");
    for (let n = 0; n < 2; n++) {
      const picture = await requestPage(app, readPictureUrl(page));
      expect([picture.status, picture.headers["content-type"]]).toEqual([200, "image/gif"]);
    }
    expect(await readQuote(id)).toMatchObject({ status: "VIEWED", viewed_at: expect.any(String) });
    expect((await readOffer(id)).view_count).toBe(1);
    app.setClock({ advance: 31 * 60_000 });
    await lookedAt(link);
    await app.settle();
    // Sessions do not last that long, so the clock is reset.
    app.setClock({ reset: true });
    const { view_count, first_viewed_at, last_viewed_at } = await readOffer(id);
    expect([view_count, first_viewed_at === last_viewed_at]).toEqual([2, false]);
    expect((await listNotificationTypes(id)).filter((type) => type === "offer_viewed")).toHaveLength(1);
  });

  it("does not count for mail scanners, prefetches or a picture loaded from elsewhere", async () => {
    const { id, link } = await createSentQuote(app, rep.client);
    const programs: Reader[] = [
      { agent: "Mozilla/5.0 (compatible; Proofpoint URL Defense scanner)" },
      { agent: "" },
      { method: "HEAD" },
      { headers: { "sec-purpose": "prefetch;prerender" } },
      { headers: { purpose: "prefetch" } },
    ];
    const page = await requestPage(app, link);
    for (const program of programs) {
      await requestPage(app, link, program);
      await requestPage(app, readPictureUrl(page), program);
    }
    await requestPage(app, readPictureUrl(page), { ip: "198.51.100.1" });
    await requestPage(app, readPictureUrl(page), { agent: "Mozilla/5.0 Other" });
    await requestPage(app, readPictureUrl(page).replace(/at=\w/, "at=1"));
    await requestPage(
      app,
      readPictureUrl(await requestPage(app, (await createSentQuote(app, rep.client)).link)).replace(
        /q\/[^/]+/,
        link.split("/").slice(-2).join("/"),
      ),
    );
    app.setClock({ advance: 31 * 60_000 });
    await requestPage(app, readPictureUrl(page));
    app.setClock({ reset: true });
    expect([(await readQuote(id)).status, (await readOffer(id)).view_count]).toEqual(["SENT", 0]);
  });
});

describe("an acceptance on the page", () => {
  it("creates the deal, wins the opportunity, stores the accepted content and notifies the owner, once", async () => {
    const opportunity = await createOpportunity(rep.client);
    const { id, link } = await createSentQuote(app, rep.client, { opportunity_id: opportunity.id });
    const form = await buildAcceptForm(app, link);
    const done = await requestPage(app, link, {}, form);
    expect([done.status, pageTitle(done)]).toEqual([200, "Thank you. You have accepted."]);
    const accepted = await readQuote(id);
    expect(accepted).toMatchObject({ status: "ACCEPTED", signed_by: "Åsa Köper" });
    const { data: deal } = await rep.client.getDeal({ id: accepted.deal_id ?? "" });
    expect([deal.deal_status, deal.order_reference]).toEqual(["SIGNED", accepted.quote_number]);
    expect((await rep.client.getOpportunity({ id: opportunity.id })).data.is_won).toBe(true);
    const { answer } = await readOffer(id);
    expect(answer).toMatchObject({
      ...{ outcome: "ACCEPTED", name: "Åsa Köper", ip_address: "203.0.113.7", language: "en", document_hash: form.shown },
      ...{
        consent_text: expect.stringContaining("is my signature"),
        consent_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    });
    const again = await requestPage(app, link, {}, form);
    expect([again.status, readNotice(again)]).toEqual([200, "We have already received this. It was counted once."]);
    expect((await requestPage(app, link, {}, { act: "reject", reason: "After all" })).status).toBe(409);
    expect((await requestPage(app, link)).body).not.toContain("<form");
    expect((await readOffer(id)).answer).toEqual(answer);
    await app.settle();
    const told = (await rep.client.listNotifications({})).data.filter(({ title }) => title.includes(accepted.quote_number));
    const agreed = `${accepted.name}, ${Money.format(accepted.total_amount, accepted.currency)}`;
    expect(told.filter(({ type }) => type !== "offer_viewed")).toMatchObject([
      { type: "offer_accepted", record_id: id, body: `${agreed}\nÅsa Köper` },
    ]);
    expect(await listActivitySubjects(id)).toContain(`${accepted.quote_number} was accepted by the customer`);
  });

  it("happens once for concurrent requests on the page and in the API", async () => {
    for (let turn = 0; turn < 3; turn++) {
      const opportunity = await createOpportunity(rep.client);
      const { id, link } = await createSentQuote(app, rep.client, { opportunity_id: opportunity.id });
      const form = await buildAcceptForm(app, link);
      const [firstPage, two, staff] = await Promise.all([
        requestPage(app, link, {}, form),
        requestPage(app, link, {}, form),
        readRejection(rep.client.acceptQuote({ id })),
      ]);
      const { status } = await readQuote(id);
      const deals = (await rep.client.listDeals({ opportunity_id: opportunity.id })).data;
      expect([status, deals.length]).toEqual(["ACCEPTED", 1]);
      const isStaffs = staff === "went through";
      expect([firstPage.status, two.status]).toEqual(isStaffs ? [409, 409] : [200, 200]);
      expect(((await readOffer(id)).answer === null) === isStaffs).toBe(true);
    }
  });

  it("covers the choice of options in one go, or with the total that was shown", async () => {
    const option = { description: "Sails", unit_price: "50.00", optional: true };
    const bundle = { unit_price: "10.00", optional: true, bundle: "Comfort" };
    const { id, link } = await createSentQuote(app, rep.client, {
      line_items: [line, option, { ...bundle, description: "Cushion" }, { ...bundle, description: "Lamp" }],
    });
    const page = await requestPage(app, link);
    const boxes = [...page.body.matchAll(/name="chosen" value="([^"]+)"/g)].map(([, value = ""]) => value);
    expect(boxes.map((box) => box.split(" ").length)).toEqual([1, 2]);
    const form = await buildAcceptForm(app, link, { chosen: boxes[1] ?? "" });
    const total = await requestPage(app, link, {}, { ...form, act: "total", consent: "" });
    expect([total.status, total.body.includes("<strong>€120.00</strong>")]).toEqual([200, true]);
    expect([readHiddenField(total, "shown"), (await readQuote(id)).status]).toEqual([form.shown, "SENT"]);
    const done = await requestPage(app, link, {}, form);
    expect([done.status, (await readQuote(id)).net_amount]).toEqual([200, "120.00"]);
    const { answer } = await readOffer(id);
    expect(answer?.chosen).toEqual(boxes[1]?.split(" "));
    // What was agreed to is the document with the choice, and the offer without it is another.
    expect(answer?.document_hash).not.toBe(form.shown);
  });

  it("does not cover an offer that has changed since the page was opened", async () => {
    const option = { description: "Sails", unit_price: "50.00", optional: true };
    const { id, link } = await createSentQuote(app, rep.client, { line_items: [line, option] });
    const form = await buildAcceptForm(app, link);
    const changed = await requestPage(app, link, {}, { ...form, shown: `${form.shown.slice(0, -1)}_` });
    expect([changed.status, readNotice(changed)]).toEqual([409, expect.stringContaining("Not accepted yet")]);
    expect((await readQuote(id)).status).toBe("SENT");
  });

  it("takes consent and action from the form alone, not from the address", async () => {
    const { id, link } = await createSentQuote(app, rep.client);
    const form = await buildAcceptForm(app, link);
    const address = `${link}?${new URLSearchParams(form)}`;
    const unconfirmed = await requestPage(app, address, {}, { ...form, consent: "" });
    expect([unconfirmed.status, (await readQuote(id)).status]).toEqual([400, "SENT"]);
    const rejected = await requestPage(app, address, {}, { act: "reject", reason: "Too late" });
    expect([rejected.status, (await readQuote(id)).status]).toEqual([200, "REJECTED"]);
  });

  it("needs a name and consent, and shows errors at the fields with the typed values", async () => {
    const { id, link } = await createSentQuote(app, rep.client);
    const form = await buildAcceptForm(app, link, { name: " ", consent: "" });
    const invalidPage = await requestPage(app, link, {}, form);
    expect([
      invalidPage.status,
      /id="name-error">([^<]*)/.exec(invalidPage.body)?.[1],
      /id="consent-error">([^<]*)/.exec(invalidPage.body)?.[1],
    ]).toEqual([400, "This field is required", "Check this box to accept"]);
    const long = await requestPage(app, link, {}, { ...form, name: "三".repeat(101), consent: "yes" });
    expect([long.status, long.body.includes("Enter at most 100 characters"), long.body.includes("三".repeat(101))]).toEqual([
      400,
      true,
      true,
    ]);
    expect((await readQuote(id)).status).toBe("SENT");
  });

  it("is rejected after the last day, and for a lost opportunity names the contact person but no reason", async () => {
    const opportunity = await createOpportunity(rep.client);
    const lostQuote = await createSentQuote(app, rep.client, { opportunity_id: opportunity.id });
    await rep.client.loseOpportunity({ id: opportunity.id, win_loss_reason_id: "price_too_high" });
    const response = await requestPage(app, lostQuote.link, {}, await buildAcceptForm(app, lostQuote.link));
    expect([response.status, readNotice(response)]).toEqual([409, expect.stringContaining("Please contact")]);
    expect(response.body).not.toMatch(/lost/i);
    const { id, link } = await createSentQuote(app, rep.client);
    const form = await buildAcceptForm(app, link);
    app.setClock({ advance: 40 * DAY_MS });
    const late = await requestPage(app, link, {}, form);
    expect([late.status, readNotice(late)]).toEqual([409, expect.stringContaining("The time to answer ended")]);
    expect((await requestPage(app, link)).body).not.toContain("<form");
    await app.settle();
    expect((await requestPage(app, link)).body).not.toContain("<form");
    app.setClock({ reset: true });
    expect((await readQuote(id)).status).toBe("EXPIRED");
  });
});

describe("other answers", () => {
  it("a rejection needs a reason, happens once and notifies the owner", async () => {
    const { id, link } = await createSentQuote(app, rep.client);
    const empty = await requestPage(app, link, {}, { act: "reject", reason: " " });
    expect([empty.status, empty.body.includes("<details open>")]).toEqual([400, true]);
    for (const title of ["You have rejected this.", pageTitle(await requestPage(app, link))]) {
      const done = await requestPage(app, link, {}, { act: "reject", reason: "Too <b>dear</b>" });
      expect([done.status, pageTitle(done)]).toEqual([200, title]);
    }
    expect(await readQuote(id)).toMatchObject({ status: "REJECTED", rejection_reason: "Too <b>dear</b>" });
    await app.settle();
    expect((await listNotificationTypes(id)).filter((type) => type === "offer_rejected")).toHaveLength(1);
  });

  it("a question is sent once for each form, and becomes a task of the owner", async () => {
    const { id, to, link } = await createSentQuote(app, rep.client);
    const page = await requestPage(app, link);
    const form = {
      act: "ask",
      name: "Åsa",
      question: "はいつですか".repeat(20),
      request_id: readHiddenField(page, "request_id"),
    };
    expect(pageTitle(await requestPage(app, link, {}, form))).toBe("Your question was sent.");
    expect(readNotice(await requestPage(app, link, {}, form))).toContain("It was counted once");
    await Promise.all([1, 2].map(() => requestPage(app, link, {}, { ...form, request_id: "same" })));
    expect((await readOffer(id)).questions.map(({ text }) => text)).toEqual([form.question, form.question]);
    const invalidPage = await requestPage(app, link, {}, { ...form, question: "" });
    expect([invalidPage.status, invalidPage.body.includes('id="question-error"')]).toEqual([400, true]);
    await app.settle();
    expect((await listNotificationTypes(id)).filter((type) => type === "offer_asked")).toHaveLength(2);
    const { data } = await rep.client.listQuoteActivities({ id });
    const question = data.find(({ subject }) => subject?.startsWith("Åsa asks")) ?? expect.fail("No activity");
    expect(question).toMatchObject({ status: "NOT_STARTED", assigned_to_id: rep.id });
    expect((await rep.client.getActivity({ id: question.id })).data.description).toContain(`Reply by email to ${to}`);
    expect((await readQuote(id)).status).toBe("SENT");
  });

  it("questions from one address are limited per minute", async () => {
    const { link } = await createSentQuote(app, rep.client);
    const statuses: number[] = [];
    for (let n = 0; n < 12; n++)
      statuses.push((await requestPage(app, link, {}, { act: "ask", name: "Åsa", question: "?", request_id: String(n) })).status);
    expect(statuses).toEqual([...Array(10).fill(200), 429, 429]);
    expect(
      (await requestPage(app, link, { ip: "198.51.100.9" }, { act: "ask", name: "Bo", question: "?", request_id: "b" })).status,
    ).toBe(200);
  });
});

describe("languages", () => {
  it("the page has the language of the sending, with its number format and direction", async () => {
    const price = { description: "Rumpf", unit_price: "1234.50", quantity: "1" };
    const german = await createSentQuote(app, rep.client, { line_items: [price] }, { language: "de-DE" });
    const page = await requestPage(app, german.link, { headers: { "accept-language": "fr" } });
    expect(page.body).toContain('<html lang="de-DE">');
    expect(page.body.replaceAll(/\s/gu, " ")).toContain("1.234,50 €");
    expect(page.body).toContain("Annehmen");
    expect(app.mail.sent(german.to)[0]?.subject).toMatch(/^Angebot Q-\S+ von /);
    const arabic = await createSentQuote(app, rep.client, {}, { language: "ar" });
    expect((await requestPage(app, arabic.link)).body).toContain('<html lang="ar" dir="rtl">');
  });

  it("the page shows no internal data and no markup from input", async () => {
    const scriptLine = { ...line, name: "<script>alert(1)</script>" };
    const { link } = await createSentQuote(app, rep.client, {
      line_items: [scriptLine],
      notes: "secret-note",
      tags: ["secret-tag"],
    });
    const { body } = await requestPage(app, link);
    expect(body).toContain("&lt;script&gt;");
    expect(body).not.toMatch(/<script|secret-/);
  });
});

describe("a reminder", () => {
  it("is sent to customer and owner once, three days before the last day, and not after an answer", async () => {
    const [openQuote, answeredQuote, again] = [
      await createSentQuote(app, rep.client),
      await createSentQuote(app, rep.client),
      await createSentQuote(app, rep.client),
    ];
    await requestPage(app, answeredQuote.link, {}, { act: "reject", reason: "No" });
    await rep.client.acceptQuote({ id: again.id });
    app.setClock({ advance: 26 * DAY_MS });
    await app.settle();
    expect(app.mail.sent(openQuote.to)).toHaveLength(1);
    app.setClock({ advance: 1.5 * DAY_MS });
    for (let n = 0; n < 2; n++) await app.settle();
    app.setClock({ reset: true });
    expect(app.mail.sent(openQuote.to).map(({ subject }) => subject)).toEqual([
      expect.stringContaining(" from "),
      expect.stringContaining("please answer by"),
    ]);
    expect([app.mail.sent(answeredQuote.to).length, app.mail.sent(again.to).length]).toEqual([1, 1]);
    expect(await listNotificationTypes(openQuote.id)).toContain("offer_expiring");
    expect(await listNotificationTypes(answeredQuote.id)).not.toContain("offer_expiring");
    expect(await readOffer(openQuote.id)).toMatchObject({ reminder_at: null, reminded_at: expect.any(String) });
  });

  it("is not sent if the tenant has disabled reminders", async () => {
    const freshTenant = await signUp(app, { offer_reminder_days: 0 });
    const { id } = await createSentQuote(app, freshTenant.admin);
    expect((await freshTenant.admin.readQuoteOffer({ id })).data.reminder_at).toBeNull();
  });
});
