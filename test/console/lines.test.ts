import type { Field } from "@crm/console/api/kind.ts";
import type { TextOptions } from "@crm/console/api/value-text.ts";
import { findApprovalNotice } from "@crm/console/pages/agreements/quote/approval-rules.ts";
import {
  computeDocument,
  computeMargin,
  createLine,
  type EditedLine,
  findPlace,
  isOpenDocument,
  listHeadings,
  listLineErrors,
  moveLine,
  type PricedLine,
  readUnitPrice,
  renameSection,
  type StoredLine,
  toEdited,
  toLineInputs,
} from "@crm/console/pages/agreements/quote/line-rules.ts";
import {
  changeEffect,
  createNameList,
  describeRule,
  sortRules,
  toTrialRule,
} from "@crm/console/pages/agreements/quote/pricing-rules.ts";
import { createSection, moveSection, toSectionInputs } from "@crm/console/pages/agreements/quote/section-rules.ts";
import { findMessage } from "@crm/console/pages/sales/product/entry-rules.ts";
import { describe, expect, it } from "vitest";
import { signUp, startTestApp } from "../support/app.ts";
import { partOf } from "../support/part-of.ts";

const line = (key: string, values: Partial<PricedLine> = {}): PricedLine => ({
  ...createLine(key, []),
  name: key,
  price: values.unit_price ?? null,
  ...values,
});
const stored = (id: string, values: Partial<StoredLine> = {}): StoredLine => {
  const { key: _key, ...input } = createLine(id, []);
  return { ...input, id, name: id, unit_price: "10.00", unit_price_is_manual: false, list_price: "10.00", ...values };
};
const noCharges = { discount_percent: null, fixed_discount: null, shipping_amount: null };
const keys = (lines: readonly { key: string }[]): string => lines.map(({ key }) => key).join("");

