/** What a recount finds: what is kept, and what the records say. */
export interface Difference {
  kind: string;
  /** A counter's scope, or the id of a record whose checkpoint differs. */
  where: string;
  what: string;
  kept: number | string | undefined;
  counted: number | string | undefined;
}
