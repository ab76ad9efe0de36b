import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { type Client, createCustomer, createProduct, createQuote, listIds, readRejection } from "./support.ts";

let app: App;
let tenant: Tenant;
let admin: Client;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  admin = tenant.admin;
});
afterAll(() => app.stop());

const createRule = async (more: object, as: Client = admin) =>
  (await as.createPricingRule({ name: "Rule", effect: "PERCENT", percent: "10", ...more })).data;
const listUnitPrices = (quote: { line_items: readonly { unit_price: string }[] }) =>
  quote.line_items.map(({ unit_price }) => unit_price);

describe("pricing rules", () => {
  it("change the prices of quotes, and explain each change", async () => {
    const freshTenant = await signUp(app);
    const { admin } = freshTenant;
    await addUser(app, freshTenant, "DIRECTOR");
    const [boat, sail] = [await createProduct(admin), await createProduct(admin)];
    const customer_id = await createCustomer(admin, { tags: ["VIP"] });
    const volume = await createRule(
      { name: "Ten or more", product_ids: [boat], min_quantity: "10", stacks: true, priority: 5 },
      admin,
    );
    const loyal = { name: "Loyal", effect: "AMOUNT", amount: "5", currency: "EUR", percent: null, stacks: true };
    const vip = await createRule({ ...loyal, customer_tags: ["vip"] }, admin);
    await createRule({ name: "Set", product_ids: [sail], together_with: [boat], percent: "50", priority: 9 }, admin);
    await createRule({ name: "Of 2020", valid_to: "2020-12-31", percent: "99", priority: 99 }, admin);
    const line_items = [{ product_id: boat, quantity: "10" }, { product_id: sail }];
    const quote = await createQuote(admin, { customer_id, line_items });
    expect(quote.line_items).toMatchObject([
      {
        unit_price: "85.00",
        list_price: "85.00",
        price_explanation: {
          base_price: "100.00",
          rules: [
            { pricing_rule_id: volume.id, revision: 1, name: "Ten or more", effect: "PERCENT", price: "90.00" },
            { pricing_rule_id: vip.id, price: "85.00" },
          ],
        },
      },
      { unit_price: "50.00", price_explanation: { rules: [{ name: "Set" }] } },
    ]);
    const stranger = await createQuote(admin, {
      line_items: [
        { product_id: boat, quantity: "9" },
        { product_id: sail, quantity: "1" },
      ],
    });
    expect(listUnitPrices(stranger)).toEqual(["100.00", "50.00"]);
    const old = await createQuote(admin, { quote_date: "2020-06-01", line_items: [{ product_id: boat }] });
    expect(listUnitPrices(old)).toEqual(["1.00"]);
    // A price set by a rule needs no discount approval; a further reduction does.
    expect((await admin.submitQuote({ id: quote.id })).data.status).toBe("APPROVED");
    const line_id = String(quote.line_items[0]?.id);
    const lowered = { id: quote.id, line_id, product_id: boat, quantity: "10", unit_price: "76.50" };
    await admin.replaceQuoteLine(lowered);
    expect((await admin.submitQuote({ id: quote.id })).data).toMatchObject({
      status: "PENDING_APPROVAL",
      approval: { highest_line_percent: "10", level: "Manager" },
    });
  });

  it("work with price books, and set a price where there is none", async () => {
    const { admin } = await signUp(app);
    const product_id = await createProduct(admin, { unit_price: null });
    const book = (await admin.createPriceBook({ name: "Partner", currency: "EUR" })).data;
    await admin.createPriceBookEntry({ id: book.id, product_id, unit_price: "70.00" });
    const line_items = [{ product_id }];
    expect(await readRejection(createQuote(admin, { line_items }))).toEqual([400, ["line_items[0].unit_price"]]);
    const quote = await createQuote(admin, { price_book_id: book.id, line_items });
    expect(quote.line_items).toMatchObject([
      { unit_price: "70.00", price_explanation: { base_reason: "ENTRY", price_book_id: book.id } },
    ]);
    const fixed = { effect: "FIXED_PRICE", percent: null, amount: "60", currency: "EUR", product_ids: [product_id] };
    const rule = await createRule(fixed, admin);
    expect(listUnitPrices(await createQuote(admin, { line_items }))).toEqual(["60.00"]);
    await admin.updatePricingRule({ id: rule.id, is_active: false });
    expect(await readRejection(createQuote(admin, { line_items }))).toEqual([400, ["line_items[0].unit_price"]]);
    expect(await readRejection(createQuote(admin, { line_items, price_book_id: "prb_000000000000000000" }))).toEqual([
      400,
      ["price_book_id"],
    ]);
  });

  it("refuse unknown price books and those of another tenant, also for free-text lines", async () => {
    const { admin } = await signUp(app);
    const { admin: other } = await signUp(app);
    const foreignBook = (await other.createPriceBook({ name: "Partner", currency: "EUR" })).data;
    const line_items = [{ description: "Advice", quantity: "1", unit_price: "90.00" }];
    const { id } = await createQuote(admin, { line_items });
    for (const price_book_id of ["prb_000000000000000000", foreignBook.id])
      for (const write of [
        () => createQuote(admin, { line_items, price_book_id }),
        () => admin.updateQuote({ id, price_book_id }),
      ])
        expect(await readRejection(write())).toEqual([400, ["price_book_id"]]);
  });

  it("of a category apply to its subcategories, and name the category that matched", async () => {
    const { admin } = await signUp(app);
    const category = async (name: string, parent_id?: string) =>
      (await admin.createMaster({ kind: "product-categories", name, parent_id })).data.id;
    const boats = await category("Boats");
    const hulls = await category("Hulls", boats);
    const [dinghy, loose] = [await createProduct(admin, { category_id: hulls }), await createProduct(admin)];
    const rule = await createRule({ category_ids: [boats] }, admin);
    const line_items = [{ product_id: dinghy }, { product_id: loose }];
    const preview = async () => (await admin.previewPrices({ currency: "EUR", line_items })).data;
    const ruleMatch = { pricing_rule_id: rule.id, price: "90.00" };
    expect(await preview()).toMatchObject([
      { list_price: "90.00", explanation: { rules: [{ ...ruleMatch, category_id: boats }] } },
      { list_price: "100.00", explanation: { rules: [] } },
    ]);
    const quote = await createQuote(admin, { line_items });
    expect(listUnitPrices(quote)).toEqual(["90.00", "100.00"]);
    expect(quote.line_items[0]).toMatchObject({
      product_category_id: hulls,
      price_explanation: { rules: [{ ...ruleMatch, category_id: boats }] },
    });
    await admin.updatePricingRule({ id: rule.id, category_ids: [hulls, boats] });
    expect((await preview())[0]?.explanation.rules).toMatchObject([{ category_id: hulls }]);
    // After its category moves to another parent, the product no longer matches the rule.
    await admin.updatePricingRule({ id: rule.id, category_ids: [boats] });
    await admin.updateMaster({ kind: "product-categories", id: hulls, parent_id: null });
    expect(await preview()).toMatchObject([{ list_price: "100.00" }, { list_price: "100.00" }]);
    expect(listUnitPrices(quote)).toEqual(["90.00", "100.00"]);
    expect(listUnitPrices((await admin.repriceQuote({ id: quote.id })).data)).toEqual(["100.00", "100.00"]);
  });

  it("are changed, retired, deleted and restored, and their revisions are stored", async () => {
    const { admin } = await signUp(app);
    const product_id = await createProduct(admin);
    const price = async () => listUnitPrices(await createQuote(admin, { line_items: [{ product_id }] }))[0];
    const { id } = await createRule({}, admin);
    expect(await price()).toBe("90.00");
    expect((await admin.updatePricingRule({ id, percent: "20" })).data.revision).toBe(2);
    expect(await price()).toBe("80.00");
    expect((await admin.updatePricingRule({ id, percent: "20" })).data.revision).toBe(2);
    await admin.deletePricingRule({ id });
    expect(await price()).toBe("100.00");
    await admin.restorePricingRule({ id });
    expect(await price()).toBe("80.00");
    await admin.updatePricingRule({ id, is_active: false });
    expect(await price()).toBe("100.00");
    const { data } = await admin.listPricingRuleRevisions({ id });
    expect(data.map(({ revision, percent, is_active }) => [revision, percent, is_active])).toEqual([
      [3, "20", false],
      [2, "20", true],
      [1, "10", true],
    ]);
    await app.settle();
    expect(listIds(await admin.listPricingRules({ is_active: false }))).toEqual([id]);
  });

  it("can be previewed before they are active, without storing anything", async () => {
    const { admin } = await signUp(app);
    const product_id = await createProduct(admin);
    const { id } = await createRule({ name: "In use" }, admin);
    const line_items = [{ product_id, quantity: "3" }];
    const preview = async (more: object) => (await admin.previewPrices({ currency: "EUR", line_items, ...more })).data;
    expect(await preview({})).toMatchObject([
      { list_price: "90.00", quantity: "3", explanation: { rules: [{ name: "In use" }] } },
    ]);
    const tried = { name: "Tried", effect: "PERCENT", percent: "30", priority: 3 };
    expect(await preview({ rule: tried })).toMatchObject([{ list_price: "70.00", explanation: { rules: [{ name: "Tried" }] } }]);
    expect(await preview({ rule: { ...tried, id, min_quantity: "4" } })).toMatchObject([{ list_price: "100.00" }]);
    expect(await preview({})).toMatchObject([{ list_price: "90.00" }]);
    const invalidInput = { line_items: [{ product_id: "prd_000000000000000000" }], rule: { name: "x", effect: "PERCENT" } };
    expect(await readRejection(preview(invalidInput))).toEqual([400, ["line_items[0].product_id", "rule.percent"]]);
  });

  it.each([
    [{ percent: null }, "percent"],
    [{ amount: "1" }, "amount"],
    [{ currency: "EUR" }, "currency"],
    [{ effect: "AMOUNT", percent: null }, "amount"],
    [{ effect: "AMOUNT", amount: "1" }, "percent"],
    [{ effect: "AMOUNT", percent: null, amount: "1.5", currency: "JPY" }, "amount"],
    [{ effect: "FIXED_PRICE", percent: null, amount: "1" }, "product_ids"],
    [{ valid_from: "2030-02-02", valid_to: "2030-02-01" }, "valid_to"],
    [{ product_ids: ["prd_000000000000000000"] }, "product_ids[0]"],
    [{ category_ids: ["nowhere"] }, "category_ids[0]"],
    [{ min_quantity: "0" }, "min_quantity"],
  ])("reject %j and name %s", async (more, field) => {
    expect(await readRejection(createRule(more))).toEqual([400, [field]]);
  });

  it("are written by leaders, and read by all users", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    expect(await readRejection(createRule({}, rep.client))).toEqual([403, []]);
    const { id } = await createRule({ is_active: false });
    expect((await rep.client.getPricingRule({ id })).data.name).toBe("Rule");
  });

  it("are limited to 200 active ones, also for concurrent creations", async () => {
    const { admin } = await signUp(app);
    const rule = { name: "One of many", effect: "PERCENT", percent: "1" };
    for (const items of [100, 99].map((count) => Array.from({ length: count }, () => rule)))
      await admin.batchPricingRules({ operation: "create", items });
    const outcomes = await Promise.all([1, 2].map(() => readRejection(createRule(rule, admin))));
    expect(outcomes).toContainEqual([409, ["is_active"]]);
    expect(outcomes).toContain("went through");
    const retired = await createRule({ ...rule, is_active: false }, admin);
    expect(await readRejection(admin.updatePricingRule({ id: retired.id, is_active: true }))).toEqual([409, ["is_active"]]);
  });
});