describe("lines of a document", () => {
  it("keeps the price of a line that did not change, and finds that of a changed one again", () => {
    const [first, second, typed] = [
      stored("a", { product_id: "prd_1" }),
      stored("b", { product_id: "prd_2" }),
      stored("c", { unit_price_is_manual: true }),
    ];
    const lines = [first, second, typed].map(toEdited);
    const changed = lines.map((edited) => (edited.key === "b" ? { ...edited, quantity: "3" } : edited));
    expect(toLineInputs(changed, [first, second, typed]).map(({ unit_price }) => unit_price)).toEqual(["10.00", null, "10.00"]);
    expect(toLineInputs([...changed, createLine("empty", changed)], [first])).toHaveLength(3);
    expect(readUnitPrice(lines[0] as EditedLine, first, undefined)).toBe("10.00");
    expect(readUnitPrice(changed[1] as EditedLine, second, undefined)).toBeUndefined();
    expect(readUnitPrice(changed[1] as EditedLine, second, { list_price: "9.00", rules: [] })).toBe("9.00");
    expect(readUnitPrice(createLine("d", []), undefined, undefined)).toBeNull();
  });

  it("names stored lines by their id, and sends what the lines of the document have", () => {
    const before = stored("a", { properties: { color: "red" }, requires_delivery: false });
    const changed = { ...toEdited(before), quantity: "2", optional: true };
    expect(toLineInputs([changed], [before], "order")).toMatchObject([
      { id: "a", quantity: "2", unit_price: null, requires_delivery: false, properties: { color: "red" } },
    ]);
    const [forQuote = {}, forOrder = {}] = (["quote", "order"] as const).flatMap((kind) => toLineInputs([changed], [], kind));
    expect(Object.keys(forOrder)).not.toContain("optional");
    expect(forQuote).toMatchObject({ optional: true });
    expect(Object.keys(forQuote).filter((name) => /deliver|preorder|properties|^id$/.test(name))).toEqual([]);
    // A draft that was kept over a reload has a copy of the properties.
    expect(toLineInputs([structuredClone(toEdited(before))], [before], "order")).toMatchObject([{ unit_price: "10.00" }]);
  });

  it("begins a line in the section and with the tax of the last one", () => {
    expect(createLine("b", [line("a", { section: "Boats", tax_percent: "19" })])).toMatchObject({
      section: "Boats",
      tax_percent: "19",
      quantity: "1",
    });
  });

  it.each([
    ["a", 2, "bca"],
    ["c", 0, "cab"],
    ["b", 9, "acb"],
    ["b", -1, "bac"],
    ["x", 0, "abc"],
  ])("moves %s to place %i", (key, place, order) => {
    expect(keys(moveLine([line("a"), line("b"), line("c")], key, place))).toBe(order);
  });

  it("moves a line into the section of its new neighbor, and renames a section as a whole", () => {
    const lines = [line("a", { section: "X" }), line("b", { section: "Y" }), line("c", { section: "Y" })];
    expect(moveLine(lines, "a", 2).map(({ section }) => section)).toEqual(["Y", "Y", "Y"]);
    expect(moveLine(lines, "c", 0)[0]?.section).toBe("X");
    expect(listHeadings(lines)).toEqual(["X", "Y", null]);
    expect(listHeadings(renameSection(lines, 1, "Z"))).toEqual(["X", "Z", null]);
    expect(renameSection(lines, 1, "").map(({ section }) => section)).toEqual(["X", null, null]);
  });

  it("finds the place of a dragged line between the middles of the others", () => {
    expect([0, 15, 100].map((y) => findPlace([10, 20], y))).toEqual([0, 1, 2]);
  });

  it("finds the errors of a line by its place among the filled ones", () => {
    const lines = [line("a"), createLine("empty", []), line("b")];
    const errors = { "line_items[1].quantity": "Must be above 0", "line_items[10].name": "no", line_items: "all" };
    expect(listLineErrors(errors, lines, "b")).toEqual({ quantity: "Must be above 0" });
    expect(listLineErrors(errors, lines, "empty")).toEqual({});
  });

  it("computes sums, leaves optional lines out, and says what the API would refuse", () => {
    const lines = [
      line("a", { quantity: "3", unit_price: "33.33", price: "33.33", discount_percent: "10", tax_percent: "19" }),
      line("b", { quantity: "1", unit_price: "50.00", price: "50.00", optional: true }),
      line("c", { product_id: "prd_1", price: undefined }),
      line("d", { quantity: "0", unit_price: "5.00", price: "5.00" }),
    ];
    const totals = computeDocument(lines, { ...noCharges, shipping_amount: "5" }, "EUR");
    expect(totals.sums).toEqual({
      subtotal: "99.99",
      discount_amount: "10.00",
      net_amount: "89.99",
      tax_amount: "17.10",
      total_amount: "112.09",
    });
    expect([...totals.amounts.keys()]).toEqual(["a", "b"]);
    expect(totals.isPending).toBe(true);
    const refused = computeDocument(lines.slice(0, 1), { ...noCharges, fixed_discount: "1000" }, "EUR");
    expect(refused.errors.fixed_discount).toContain("89.99");
    expect(refused.sums.net_amount).toBe("89.99");
    expect(
      computeDocument([line("y", { unit_price: "150", price: "150", quantity: "0.5" })], noCharges, "JPY").sums.total_amount,
    ).toBe("75");
  });

  it("computes the margin of the lines whose cost is known", () => {
    const lines = [
      line("a", { product_id: "prd_1", quantity: "2", unit_price: "100.00", price: "100.00" }),
      line("b", { product_id: "prd_2", unit_price: "10.00", price: "10.00" }),
    ];
    const totals = computeDocument(lines, noCharges, "EUR");
    const costs = new Map([
      ["prd_1", { cost: "60.00", currency: "EUR" }],
      ["prd_2", { cost: "5.00", currency: "USD" }],
    ]);
    expect(computeMargin(lines, totals, costs, "EUR")).toEqual({ amount: "80.00", percent: "40.0", unknown: 1 });
    expect(computeMargin(lines, totals, new Map(), "EUR")).toBeUndefined();
    expect(
      computeMargin(lines.slice(0, 1), totals, new Map([["prd_1", { cost: "150.00", currency: "EUR" }]]), "EUR")?.percent,
    ).toBe("-50.0");
  });

  it.each([
    ["10", "Manager"],
    ["9.99", undefined],
    ["20.01", "Director"],
  ])("says before saving who has to approve a discount of %s %%", (discount_percent, level) => {
    const levels = [
      { name: "Manager", discount_from: "10", approvers: ["MANAGER" as const], side_by_side: false },
      { name: "Director", discount_over: "20", approvers: ["DIRECTOR" as const], side_by_side: false },
    ];
    const lines = [
      line("a", { product_id: "prd_1", price: "100.00", discount_percent }),
      line("b", { price: "900.00", unit_price: "900.00" }),
    ];
    const notice = findApprovalNotice(levels, lines, new Map([["a", "100.00"]]), noCharges, "EUR");
    expect(notice?.level).toBe(level);
    if (level !== undefined) expect(notice).toMatchObject({ percent: discount_percent, isOfLine: true });
  });

  it("lets only documents be changed that the customer does not have", () => {
    expect(["DRAFT", "APPROVED", "SENT", "ACCEPTED"].filter((status) => isOpenDocument({ status }))).toEqual([
      "DRAFT",
      "APPROVED",
    ]);
  });

  it("has the amounts of the API, to the cent", async () => {
    const app = await startTestApp();
    try {
      const { admin } = await signUp(app, { currency: "EUR" });
      const { data: customer } = await admin.createCustomer({ name: "Lagoon" });
      const { data: product } = await admin.createProduct({ name: "Boat", unit_price: "19.99", cost: "7.77" });
      const lines = [
        line("a", { product_id: product.id, quantity: "7.3333", price: "19.99", discount_percent: "12.5", tax_percent: "19" }),
        line("b", { quantity: "3", unit_price: "0.05", price: "0.05", tax_percent: "7", discount_percent: "33.33" }),
        line("c", { quantity: "1", unit_price: "1234.56", price: "1234.56", tax_percent: "19", optional: true, chosen: true }),
        line("d", { quantity: "2", unit_price: "99.99", price: "99.99", optional: true }),
      ];
      for (const charges of [
        { ...noCharges, discount_percent: "3.33", shipping_amount: "4.99" },
        { ...noCharges, fixed_discount: "100.01", shipping_amount: "0" },
      ]) {
        const values = Object.fromEntries(Object.entries(charges).filter(([, value]) => value !== null));
        const { data: quote } = await admin.createQuote({
          customer_id: customer.id,
          line_items: toLineInputs(lines),
          ...values,
        });
        const { sums, amounts } = computeDocument(lines, charges, "EUR");
        expect(quote).toMatchObject(sums);
        expect(quote.line_items.map(({ line_total }: { line_total: string }) => line_total)).toEqual([...amounts.values()]);
      }
    } finally {
      await app.stop();
    }
  });
});

