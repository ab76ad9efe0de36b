import type * as z from "zod";
import { PotentialConversion } from "../../accounts/conversion/potential-conversion.ts";
import { Contract } from "../../agreements/contract/contract.ts";
import type { ContractRecord } from "../../agreements/contract/contract-access.ts";
import { QuoteConversion } from "../../agreements/contract/quote-conversion.ts";
import { Deal } from "../../agreements/deal/deal.ts";
import type { DealRecord } from "../../agreements/deal/deal-access.ts";
import { Acceptance } from "../../agreements/quote/acceptance.ts";
import { Quote } from "../../agreements/quote/quote.ts";
import type { QuoteRecord } from "../../agreements/quote/quote-access.ts";
import { hasPermission } from "../../kernel/context.ts";
import { forbidden, invalid, isFailure } from "../../kernel/error.ts";
import { parse } from "../../kernel/fn.ts";
import { Potential } from "../../sales/potential/potential.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { Convert, ConvertPotential } from "./conversion.schema.ts";
import { orderGrants } from "./order.kind.ts";
import { Create, createFrom } from "./order.ts";
import { linkPotential, linkQuote } from "./reference.ts";
import { type PotentialRecord, requireUnordered } from "./source.ts";

/** Quotes, deals, contracts and potentials become orders: each once. The answer is the converted record, which names its order. */

/** Converts an accepted quote to an order or a contract, or stores the reference of an order that is kept elsewhere. */
export async function convertQuote(input: z.output<typeof Acceptance.Convert>): Promise<QuoteRecord> {
  const { id, to, reference } = input;
  if (to !== "order") return QuoteConversion.convert(input);
  if (reference) return Acceptance.convertWith(input, (tx, quote) => linkQuote(tx, quote, reference));
  const check = async () => requireConvertible(await Quote.read(id), (quote) => Acceptance.requireConvertible(quote, "order"));
  return (await convert(check, { quote_id: id }, "quote")) as QuoteRecord;
}

const requireUnorderedRecord = ({ order_id }: DealRecord | ContractRecord, noun: string): void =>
  requireUnordered("order_id", noun, order_id !== null, order_id);

export async function convertDeal({ id }: z.output<typeof Convert>): Promise<DealRecord> {
  const check = async () => requireConvertible(await Deal.read(id), (deal) => requireUnorderedRecord(deal, "deal"));
  return (await convert(check, { deal_id: id }, "deal")) as DealRecord;
}

export async function convertContract({ id }: z.output<typeof Convert>): Promise<ContractRecord> {
  const check = async () =>
    requireConvertible(await Contract.read(id), (contract) => requireUnorderedRecord(contract, "contract"));
  return (await convert(check, { contract_id: id }, "contract")) as ContractRecord;
}

/** Checks the record that the path names, before it is used as the source of the order. */
function requireConvertible<R extends BaseRecord>(record: R, check: (record: R) => void): void {
  check(record);
  Records.requireVersion(record);
}

type Sources = Awaited<ReturnType<typeof createFrom>>["sources"];

/** Makes the order. Of concurrent conversions all but one fail with the conflict of `check`, which names the order. */
async function convert(check: () => Promise<unknown>, input: object, source: keyof Sources): Promise<unknown> {
  requireOrderGrant();
  await check();
  try {
    const { sources } = await createFrom(parse(Create, input), undefined, (_, written) => written[source]);
    return sources[source];
  } catch (error) {
    if (isFailure(error, "CONFLICT")) await check();
    throw error;
  }
}

function requireOrderGrant(): void {
  if (!hasPermission(orderGrants.write)) throw forbidden("Your role cannot create orders");
}

/** Converts a potential to an order or an opportunity, or stores the reference of an order that is kept elsewhere. */
export async function convertPotential({ order, ...input }: z.output<typeof ConvertPotential>): Promise<PotentialRecord> {
  const { id, to, order_reference } = input;
  if (to !== "order") {
    if (order !== undefined) throw invalid("order", "Only allowed for a conversion to an order");
    return PotentialConversion.convert(input);
  }
  if (input.opportunity !== undefined) throw invalid("opportunity", "Only allowed for a conversion to an opportunity");
  if (order_reference !== undefined) {
    if (order !== undefined) throw invalid("order", "Only allowed without order_reference");
    return Potential.markConverted(id, async (potential, tx) => ({
      converted_to_order_id: await linkPotential(tx, potential, order_reference),
      converted_opportunity_id: null,
    }));
  }
  requireOrderGrant();
  const check = async (): Promise<PotentialRecord> => {
    const potential = await Potential.read(id);
    requireConvertible(potential, Potential.requireUnconverted);
    return potential;
  };
  const potential = await check();
  const parties = await PotentialConversion.resolveParties(potential, order ?? {}, "order");
  const orderInput = { potential_id: id, ...parties, ...(order?.line_items ? { line_items: order.line_items } : {}) };
  return (await convert(check, orderInput, "potential")) as PotentialRecord;
}
