import { determineRounds, type LegalReview, type Level } from "@crm/core/agreements/amendment/approval-need.rules.ts";
import {
  type AmendmentInput,
  applyScopeBefore,
  computeFigures,
  computeValueChange,
  describeStaleFields,
  type Figure,
  findFaults,
  omitFieldsSetLater,
  toFigureSet,
} from "@crm/core/agreements/amendment/changes.rules.ts";
import { type AgreedState, type Change, computeAgreedState } from "@crm/core/agreements/contract/effective-figures.rules.ts";
import type { ErrorDetail } from "@crm/core/kernel/error.ts";
import { describe, expect, it } from "vitest";
import { createTestRandom } from "../../support/random.ts";

const emptyInput: AmendmentInput = {
  ...{ amendment_type: "VALUE", effective_date: "2031-03-01", contract_value: null, value_delta: null, end_date: null },
  ...{ monthly_fee: null, billing_frequency: null, payment_terms: null, deliverables: null, clauses: [] },
};
const agreedState: AgreedState = {
  ...{ contract_value: "1200.00", monthly_fee: "100.00", billing_frequency: "MONTHLY", payment_terms: "30 days" },
  ...{ term_start_date: "2031-01-01", end_date: "2031-12-31", deliverables: [], term_number: 1, amendment_count: 0 },
};

describe("fields that an amendment type may change", () => {
  it.each<[Partial<AmendmentInput>, string[]]>([
    [{ amendment_type: "VALUE" }, ["contract_value"]],
    [{ amendment_type: "VALUE", clauses: [{}] }, []],
    [{ amendment_type: "VALUE", clauses: [{}], end_date: "2032-12-31" }, ["end_date"]],
    [{ amendment_type: "VALUE", contract_value: "1.00" }, []],
    [{ amendment_type: "VALUE", value_delta: "-1.00" }, []],
    [{ amendment_type: "VALUE", contract_value: "1.00", value_delta: "1.00" }, ["value_delta"]],
    [{ amendment_type: "VALUE", value_delta: "1.00", end_date: "2032-12-31" }, ["end_date"]],
    [{ amendment_type: "TERM" }, ["end_date"]],
    [{ amendment_type: "TERM", end_date: "2032-12-31" }, []],
    [{ amendment_type: "TERM", end_date: "2032-12-31", value_delta: "1200.00" }, []],
    [{ amendment_type: "TERM", end_date: "2032-12-31", monthly_fee: "1.00" }, ["monthly_fee"]],
    [{ amendment_type: "PRICING" }, ["monthly_fee"]],
    [{ amendment_type: "PRICING", payment_terms: "60 days" }, []],
    [{ amendment_type: "PRICING", billing_frequency: "ANNUALLY", deliverables: { removed: ["a"] } }, ["deliverables"]],
    [{ amendment_type: "SCOPE" }, ["deliverables"]],
    [{ amendment_type: "SCOPE", deliverables: { added: [], changed: [] } }, ["deliverables"]],
    [{ amendment_type: "SCOPE", deliverables: { added: [{}] }, contract_value: "1.00" }, []],
  ])("%j: wrong is %j", (overrides, fields) => {
    expect(findFaults({ ...emptyInput, ...overrides }).map(({ field }) => field)).toEqual(fields);
  });
});

