import { describe, expect, it } from "vitest";
import type { Field } from "../../packages/console/src/api/kind.ts";
import {
  awaitsApprovers,
  buildAmendment,
  buildScope,
  changeClause,
  isAmendmentStep,
  listAmendmentActions,
  listImpacted,
  previewFigures,
  readClauseErrors,
  readScopeRows,
  subtractAmounts,
  toScopeRow,
} from "../../packages/console/src/pages/agreements/amendment/amendment-rules.ts";
import {
  buildGroupQuery,
  buildSheetRecord,
  canDecide,
  describeChanges,
  isUrgent,
  listFigureFacts,
  listReasons,
  listRound,
  omitZeros,
  readNet,
  readSubject,
} from "../../packages/console/src/pages/agreements/approval/approval-rules.ts";
import { canEditDeliverables, listNextStatuses } from "../../packages/console/src/pages/agreements/contract/deliverable-rules.ts";
import {
  addDay,
  type DueRenewal,
  isAtRisk,
  isInView,
  listRenewalActs,
  sumMonths,
  sumValues,
} from "../../packages/console/src/pages/agreements/contract/renewal-rules.ts";
import {
  buildClauseKey,
  createPlaceholderNames,
  dropEntries,
  listPlaceholders,
  moveEntry,
  numberClauses,
} from "../../packages/console/src/pages/agreements/contract-template/clause-rules.ts";
import type { Translate } from "../../packages/console/src/ui/i18n/use-text.ts";

/** Fills the placeholders of the English text. */
const english: Translate = (message, values = {}) => message.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]));

