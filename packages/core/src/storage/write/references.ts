import { useActorId } from "../../kernel/context.ts";
import { conflict, type Detail } from "../../kernel/error.ts";
import { isId, type Kind } from "../../kernel/id.ts";
import { kindOfField, recordsOf, type Shape } from "../../kernel/schema.ts";
import { partitionsWithin } from "../read/plan.ts";
import type { Partition } from "../read/query.ts";
import { merged } from "../read/scan.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { collectionOf } from "../table/collections.ts";
import { Records } from "./records.ts";

/**
 * What records say of each other by id. A field that is declared to name a record (`id(KIND)`, `reference(KIND)`, `naming`) names
 * one that is there and that the caller may see; a record that others could not do without is not deleted.
 */

/**
 * What is wrong with the records that an input names; `had` is the record as it stands, and what it names already stays good. Who
 * acts is there. The fields that are `own` are looked at by who asks.
 */
export async function wrongIn(
  fields: Shape,
  input: object,
  had: object | undefined,
  own: readonly string[] = [],
): Promise<Detail[]> {
  const held = new Set(recordsOf(fields, had ?? {}).map(({ id }) => id));
  const named = recordsOf(fields, input).filter(({ field, id }) => !own.includes(field) && !held.has(id) && id !== useActorId());
  const found = await Records.shownOf(named);
  return named.flatMap(({ kind, path, id }) =>
    isId(id, kind) && found.has(id) ? [] : [{ field: path, message: `No such ${kind.name.replaceAll("_", " ")}` }],
  );
}

/** Records of a kind that stand in the way are told by their ids, so many of them. */
const TOLD = 5;
/** So many are looked at for those that the caller may see. */
const LOOKED_AT = 50;

/**
 * Refuses to delete a record, under all of its `ids`, while live ones of these kinds name it. They are told as far as the caller
 * may see them. They are found by an index, which may lag a write by moments.
 */
export async function requireUnnamed(of: Kind, ids: readonly string[], among: readonly Kind[]): Promise<void> {
  const details = await Promise.all(among.map((kind) => inTheWay(kind, of, ids)));
  const wrong = details.filter((detail) => detail !== undefined);
  if (wrong.length === 0) return;
  const what = wrong.map(({ field }) => field).join(", ");
  throw conflict(`It has ${what}: delete them first, or let them name another`, wrong);
}

async function inTheWay(kind: Kind, of: Kind, ids: readonly string[]): Promise<Detail | undefined> {
  const collection = await collectionOf(kind);
  const seen: string[] = [];
  let count = 0;
  for await (const row of merged(collection, partitionsNaming(collection, of, ids), {
    order: "desc",
    after: undefined,
    chunk: LOOKED_AT,
  })) {
    const record = collection.fromRow(row);
    if (await Records.sees(collection, record)) seen.push(record.id);
    if (++count === LOOKED_AT || seen.length > TOLD) break;
  }
  if (count === 0) return undefined;
  const told = seen.slice(0, TOLD).join(", ");
  const rest = seen.length > TOLD ? " and others" : count > seen.length ? " and some that you may not see" : "";
  return { field: kind.path?.slice(1) ?? kind.name, message: seen.length > 0 ? told + rest : "Some that you may not see" };
}

/** Where records of a kind are found that name another: in an index by the field, or in its collection. */
function partitionsNaming(collection: Collection<BaseRecord>, of: Kind, ids: readonly string[]): Partition[] {
  const { indexes, schema } = collection.definition;
  const naming = Object.values(indexes).find((use) => use.field && !use.sort && kindOfField(schema.shape[use.field]) === of);
  return naming?.field ? partitionsBy(collection, naming.field, ids) : partitionsWithin(ids);
}

/** Where records of a kind are found whose field names one of these ids; the field has an index. */
export function partitionsBy({ name, definition }: Collection<BaseRecord>, by: string, ids: readonly string[]): Partition[] {
  const { indexes } = definition;
  for (const [index, use] of Object.entries(indexes) as [Partition["index"], (typeof indexes)["by_time"]][]) {
    const { field, sort, splitBy } = use ?? {};
    if (field !== by || sort) continue;
    const parts = splitBy ? splitBy.values.map((value) => ({ [splitBy.field]: value })) : [{}];
    return ids.flatMap((id) => parts.map((part) => ({ index, facets: { [by]: id, ...part } })));
  }
  throw new Error(`No index of ${name} knows ${by}`);
}

export * as References from "./references.ts";