describe("figures", () => {
  it.each<[Partial<AmendmentInput>, Figure[], string[]]>([
    [{ value_delta: "300.00" }, [{ field: "contract_value", before: "1200.00", after: "1500.00" }], []],
    [{ value_delta: "-1200.00" }, [{ field: "contract_value", before: "1200.00", after: "0.00" }], []],
    [{ value_delta: "-1200.01" }, [], ["value_delta"]],
    [{ contract_value: "1200.00" }, [{ field: "contract_value", before: "1200.00", after: "1200.00" }], ["contract_value"]],
    [{ clauses: [{}] }, [], []],
    [
      { contract_value: "1200.00", clauses: [{}] },
      [{ field: "contract_value", before: "1200.00", after: "1200.00" }],
      ["contract_value"],
    ],
    [{ amendment_type: "TERM", end_date: "2031-03-01" }, [{ field: "end_date", before: "2031-12-31", after: "2031-03-01" }], []],
    [
      { amendment_type: "TERM", end_date: "2031-02-28" },
      [{ field: "end_date", before: "2031-12-31", after: "2031-02-28" }],
      ["end_date"],
    ],
    [
      { amendment_type: "TERM", end_date: "2030-12-31" },
      [{ field: "end_date", before: "2031-12-31", after: "2030-12-31" }],
      ["end_date"],
    ],
    [
      { amendment_type: "TERM", end_date: "2231-01-01" },
      [{ field: "end_date", before: "2031-12-31", after: "2231-01-01" }],
      ["end_date"],
    ],
    [
      { amendment_type: "PRICING", monthly_fee: "90.00", billing_frequency: "MONTHLY" },
      [
        { field: "monthly_fee", before: "100.00", after: "90.00" },
        { field: "billing_frequency", before: "MONTHLY", after: "MONTHLY" },
      ],
      [],
    ],
  ])("%j are %j", (overrides, figures, faultFields) => {
    const details: ErrorDetail[] = [];
    expect(computeFigures({ ...emptyInput, ...overrides }, agreedState, details)).toEqual(figures);
    expect(details.map(({ field }) => field)).toEqual(faultFields);
  });

  it("report the difference between old and new value", () => {
    const figures = computeFigures({ ...emptyInput, contract_value: "1000.00" }, agreedState, []);
    expect(computeValueChange(figures)).toBe("-200.00");
    expect(
      computeValueChange(computeFigures({ ...emptyInput, amendment_type: "TERM", end_date: "2032-12-31" }, agreedState, [])),
    ).toBeNull();
    expect(toFigureSet(figures)).toEqual({ contract_value: "1000.00" });
  });

  it("are reported with both values when they have changed since", () => {
    expect(describeStaleFields([{ field: "end_date", was: "2031-12-31", is: null }])).toEqual([
      { field: "end_date", message: "Was 2031-12-31 when the amendment was drafted, and is now nothing" },
    ]);
  });
});

const deadlines = { remind_after_hours: 24, escalate_after_hours: 72, expire_after_hours: 168 };
const approvalRound = { approvers: ["DIRECTOR"], side_by_side: false, patience: deadlines } as const;
const valueFigures = (before: string, after: string): Figure[] => [{ field: "contract_value", before, after }];

describe("approval steps of an amendment", () => {
  const facts = { amendment_type: "VALUE", currency: "EUR", figures: [], clauses: 0, requires_legal_review: false } as const;
  const listRounds = (rule: { review?: Partial<LegalReview>; levels?: Partial<Level>[] }, more: object = {}) =>
    determineRounds(
      {
        legal_review: { ...approvalRound, ...rule.review },
        levels: (rule.levels ?? []).map((level, index) => ({ name: `L${index}`, ...approvalRound, ...level })),
      },
      { ...facts, ...more },
    ).map(({ step, level }) => `${step} ${level}`);

  it.each<[string, object, object, string[]]>([
    ["no step", {}, {}, []],
    ["requested by its author", {}, { requires_legal_review: true }, ["LEGAL_REVIEW Legal review"]],
    ["by type", { review: { types: ["TERM", "VALUE"] } }, {}, ["LEGAL_REVIEW Legal review"]],
    ["by another type", { review: { types: ["TERM"] } }, {}, []],
    ["by clauses", { review: { clauses: true } }, { clauses: 1 }, ["LEGAL_REVIEW Legal review"]],
    ["without clauses", { review: { clauses: true } }, {}, []],
    ["every", { levels: [{ every: true }] }, {}, ["APPROVAL L0"]],
    [
      "the last level that is reached",
      { levels: [{ every: true }, { value_percent_from: "20" }, { types: ["SCOPE"] }] },
      { figures: valueFigures("1000.00", "1200.00") },
      ["APPROVAL L1"],
    ],
    ["below a percentage", { levels: [{ value_percent_from: "20" }] }, { figures: valueFigures("1000.00", "1199.99") }, []],
    [
      "a fall by a percentage",
      { levels: [{ value_percent_from: "20" }] },
      { figures: valueFigures("1000.00", "800.00") },
      ["APPROVAL L0"],
    ],
    [
      "a percentage with places",
      { levels: [{ value_percent_from: "33.33" }] },
      { figures: valueFigures("3.00", "4.00") },
      ["APPROVAL L0"],
    ],
    ["of nothing", { levels: [{ value_percent_from: "200" }] }, { figures: valueFigures("0.00", "0.01") }, ["APPROVAL L0"]],
    ["nothing moves", { levels: [{ value_percent_from: "0" }] }, { figures: valueFigures("10.00", "10.00") }, []],
    [
      "by an amount, whichever way",
      { levels: [{ value_change_from: [{ currency: "EUR", amount: "100.00" }] }] },
      { figures: valueFigures("1000.00", "900.00") },
      ["APPROVAL L0"],
    ],
    [
      "by an amount of another currency",
      { levels: [{ value_change_from: [{ currency: "USD", amount: "1.00" }] }] },
      { figures: valueFigures("1000.00", "1.00") },
      [],
    ],
    ["both", { review: { types: ["VALUE"] }, levels: [{ every: true }] }, {}, ["LEGAL_REVIEW Legal review", "APPROVAL L0"]],
  ])("%s", (_what, rule, more, expected) => {
    expect(listRounds(rule, more)).toEqual(expected);
  });

  it.each([
    ["4800.00", "6000.00", "25", "The value changes by 25%, €1,200 of €4,800. Approval is needed from 20%."],
    ["4800.00", "5999.99", "24.99", "The value changes by 24.99%, €1,199.99 of €4,800. Approval is needed from 20%."],
    ["0.00", "10.50", null, "The value changes by €10.50. Approval is needed from 20%."],
  ])("say a change from %s to %s in percent beside the limit", (before, after, percent, reason) => {
    const legal_review = { ...approvalRound };
    const levels = [{ name: "Director", ...approvalRound, value_percent_from: "20" }];
    const [round] = determineRounds({ legal_review, levels }, { ...facts, figures: valueFigures(before, after) });
    expect(round?.reasons).toEqual([reason]);
    expect(round?.conditions).toEqual([
      { condition: "value_percent_from", field: "value_change_percent", value: percent, limit: "20", currency: null },
    ]);
  });
});

