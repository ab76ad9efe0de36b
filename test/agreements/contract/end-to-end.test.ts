import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser } from "../../../scripts/browser.ts";
import { findMailLink } from "../../functions/pages/support.ts";
import { keepLetters, pageLetters, readPages } from "../../lib/pdf/pdf-text.ts";
import { callOperation } from "../../platform/export/export-client.ts";
import { addUser, PASSWORD, signIn, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { acceptAmendment, amendmentParams, createAmendment, readAmendment, signAmendment } from "../amendment/support.ts";
import { createQuote, line } from "../quote/support.ts";
import { type CustomerBrowser, openCustomerBrowser } from "../share-link/customer-browser.ts";
import { findSigningLink, newMailbox, readMailedCode } from "../signature/support.ts";
import { createCustomer, createRenewingClient } from "./support.ts";

/** From a quote to the second term of its contract: through the API, mailboxes, a browser, the clock and the verify command. */
describe.skipIf(!hasBrowser())("a contract from its quote to its second term", () => {
  let app: App;
  let tenant: Tenant;
  let people: CustomerBrowser;
  let folder: string;
  beforeAll(async () => {
    app = await startTestApp();
    tenant = await signUp(app, { currency: "EUR", timezone: "UTC" });
    people = (await openCustomerBrowser(app)) ?? expect.fail("The browser does not start");
    folder = mkdtempSync(join(tmpdir(), "crm-way-"));
  });
  afterAll(async () => {
    await people.close();
    await app.stop();
    await rm(folder, { recursive: true });
  });

  const press = (selector: string) => people.browser.click(selector);
  const type = (selector: string, text: string) => people.browser.type(selector, text);
  const as = ({ email }: TestUser) => createRenewingClient(app, tenant, { email, password: PASSWORD });

  async function signs(email: string, name: string): Promise<void> {
    await people.openPage(await findSigningLink(app, email), "Send code");
    await press("button[value=code]");
    await people.waitForText("Code from the email");
    await type("#code", await readMailedCode(app, email));
    await press("button[value=enter]");
    await people.waitForText("Your signature");
    await type("#name", name);
    await press("input[name=consent]");
    await press("button[value=sign]");
    await people.waitForText("You have signed");
  }

  /** Moves the clock and runs the sweep once a minute. */
  async function comes(now: string): Promise<void> {
    app.setClock({ now });
    await app.settle();
    for (const _ of [1, 2]) {
      app.setClock({ advance: 61_000 });
      await app.settle();
    }
  }

  const fetchFile = async (operation: string, id: string): Promise<Buffer> => {
    const { access_token } = await signIn(app, tenant);
    const { status, body } = await callOperation(app, access_token, operation, { id });
    expect(status, body.slice(0, 300)).toBe(200);
    return Buffer.from(body, "base64");
  };

  /** Runs the verify script of package.json on both files. */
  async function verified(certificate: string, document: string) {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
    const [program = "", ...options] = scripts["verify:signature"]?.split(" ") ?? [];
    const child = spawn(program, [...options, certificate, document], { stdio: ["ignore", "pipe", "inherit"] });
    const [output, [status]] = await Promise.all([text(child.stdout), once(child, "close")]);
    return { status, said: output };
  }

  it("is accepted, worded, approved, signed by both sides, activated, amended and renewed", async () => {
    app.setClock({ now: "2030-01-15T09:00:00Z" });
    const admin = createRenewingClient(app, tenant);
    const [manager, director] = [await addUser(app, tenant, "MANAGER"), await addUser(app, tenant, "DIRECTOR")];
    const seller = await addUser(app, tenant, "SALES_REP", { manager_id: manager.id });
    const [rep, boss, lawyer] = [as(seller), as(manager), as(director)];
    const definition = {
      legal_review: { special_terms: true, approvers: ["DIRECTOR"] },
      levels: [{ name: "Manager", every: true, approvers: ["MANAGER"] }],
    };
    const { data: rule } = await admin.createRuleVersion({ kind: "contract_approval", definition });
    await admin.publishRuleVersion({ kind: "contract_approval", id: rule.id });
    const body = "{{customer.name}} pays {{contract.contract_value | money}} from {{contract.start_date | iso}} on.";
    const clauses = [{ key: "price", texts: [{ language: "en", heading: "Price", body }] }];
    const { data: template } = await admin.createContractTemplate({ name: "Moorings", status: "ACTIVE", clauses });

    // The quote: its customer accepts it on the quote page.
    const [buyer, house] = [newMailbox(), newMailbox()];
    const customer_id = await createCustomer(rep, { name: "Kaj og Mole" });
    const quote = await createQuote(rep, { customer_id, name: "Moorings", line_items: [{ ...line, unit_price: "1200.00" }] });
    await rep.submitQuote({ id: quote.id });
    await rep.sendQuote({ id: quote.id, to: buyer });
    await people.openPage(await findMailLink(app, buyer, "/q/"), "Moorings");
    await type("#name", "Bea Buyer");
    await press("input[name=consent]");
    await press("button[value=accept]");
    await people.waitForText("Thank you");
    expect((await rep.getQuote({ id: quote.id })).data.status).toBe("ACCEPTED");

    // The contract: its text is generated from a template with the terms agreed at that time.
    const { data: converted } = await rep.convertQuote({ id: quote.id, to: "contract" });
    const id = String(converted.contract_id);
    await rep.generateContractText({ id, template_id: template.id });
    const term = { start_date: "2030-01-31", end_date: "2030-02-27", auto_renew: true, renewal_notice_days: 7 };
    await rep.updateContract({ id, ...term, renewal_uplift_percent: "10", special_terms: "At berth 7" });
    const { data: worded } = await rep.getContractText({ id });
    expect(worded.terms).toMatchObject([{ text: "Kaj og Mole pays €1,200.00 from 2030-01-31 on." }]);

    // Legal review, then approval.
    expect((await rep.submitContract({ id })).data.status).toBe("UNDER_REVIEW");
    const findApprovalId = async (step: number) => {
      await app.settle();
      return String((await admin.getContract({ id })).data.approval?.steps[step]?.approvals[0]?.id);
    };
    await lawyer.approveApproval({ id: await findApprovalId(0) });
    await app.settle();
    expect((await rep.getContract({ id })).data.status).toBe("PENDING_APPROVAL");
    await boss.approveApproval({ id: await findApprovalId(1) });
    await app.settle();
    expect((await rep.getContract({ id })).data.status).toBe("APPROVED");

    // Both sides sign on the page, each with a code from their own mailbox.
    const signers = [
      { name: "Bea Buyer", email: buyer },
      { name: "Hal House", email: house, party: "company" },
    ];
    const { data: pendingContract } = await rep.signContract({ id, party: "customer", signers });
    const request = String(pendingContract.signature_request_id);
    await signs(buyer, "Bea Buyer");
    expect((await rep.getContract({ id })).data).toMatchObject({ customer_signed: false, status: "APPROVED" });
    await signs(house, "Hal House");
    await app.settle();
    expect((await rep.getSignatureRequest({ id: request })).data.status).toBe("completed");
    const signatureFields = {
      customer_signed: true,
      company_signed: true,
      customer_signed_by: "Bea Buyer",
      company_signed_by: "Hal House",
    };
    expect((await rep.getContract({ id })).data).toMatchObject({ ...signatureFields, status: "APPROVED" });

    // The script verifies the document and its signers; it detects a change of a single byte.
    const [document, certificate] = [
      await fetchFile("getSignatureDocument", request),
      await fetchFile("getSignatureCertificate", request),
    ];
    const [documentPath, alteredPath, certificatePath] = ["document.pdf", "other.pdf", "certificate.pdf"].map((name) =>
      join(folder, name),
    );
    const alteredDocument = Buffer.from(document);
    alteredDocument.writeUInt8(alteredDocument.readUInt8(document.length >> 1) ^ 1, document.length >> 1);
    await Promise.all([
      writeFile(String(documentPath), document),
      writeFile(String(alteredPath), alteredDocument),
      writeFile(String(certificatePath), certificate),
    ]);
    const [right, mismatch] = await Promise.all(
      [documentPath, alteredPath].map((path) => verified(String(certificatePath), String(path))),
    );
    if (!right || !mismatch) expect.fail();
    expect([right.status, right.said]).toEqual([0, expect.not.stringContaining("WRONG")]);
    expect(right.said).toContain(createHash("sha256").update(document).digest("hex"));
    expect([mismatch.status, mismatch.said]).toEqual([1, expect.stringContaining("WRONG  document")]);

    // The contract takes effect on its first day.
    await comes("2030-01-30T23:50:00Z");
    expect((await rep.getContract({ id })).data.status).toBe("APPROVED");
    await comes("2030-01-31T00:00:01Z");
    expect((await rep.getContract({ id })).data).toMatchObject({ status: "ACTIVE", end_date: "2030-02-27", term_number: 1 });

    // The amendment is signed on paper and takes effect on its day.
    const createdAmendment = await createAmendment(rep, id, { value_delta: "200.00", effective_date: "2030-02-10" });
    const amendment = amendmentParams(createdAmendment);
    await rep.submitContractAmendment(amendment);
    await app.settle();
    await boss.approveContractAmendment(amendment);
    await app.settle();
    await acceptAmendment(app, tenant, admin, createdAmendment);
    expect((await signAmendment(app, tenant, admin, createdAmendment)).status).toBe("SIGNED");
    expect((await rep.getContract({ id })).data).toMatchObject({ contract_value: "1200.00", amendment_count: 0 });
    await comes("2030-02-10T00:00:01Z");
    expect((await readAmendment(rep, createdAmendment)).status).toBe("EFFECTIVE");
    expect((await rep.getContract({ id })).data).toMatchObject({ contract_value: "1400.00", amendment_count: 1 });

    // The clock renews the contract at ten percent above the amended value.
    await comes("2030-02-20T00:00:01Z");
    expect((await rep.listContractRenewals({ id })).data).toMatchObject([{ status: "PLANNED" }]);
    await comes("2030-02-28T00:00:01Z");
    const { data: renewed } = await rep.getContract({ id });
    expect(renewed).toMatchObject({
      ...{ status: "ACTIVE", term_number: 2, start_date: "2030-01-31", term_start_date: "2030-02-28", end_date: "2030-03-30" },
      ...{ contract_value: "1540.00", amendment_count: 1, has_amendments: true, first_agreed: { contract_value: "1200.00" } },
      changes: [
        { kind: "VALUE", number: 1, effective_date: "2030-02-10", set: { contract_value: "1400.00" } },
        { kind: "RENEWAL", number: 2, effective_date: "2030-02-28", set: { contract_value: "1540.00" } },
      ],
    });
    const { data: plan } = await rep.getContractPlan({ id });
    expect(plan.instalments.map(({ amount }) => amount)).toEqual(["1540.00"]);
    const pages = (await readPages(new Uint8Array(await fetchFile("getContractPdf", id)))).map(pageLetters).join("");
    for (const phrase of ["Kaj og Mole pays €1,200.00 from 2030-01-31 on.", "€1,540.00", renewed.contract_number])
      expect(pages).toContain(keepLetters(phrase));
    // The signed document has not changed.
    expect((await fetchFile("getSignatureDocument", request)).equals(document)).toBe(true);
  });
});
