import { type BilledChange, buildAmendedPlan } from "@crm/core/agreements/contract/amended-plan.rules.ts";
import { billingFrequencies, type Instalment } from "@crm/core/agreements/contract/billing-plan.rules.ts";
import { type AgreedState, compareChanges, computeAgreedState } from "@crm/core/agreements/contract/effective-figures.rules.ts";
import { laterInstant } from "@crm/core/kernel/interval.ts";
import { Money } from "@crm/core/kernel/money.ts";
import { addDays } from "@crm/core/kernel/time-zone.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveTestSize } from "../../support/sample.ts";

const FIRST_DAY = "2027-01-31";
const initialFigures: AgreedState = {
  ...{ contract_value: "1200.00", monthly_fee: null, billing_frequency: "MONTHLY", payment_terms: null },
  ...{ term_start_date: FIRST_DAY, end_date: "2028-01-30", deliverables: [], term_number: 1, amendment_count: 0 },
};

const cents = fc.bigInt({ min: 0n, max: 10n ** 9n }).map((minor) => Money.fromMinor(minor, 2));
const offset = fc.integer({ min: 0, max: 900 });
const amendment = fc
  .record({
    at: offset,
    agreed: offset,
    length: fc.integer({ min: 0, max: 800 }),
    set: fc.record(
      { contract_value: cents, billing_frequency: fc.constantFrom(...billingFrequencies), isEnd: fc.constant(true) },
      { requiredKeys: [] },
    ),
  })
  .map(({ at: startOffset, agreed, length, set: { isEnd, ...set } }) => {
    const effective_date = addDays(FIRST_DAY, startOffset);
    return {
      ...{ kind: "VALUE" as const, effective_date, billed_from: laterInstant(effective_date, addDays(FIRST_DAY, agreed)) },
      set: { ...set, ...(isEnd ? { end_date: addDays(effective_date, length) } : {}) },
    };
  });
const renewal = fc
  .record({ at: fc.integer({ min: 1, max: 900 }), length: fc.integer({ min: 0, max: 800 }), contract_value: cents })
  .map(({ at: startOffset, length, contract_value }) => {
    const day = addDays(FIRST_DAY, startOffset);
    const set = { term_start_date: day, end_date: addDays(day, length), contract_value };
    return { kind: "RENEWAL" as const, number: 2, effective_date: day, billed_from: day, set };
  });
const sequence = fc
  .tuple(fc.array(amendment, { maxLength: 6 }), fc.option(renewal))
  .map(([amendments, renewed]): BilledChange[] => [
    ...amendments.map((amendment, index) => ({ ...amendment, number: index + 1 })),
    ...(renewed ? [renewed] : []),
  ]);

const sumAmounts = (plan: readonly Instalment[]): string =>
  Money.sum(
    plan.map(({ amount }) => amount),
    2,
  );
const sortByBilledFrom = (changes: readonly BilledChange[]): BilledChange[] =>
  changes.toSorted((change, otherChange) =>
    change.billed_from === otherChange.billed_from
      ? compareChanges(change, otherChange)
      : change.billed_from < otherChange.billed_from
        ? -1
        : 1,
  );

describe("instalments of an amended contract", () => {
  it("add up to the current value, and a change never alters instalments that were due before", () => {
    fc.assert(
      fc.property(sequence, (changes) => {
        const orderedChanges = sortByBilledFrom(changes);
        let before = buildAmendedPlan(initialFigures, [], FIRST_DAY);
        for (const [index, change] of orderedChanges.entries()) {
          const appliedChanges = orderedChanges.slice(0, index + 1);
          const plan = buildAmendedPlan(initialFigures, appliedChanges, FIRST_DAY);
          expect(sumAmounts(plan)).toBe(computeAgreedState(initialFigures, appliedChanges).contract_value);
          const due = change.kind === "RENEWAL" ? [] : before.filter(({ due_date }) => due_date < change.billed_from);
          expect(plan.slice(0, due.length)).toEqual(due);
          expect(plan.map(({ number }) => number)).toEqual(plan.map((_, place) => place + 1));
          before = plan;
        }
        expect(buildAmendedPlan(initialFigures, changes.toReversed(), FIRST_DAY)).toEqual(before);
      }),
      { numRuns: resolveTestSize("CRM_RUNS", 100, 500) },
    );
  });

  it("follow a late change from its billing date, and ignore changes without figures", () => {
    const change = { kind: "VALUE" as const, number: 1, effective_date: "2027-03-01", set: { contract_value: "1500.00" } };
    const amounts = (billed_from: string) =>
      buildAmendedPlan(initialFigures, [{ ...change, billed_from }], FIRST_DAY).map(({ amount }) => amount);
    expect(amounts("2027-03-01")).toEqual([...Array(2).fill("100.00"), ...Array(10).fill("130.00")]);
    expect(amounts("2027-07-01")).toEqual([...Array(6).fill("100.00"), ...Array(6).fill("150.00")]);
    const otherChange = { ...change, set: { payment_terms: "60 days" }, billed_from: "2027-03-01" };
    expect(buildAmendedPlan(initialFigures, [otherChange], FIRST_DAY)).toEqual(buildAmendedPlan(initialFigures, [], FIRST_DAY));
  });
});
