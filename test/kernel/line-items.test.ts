import { LineItems } from "@crm/core/kernel/line-item.rules.ts";
import { describe, expect, it } from "vitest";

describe("a line", () => {
  it.each([
    // quantity, price, discount, currency, total
    ["1", "10.00", "0", "USD", "10.00"],
    ["3", "19.99", "0", "USD", "59.97"],
    ["1.5", "33.33", "0", "EUR", "50.00"], // 49.995
    ["1", "0.01", "50", "USD", "0.01"], // 0.005, half up
    ["1", "0.01", "50.01", "USD", "0.00"], // 0.004999
    ["7", "9.99", "12.5", "USD", "61.19"], // 61.18875: rounded once, not 69.93 - 8.74
    ["3", "333", "10", "JPY", "899"], // 899.1
    ["1", "1", "50", "JPY", "1"], // 0.5
    ["0.0001", "4999.99", "0", "KWD", "0.500"], // 0.499999
    ["2", "1.005", "33.33", "KWD", "1.340"], // 1.340067
    ["999999999", "9999999999999.99", "0", "USD", "9999999989999990000000.01"],
    ["1", "100.00", "100", "USD", "0.00"],
  ])("of %s at %s less %s %% in %s totals %s", (quantity, unit_price, discount_percent, currency, total) => {
    expect(LineItems.computeTotal({ quantity, unit_price, discount_percent }, currency)).toBe(total);
  });

  it("without a price has an unknown total, and sums ignore it", () => {
    expect(LineItems.computeTotal({ quantity: "2", unit_price: null, discount_percent: "0" }, "USD")).toBeNull();
    expect(LineItems.sumLines([{ total_price: null }, { total_price: "0.10" }, { total_price: "0.20" }], "USD")).toBe("0.30");
    expect(LineItems.sumLines([{ total_price: null }], "USD")).toBeNull();
    expect(LineItems.sumLines([{ total_price: "5" }, { total_price: "7" }], "JPY")).toBe("12");
  });

  it.each([
    ["quantity", "0"],
    ["quantity", "-1"],
    ["quantity", "0.00001"],
    ["quantity", "1e3"],
    ["discount_percent", "100.01"],
    ["discount_percent", "12.345"],
    ["unit_price", "-5"],
  ])("is rejected with a %s of %s", (field, value) => {
    expect(LineItems.lineFields[field as "quantity"].safeParse(value).success).toBe(false);
  });

  it("accepts numbers in any notation, and stores them in plain form", () => {
    expect(LineItems.lineFields.quantity.parse(1.5)).toBe("1.5");
    expect(LineItems.lineFields.quantity.parse("2.50")).toBe("2.5");
    expect(LineItems.lineFields.discount_percent.parse("7.00")).toBe("7");
  });
});
