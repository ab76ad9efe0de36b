import { parseStatement, verifyStatement, withStatement } from "@crm/core/agreements/signature/statement.rules.ts";
import { drawingScript } from "@crm/functions/pages/drawing-script.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { callOperation } from "../../platform/export/export-client.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { selectSample } from "../../support/sample.ts";
import { readRejection } from "../quote/support.ts";
import {
  buildSigningForm,
  DAY_MS,
  findSigningLink,
  hasForm,
  listNotices,
  newMailbox,
  readMailedCode,
  requestSignatures,
  SignerBrowser,
} from "./support.ts";

/** A signer cannot sign for another one, and a finished request stays finished. */
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

/** The current request. The clock is reset because the session is valid at the real time. */
async function readRequest(id: string) {
  app.setClock({ reset: true });
  return (await rep.client.getSignatureRequest({ id })).data;
}
const forgedForm = { act: "sign", name: "Mallory", consent: "yes" };

/** Creates a request with one signer and returns the signer's link. */
async function requestOneSignature(more: Record<string, unknown> = {}) {
  const email = newMailbox();
  const { quote, request: signatureRequest } = await requestSignatures(rep.client, [{ name: "Sig Signer", email }], more);
  return {
    id: signatureRequest.id,
    quote,
    email,
    hash: signatureRequest.document_hash,
    link: await findSigningLink(app, email),
    signer: signatureRequest.signers[0]?.id ?? "",
  };
}

