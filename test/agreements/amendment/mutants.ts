import { edit, type Mutant, never, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "amendments: an earlier change processed late overwrites a later change",
    at: "agreements/amendment/changes.rules#omitFieldsSetLater",
    change: edit("isAfter(change, place)", "false"),
    tests: "test/agreements/amendment/rules.test.ts",
  },
  {
    name: "amendments: an earlier change processed late overwrites a deliverable's later change",
    at: "agreements/amendment/changes.rules#applyScopeBefore",
    change: edit('field === "id" || ', "true || "),
    tests: "test/agreements/amendment/rules.test.ts",
  },
  {
    name: "amendments: an amendment signed by both parties can be withdrawn",
    at: "agreements/amendment/status.rules#transitions",
    change: edit(
      'withdraw: mapStatuses(openStatuses, "WITHDRAWN")',
      'withdraw: mapStatuses([...openStatuses, "SIGNED"], "WITHDRAWN")',
    ),
    tests: "test/agreements/amendment/status-transitions.test.ts",
  },
  {
    name: "amendments: an amendment is agreed to although its contract has changed since",
    at: "agreements/amendment/drafting#requireFresh",
    change: edit("stale.length + texts.length > 0", "false"),
    tests: "test/agreements/amendment/amendment.test.ts",
  },
  {
    name: "amendments: a contract end whose clock runs late is ignored",
    at: "agreements/amendment/effect#isTooLate",
    change: edit("end <= effective_at", "contract.status === 'TERMINATED' && end <= effective_at"),
    tests: "test/agreements/amendment/order-independence.test.ts",
  },
  {
    name: "amendments: earlier due amendments are skipped",
    at: "agreements/amendment/effect#listDueBefore",
    change: returns("[]"),
    tests: "test/agreements/amendment/order-independence.test.ts",
  },
  {
    name: "amendments: an amendment takes effect before a pending renewal is decided",
    at: "agreements/amendment/effect#isRenewalPending",
    change: returns("false"),
    tests: "test/agreements/amendment/order-independence.test.ts",
  },
  {
    name: "amendments: a contract whose end is due can be amended",
    at: "agreements/amendment/drafting#requireAmendable",
    change: never("isOver"),
    tests: "test/agreements/amendment/order-independence.test.ts",
  },
  {
    name: "amendments: an amendment changes instalments that were already due",
    at: "agreements/amendment/effect#resolveBillingDay",
    change: returns("effective_date"),
    tests: "test/agreements/amendment/document.test.ts",
  },
  {
    name: "amendments: the customer can answer by link after the last day for an answer",
    at: "agreements/amendment/offerable#resolveState",
    change: edit("answer_by < today()", "false"),
    tests: "test/agreements/amendment/customer-approval.test.ts",
  },
];
