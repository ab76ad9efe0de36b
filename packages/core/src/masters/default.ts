/** A value with which a tenant starts. */
export interface Default {
  code: string;
  name: string;
  /** The code of the parent among the defaults of the same kind, for trees. */
  parent?: string;
  [extra: string]: unknown;
}
