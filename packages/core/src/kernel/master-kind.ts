/**
 * A kind of master data: what its values have beside the common columns, and those with which a tenant starts (seed 001, Common
 * Masters; where it gives examples only, the usual ones of the field). Declared by platform/master-data/master-kind.ts, in the folder of its domain.
 */
export interface MasterKind {
  /** As ids, addresses and records name it: `lead_sources`. */
  readonly name: string;
  readonly label: string;
  /** Names of columns that only some kinds have (platform/master-data/extra-columns.ts). */
  readonly extras: readonly string[];
  /** In their order of display. */
  readonly defaults: () => Promise<readonly MasterDefault[]> | readonly MasterDefault[];
  /** The code of the value that records get when they name none: it cannot be taken away. */
  readonly fallback?: string;
  /** The code of the value that people mean by one of its other names; undefined where they mean none. */
  readonly findCode?: (given: string) => Promise<string | undefined>;
  /** Whether the defaults are of the release, as what they say is: nobody changes them or takes them away. */
  readonly isFixed?: true;
  /**
   * Whether the values are the states that code goes by, each by its code in upper case: none is made, retired or taken away. What they
   * are called, their colours and their order are the tenant's.
   */
  readonly isClosed?: true;
  readonly rules?: () => Promise<MasterRules>;
}

/** What a kind asks of its values beyond their columns. */
export interface MasterRules {
  /** The value as it is stored; a new one had none before. */
  validate<V extends object>(value: V, before: V | undefined): Promise<V>;
  /** Refuses to take away a value that records cannot do without. */
  requireUnused(value: { readonly code: string }): Promise<void>;
}

/** A value with which a tenant starts. */
export interface MasterDefault {
  code: string;
  name: string;
  /** The code of the parent among the defaults of the same kind, for trees. */
  parent?: string;
  [extra: string]: unknown;
}
