import { BillingPlan } from "@crm/core/agreements/contract/billing-plan.rules.ts";
import { ContractTerm } from "@crm/core/agreements/contract/term.rules.ts";
import { Money } from "@crm/core/kernel/money.ts";
import { addDays } from "@crm/core/kernel/time-zone.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveTestSize } from "../../support/sample.ts";

const day = fc.integer({ min: 0, max: 60_000 }).map((days) => addDays("1999-12-01", days));
const places = fc.constantFrom(0, 2, 3);
const value = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 14n }), places).map(([minor, digits]) => Money.fromMinor(minor, digits));
const frequency = fc.constantFrom(...BillingPlan.billingFrequencies);
const billedContract = fc
  .record({ start_date: day, days: fc.integer({ min: 0, max: 3000 }), contract_value: value, billing_frequency: frequency })
  .map(({ days, ...rest }) => ({ ...rest, end_date: addDays(rest.start_date, days) }));

const formatInstalments = (plan: BillingPlan.Instalment[]): string[] =>
  plan.map(({ due_date, period_end, amount }) => `${due_date} ${period_end} ${amount}`);

describe("a plan", () => {
  it("of a year by month uses the last day of each month", () => {
    const term = { start_date: "2027-12-31", end_date: ContractTerm.lastDayAfterMonths("2027-12-31", 12) };
    const plan = BillingPlan.buildPlan({ ...term, contract_value: "1000.00", billing_frequency: "MONTHLY" });
    expect(plan.map(({ due_date }) => due_date)).toEqual([
      "2027-12-31",
      "2028-01-31",
      "2028-02-29",
      "2028-03-31",
      "2028-04-30",
      "2028-05-31",
      "2028-06-30",
      "2028-07-31",
      "2028-08-31",
      "2028-09-30",
      "2028-10-31",
      "2028-11-30",
    ]);
    expect(plan.map(({ amount }) => amount)).toEqual([...Array(4).fill("83.34"), ...Array(8).fill("83.33")]);
    expect(plan.at(-1)).toMatchObject({ number: 12, period_start: "2028-11-30", period_end: "2028-12-30" });
  });

  it.each([
    [
      "QUARTERLY",
      "2027-01-01",
      "2027-12-31",
      "1000.00",
      [
        "2027-01-01 2027-03-31 250.00",
        "2027-04-01 2027-06-30 250.00",
        "2027-07-01 2027-09-30 250.00",
        "2027-10-01 2027-12-31 250.00",
      ],
    ],
    [
      "ANNUALLY",
      "2028-02-29",
      "2031-02-27",
      "100.00",
      ["2028-02-29 2029-02-27 33.34", "2029-02-28 2030-02-27 33.33", "2030-02-28 2031-02-27 33.33"],
    ],
    // Contracts often state whole years from a leap day like this; there is no extra period of a single day.
    ["ANNUALLY", "2028-02-29", "2029-02-28", "100.00", ["2028-02-29 2029-02-28 100.00"]],
    ["MONTHLY", "2027-01-31", "2027-02-28", "100.00", ["2027-01-31 2027-02-28 100.00"]],
    // 15 of the 31 days of March.
    ["MONTHLY", "2027-02-01", "2027-03-15", "46.00", ["2027-02-01 2027-02-28 31.00", "2027-03-01 2027-03-15 15.00"]],
    // 31 + 28 of the 90 days of the quarter.
    ["QUARTERLY", "2027-01-01", "2027-02-28", "59.00", ["2027-01-01 2027-02-28 59.00"]],
    ["QUARTERLY", "2026-10-01", "2027-02-28", "149.00", ["2026-10-01 2026-12-31 90.00", "2027-01-01 2027-02-28 59.00"]],
    [
      "MONTHLY",
      "2027-01-01",
      "2027-03-31",
      "100",
      ["2027-01-01 2027-01-31 34", "2027-02-01 2027-02-28 33", "2027-03-01 2027-03-31 33"],
    ],
    [
      "MONTHLY",
      "2027-01-01",
      "2027-03-31",
      "0.100",
      ["2027-01-01 2027-01-31 0.034", "2027-02-01 2027-02-28 0.033", "2027-03-01 2027-03-31 0.033"],
    ],
    ["MONTHLY", "2027-01-01", "2027-02-28", "0.00", ["2027-01-01 2027-01-31 0.00", "2027-02-01 2027-02-28 0.00"]],
    ["ONE_TIME", "2027-01-01", "2036-12-31", "100.00", ["2027-01-01 2036-12-31 100.00"]],
    ["MONTHLY", "2027-05-31", "2027-05-31", "9.99", ["2027-05-31 2027-05-31 9.99"]],
  ] as const)("%s from %s to %s of %s", (billing_frequency, start_date, end_date, contract_value, plan) => {
    expect(formatInstalments(BillingPlan.buildPlan({ billing_frequency, start_date, end_date, contract_value }))).toEqual(plan);
  });

  it("adds up to the value without a gap, and whole periods differ by at most one minor unit", () => {
    fc.assert(
      fc.property(billedContract, (contract) => {
        const plan = BillingPlan.buildPlan(contract);
        expect(
          Money.sum(
            plan.map(({ amount }) => amount),
            Money.countDecimals(contract.contract_value),
          ),
        ).toBe(contract.contract_value);
        expect(plan[0]?.period_start).toBe(contract.start_date);
        expect(plan.at(-1)?.period_end).toBe(contract.end_date);
        expect(plan.map(({ number }) => number)).toEqual(plan.map((_, index) => index + 1));
        for (const [index, instalment] of plan.entries()) {
          expect(instalment.due_date).toBe(instalment.period_start);
          if (index > 0) expect(instalment.period_start).toBe(addDays(plan[index - 1]?.period_end ?? "", 1));
        }
        const fullAmounts = plan.slice(0, -1).map(({ amount }) => Money.toMinor(amount));
        const spread = fullAmounts.map((amount) => amount - (fullAmounts[0] ?? 0n));
        expect(spread.every((difference) => difference === 0n || difference === -1n)).toBe(true);
        const last = plan.at(-1)?.amount ?? "0";
        expect(Money.toMinor(last) <= (fullAmounts[0] ?? Money.toMinor(last))).toBe(true);
      }),
      { numRuns: resolveTestSize("CRM_RUNS", 60, 300) },
    );
  });

  it("has one instalment for each month of the term, for any first day", () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 1200 }), value, (start_date, months, contract_value) => {
        const term = { start_date, end_date: ContractTerm.lastDayAfterMonths(start_date, months), contract_value };
        expect(BillingPlan.buildPlan({ ...term, billing_frequency: "MONTHLY" })).toHaveLength(months);
        expect(BillingPlan.buildPlan({ ...term, billing_frequency: "QUARTERLY" })).toHaveLength(Math.ceil(months / 3));
        expect(BillingPlan.buildPlan({ ...term, billing_frequency: "ANNUALLY" })).toHaveLength(Math.ceil(months / 12));
      }),
      { numRuns: resolveTestSize("CRM_RUNS", 15, 60) },
    );
  });

  it("of a later term uses the day of month of the first term", () => {
    const term = { start_date: "2027-02-28", end_date: "2027-05-30", anchor: "2027-01-31" };
    expect(formatInstalments(BillingPlan.buildPlan({ ...term, contract_value: "30.00", billing_frequency: "MONTHLY" }))).toEqual([
      "2027-02-28 2027-03-30 10.00",
      "2027-03-31 2027-04-29 10.00",
      "2027-04-30 2027-05-30 10.00",
    ]);
  });
});

