import { always, edit, type Mutant, never, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "contracts: any status change is allowed",
    at: "contract/contract#applyStatus",
    change: edit("!mayBecome(contract.status, status)", "false"),
    tests: "test/agreements/contract/clocks.test.ts",
  },
  {
    name: "contracts: agreed terms can be changed after signing",
    at: "contract/contract#applyEdit",
    change: edit("!isOpen(current.status) || isPartlySigned(current)", "false"),
    tests: "test/agreements/contract/contract.test.ts test/agreements/contract/immutability.test.ts",
  },
  {
    name: "contracts: a quote can be converted to several contracts",
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
    name: "contracts: a file of another record is accepted as the customer's signed copy",
    at: "contract/paper-signature#requireFile",
    change: edit("file?.related_to_id !== recordId", "!file"),
    tests: "test/agreements/contract/contract.test.ts",
  },
  {
    name: "contracts: an unsigned contract comes into force",
    at: "contract.entity#isSigned",
    change: returns("true"),
    tests: "test/agreements/contract/clocks.test.ts",
  },
  {
    name: "contracts: the second approval round begins before the first is approved",
    at: "contract/approval-rounds#createRounds/decided",
    change: edit('outcome === "APPROVED" ? next(decidedRecord)', "decidedRecord.approval ? next(decidedRecord)"),
    tests: "test/agreements/contract/approval.test.ts",
  },
  {
    name: "contracts: a contract expires before its renewal is decided",
    at: "contract/renewal-fields#isSelfEnding",
    change: returns("true"),
    tests: "test/agreements/contract/renewal-process.test.ts",
  },
  {
    name: "contracts: a contract of an individual renews automatically without consent",
    at: "contract/renewal.rules#isSelfRenewing",
    change: edit("!is_individual || auto_renew_agreed", "true"),
    tests: "test/agreements/contract/renewal.test.ts",
  },
  {
    name: "contracts: changes effective on the same day apply in order of arrival",
    at: "contract/effective-figures.rules#compareChanges",
    change: returns("0"),
    tests: "test/agreements/contract/effective-figures.test.ts",
  },
  {
    name: "contracts: a partial billing period costs as much as a full period",
    at: "contract/billing-plan.rules#allocateAmount",
    change: edit("(days * unit) / fullDays", "unit"),
    tests: "test/agreements/contract/billing-plan.test.ts",
  },
  {
    name: "contracts: later terms forget the day on which the first term began",
    at: "contract/term.rules#nextTerm",
    change: edit("monthOffset !== null &&", "false &&"),
    tests: "test/agreements/contract/term.test.ts",
  },
  {
    name: "amendments: the contract ends before an earlier amendment has taken effect",
    at: "contract/contract.entity#nullIfAmendedBefore",
    change: edit("effective_at < time", "false"),
    tests: "test/agreements/amendment/order-independence.test.ts",
  },
  {
    name: "contracts: an amended plan changes instalments dated before its billing start",
    at: "contract/amended-plan.rules#buildAmendedPlan",
    change: edit("billed(after), billed_from)", "billed(after), after.term_start_date)"),
    tests: "test/agreements/contract/amended-plan.test.ts",
  },
  {
    name: "contracts: the text is not regenerated when the figures change",
    at: "contract/wording#updateWording",
    change: always("outdated.length"),
    tests: "test/agreements/contract/wording.test.ts",
  },
  {
    name: "contracts: manually edited text is overwritten by regenerated text",
    at: "contract/wording#updateWording",
    change: never("is_by_hand"),
    tests: "test/agreements/contract/wording.test.ts",
  },
  {
    name: "contracts: manually edited text with outdated values can be submitted",
    at: "contract/wording#requireCurrentWording",
    change: always("is_by_hand"),
    tests: "test/agreements/contract/wording.test.ts",
  },
];