describe("the inbox of approvals", () => {
  it("asks for what waits longest, and for what was decided last", () => {
    const scope = { userId: "usr_1" };
    expect(buildGroupQuery("mine", scope)).toMatchObject({ mine: "true", status: "pending", order: "asc" });
    expect(buildGroupQuery("team", scope)).toMatchObject({ "approver_id[ne]": "usr_1", status: "pending" });
    expect(buildGroupQuery("decided", { ...scope, subject: "quo_1" })).toMatchObject({ subject: "quo_1", order: "desc" });
  });

  it.each([
    ["the approver who is asked", {}, true],
    ["another user", { approver_id: "usr_2" }, false],
    ["an approver who is not asked yet", { asked_at: null }, false],
    ["an approval that was decided", { status: "approved" }, false],
  ])("offers the decision to %s: %o", (_, changes, expected) => {
    const approval = { status: "pending", approver_id: "usr_1", asked_at: "2030-01-01T00:00:00Z", ...changes };
    expect(canDecide(approval, "usr_1")).toBe(expected);
  });

  it("marks what expires within a day", () => {
    const now = "2030-01-01T12:00:00Z";
    expect(isUrgent({ status: "pending", due_at: "2030-01-02T11:59:00Z" }, now)).toBe(true);
    expect(isUrgent({ status: "pending", due_at: "2030-01-02T12:00:00Z" }, now)).toBe(false);
    expect(isUrgent({ status: "approved", due_at: "2030-01-01T13:00:00Z" }, now)).toBe(false);
  });

  const figures = {
    ...{ currency: "EUR", total_amount: "850.00", discount_percent: "15", discount_amount: "150.00" },
    ...{ margin_amount: "250.00", margin_percent: "29.4", is_margin_partial: false, changes: [] },
  };

  it("leave amounts and percents of 0 out of the sheet below them", () => {
    const fields = [
      { name: "discount_percent", type: "number" as const },
      { name: "discount_amount", type: "money" as const },
      { name: "number", type: "text" as const },
    ];
    const sections = [{ name: "amounts", fields: ["discount_percent", "discount_amount", "number", "unknown"] }];
    const listShown = (record: object) => omitZeros(sections, fields, { ...record }).flatMap(({ fields: shown }) => shown);
    expect(listShown({ discount_percent: "0", discount_amount: "0.00", number: "0" })).toEqual(["number", "unknown"]);
    expect(listShown({ discount_percent: "10", discount_amount: null })).toEqual(sections[0]?.fields);
  });

  it.each([
    ["all of a quote", {}, ["Total 850 EUR", "Discount 15%", "Margin 29.4% (250 EUR)"]],
    [
      "a margin of some lines",
      { is_margin_partial: true },
      ["Total 850 EUR", "Discount 15%", "Margin 29.4% (250 EUR), only of lines with known costs"],
    ],
    [
      "no margin, because no cost is known",
      { margin_amount: null, margin_percent: null },
      ["Total 850 EUR", "Discount 15%", "Margin unknown: no product has a cost"],
    ],
    ["a contract", { discount_percent: null, margin_amount: null, margin_percent: null }, ["Total 850 EUR"]],
  ])("names the figures of %s", (_, changes, expected) => {
    const facts = listFigureFacts({ ...figures, ...changes }, { hasTotal: true }, { locale: "en" }, english);
    expect(facts.map((fact) => fact.replaceAll(/[\u2068\u2069]/g, ""))).toEqual(expected);
  });

  it.each([
    ["tax", { net_amount: "714.29", total_amount: "850.00" }, "850 EUR with tax", "Margin 35% (250 EUR of 714.29 EUR net)"],
    ["no tax", { net_amount: "850.00", total_amount: "850.00" }, "850 EUR", "Margin 35% (250 EUR)"],
    ["an amount alone", { contract_value: "850.00" }, "850 EUR", "Margin 35% (250 EUR)"],
  ])("says what the amount and the margin of a record with %s are of", (_, subject, amount, margin) => {
    const options = { locale: "en", currency: "EUR", timeZone: "UTC", t: english };
    const approval = { id: "apv_1", title: "Q-1", figures, expanded: { subject_id: { name: "Q-1", ...subject } } };
    const shown = { hasTotal: true, hasDiscount: false, net: readNet(approval, undefined) };
    const facts = listFigureFacts({ ...figures, margin_percent: "35" }, shown, options, english);
    expect(facts.map((fact) => fact.replaceAll(/[\u2068\u2069]/g, ""))).toEqual([`Total ${amount}`, margin]);
    expect(readSubject(approval, options).hasTax).toBe(amount.endsWith("with tax"));
    // Who may not see the record reads its sheet.
    const hidden = readSubject({ id: "apv_1", title: "Q-1", figures }, options, subject);
    expect(hidden.hasTax).toBe(amount.endsWith("with tax"));
  });

  it("writes what changes with the values before and after", () => {
    const fields = [
      { name: "total_amount", label: "Total", type: "money", currency_field: "currency" },
      { name: "line_items", label: "Lines", type: "json" },
    ] as Field[];
    const changes = [
      { field: "total_amount", name: null, before: "900.00", after: "850.00" },
      { field: "line_items", name: "Survey", before: null, after: "50.00" },
      { field: "line_items", name: "Paint", before: "100.00", after: null },
      { field: "clauses", name: "Liability", before: null, after: null },
    ];
    const options = { locale: "en", currency: "EUR", timeZone: "UTC", t: english };
    expect(describeChanges({ ...figures, changes }, fields, options, english)).toEqual([
      "Total: \u2068900 EUR\u2069 → \u2068850 EUR\u2069",
      "Survey added: \u206850 EUR\u2069",
      "Paint removed: \u2068100 EUR\u2069",
      "Liability changed",
    ]);
  });

  it("names the customer of a record that the approver does not see, and no other record", () => {
    const kind = {
      fields: [
        { name: "customer_id", type: "reference" },
        { name: "opportunity_id", type: "reference" },
      ] as Field[],
    };
    const record = { id: "quo_1", total_amount: "1.00", customer_id: "cus_1", opportunity_id: "opp_1" };
    const sheet = { record_id: "quo_1", record_kind: "quote", title: "Q-1", is_visible: false, record };
    const customer = { id: "cus_1", name: "Fjord" };
    expect(buildSheetRecord(kind, { ...sheet, customer })).toEqual({
      ...{ id: "quo_1", total_amount: "1.00", customer_id: "cus_1", expanded: { customer_id: customer } },
    });
    expect(buildSheetRecord(kind, { ...sheet, customer: null })).toEqual({ id: "quo_1", total_amount: "1.00" });
  });

  const percent = (condition: string, field: string, value: string, limit: string) => ({
    ...{ condition, field, value, limit, currency: null },
  });

  it.each([
    [
      "a change of an amendment",
      [percent("value_percent_from", "value_change_percent", "25", "20")],
      "The value changes by 25 %. Approval is needed from 20 %.",
    ],
    [
      "an amount",
      [{ ...percent("net_amount_from", "net_amount", "12000.00", "10000.00"), currency: "EUR" }],
      "The net amount is \u206812.000 EUR\u2069. Approval is needed from \u206810.000 EUR\u2069.",
    ],
    [
      "a number of recipients",
      [percent("recipients_from", "recipients", "1200", "1000")],
      "The audience has 1.200 members. Approval is needed from 1.000.",
    ],
    [
      "the same discount on each line",
      ["highest_line_percent", "whole_percent"].map((field) => percent("discount_from", field, "14", "10")),
      "The discount is 14 %. Approval is needed from 10 %.",
    ],
  ])("writes the reasons in the reader's language: %s", (_, conditions, sentence) => {
    const reasons = listReasons({ id: "apv_1", reasons: ["12000.00 EUR"], conditions }, english, "de");
    expect(reasons.map((reason) => reason.replaceAll("\u00a0", " "))).toEqual([sentence]);
  });

  it("writes the sentences of an approval without conditions", () => {
    expect(listReasons({ id: "apv_1", reasons: ["Every quote requires approval"] }, english, "de")).toEqual([
      "Every quote requires approval",
    ]);
  });

  it("finds the approvers of a round in their order", () => {
    const approvals = [
      { round: 2, place: 2 },
      { round: 1, place: 1 },
      { round: 2, place: 1 },
    ];
    expect(listRound(approvals, 2)).toEqual([approvals[2], approvals[0]]);
  });
});

