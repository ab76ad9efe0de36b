import type { ZodObject } from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { conflict, isFailure, notFound } from "../../kernel/error.ts";
import { numberSearchWords } from "../../kernel/text.ts";
import { Search } from "../read/search.ts";
import { Visibility } from "../read/visibility.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { readItem, tableName } from "../table/database.ts";
import type { WriteStep } from "../table/item.ts";
import { hashTexts, type Key, tenantKey } from "../table/key.ts";
import { type CompletedItem, runItem } from "./batch-request.ts";
import { Records } from "./records.ts";
import { StaleWrite, WriteContention, withExtraSteps } from "./transaction.ts";

/** How an upsert finds the record of an input, to change it instead of creating one. */
export interface UpsertMatching {
  /** The fields that `match_on` may name, in addition to `id`. */
  fields: Readonly<Record<string, UpsertMatch>>;
  /** Verbs for an input that both creates and changes records, if the kind's own verbs do not handle it. */
  item?: UpsertItem;
}

interface UpsertItem {
  schema: ZodObject;
  /** Converts an input to the fields of the schema. */
  parse?(input: Record<string, unknown>): Record<string, unknown>;
  create(input: Record<string, unknown>): Promise<{ id: string }>;
  update(id: string, input: Record<string, unknown>): Promise<{ id: string }>;
}

export interface UpsertMatch {
  /**
   * Finds the record with a value. `last` is the record that was last created for it. Throws CONFLICT if there are several, or one that the
   * caller may not see.
   */
  find(value: unknown, last: string | undefined): Promise<string | undefined>;
  /** Normalizes a value for comparison, if several records may have it. */
  normalize?: (value: string) => Promise<string>;
  /** The system assigns the value: an input without it creates a record, and an unknown value is an error. */
  isSystemAssigned?: true;
}

/** Wraps `find`: if the caller may not see the record, the error says only that there is one. */
export const onlyVisible =
  <R extends BaseRecord>(collection: Collection<R>, find: (value: unknown) => Promise<string | undefined>): UpsertMatch["find"] =>
  async (value) => {
    const id = await find(value);
    if (id === undefined || (await Records.find(collection, id))) return id;
    throw hiddenRecord();
  };

export const hiddenRecord = (): Error => conflict("A matching record exists, but you cannot see it");

const MAX_NAMED_IDS = 5;

export const ambiguousMatch = (records: readonly BaseRecord[]): Error =>
  conflict(
    "Several records have this value: specify one by its id",
    records.slice(0, MAX_NAMED_IDS).map(({ id }) => ({ field: "", message: id })),
  );

/** Matches by a number that the system assigned. It can be found moments after the record was created. */
export const matchByNumber = <R extends BaseRecord>(collection: Collection<R>, field: keyof R): UpsertMatch => ({
  isSystemAssigned: true,
  find: (value) => findIdByNumber(collection, field, String(value)),
});

/** Returns the id of the visible record with a number. It can be found moments after the record was created. */
export async function findIdByNumber<R extends BaseRecord>(
  collection: Collection<R>,
  field: keyof R,
  number: string,
): Promise<string | undefined> {
  const { ids } = await Search.searchIds(
    collection.name,
    numberSearchWords(number),
    await Visibility.loadVisibleNames(collection),
  );
  const records = await Records.loadMany(collection, ids, { live: true });
  return records.find((record) => String(record?.[field]).toLowerCase() === number.trim().toLowerCase())?.id;
}

/** The verbs that create or change the record of an item. */
interface UpsertVerbs {
  create(): Promise<{ id: string }>;
  update(id: string): Promise<{ id: string }>;
}

const MAX_ATTEMPTS = 30;

/**
 * Changes the record with a value, or creates one. Creating also updates the claim of the value in the same transaction. Of concurrent
 * requests that find no record, only one creates it; the others then find it.
 */
export async function upsert(
  on: readonly [kind: string, field: string],
  match: UpsertMatch,
  value: unknown,
  verbs: UpsertVerbs,
): Promise<CompletedItem> {
  for (let attempt = 1; ; attempt++) {
    const turn = match.normalize ? await readClaim([...on, await match.normalize(String(value))]) : undefined;
    const existingId = await match.find(value, turn?.record_id);
    if (existingId === undefined && match.isSystemAssigned) throw notFound();
    const create = (): Promise<{ id: string }> =>
      turn
        ? withExtraSteps((createdRecord) => [claimStep(turn, (createdRecord as { id: string }).id)], verbs.create)
        : verbs.create();
    try {
      return existingId === undefined
        ? await createItem(create)
        : await runItem(
            () => verbs.update(existingId),
            () => 200,
          );
    } catch (error) {
      if (attempt >= MAX_ATTEMPTS) throw error;
      if (error instanceof StaleWrite || error instanceof WriteContention) continue;
      if (!isFailure(error, existingId === undefined ? "CONFLICT" : "NOT_FOUND")) throw error;
      if ((await match.find(value, turn?.record_id)) === existingId) throw error;
    }
  }
}

/** A create verb that matches by further values may have updated a record, although the first value found none. */
export const createItem = (create: () => Promise<{ id: string }>): Promise<CompletedItem> =>
  runItem(create, (answer) => ("outcome" in answer && answer.outcome === "updated" ? 200 : 201));

/** The claim of a value: the record that was last created for it, and a revision. It is kept for a day, longer than any race. */
interface MatchClaim {
  key: Key;
  revision: string | undefined;
  record_id: string | undefined;
}

async function readClaim(value: readonly string[]): Promise<MatchClaim> {
  const key = { pk: tenantKey(useTenant(), "UPSERT", hashTexts(...value)), sk: "turn" };
  const item = await readItem(key);
  return { key, revision: item && String(item.turn), record_id: item && String(item.record_id) };
}

const claimStep = ({ key, revision }: MatchClaim, record_id: string): WriteStep => ({
  action: {
    Put: {
      TableName: tableName(),
      Item: { ...key, record_id, turn: crypto.randomUUID(), ttl: Clock.toEpochSeconds(Clock.addSeconds(24 * 60 * 60)) },
      ...(revision === undefined
        ? { ConditionExpression: "attribute_not_exists(pk)" }
        : { ConditionExpression: "turn = :turn", ExpressionAttributeValues: { ":turn": revision } }),
    },
  },
  rejection: () => new StaleWrite("Another request created a record with this value"),
});

export * as Upsert from "./upsert.ts";
