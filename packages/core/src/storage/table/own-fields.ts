import type * as z from "zod";
import type { Guarded, Item } from "./item.ts";
import type { Key } from "./key.ts";

/**
 * Fields of a tenant's own, whose values a record has in `custom_fields`: what is done with them wherever a record is written or
 * answered, for kinds whose collection names it (`own`).
 */

export type OwnValue = z.core.util.JSONType;
export type OwnValues = Record<string, OwnValue>;

export interface OwnFields {
  /** Values as the caller sees them. */
  seen(kind: string): Promise<(values: OwnValues | null) => OwnValues>;
  /** Adds to a transaction what its records give free and take, of values that no two of a kind may have. */
  move(tx: Claiming, kind: string, changes: readonly OwnChange[]): Promise<void>;
}

/** A transaction, as far as values are given free and taken by it. */
export interface Claiming {
  put(item: Item, guarded?: Guarded): unknown;
  delete(key: Key, guarded?: Guarded): unknown;
}

/** What a record holds before and after a write, under every id that it is known by; one that is deleted holds nothing. */
export interface OwnChange {
  ids: readonly [string, ...string[]];
  /** Of a version: what all versions of the same have in common. They may have one value together. */
  series?: string | undefined;
  before: OwnValues | null;
  after: OwnValues | null;
}
