import { fn, parse } from "../../kernel/fn.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { Acceptance } from "../quote/acceptance.ts";
import { Quote } from "../quote/quote.ts";
import type { QuoteRecord } from "../quote/quote-access.ts";
import { Contracts } from "./contract.entity.ts";
import { assignNumberAndOwner, buildContract, Create } from "./contract.ts";
import { requireUnconverted } from "./source-quote.ts";

/**
 * What becomes of an accepted quote: a contract here, or a note of where it goes on elsewhere (`Acceptance.convert`). It stands here and not with quotes, because
 * contracts know quotes and not the other way round.
 */
export const convert = fn(Acceptance.Convert, async (input) => {
  const { id, to, reference } = input;
  if (to !== "contract" || reference) return Acceptance.convert(input);
  // It is said of the quote as of any: 404, or what stands in the way.
  requireUnconverted(await Quote.read(id), "contract_id");
  const given = parse(Create, { quote_id: id });
  const decided = await assignNumberAndOwner(given);
  return retryOnConflict(async () => {
    const tx = transaction();
    const { contract, quote } = await buildContract(tx, given, decided);
    return tx.create(Contracts, contract).commit(quote as QuoteRecord);
  });
});

export * as QuoteConversion from "./quote-conversion.ts";
