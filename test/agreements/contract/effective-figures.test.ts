import { EffectiveFigures } from "@crm/core/agreements/contract/effective-figures.rules.ts";
import { addDays } from "@crm/core/kernel/time-zone.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

type Change = EffectiveFigures.Change;

const initialFigures: EffectiveFigures.AgreedState = {
  contract_value: "1200.00",
  monthly_fee: "100.00",
  billing_frequency: "MONTHLY",
  payment_terms: null,
  term_start_date: "2027-01-01",
  end_date: "2027-12-31",
  deliverables: [
    { id: "one", title: "One" },
    { id: "two", title: "Two" },
  ],
  term_number: 1,
  amendment_count: 0,
};

const valueChange = (number: number, effective_date: string, contract_value: string): Change => ({
  kind: "VALUE",
  number,
  effective_date,
  set: { contract_value },
});

const renewal: Change = {
  kind: "RENEWAL",
  number: 2,
  effective_date: "2028-01-01",
  set: { term_start_date: "2028-01-01", end_date: "2028-12-31", contract_value: "1260.00" },
};

describe("figures of a contract on a day", () => {
  it.each<[string, Change[], string | undefined, Partial<EffectiveFigures.AgreedState>]>([
    ["is what was first agreed", [], "2027-06-01", initialFigures],
    ["does not know what comes later", [valueChange(1, "2027-06-02", "1500.00")], "2027-06-01", initialFigures],
    [
      "knows what takes effect that day",
      [valueChange(1, "2027-06-01", "1500.00")],
      "2027-06-01",
      { contract_value: "1500.00", amendment_count: 1 },
    ],
    ["knows everything, of no day", [valueChange(1, "2099-06-01", "1500.00")], undefined, { contract_value: "1500.00" }],
    [
      "is the later of two, regardless of their numbers",
      [valueChange(1, "2027-06-01", "2.00"), valueChange(2, "2027-05-01", "3.00")],
      "2027-07-01",
      { contract_value: "2.00", amendment_count: 2 },
    ],
    [
      "is the higher number of one day",
      [valueChange(2, "2027-06-01", "3.00"), valueChange(1, "2027-06-01", "2.00")],
      "2027-07-01",
      { contract_value: "3.00" },
    ],
    [
      "has a new term before amendments of its first day",
      [valueChange(1, "2028-01-01", "3.00"), renewal],
      "2028-01-01",
      { contract_value: "3.00", term_number: 2, end_date: "2028-12-31", amendment_count: 1 },
    ],
    [
      "counts no renewal as an amendment",
      [renewal],
      "2028-01-01",
      { contract_value: "1260.00", amendment_count: 0, term_number: 2 },
    ],
    ["keeps the old term the day before", [renewal], "2027-12-31", initialFigures],
    [
      "clears what an amendment clears",
      [{ kind: "PRICING", number: 1, effective_date: "2027-02-01", set: { monthly_fee: null } }],
      "2027-02-01",
      { monthly_fee: null, contract_value: "1200.00" },
    ],
    [
      "has what is to be delivered",
      [
        {
          kind: "SCOPE",
          number: 1,
          effective_date: "2027-02-01",
          set: {},
          scope: { added: [{ id: "three", title: "Three" }], changed: [{ id: "two", due_date: "2027-03-01" }], removed: ["one"] },
        },
        // Items that are already removed are neither changed nor removed again.
        {
          kind: "SCOPE",
          number: 2,
          effective_date: "2027-02-01",
          set: {},
          scope: { changed: [{ id: "one", title: "Again" }], removed: ["one"] },
        },
      ],
      "2027-02-01",
      {
        deliverables: [
          { id: "two", title: "Two", due_date: "2027-03-01" },
          { id: "three", title: "Three" },
        ],
        amendment_count: 2,
      },
    ],
  ])("%s", (_, changes, day, expected) => {
    expect(EffectiveFigures.computeAgreedState(initialFigures, changes, day)).toMatchObject(expected);
  });

  const day = fc.integer({ min: 0, max: 12 }).map((days) => addDays("2027-06-01", days));
  const id = fc.constantFrom("one", "two", "three");
  const deliverable = fc.record({ id, title: fc.constantFrom("A", "B") });
  const change: fc.Arbitrary<Omit<Change, "number">> = fc.record({
    kind: fc.constantFrom(...EffectiveFigures.changeKinds),
    effective_date: day,
    set: fc.record(
      {
        contract_value: fc.constantFrom("1.00", "2.00", "3.00"),
        monthly_fee: fc.constantFrom("1.00", null),
        end_date: day,
      },
      { requiredKeys: [] },
    ),
    scope: fc.record(
      { added: fc.array(deliverable), changed: fc.array(deliverable), removed: fc.array(id) },
      { requiredKeys: [] },
    ),
  });
  const changes = fc
    .array(change, { maxLength: 8 })
    .map((all) => all.map((generatedChange, index): Change => ({ ...generatedChange, number: index + 1 })));

  it("are the same as if each change was made on its day, in any order of signing", () => {
    fc.assert(
      fc.property(changes, fc.integer(), (all, salt) => {
        const shuffled = all.toSorted((a, b) => ((a.number * 7919 + salt) % 13) - ((b.number * 7919 + salt) % 13));
        // Reference: day by day, apply each change that takes effect to the figures as of that day.
        let living = initialFigures;
        for (let days = 0; days <= 13; days++) {
          const now = addDays("2027-05-31", days);
          const due = shuffled.filter(({ effective_date }) => effective_date === now).toSorted(EffectiveFigures.compareChanges);
          for (const dueChange of due) living = EffectiveFigures.applyChange(living, dueChange);
          expect(EffectiveFigures.computeAgreedState(initialFigures, shuffled, now)).toEqual(living);
        }
        expect(EffectiveFigures.computeAgreedState(initialFigures, shuffled)).toEqual(living);
        expect(living.amendment_count).toBe(all.filter(({ kind }) => kind !== "RENEWAL").length);
      }),
      { numRuns: 300 },
    );
  });

  it("of a day are a valid starting point for the changes after it", () => {
    fc.assert(
      fc.property(changes, day, (all, cut) => {
        const agreedState = EffectiveFigures.computeAgreedState(initialFigures, all, cut);
        const laterChanges = all.filter(({ effective_date }) => effective_date > cut);
        expect(EffectiveFigures.computeAgreedState(agreedState, laterChanges)).toEqual(
          EffectiveFigures.computeAgreedState(initialFigures, all),
        );
      }),
    );
  });
});

