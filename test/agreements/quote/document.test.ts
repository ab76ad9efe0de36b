import { translationsFor } from "@crm/core/agreements/letterhead/i18n.ts";
import { renderDocument } from "@crm/core/agreements/quote/document.ts";
import type { QuoteRecord } from "@crm/core/agreements/quote/quote.entity.ts";
import { read } from "@crm/core/agreements/quote/quote.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { languages } from "@crm/core/kernel/language.ts";
import type { BusinessDocument } from "@crm/core/lib/pdf/document.ts";
import { Tenant as Tenants } from "@crm/core/platform/tenant/tenant.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createCustomer, createProduct, createQuote, line, readRejection } from "./support.ts";

let app: App;
let tenant: Tenant;
let admin: Tenant["admin"];
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  admin = tenant.admin;
});
afterAll(() => app.stop());

const runInTenant = <T>(work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(app.ports, tenant.id, "test"), () => Tenants.runWithSettings(work));
const readDocument = (id: string, language?: string, more: Partial<QuoteRecord> = {}) =>
  runInTenant(async () => renderDocument({ ...(await read(id)), ...more }, language));
const createQuoteDocument = async (more: Record<string, unknown>, language?: string) =>
  readDocument((await createQuote(admin, more)).id, language);

/** The texts of each table's rows, and the totals by their labels. */
const readTables = ({ blocks }: BusinessDocument) =>
  blocks.flatMap((block) =>
    block.kind === "table"
      ? [
          [
            block.columns.map(({ head }) => head),
            ...block.rows.map((row) => row.map((cell) => (typeof cell === "string" ? cell : cell.text))),
          ],
        ]
      : [],
  );
const readTotals = ({ blocks }: BusinessDocument) =>
  blocks.flatMap((block) => (block.kind === "totals" ? block.lines.map(({ label, amount }) => [label, amount]) : []));