describe("amendments", () => {
  const contract = {
    contract_value: "12000.00",
    end_date: "2030-12-31",
    payment_terms: "30 days",
    deliverables: [
      { id: "cdl_1", name: "Berth", quantity: "1", amount: "900.00", due_date: "2030-02-01" },
      { id: "cdl_2", name: "Crane", quantity: "2", amount: null, due_date: null },
    ],
  };

  it.each([
    ["13800.00", "12000.00", "1800.00"],
    ["11999.99", "12000.00", "-0.01"],
    ["12000.00", "12000.00", "0.00"],
    ["-5", "-7.5", "2.5"],
    ["1", null, undefined],
  ])("%s is more than %s by %s", (after, before, expected) => expect(subtractAmounts(after, before)).toBe(expected));

  it("shows what changes, by the type of the amendment", () => {
    const values = { contract_value: "13800.00", end_date: "2031-01-31", payment_terms: "30 days" };
    expect(previewFigures(contract, values, "VALUE")).toEqual([
      { field: "contract_value", before: "12000.00", after: "13800.00" },
    ]);
    expect(previewFigures(contract, values, "TERM").map(({ field }) => field)).toEqual(["contract_value", "end_date"]);
    // The same value is no change, and an empty one neither.
    expect(previewFigures(contract, { ...values, contract_value: "" }, "PRICING")).toEqual([]);
  });

  it("sends the deliverables that were added, changed and removed", () => {
    const [first, second] = readScopeRows(contract, undefined);
    if (!first || !second) return expect.fail("There are two deliverables");
    expect(buildScope(contract, [first, second])).toBeUndefined();
    const added = { key: "new", name: "Hall", quantity: "1", amount: null, due_date: null, isRemoved: false };
    expect(buildScope(contract, [{ ...first, quantity: "3" }, { ...second, isRemoved: true }, added])).toEqual({
      added: [{ name: "Hall", quantity: "1", amount: null, due_date: null }],
      changed: [{ id: "cdl_1", quantity: "3" }],
      removed: ["cdl_2"],
    });
    const scope = {
      added: [{ id: "cdl_9", name: "Hall", quantity: "1" }],
      changed: [{ id: "cdl_1", set: { quantity: "3" } }],
      removed: [{ id: "cdl_2" }],
    };
    const rows = readScopeRows(contract, { deliverables: scope });
    expect(rows.map(({ name, quantity, isRemoved }) => [name, quantity, isRemoved])).toEqual([
      ["Berth", "3", false],
      ["Crane", "2", true],
      ["Hall", "1", false],
    ]);
    expect(rows[2]).not.toHaveProperty("id");
    expect(toScopeRow({ id: "cdl_3" })).toMatchObject({ name: "", quantity: "1", amount: null });
  });

  it("keeps what the form does not show", () => {
    const scope = {
      added: [{ id: "cdl_9", name: "Hall", quantity: "1", amount: null, due_date: null, description: "Heated" }],
      changed: [{ id: "cdl_1", set: { description: "With power" } }],
      removed: [],
    };
    const clauses = [
      { key: "term", heading: "Term", text: "Two years", original: { number: "1.", heading: "Term", text: "One" } },
    ];
    const amendment = { amendment_type: "SCOPE", title: "More", deliverables: scope, clauses, impacted_clauses: ["term", "fee"] };
    expect(buildAmendment(contract, amendment, readScopeRows(contract, amendment))).toEqual({
      ...{ amendment_type: "SCOPE", title: "More", impacted_clauses: ["term", "fee"] },
      clauses: [{ key: "term", heading: "Term", text: "Two years" }],
      deliverables: {
        added: [{ name: "Hall", quantity: "1", amount: null, due_date: null, description: "Heated" }],
        changed: [{ id: "cdl_1", description: "With power" }],
        removed: [],
      },
    });
  });

  it("names the clauses that it touches, without those whose change was taken back", () => {
    const term = { key: "term", heading: "Term", text: "Two years" };
    const values = { clauses: [term, { key: "law", text: null }], impacted_clauses: ["term", "law", "fee"] };
    expect(listImpacted(values, [term])).toEqual(["term", "fee"]);
    expect(listImpacted({}, [term])).toEqual([]);
    expect(changeClause(values.clauses, "law", { text: "German law" })).toEqual([term, { key: "law", text: "German law" }]);
    const errors = { "clauses[1].text": "Must differ from the current text", "clauses[11].text": "other", title: "Required" };
    expect([0, 1].map((index) => readClauseErrors(errors, index))).toEqual([{}, { text: "Must differ from the current text" }]);
  });

  it("leaves out inputs of other types", () => {
    const values = { amendment_type: "TERM", title: "Longer", notes: "", end_date: "2031-01-31", monthly_fee: "100.00" };
    expect(buildAmendment(contract, values, [])).toEqual({ amendment_type: "TERM", title: "Longer", end_date: "2031-01-31" });
  });

  it("offers the next step first", () => {
    expect(listAmendmentActions("DRAFT")[0]).toBe("submitContractAmendment");
    expect(listAmendmentActions("CUSTOMER_APPROVAL")[0]).toBe("sendContractAmendment");
    expect(listAmendmentActions("CUSTOMER_APPROVAL")).toContain("revokeContractAmendmentLinks");
    expect(listAmendmentActions("SIGNING")[0]).toBe("signContractAmendment");
    expect(listAmendmentActions("EFFECTIVE")).toEqual([]);
  });

  it("is brought further by its approvers while they decide", () => {
    expect(listAmendmentActions("INTERNAL_APPROVAL").some(isAmendmentStep)).toBe(false);
    expect(["DRAFT", "CUSTOMER_APPROVAL", "SIGNING"].every((status) => listAmendmentActions(status).some(isAmendmentStep))).toBe(
      true,
    );
    expect(["LEGAL_REVIEW", "INTERNAL_APPROVAL", "DRAFT", "SIGNING"].map(awaitsApprovers)).toEqual([true, true, false, false]);
  });
});