describe("attempts to sign for another person", () => {
  it("fail with a guessed link, or a link of another signer or tenant", async () => {
    const { link, id } = await requestOneSignature();
    const otherRequest = await requestOneSignature();
    const parts = link.split("/s/")[1]?.split(".") ?? [];
    const otherParts = otherRequest.link.split("/s/")[1]?.split(".") ?? [];
    const stranger = await signUp(app);
    const guesses = [
      [...parts.slice(0, 3), `${parts[3]?.slice(0, -1)}${parts[3]?.endsWith("A") ? "B" : "A"}`],
      [...parts.slice(0, 2), otherParts[2], parts[3]],
      [...parts.slice(0, 3), otherParts[3]],
      [parts[0], otherParts[1], parts[2], parts[3]],
      [stranger.id, ...parts.slice(1)],
      parts.slice(0, 3),
      ["x"],
    ];
    for (const guess of guesses) {
      const address = `/s/${guess.join(".")}`;
      expect((await new SignerBrowser(app).open(address)).status, address).toBe(404);
      expect((await new SignerBrowser(app).send(address, { act: "code" })).status, address).toBe(404);
      expect((await new SignerBrowser(app).open(`${address}/document`)).status, address).toBe(404);
    }
    expect((await readRequest(id)).version).toBe(1);
  });

  it("fail with a forwarded link, because the code goes to the signer's mailbox", async () => {
    const { link, id, email, hash } = await requestOneSignature();
    const thief = new SignerBrowser(app, { ip: "198.51.100.9" });
    expect((await thief.send(link, { ...forgedForm, document_hash: hash })).status).toBe(409);
    await thief.send(link, { act: "code" });
    await app.settle();
    expect(app.mail.sent(email).at(-1)?.text).toMatch(/\b\d{6}\b/);
    const tried = await thief.send(link, { act: "enter", code: "000000" });
    expect([tried.status, thief.cookie]).toEqual([400, ""]);
    expect((await thief.send(link, { ...forgedForm, document_hash: hash })).status).toBe(409);
    expect((await thief.send(link, { act: "decline", reason: "Mallory says no" })).status).toBe(409);
    expect((await readRequest(id)).status).toBe("sent");
  });

  it("fail in a second browser, with the cookie of another page, and in a session that another code ended", async () => {
    const { link, id, email, hash } = await requestOneSignature();
    const browser = new SignerBrowser(app);
    const page = await browser.enter(link, email);
    const second = new SignerBrowser(app);
    expect(hasForm(await second.open(link))).toBe(true);
    expect((await second.send(link, { ...forgedForm, document_hash: hash })).status).toBe(409);
    const elsewhere = await requestOneSignature();
    const third = new SignerBrowser(app);
    await third.enter(elsewhere.link, elsewhere.email);
    expect((await third.send(link, { ...forgedForm, document_hash: hash })).status).toBe(409);
    await new SignerBrowser(app).enter(link, email);
    expect((await browser.send(link, buildSigningForm(page, "Sig Signer"))).status).toBe(409);
    expect((await readRequest(id)).signers[0]).toMatchObject({ signed_at: null });
  });

  it("fail after half an hour in the same browser", async () => {
    const { link, id, email } = await requestOneSignature();
    const browser = new SignerBrowser(app);
    const page = await browser.enter(link, email);
    app.setClock({ advance: 31 * 60_000 });
    expect((await browser.send(link, buildSigningForm(page, "Sig Signer"))).status).toBe(409);
    expect((await readRequest(id)).status).toBe("delivered");
  });

  it("fail by guessing: five tries for each code, and five codes an hour", async () => {
    const { link, email } = await requestOneSignature();
    const browser = new SignerBrowser(app, { ip: "203.0.113.40" });
    const code = await browser.requestCode(link, email);
    const wrongCode = code === "111111" ? "222222" : "111111";
    const answers = [];
    for (let tried = 0; tried < 5; tried++) answers.push((await browser.send(link, { act: "enter", code: wrongCode })).status);
    expect(answers).toEqual([400, 400, 400, 400, 409]);
    app.setClock({ advance: 61_000 });
    expect((await browser.send(link, { act: "enter", code })).status).toBe(409);
    const statuses = [];
    for (let sent = 0; sent < 5; sent++) statuses.push((await browser.send(link, { act: "code" })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 429]);
    expect((await browser.send(link, { act: "enter", code })).status).toBe(400);
    expect((await browser.send(link, { act: "enter", code: await readMailedCode(app, email) })).status).toBe(200);
    expect(browser.cookie).not.toBe("");
  });

  it("fail with a code that is older than ten minutes or used", async () => {
    const { link, email } = await requestOneSignature();
    const browser = new SignerBrowser(app);
    const code = await browser.requestCode(link, email);
    app.setClock({ advance: 10 * 60_000 });
    expect((await browser.send(link, { act: "enter", code })).status).toBe(409);
    const fresh = await browser.requestCode(link, email);
    expect((await browser.send(link, { act: "enter", code: fresh })).status).toBe(200);
    expect((await new SignerBrowser(app).send(link, { act: "enter", code: fresh })).status).toBe(409);
  });

  it("fail with the code of another signer", async () => {
    const [firstEmail, two] = [newMailbox(), newMailbox()];
    await requestSignatures(rep.client, [
      { name: "One", email: firstEmail },
      { name: "Two", email: two },
    ]);
    const [firstLink, secondLink] = [await findSigningLink(app, firstEmail), await findSigningLink(app, two)];
    await new SignerBrowser(app).requestCode(firstLink, firstEmail);
    const code = await new SignerBrowser(app).requestCode(secondLink, two);
    const tried = await new SignerBrowser(app).send(firstLink, { act: "enter", code });
    expect([tried.status, tried.headers["set-cookie"]]).toEqual([400, undefined]);
  });

  it("fail before it is the signer's turn", async () => {
    const [firstEmail, two] = [newMailbox(), newMailbox()];
    const parties = [
      { name: "One", email: firstEmail },
      { name: "Two", email: two },
    ];
    const { request: signatureRequest } = await requestSignatures(rep.client, parties, { in_order: true });
    await app.settle();
    expect(app.mail.sent(two)).toEqual([]);
    expect(signatureRequest.signers.map(({ state }) => state)).toEqual(["sent", "waiting"]);
    await new SignerBrowser(app).sign(await findSigningLink(app, firstEmail), firstEmail, "One");
    const link = await findSigningLink(app, two);
    await new SignerBrowser(app).sign(link, two, "Two");
    expect((await readRequest(signatureRequest.id)).status).toBe("completed");
  });

  it("fail for another tenant, and for a colleague who cannot see the quote", async () => {
    const { id, signer } = await requestOneSignature();
    const otherTenant = await signUp(app);
    const colleague = await addUser(app, tenant, "SALES_REP");
    for (const as of [otherTenant.admin, colleague.client]) {
      expect(await readRejection(as.getSignatureRequest({ id }))).toEqual([404, []]);
      expect(await readRejection(as.remindSignatureRequest({ id }))).toEqual([404, []]);
      expect(await readRejection(as.voidSignatureRequest({ id, reason: "Mine" }))).toEqual([404, []]);
      expect(await readRejection(as.reassignSigner({ id, signer_id: signer, name: "M", email: "m@mail.example" }))).toEqual([
        404,
        [],
      ]);
      expect((await as.listSignatureRequests({})).data.map((signatureRequest) => signatureRequest.id)).not.toContain(id);
    }
    for (const user of [otherTenant.token, colleague.token])
      expect((await callOperation(app, user, "getSignatureDocument", { id })).status).toBe(404);
  });
});

