import { findingsOf, statementIn, withStatement } from "@crm/core/signature/statement.rules.ts";
import { drawingScript } from "@crm/functions/pages/drawing-script.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { call } from "../export/files.ts";
import { refusal } from "../quote/support.ts";
import { sampled } from "../sample.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../support.ts";
import { asked, Browser, codeIn, DAY, formOf, hasForm, linkOf, mailbox, noticesIn } from "./support.ts";

/** Nobody signs for somebody else, and what has ended stays so. */
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

/** As it is by now; who reads it is signed in at the time of the machine. */
async function request(id: string) {
  app.setClock({ reset: true });
  return (await rep.as.getSignatureRequest({ id })).data;
}
const forged = { act: "sign", name: "Mallory", consent: "yes" };

/** A request of one signer, with their link. */
async function one(more: Record<string, unknown> = {}) {
  const email = mailbox();
  const { quote, request: found } = await asked(rep.as, [{ name: "Sig Signer", email }], more);
  return {
    id: found.id,
    quote,
    email,
    hash: found.document_hash,
    link: await linkOf(app, email),
    signer: found.signers[0]?.id ?? "",
  };
}

describe("nobody signs for somebody else", () => {
  it("by a guessed link, one of another signer, or one of another tenant", async () => {
    const { link, id } = await one();
    const other = await one();
    const parts = link.split("/s/")[1]?.split(".") ?? [];
    const others = other.link.split("/s/")[1]?.split(".") ?? [];
    const stranger = await signUp(app);
    const guesses = [
      [...parts.slice(0, 3), `${parts[3]?.slice(0, -1)}${parts[3]?.endsWith("A") ? "B" : "A"}`],
      [...parts.slice(0, 2), others[2], parts[3]],
      [...parts.slice(0, 3), others[3]],
      [parts[0], others[1], parts[2], parts[3]],
      [stranger.id, ...parts.slice(1)],
      parts.slice(0, 3),
      ["x"],
    ];
    for (const guess of guesses) {
      const address = `/s/${guess.join(".")}`;
      expect((await new Browser(app).open(address)).status, address).toBe(404);
      expect((await new Browser(app).send(address, { act: "code" })).status, address).toBe(404);
      expect((await new Browser(app).open(`${address}/document`)).status, address).toBe(404);
    }
    expect((await request(id)).version).toBe(1);
  });

  it("by a forwarded link: the code goes to the signer's own mailbox", async () => {
    const { link, id, email, hash } = await one();
    const thief = new Browser(app, { ip: "198.51.100.9" });
    expect((await thief.send(link, { ...forged, document_hash: hash })).status).toBe(409);
    await thief.send(link, { act: "code" });
    await app.settle();
    expect(app.mail.sent(email).at(-1)?.text).toMatch(/\b\d{6}\b/);
    const tried = await thief.send(link, { act: "enter", code: "000000" });
    expect([tried.status, thief.cookie]).toEqual([400, ""]);
    expect((await thief.send(link, { ...forged, document_hash: hash })).status).toBe(409);
    expect((await thief.send(link, { act: "decline", reason: "Mallory says no" })).status).toBe(409);
    expect((await request(id)).status).toBe("sent");
  });

  it("in a second browser, nor by the cookie of another page, nor in a session that another code has ended", async () => {
    const { link, id, email, hash } = await one();
    const own = new Browser(app);
    const page = await own.enter(link, email);
    const second = new Browser(app);
    expect(hasForm(await second.open(link))).toBe(true);
    expect((await second.send(link, { ...forged, document_hash: hash })).status).toBe(409);
    const elsewhere = await one();
    const third = new Browser(app);
    await third.enter(elsewhere.link, elsewhere.email);
    expect((await third.send(link, { ...forged, document_hash: hash })).status).toBe(409);
    await new Browser(app).enter(link, email);
    expect((await own.send(link, formOf(page, "Sig Signer"))).status).toBe(409);
    expect((await request(id)).signers[0]).toMatchObject({ signed_at: null });
  });

  it("after half an hour in the same browser", async () => {
    const { link, id, email } = await one();
    const own = new Browser(app);
    const page = await own.enter(link, email);
    app.setClock({ advance: 31 * 60_000 });
    expect((await own.send(link, formOf(page, "Sig Signer"))).status).toBe(409);
    expect((await request(id)).status).toBe("delivered");
  });

  it("by trying codes: five, then another one, and no more than five an hour", async () => {
    const { link, email } = await one();
    const own = new Browser(app, { ip: "203.0.113.40" });
    const code = await own.codeOf(link, email);
    const wrong = code === "111111" ? "222222" : "111111";
    const answers = [];
    for (let tried = 0; tried < 5; tried++) answers.push((await own.send(link, { act: "enter", code: wrong })).status);
    expect(answers).toEqual([400, 400, 400, 400, 409]);
    app.setClock({ advance: 61_000 });
    expect((await own.send(link, { act: "enter", code })).status).toBe(409);
    const statuses = [];
    for (let sent = 0; sent < 5; sent++) statuses.push((await own.send(link, { act: "code" })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 429]);
    expect((await own.send(link, { act: "enter", code })).status).toBe(400);
    expect((await own.send(link, { act: "enter", code: await codeIn(app, email) })).status).toBe(200);
    expect(own.cookie).not.toBe("");
  });

  it("with a code that is older than ten minutes, or was used", async () => {
    const { link, email } = await one();
    const own = new Browser(app);
    const code = await own.codeOf(link, email);
    app.setClock({ advance: 10 * 60_000 });
    expect((await own.send(link, { act: "enter", code })).status).toBe(409);
    const fresh = await own.codeOf(link, email);
    expect((await own.send(link, { act: "enter", code: fresh })).status).toBe(200);
    expect((await new Browser(app).send(link, { act: "enter", code: fresh })).status).toBe(409);
  });

  it("with the code of another signer", async () => {
    const [one, two] = [mailbox(), mailbox()];
    await asked(rep.as, [
      { name: "One", email: one },
      { name: "Two", email: two },
    ]);
    const [own, other] = [await linkOf(app, one), await linkOf(app, two)];
    await new Browser(app).codeOf(own, one);
    const code = await new Browser(app).codeOf(other, two);
    const tried = await new Browser(app).send(own, { act: "enter", code });
    expect([tried.status, tried.headers["set-cookie"]]).toEqual([400, undefined]);
  });

  it("before it is their turn", async () => {
    const [one, two] = [mailbox(), mailbox()];
    const parties = [
      { name: "One", email: one },
      { name: "Two", email: two },
    ];
    const { request: found } = await asked(rep.as, parties, { in_order: true });
    await app.settle();
    expect(app.mail.sent(two)).toEqual([]);
    expect(found.signers.map(({ state }) => state)).toEqual(["sent", "waiting"]);
    await new Browser(app).sign(await linkOf(app, one), one, "One");
    const link = await linkOf(app, two);
    await new Browser(app).sign(link, two, "Two");
    expect((await request(found.id)).status).toBe("completed");
  });

  it("by another tenant, or a colleague who does not see the quote", async () => {
    const { id, signer } = await one();
    const other = await signUp(app);
    const colleague = await addUser(app, tenant, "SALES_REP");
    for (const as of [other.admin, colleague.as]) {
      expect(await refusal(as.getSignatureRequest({ id }))).toEqual([404, []]);
      expect(await refusal(as.remindSignatureRequest({ id }))).toEqual([404, []]);
      expect(await refusal(as.voidSignatureRequest({ id, reason: "Mine" }))).toEqual([404, []]);
      expect(await refusal(as.reassignSigner({ id, signer_id: signer, name: "M", email: "m@mail.example" }))).toEqual([404, []]);
      expect((await as.listSignatureRequests({})).data.map((each) => each.id)).not.toContain(id);
    }
    for (const user of [other.token, colleague.token])
      expect((await call(app, user, "getSignatureDocument", { id })).status).toBe(404);
  });
});