describe("clauses", () => {
  it("have numbers by their levels", () => {
    const levels = [1, 2, 2, 3, 3, 1, 2].map((level) => ({ level }));
    expect(numberClauses(levels)).toEqual(["1.", "1.1", "1.2", "(a)", "(b)", "2.", "2.1"]);
    expect(numberClauses(Array.from({ length: 27 }, () => ({ level: 3 }))).at(-1)).toBe("(aa)");
  });

  it("move by steps and by drops", () => {
    expect(moveEntry(["a", "b", "c"], 2, -1)).toEqual(["a", "c", "b"]);
    expect(moveEntry(["a", "b", "c"], 0, -1)).toEqual(["a", "b", "c"]);
    expect(moveEntry(["a", "b", "c"], 0, 9)).toEqual(["b", "c", "a"]);
    expect(dropEntries(["a", "b", "c", "d"], [0, 1], 2, true)).toEqual(["c", "a", "b", "d"]);
    expect(dropEntries(["a", "b", "c", "d"], [3], 0, false)).toEqual(["d", "a", "b", "c"]);
  });

  it.each([
    ["Zahlung & Fälligkeit", [], "zahlung-falligkeit"],
    ["Price", ["price", "price-2"], "price-3"],
    ["料金", [], "clause"],
  ])("%s beside %o has the key %s", (heading, taken, expected) => expect(buildClauseKey(heading, new Set(taken))).toBe(expected));

  it("take placeholders, which they name", () => {
    const facts = [{ name: "customer", label: "Customer", fields: [{ name: "name", label: "Name" }] }];
    const [field, reference] = listPlaceholders(facts, [{ key: "price", label: "Price" }]);
    expect(field).toEqual({ id: "{{customer.name}}", label: "Customer: Name" });
    expect(reference?.id).toBe("{{ref:price}}");
    const name = createPlaceholderNames([field, reference].filter((one) => one !== undefined));
    expect(["customer.name", "ref:price", "customer.nmae"].map(name)).toEqual(["Customer: Name", "§ Price", undefined]);
  });
});

