/**
 * A kind of master data: its extra columns, and the values with which a tenant starts. A domain
 * declares its kinds in `x.masters.ts`.
 */
export interface MasterKind {
  /** The name in ids, paths and records: `lead_sources`. */
  readonly name: string;
  readonly label: string;
  /** Further names that paths may use for the kind. */
  readonly otherNames?: readonly string[];
  /** Names of columns that only some kinds have (platform/master-data/extra-columns.ts). */
  readonly extras: readonly string[];
  /** The initial values, in display order. */
  readonly defaults: () => Promise<readonly MasterDefault[]> | readonly MasterDefault[];
  /** Code of the default value for records that name none. It cannot be removed. */
  readonly fallback?: string;
  /** Further codes that inputs may use, in lower case, each with the code of its value. A value of the tenant with such a code comes first. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Returns the code of the value that has this other name; undefined if none has. */
  readonly findCode?: (alias: string) => Promise<string | undefined>;
  /** Whether the initial values belong to the release, together with their content. Tenants cannot change or remove them. */
  readonly isFixed?: true;
  /**
   * Whether code depends on the values, as states with codes in upper case. Tenants cannot add, retire or remove values; they can change
   * names, colours and order.
   */
  readonly isClosed?: true;
  readonly rules?: () => Promise<MasterRules>;
}

/** Rules for the values of a kind, beyond their columns. */
export interface MasterRules {
  /** Returns the value to store. `before` is undefined for a new value. */
  validate<V extends object>(value: V, before: V | undefined): Promise<V>;
  /** Refuses to remove a value that records need. */
  requireUnused(value: { readonly code: string }): Promise<void>;
}

/** A value with which a tenant starts. */
export interface MasterDefault {
  code: string;
  name: string;
  /** For trees: the code of the parent among the initial values of the same kind. */
  parent?: string;
  [extra: string]: unknown;
}

type KindDefinition = Omit<MasterKind, "name">;

/** Declares a kind of master data, beside its domain. `name` is part of ids and addresses, and never changes. */
/* @__NO_SIDE_EFFECTS__ */
export const masterKind = <const D extends KindDefinition>(name: string, declared: D): { readonly name: string } & D => ({
  name,
  ...declared,
});

/** Converts a name to a code: `Real Estate` becomes `real_estate`. */
export const toCode = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");

/** Returns default values that consist only of their names. */
export const buildDefaults = (...names: readonly string[]): MasterDefault[] =>
  names.map((name) => ({ code: toCode(name), name }));
