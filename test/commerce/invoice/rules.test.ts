import { sumAgeing } from "@crm/core/commerce/invoice/ageing.rules.ts";
import { addPart, type Part, takePart } from "@crm/core/commerce/invoice/parts.rules.ts";
import { sharePayments } from "@crm/core/commerce/invoice/payment-shares.rules.ts";
import { findReminderTime } from "@crm/core/commerce/invoice/reminder.rules.ts";
import { settleClaims } from "@crm/core/commerce/invoice/settlement.rules.ts";
import { allocateByRate, grossOf, subtractRates } from "@crm/core/commerce/invoice/totals.rules.ts";
import { Money } from "@crm/core/kernel/money.ts";
import { describe, expect, it } from "vitest";

describe("parts of a line", () => {
  it.each([
    ["100.00", "3", ["1", "1", "1"], ["33.33", "33.33", "33.34"]],
    ["0.01", "3", ["1", "1", "1"], ["0.00", "0.00", "0.01"]],
    ["0.02", "3", ["1", "1", "1"], ["0.01", "0.01", "0.00"]],
    ["10", "4", ["0.5", "3.5"], ["1", "9"]],
    ["1.005", "2", ["1", "1"], ["0.503", "0.502"]],
  ])("add up to the line: %s of %s", (amount, quantity, quantities, expected) => {
    const whole = { quantity, gross_amount: amount, net_amount: amount, tax_amount: amount };
    let taken: Part | null = null;
    const amounts = quantities.map((each) => {
      const part = takePart(whole, taken, each);
      taken = addPart(taken, part);
      return part.net_amount;
    });
    expect(amounts).toEqual(expected);
    expect(taken).toEqual(whole);
  });
});

describe("an amount that is credited", () => {
  const rates = [
    { tax_percent: "7", net_amount: "20.00", tax_amount: "1.40" },
    { tax_percent: "19", net_amount: "99.99", tax_amount: "19.00" },
  ];

  it.each(["0.01", "10.00", "70.20", "140.38", "140.39"])("is distributed over the tax rates: %s", (amount) => {
    const credited = allocateByRate(amount, rates);
    expect(Money.sum(credited.map(grossOf))).toBe(amount);
    const left = subtractRates(rates, credited, 2);
    const rest = Money.sum(left.map(grossOf));
    expect(Money.add(rest, amount)).toBe("140.39");
    expect(Money.sum(allocateByRate(rest, left).map(grossOf))).toBe(rest);
  });
});

describe("what is open of invoices", () => {
  const [first, second] = [
    { id: "a", total: "60.00", credited_amount: "0.00" },
    { id: "b", total: "40.00", credited_amount: "0.00" },
  ];
  const order = { status: "CONFIRMED" as const, due: "100.00", credited: "0.00", net_payment: "0.00" };
  const credited = { ...first, credited_amount: "30.00" };

  it.each([
    ["nothing is paid", [first, second], {}, ["60.00 UNPAID", "40.00 UNPAID"]],
    ["the oldest is settled first", [first, second], { net_payment: "70.00" }, ["0.00 PAID", "30.00 PARTLY_PAID"]],
    ["in the order of issue", [second, first], { net_payment: "70.00" }, ["0.00 PAID", "30.00 PARTLY_PAID"]],
    ["too much is paid", [first, second], { net_payment: "130.00" }, ["0.00 PAID", "0.00 PAID"]],
    ["more was refunded than paid", [first], { net_payment: "-5.00" }, ["60.00 UNPAID"]],
    ["a credit note", [credited, second], { credited: "30.00", due: "70.00" }, ["30.00 UNPAID", "40.00 UNPAID"]],
    [
      "credited in full",
      [{ ...first, credited_amount: "60.00" }, second],
      { credited: "60.00", due: "40.00" },
      ["0.00 CREDITED", "40.00 UNPAID"],
    ],
    ["goodwill without a credit note", [first], { credited: "15.00", due: "85.00" }, ["45.00 PARTLY_PAID"]],
    ["a claim that was raised", [first], { credited: "-15.00", due: "115.00" }, ["60.00 UNPAID"]],
    ["a cancelled order", [first], { status: "CANCELLED" as const, due: "0.00" }, ["0.00 PAID"]],
    ["a cancellation fee", [first], { status: "CANCELLED" as const, due: "20.00" }, ["20.00 PARTLY_PAID"]],
  ])("%s", (_, claims, figures, expected) => {
    const settlements = settleClaims(claims, { ...order, ...figures });
    expect([...settlements.values()].map(({ open_amount, payment_state }) => `${open_amount} ${payment_state}`)).toEqual(
      expected,
    );
  });
});