describe("deliverables", () => {
  it("progress once the contract is in force, and change before it is signed", () => {
    expect(listNextStatuses("APPROVED", "PENDING")).toEqual([]);
    expect(listNextStatuses("ACTIVE", "DELIVERED")).toEqual(["IN_PROGRESS", "ACCEPTED"]);
    expect(canEditDeliverables({ status: "APPROVED" })).toBe(true);
    expect(canEditDeliverables({ status: "APPROVED", company_signed: true })).toBe(false);
    expect(canEditDeliverables({ status: "ACTIVE" })).toBe(false);
  });
});

describe("renewals", () => {
  const due = (changes: Partial<DueRenewal>): DueRenewal => ({
    ...{ id: "ctr_1", contract_number: "CT-1", title: "Berth", contract_value: "100.00", currency: "EUR" },
    ...{ notice_date: "2030-12-20", end_date: "2031-01-31", auto_renew: true, days_left: 40, renewal_outcome: null },
    ...{ next_value: "100.00", next_end_date: "2032-01-31", termination_date: null },
    ...changes,
  });

  it.each([
    ["renews itself", {}, false, ["renew", "prepare", "stop"]],
    ["renews itself, but its day of notice has passed", { days_left: 0 }, false, ["renew", "prepare", "terminate"]],
    ["does not renew itself and is due soon", { auto_renew: false, days_left: 30 }, true, ["renew", "prepare", "resume"]],
    ["does not renew itself and is due later", { auto_renew: false, days_left: 31 }, false, ["renew", "prepare", "resume"]],
    ["does not renew itself, and its day of notice has passed", { auto_renew: false, days_left: 0 }, true, ["renew", "prepare"]],
    ["waits for a person", { renewal_outcome: "PROPOSE" }, true, ["renew"]],
    ["is renewed", { renewal_outcome: "RENEW", auto_renew: false, days_left: 1 }, false, ["terminate"]],
    ["was terminated", { termination_date: "2031-01-01" }, true, []],
  ] as const)("a contract that %s", (_, changes, isRisk, acts) => {
    expect(isAtRisk(due(changes))).toBe(isRisk);
    expect(listRenewalActs(due(changes))).toEqual(acts);
  });

  it("are counted by days, risk and month, and summed by currency", () => {
    const rows = [
      due({ contract_value: "100.10", days_left: 20 }),
      due({ contract_value: "0.20", notice_date: "2031-02-01", days_left: 63 }),
      due({ contract_value: "7", currency: "USD", days_left: -3 }),
    ];
    expect(["30", "60", "90", "risk", "2031-02"].map((view) => rows.filter((row) => isInView(row, view)).length)).toEqual([
      2, 2, 3, 0, 1,
    ]);
    expect(sumValues(rows)).toEqual([
      { currency: "EUR", amount: "100.30" },
      { currency: "USD", amount: "7" },
    ]);
    expect(sumMonths(rows, "EUR")).toEqual([
      { id: "2030-12", value: "100.10" },
      { id: "2031-01", value: "0" },
      { id: "2031-02", value: "0.20" },
    ]);
    expect(sumMonths(rows, "CHF")).toEqual([]);
    expect(addDay("2030-12-31")).toBe("2031-01-01");
  });
});
