import { isDeepStrictEqual } from "node:util";
import { invalidAll, type Detail as Wrong } from "../../kernel/error.ts";
import { isMask } from "../../kernel/schema.ts";
import type { Sealing } from "../table/collection.ts";
import {
  documentIn,
  type Leaf,
  leavesOf,
  maskOfLeaf,
  meantBy,
  withDocuments,
  withLeftOut,
  withValuesAt,
} from "./detail.rules.ts";
import { type Sealed, Vault } from "./vault.ts";

/**
 * Documents of a record of which parts are sealed: in the record stand their masks, and the values beside it, under the key of
 * the record, by their place: `auto_data.drivers[0].license_number`.
 */

/** What is sealed, by where a document stands: in a field, `auto_data`, or below one, `product_data.pet`. */
export type Sealings = Readonly<Record<string, Sealing | undefined>>;

interface Subject {
  id: string;
  sealed: Sealed | null;
}

export interface How {
  /**
   * Whoever writes sees masks alone: what they leave out stays, and what they send is sealed anew even if it is what stood
   * there.
   */
  blind: boolean;
}

const placeIn = (field: string, place: string): string => `${field}.${place}`;

/** Whether something lies open in a record that a release before has written. */
export const isOpen = (record: object, sealings: Sealings): boolean =>
  Object.entries(sealings).some(
    ([field, sealing]) => sealing && leavesOf(documentIn(record, field), sealing).some(({ value }) => !isMask(value)),
  );

/** The record as it is stored after a write; `before` is the stored one, whose masks may come back. */
export async function sealed<R extends Subject>(record: R, before: R | null, sealings: Sealings, how: How): Promise<R> {
  const documents = new Map<string, unknown>();
  const work: Work = { set: new Map(), kept: new Map(), gone: new Set(), wrong: [] };
  for (const [field, sealing] of Object.entries(sealings)) {
    const known = before ? documentIn(before, field) : null;
    const given = documentIn(record, field);
    const isSame = before !== null && isDeepStrictEqual(given ?? null, known ?? null) && !isOpen(before, { [field]: sealing });
    if (!sealing || isSame) continue;
    const after = documentAfter(field, { given, known, sealing, how }, work);
    if (given !== undefined) documents.set(field, after);
  }
  const { set, kept, gone, wrong } = work;
  if (wrong.length > 0) throw invalidAll(wrong);
  const moved = [...kept].filter(([to, from]) => to !== from);
  const stored = before?.sealed ?? null;
  const values = await Vault.open(
    record.id,
    stored,
    moved.map(([, from]) => from),
  );
  const changes: Record<string, string | null> = Object.fromEntries([...gone].map((place) => [place, null]));
  for (const [to, from] of moved) changes[to] = values[from] ?? null;
  const stays = await Vault.seal(record.id, stored, changes);
  const fresh = Object.fromEntries([...set].map(([place, value]) => [place, JSON.stringify(value)]));
  return { ...withDocuments(record, documents), sealed: await Vault.seal(record.id, stays, fresh, { fresh: how.blind }) };
}

/** What becomes of sealed values, by place. */
interface Work {
  /** Those that are given in the clear. */
  set: Map<string, unknown>;
  /** Those whose masks came back, with the place where they are stored. */
  kept: Map<string, string>;
  gone: Set<string>;
  wrong: Wrong[];
}

interface Documents {
  given: unknown;
  known: unknown;
  sealing: Sealing;
  how: How;
}

/** The document as it is stored: with masks for what is sealed. */
function documentAfter(field: string, { given, known, sealing, how }: Documents, { set, kept, gone, wrong }: Work): unknown {
  const open = new Map<string, unknown>();
  const stored = leavesOf(known, sealing).map((leaf): Leaf => {
    if (isMask(leaf.value)) {
      gone.add(placeIn(field, leaf.place));
      return leaf;
    }
    // As a release before wrote it.
    open.set(leaf.place, leaf.value);
    return { ...leaf, value: maskOfLeaf(leaf.value) };
  });
  const document = how.blind ? withLeftOut(given, stored, sealing) : given;
  const masks = new Map<string, unknown>();
  for (const leaf of leavesOf(document, sealing)) {
    const place = placeIn(field, leaf.place);
    gone.delete(place);
    const meant = isMask(leaf.value) ? meantBy(leaf, stored, sealing) : undefined;
    if (meant) stored.splice(stored.indexOf(meant), 1);
    if (meant && !open.has(meant.place)) kept.set(place, placeIn(field, meant.place));
    else if (meant || !isMask(leaf.value)) {
      const value = meant ? open.get(meant.place) : leaf.value;
      masks.set(leaf.place, maskOfLeaf(value));
      set.set(place, value);
    } else wrong.push({ field: place, message: FOREIGN_MASK });
  }
  return withValuesAt(document, masks);
}

const FOREIGN_MASK = "Not the mask of a stored value: send the value in full, or leave it out";

/** The documents of a record with what is sealed in the clear, for who may see it. */
export async function opened<R extends Subject>(record: R, sealings: Sealings): Promise<R> {
  if (!record.sealed) return record;
  const values = Object.entries(await Vault.open(record.id, record.sealed));
  const documents = new Map<string, unknown>();
  for (const field of Object.keys(sealings)) {
    const own = values.filter(([place]) => place.startsWith(placeIn(field, "")));
    const places = own.map(([place, value]): [string, unknown] => [place.slice(field.length + 1), JSON.parse(value)]);
    if (places.length > 0) documents.set(field, withValuesAt(documentIn(record, field), new Map(places)));
  }
  return withDocuments(record, documents);
}

export * as SealedDetail from "./detail.ts";
