/**
 * A kind of master data: what its values have beside the common columns, and those with which a tenant starts (seed 001, Common
 * Masters; where it gives examples only, the usual ones of the field). Declared by masters/kind.ts, in the folder of its domain.
 */
export interface MasterKind {
  /** As ids, addresses and records name it: `lead_sources`. */
  readonly name: string;
  readonly label: string;
  /** Names of columns that only some kinds have (masters/extras.ts). */
  readonly extras: readonly string[];
  /** In their order of display. */
  readonly defaults: () => Promise<readonly Default[]> | readonly Default[];
  /** The code of the value that records get when they name none: it cannot be taken away. */
  readonly fallback?: string;
  /** The code of the value that people mean by one of its other names; undefined where they mean none. */
  readonly codeNamed?: (given: string) => Promise<string | undefined>;
}

/** A value with which a tenant starts. */
export interface Default {
  code: string;
  name: string;
  /** The code of the parent among the defaults of the same kind, for trees. */
  parent?: string;
  [extra: string]: unknown;
}
