import type { Context } from "../kernel/context.ts";
import { type Detail, gathered } from "../kernel/error.ts";
import { recordsOf, referencesOf } from "../kernel/schema.ts";
import { collectionOfId } from "../storage/table/collections.ts";
import { Records } from "../storage/write/records.ts";
import { resolveAll } from "./values.ts";

/** As a request is told (`fn`): what the record that it changes has already stays good for it. */
export const wrongNames: NonNullable<Context["wrongNames"]> = async (shape, read) => {
  const names = recordsOf(shape, read).length > 0 || [...referencesOf(shape).keys()].some((field) => read[field] != null);
  if (!names) return [];
  const collection = typeof read.id === "string" ? await collectionOfId(read.id) : undefined;
  const current = collection && (await Records.find(collection, String(read.id)));
  const wrong: Detail[] = [];
  await gathered(wrong, resolveAll(shape, read, current), read);
  return wrong;
};
