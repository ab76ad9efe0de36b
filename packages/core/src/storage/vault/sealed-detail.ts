import { isDeepStrictEqual } from "node:util";
import { invalidAll, type ErrorDetail as Wrong } from "../../kernel/error.ts";
import { isMask } from "../../kernel/schema.ts";
import type { Sealing } from "../table/collection.ts";
import {
  findMaskedLeaf,
  listSealedLeaves,
  maskValue,
  readDocument,
  replaceDocuments,
  replaceValues,
  restoreOmitted,
  type SealedLeaf,
} from "./sealed-detail.rules.ts";
import { type Sealed, Vault } from "./vault.ts";

/**
 * Documents with sealed parts. The record contains their masks; the values are stored in its sealed field, under the key of the record, by
 * location: `auto_data.drivers[0].license_number`.
 */

/** The sealed parts of documents by path: a field, `auto_data`, or below one, `product_data.pet`. */
export type Sealings = Readonly<Record<string, Sealing | undefined>>;

interface SealableRecord {
  id: string;
  sealed: Sealed | null;
}

export interface SealOptions {
  /**
   * The writer sees only masks: values that they leave out stay, and values that they send are encrypted again even if they are unchanged.
   */
  seesMasksOnly: boolean;
}

const valueLocation = (field: string, place: string): string => `${field}.${place}`;

/** Returns whether a record of an earlier release contains sealed values in plain text. */
export const hasUnsealedValues = (record: object, sealings: Sealings): boolean =>
  Object.entries(sealings).some(
    ([field, sealing]) => sealing && listSealedLeaves(readDocument(record, field), sealing).some(({ value }) => !isMask(value)),
  );

/** Seals the documents of a record for storage. `before` is the stored record, whose masks the new one may contain. */
export async function seal<R extends SealableRecord>(
  record: R,
  before: R | null,
  sealings: Sealings,
  options: SealOptions,
): Promise<R> {
  const documents = new Map<string, unknown>();
  const work: SealChanges = { set: new Map(), restoredFrom: new Map(), removedLocations: new Set(), problems: [] };
  for (const [field, sealing] of Object.entries(sealings)) {
    const storedDocument = before ? readDocument(before, field) : null;
    const inputDocument = readDocument(record, field);
    const isSame =
      before !== null &&
      isDeepStrictEqual(inputDocument ?? null, storedDocument ?? null) &&
      !hasUnsealedValues(before, { [field]: sealing });
    if (!sealing || isSame) continue;
    const after = sealDocument(field, { input: inputDocument, storedDocument, sealing, options }, work);
    if (inputDocument !== undefined) documents.set(field, after);
  }
  const { set, restoredFrom, removedLocations, problems } = work;
  if (problems.length > 0) throw invalidAll(problems);
  const moves = [...restoredFrom].filter(([to, from]) => to !== from);
  const stored = before?.sealed ?? null;
  const values = await Vault.open(
    record.id,
    stored,
    moves.map(([, from]) => from),
  );
  const changes: Record<string, string | null> = Object.fromEntries([...removedLocations].map((place) => [place, null]));
  for (const [to, from] of moves) changes[to] = values[from] ?? null;
  const sealedValues = await Vault.seal(record.id, stored, changes);
  const fresh = Object.fromEntries([...set].map(([place, value]) => [place, JSON.stringify(value)]));
  return {
    ...replaceDocuments(record, documents),
    sealed: await Vault.seal(record.id, sealedValues, fresh, { fresh: options.seesMasksOnly }),
  };
}

/** The changes of sealed values, by location. */
interface SealChanges {
  /** Values that were sent in plain text. */
  set: Map<string, unknown>;
  /** Values whose masks were sent back, with the location at which they are stored. */
  restoredFrom: Map<string, string>;
  removedLocations: Set<string>;
  problems: Wrong[];
}

interface DocumentChange {
  input: unknown;
  storedDocument: unknown;
  sealing: Sealing;
  options: SealOptions;
}

/** Returns the document for storage, with masks in place of sealed values. */
function sealDocument(
  field: string,
  { input, storedDocument, sealing, options }: DocumentChange,
  { set, restoredFrom, removedLocations, problems }: SealChanges,
): unknown {
  const open = new Map<string, unknown>();
  const stored = listSealedLeaves(storedDocument, sealing).map((leaf): SealedLeaf => {
    if (isMask(leaf.value)) {
      removedLocations.add(valueLocation(field, leaf.location));
      return leaf;
    }
    // Stored in plain text by an earlier release.
    open.set(leaf.location, leaf.value);
    return { ...leaf, value: maskValue(leaf.value) };
  });
  const document = options.seesMasksOnly ? restoreOmitted(input, stored, sealing) : input;
  const masks = new Map<string, unknown>();
  for (const leaf of listSealedLeaves(document, sealing)) {
    const place = valueLocation(field, leaf.location);
    removedLocations.delete(place);
    const maskedLeaf = isMask(leaf.value) ? findMaskedLeaf(leaf, stored, sealing) : undefined;
    if (maskedLeaf) stored.splice(stored.indexOf(maskedLeaf), 1);
    if (maskedLeaf && !open.has(maskedLeaf.location)) restoredFrom.set(place, valueLocation(field, maskedLeaf.location));
    else if (maskedLeaf || !isMask(leaf.value)) {
      const value = maskedLeaf ? open.get(maskedLeaf.location) : leaf.value;
      masks.set(leaf.location, maskValue(value));
      set.set(place, value);
    } else problems.push({ field: place, message: FOREIGN_MASK });
  }
  return replaceValues(document, masks);
}

const FOREIGN_MASK = "Must be the mask of a stored value: send the complete value, or omit the field";

/** Returns a record with its sealed values in plain text, for callers with the permission to see them. */
export async function unseal<R extends SealableRecord>(record: R, sealings: Sealings): Promise<R> {
  if (!record.sealed) return record;
  const values = Object.entries(await Vault.open(record.id, record.sealed));
  const documents = new Map<string, unknown>();
  for (const field of Object.keys(sealings)) {
    const fieldValues = values.filter(([place]) => place.startsWith(valueLocation(field, "")));
    const places = fieldValues.map(([place, value]): [string, unknown] => [place.slice(field.length + 1), JSON.parse(value)]);
    if (places.length > 0) documents.set(field, replaceValues(readDocument(record, field), new Map(places)));
  }
  return replaceDocuments(record, documents);
}

export * as SealedDetail from "./sealed-detail.ts";
