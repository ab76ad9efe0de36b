import type { TableUse } from "../kernel/uses.ts";

/** What sets of records do with the table: a record is looked at, and what it is a member of is written. */
export const evaluating: readonly TableUse[] = [
  { actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"] },
];

/** The same of all records of a kind. */
export const walkingSets: readonly TableUse[] = [...evaluating, { actions: ["Query"], on: ["by_time"] }];
