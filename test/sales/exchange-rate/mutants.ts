import { edit, type Mutant } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "exchange rates: the second concurrent writer of a day is rejected",
    at: "exchange-rate/exchange-rate#upsertRate",
    change: edit('new WriteConflict("The rate of this day was written concurrently")', 'new TypeError("Taken")'),
    tests: "test/sales/exchange-rate",
  },
  {
    name: "exchange rates: the other way round is multiplied too",
    at: "exchange-rate/rates.rules#convert",
    change: edit("inverse ? Money.convertBack : Money.convert", "Money.convert"),
    tests: "test/sales/exchange-rate",
  },
  {
    name: "exchange rates: what was read stays after a write",
    at: "exchange-rate/exchange-rate#invalidateCacheAfter",
    change: edit("Rates.forget(rate.pair);", ""),
    tests: "test/sales/exchange-rate",
  },
];
