import { parseStatement } from "@crm/core/agreements/signature/statement.rules.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { pageLetters, readPages } from "../../lib/pdf/pdf-text.ts";
import { callOperation } from "../../platform/export/export-client.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createApprovedContract } from "../contract/support.ts";
import { readRejection } from "../quote/support.ts";
import {
  buildSigningForm,
  createApprovedQuote,
  findSigningLink,
  listNotices,
  newMailbox,
  readMailedCode,
  requestSignatures,
  SignerBrowser,
} from "./support.ts";

/** Codes sent by SMS. */
let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterEach(() => app.setClock({ reset: true }));
afterAll(() => app.stop());

let phoneCount = 0;
const newPhoneNumber = (): string => `+4915112345${String(++phoneCount).padStart(3, "0")}`;

const listTexts = async (phone: string) => {
  await app.settle();
  return app.mail.sent(phone);
};

async function requestOneSignature() {
  const [email, phone] = [newMailbox(), newPhoneNumber()];
  const { request } = await requestSignatures(tenant.admin, [{ name: "Tel Caller", email, phone, code_by: "sms" }]);
  return { id: request.id, signer: request.signers[0]?.id ?? "", email, phone, link: await findSigningLink(app, email) };
}

describe("a code by SMS", () => {
  it("goes to the phone; the page, mails and evidence show only its last two digits", async () => {
    const { id, email, phone, link } = await requestOneSignature();
    const [invitation] = app.mail.sent(email);
    expect(invitation?.text).toContain(`•••• ${phone.slice(-2)}`);
    const browser = new SignerBrowser(app);
    const sent = await browser.send(link, { act: "code" });
    expect(listNotices(sent)).toEqual([`We sent a code to •••• ${phone.slice(-2)}. It is valid for 10 minutes.`]);
    expect(sent.body).toContain("Code from the text message");
    const code = await readMailedCode(app, phone);
    expect(await listTexts(phone)).toMatchObject([{ channel: "sms", to: phone }]);
    const page = await browser.send(link, { act: "enter", code });
    expect((await browser.send(link, buildSigningForm(page, "Tel Caller"))).status).toBe(200);
    await app.settle();
    const { data } = await tenant.admin.getSignatureRequest({ id });
    expect(data).toMatchObject({ status: "completed", signers: [{ phone, code_by: "sms" }] });
    // The link is sent by email, the code is not.
    const mails = app.mail.sent(email);
    const certificate = Buffer.from((await callOperation(app, tenant.token, "getSignatureCertificate", { id })).body, "base64");
    const statement = JSON.stringify(parseStatement(certificate));
    expect(statement).toContain(`•••• ${phone.slice(-2)}`);
    const letters = (await readPages(new Uint8Array(certificate))).map(pageLetters).join("");
    for (const content of [statement, letters, invitation?.text, sent.body, page.body, ...mails.map(({ text }) => text)]) {
      expect(content).not.toContain(phone);
      expect(content).not.toMatch(new RegExp(`\\b${code}\\b`));
    }
  });

  it("has the same limits of tries, time and number as a code by mail", async () => {
    const { link, phone } = await requestOneSignature();
    const browser = new SignerBrowser(app, { ip: "203.0.113.77" });
    await browser.send(link, { act: "code" });
    const code = await readMailedCode(app, phone);
    const wrongCode = code === "111111" ? "222222" : "111111";
    const answers = [];
    for (let tried = 0; tried < 5; tried++) answers.push((await browser.send(link, { act: "enter", code: wrongCode })).status);
    expect(answers).toEqual([400, 400, 400, 400, 409]);
    app.setClock({ advance: 61_000 });
    expect((await browser.send(link, { act: "enter", code })).status).toBe(409);
    const statuses = [];
    for (let sent = 0; sent < 5; sent++) statuses.push((await browser.send(link, { act: "code" })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 429]);
    const last = await readMailedCode(app, phone);
    app.setClock({ advance: 10 * 60_000 });
    expect((await browser.send(link, { act: "enter", code: last })).status).toBe(409);
    // A code that was replaced before it was sent is never sent.
    expect(await listTexts(phone)).toHaveLength(2);
  });

  it("is not used for the new signer after a reassignment", async () => {
    const { id, signer, phone } = await requestOneSignature();
    const heir = newMailbox();
    const { data } = await tenant.admin.reassignSigner({ id, signer_id: signer, name: "Hei Heir", email: heir });
    expect(data.signers[0]).toMatchObject({ email: heir, phone: null, code_by: "email" });
    const [otherEmail, otherPhone] = [newMailbox(), newPhoneNumber()];
    const to = { id, signer_id: signer, name: "Ot Other", email: otherEmail };
    expect(await readRejection(tenant.admin.reassignSigner({ ...to, code_by: "sms" }))).toEqual([400, ["phone"]]);
    await tenant.admin.reassignSigner({ ...to, phone: otherPhone, code_by: "sms" });
    await new SignerBrowser(app).send(await findSigningLink(app, otherEmail), { act: "code" });
    expect([(await listTexts(otherPhone)).length, (await listTexts(phone)).length]).toEqual([1, 0]);
  });
});

describe("a request for codes by SMS", () => {
  const requestByKind = {
    quote: async (signers: readonly object[]) => {
      const id = await createApprovedQuote(tenant.admin);
      return readRejection(allowAnyInput(tenant.admin).requestQuoteSignature({ id, signers }));
    },
    contract: async (signers: readonly object[]) => {
      const { id } = await createApprovedContract(tenant.admin);
      return readRejection(allowAnyInput(tenant.admin).signContract({ id, party: "customer", signers }));
    },
  };

  it.each(Object.entries(requestByKind))("of a %s rejects invalid input and names the fields", async (_, ask) => {
    const signer = () => ({ name: "A", email: newMailbox(), code_by: "sms" });
    const phone = newPhoneNumber();
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
        { name: "M", email: newMailbox() },
        { ...signer(), phone },
      ]),
    ).toEqual([422, ["signers[1].code_by"]]);
    app.ports.smsSender = smsSender;
    expect(await ask([{ ...signer(), phone }])).toBe("went through");
  });
});