describe("ageing", () => {
  it("counts days from the due date, by customer and currency", () => {
    const days = ["2027-03-31", "2027-03-30", "2027-03-01", "2027-02-28", "2027-01-29", "2026-12-30", "9999-12-31"];
    const invoices = days.map((due_date) => ({ customer_id: "c", currency: "EUR", due_date, open_amount: "1.00" }));
    const rows = sumAgeing(
      [...invoices, { customer_id: "c", currency: "JPY", due_date: days[0] as string, open_amount: "5" }],
      "2027-03-31",
    );
    expect(rows).toEqual([
      {
        ...{ customer_id: "c", currency: "EUR", open_amount: "7.00", invoice_count: 7 },
        ...{ not_due: "2.00", days_1_to_30: "2.00", days_31_to_60: "1.00", days_61_to_90: "1.00", over_90_days: "1.00" },
      },
      {
        ...{ customer_id: "c", currency: "JPY", open_amount: "5", invoice_count: 1 },
        ...{ not_due: "5", days_1_to_30: "0", days_31_to_60: "0", days_61_to_90: "0", over_90_days: "0" },
      },
    ]);
  });
});

describe("a reminder", () => {
  const levels = [{ days_after_due: 7 }, { days_after_due: 21 }];
  it.each([
    ["2027-03-01", 0, "2027-03-07T23:00:00.000Z"],
    ["2027-03-21", 0, "2027-03-27T23:00:00.000Z"],
    ["2027-03-22", 0, "2027-03-28T22:00:00.000Z"],
    ["2027-03-01", 1, "2027-03-21T23:00:00.000Z"],
    ["2027-03-01", 2, null],
    ["2026-01-01", 1, "2027-01-01T00:00:00.000Z"],
    ["9999-12-31", 0, "9999-12-30T23:00:00.000Z"],
  ])("of an invoice that is due on %s, after level %s", (due_date, reminder_level, expected) => {
    const frame = { timezone: "Europe/Berlin", now: "2027-01-01T00:00:00.000Z" };
    expect(findReminderTime(levels, { due_date, reminder_level }, frame)).toBe(expected);
  });
});

describe("the payments of an invoice", () => {
  const claims = [
    { id: "a", total: "60.00", credited_amount: "0.00" },
    { id: "b", total: "50.00", credited_amount: "10.00" },
  ];
  type Entry = Parameters<typeof sharePayments>[0][number];
  const entries = (...amounts: readonly (readonly [Entry["entry_type"], string, number?])[]): Entry[] =>
    amounts.map(([entry_type, amount, reverses = null], index) => ({
      ...{ sequence: index + 1, entry_type, amount, reverses, occurred_at: String(index + 1) },
    }));

  it.each([
    [
      "fill the invoices in the order of issue",
      entries(["PAYMENT", "50.00"], ["DEPOSIT", "30.00"]),
      ["1 50.00", "2 10.00"],
      ["2 20.00"],
    ],
    ["are at most what is claimed", entries(["PAYMENT", "500.00"]), ["1 60.00"], ["1 40.00"]],
    ["are refunded from the newest", entries(["PAYMENT", "60.00"], ["PAYMENT", "30.00"], ["REFUND", "35.00"]), ["1 55.00"], []],
    [
      "do not count once they are reversed",
      entries(["PAYMENT", "60.00"], ["PAYMENT", "30.00"], ["REVERSAL", "60.00", 1]),
      ["2 30.00"],
      [],
    ],
    ["have no other entries of the ledger", entries(["CONFIRMATION", "100.00"], ["CREDIT", "10.00"]), [], []],
  ])("%s", (_, ledger, ofFirst, ofSecond) => {
    const list = (id: string) =>
      sharePayments(ledger, claims, id, 2).map(({ occurred_at, amount }) => `${occurred_at} ${amount}`);
    expect([list("a"), list("b")]).toEqual([ofFirst, ofSecond]);
  });
});
