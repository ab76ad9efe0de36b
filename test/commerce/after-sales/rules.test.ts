import { computePrice } from "@crm/core/commerce/after-sales/after-sales.rules.ts";
import { addQuantity } from "@crm/core/commerce/order/quantity.rules.ts";
import { Money } from "@crm/core/kernel/money.ts";
import { describe, expect, it } from "vitest";

describe("the prices of quantities that come back one after the other", () => {
  it.each([
    [{ quantity: "3", line_total: "10.00", tax_amount: "0.00" }, ["1", "1", "1"], ["3.33", "3.34", "3.33"]],
    [{ quantity: "3", line_total: "8.40", tax_amount: "1.60" }, ["2", "1"], ["6.67", "3.33"]],
    [{ quantity: "1.5", line_total: "0.01", tax_amount: "0.00" }, ["0.5", "0.5", "0.5"], ["0.00", "0.01", "0.00"]],
    [{ quantity: "7", line_total: "100", tax_amount: "0" }, ["3", "3", "1"], ["43", "43", "14"]],
  ])("of %o add up to the price of the line", (line, quantities, prices) => {
    let settled = "0";
    const found = quantities.map((quantity) => {
      const price = computePrice(line, settled, quantity);
      settled = addQuantity(settled, quantity);
      return price;
    });
    expect(found).toEqual(prices);
    const whole = Money.add(line.line_total, line.tax_amount);
    expect(Money.sum(found, Money.countDecimals(whole))).toBe(whole);
  });
});
