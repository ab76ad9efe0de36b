import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { IdInput, patchSchema, type Shape, type StoredFields, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { type Edit, Records } from "./records.ts";
import type { Transaction } from "./transaction.ts";

interface RecordHooks<R extends BaseRecord, S extends Shape> {
  /** Returns the record with changes of its fields, as it is written. */
  edit(current: R, changes: Partial<StoredFields<S>>, tx: Transaction): R | Promise<R>;
  remove?: Edit<R>;
  restore?: Edit<R>;
}

/**
 * Builds the verbs of a kind whose users write exactly `fields`. Listing and creating differ more between kinds, so each kind declares them
 * itself.
 */
export function createRecordVerbs<R extends BaseRecord, const S extends Shape>(
  collection: Collection<R>,
  fields: S,
  { edit, remove, restore }: RecordHooks<R, S>,
) {
  type Input = z.output<z.ZodObject<S>> & { id: string };
  const change = (id: string, changes: Partial<StoredFields<S>>): Promise<R> =>
    Records.change(collection, id, (current, tx) => edit(current, changes, tx));
  return {
    get: fn(IdInput, ({ id }) => Records.read(collection, id)),
    replace: fn(z.strictObject({ ...fields, ...IdInput.shape }), (input) =>
      change((input as Input).id, toStoredFields(fields, input as Input)),
    ),
    update: fn(patchSchema(fields).extend(IdInput.shape), (input) => change((input as Input).id, toStoredPatch(fields, input))),
    remove: fn(IdInput, ({ id }) => Records.remove(collection, id, remove)),
    restore: fn(IdInput, ({ id }) => Records.restore(collection, id, restore)),
  };
}
