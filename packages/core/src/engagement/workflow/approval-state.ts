import { createHash } from "node:crypto";
import { usePorts } from "../../kernel/context.ts";
import { findTitleTemplate, listTitleFields } from "../../kernel/record-title.ts";
import type { Step } from "./definition.ts";
import type { CollectedRecord } from "./enrolled-record.ts";
import { listPaths } from "./values.rules.ts";

/**
 * The state of a record about which an approver is asked: a hash of each field that users change, and of each that the question shows. Fields that
 * only the product writes, such as scores and dates of activities, do not count, so that they make no approval impossible.
 */
type ApprovalState = Readonly<Record<string, string>>;

type ApprovalStep = Extract<Step, { do: "approval" }>;

export async function readApprovalState({ collection, record }: CollectedRecord, step: ApprovalStep): Promise<ApprovalState> {
  const operations = await usePorts().operations.describeKind(collection.name);
  const { internal = [], secret = [], sealed } = collection.definition;
  const hidden = new Set<string>([...internal, ...secret, ...(sealed === undefined ? [] : [sealed])]);
  const fields = new Set([...(operations?.updateFields ?? []), ...listShownFields(collection, step)]);
  const stored = collection.fields.filter((field) => fields.has(field) && !hidden.has(field));
  return Object.fromEntries(stored.map((field) => [field, hashValue(record[field])]));
}

/** Lists the fields of the record that its title and the question show. */
function listShownFields({ kind, fields }: CollectedRecord["collection"], { subject = "" }: ApprovalStep): string[] {
  const titleFields = listTitleFields(findTitleTemplate(kind, new Set(fields)));
  const questionFields = listPaths(subject).map((path) => path.split("."));
  return [...titleFields, ...questionFields.flatMap(([object, field]) => (object === "record" && field ? [field] : []))];
}

/** Short, because the state is stored with each enrollment that waits. */
const HASH_LENGTH = 12;

const hashValue = (value: unknown): string =>
  createHash("sha256")
    .update(JSON.stringify(value ?? null))
    .digest("base64url")
    .slice(0, HASH_LENGTH);

/** Lists the fields of a record that have changed since an approver was asked. */
export const listChangedFields = (state: ApprovalState, record: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(state).flatMap(([field, hash]) => (hashValue(record[field]) === hash ? [] : [field]));
