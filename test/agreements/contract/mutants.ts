import { always, edit, type Mutant, never, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "contracts: a status becomes any other",
    at: "contract/contract#applyStatus",
    change: edit("!mayBecome(contract.status, status)", "false"),
    tests: "test/agreements/contract/clocks.test.ts",
  },
  {
    name: "contracts: what was agreed is changed once it is signed",
    at: "contract/contract#applyEdit",
    change: edit("!isOpen(current.status) || isPartlySigned(current)", "false"),
    tests: "test/agreements/contract/contract.test.ts test/agreements/contract/immutability.test.ts",
  },
  {
    name: "contracts: a quote becomes as many as are asked for",
    at: "contract/source-quote#requireUnconverted",
    change: edit("if (is_converted_to_contract)", "if (status !== 'ACCEPTED')"),
    tests: "test/agreements/contract/contract.test.ts",
  },
  {
    name: "contracts: any user records the customer's signature",
    at: "contract/paper-signature#requireRecorder",
    change: edit("!hasPermission(contractGrants.record_signature)", "false"),
    tests: "test/agreements/contract/contract.test.ts",
  },
  {
    name: "contracts: the file of another record is what the customer signed",
    at: "contract/paper-signature#requireFile",
    change: edit("file?.related_to_id !== recordId", "!file"),
    tests: "test/agreements/contract/contract.test.ts",
  },
  {
    name: "contracts: one comes into force without signatures",
    at: "contract.entity#isSigned",
    change: returns("true"),
    tests: "test/agreements/contract/clocks.test.ts",
  },
  {
    name: "contracts: the second round begins before the first has agreed",
    at: "contract/approval-rounds#createRounds/decided",
    change: edit('outcome === "APPROVED" ? next(decidedRecord)', "decidedRecord.approval ? next(decidedRecord)"),
    tests: "test/agreements/contract/approval.test.ts",
  },
  {
    name: "contracts: one expires before it is settled what becomes of its term",
    at: "contract/renewal-fields#isSelfEnding",
    change: returns("true"),
    tests: "test/agreements/contract/renewal-process.test.ts",
  },
  {
    name: "contracts: an individual without consent is bound by another term",
    at: "contract/renewal.rules#isSelfRenewing",
    change: edit("!is_individual || auto_renew_agreed", "true"),
    tests: "test/agreements/contract/renewal.test.ts",
  },
  {
    name: "contracts: changes of one day count as they come",
    at: "contract/effective-figures.rules#compareChanges",
    change: returns("0"),
    tests: "test/agreements/contract/effective-figures.test.ts",
  },
  {
    name: "contracts: a period that is broken off costs as much as a whole one",
    at: "contract/billing-plan.rules#allocateAmount",
    change: edit("(days * unit) / fullDays", "unit"),
    tests: "test/agreements/contract/billing-plan.test.ts",
  },
  {
    name: "contracts: terms forget the day on which the first began",
    at: "contract/term.rules#nextTerm",
    change: edit("monthOffset !== null &&", "false &&"),
    tests: "test/agreements/contract/term.test.ts",
  },
  {
    name: "amendments: the contract ends before what takes effect earlier has",
    at: "contract/contract.entity#nullIfAmendedBefore",
    change: edit("effective_at < time", "false"),
    tests: "test/agreements/amendment/order-independence.test.ts",
  },
  {
    name: "contracts: instalments follow a change from its day",
    at: "contract/amended-plan.rules#buildAmendedPlan",
    change: edit("billed(after), billed_from)", "billed(after), after.term_start_date)"),
    tests: "test/agreements/contract/amended-plan.test.ts",
  },
  {
    name: "contracts: text is not worded anew with the figures",
    at: "contract/wording#updateWording",
    change: always("outdated.length"),
    tests: "test/agreements/contract/wording.test.ts",
  },
  {
    name: "contracts: words by hand are worded anew",
    at: "contract/wording#updateWording",
    change: never("is_by_hand"),
    tests: "test/agreements/contract/wording.test.ts",
  },
  {
    name: "contracts: words by hand that say other values are submitted",
    at: "contract/wording#requireCurrentWording",
    change: always("is_by_hand"),
    tests: "test/agreements/contract/wording.test.ts",
  },
];