describe("a signature request in a final state", () => {
  it("is signed once by concurrent submissions", async () => {
    const { link, id, email, quote } = await requestOneSignature();
    const browser = new SignerBrowser(app);
    const page = await browser.enter(link, email);
    const form = buildSigningForm(page, "Sig Signer");
    const answers = await Promise.all([browser.send(link, form), browser.send(link, form), browser.send(link, form)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.filter((answer) => listNotices(answer).join().includes("already"))).toHaveLength(2);
    await app.settle();
    expect((await readRequest(id)).status).toBe("completed");
    expect(app.mail.sent(email).filter(({ subject }) => subject.startsWith("Signed"))).toHaveLength(1);
    expect((await rep.client.getQuote({ id: quote })).data.status).toBe("ACCEPTED");
  });

  it("cannot be declined, voided or reassigned once signed", async () => {
    const { link, id, email, signer } = await requestOneSignature();
    const browser = new SignerBrowser(app);
    await browser.sign(link, email, "Sig Signer");
    expect(listNotices(await browser.send(link, { act: "decline", reason: "No" }))[0]).toContain("already");
    expect(await readRejection(rep.client.voidSignatureRequest({ id, reason: "Too late" }))).toEqual([409, ["status"]]);
    expect(await readRejection(rep.client.remindSignatureRequest({ id }))).toEqual([409, ["status"]]);
    expect(await readRejection(rep.client.reassignSigner({ id, signer_id: signer, name: "M", email: newMailbox() }))).toEqual([
      409,
      ["status"],
    ]);
    app.setClock({ advance: 40 * DAY_MS });
    await app.settle();
    expect((await readRequest(id)).status).toBe("completed");
  });

  it("is declined with a reason, and the owner and the other signers are notified", async () => {
    const [firstEmail, two] = [newMailbox(), newMailbox()];
    const { request: signatureRequest, quote } = await requestSignatures(rep.client, [
      { name: "One", email: firstEmail },
      { name: "Two", email: two },
    ]);
    const link = await findSigningLink(app, firstEmail);
    const browser = new SignerBrowser(app);
    await browser.enter(link, firstEmail);
    expect((await browser.send(link, { act: "decline", reason: " " })).status).toBe(400);
    const done = await browser.send(link, { act: "decline", reason: "<b>Too dear</b>" });
    expect([done.status, hasForm(done)]).toEqual([200, false]);
    await app.settle();
    expect(await readRequest(signatureRequest.id)).toMatchObject({ status: "declined", end_reason: "<b>Too dear</b>" });
    expect(app.mail.sent(two).at(-1)?.subject).toContain("Signing ended");
    const notifications = (await rep.client.listNotifications({})).data.filter(({ record_id }) => record_id === quote);
    expect(notifications.map(({ type }) => type)).toContain("signature_declined");
    expect(hasForm(await new SignerBrowser(app).open(await findSigningLink(app, two)))).toBe(false);
    expect((await rep.client.getQuote({ id: quote })).data.status).toBe("SENT");
  });

  it("expires after reminders", async () => {
    const { link, id, email } = await requestOneSignature({ expires_in_days: 5 });
    app.setClock({ advance: 3 * DAY_MS + 60_000 });
    await app.settle();
    expect(app.mail.sent(email).map(({ subject }) => subject)).toEqual([
      expect.stringContaining("Please sign"),
      expect.stringContaining("Reminder: please sign"),
    ]);
    app.setClock({ advance: 5 * DAY_MS + 60_000 });
    expect((await new SignerBrowser(app).send(link, { act: "code" })).status).toBe(409);
    await app.settle();
    expect((await readRequest(id)).status).toBe("expired");
    expect(app.mail.sent(email)).toHaveLength(3);
    expect(hasForm(await new SignerBrowser(app).open(link))).toBe(false);
  });

  it("is voided when the quote is rejected, deleted or replaced by a version", async () => {
    const acts = [
      (id: string) => rep.client.rejectQuote({ id, reason: "No" }),
      (id: string) => tenant.admin.deleteQuote({ id }),
      (id: string) => rep.client.createQuoteVersion({ id }),
    ];
    for (const act of acts) {
      const { id, quote, link, email } = await requestOneSignature();
      const browser = new SignerBrowser(app);
      const page = await browser.enter(link, email);
      await act(quote);
      // The page is submitted before the event is processed.
      expect((await browser.send(link, buildSigningForm(page, "Sig Signer"))).status).toBe(409);
      await app.settle();
      expect((await tenant.admin.getSignatureRequest({ id })).data.status).toBe("voided");
      expect(hasForm(await new SignerBrowser(app).open(link))).toBe(false);
    }
  });

  it("is voided when the quote gets another owner", async () => {
    const { id, quote } = await requestOneSignature();
    const heir = await addUser(app, tenant, "SALES_REP");
    await tenant.admin.updateQuote({ id: quote, owner_id: heir.id });
    await app.settle();
    expect((await tenant.admin.getSignatureRequest({ id })).data).toMatchObject({ status: "voided" });
  });
});

describe("the new signer after a reassignment", () => {
  it("signs through a new link; the former link, session and code no longer work", async () => {
    const { link, id, email, signer, hash } = await requestOneSignature();
    const formerBrowser = new SignerBrowser(app);
    await formerBrowser.enter(link, email);
    const heir = newMailbox();
    const { data } = await rep.client.reassignSigner({ id, signer_id: signer, name: "Hei Heir", email: heir });
    expect(data.signers[0]).toMatchObject({ name: "Hei Heir", email: heir, state: "sent" });
    expect((await formerBrowser.open(link)).status).toBe(404);
    expect((await formerBrowser.send(link, { ...forgedForm, document_hash: hash })).status).toBe(404);
    const fresh = await findSigningLink(app, heir);
    expect((await formerBrowser.send(fresh, { ...forgedForm, document_hash: hash })).status).toBe(409);
    await new SignerBrowser(app).sign(fresh, heir, "Hei Heir");
    expect(await readRequest(id)).toMatchObject({ status: "completed", signers: [{ signed_name: "Hei Heir" }] });
  });

  it("cannot be another signer of the request, and must replace an existing one", async () => {
    const [firstEmail, two] = [newMailbox(), newMailbox()];
    const { request: signatureRequest } = await requestSignatures(rep.client, [
      { name: "One", email: firstEmail },
      { name: "Two", email: two },
    ]);
    const to = { id: signatureRequest.id, name: "X" };
    expect(
      await readRejection(
        rep.client.reassignSigner({ ...to, signer_id: signatureRequest.signers[0]?.id ?? "", email: two.toUpperCase() }),
      ),
    ).toEqual([400, ["email"]]);
    expect(await readRejection(rep.client.reassignSigner({ ...to, signer_id: "sgn_nobody", email: newMailbox() }))).toEqual([
      404,
      [],
    ]);
  });
});

describe("asking", () => {
  it("rejects invalid input and names the fields", async () => {
    const { quote } = await requestSignatures(rep.client, [{ name: "One", email: newMailbox() }]);
    const email = newMailbox();
    const ask = (more: object) => readRejection(rep.client.requestQuoteSignature({ id: quote, ...more }));
    expect(await ask({ signers: [{ name: "", email: "unknown" }] })).toEqual([400, ["signers[0].name", "signers[0].email"]]);
    const duplicateSigners = [
      { name: "A", email },
      { name: "B", email: email.toUpperCase() },
    ];
    expect(await ask({ signers: duplicateSigners })).toEqual([400, ["signers[1].email"]]);
    expect(await ask({ signers: [] })).toEqual([400, ["signers"]]);
    expect(await ask({})).toEqual([422, ["signers"]]);
    expect(await ask({ provider: "docusign", signers: [{ name: "A", email }] })).toEqual([422, ["provider"]]);
  });

  it("succeeds for one of two concurrent requests", async () => {
    const { quote, request: first } = await requestSignatures(rep.client, [{ name: "One", email: newMailbox() }]);
    await rep.client.voidSignatureRequest({ id: first.id, reason: "Again" });
    const ask = () => rep.client.requestQuoteSignature({ id: quote, signers: [{ name: "A", email: newMailbox() }] });
    const answers = await Promise.all([readRejection(ask()), readRejection(ask())]);
    expect(answers.toSorted()).toEqual(["went through", [409, ["signature_request_id"]]].toSorted());
    const { data } = await rep.client.listSignatureRequests({ subject: quote });
    expect(data.map(({ status }) => status).toSorted()).toEqual(["sent", "voided"]);
  });

  it("reminds pending signers at most once an hour", async () => {
    const { id, email } = await requestOneSignature();
    expect((await rep.client.remindSignatureRequest({ id })).data.reminded_at).toEqual(expect.any(String));
    expect(await readRejection(rep.client.remindSignatureRequest({ id }))).toEqual([409, ["reminded_at"]]);
    await app.settle();
    expect(app.mail.sent(email)).toHaveLength(2);
  });
});

describe("the page", () => {
  it("shows names, titles and reasons as plain text", async () => {
    const email = newMailbox();
    await requestSignatures(rep.client, [{ name: `<img src=x onerror="alert(1)">`, email }]);
    const link = await findSigningLink(app, email);
    const browser = new SignerBrowser(app);
    const page = await browser.enter(link, email);
    expect(page.body.includes("&lt;img src=x onerror=&quot;")).toBe(true);
    const done = await browser.send(link, buildSigningForm(page, `"><script>alert(1)</script>`));
    const pageScript = `<script>${drawingScript.text}</script>`;
    expect(page.body.split(pageScript)).toHaveLength(2);
    for (const { body } of [page, done, await browser.open(link)])
      expect(body.replace(pageScript, "")).not.toMatch(/<script|<img src=x/);
  });

  const languages = ["de", "fr", "es", "it", "ar", "ja", "zh-CN", "zh-TW", "ko"];
  it.each(selectSample(languages, { name: (language) => language, kind: () => "language" }))(
    "is in %s, like the mails",
    async (language) => {
      const email = newMailbox();
      await requestSignatures(rep.client, [{ name: "Sig", email }], { language });
      const link = await findSigningLink(app, email);
      const page = await new SignerBrowser(app).open(link);
      expect(page.body).toContain(`lang="${language}"`);
      expect(page.body).not.toMatch(/\{\w+\}|Send code/);
      expect(app.mail.sent(email)[0]?.text).not.toMatch(/\{\w+\}|asks you/);
    },
  );
});

describe("the signed document", () => {
  it("stays the same when the letterhead changes, and tampering is detected", async () => {
    const { link, id, email, hash } = await requestOneSignature();
    await tenant.admin.updateTenant({ settings: { letterhead: { sender: ["Changed Ltd"] } } });
    const browser = new SignerBrowser(app);
    await browser.sign(link, email, "Sig Signer");
    await app.settle();
    const file = Buffer.from((await callOperation(app, rep.token, "getSignatureDocument", { id })).body, "base64");
    const pdf = Buffer.from((await callOperation(app, rep.token, "getSignatureCertificate", { id })).body, "base64");
    const json = (await callOperation(app, rep.token, "getSignatureCertificate", { id, format: "json" })).body;
    const statement = parseStatement(pdf);
    expect(parseStatement(Buffer.from(json, json.startsWith("{") ? "utf8" : "base64"))).toEqual(statement);
    expect(statement.document.sha256).toBe(hash);
    const countFaults = (alteredStatement: typeof statement, bytes: Buffer = file, last?: string) =>
      verifyStatement(alteredStatement, bytes, last).filter(({ isRight }) => !isRight).length;
    expect(countFaults(statement)).toBe(0);
    expect(countFaults(statement, Buffer.concat([file, Buffer.from(" ")]))).toBe(1);
    expect(countFaults(statement, file, statement.last_hash)).toBe(0);
    expect(countFaults(statement, file, hash)).toBe(1);
    const [signer] = statement.signers;
    if (!signer) expect.fail("There is no signature");
    expect(countFaults({ ...statement, signers: [{ ...signer, signed_name: "Mallory" }] })).toBe(1);
    expect(
      countFaults({ ...statement, events: statement.events.filter(({ what: eventType }) => eventType !== "consented") }),
    ).toBeGreaterThan(1);
    const events = statement.events.map((event) =>
      event.what === "signed" ? { ...event, facts: { ...event.facts, ip_address: "192.0.2.1" } } : event,
    );
    expect(countFaults({ ...statement, events })).toBe(1);
    expect(parseStatement(withStatement(file, { ...statement, events })).events).toEqual(events);
  });
});
