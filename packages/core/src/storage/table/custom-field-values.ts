import type * as z from "zod";
import type { Item, WriteCondition } from "./item.ts";
import type { Key } from "./key.ts";

/**
 * Fields of a tenant's own, whose values a record has in `custom_fields`: what is done with them wherever a record is written or
 * answered, for kinds whose collection names it (`own`).
 */

export type CustomFieldValue = z.core.util.JSONType;
export type CustomFieldValues = Record<string, CustomFieldValue>;

export interface CustomFieldAdapter {
  /** Values as the caller sees them. */
  loadPresenter(kind: string): Promise<(values: CustomFieldValues | null) => CustomFieldValues>;
  /** Adds to a transaction what its records give free and take, of values that no two of a kind may have. */
  addClaims(tx: ClaimTransaction, kind: string, changes: readonly CustomFieldChange[]): Promise<void>;
}

/** A transaction, as far as values are given free and taken by it. */
export interface ClaimTransaction {
  put(item: Item, guarded?: WriteCondition): unknown;
  delete(key: Key, guarded?: WriteCondition): unknown;
}

/** What a record holds before and after a write, under every id that it is known by; one that is deleted holds nothing. */
export interface CustomFieldChange {
  ids: readonly [string, ...string[]];
  /** Of a version: what all versions of the same have in common. They may have one value together. */
  series?: string | undefined;
  before: CustomFieldValues | null;
  after: CustomFieldValues | null;
}
