import type { Schemas } from "@crm/sdk/index.ts";
import { createCodeFinder, matchesCondition } from "../../api/condition.ts";
import type { Action, Field, Kind } from "../../api/kind.ts";
import { findPages } from "../../api/page-manifest.ts";
import { takesSeveral } from "../../ui/kit/filter-operators.ts";
import { parseParameter } from "./sort-rules.ts";

/** The rules of bulk changes that need no browser. The API is described in docs/platform/bulk-changes.md. */

export type BulkChange = Schemas.BulkChange;
export type BulkResult = Schemas.BulkChangeResult;
type Values = Readonly<Record<string, unknown>>;

/** Records that one request can name. */
export const MAX_CHOSEN = 500;
/** Records on which an action runs one after another. */
export const MAX_ACTION_RECORDS = 100;

/** The records of a change: those that the user chose, or all that the list has with its filters. */
export type Selection =
  | { readonly ids: readonly string[]; readonly count: number }
  | { readonly query: Values; readonly count: number; readonly isLowerBound?: boolean };

/** Parameters of a list that say nothing about which records it has. */
const PAGING: ReadonlySet<string> = new Set(["sort", "order", "page", "limit", "cursor"]);

const CUSTOM_PREFIX = "custom_fields.";

/** Returns the filters of a list, as bulk changes and exports take them: those of custom fields among the conditions. */
export function buildSelectionQuery(list: Values): Values {
  const filters = Object.entries(list).filter(([name]) => !PAGING.has(name));
  const isCustom = ([name]: readonly [string, unknown]): boolean => name.startsWith(CUSTOM_PREFIX);
  const conditions = filters.filter(isCustom).map(([parameter, value]) => {
    const { name, operator } = parseParameter(parameter);
    return { [name]: { [operator]: takesSeveral(operator) ? String(value).split(",") : value } };
  });
  const { where, ...others } = Object.fromEntries(filters.filter((filter) => !isCustom(filter)));
  const all = where === undefined ? conditions : [where, ...conditions];
  if (conditions.length === 0) return where === undefined ? others : { ...others, where };
  return { ...others, where: { and: all } };
}

/** The part of a request that names its records. */
export const buildTarget = (selection: Selection): Values =>
  "ids" in selection ? { ids: selection.ids } : { query: selection.query };

/** Whether many records can have the same value of a field. A reference whose kind another field names depends on the record. */
export const isSharedField = (field: Field, { title }: Pick<Kind, "title">): boolean =>
  field.editable && field.type_field === undefined && field.format !== "tags" && !title.includes(`{${field.name}}`);

const OWNER_FIELDS: readonly string[] = ["owner_id", "assigned_to_id", "assigned_staff_id"];

/** Returns the field that says whose record it is. */
export const findOwnerField = ({ fields }: Pick<Kind, "fields">): Field | undefined =>
  OWNER_FIELDS.flatMap((name) => fields.filter((field) => field.name === name && field.editable && field.record === "user"))[0];

export const findTagField = ({ fields }: Pick<Kind, "fields">): Field | undefined =>
  fields.find(({ format, editable }) => format === "tags" && editable);

/** Actions that make a part of one record, or need another record beside it, are of no use for many. */
const SINGLE_ACTION = /^(?:add|preview|test|view|check|merge|unmerge|reorder|reprice|rotate|split|remove|delete|watch)/i;
/** The types of fields that can have one value for many records. */
const SHARED_TYPES: ReadonlySet<string> = new Set([
  "text",
  "choice",
  "master",
  "date",
  "instant",
  "boolean",
  "integer",
  "number",
]);

/** Returns the actions that can run on many records, and that at least one of these allows. */
export function listSharedActions(kind: Pick<Kind, "actions" | "fields">, records: readonly Values[]): Action[] {
  const codeFor = createCodeFinder(kind.fields);
  return kind.actions.filter(
    ({ name, on, method, path, confirm, fields, enabled_when }) =>
      on === "record" &&
      (method === "POST" || method === "PATCH") &&
      !confirm &&
      !SINGLE_ACTION.test(name) &&
      (path.match(/\{/g) ?? []).length === 1 &&
      fields.every(
        (field) =>
          !(field as { required?: boolean }).required || SHARED_TYPES.has(field.type) || findPages(field.record).isNamedForMany,
      ) &&
      records.some((record) => matchesCondition(enabled_when, record, codeFor)),
  );
}

const foldTag = (tag: string): string => tag.trim().toLocaleLowerCase();

/** Returns the tags of a record after a change. */
export function changeTags(tags: readonly string[], added: readonly string[], removed: readonly string[]): string[] {
  const gone = new Set(removed.map(foldTag));
  const kept = tags.filter((tag) => !gone.has(foldTag(tag)));
  const known = new Set(kept.map(foldTag));
  return [...kept, ...added.filter((tag) => !known.has(foldTag(tag)))];
}

/** Names the fields of a form in the errors of a bulk change: `changes.email` is `email`. */
export const renameErrors = (fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([name, message]) => [name.replace(/^changes\./, ""), message]));

export const isRunning = ({ status }: Pick<BulkChange, "status">): boolean => status === "queued" || status === "running";

/** Records that a bulk change is through with. */
export const countProcessed = ({ done, failed, skipped }: Pick<BulkChange, "done" | "failed" | "skipped">): number =>
  done + failed + skipped;

/** Whether a bulk change can be taken back. The API keeps the values before it for seven days. */
export const canUndo = (change: Pick<BulkChange, "status" | "action" | "dry_run" | "done" | "undone_by_id">): boolean =>
  !isRunning(change) && change.action !== "undo" && !change.dry_run && change.done > 0 && change.undone_by_id === null;

/** Says why a record was refused: by field, or as a whole. */
export function formatReason(
  { message, details }: Pick<BulkResult, "message" | "details">,
  fields: readonly Pick<Field, "name" | "label">[],
): string {
  if (details.length === 0) return message ?? "";
  const labelFor = (name: string): string | undefined =>
    fields.find((field) => field.name === name || field.name === name.split("[")[0])?.label;
  return details
    .map(({ field, message: text }) => {
      const label = labelFor(field);
      return label === undefined ? text : `${label}: ${text}`;
    })
    .join("; ");
}

/** Runs work for each id, some at a time, in their order. A stop leaves out those that have not begun. */
export async function runForEach(
  ids: readonly string[],
  work: (id: string) => Promise<void>,
  { parallel, isStopped }: { readonly parallel: number; readonly isStopped: () => boolean },
): Promise<void> {
  let next = 0;
  const runLane = async (): Promise<void> => {
    while (next < ids.length && !isStopped()) {
      const id = ids[next++];
      if (id !== undefined) await work(id);
    }
  };
  await Promise.all(Array.from({ length: parallel }, runLane));
}
