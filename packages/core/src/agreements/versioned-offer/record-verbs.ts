import type * as z from "zod";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { collectDetails, conflict, type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import type { Kind } from "../../kernel/id.ts";
import type { Page } from "../../kernel/page.ts";
import { IdInput, id, oneOf, type Shape, type StoredFields } from "../../kernel/schema.ts";
import { listQueryFor } from "../../platform/custom-field/list-query.ts";
import { buildUniqueMatches } from "../../platform/custom-field/unique-matchers.ts";
import { Master } from "../../platform/master-data/master.ts";
import { User } from "../../platform/user/user.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { list as listRecords, type Paging } from "../../storage/read/list.ts";
import { pathParameters } from "../../storage/read/path-list.ts";
import type { Collection } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { matchByNumber, type UpsertMatching } from "../../storage/write/upsert.ts";
import { VersionSeries } from "../../storage/write/version-series.ts";
import type { OfferRecord } from "./offer-fields.ts";
import { offerStatuses } from "./status.rules.ts";

/** The verbs that read and delete quotes and proposals. */

export const ownerField = { owner_id: User.newOwner() };

/** Days from its date to expiration_date, if nothing sets it. */
export const DEFAULT_VALID_DAYS = 30;

export const partyFilters = { customer: id(CUSTOMER).optional(), opportunity: id(OPPORTUNITY).optional() };

export const offerFilters = (kind: Kind) => ({
  series: id(kind).optional().describe("All versions, by the id of the first version"),
  status: oneOf(offerStatuses).optional(),
  paths: pathParameters(),
});

export function createOfferVerbs<R extends OfferRecord, Q extends z.ZodType<Paging> & Pick<z.ZodObject, "shape">>(
  collection: Collection<R>,
  Query: Q,
  numberField: keyof R & string,
) {
  /** Reads the stored record, for callers that change it. */
  const read = (id: string): Promise<R> => Records.read(collection, id);
  /** Builds the query for a list. */
  const listQuery = listQueryFor(collection, Query);
  return {
    read,
    listQuery,
    get: fn(IdInput, ({ id }) => read(id)),
    list: fn(Query, async (input): Promise<Page<R>> => listRecords(collection, await listQuery(input))),
    /** How an upsert matches existing records. */
    matching: async (): Promise<UpsertMatching> => ({
      fields: { [numberField]: matchByNumber(collection, numberField), ...(await buildUniqueMatches(collection)) },
    }),
  };
}

/** Deletes a record that was not accepted. The previous version becomes the latest again. */
export const removeOffer = <R extends OfferRecord>(
  collection: Collection<R>,
  id: string,
  check?: (current: R) => Promise<void>,
): Promise<R> =>
  Records.remove(collection, id, async (current, tx) => {
    if (current.status === "ACCEPTED") throw conflict(`The ${collection.name} was accepted and cannot be deleted`);
    await check?.(current);
    await VersionSeries.promotePrevious(collection, current, tx);
    return current;
  });

interface ReferenceCheck {
  dateField: "quote_date" | "proposal_date";
  /** References that the caller checks itself. */
  ownReferences: string[];
  current: OfferRecord | undefined;
}

/** Checks what a schema cannot: the last day, and master data. Throws one error with all faults. */
export async function validateOffer<F extends Shape, T extends StoredFields<F> & { expiration_date: string }>(
  fields: F,
  next: T,
  { dateField, ownReferences, current }: ReferenceCheck,
): Promise<T> {
  const details: ErrorDetail[] = [];
  if (next.expiration_date < String(next[dateField]))
    details.push({ field: "expiration_date", message: `Must not be before ${dateField}` });
  const resolved = await collectDetails(
    details,
    Master.resolveAll(fields, next, current, { checkedFields: ownReferences }),
    next,
  );
  if (details.length > 0) throw invalidAll(details);
  return resolved;
}
