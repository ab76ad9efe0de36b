import type { Field, Kind } from "../../api/kind.ts";
import { listTitleFields } from "../../api/title.ts";

const OWNER_FIELDS: readonly string[] = ["owner_id", "assigned_to_id", "assigned_to"];

/** Returns the fields that the head of a record shows beside its title: where the record stands, and whose it is. */
export function findHeadFields({ board, fields, title }: Pick<Kind, "board" | "fields" | "title">): {
  readonly status: Field | undefined;
  readonly owner: Field | undefined;
} {
  return {
    status: fields.find(({ name }) => name === board?.field && !listTitleFields(title).includes(name)),
    owner: fields.find(({ name, record }) => OWNER_FIELDS.includes(name) && record === "user"),
  };
}