describe("a plan with changed figures", () => {
  const year = {
    start_date: "2027-01-01",
    end_date: "2027-12-31",
    contract_value: "1200.00",
    billing_frequency: "MONTHLY",
  } as const;
  const plan = BillingPlan.buildPlan(year);

  it("preserves instalments that were due, and distributes the rest", () => {
    const after = BillingPlan.replan(plan, { ...year, contract_value: "1800.00" }, "2027-07-01");
    expect(formatInstalments(after.slice(0, 6))).toEqual(formatInstalments(plan.slice(0, 6)));
    expect(after.slice(6).map(({ amount }) => amount)).toEqual(Array(6).fill("200.00"));
  });

  it("changed within a period applies from the next one", () => {
    const after = BillingPlan.replan(plan, { ...year, contract_value: "1750.00" }, "2027-07-02");
    expect(after.slice(6).map(({ amount }) => amount)).toEqual(["100.00", ...Array(5).fill("210.00")]);
  });

  it("refunds an overpaid amount", () => {
    const after = BillingPlan.replan(plan, { ...year, contract_value: "500.00" }, "2027-11-01");
    expect(after.slice(10).map(({ amount }) => amount)).toEqual(["-250.00", "-250.00"]);
  });

  it("settles the difference on the day of the change if no period is left", () => {
    const after = BillingPlan.replan(plan, { ...year, end_date: "2027-06-30", contract_value: "650.00" }, "2027-06-15");
    expect(formatInstalments(after.slice(5))).toEqual(["2027-06-01 2027-06-30 100.00", "2027-06-15 2027-06-30 50.00"]);
    const paid = BillingPlan.replan(plan, { ...year, end_date: "2027-06-30", contract_value: "600.00" }, "2027-06-15");
    expect(formatInstalments(paid)).toEqual(formatInstalments(plan.slice(0, 6)));
  });

  it("continues with another billing frequency", () => {
    const after = BillingPlan.replan(plan, { ...year, billing_frequency: "QUARTERLY" }, "2027-05-01");
    // 61 of the 91 days of a quarter, then two whole quarters.
    expect(formatInstalments(after.slice(4))).toEqual([
      "2027-05-01 2027-06-30 200.82",
      "2027-07-01 2027-09-30 299.59",
      "2027-10-01 2027-12-31 299.59",
    ]);
  });

  it("adds up to the new value in order, for any change on any day", () => {
    fc.assert(
      fc.property(
        billedContract,
        fc.integer({ min: -50, max: 3500 }),
        fc.integer({ min: 0, max: 3000 }),
        value,
        frequency,
        (first, startOffset, days, next, nextFrequency) => {
          const digits = Money.countDecimals(first.contract_value);
          const changedContract = {
            start_date: first.start_date,
            end_date: addDays(first.start_date, days),
            contract_value: Money.fromMinor(Money.toMinor(next), digits),
            billing_frequency: nextFrequency,
          };
          const from = addDays(first.start_date, startOffset);
          const before = BillingPlan.buildPlan(first);
          const after = BillingPlan.replan(before, changedContract, from);
          expect(
            Money.sum(
              after.map(({ amount }) => amount),
              digits,
            ),
          ).toBe(changedContract.contract_value);
          const unchangedInstalments = before.filter(({ due_date }) => due_date < from);
          expect(after.slice(0, unchangedInstalments.length)).toEqual(unchangedInstalments);
          expect(after.map(({ number }) => number)).toEqual(after.map((_, index) => index + 1));
          const due = after.map(({ due_date }) => due_date);
          expect(due).toEqual(due.toSorted());
        },
      ),
      { numRuns: resolveTestSize("CRM_RUNS", 60, 300) },
    );
  });
});