describe("what has ended stays so", () => {
  it("of two who submit at the same moment one signs, and once", async () => {
    const { link, id, email, quote } = await one();
    const own = new Browser(app);
    const page = await own.enter(link, email);
    const form = formOf(page, "Sig Signer");
    const answers = await Promise.all([own.send(link, form), own.send(link, form), own.send(link, form)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.filter((answer) => noticesIn(answer).join().includes("already"))).toHaveLength(2);
    await app.settle();
    expect((await request(id)).status).toBe("completed");
    expect(app.mail.sent(email).filter(({ subject }) => subject.startsWith("Signed"))).toHaveLength(1);
    expect((await rep.as.getQuote({ id: quote })).data.status).toBe("ACCEPTED");
  });

  it("a signature is not declined, taken back or given to somebody else afterwards", async () => {
    const { link, id, email, signer } = await one();
    const own = new Browser(app);
    await own.sign(link, email, "Sig Signer");
    expect(noticesIn(await own.send(link, { act: "decline", reason: "No" }))[0]).toContain("already");
    expect(await refusal(rep.as.voidSignatureRequest({ id, reason: "Too late" }))).toEqual([409, ["status"]]);
    expect(await refusal(rep.as.remindSignatureRequest({ id }))).toEqual([409, ["status"]]);
    expect(await refusal(rep.as.reassignSigner({ id, signer_id: signer, name: "M", email: mailbox() }))).toEqual([
      409,
      ["status"],
    ]);
    app.setClock({ advance: 40 * DAY });
    await app.settle();
    expect((await request(id)).status).toBe("completed");
  });

  it("declined with a reason, which the owner and whoever was asked hear", async () => {
    const [one, two] = [mailbox(), mailbox()];
    const { request: found, quote } = await asked(rep.as, [
      { name: "One", email: one },
      { name: "Two", email: two },
    ]);
    const link = await linkOf(app, one);
    const own = new Browser(app);
    await own.enter(link, one);
    expect((await own.send(link, { act: "decline", reason: " " })).status).toBe(400);
    const done = await own.send(link, { act: "decline", reason: "<b>Too dear</b>" });
    expect([done.status, hasForm(done)]).toEqual([200, false]);
    await app.settle();
    expect(await request(found.id)).toMatchObject({ status: "declined", end_reason: "<b>Too dear</b>" });
    expect(app.mail.sent(two).at(-1)?.subject).toContain("No longer to be signed");
    const told = (await rep.as.listNotifications({})).data.filter(({ record_id }) => record_id === quote);
    expect(told.map(({ type }) => type)).toContain("signature_declined");
    expect(hasForm(await new Browser(app).open(await linkOf(app, two)))).toBe(false);
    expect((await rep.as.getQuote({ id: quote })).data.status).toBe("SENT");
  });

  it("expired, after reminders", async () => {
    const { link, id, email } = await one({ expires_in_days: 5 });
    app.setClock({ advance: 3 * DAY + 60_000 });
    await app.settle();
    expect(app.mail.sent(email).map(({ subject }) => subject)).toEqual([
      expect.stringContaining("Please sign"),
      expect.stringContaining("remember"),
    ]);
    app.setClock({ advance: 5 * DAY + 60_000 });
    expect((await new Browser(app).send(link, { act: "code" })).status).toBe(409);
    await app.settle();
    expect((await request(id)).status).toBe("expired");
    expect(app.mail.sent(email)).toHaveLength(3);
    expect(hasForm(await new Browser(app).open(link))).toBe(false);
  });

  it("void once the quote is rejected, deleted, or a later version took its place", async () => {
    const acts = [
      (id: string) => rep.as.rejectQuote({ id, reason: "No" }),
      (id: string) => tenant.admin.deleteQuote({ id }),
      (id: string) => rep.as.createQuoteVersion({ id }),
    ];
    for (const act of acts) {
      const { id, quote, link, email } = await one();
      const own = new Browser(app);
      const page = await own.enter(link, email);
      await act(quote);
      // Before anybody has heard of it.
      expect((await own.send(link, formOf(page, "Sig Signer"))).status).toBe(409);
      await app.settle();
      expect((await tenant.admin.getSignatureRequest({ id })).data.status).toBe("voided");
      expect(hasForm(await new Browser(app).open(link))).toBe(false);
    }
  });

  it("void once the quote changes hands", async () => {
    const { id, quote } = await one();
    const heir = await addUser(app, tenant, "SALES_REP");
    await tenant.admin.updateQuote({ id: quote, owner_id: heir.id } as never);
    await app.settle();
    expect((await tenant.admin.getSignatureRequest({ id })).data).toMatchObject({ status: "voided" });
  });
});

describe("somebody else signs instead", () => {
  it("by a link of their own: that of before leads nowhere, nor does its session or code sign", async () => {
    const { link, id, email, signer, hash } = await one();
    const former = new Browser(app);
    await former.enter(link, email);
    const heir = mailbox();
    const { data } = await rep.as.reassignSigner({ id, signer_id: signer, name: "Hei Heir", email: heir });
    expect(data.signers[0]).toMatchObject({ name: "Hei Heir", email: heir, state: "sent" });
    expect((await former.open(link)).status).toBe(404);
    expect((await former.send(link, { ...forged, document_hash: hash })).status).toBe(404);
    const fresh = await linkOf(app, heir);
    expect((await former.send(fresh, { ...forged, document_hash: hash })).status).toBe(409);
    await new Browser(app).sign(fresh, heir, "Hei Heir");
    expect(await request(id)).toMatchObject({ status: "completed", signers: [{ signed_name: "Hei Heir" }] });
  });

  it("is no other signer, and somebody who is there", async () => {
    const [one, two] = [mailbox(), mailbox()];
    const { request: found } = await asked(rep.as, [
      { name: "One", email: one },
      { name: "Two", email: two },
    ]);
    const to = { id: found.id, name: "X" };
    expect(
      await refusal(rep.as.reassignSigner({ ...to, signer_id: found.signers[0]?.id ?? "", email: two.toUpperCase() })),
    ).toEqual([400, ["email"]]);
    expect(await refusal(rep.as.reassignSigner({ ...to, signer_id: "sgn_nobody", email: mailbox() }))).toEqual([404, []]);
  });
});

describe("asking", () => {
  it("names what is wrong", async () => {
    const { quote } = await asked(rep.as, [{ name: "One", email: mailbox() }]);
    const email = mailbox();
    const ask = (more: object) => refusal(rep.as.requestQuoteSignature({ id: quote, ...more } as never));
    expect(await ask({ signers: [{ name: "", email: "nobody" }] })).toEqual([400, ["signers[0].name", "signers[0].email"]]);
    const twice = [
      { name: "A", email },
      { name: "B", email: email.toUpperCase() },
    ];
    expect(await ask({ signers: twice })).toEqual([400, ["signers[1].email"]]);
    expect(await ask({ signers: [] })).toEqual([400, ["signers"]]);
    expect(await ask({})).toEqual([422, ["signers"]]);
    expect(await ask({ provider: "docusign", signers: [{ name: "A", email }] })).toEqual([422, ["provider"]]);
  });

  it("of two at the same moment one is asked", async () => {
    const { quote, request: first } = await asked(rep.as, [{ name: "One", email: mailbox() }]);
    await rep.as.voidSignatureRequest({ id: first.id, reason: "Again" });
    const ask = () => rep.as.requestQuoteSignature({ id: quote, signers: [{ name: "A", email: mailbox() }] } as never);
    const answers = await Promise.all([refusal(ask()), refusal(ask())]);
    expect(answers.toSorted()).toEqual(["went through", [409, ["signature_request_id"]]].toSorted());
    const { data } = await rep.as.listSignatureRequests({ subject: quote });
    expect(data.map(({ status }) => status).toSorted()).toEqual(["sent", "voided"]);
  });

  it("reminds those who are asked, once an hour", async () => {
    const { id, email } = await one();
    expect((await rep.as.remindSignatureRequest({ id })).data.reminded_at).toEqual(expect.any(String));
    expect(await refusal(rep.as.remindSignatureRequest({ id }))).toEqual([409, ["reminded_at"]]);
    await app.settle();
    expect(app.mail.sent(email)).toHaveLength(2);
  });
});

describe("the page", () => {
  it("shows names, titles and reasons as text", async () => {
    const email = mailbox();
    await asked(rep.as, [{ name: `<img src=x onerror="alert(1)">`, email }]);
    const link = await linkOf(app, email);
    const own = new Browser(app);
    const page = await own.enter(link, email);
    expect(page.body.includes("&lt;img src=x onerror=&quot;")).toBe(true);
    const done = await own.send(link, formOf(page, `"><script>alert(1)</script>`));
    const ours = `<script>${drawingScript.text}</script>`;
    expect(page.body.split(ours)).toHaveLength(2);
    for (const { body } of [page, done, await own.open(link)]) expect(body.replace(ours, "")).not.toMatch(/<script|<img src=x/);
  });

  const languages = ["de", "fr", "es", "ar", "ja", "zh-CN", "zh-TW", "ko"];
  it.each(sampled(languages, { name: (language) => language, kind: () => "language" }))(
    "speaks %s, as the mails do",
    async (language) => {
      const email = mailbox();
      await asked(rep.as, [{ name: "Sig", email }], { language });
      const link = await linkOf(app, email);
      const page = await new Browser(app).open(link);
      expect(page.body).toContain(`lang="${language}"`);
      expect(page.body).not.toMatch(/\{\w+\}|Send me a code/);
      expect(app.mail.sent(email)[0]?.text).not.toMatch(/\{\w+\}|asks you/);
    },
  );
});

describe("what is signed", () => {
  it("is the file as it was, whatever the letterhead says since, and tampering is found", async () => {
    const { link, id, email, hash } = await one();
    await tenant.admin.updateTenant({ settings: { letterhead: { sender: ["Changed Ltd"] } } } as never);
    const own = new Browser(app);
    await own.sign(link, email, "Sig Signer");
    await app.settle();
    const file = Buffer.from((await call(app, rep.token, "getSignatureDocument", { id })).body, "base64");
    const pdf = Buffer.from((await call(app, rep.token, "getSignatureCertificate", { id })).body, "base64");
    const json = (await call(app, rep.token, "getSignatureCertificate", { id, format: "json" })).body;
    const statement = statementIn(pdf);
    expect(statementIn(Buffer.from(json, json.startsWith("{") ? "utf8" : "base64"))).toEqual(statement);
    expect(statement.document.sha256).toBe(hash);
    const wrong = (changed: typeof statement, bytes: Buffer = file, last?: string) =>
      findingsOf(changed, bytes, last).filter(({ isRight }) => !isRight).length;
    expect(wrong(statement)).toBe(0);
    expect(wrong(statement, Buffer.concat([file, Buffer.from(" ")]))).toBe(1);
    expect(wrong(statement, file, statement.last_hash)).toBe(0);
    expect(wrong(statement, file, hash)).toBe(1);
    const [signer] = statement.signers;
    if (!signer) expect.fail("Nobody signed");
    expect(wrong({ ...statement, signers: [{ ...signer, signed_name: "Mallory" }] })).toBe(1);
    expect(wrong({ ...statement, events: statement.events.filter(({ what }) => what !== "consented") })).toBeGreaterThan(1);
    const events = statement.events.map((each) =>
      each.what === "signed" ? { ...each, facts: { ...each.facts, ip_address: "192.0.2.1" } } : each,
    );
    expect(wrong({ ...statement, events })).toBe(1);
    expect(statementIn(withStatement(file, { ...statement, events })).events).toEqual(events);
  });
});
