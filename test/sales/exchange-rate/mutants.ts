import { edit, type Mutant } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "exchange rates: the second concurrent writer of a day is rejected",
    at: "exchange-rate/exchange-rate#upsertRate",
    change: edit('new WriteConflict("The rate of this day was written concurrently")', 'new TypeError("Taken")'),
    tests: "test/sales/exchange-rate",
  },
  {
    name: "exchange rates: an inverse rate is multiplied instead of divided",
    at: "exchange-rate/rates.rules#convert",
    change: edit("inverse ? Money.convertBack : Money.convert", "Money.convert"),
    tests: "test/sales/exchange-rate",
  },
  {
    name: "exchange rates: the cache keeps the old rate after a write",
    at: "exchange-rate/exchange-rate#invalidateCacheAfter",
    change: edit("Rates.forget(rate.pair);", ""),
    tests: "test/sales/exchange-rate",
  },
];
