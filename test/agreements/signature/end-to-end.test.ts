import { parseStatement, verifyStatement } from "@crm/core/agreements/signature/statement.rules.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { findMailLink } from "../../functions/pages/support.ts";
import { callOperation } from "../../platform/export/export-client.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { readRejection } from "../quote/support.ts";
import { requestPage } from "../share-link/support.ts";
import {
  buildSigningForm,
  createApprovedQuote,
  findSigningLink,
  hasForm,
  listNotices,
  newMailbox,
  requestSignatures,
  SignerBrowser,
} from "./support.ts";

/** A complete signature on our own page: through the API, mailboxes and a browser without scripts. */
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

const readRequest = async (id: string) => (await rep.client.getSignatureRequest({ id })).data;

describe("a quote that requires a signature", () => {
  it("is accepted by a signature: requested by mail, signed with a code, certified, with copies to the parties", async () => {
    const quote = await createApprovedQuote(rep.client);
    const [buyer, company] = [newMailbox(), newMailbox()];
    const parties = [
      { name: "Bea Buyer", email: buyer },
      { name: "Cy Company", email: company, role: "company" },
    ];
    const { data: asks } = await rep.client.requestQuoteSignature({
      id: quote,
      signers: parties,
      in_order: true,
      message: "As agreed.",
    });
    expect(asks).toMatchObject({ status: "sent", subject_id: quote, provider: "builtin", in_order: true });
    expect(JSON.stringify(asks)).not.toContain("link_number");
    expect((await rep.client.getQuote({ id: quote })).data).toMatchObject({
      status: "SENT",
      signature_url: expect.stringContaining(asks.id),
    });
    const link = await findSigningLink(app, buyer);
    expect(app.mail.sent(company)).toHaveLength(0);
    const browser = new SignerBrowser(app);
    const first = await browser.open(link);
    expect([first.status, hasForm(first)]).toEqual([200, true]);
    expect(first.body).toContain(asks.document_hash);
    expect(first.headers["content-security-policy"]).toContain("default-src 'none'");
    expect((await readRequest(asks.id)).version).toBe(1);
    const page = await browser.enter(link, buyer);
    expect(browser.cookie).toMatch(/^signing=/);
    expect((await readRequest(asks.id)).status).toBe("delivered");
    const done = await browser.send(link, buildSigningForm(page, "Bea B. Buyer"));
    expect([done.status, hasForm(done)], done.body).toEqual([200, false]);
    expect((await readRequest(asks.id)).status).toBe("partially_signed");
    expect((await rep.client.getQuote({ id: quote })).data.status).toBe("SENT");
    await new SignerBrowser(app).sign(await findSigningLink(app, company), company, "Cy Company");
    await app.settle();
    const complete = await readRequest(asks.id);
    expect(complete).toMatchObject({ status: "completed", ended_at: expect.any(String), certificate_hash: expect.any(String) });
    const { data: accepted } = await rep.client.getQuote({ id: quote });
    expect(accepted).toMatchObject({ status: "ACCEPTED", signed_by: "Bea B. Buyer" });
    expect((await rep.client.getDeal({ id: String(accepted.deal_id) })).data).toMatchObject({ deal_status: "SIGNED" });
    const copy = app.mail.sent(buyer).at(-1);
    expect(copy?.text).toContain(complete.certificate_hash);
    expect(copy?.text).toContain("/document");
    const file = await callOperation(app, rep.token, "getSignatureDocument", { id: asks.id });
    const certificate = await callOperation(app, rep.token, "getSignatureCertificate", { id: asks.id });
    expect([file.status, certificate.status]).toEqual([200, 200]);
    const statement = parseStatement(Buffer.from(certificate.body, "base64"));
    const findings = verifyStatement(statement, Buffer.from(file.body, "base64"));
    expect(findings.filter(({ isRight }) => !isRight)).toEqual([]);
    const again = await browser.open(link);
    expect([hasForm(again), listNotices(again)[0]]).toEqual([false, expect.stringContaining("Bea B. Buyer")]);
    expect((await requestPage(app, `${link}/certificate`)).status).toBe(200);
  });

  it("links to the signature page on its offer page, and cannot be accepted there otherwise", async () => {
    const { quote, request: asks } = await requestSignatures(rep.client, [{ name: "Bea", email: newMailbox() }]);
    const buyer = newMailbox();
    await rep.client.sendQuote({ id: quote, to: buyer });
    const link = await findMailLink(app, buyer, "/q/");
    const page = await requestPage(app, link);
    expect(page.body).not.toContain('value="accept"');
    const ownLink = /href="(\/s\/[^"]+)"/.exec(page.body)?.[1] ?? expect.fail(page.body);
    expect((await new SignerBrowser(app).open(ownLink)).body).toContain(asks.document_hash);
    const form = { act: "accept", name: "Bea", consent: "yes", shown: "x" };
    await requestPage(app, link, {}, form);
    expect((await rep.client.getQuote({ id: quote })).data.status).toBe("SENT");
    await rep.client.voidSignatureRequest({ id: asks.id, reason: "Later" });
    expect((await requestPage(app, link)).body).toContain("by email");
  });

  it("has one open request, which must be voided before a new one", async () => {
    const { quote, request: first } = await requestSignatures(rep.client, [{ name: "One", email: newMailbox() }]);
    const again = () => rep.client.requestQuoteSignature({ id: quote, signers: [{ name: "Two", email: newMailbox() }] });
    expect(await readRejection(again())).toEqual([409, ["signature_request_id"]]);
    const { data } = await rep.client.voidSignatureRequest({ id: first.id, reason: "Another signer" });
    expect(data).toMatchObject({ status: "voided", end_reason: "Another signer" });
    expect((await again()).data.status).toBe("sent");
  });
});
