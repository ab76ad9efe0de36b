import type { ZodObject } from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { conflict, isFailure, notFound } from "../../kernel/error.ts";
import { numberSearchWords } from "../../kernel/text.ts";
import { Search } from "../read/search.ts";
import { Visibility } from "../read/visibility.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { get, tableName } from "../table/database.ts";
import type { WriteStep } from "../table/item.ts";
import { hashTexts, type Key, tenantKey } from "../table/key.ts";
import { type CompletedItem, runItem } from "./batch-request.ts";
import { Records } from "./records.ts";
import { StaleWrite, WriteContention, withExtraSteps } from "./transaction.ts";

/** How records of a kind are found by what an item says, to be changed rather than made. */
export interface UpsertMatching {
  /** By what `match_on` names; every kind has `id` beside it. */
  fields: Readonly<Record<string, UpsertMatch>>;
  /** What one input makes as well as changes, where the kind's verbs alone do not see to that. */
  item?: UpsertItem;
}

interface UpsertItem {
  schema: ZodObject;
  /** What an input says, in the words of the schema. */
  parse?(input: Record<string, unknown>): Record<string, unknown>;
  create(input: Record<string, unknown>): Promise<{ id: string }>;
  update(id: string, input: Record<string, unknown>): Promise<{ id: string }>;
}

export interface UpsertMatch {
  /**
   * The one record that a value names; `last` was made for it last. A CONFLICT where there are several, or one that the
   * caller may not see.
   */
  find(value: unknown, last: string | undefined): Promise<string | undefined>;
  /** The value in the form in which two are the same, where several records may have it. */
  normalize?: (value: string) => Promise<string>;
  /** Nobody chooses it: without it an item makes a record, and one that nothing has is the caller's mistake. */
  isSystemAssigned?: true;
}

/** As `find` finds it; of one that the caller may not see they hear no more than that there is one. */
export const onlyVisible =
  <R extends BaseRecord>(collection: Collection<R>, find: (value: unknown) => Promise<string | undefined>): UpsertMatch["find"] =>
  async (value) => {
    const id = await find(value);
    if (id === undefined || (await Records.find(collection, id))) return id;
    throw hiddenRecord();
  };

export const hiddenRecord = (): Error => conflict("There is one already, which you may not see");

const MAX_NAMED_IDS = 5;

export const ambiguousMatch = (records: readonly BaseRecord[]): Error =>
  conflict(
    "Several have this value: name the one that you mean by its id",
    records.slice(0, MAX_NAMED_IDS).map(({ id }) => ({ field: "", message: id })),
  );

/** By the number that the system gave; known moments after the record was made. */
export const matchByNumber = <R extends BaseRecord>(collection: Collection<R>, field: keyof R): UpsertMatch => ({
  isSystemAssigned: true,
  find: (value) => findIdByNumber(collection, field, String(value)),
});

/** The id of the record with a number, of those that the caller may see; known moments after it was made. */
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

/** What an item is made or changed by. */
interface UpsertVerbs {
  create(): Promise<{ id: string }>;
  update(id: string): Promise<{ id: string }>;
}

const MAX_ATTEMPTS = 30;

/**
 * Changes the record that a value names, or makes one. Who makes one takes the turn of the value in the same transaction, so
 * that of many who find none at once one makes it, and the others find it then.
 */
export async function upsert(
  on: readonly [kind: string, field: string],
  match: UpsertMatch,
  value: unknown,
  ways: UpsertVerbs,
): Promise<CompletedItem> {
  for (let attempt = 1; ; attempt++) {
    const turn = match.normalize ? await readClaim([...on, await match.normalize(String(value))]) : undefined;
    const found = await match.find(value, turn?.record_id);
    if (found === undefined && match.isSystemAssigned) throw notFound();
    const create = (): Promise<{ id: string }> =>
      turn ? withExtraSteps((made) => [claimStep(turn, (made as { id: string }).id)], ways.create) : ways.create();
    try {
      return found === undefined
        ? await createItem(create)
        : await runItem(
            () => ways.update(found),
            () => 200,
          );
    } catch (error) {
      if (attempt >= MAX_ATTEMPTS) throw error;
      if (error instanceof StaleWrite || error instanceof WriteContention) continue;
      if (!isFailure(error, found === undefined ? "CONFLICT" : "NOT_FOUND")) throw error;
      if ((await match.find(value, turn?.record_id)) === found) throw error;
    }
  }
}

/** What finds whom to change by more than one value may change, where nothing was to be found by the first. */
export const createItem = (create: () => Promise<{ id: string }>): Promise<CompletedItem> =>
  runItem(create, (answer) => ("outcome" in answer && answer.outcome === "updated" ? 200 : 201));

/** Who made a record for want of one with a value, and under which turn: kept for a day, which is longer than anybody races. */
interface MatchClaim {
  key: Key;
  revision: string | undefined;
  record_id: string | undefined;
}

async function readClaim(value: readonly string[]): Promise<MatchClaim> {
  const key = { pk: tenantKey(useTenant(), "UPSERT", hashTexts(...value)), sk: "turn" };
  const item = await get(key);
  return { key, revision: item && String(item.turn), record_id: item && String(item.record_id) };
}

const claimStep = ({ key, revision: turn }: MatchClaim, record_id: string): WriteStep => ({
  action: {
    Put: {
      TableName: tableName(),
      Item: { ...key, record_id, turn: crypto.randomUUID(), ttl: Clock.toEpochSeconds(Clock.addSeconds(24 * 60 * 60)) },
      ...(turn === undefined
        ? { ConditionExpression: "attribute_not_exists(pk)" }
        : { ConditionExpression: "turn = :turn", ExpressionAttributeValues: { ":turn": turn } }),
    },
  },
  rejection: () => new StaleWrite("Somebody else made a record of this value"),
});

export * as Upsert from "./upsert.ts";
