import { RenewalRules } from "@crm/core/agreements/contract/renewal.rules.ts";
import { addDays } from "@crm/core/kernel/time-zone.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const year: RenewalRules.Renewable = {
  is_active: true,
  term_start_date: "2027-01-01",
  end_date: "2027-12-31",
  renewal_notice_days: 30,
  auto_renew: false,
  auto_renew_agreed: false,
  is_individual: false,
  renewal_settled_for: null,
  renewal_outcome: null,
  renewal_told_on: null,
};
const person = { is_individual: true, auto_renew: true, auto_renew_agreed: true };

describe("the due step of a term", () => {
  it.each<[string, Partial<RenewalRules.Renewable>, RenewalRules.DueStep | null]>([
    ["a proposal, where nothing else was agreed", {}, { step: "PROPOSE", day: "2027-12-01" }],
    ["a new term", { auto_renew: true }, { step: "RENEW", day: "2027-12-01" }],
    ["nothing, out of force", { auto_renew: true, is_active: false }, null],
    ["nothing, once proposed", { renewal_settled_for: "2027-12-31", renewal_outcome: "PROPOSE" }, null],
    [
      "the beginning of what was settled",
      { renewal_settled_for: "2027-12-31", renewal_outcome: "RENEW" },
      { step: "BEGIN", day: "2028-01-01" },
    ],
    [
      "nothing of what was settled, out of force",
      { renewal_settled_for: "2027-12-31", renewal_outcome: "RENEW", is_active: false },
      null,
    ],
    [
      "a proposal, of another last day than the one that was settled",
      { renewal_settled_for: "2027-11-30", renewal_outcome: "RENEW" },
      { step: "PROPOSE", day: "2027-12-01" },
    ],
    [
      "notice on the first day, where it is longer than the term",
      { auto_renew: true, renewal_notice_days: 500 },
      { step: "RENEW", day: "2027-01-01" },
    ],
    ["notice on the last day", { auto_renew: true, renewal_notice_days: 0 }, { step: "RENEW", day: "2027-12-31" }],
    ["notice across a leap day", { end_date: "2028-03-15", renewal_notice_days: 15 }, { step: "PROPOSE", day: "2028-02-29" }],
    ["a proposal to a person without consent", { ...person, auto_renew_agreed: false }, { step: "PROPOSE", day: "2027-12-01" }],
    ["a reminder to a person with consent", person, { step: "TELL", day: "2027-11-17" }],
    [
      "that word on the first day, of a short term",
      { ...person, term_start_date: "2027-12-01" },
      { step: "TELL", day: "2027-12-01" },
    ],
    [
      "a new term on the day of notice, told in time",
      { ...person, renewal_told_on: "2027-11-17" },
      { step: "RENEW", day: "2027-12-01" },
    ],
    ["a new term later, told late", { ...person, renewal_told_on: "2027-12-10" }, { step: "RENEW", day: "2027-12-24" }],
    [
      "a new term on the last day, told two weeks before",
      { ...person, renewal_told_on: "2027-12-17" },
      { step: "RENEW", day: "2027-12-31" },
    ],
    ["a proposal, told too late to say no", { ...person, renewal_told_on: "2027-12-18" }, { step: "PROPOSE", day: "2027-12-01" }],
    ["a word to a company that agreed apart", { ...person, is_individual: false }, { step: "TELL", day: "2027-11-17" }],
  ])("%s", (_, patch, due) => {
    expect(RenewalRules.findDueStep({ ...year, ...patch })).toEqual(due);
  });

  const contract = fc.record({
    is_active: fc.boolean(),
    term_start_date: fc.constant("2027-01-01"),
    end_date: fc.integer({ min: 0, max: 800 }).map((days) => addDays("2027-01-01", days)),
    renewal_notice_days: fc.integer({ min: 0, max: 1000 }),
    auto_renew: fc.boolean(),
    auto_renew_agreed: fc.boolean(),
    is_individual: fc.boolean(),
    renewal_settled_for: fc.constant(null),
    renewal_outcome: fc.constant(null),
    renewal_told_on: fc.option(fc.integer({ min: 0, max: 900 }).map((days) => addDays("2027-01-01", days))),
  });

  it("falls within the term, and renews no person without a reminder two weeks before", () => {
    fc.assert(
      fc.property(contract, (renewable) => {
        const due = RenewalRules.findDueStep(renewable);
        expect(due === null).toBe(!renewable.is_active);
        if (!due) return;
        expect(due.day >= renewable.term_start_date && due.day <= renewable.end_date).toBe(true);
        if (due.step !== "RENEW" || !renewable.is_individual) return;
        expect(renewable.auto_renew_agreed).toBe(true);
        expect(addDays(renewable.renewal_told_on ?? "9999-12-31", 14) <= due.day).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("is due on the same day for individuals and businesses", () => {
    fc.assert(
      fc.property(contract, (renewable) => {
        const [individualDay, companyDay] = [true, false].map(
          (is_individual) => RenewalRules.findDueStep({ ...renewable, is_individual })?.day,
        );
        expect(individualDay).toBe(companyDay);
      }),
      { numRuns: 500 },
    );
  });

  it("leads to one outcome for each term, whenever it runs", () => {
    fc.assert(
      fc.property(contract, fc.integer({ min: 0, max: 2000 }), (renewable, late) => {
        let state: RenewalRules.Renewable = { ...renewable, is_active: true, renewal_told_on: null };
        const now = addDays("2027-01-01", late);
        const outcomes: string[] = [];
        for (let turn = 0; turn < 5; turn++) {
          const due = RenewalRules.findDueStep(state);
          if (!due || due.day > now || due.step === "BEGIN") break;
          if (due.step === "TELL") state = { ...state, renewal_told_on: now };
          else {
            outcomes.push(due.step);
            state = { ...state, renewal_settled_for: state.end_date, renewal_outcome: due.step };
          }
        }
        expect(outcomes.length).toBeLessThanOrEqual(1);
        const due = RenewalRules.findDueStep(state);
        if (outcomes.length === 0) expect(due?.day ?? "").toSatisfy((day: string) => day > now);
        else expect(due?.step ?? "none").toBe(outcomes[0] === "RENEW" ? "BEGIN" : "none");
      }),
      { numRuns: 500 },
    );
  });
});

describe("the last day of a contract", () => {
  it.each<[string, Partial<RenewalRules.Renewable>, string | null]>([
    ["is open until it was settled what becomes of it", {}, null],
    ["is known once a new term was proposed", { renewal_settled_for: "2027-12-31", renewal_outcome: "PROPOSE" }, "2027-12-31"],
    ["is open while it renews itself", { auto_renew: true }, null],
    [
      "is open until the term that is settled has begun",
      { auto_renew: true, renewal_settled_for: "2027-12-31", renewal_outcome: "RENEW" },
      null,
    ],
    ["is open while a person has yet to be told", person, null],
    ["is open until a person reminded too late has a proposal", { ...person, renewal_told_on: "2027-12-30" }, null],
    ["is known out of force", { auto_renew: true, is_active: false }, "2027-12-31"],
  ])("%s", (_, patch, day) => {
    expect(RenewalRules.findLastDay({ ...year, ...patch })).toBe(day);
  });
});

describe("the price of the next term", () => {
  it.each<[RenewalRules.PriceRule, RenewalRules.Price, number | null, RenewalRules.Price]>([
    [
      { kind: "SAME" },
      { contract_value: "1200.00", monthly_fee: "100.00" },
      12,
      { contract_value: "1200.00", monthly_fee: "100.00" },
    ],
    [
      { kind: "PERCENT", percent: "3.5" },
      { contract_value: "1200.00", monthly_fee: "100.00" },
      12,
      { contract_value: "1242.00", monthly_fee: "103.50" },
    ],
    [
      { kind: "PERCENT", percent: "2.5" },
      { contract_value: "0.20", monthly_fee: null },
      12,
      { contract_value: "0.21", monthly_fee: null },
    ],
    [
      { kind: "PERCENT", percent: "-10" },
      { contract_value: "99", monthly_fee: null },
      12,
      { contract_value: "89", monthly_fee: null },
    ],
    [
      { kind: "PERCENT", percent: "3" },
      { contract_value: "100.001", monthly_fee: null },
      12,
      { contract_value: "103.001", monthly_fee: null },
    ],
    [
      { kind: "FIXED", contract_value: "1300.00" },
      { contract_value: "1200.00", monthly_fee: "100.00" },
      12,
      { contract_value: "1300.00", monthly_fee: "108.33" },
    ],
    [
      { kind: "FIXED", contract_value: "1300.00" },
      { contract_value: "1200.00", monthly_fee: "100.00" },
      null,
      { contract_value: "1300.00", monthly_fee: null },
    ],
    [
      { kind: "FIXED", contract_value: "1300.00" },
      { contract_value: "1200.00", monthly_fee: null },
      12,
      { contract_value: "1300.00", monthly_fee: null },
    ],
  ])("by %o of %o", (rule, price, months, after) => {
    expect(RenewalRules.computeNextPrice(price, rule, months)).toEqual(after);
  });

  it("applies the increase to each term", () => {
    let term: RenewalRules.PricedTerm = {
      number: 1,
      start_date: "2028-02-29",
      end_date: "2029-02-27",
      contract_value: "100.00",
      monthly_fee: null,
    };
    const terms: string[] = [];
    for (let index = 0; index < 4; index++) {
      term = RenewalRules.computeNextTerm(term, { kind: "PERCENT", percent: "10" }, { anchor: "2028-02-29" });
      terms.push(`${term.number} ${term.start_date} ${term.end_date} ${term.contract_value}`);
    }
    expect(terms).toEqual([
      "2 2029-02-28 2030-02-27 110.00",
      "3 2030-02-28 2031-02-27 121.00",
      "4 2031-02-28 2032-02-28 133.10",
      "5 2032-02-29 2033-02-27 146.41",
    ]);
  });

  it("fits the given length or end", () => {
    const term = {
      number: 1,
      start_date: "2027-01-01",
      end_date: "2027-12-31",
      contract_value: "1200.00",
      monthly_fee: "100.00",
    };
    const rule = { kind: "FIXED", contract_value: "600.00" } as const;
    expect(RenewalRules.computeNextTerm(term, rule, { length: { months: 6 } })).toEqual({
      number: 2,
      start_date: "2028-01-01",
      end_date: "2028-06-30",
      contract_value: "600.00",
      monthly_fee: "100.00",
    });
    expect(RenewalRules.computeNextTerm(term, rule, { end_date: "2028-02-15" })).toMatchObject({
      end_date: "2028-02-15",
      monthly_fee: null,
    });
  });
});