describe("a change drafted from outdated figures", () => {
  const present = EffectiveFigures.computeAgreedState(initialFigures, [
    valueChange(1, "2027-06-01", "1500.00"),
    {
      kind: "SCOPE",
      number: 2,
      effective_date: "2027-06-01",
      set: {},
      scope: { changed: [{ id: "one", title: "Uno" }], removed: ["two"] },
    },
  ]);

  it.each<[string, Pick<Change, "set" | "scope">, string[]]>([
    ["of a figure that has changed", { set: { contract_value: "1800.00" } }, ["contract_value"]],
    ["of a figure that has not", { set: { end_date: "2028-06-30", monthly_fee: null } }, []],
    [
      "of deliverables that have",
      { set: {}, scope: { changed: [{ id: "one" }], removed: ["two"] } },
      ["deliverables.one", "deliverables.two"],
    ],
    ["of a new deliverable", { set: {}, scope: { added: [{ id: "three" }] } }, []],
  ])("%s", (_, change, fields) => {
    expect(EffectiveFigures.findStaleFields(change, initialFigures, present).map(({ field }) => field)).toEqual(fields);
    expect(EffectiveFigures.findStaleFields(change, present, present)).toEqual([]);
  });

  it("reports the old and the current value", () => {
    expect(EffectiveFigures.findStaleFields({ set: { contract_value: "1800.00" } }, initialFigures, present)).toEqual([
      { field: "contract_value", was: "1200.00", is: "1500.00" },
    ]);
    expect(EffectiveFigures.findStaleFields({ set: {}, scope: { removed: ["two"] } }, initialFigures, present)).toEqual([
      { field: "deliverables.two", was: { id: "two", title: "Two" }, is: null },
    ]);
  });
});
