import { fn, parse } from "../kernel/fn.ts";
import { Acceptance } from "../quote/acceptance.ts";
import type { QuoteRecord } from "../quote/beside.ts";
import { Quote } from "../quote/quote.ts";
import { retryOnConflict, transaction } from "../storage/write/transaction.ts";
import { Contracts } from "./contract.entity.ts";
import { bornOf, Create, decide } from "./contract.ts";
import { requireFree } from "./source.ts";

/**
 * What becomes of an accepted quote: a contract here, or a note of where it goes on elsewhere (`Acceptance.convert`). It stands here and not with quotes, because
 * contracts know quotes and not the other way round.
 */
export const convert = fn(Acceptance.Convert, async (input) => {
  const { id, to, reference } = input;
  if (to !== "contract" || reference) return Acceptance.convert(input);
  // It is said of the quote as of any: 404, or what stands in the way.
  requireFree(await Quote.read(id), "contract_id");
  const given = parse(Create, { quote_id: id });
  const decided = await decide(given);
  return retryOnConflict(async () => {
    const tx = transaction();
    const { contract, quote } = await bornOf(tx, given, decided);
    return tx.create(Contracts, contract).commit(quote as QuoteRecord);
  });
});

export * as FromQuote from "./convert.ts";
