import { type Agreed, agreedAt, compareChanges } from "@crm/core/contract/agreed.rules.ts";
import { billingFrequencies, type Instalment } from "@crm/core/contract/plan.rules.ts";
import { type Followed, plannedBy } from "@crm/core/contract/planned.rules.ts";
import { later } from "@crm/core/kernel/interval.ts";
import { Money } from "@crm/core/kernel/money.ts";
import { dayAfter } from "@crm/core/kernel/zone.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sizeFrom } from "../sample.ts";

const FIRST = "2027-01-31";
const first: Agreed = {
  ...{ contract_value: "1200.00", monthly_fee: null, billing_frequency: "MONTHLY", payment_terms: null },
  ...{ term_start_date: FIRST, end_date: "2028-01-30", deliverables: [], term_number: 1, amendment_count: 0 },
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
  .map(({ at, agreed, length, set: { isEnd, ...set } }) => {
    const effective_date = dayAfter(FIRST, at);
    return {
      ...{ kind: "VALUE" as const, effective_date, billed_from: later(effective_date, dayAfter(FIRST, agreed)) },
      set: { ...set, ...(isEnd ? { end_date: dayAfter(effective_date, length) } : {}) },
    };
  });
const renewal = fc
  .record({ at: fc.integer({ min: 1, max: 900 }), length: fc.integer({ min: 0, max: 800 }), contract_value: cents })
  .map(({ at, length, contract_value }) => {
    const day = dayAfter(FIRST, at);
    const set = { term_start_date: day, end_date: dayAfter(day, length), contract_value };
    return { kind: "RENEWAL" as const, number: 2, effective_date: day, billed_from: day, set };
  });
const sequence = fc
  .tuple(fc.array(amendment, { maxLength: 6 }), fc.option(renewal))
  .map(([amendments, renewed]): Followed[] => [
    ...amendments.map((each, at) => ({ ...each, number: at + 1 })),
    ...(renewed ? [renewed] : []),
  ]);

const sumOf = (plan: readonly Instalment[]): string =>
  Money.sum(
    plan.map(({ amount }) => amount),
    2,
  );
const heard = (changes: readonly Followed[]): Followed[] =>
  changes.toSorted((one, other) =>
    one.billed_from === other.billed_from ? compareChanges(one, other) : one.billed_from < other.billed_from ? -1 : 1,
  );

describe("instalments of a contract that was changed", () => {
  it("add up to what it says by then, and none that was due before a change is another", () => {
    fc.assert(
      fc.property(sequence, (changes) => {
        const ordered = heard(changes);
        let before = plannedBy(first, [], FIRST);
        for (const [at, change] of ordered.entries()) {
          const so = ordered.slice(0, at + 1);
          const plan = plannedBy(first, so, FIRST);
          expect(sumOf(plan)).toBe(agreedAt(first, so).contract_value);
          const due = change.kind === "RENEWAL" ? [] : before.filter(({ due_date }) => due_date < change.billed_from);
          expect(plan.slice(0, due.length)).toEqual(due);
          expect(plan.map(({ number }) => number)).toEqual(plan.map((_, place) => place + 1));
          before = plan;
        }
        expect(plannedBy(first, changes.toReversed(), FIRST)).toEqual(before);
      }),
      { numRuns: sizeFrom("CRM_RUNS", 100, 500) },
    );
  });

  it("follow what was agreed late from that day on, and what says nothing of them not at all", () => {
    const change = { kind: "VALUE" as const, number: 1, effective_date: "2027-03-01", set: { contract_value: "1500.00" } };
    const amounts = (billed_from: string) => plannedBy(first, [{ ...change, billed_from }], FIRST).map(({ amount }) => amount);
    expect(amounts("2027-03-01")).toEqual([...Array(2).fill("100.00"), ...Array(10).fill("130.00")]);
    expect(amounts("2027-07-01")).toEqual([...Array(6).fill("100.00"), ...Array(6).fill("150.00")]);
    const other = { ...change, set: { payment_terms: "60 days" }, billed_from: "2027-03-01" };
    expect(plannedBy(first, [other], FIRST)).toEqual(plannedBy(first, [], FIRST));
  });
});
