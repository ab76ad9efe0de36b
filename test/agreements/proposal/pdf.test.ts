import { createHash } from "node:crypto";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keepLetters, pageLetters, readPages } from "../../lib/pdf/pdf-text.ts";
import { callOperation } from "../../platform/export/export-client.ts";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createCustomer, createQuote, readRejection } from "../quote/support.ts";
import { attachPicture, createProposal } from "./support.ts";

let app: App;
let tenant: Tenant;
let admin: Tenant["admin"];
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  admin = tenant.admin;
});
afterAll(() => app.stop());

const requestPdf = async (id: string, more: object = {}, token = tenant.token) => {
  const { status, headers, body } = await callOperation(app, token, "getProposalPdf", { id, ...more });
  return { status, headers, bytes: Buffer.from(body, "base64") };
};
const readPageTexts = async (bytes: Buffer) => (await readPages(Uint8Array.from(bytes))).map(pageLetters);

describe("the PDF of a proposal", () => {
  it("has its sections in order, page breaks, pictures and quote lines, and is deterministic", async () => {
    const customer_id = await createCustomer(admin, { name: "<b>Fjord & Sons</b>" });
    const quote = await createQuote(admin, { customer_id });
    await admin.submitQuote({ id: quote.id });
    const { id, proposal_number } = await createProposal(admin, {
      quote_id: quote.id,
      sections: [
        { heading: "Dear {{customer.name}}", text: "First line\nSecond line" },
        { section_type: "QUOTE_LINES", heading: "Prices", page_break: true },
      ],
    });
    const attachment_id = await attachPicture(app, tenant, admin, id);
    await admin.addProposalSection({ id, section_type: "PICTURE", attachment_id, alt_text: "A boat", position: 1 });
    await admin.submitProposal({ id });
    const { status, headers, bytes } = await requestPdf(id);
    expect([status, headers["content-type"], headers["content-disposition"]]).toEqual([
      200,
      "application/pdf",
      expect.stringContaining(proposal_number),
    ]);
    expect(headers.etag).toBe(`"${createHash("sha256").update(bytes).digest("hex")}"`);
    expect(bytes.includes("/Subtype /Image")).toBe(true);
    const [first = "", second = "", ...more] = await readPageTexts(bytes);
    expect(more).toEqual([]);
    expect(first).toContain(keepLetters("Dear <b>Fjord & Sons</b>First lineSecond line"));
    expect(second).toContain(keepLetters("Prices"));
    expect(second).toContain(keepLetters("Hull survey"));
    await admin.updateCustomer({ id: customer_id, name: "Renamed" });
    expect((await requestPdf(id)).bytes.equals(bytes)).toBe(true);
    expect((await requestPdf(id, { language: "de" })).bytes.equals(bytes)).toBe(false);
  });

  it("is available to users who see the proposal", async () => {
    const { id } = await createProposal(admin);
    const colleague = await addUser(app, tenant, "SALES_REP");
    const otherTenant = await signUp(app);
    for (const { token } of [colleague, otherTenant]) expect((await requestPdf(id, {}, token)).status).toBe(404);
    expect((await requestPdf(id, { language: "tlh" })).status).toBe(400);
    // A section that the document cannot hold is rejected as well.
    expect(await readRejection(admin.addProposalSection({ id, text: "x".repeat(20_001) }))).toEqual([400, ["text"]]);
  });
});
