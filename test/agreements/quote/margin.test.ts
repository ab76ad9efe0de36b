import { computeMargin } from "@crm/core/agreements/quote/margin.rules.ts";
import { expect, it } from "vitest";

const line = { product_id: "prd_1", quantity: "2", line_total: "180.00", optional: false, chosen: false };
const costs = new Map([
  ["prd_1", "60.00"],
  ["prd_2", "100.00"],
]);

it.each([
  ["the net amount less the costs", [line], "60.00", "33.3", false],
  ["a loss", [{ ...line, product_id: "prd_2" }], "-20.00", "-11.1", false],
  ["without options that are not chosen", [line, { ...line, product_id: "prd_2", optional: true }], "60.00", "33.3", false],
  ["with a chosen option", [line, { ...line, product_id: "prd_2", optional: true, chosen: true }], "40.00", "11.1", false],
  ["of lines with a known cost", [line, { ...line, product_id: null }], "60.00", "33.3", true],
  ["unknown without a cost", [{ ...line, product_id: "prd_3" }], null, null, true],
  ["without a share, if the lines are free", [{ ...line, line_total: "0.00" }], "-120.00", null, false],
])("the margin is %s", (_, lines, margin_amount, margin_percent, is_margin_partial) => {
  expect(computeMargin(lines, costs, 2)).toEqual({ margin_amount, margin_percent, is_margin_partial });
});