describe("the document of a quote", () => {
  it("names the recipient, the expiry date and the total", async () => {
    const customer_id = await createCustomer(admin, { legal_name: "Fjord Fisheries AS" });
    const pier = {
      address_line1: "1 Pier",
      address_line2: "Hall B",
      city: "Portland",
      state: "OR",
      country: "US",
      postal_code: "97201",
    };
    await admin.addCustomerAddress({ id: customer_id, type: "SHIPPING", address_line1: "Quay 3", city: "Bergen", country: "NO" });
    await admin.addCustomerAddress({ id: customer_id, type: "BILLING", ...pier });
    const { data: contact } = await admin.createContact({ customer_id, first_name: "Łukasz", last_name: "Ünal" });
    const { id, quote_number } = await createQuote(admin, {
      ...{
        customer_id,
        contact_id: contact.id,
        name: "Fleet of 2030",
        description: "As we said on Monday.",
        quote_date: "2030-01-31",
      },
      ...{ expiration_date: "2030-03-02", discount_percent: "10", shipping_amount: "25", payment_terms: "30 days" },
      ...{ requires_signature: true },
      line_items: [
        { ...line, quantity: "2.5", tax_percent: "19", discount_percent: "5" },
        { name: "Rig", description: "Of steel", quantity: "1", unit_price: "0.99", tax_percent: "7", section: "Masts" },
      ],
    });
    const document = await readDocument(id);
    expect(document).toMatchObject({
      ...{ language: "en", title: `Quote ${quote_number}`, at: "2030-01-31T00:00:00.000Z", paper: "A4" },
      header: { to: ["Fjord Fisheries AS", "Łukasz Ünal", "1 Pier", "Hall B", "Portland, OR 97201", "United States"] },
    });
    expect(document.header?.from).toEqual([(await admin.getTenant({})).data.name]);
    expect(
      document.blocks.flatMap((block) => (block.kind === "paragraph" || block.kind === "heading" ? block.text : [])),
    ).toEqual([
      ...[
        "Draft, not yet an offer",
        "Fleet of 2030",
        "Date: January 31, 2030\nValid until: March 2, 2030",
        "As we said on Monday.",
      ],
      ...["Terms", "Payment: 30 days", "Acceptance"],
    ]);
    expect(readTables(document)).toEqual([
      [
        ["#", "Description", "Quantity", "Unit price", "Discount", "Discount on the total", "Tax", "Net amount"],
        ["1", "Hull survey", "2.5", "€100.00", "-€12.50", "-€23.75", "19%", "€213.75"],
        ["", "Masts", "", "", "", "", "", "€0.89"],
        ["2", "Rig", "1", "€0.99", "", "-€0.10", "7%", "€0.89"],
      ],
      [
        ["Place and date", "Name", "Signature"],
        ["\n\n", "\n\n", "\n\n"],
      ],
    ]);
    expect(readTotals(document)).toEqual([
      ["Subtotal", "€250.99"],
      ["Discount", "-€12.50"],
      ["Discount on the total", "-€23.85"],
      ["Net total", "€214.64"],
      ["Tax 7%", "€0.06"],
      ["Tax 19%", "€40.61"],
      ["Shipping", "€25.00"],
      ["Total", "€280.31"],
    ]);
  });

  it("lists optional lines separately, by bundle, until they are chosen", async () => {
    const options = [
      { ...line, description: "Sail", optional: true, bundle: "Race" },
      { ...line, description: "Flag", optional: true },
      { ...line, description: "Buoy", optional: true, bundle: "Race", unit_price: "20.00" },
    ];
    const open = await createQuoteDocument({ line_items: [line, ...options] });
    expect(readTables(open)).toEqual([
      [
        ["#", "Description", "Quantity", "Unit price", "Net amount"],
        ["1", "Hull survey", "1", "€100.00", "€100.00"],
      ],
      [
        ["#", "Description", "Quantity", "Unit price", "Net amount"],
        ["3", "Flag", "1", "€100.00", "€100.00"],
        ["", "Race", "", "", "€120.00"],
        ["2", "Sail", "1", "€100.00", "€100.00"],
        ["4", "Buoy", "1", "€20.00", "€20.00"],
      ],
    ]);
    expect(readTotals(open)).toEqual([
      ["Net total", "€100.00"],
      ["Total", "€100.00"],
    ]);
    const document = await createQuoteDocument({ line_items: [line, ...options.map((option) => ({ ...option, chosen: true }))] });
    expect(readTables(document)).toHaveLength(1);
    expect(JSON.stringify(document)).toContain("Option, chosen");
    expect(readTotals(document).at(-1)).toEqual(["Total", "€320.00"]);
  });

  it("contains no internal data", async () => {
    const product_id = await createProduct(admin, { unit_price: "987.65" });
    const { id } = await createQuote(admin, {
      ...{ notes: "SECRET-notes", tags: ["SECRET-tag"] },
      line_items: [{ product_id, quantity: "1", unit_price: "900.00" }],
    });
    const { line_items } = await runInTenant(() => read(id));
    const documentJson = JSON.stringify(
      await readDocument(id, "en", {
        custom_fields: { SECRET: "SECRET-own" },
        owner_id: "SECRET-owner",
        approval: { comment: "SECRET-comment", reasons: ["SECRET-reason"], level: "SECRET-level" },
        line_items: line_items.map((lineItem) => ({ ...lineItem, price_explanation: { reason: "SECRET-why" } })),
        // Values of other types than the fields have: the document must read none of them.
      } as never),
    );
    expect(line_items[0]).toMatchObject({ list_price: "987.65" });
    expect(documentJson).toContain("900.00");
    expect(documentJson).not.toContain("SECRET");
    expect(documentJson).not.toContain("987.65");
  });

  /** Words of the heads of proposals, of the page of a quote, and of the usual payment terms (payment-terms.test.ts). */
  const otherWords = new Set(["proposal", "with_tax", "net_days", "due_on_receipt"]);
  it.each(languages)("is complete in %s", async (language) => {
    const { id } = await createQuote(admin, {
      ...{
        currency: "KWD",
        payment_terms: "x",
        delivery_terms: "y",
        requires_signature: true,
        quote_date: "2030-01-31",
        shipping_amount: "1",
        discount_percent: "1",
      },
      line_items: [
        { ...line, unit_price: "12345678901.125", discount_percent: "7.5", tax_percent: "7.5" },
        { ...line, optional: true, chosen: true },
        { ...line, optional: true },
      ],
    });
    const document = await readDocument(id, language, { version_number: 2 });
    const text = JSON.stringify(document);
    const words = Object.entries(translationsFor(language)).flatMap(([name, word]) => (otherWords.has(name) ? [] : [word]));
    for (const word of words) expect(text).toContain(JSON.stringify(word).slice(1, -1));
    expect(document.language).toBe(language);
    const digits = text.normalize("NFKC").replace(/[\s,.٬٫'’]/g, "");
    expect(digits).toContain("12345678901125");
    expect(text).toContain("2030");
  });

  it("is in the requested language, or in that of the letterhead", async () => {
    const { id } = await createQuote(admin);
    await admin.updateTenant({
      settings: { letterhead: { language: "de-ch-u-nu-arab", paper: "LETTER", footer: "HRB 1", sender: ["Nord AG", "Weg 1"] } },
    });
    expect((await admin.getTenant({})).data.settings.letterhead).toMatchObject({ language: "de-CH" });
    for (const [requestedLanguage, documentLanguage, word] of [
      [undefined, "de-CH", "Angebot"],
      ["zh-TW", "zh-TW", "報價單"],
      ["ar-SA", "ar-SA", "عرض سعر"],
      ["nl", "de-CH", "Angebot"],
      ["no such tag", "de-CH", "Angebot"],
    ] as const) {
      const document = await readDocument(id, requestedLanguage);
      expect([document.language, document.title.split(" Q-")[0]]).toEqual([documentLanguage, word]);
    }
    expect(await readDocument(id)).toMatchObject({
      paper: "LETTER",
      footer: "HRB 1",
      author: "Nord AG",
      header: { from: ["Nord AG", "Weg 1"] },
    });
    expect(await readRejection(admin.updateTenant({ settings: { letterhead: { language: "nl" } } }))).toEqual([
      400,
      ["settings.letterhead.language"],
    ]);
    await admin.updateTenant({ settings: { letterhead: null } });
  });

  it("is the same for an unchanged quote, and gets another id when its content changes", async () => {
    const { id } = await createQuote(admin);
    await admin.submitQuote({ id });
    const approved = await readDocument(id);
    expect(JSON.stringify(approved)).not.toContain("Draft");
    await admin.sendQuote({ id, to: "buyer@mail.example" });
    await admin.presentQuote({ id });
    await admin.updateQuote({ id, notes: "They liked it" });
    expect(await readDocument(id)).toEqual(approved);
    const otherDocument = await readDocument(id, "en", { payment_terms: "At once" });
    expect(otherDocument.id).not.toBe(approved.id);
    expect(otherDocument.id.split("/")[0]).toBe(id);
  });
});
