import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Product } from "@crm/core/sales/product/product.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runImport } from "../../platform/import/support.ts";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const detailFor = (field: string) => ({ details: [expect.objectContaining({ field })] });

describe("a product", () => {
  it("has its price in the format of its currency, and rejects fields of services by name", async () => {
    const { admin } = await signUp(app, { currency: "EUR" });
    const { data } = await admin.createProduct({
      name: " GTX Pro ",
      family: "GTX",
      unit_price: 4821,
      cost: "3000.5",
      category_id: "hardware",
    });
    expect(data).toMatchObject({
      name: "GTX Pro",
      product_type: "PRODUCT",
      unit_price: "4821.00",
      cost: "3000.50",
      currency: "EUR",
    });
    expect((await admin.updateProduct({ id: data.id, currency: "JPY", cost: "3000", unit_price: "4821" })).data).toMatchObject({
      unit_price: "4821",
      cost: "3000",
    });
    await expect(admin.createProduct({ name: "A", currency: "JPY", unit_price: "1.50" })).rejects.toMatchObject(
      detailFor("unit_price"),
    );
    await expect(admin.createProduct({ name: "A", complexity: "low" })).rejects.toMatchObject(detailFor("complexity"));
    await expect(admin.updateProduct({ id: data.id, frequency: "monthly" })).rejects.toMatchObject(detailFor("frequency"));
    await expect(admin.createProduct({ name: "A", category_id: "nothing" })).rejects.toMatchObject(detailFor("category_id"));
    const service = {
      name: "SEO",
      product_type: "service",
      service_type: "seo",
      complexity: "HIGH",
      estimated_hours: 40,
    } as const;
    expect((await admin.createProduct({ ...service, is_recurring: true, frequency: "monthly" })).data).toMatchObject({
      product_type: "SERVICE",
      service_type: "SEO",
      is_recurring: true,
    });
  });

  it("is found by words, filters and sort orders, and is written by leaders only", async () => {
    const tenant = await signUp(app);
    const rows = [
      { name: "MG Advanced", sku: "MG-2", family: "MG", unit_price: "3393" },
      { name: "GTK 500", sku: "GTK-1", family: "GTK", unit_price: "26768", is_active: false },
      { name: "MG Special", sku: "MG-1", family: "mg", unit_price: "55" },
      { name: "Onboarding", product_type: "SERVICE", service_type: "STRATEGY", category_id: "consulting" },
    ];
    const { data } = await tenant.admin.batchProducts({ operation: "create", items: rows });
    expect(data.results.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    await app.settle();
    const rep = await addUser(app, tenant, "SALES_REP");
    const names = async (query: Parameters<typeof rep.client.listProducts>[0]) =>
      (await rep.client.listProducts(query)).data.map(({ name }) => name);
    expect(await names({ sort: "name", order: "asc" })).toEqual(["GTK 500", "MG Advanced", "MG Special", "Onboarding"]);
    expect(await names({ sort: "-unit_price" })).toEqual(["GTK 500", "MG Advanced", "MG Special", "Onboarding"]);
    expect(await names({ family: "MG", sort: "name", order: "asc" })).toEqual(["MG Advanced", "MG Special"]);
    expect(await names({ search: "mg-1" })).toEqual(["MG Special"]);
    expect(await names({ is_active: false })).toEqual(["GTK 500"]);
    expect(await names({ category: "consulting" })).toEqual(["Onboarding"]);
    expect(await names({ product_type: "service", "unit_price[is_null]": true })).toEqual(["Onboarding"]);
    expect((await rep.client.listProductsAsMasters({ is_active: true })).meta.total).toBe(3);
    await expect(rep.client.createProduct({ name: "A" })).rejects.toMatchObject({ code: "FORBIDDEN" });
    const otherTenant = await signUp(app);
    expect((await otherTenant.admin.listProducts({})).data).toEqual([]);
    await expect(otherTenant.admin.getProduct({ id: data.results[0]?.id as string })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});

describe("a SKU", () => {
  it("belongs to one product, also in concurrent requests, and is free while that product is deleted", async () => {
    const { admin } = await signUp(app);
    const outcomes = await Promise.allSettled(
      ["A-1", "a-1", " A-1 ", "A-1"].map((sku) => admin.createProduct({ name: sku, sku })),
    );
    const [first, ...more] = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value.data] : []));
    expect(more).toEqual([]);
    const reasons = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    for (const reason of reasons)
      expect(reason).toMatchObject({ code: "CONFLICT", details: [{ field: "sku", message: "Taken" }] });
    const id = first?.id as string;
    const { data: otherProduct } = await admin.createProduct({ name: "Other", sku: "B-1" });
    await expect(admin.updateProduct({ id: otherProduct.id, sku: "a-1" })).rejects.toMatchObject({ code: "CONFLICT" });
    await admin.deleteProduct({ id });
    await admin.updateProduct({ id: otherProduct.id, sku: "a-1" });
    await expect(admin.restoreProduct({ id })).rejects.toMatchObject({ code: "CONFLICT", ...detailFor("sku") });
    await admin.updateProduct({ id: otherProduct.id, sku: null });
    expect((await admin.restoreProduct({ id })).data.deleted_at).toBeNull();
    await expect(admin.createProduct({ name: "B again", sku: "b-1" })).resolves.toMatchObject({ data: { sku: "b-1" } });
  });

  it("is the match key of upserts and imports", async () => {
    const tenant = await signUp(app);
    const { admin } = tenant;
    const items = [
      { sku: "X-1", name: "One", unit_price: "1" },
      { sku: "x-1", name: "One more", unit_price: "2" },
    ];
    const { data } = await admin.batchProducts({ operation: "upsert", match_on: "sku", items });
    expect(data.results.map(({ status }) => status)).toEqual([201, 200]);
    const file = "Product,Series,Sales price,SKU\nGTXPro,GTX,4821,X-2\nOne again,GTX,3,X-1\nMG Special,MG,-55,X-3\n";
    const options = { mode: "upsert", match_on: "sku" };
    const done = await runImport(app, tenant.token, "products", file, { options });
    expect(done).toMatchObject({ created: 1, updated: 1, failed: 1 });
    await app.settle();
    const listPrices = async () =>
      (await admin.listProducts({ sort: "name", order: "asc" })).data.map(({ name, unit_price }) => `${name} ${unit_price}`);
    expect(await listPrices()).toEqual(["GTXPro 4821.00", "One again 3.00"]);
    const byName = "name,unit_price\nGTXpro,5000\n";
    expect(
      await runImport(app, tenant.token, "products", byName, { options: { mode: "update", match_on: "name" } }),
    ).toMatchObject({ updated: 1 });
    await admin.revertImport({ id: done.id });
    await app.settle();
    expect(await listPrices()).toEqual(["GTXpro 5000.00", "One more 2.00"]);
  });
});

describe("a package", () => {
  it("contains active products once each, and no package that contains it", async () => {
    const { admin } = await signUp(app);
    const make = async (name: string, items: { product_id: string; quantity?: number }[] = []) =>
      (await admin.createProduct({ name, product_type: "PACKAGE", items })).data.id;
    const { data: part } = await admin.createProduct({ name: "Part" });
    const { data: old } = await admin.createProduct({ name: "Old", is_active: false });
    const inner = await make("Inner", [{ product_id: part.id, quantity: 3 }]);
    const outerPackage = await make("Outer", [{ product_id: inner }, { product_id: part.id }]);
    const change = (id: string, ...ids: string[]) =>
      admin.updateProduct({ id, items: ids.map((product_id) => ({ product_id })) });
    await expect(change(inner, part.id, outerPackage)).rejects.toMatchObject(detailFor("items"));
    await expect(change(inner, inner)).rejects.toMatchObject(detailFor("items[0].product_id"));
    await expect(change(inner, part.id, part.id)).rejects.toMatchObject(detailFor("items[1].product_id"));
    await expect(change(inner, old.id)).rejects.toMatchObject(detailFor("items[0].product_id"));
    const { admin: stranger } = await signUp(app);
    const { data: foreign } = await stranger.createProduct({ name: "Foreign" });
    await expect(change(inner, foreign.id)).rejects.toMatchObject(detailFor("items[0].product_id"));
    await expect(admin.updateProduct({ id: part.id, product_type: "PACKAGE" })).rejects.toMatchObject(detailFor("product_type"));
    // A deleted part stays in the package but cannot be added again.
    await admin.deleteProduct({ id: part.id });
    expect((await admin.updateProduct({ id: inner, items: [{ product_id: part.id, quantity: 4 }] })).data.items).toEqual([
      { product_id: part.id, quantity: 4 },
    ]);
    await expect(make("New", [{ product_id: part.id }])).rejects.toMatchObject(detailFor("items[0].product_id"));
    let last = inner;
    for (let level = 2; level <= 5; level++) last = await make(`Level ${level}`, [{ product_id: last }]);
    await expect(make("Too deep", [{ product_id: last }])).rejects.toMatchObject(detailFor("items"));
  });

  it("cannot contain itself after two packages are added to each other concurrently", async () => {
    const { admin } = await signUp(app);
    for (let turn = 0; turn < 5; turn++) {
      const [firstPackage, secondPackage] = (await Promise.all(
        ["One", "Other"].map(async (name) => (await admin.createProduct({ name, product_type: "PACKAGE" })).data.id),
      )) as [string, string];
      const setItem = (id: string, product_id: string) => admin.updateProduct({ id, items: [{ product_id }] });
      const done = await Promise.allSettled([setItem(firstPackage, secondPackage), setItem(secondPackage, firstPackage)]);
      expect(done.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    }
  });
});

describe("price books", () => {
  const inTenant = <T>({ id }: Tenant, work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, id, "test"), work);

  it("have one default per currency, also in concurrent requests", async () => {
    const { admin } = await signUp(app, { currency: "EUR" });
    const names = ["Standard", "Enterprise", "Partner"];
    const bookResponses = await Promise.all(names.map((name) => admin.createPriceBook({ name, is_default: true })));
    const dollars = await admin.createPriceBook({ name: "Dollars", currency: "USD", is_default: true });
    await app.settle();
    const defaults = async () => (await admin.listPriceBooks({ is_default: true, currency: "EUR" })).data.map(({ id }) => id);
    expect(await defaults()).toHaveLength(1);
    await Promise.all(bookResponses.map(({ data: { id } }) => admin.updatePriceBook({ id, is_default: true })));
    await app.settle();
    const [holder] = await defaults();
    expect(await defaults()).toEqual([holder]);
    expect((await admin.getPriceBook({ id: dollars.data.id })).data.is_default).toBe(true);
    await admin.deletePriceBook({ id: holder as string });
    expect((await admin.restorePriceBook({ id: holder as string })).data.is_default).toBe(false);
    await admin.updatePriceBook({ id: dollars.data.id, is_default: false });
    await expect(admin.createPriceBook({ name: "A", currency: "USD", is_default: true, is_active: false })).rejects.toMatchObject(
      detailFor("is_default"),
    );
    await expect(admin.updatePriceBook({ id: dollars.data.id, currency: "EUR" })).rejects.toMatchObject(detailFor("currency"));
    await expect(admin.createPriceBook({ name: "A", valid_from: "2026-02-01", valid_to: "2026-01-31" })).rejects.toMatchObject(
      detailFor("valid_to"),
    );
    expect((await admin.listPriceBooksAsMasters({})).meta.total).toBe(4);
  });

  it("return the entry of a price, or the reason why there is none", async () => {
    const tenant = await signUp(app, { currency: "EUR" });
    const { admin } = tenant;
    const { data: book } = await admin.createPriceBook({ name: "Partner" });
    const { data: gtx } = await admin.createProduct({ name: "GTX", unit_price: "100" });
    const { data: bare } = await admin.createProduct({ name: "Bare" });
    const { data: yen } = await admin.createProduct({ name: "Yen", unit_price: "100", currency: "JPY" });
    const add = (more: { unit_price: string; min_quantity?: number; valid_from?: string; valid_to?: string }) =>
      admin.createPriceBookEntry({ id: book.id, product_id: gtx.id, ...more });
    const { data: baseEntry } = await add({ unit_price: "90" });
    const { data: ten } = await add({ unit_price: "80", min_quantity: 10 });
    const { data: spring } = await add({ unit_price: "85", valid_from: "2026-03-01", valid_to: "2026-05-31" });
    expect([baseEntry.unit_price, baseEntry.currency]).toEqual(["90.00", "EUR"]);
    const price = async (product_id: string, quantity: number, date: string) =>
      (await admin.getPriceBookPrice({ id: book.id, product_id, quantity, date })).data;
    expect(await price(gtx.id, 1, "2026-02-28")).toMatchObject({
      unit_price: "90.00",
      price_book_entry_id: baseEntry.id,
      reason: "ENTRY",
    });
    expect(await price(gtx.id, 9, "2026-03-01")).toMatchObject({ unit_price: "85.00", price_book_entry_id: spring.id });
    expect(await price(gtx.id, 10, "2026-03-01")).toMatchObject({ unit_price: "80.00", price_book_entry_id: ten.id });
    expect(await price(bare.id, 1, "2026-03-01")).toMatchObject({
      unit_price: null,
      reason: "NO_PRICE",
      price_book_entry_id: null,
    });
    expect(await price(yen.id, 1, "2026-03-01")).toMatchObject({ unit_price: null, reason: "OTHER_CURRENCY" });
    const { data: entries } = await admin.listPriceBookEntries({ id: book.id, product: gtx.id });
    expect(entries.map(({ id }) => id).sort()).toEqual([baseEntry.id, ten.id, spring.id].sort());

    const replaced = { id: book.id, entry_id: ten.id, product_id: gtx.id, unit_price: "70", min_quantity: 20 };
    expect((await admin.replacePriceBookEntry(replaced)).data).toMatchObject({
      unit_price: "70.00",
      min_quantity: 20,
      version: 2,
    });
    expect(await price(gtx.id, 10, "2026-03-01")).toMatchObject({ price_book_entry_id: spring.id });
    await admin.deletePriceBookEntry({ id: book.id, entry_id: spring.id });
    expect(await price(gtx.id, 10, "2026-03-01")).toMatchObject({ price_book_entry_id: baseEntry.id });
    await admin.updatePriceBook({ id: book.id, valid_to: "2026-06-30" });
    expect(await price(gtx.id, 10, "2026-07-01")).toMatchObject({
      unit_price: "100.00",
      reason: "PRODUCT",
      book_reason: "OTHER_DAY",
    });

    const priced = (query: Parameters<typeof Product.priceProducts>[1], ids = [gtx.id, bare.id]) =>
      inTenant(tenant, () => Product.priceProducts(ids, query));
    const day = "2026-03-01";
    // Without a default price book, the products' own prices apply.
    expect((await priced({ currency: "EUR", day }))[0]).toMatchObject({ unit_price: "100.00", reason: "PRODUCT", name: "GTX" });
    await admin.updatePriceBook({ id: book.id, is_default: true });
    expect(await priced({ currency: "EUR", day, quantity: "20" })).toMatchObject([{ unit_price: "70.00" }, { unit_price: null }]);
    expect((await priced({ currency: "USD", day, price_book_id: book.id }))[0]).toMatchObject({
      unit_price: null,
      book_reason: "OTHER_CURRENCY",
      reason: "OTHER_CURRENCY",
    });
    await admin.deleteProduct({ id: gtx.id });
    expect((await priced({ currency: "EUR", day }))[0]).toMatchObject({ name: "GTX", is_offered: false });
    const stranger = await signUp(app);
    expect(await inTenant(stranger, () => Product.priceProducts([gtx.id], { currency: "EUR" }))).toEqual([undefined]);
    await expect(
      inTenant(stranger, () => Product.priceProducts([gtx.id], { currency: "EUR", price_book_id: book.id })),
    ).rejects.toMatchObject(detailFor("price_book_id"));
  });

  it("have one price of a product for a minimum quantity and start date", async () => {
    const { admin } = await signUp(app);
    const { data: book } = await admin.createPriceBook({ name: "Standard" });
    const { data: otherBook } = await admin.createPriceBook({ name: "Other" });
    const { data: product } = await admin.createProduct({ name: "GTX" });
    const entryInput = { id: book.id, product_id: product.id, unit_price: "1" };
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => admin.createPriceBookEntry(entryInput)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "CONFLICT", ...detailFor("min_quantity") });
    const { data: five } = await admin.createPriceBookEntry({ ...entryInput, min_quantity: 5 });
    await expect(admin.updatePriceBookEntry({ id: book.id, entry_id: five.id, min_quantity: 1 })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    await expect(admin.getPriceBookEntry({ id: otherBook.id, entry_id: five.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(admin.deletePriceBookEntry({ id: otherBook.id, entry_id: five.id })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await admin.deletePriceBookEntry({ id: book.id, entry_id: five.id });
    await expect(admin.createPriceBookEntry({ ...entryInput, min_quantity: 5 })).resolves.toMatchObject({ data: { version: 1 } });
    await expect(admin.createPriceBookEntry({ ...entryInput, min_quantity: 7, unit_price: "-1" })).rejects.toMatchObject(
      detailFor("unit_price"),
    );
    await admin.deletePriceBook({ id: book.id });
    await expect(admin.listPriceBookEntries({ id: book.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(admin.createPriceBookEntry({ ...entryInput, min_quantity: 8 })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