describe("pricing rules", () => {
  const options: TextOptions = {
    locale: "en",
    timeZone: "UTC",
    currency: "EUR",
    t: (message, values = {}) => message.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name])),
  };
  const fields = partOf<Field[]>([
    { name: "product_ids", label: "Products", type: "reference", multiple: true, record: "product" },
  ]);
  const plain = (text: string): string => text.replaceAll(/[\u2068\u2069]/g, "");

  it.each([
    [{ effect: "PERCENT", percent: "10" }, "10% off the price, for every line"],
    [{ effect: "PERCENT", percent: null }, "No effect yet, for every line"],
    [{ effect: "AMOUNT", amount: "5.00", currency: "USD", min_quantity: "10" }, "5.00 USD off each piece, from 10 pieces on"],
    [
      {
        effect: "FIXED_PRICE",
        amount: "99",
        product_ids: ["prd_1"],
        expanded: { product_ids: [{ id: "prd_1", name: "Boat" }] },
        valid_to: "2026-12-31",
      },
      "99.00 EUR for each piece, for Boat, until Dec 31, 2026",
    ],
    [
      { effect: "PERCENT", percent: "5", valid_from: "2026-01-01", valid_to: "2026-02-01" },
      "5% off the price, from Jan 1, 2026 until Feb 1, 2026",
    ],
  ])("says %j in words", (rule, sentence) => {
    expect(plain(describeRule(rule, createNameList(fields, rule, options), options))).toBe(sentence);
  });

  it("puts the highest priority first, of equal ones the older", () => {
    const rules = [
      { id: "a", priority: 1, created_at: "2026-01-02" },
      { id: "b", priority: 1, created_at: "2026-01-01" },
      { id: "c", priority: 9, created_at: "2026-01-03" },
    ];
    expect(sortRules(rules).map(({ id }) => id)).toEqual(["c", "b", "a"]);
  });

  it("tries a rule once it has an effect", () => {
    expect(toTrialRule({ effect: "PERCENT", percent: null }, undefined)).toBeUndefined();
    expect(toTrialRule({ effect: "PERCENT", percent: 5, name: " ", version: 3, amount: null }, "prr_1")).toEqual({
      effect: "PERCENT",
      percent: 5,
      name: "–",
      id: "prr_1",
    });
    expect(changeEffect("AMOUNT")).toEqual({ effect: "AMOUNT", percent: null });
    expect(changeEffect("PERCENT")).toEqual({ effect: "PERCENT", amount: null, currency: null });
  });
});

describe("sections and prices", () => {
  it("moves sections and sends them without their keys", () => {
    const sections = [createSection("a", "TEXT"), createSection("b", "QUOTE_LINES")];
    expect(keys(moveSection(sections, "b", 0))).toBe("ba");
    expect(keys(moveSection(sections, "x", 0))).toBe("ab");
    expect(Object.keys(toSectionInputs(sections)[0] ?? {})).not.toContain("key");
  });

  it("finds the field that a refusal is about", () => {
    expect(findMessage({ min_quantity: "taken" }, undefined)).toEqual({ field: "min_quantity", message: "taken" });
    expect(findMessage({}, "Changed meanwhile")).toEqual({ field: "", message: "Changed meanwhile" });
    expect(findMessage({}, undefined)).toBeUndefined();
  });
});
