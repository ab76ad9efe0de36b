/** A difference between a stored value and the value that the records give. */
export interface Difference {
  kind: string;
  /** The scope of a counter, or the id of a record whose checkpoint differs. */
  where: string;
  what: string;
  kept: number | string | undefined;
  counted: number | string | undefined;
}