/** A property-based test: the figures of a contract, and its amendments, taking effect in any order. */
describe("changes applied in any order", () => {
  const random = createTestRandom("amendments in any order");
  const among = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const days = ["2031-02-01", "2031-03-01", "2031-03-01", "2031-04-01"];
  const shuffled = <T>(all: readonly T[]): T[] => {
    const remaining = [...all];
    return all.map(() => remaining.splice(Math.floor(random() * remaining.length), 1)[0] as T);
  };
  const first: AgreedState = { ...agreedState, deliverables: ["a", "b", "c"].map((id) => ({ id, name: id, amount: "1.00" })) };

  const change = (number: number): Change => ({
    kind: among(["VALUE", "TERM", "PRICING", "SCOPE"]),
    number,
    effective_date: among(days),
    set: {
      ...(random() < 0.5 ? { contract_value: `${number}00.00` } : {}),
      ...(random() < 0.3 ? { end_date: `2032-0${(number % 9) + 1}-01` } : {}),
      ...(random() < 0.3 ? { monthly_fee: `${number}.00` } : {}),
    },
    ...(random() < 0.6
      ? {
          scope: {
            added: random() < 0.4 ? [{ id: `n${number}`, name: `new ${number}` }] : [],
            changed: [
              { id: among(["a", "b", "c"]), ...(random() < 0.5 ? { name: `by ${number}` } : { amount: `${number}.00` }) },
            ],
            removed: random() < 0.3 ? [among(["a", "b", "c"])] : [],
          },
        }
      : {}),
  });

  it("give the same result as in their own order", () => {
    for (let round = 0; round < 500; round++) {
      const changes = Array.from({ length: 5 }, (_, index) => change(index + 1));
      const appliedChanges: Change[] = [];
      let now = first;
      for (const nextChange of shuffled(changes)) {
        const laterChanges = appliedChanges.filter(
          ({ effective_date, number }) =>
            effective_date > nextChange.effective_date ||
            (effective_date === nextChange.effective_date && number > nextChange.number),
        );
        now = {
          ...now,
          ...omitFieldsSetLater(nextChange.set, nextChange, appliedChanges),
          deliverables: nextChange.scope
            ? applyScopeBefore(
                now.deliverables,
                nextChange.scope,
                laterChanges.flatMap(({ scope }) => scope ?? []),
                { added: (deliverable) => deliverable, changed: (before, set) => ({ ...before, ...set }) },
              )
            : now.deliverables,
          amendment_count: now.amendment_count + 1,
        };
        appliedChanges.push(nextChange);
        const inOrder = computeAgreedState(first, appliedChanges);
        const byId = (all: AgreedState["deliverables"]) => all.toSorted((a, b) => (a.id < b.id ? -1 : 1));
        expect({ ...now, deliverables: byId(now.deliverables) }).toEqual({
          ...inOrder,
          deliverables: byId(inOrder.deliverables),
        });
      }
    }
  });
});
