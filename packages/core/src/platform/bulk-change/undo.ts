import { runRestoring } from "../../kernel/context.ts";
import { notFound, ruleViolation } from "../../kernel/error.ts";
import { Records } from "../../storage/write/records.ts";
import { openText } from "../import/sealed-text.ts";
import { isUntouched } from "../import/undo.ts";
import { skipChanged } from "./actions.ts";
import type { BulkChangeRecord } from "./bulk-change.ts";
import { buildInput, computeMark, fieldValue, type Plan } from "./plan.ts";
import { type Answer, type RowAction, type SkippedRow, unchangedRow, type Work } from "./row.ts";
import type { LoggedRow, SealedOutcome } from "./row-log.ts";

/** The bulk change that is undone, and its plan with the secret of its marks. */
export interface UndoTarget {
  original: BulkChangeRecord;
  plan: Plan;
}

/** Returns the function that decides how to undo the change of one record. It skips values that others have changed since. */
export function undoActionFor(
  work: Work,
  { original, plan }: UndoTarget,
  entry: LoggedRow,
): () => Promise<RowAction | SkippedRow> {
  if (original.action === "update") return () => restoreValues(work, { original, plan }, entry);
  return original.action === "delete" ? () => restoreRecord(work, entry) : () => removeRecord(work, original, entry);
}

async function restoreValues(
  { changeable }: Work,
  { original, plan }: UndoTarget,
  { id, left: marks = {}, sealed }: LoggedRow,
): Promise<RowAction | SkippedRow> {
  const { before } = JSON.parse(sealed ? await openText(original.id, sealed) : "{}") as Partial<SealedOutcome>;
  if (!before) throw ruleViolation("The previous values were too long to be stored");
  const current = (await changeable.verbs.get({ id })) as Answer;
  const isSo = (name: string, mark: string | undefined): boolean => computeMark(plan, fieldValue(current, name)) === mark;
  const names = Object.keys(before).filter((name) => !isSo(name, computeMark(plan, before[name])));
  if (names.length === 0) return unchangedRow;
  const standing = names.filter((name) => isSo(name, marks[name]));
  const details = names
    .filter((name) => !standing.includes(name))
    .map((field) => ({ field, message: "Changed since, and therefore not reverted" }));
  if (standing.length === 0) return skipChanged(details);
  const values = Object.fromEntries(standing.map((name) => [name, before[name]]));
  const currentValues = Object.fromEntries(standing.map((name) => [name, fieldValue(current, name)]));
  return {
    ...{ expectedRecord: current, before: currentValues, details },
    act: () => runRestoring(() => changeable.verbs.update({ ...buildInput(values), id: current.id })),
  };
}

async function restoreRecord(
  { changeable: { collection, verbs } }: Work,
  { id, version }: LoggedRow,
): Promise<RowAction | SkippedRow> {
  const record = await Records.load(collection, id);
  if (!record) throw notFound();
  if (!record.deleted_at) return unchangedRow;
  return record.version === version ? { act: () => verbs.restore({ id }) } : skipChanged();
}

async function removeRecord(
  { changeable }: Work,
  original: BulkChangeRecord,
  { id, version }: LoggedRow,
): Promise<RowAction | SkippedRow> {
  const record = await Records.load(changeable.collection, id);
  if (!record) throw notFound();
  if (record.deleted_at) return unchangedRow;
  const isSame = await isUntouched(record, version ?? record.version, original.created_at);
  return isSame ? { act: () => changeable.verbs.remove({ id }) } : skipChanged();
}
