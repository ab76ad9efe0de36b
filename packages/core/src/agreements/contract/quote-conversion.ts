import { fn, parse } from "../../kernel/fn.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { Acceptance } from "../quote/acceptance.ts";
import { Quote } from "../quote/quote.ts";
import type { QuoteRecord } from "../quote/quote-access.ts";
import { Contracts } from "./contract.entity.ts";
import { assignNumberAndOwner, buildContract, Create } from "./contract.ts";
import { requireUnconverted } from "./source-quote.ts";

/**
 * Converts an accepted quote to a contract, or stores the reference of a contract that is kept elsewhere (`Acceptance.convert`). This code is with
 * contracts because contracts depend on quotes, not the other way round.
 */
export const convert = fn(Acceptance.Convert, async (input) => {
  const { id, to, reference } = input;
  if (to !== "contract" || reference) return Acceptance.convert(input);
  // Checks the quote before any write: a quote that the caller does not see is a 404, a converted one a conflict.
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
