import { edit, type Mutant, never, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "proposals: what the customer has is changed",
    at: "proposal/proposal#applyEdit",
    change: never("!isOpen(current.status)"),
    tests: "test/agreements/proposal/proposal.test.ts",
  },
  {
    name: "proposals: what a later version took the place of is changed",
    at: "proposal/proposal#applyEdit",
    change: never("!current.is_primary"),
    tests: "test/agreements/proposal/proposal.test.ts",
  },
  {
    name: "proposals: a change of what was approved leaves the approval",
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
    name: "proposals: what is no picture is shown",
    at: "proposal/sections#requirePicture",
    change: edit("readPicture(bytes, field);", ""),
    tests: "test/agreements/proposal/proposal.test.ts",
  },
  {
    name: "proposals: a picture is shown that is deleted at the same moment",
    at: "proposal/sections#requirePicture",
    change: edit("tx.requireLive(file.id, () => new WriteConflict(`${file.id} no longer exists`));", ""),
    tests: "test/agreements/proposal/proposal.test.ts",
  },
  {
    name: "proposals: what was submitted says what there is now",
    at: "proposal/document#outlineProposal",
    change: edit("await loadIssue(proposal)", "undefined as Awaited<ReturnType<typeof loadIssue>>"),
    tests: "test/agreements/proposal/proposal.test.ts",
  },
  {
    name: "proposals: a quote that was changed since is handed over",
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
    name: "proposals: the quote stays changeable where the customer has it",
    at: "proposal/acceptance#handOverQuote",
    change: edit('withStatus(await withLetter(quote), "SENT")', "quote"),
    tests: "test/agreements/proposal/proposal.test.ts",
  },
  {
    name: "proposals: one goes out before its quote is approved",
    at: "proposal/approval#requireApproved",
    change: never("isAsked && !hasApproval(status)"),
    tests: "test/agreements/proposal/proposal.test.ts",
  },
  {
    name: "proposals: a quote that cannot be accepted is",
    at: "proposal/acceptance#acceptQuote",
    change: edit('requireQuoteTransition(quote, "ACCEPTED");', ""),
    tests: "test/agreements/proposal/acceptance.test.ts",
  },
  {
    name: "proposals: a quote that was accepted is accepted again",
    at: "proposal/acceptance#acceptQuote",
    change: never('quote.status === "ACCEPTED"'),
    tests: "test/agreements/proposal/acceptance.test.ts",
  },
  {
    name: "proposals: what was chosen is not what the document shows",
    at: "proposal/acceptance#acceptQuote",
    change: never("issue && acceptance.chosen"),
    tests: "test/agreements/proposal/acceptance.test.ts",
  },
  {
    name: "proposals: an answer to an earlier approval decides",
    at: "versioned-offer/approval#isWaiting",
    change: edit(" && approval_round === round", ""),
    tests: "test/agreements/proposal/acceptance.test.ts",
  },
  {
    name: "proposals: merge fields make it longer than it may be",
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
