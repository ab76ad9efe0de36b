import { edit, type Mutant, never } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "deals: two deals are created from one quote",
    at: "deal/deal#takeReference",
    change: edit('condition: "attribute_not_exists(pk)",', ""),
    tests: "test/agreements/quote/acceptance.test.ts",
  },
  {
    name: "deals: two concurrent first deals of an opportunity are both recorded as its own",
    at: "deal/opportunity-deals#write",
    change: edit('condition: "attribute_not_exists(pk)", ', ""),
    tests: "test/agreements/deal/deal.test.ts",
  },
  {
    name: "deals: two concurrent later deals of an opportunity are both recorded as its own",
    at: "deal/opportunity-deals#write",
    change: edit('condition: "revision = :read"', 'condition: "revision >= :read"'),
    tests: "test/agreements/deal/deal.test.ts",
  },
  {
    name: "deals: a further deal of an opportunity needs no confirmation",
    at: "deal/opportunity-deals#trackDeal",
    change: edit("nextDeals.count > 0", "nextDeals.count < 0"),
    tests: "test/agreements/deal/deal.test.ts",
  },
  {
    name: "deals: a deal is created from a deleted opportunity",
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
    name: "deals: agreed values of a closed deal can be changed",
    at: "deal/deal#requireUnchanged",
    change: edit("changedNames.length === 0", "changedNames.length >= 0"),
    tests: "test/agreements/deal/deal.test.ts",
  },
  {
    name: "deals: an amount set by hand is overwritten by the sum of the items",
    at: "deal/deal.rules#computeTotals",
    change: edit("(isSaid || isKept) && amount !== sum", "isSaid && amount !== sum"),
    tests: "test/agreements/deal/rules.test.ts",
  },
];
