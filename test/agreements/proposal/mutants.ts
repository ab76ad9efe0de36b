import { edit, type Mutant, never, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "proposals: a proposal sent to the customer can be changed",
    at: "proposal/proposal#applyEdit",
    change: never("!isOpen(current.status)"),
    tests: "test/agreements/proposal/proposal.test.ts",
  },
  {
    name: "proposals: a replaced version can be changed",
    at: "proposal/proposal#applyEdit",
    change: never("!current.is_primary"),
    tests: "test/agreements/proposal/proposal.test.ts",
  },
  {
    name: "proposals: a change of an approved proposal leaves the approval valid",
    at: "proposal/proposal#applyEdit",
    change: edit('current.status === "DRAFT"', "current.status"),
    tests: "test/agreements/proposal/proposal.test.ts",
  },
  {
    name: "proposals: a file of another record is shown",
    at: "proposal/sections#isOfSeries",
    change: returns("true"),
    tests: "test/agreements/proposal/proposal.test.ts",
  },
  {
    name: "proposals: a file that is not a picture is shown",
    at: "proposal/sections#requirePicture",
    change: edit("readPicture(bytes, field);", ""),
    tests: "test/agreements/proposal/proposal.test.ts",
  },
  {
    name: "proposals: a picture is shown although it is deleted at the same moment",
    at: "proposal/sections#requirePicture",
    change: edit("tx.requireLive(file.id, () => new WriteConflict(`${file.id} no longer exists`));", ""),
    tests: "test/agreements/proposal/proposal.test.ts",
  },
  {
    name: "proposals: a submitted proposal shows current data instead of its issued data",
    at: "proposal/document#outlineProposal",
    change: edit("await loadIssue(proposal)", "undefined as Awaited<ReturnType<typeof loadIssue>>"),
    tests: "test/agreements/proposal/proposal.test.ts",
  },
  {
    name: "proposals: a proposal is handed over with a quote that has changed since",
    at: "proposal/proposal-quote#requireSameQuote",
    change: never("changedNames.length > 0"),
    tests: "test/agreements/proposal/proposal.test.ts",
  },
  {
    name: "proposals: a quote moved to another customer is still offered",
    at: "proposal/proposal-quote#requireSameQuote",
    change: never("!(await isSameCustomer(proposal, quote))"),
    tests: "test/agreements/proposal/acceptance.test.ts",
  },
  {
    name: "proposals: a merged customer counts as two during the merge",
    at: "proposal/proposal-quote#isSameCustomer",
    change: edit("led[0].id === led[1]?.id", "proposalCustomer === quoteCustomer"),
    tests: "test/agreements/proposal/acceptance.test.ts",
  },
  {
    name: "proposals: a merged customer cannot accept",
    at: "proposal/proposal-quote#offeredFields",
    change: edit('field !== "customer_id" &&', ""),
    tests: "test/agreements/proposal/acceptance.test.ts",
  },
  {
    name: "proposals: the quote of a sent proposal can still be changed",
    at: "proposal/acceptance#handOverQuote",
    change: edit('withStatus(await withLetter(quote), "SENT")', "quote"),
    tests: "test/agreements/proposal/proposal.test.ts",
  },
  {
    name: "proposals: a proposal is sent before its quote is approved",
    at: "proposal/approval#requireApproved",
    change: never("isAsked && !hasApproval(status)"),
    tests: "test/agreements/proposal/proposal.test.ts",
  },
  {
    name: "proposals: a quote is accepted from a status that forbids acceptance",
    at: "proposal/acceptance#acceptQuote",
    change: edit('requireQuoteTransition(quote, "ACCEPTED");', ""),
    tests: "test/agreements/proposal/acceptance.test.ts",
  },
  {
    name: "proposals: an accepted quote is accepted again",
    at: "proposal/acceptance#acceptQuote",
    change: never('quote.status === "ACCEPTED"'),
    tests: "test/agreements/proposal/acceptance.test.ts",
  },
  {
    name: "proposals: a choice that differs from the issued document is accepted",
    at: "proposal/acceptance#acceptQuote",
    change: never("issue && acceptance.chosen"),
    tests: "test/agreements/proposal/acceptance.test.ts",
  },
  {
    name: "proposals: an answer to an earlier approval round decides",
    at: "approval/submission#createApprovable/isWaiting",
    change: edit(" && record.approval_round === round", ""),
    tests: "test/agreements/proposal/acceptance.test.ts",
  },
  {
    name: "proposals: resolved merge fields make a section exceed its maximum length",
    at: "proposal/section.rules#findResolvedFaults",
    change: never("length > bounds.shown"),
    tests: "test/agreements/proposal/section.test.ts",
  },
  {
    name: "proposals: a section is placed twice",
    at: "proposal/section.rules#sortByIds",
    change: never("seen.has(id)"),
    tests: "test/agreements/proposal/section.test.ts",
  },
];
