import { fromStripeUnits, toStripeUnits } from "@crm/core/commerce/stripe/minor-units.rules.ts";
import { describe, expect, it } from "vitest";

describe("an amount in Stripe's minor units", () => {
  it.each([
    // Two decimals, the usual case; HUF and TWD are whole only in payouts.
    ["EUR", "12.50", 1250, "12.50"],
    ["USD", "999999.99", 99999999, "999999.99"],
    ["HUF", "10.45", 1045, "10.45"],
    ["TWD", "800.45", 80045, "800.45"],
    // No decimals.
    ["JPY", "500", 500, "500"],
    ["KRW", "1", 1, "1"],
    ["VND", "25000", 25000, "25000"],
    ["XPF", "3", 3, "3"],
    // ISO 4217 gives the ariary two decimals, Stripe none.
    ["MGA", "12.50", 13, "13.00"],
    // No decimals in ISO 4217; two at Stripe, always 00.
    ["ISK", "5", 500, "5"],
    ["UGX", "5", 500, "5"],
    // Three decimals. The last must be 0.
    ["KWD", "5.124", 5120, "5.120"],
    ["KWD", "5.125", 5130, "5.130"],
    ["BHD", "0.005", 10, "0.010"],
    ["TND", "1.000", 1000, "1.000"],
    // Stripe's list has no other currencies with three decimals.
    ["IQD", "1.500", 150, "1.500"],
  ])("of %s %s is %d", (currency, amount, units, charged) => {
    expect(toStripeUnits(amount, currency)).toBe(units);
    expect(fromStripeUnits(units, currency.toLowerCase())).toBe(charged);
  });

  it("of a króna charged before fractions were refused is rounded to the whole", () => {
    expect(fromStripeUnits(4010, "isk")).toBe("40");
    expect(fromStripeUnits(0, "kwd")).toBe("0.000");
  });
});
