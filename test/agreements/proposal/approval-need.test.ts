import { defaultDeadlines } from "@crm/core/agreements/approval/approver.rules.ts";
import { determineApprovalNeed, type Level } from "@crm/core/agreements/proposal/approval-need.rules.ts";
import { expect, it } from "vitest";

const level = (name: string, asks: Partial<Level>): Level => ({
  name,
  approvers: ["MANAGER"],
  side_by_side: false,
  patience: defaultDeadlines,
  ...asks,
});
const levels = [
  level("Unpriced", { without_quote: true }),
  level("Large", { net_amount_from: [{ currency: "EUR", amount: "1000.00" }] }),
  level("Huge", {
    net_amount_from: [{ currency: "EUR", amount: "5000.00" }],
    approvers: ["DIRECTOR", "ADMIN"],
    side_by_side: true,
  }),
];
const quote = (net_amount: string, currency = "EUR") => ({ net_amount, currency });

it.each([
  ["without a quote", undefined, "Unpriced", ["The proposal has no quote"]],
  ["below each amount", quote("999.99"), null, []],
  ["of just the amount", quote("1000.00"), "Large", ["The net amount is €1,000. Approval is needed from €1,000."]],
  ["of both amounts", quote("5000.00"), "Huge", ["The net amount is €5,000. Approval is needed from €5,000."]],
  ["in another currency", quote("9000.00", "USD"), null, []],
])("a proposal %s", (_what, priced, levelName, reasons) => {
  expect(determineApprovalNeed(levels, priced)).toMatchObject({ level: levelName, reasons });
});

it("approvers of a proposal are those of the last level that it reaches", () => {
  const everyLevel = level("Every", { every: true });
  expect(determineApprovalNeed([...levels, everyLevel], quote("5000.00"))).toMatchObject({
    level: "Every",
    approvers: ["MANAGER"],
  });
  expect(determineApprovalNeed([everyLevel, ...levels], quote("5000.00"))).toMatchObject({
    approvers: ["DIRECTOR", "ADMIN"],
    side_by_side: true,
  });
  expect(determineApprovalNeed([], undefined)).toMatchObject({ level: null, approvers: [] });
});
