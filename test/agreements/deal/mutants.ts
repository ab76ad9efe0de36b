import { edit, type Mutant, never } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "deals: two are made of one quote",
    at: "deal/deal#takeReference",
    change: edit('condition: "attribute_not_exists(pk)",', ""),
    tests: "test/agreements/quote/acceptance.test.ts",
  },
  {
    name: "deals: the first two that are made of an opportunity at once are both its own",
    at: "deal/opportunity-deals#write",
    change: edit('condition: "attribute_not_exists(pk)", ', ""),
    tests: "test/agreements/deal/deal.test.ts",
  },
  {
    name: "deals: two that are made at once of an opportunity that had one are both its own",
    at: "deal/opportunity-deals#write",
    change: edit('condition: "revision = :read"', 'condition: "revision >= :read"'),
    tests: "test/agreements/deal/deal.test.ts",
  },
  {
    name: "deals: a further one of an opportunity needs no word",
    at: "deal/opportunity-deals#trackDeal",
    change: edit("nextDeals.count > 0", "nextDeals.count < 0"),
    tests: "test/agreements/deal/deal.test.ts",
  },
  {
    name: "deals: one is made of an opportunity that is gone",
    at: "deal/deal#resolveParties",
    change: never("opportunity"),
    tests: "test/agreements/deal/deal.test.ts",
  },
  {
    name: "deals: any user who writes deals can reopen them",
    at: "deal/deal#resolveStatusChange",
    change: edit("!hasPermission(dealGrants.reopen)", "!from"),
    tests: "test/agreements/deal/deal.test.ts",
  },
  {
    name: "deals: what was agreed changes behind the end",
    at: "deal/deal#requireUnchanged",
    change: edit("changedNames.length === 0", "changedNames.length >= 0"),
    tests: "test/agreements/deal/deal.test.ts",
  },
  {
    name: "deals: an amount that was set by hand goes with the items",
    at: "deal/deal.rules#computeTotals",
    change: edit("(isSaid || isKept) && amount !== sum", "isSaid && amount !== sum"),
    tests: "test/agreements/deal/rules.test.ts",
  },
];
