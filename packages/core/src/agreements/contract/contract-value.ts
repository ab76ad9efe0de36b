import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { amount, instant, oneOf, text } from "../../kernel/schema.ts";
import { latestCountInstant, readCounters, resolveOwners } from "../../sales/figures/owner-counters.ts";
import { CONTRACT } from "./contract.kind.ts";
import { readContractValues, valueCounterKeys } from "./contract-value.rules.ts";
import { contractStatuses } from "./status.rules.ts";

/** Returns the number and the value of contracts by status, for the owners that the caller sees. It reads counters, not contracts. */

export const Row = z
  .object({ status: oneOf(contractStatuses), currency: z.string(), count: z.number().int(), value: amount() })
  .meta({ id: "ContractGroup" });

export const Info = z.object({
  rows: z.array(Row).describe("Grouped by status and currency; amounts in different currencies are never added up"),
  as_of: instant().nullable().describe("Changes up to this time are counted"),
});

const Query = z.strictObject({ owner: text(64).optional().describe("Only contracts of this owner: an id, `me`, or `none`") });

export const read = fn(Query, async (narrowed): Promise<z.output<typeof Info>> => {
  const counters = await readCounters(valueCounterKeys, await resolveOwners(narrowed), CONTRACT.name);
  return { rows: readContractValues(counters), as_of: latestCountInstant(counters) };
});

export * as ContractValues from "./contract-value.ts";
