import { findingsOf, statementIn } from "@crm/core/signature/statement.rules.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { call } from "../export/files.ts";
import { visit } from "../offer/support.ts";
import { linkTo } from "../pages/support.ts";
import { refusal } from "../quote/support.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../support.ts";
import { approvedQuote, asked, Browser, formOf, hasForm, linkOf, mailbox, noticesIn } from "./support.ts";

/** The whole way of a signature on our own page: by API, mailbox and a browser without scripts. */
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

const request = async (id: string) => (await rep.as.getSignatureRequest({ id })).data;

describe("a quote that requires a signature", () => {
  it("is accepted by it: asked by mail, signed with a code, filed with a certificate, told with copies", async () => {
    const quote = await approvedQuote(rep.as);
    const [buyer, company] = [mailbox(), mailbox()];
    const parties = [
      { name: "Bea Buyer", email: buyer },
      { name: "Cy Company", email: company, role: "company" },
    ];
    const { data: asks } = await rep.as.requestQuoteSignature({
      id: quote,
      signers: parties,
      in_order: true,
      message: "As agreed.",
    } as never);
    expect(asks).toMatchObject({ status: "sent", subject_id: quote, provider: "builtin", in_order: true });
    expect(JSON.stringify(asks)).not.toContain("link_number");
    expect((await rep.as.getQuote({ id: quote })).data).toMatchObject({
      status: "SENT",
      signature_url: expect.stringContaining(asks.id),
    });
    const link = await linkOf(app, buyer);
    expect(app.mail.sent(company)).toHaveLength(0);
    const browser = new Browser(app);
    const first = await browser.open(link);
    expect([first.status, hasForm(first)]).toEqual([200, true]);
    expect(first.body).toContain(asks.document_hash);
    expect(first.headers["content-security-policy"]).toContain("default-src 'none'");
    expect((await request(asks.id)).version).toBe(1);
    const page = await browser.enter(link, buyer);
    expect(browser.cookie).toMatch(/^signing=/);
    expect((await request(asks.id)).status).toBe("delivered");
    const done = await browser.send(link, formOf(page, "Bea B. Buyer"));
    expect([done.status, hasForm(done)], done.body).toEqual([200, false]);
    expect((await request(asks.id)).status).toBe("partially_signed");
    expect((await rep.as.getQuote({ id: quote })).data.status).toBe("SENT");
    await new Browser(app).sign(await linkOf(app, company), company, "Cy Company");
    await app.settle();
    const complete = await request(asks.id);
    expect(complete).toMatchObject({ status: "completed", ended_at: expect.any(String), certificate_hash: expect.any(String) });
    const { data: accepted } = await rep.as.getQuote({ id: quote });
    expect(accepted).toMatchObject({ status: "ACCEPTED", signed_by: "Bea B. Buyer" });
    expect((await rep.as.getDeal({ id: String(accepted.deal_id) })).data).toMatchObject({ deal_status: "SIGNED" });
    const copy = app.mail.sent(buyer).at(-1);
    expect(copy?.text).toContain(complete.certificate_hash);
    expect(copy?.text).toContain("/document");
    const file = await call(app, rep.token, "getSignatureDocument", { id: asks.id });
    const certificate = await call(app, rep.token, "getSignatureCertificate", { id: asks.id });
    expect([file.status, certificate.status]).toEqual([200, 200]);
    const statement = statementIn(Buffer.from(certificate.body, "base64"));
    const findings = findingsOf(statement, Buffer.from(file.body, "base64"));
    expect(findings.filter(({ isRight }) => !isRight)).toEqual([]);
    const again = await browser.open(link);
    expect([hasForm(again), noticesIn(again)[0]]).toEqual([false, expect.stringContaining("Bea B. Buyer")]);
    expect((await visit(app, `${link}/certificate`)).status).toBe(200);
  });

  it("offers the page for that on the page of the quote, and no other way to accept it", async () => {
    const { quote, request: asks } = await asked(rep.as, [{ name: "Bea", email: mailbox() }]);
    const buyer = mailbox();
    await rep.as.sendQuote({ id: quote, to: buyer } as never);
    const link = await linkTo(app, buyer, "/q/");
    const page = await visit(app, link);
    expect(page.body).not.toContain('value="accept"');
    const own = /href="(\/s\/[^"]+)"/.exec(page.body)?.[1] ?? expect.fail(page.body);
    expect((await new Browser(app).open(own)).body).toContain(asks.document_hash);
    const form = { act: "accept", name: "Bea", consent: "yes", shown: "x" };
    await visit(app, link, {}, form);
    expect((await rep.as.getQuote({ id: quote })).data.status).toBe("SENT");
    await rep.as.voidSignatureRequest({ id: asks.id, reason: "Later" });
    expect((await visit(app, link)).body).toContain("by mail");
  });

  it("has one open request, which a later one needs void", async () => {
    const { quote, request: first } = await asked(rep.as, [{ name: "One", email: mailbox() }]);
    const again = () => rep.as.requestQuoteSignature({ id: quote, signers: [{ name: "Two", email: mailbox() }] } as never);
    expect(await refusal(again())).toEqual([409, ["signature_request_id"]]);
    const { data } = await rep.as.voidSignatureRequest({ id: first.id, reason: "Another signer" });
    expect(data).toMatchObject({ status: "voided", end_reason: "Another signer" });
    expect((await again()).data.status).toBe("sent");
  });
});