describe("quote templates", () => {
  const terms = { payment_terms: "Net 14", delivery_terms: "EXW", requires_signature: true, discount_percent: "5" };

  it("provide lines and terms of quotes unless these are given", async () => {
    const product_id = await createProduct(admin);
    const line_items = [
      { product_id, quantity: "2", section: "Boats" },
      { description: "Crew", unit_price: "50", optional: true },
    ];
    const template = (
      await admin.createQuoteTemplate({
        name: "Standard",
        ...terms,
        quote_description: "As agreed",
        valid_days: 10,
        line_items,
      })
    ).data;
    const quote = await createQuote(admin, { template_id: template.id, line_items: undefined, quote_date: "2030-01-01" });
    expect(quote).toMatchObject({
      ...terms,
      ...{ name: "Standard", description: "As agreed", expiration_date: "2030-01-11", net_amount: "190.00" },
      ...{ template_id: template.id, template_revision: 1 },
      line_items: [
        { product_id, section: "Boats", unit_price: "100.00" },
        { description: "Crew", optional: true },
      ],
    });
    const ownQuote = await createQuote(admin, {
      template_id: template.id,
      line_items: [],
      discount_percent: "0",
      payment_terms: "Now",
    });
    expect(ownQuote).toMatchObject({ line_items: [], discount_percent: "0", payment_terms: "Now", delivery_terms: "EXW" });
    expect((await admin.previewQuoteTemplate({ id: template.id, currency: "EUR" })).data).toMatchObject({
      ...{ revision: 1, currency: "EUR", net_amount: "190.00", line_items: [{ unit_price: "100.00" }, {}] },
    });
    await admin.updateProduct({ id: product_id, is_active: false });
    expect(await readRejection(createQuote(admin, { template_id: template.id, line_items: undefined }))).toEqual([
      400,
      ["line_items[0].product_id"],
    ]);
  });

  it("are changed and retired, and their revisions are stored", async () => {
    const { id } = (await admin.createQuoteTemplate({ name: "Old" })).data;
    expect((await admin.updateQuoteTemplate({ id, name: "New" })).data.revision).toBe(2);
    const { data } = await admin.listQuoteTemplateRevisions({ id });
    expect(data.map(({ name }) => name)).toEqual(["New", "Old"]);
    await admin.updateQuoteTemplate({ id, is_active: false });
    expect(await readRejection(createQuote(admin, { template_id: id }))).toEqual([400, ["template_id"]]);
  });

  it.each([
    [{ line_items: [{ quantity: "1", unit_price: "1" }] }, "line_items[0].name"],
    [{ line_items: [{ name: "Rope" }] }, "line_items[0].unit_price"],
    [{ line_items: [{ product_id: "prd_000000000000000000" }] }, "line_items[0].product_id"],
    [{ valid_days: 0 }, "valid_days"],
  ])("reject %j and name %s", async (more, field) => {
    expect(await readRejection(admin.createQuoteTemplate({ name: "Wrong", ...more }))).toEqual([400, [field]]);
  });
});
