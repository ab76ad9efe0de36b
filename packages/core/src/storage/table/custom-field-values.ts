import type * as z from "zod";
import type { FieldType } from "../../kernel/field.ts";
import type { Item, WriteCondition } from "./item.ts";
import type { Key } from "./key.ts";

/**
 * Custom fields, whose values are in a record's `custom_fields`: how their values are written and shown, for kinds whose definition has
 * `customFields`.
 */

/** The field of a record that holds them. */
export const CUSTOM_FIELDS = "custom_fields";

const CUSTOM_PREFIX = `${CUSTOM_FIELDS}.`;
export const isCustomPath = (path: string): boolean => path.startsWith(CUSTOM_PREFIX);
/** Returns the name by which lists know a custom field. */
export const customPath = (name: string): string => CUSTOM_PREFIX + name;
/** Returns the name of the custom field at a path. */
export const customName = (path: string): string => path.slice(CUSTOM_PREFIX.length);

/** A custom field by which lists of the caller filter and sort. */
export interface CustomListField {
  /** `custom_fields.size` */
  readonly path: string;
  readonly type: FieldType;
  /** The schema of a value. */
  readonly schema: z.ZodType;
  /** Identifies how stored values are read: it changes with the definition. */
  readonly meaning: string;
  /** Returns a stored value under the present definition. */
  readonly readValue: (stored: CustomFieldValue | undefined) => unknown;
}

export type CustomFieldValue = z.core.util.JSONType;
export type CustomFieldValues = Record<string, CustomFieldValue>;

export interface CustomFieldAdapter {
  /** Returns a function that selects the values that the caller may see. */
  loadPresenter(kind: string): Promise<(values: CustomFieldValues | null) => CustomFieldValues>;
  /** Returns the fields by which the caller may filter and sort. */
  listFields(kind: string, paths: readonly string[]): Promise<readonly CustomListField[]>;
  /** Adds to a transaction the claims and releases of values that must be unique in the kind. */
  addClaims(tx: ClaimTransaction, kind: string, changes: readonly CustomFieldChange[]): Promise<void>;
}

/** The part of a transaction that claims and releases values. */
export interface ClaimTransaction {
  put(item: Item, guarded?: WriteCondition): unknown;
  delete(key: Key, guarded?: WriteCondition): unknown;
}

/** The values of a record before and after a write, with all ids of the record. A deleted record has no values. */
export interface CustomFieldChange {
  ids: readonly [string, ...string[]];
  /** For a version: the id that all versions share. They may have the same unique value. */
  series?: string | undefined;
  before: CustomFieldValues | null;
  after: CustomFieldValues | null;
}
