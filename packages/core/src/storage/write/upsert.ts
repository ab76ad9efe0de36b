import type { ZodObject } from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { conflict, isFailure, notFound } from "../../kernel/error.ts";
import { wordsOfNumber } from "../../kernel/text.ts";
import { Search } from "../read/search.ts";
import { Visible } from "../read/visibility.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { get, tableName } from "../table/database.ts";
import type { Step } from "../table/item.ts";
import { hashed, type Key, tenantKey } from "../table/key.ts";
import { type Done, told } from "./many.ts";
import { Records } from "./records.ts";
import { Contended, Overtaken, writingBeside } from "./transaction.ts";

/** How records of a kind are found by what an item says, to be changed rather than made. */
export interface Matching {
  /** By what `match_on` names; every kind has `id` beside it. */
  on: Readonly<Record<string, Match>>;
  /** What one input makes as well as changes, where the kind's verbs alone do not see to that. */
  item?: Item;
}

interface Item {
  schema: ZodObject;
  /** What an input says, in the words of the schema. */
  read?(input: Record<string, unknown>): Record<string, unknown>;
  create(input: Record<string, unknown>): Promise<{ id: string }>;
  update(id: string, input: Record<string, unknown>): Promise<{ id: string }>;
}

export interface Match {
  /**
   * The one record that a value names; `last` was made for it last. A CONFLICT where there are several, or one that the
   * caller may not see.
   */
  find(value: unknown, last: string | undefined): Promise<string | undefined>;
  /** The value in the form in which two are the same, where several records may have it. */
  same?: (value: string) => Promise<string>;
  /** Nobody chooses it: without it an item makes a record, and one that nothing has is the caller's mistake. */
  isGiven?: true;
}

/** As `find` finds it; of one that the caller may not see they hear no more than that there is one. */
export const seen =
  <R extends BaseRecord>(collection: Collection<R>, find: (value: unknown) => Promise<string | undefined>): Match["find"] =>
  async (value) => {
    const id = await find(value);
    if (id === undefined || (await Records.find(collection, id))) return id;
    throw hidden();
  };

export const hidden = (): Error => conflict("There is one already, which you may not see");

const TOLD = 5;

export const several = (records: readonly BaseRecord[]): Error =>
  conflict(
    "Several have this value: name the one that you mean by its id",
    records.slice(0, TOLD).map(({ id }) => ({ field: "", message: id })),
  );

/** By the number that the system gave; known moments after the record was made. */
export const byNumber = <R extends BaseRecord>(collection: Collection<R>, field: keyof R): Match => ({
  isGiven: true,
  find: (value) => withNumber(collection, field, String(value)),
});

/** The id of the record with a number, of those that the caller may see; known moments after it was made. */
export async function withNumber<R extends BaseRecord>(
  collection: Collection<R>,
  field: keyof R,
  number: string,
): Promise<string | undefined> {
  const { ids } = await Search.match(collection.name, wordsOfNumber(number), await Visible.namesSeen(collection));
  const records = await Records.loadMany(collection, ids, { live: true });
  return records.find((record) => String(record?.[field]).toLowerCase() === number.trim().toLowerCase())?.id;
}

/** What an item is made or changed by. */
interface Ways {
  create(): Promise<{ id: string }>;
  update(id: string): Promise<{ id: string }>;
}

const ATTEMPTS = 30;

/**
 * Changes the record that a value names, or makes one. Who makes one takes the turn of the value in the same transaction, so
 * that of many who find none at once one makes it, and the others find it then.
 */
export async function upsert(
  on: readonly [kind: string, field: string],
  match: Match,
  value: unknown,
  ways: Ways,
): Promise<Done> {
  for (let attempt = 1; ; attempt++) {
    const turn = match.same ? await turnOf([...on, await match.same(String(value))]) : undefined;
    const found = await match.find(value, turn?.record_id);
    if (found === undefined && match.isGiven) throw notFound();
    const create = (): Promise<{ id: string }> =>
      turn ? writingBeside((made) => [taking(turn, (made as { id: string }).id)], ways.create) : ways.create();
    try {
      return found === undefined
        ? await made(create)
        : await told(
            () => ways.update(found),
            () => 200,
          );
    } catch (error) {
      if (attempt >= ATTEMPTS) throw error;
      if (error instanceof Overtaken || error instanceof Contended) continue;
      if (!isFailure(error, found === undefined ? "CONFLICT" : "NOT_FOUND")) throw error;
      if ((await match.find(value, turn?.record_id)) === found) throw error;
    }
  }
}

/** What finds whom to change by more than one value may change, where nothing was to be found by the first. */
export const made = (create: () => Promise<{ id: string }>): Promise<Done> =>
  told(create, (answer) => ("outcome" in answer && answer.outcome === "updated" ? 200 : 201));

/** Who made a record for want of one with a value, and under which turn: kept for a day, which is longer than anybody races. */
interface Turn {
  key: Key;
  turn: string | undefined;
  record_id: string | undefined;
}

async function turnOf(value: readonly string[]): Promise<Turn> {
  const key = { pk: tenantKey(useTenant(), "UPSERT", hashed(...value)), sk: "turn" };
  const item = await get(key);
  return { key, turn: item && String(item.turn), record_id: item && String(item.record_id) };
}

const taking = ({ key, turn }: Turn, record_id: string): Step => ({
  action: {
    Put: {
      TableName: tableName(),
      Item: { ...key, record_id, turn: crypto.randomUUID(), ttl: Clock.epoch(Clock.after(24 * 60 * 60)) },
      ...(turn === undefined
        ? { ConditionExpression: "attribute_not_exists(pk)" }
        : { ConditionExpression: "turn = :turn", ExpressionAttributeValues: { ":turn": turn } }),
    },
  },
  refused: () => new Overtaken("Somebody else made a record of this value"),
});

export * as Upsert from "./upsert.ts";
