import { findBestEntry, findBookReason, listMisplacedFields, toPieces } from "@crm/core/sales/product/product.rules.ts";
import { describe, expect, it } from "vitest";

const emptyFields = {
  service_type: null,
  deliverables: null,
  estimated_hours: null,
  complexity: null,
  is_recurring: false,
  frequency: null,
  project_duration: null,
  items: [],
};

describe("the fields of a product type", () => {
  it.each([
    [{ product_type: "PRODUCT" as const }, []],
    [{ product_type: "PRODUCT" as const, estimated_hours: 0 }, ["estimated_hours"]],
    [{ product_type: "PRODUCT" as const, is_recurring: true, frequency: "monthly" }, ["is_recurring", "frequency"]],
    [{ product_type: "PRODUCT" as const, complexity: "LOW", items: [{}] }, ["complexity", "items"]],
    [{ product_type: "SERVICE" as const, complexity: "LOW", project_duration: 3 }, []],
    [{ product_type: "SERVICE" as const, items: [{}] }, ["items"]],
    [{ product_type: "PACKAGE" as const, service_type: "SEO", items: [{}] }, []],
  ])("of %j refuses %j", (overrides, fields) => {
    expect(listMisplacedFields({ ...emptyFields, ...overrides }).map(({ field }) => field)).toEqual(fields);
  });
});

const buildEntry = (
  name: string,
  min_quantity: number,
  valid_from: string | null,
  valid_to: string | null = null,
  is_active = true,
) => ({
  name,
  unit_price: "1.00",
  min_quantity,
  valid_from,
  valid_to,
  is_active,
});

describe("the best matching entry", () => {
  const entries = [
    buildEntry("always", 1, null),
    buildEntry("this year", 1, "2026-01-01", "2026-12-31"),
    buildEntry("spring", 1, "2026-03-01", "2026-05-31"),
    buildEntry("ten", 10, null),
    buildEntry("ten in spring", 10, "2026-03-01", "2026-05-31"),
    buildEntry("hundred", 100, "2026-06-01"),
    buildEntry("twenty, not in use", 20, null, null, false),
  ];
  it.each([
    [1, "2025-12-31", "always"],
    [1, "2026-01-01", "this year"],
    [9, "2026-03-01", "spring"],
    [9, "2026-05-31", "spring"],
    [9, "2026-06-01", "this year"],
    [1, "2027-01-01", "always"],
    [10, "2026-02-28", "ten"],
    [10, "2026-03-01", "ten in spring"],
    [99, "2026-06-01", "ten"],
    [100, "2026-06-01", "hundred"],
    [100, "2026-05-31", "ten in spring"],
    ["9.999", "2026-02-28", "this year"],
    ["0.5", "2025-12-31", "always"],
  ])("for %s on %s is %s", (quantity, day, expected) => {
    expect(findBestEntry(entries, { quantity, day })?.name).toBe(expected);
    expect(findBestEntry(entries.toReversed(), { quantity, day })?.name).toBe(expected);
  });

  it("is none if no entry applies", () => {
    expect(findBestEntry(entries.slice(3), { quantity: 9, day: "2026-03-01" })).toBeUndefined();
    expect(findBestEntry([], { quantity: 1, day: "2026-03-01" })).toBeUndefined();
  });

  it("counts whole pieces, with less than one counted as one", () => {
    expect(["0.01", 1, "1.99", 2, "12345678901234"].map(toPieces)).toEqual([1, 1, 1, 2, 1_000_000_000]);
  });
});

describe("a book", () => {
  const book = { is_active: true, currency: "EUR", valid_from: "2026-01-01", valid_to: "2026-12-31" };
  it.each([
    [{}, { day: "2026-01-01", currency: "EUR" }, undefined],
    [{}, { day: "2026-12-31", currency: "EUR" }, undefined],
    [{}, { day: "2027-01-01", currency: "EUR" }, "OTHER_DAY"],
    [{}, { day: "2025-12-31", currency: "EUR" }, "OTHER_DAY"],
    [{ valid_from: null, valid_to: null }, { day: "1999-01-01", currency: "EUR" }, undefined],
    [{}, { day: "2026-06-01", currency: "USD" }, "OTHER_CURRENCY"],
    [{ is_active: false }, { day: "2026-06-01", currency: "EUR" }, "INACTIVE"],
  ])("with %j gives for %j: %s", (more, query, expected) => {
    expect(findBookReason({ ...book, ...more }, query)).toBe(expected);
  });
});
