import { statementIn } from "@crm/core/signature/statement.rules.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { approved } from "../contracts/support.ts";
import { lettersOnPage, pagesOf } from "../document/reading.ts";
import { call } from "../export/files.ts";
import { refusal } from "../quote/support.ts";
import { signUp, startTestApp, type Tenant } from "../support.ts";
import { approvedQuote, asked, Browser, codeIn, formOf, linkOf, mailbox, noticesIn } from "./support.ts";

/** Codes that go to a telephone. */
let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterEach(() => app.setClock({ reset: true }));
afterAll(() => app.stop());

let numbers = 0;
const number = (): string => `+4915112345${String(++numbers).padStart(3, "0")}`;

const textsTo = async (phone: string) => {
  await app.settle();
  return app.mail.sent(phone);
};

async function one() {
  const [email, phone] = [mailbox(), number()];
  const { request } = await asked(tenant.admin, [{ name: "Tel Caller", email, phone, code_by: "sms" }]);
  return { id: request.id, signer: request.signers[0]?.id ?? "", email, phone, link: await linkOf(app, email) };
}

describe("a code by SMS", () => {
  it("goes to the telephone, of which the page, mails and evidence say two digits", async () => {
    const { id, email, phone, link } = await one();
    const [invitation] = app.mail.sent(email);
    expect(invitation?.text).toContain(`•••• ${phone.slice(-2)}`);
    const browser = new Browser(app);
    const sent = await browser.send(link, { act: "code" });
    expect(noticesIn(sent)).toEqual([`We have sent a code to •••• ${phone.slice(-2)}. It is good for 10 minutes.`]);
    expect(sent.body).toContain("Code from the text message");
    const code = await codeIn(app, phone);
    expect(await textsTo(phone)).toMatchObject([{ channel: "sms", to: phone }]);
    const page = await browser.send(link, { act: "enter", code });
    expect((await browser.send(link, formOf(page, "Tel Caller"))).status).toBe(200);
    await app.settle();
    const { data } = await tenant.admin.getSignatureRequest({ id });
    expect(data).toMatchObject({ status: "completed", signers: [{ phone, code_by: "sms" }] });
    // The link went by mail, the code did not.
    const mails = app.mail.sent(email);
    const certificate = Buffer.from((await call(app, tenant.token, "getSignatureCertificate", { id })).body, "base64");
    const statement = JSON.stringify(statementIn(certificate));
    expect(statement).toContain(`•••• ${phone.slice(-2)}`);
    const letters = (await pagesOf(new Uint8Array(certificate))).map(lettersOnPage).join("");
    for (const shown of [statement, letters, invitation?.text, sent.body, page.body, ...mails.map(({ text }) => text)]) {
      expect(shown).not.toContain(phone);
      expect(shown).not.toMatch(new RegExp(`\\b${code}\\b`));
    }
  });

  it("has the tries, the life and the number of those by mail", async () => {
    const { link, phone } = await one();
    const browser = new Browser(app, { ip: "203.0.113.77" });
    await browser.send(link, { act: "code" });
    const code = await codeIn(app, phone);
    const wrong = code === "111111" ? "222222" : "111111";
    const answers = [];
    for (let tried = 0; tried < 5; tried++) answers.push((await browser.send(link, { act: "enter", code: wrong })).status);
    expect(answers).toEqual([400, 400, 400, 400, 409]);
    app.setClock({ advance: 61_000 });
    expect((await browser.send(link, { act: "enter", code })).status).toBe(409);
    const statuses = [];
    for (let sent = 0; sent < 5; sent++) statuses.push((await browser.send(link, { act: "code" })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 429]);
    const last = await codeIn(app, phone);
    app.setClock({ advance: 10 * 60_000 });
    expect((await browser.send(link, { act: "enter", code: last })).status).toBe(409);
    // A code that another has replaced by the time is not sent.
    expect(await textsTo(phone)).toHaveLength(2);
  });

  it("does not stay with whoever signs instead", async () => {
    const { id, signer, phone } = await one();
    const heir = mailbox();
    const { data } = await tenant.admin.reassignSigner({ id, signer_id: signer, name: "Hei Heir", email: heir });
    expect(data.signers[0]).toMatchObject({ email: heir, phone: null, code_by: "email" });
    const [other, own] = [mailbox(), number()];
    const to = { id, signer_id: signer, name: "Ot Other", email: other };
    expect(await refusal(tenant.admin.reassignSigner({ ...to, code_by: "sms" } as never))).toEqual([400, ["phone"]]);
    await tenant.admin.reassignSigner({ ...to, phone: own, code_by: "sms" } as never);
    await new Browser(app).send(await linkOf(app, other), { act: "code" });
    expect([(await textsTo(own)).length, (await textsTo(phone)).length]).toEqual([1, 0]);
  });
});

describe("asking for it", () => {
  const ways = {
    quote: async (signers: readonly object[]) => {
      const id = await approvedQuote(tenant.admin);
      return refusal(tenant.admin.requestQuoteSignature({ id, signers } as never));
    },
    contract: async (signers: readonly object[]) => {
      const { id } = await approved(tenant.admin);
      return refusal(tenant.admin.signContract({ id, party: "customer", signers } as never));
    },
  };

  it.each(Object.entries(ways))("of a %s names what is wrong", async (_, ask) => {
    const signer = () => ({ name: "A", email: mailbox(), code_by: "sms" });
    const phone = number();
    expect(await ask([signer()])).toEqual([400, ["signers[0].phone"]]);
    expect(await ask([{ ...signer(), phone: "call me" }])).toEqual([400, ["signers[0].phone"]]);
    expect(await ask([{ ...signer(), phone: "+4930123456 ext. 7" }])).toEqual([400, ["signers[0].phone"]]);
    expect(await ask([{ ...signer(), phone, code_by: "pigeon" }])).toEqual([400, ["signers[0].code_by"]]);
    expect(
      await ask([
        { ...signer(), phone },
        { ...signer(), phone },
      ]),
    ).toEqual([400, ["signers[1].phone"]]);
    const { smsSender } = app.ports;
    app.ports.smsSender = undefined;
    expect(
      await ask([
        { name: "M", email: mailbox() },
        { ...signer(), phone },
      ]),
    ).toEqual([422, ["signers[1].code_by"]]);
    app.ports.smsSender = smsSender;
    expect(await ask([{ ...signer(), phone }])).toBe("went through");
  });
});
