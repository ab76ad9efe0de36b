import { adaptInstalments, findNextInstalment, settleInstalments } from "@crm/core/commerce/order/instalment.rules.ts";
import { acknowledgeReasons, computeFigures, findReviewReasons } from "@crm/core/commerce/order/ledger.rules.ts";
import { addQuantity, subtractQuantity } from "@crm/core/commerce/order/quantity.rules.ts";
import { describe, expect, it } from "vitest";

const claim = { status: "CONFIRMED", total: "100.00", credited: "0.00", cancellation_fee: "0.00" } as const;

describe("the payment state", () => {
  it.each([
    ["UNPAID", { paid: "0.00", refunded: "0.00" }, "100.00"],
    ["PARTLY_PAID", { paid: "40.00", refunded: "0.00" }, "60.00"],
    ["PAID", { paid: "100.00", refunded: "0.00" }, "0.00"],
    ["OVERPAID", { paid: "100.01", refunded: "0.00" }, "-0.01"],
    ["PARTLY_REFUNDED", { paid: "100.00", refunded: "40.00" }, "40.00"],
    ["REFUNDED", { paid: "100.00", refunded: "100.00" }, "100.00"],
    ["PARTLY_REFUNDED", { paid: "0.00", refunded: "5.00" }, "105.00"],
    ["PAID", { paid: "70.00", refunded: "0.00", credited: "30.00" }, "0.00"],
    ["UNPAID", { paid: "0.00", refunded: "0.00", credited: "-20.00" }, "120.00"],
    ["OVERPAID", { paid: "100.00", refunded: "0.00", status: "CANCELLED", cancellation_fee: "10.00" }, "-90.00"],
    ["PAID", { paid: "0.00", refunded: "0.00", status: "CANCELLED" }, "0.00"],
  ] as const)("is %s for %o", (payment_state, facts, balance) => {
    expect(computeFigures({ ...claim, ...facts })).toMatchObject({ payment_state, balance });
  });
});

describe("the reasons for a review", () => {
  const sound = { status: "CONFIRMED", paid: "10.00", refunded: "0.00", balance: "0.00" } as const;
  it.each([
    ["nothing is wrong", sound, [], false, []],
    ["a refund came before its payment", { ...sound, paid: "0.00", refunded: "5.00" }, [], false, ["REFUNDS_EXCEED_PAYMENTS"]],
    ["the payment has come since", sound, ["REFUNDS_EXCEED_PAYMENTS"], false, []],
    ["a user cancels a paid order", { ...sound, status: "CANCELLED", balance: "-10.00" }, [], false, []],
    [
      "a provider reports a payment of it",
      { ...sound, status: "CANCELLED", balance: "-10.00" },
      [],
      true,
      ["PAID_AFTER_CANCELLATION"],
    ],
    [
      "it is given back in part",
      { ...sound, status: "CANCELLED", balance: "-5.00" },
      ["PAID_AFTER_CANCELLATION"],
      false,
      ["PAID_AFTER_CANCELLATION"],
    ],
    ["it is given back", { ...sound, status: "CANCELLED", balance: "0.00" }, ["PAID_AFTER_CANCELLATION"], false, []],
    ["another currency was reported", sound, ["OTHER_CURRENCY"], false, ["OTHER_CURRENCY"]],
  ] as const)("are right where %s", (_, facts, former, isProviderPayment, reasons) => {
    expect(findReviewReasons(facts, former, isProviderPayment)).toEqual(reasons);
  });

  it("remain after an acknowledgement only where the figures show them", () => {
    expect(acknowledgeReasons(["REFUNDS_EXCEED_PAYMENTS", "PAID_AFTER_CANCELLATION", "OTHER_CURRENCY"])).toEqual([
      "REFUNDS_EXCEED_PAYMENTS",
    ]);
  });
});

describe("instalments", () => {
  const plan = [
    { number: 1, due_date: "2030-01-31", amount: "30.00" },
    { number: 2, due_date: "2030-02-28", amount: "30.00" },
    { number: 3, due_date: "2030-03-31", amount: "40.00" },
  ];
  const amounts = (sum: string) => adaptInstalments(plan, sum).map(({ amount }) => amount);
  it.each([
    ["100.00", ["30.00", "30.00", "40.00"]],
    ["125.50", ["30.00", "30.00", "65.50"]],
    ["70.00", ["30.00", "30.00", "10.00"]],
    ["60.00", ["30.00", "30.00"]],
    ["45.00", ["30.00", "15.00"]],
    ["0.00", ["0.00"]],
  ])("add up to %s", (sum, expected) => expect(amounts(sum)).toEqual(expected));

  it("are settled from the oldest on", () => {
    expect(settleInstalments(plan, "45.00").map(({ paid_amount, status }) => [paid_amount, status])).toEqual([
      ["30.00", "PAID"],
      ["15.00", "PARTLY_PAID"],
      ["0.00", "OPEN"],
    ]);
    expect(findNextInstalment(plan, "-5.00")?.number).toBe(1);
    expect(findNextInstalment(plan, "100.00")).toBeUndefined();
  });
});

it("quantities are added and subtracted exactly", () => {
  expect([addQuantity("0.1", "0.2"), subtractQuantity("3", "0.001"), subtractQuantity("2.5", "2.5")]).toEqual([
    "0.3",
    "2.999",
    "0",
  ]);
});
