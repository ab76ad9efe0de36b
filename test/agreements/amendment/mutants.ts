import { edit, type Mutant, never, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "amendments: what is worked off last counts",
    at: "agreements/amendment/changes.rules#omitFieldsSetLater",
    change: edit("isAfter(change, place)", "false"),
    tests: "test/agreements/amendment/rules.test.ts",
  },
  {
    name: "amendments: a deliverable is as it was worked off last",
    at: "agreements/amendment/changes.rules#applyScopeBefore",
    change: edit('field === "id" || ', "true || "),
    tests: "test/agreements/amendment/rules.test.ts",
  },
  {
    name: "amendments: what both have signed is withdrawn",
    at: "agreements/amendment/status.rules#transitions",
    change: edit(
      'withdraw: mapStatuses(openStatuses, "WITHDRAWN")',
      'withdraw: mapStatuses([...openStatuses, "SIGNED"], "WITHDRAWN")',
    ),
    tests: "test/agreements/amendment/status-transitions.test.ts",
  },
  {
    name: "amendments: what has changed since is agreed to",
    at: "agreements/amendment/drafting#requireFresh",
    change: edit("stale.length + texts.length > 0", "false"),
    tests: "test/agreements/amendment/amendment.test.ts",
  },
  {
    name: "amendments: a contract end with a late clock is ignored",
    at: "agreements/amendment/effect#isTooLate",
    change: edit("end <= effective_at", "contract.status === 'TERMINATED' && end <= effective_at"),
    tests: "test/agreements/amendment/order-independence.test.ts",
  },
  {
    name: "amendments: those that are due before are passed over",
    at: "agreements/amendment/effect#listDueBefore",
    change: returns("[]"),
    tests: "test/agreements/amendment/order-independence.test.ts",
  },
  {
    name: "amendments: take effect before it is settled whether a term follows",
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
    name: "amendments: change instalments that were due",
    at: "agreements/amendment/effect#resolveBillingDay",
    change: returns("effective_date"),
    tests: "test/agreements/amendment/document.test.ts",
  },
  {
    name: "amendments: are answered by a link behind their last day",
    at: "agreements/amendment/offerable#resolveState",
    change: edit("answer_by < today()", "false"),
    tests: "test/agreements/amendment/customer-approval.test.ts",
  },
];
