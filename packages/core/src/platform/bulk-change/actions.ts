import { conflict } from "../../kernel/error.ts";
import { mergeTags, tagKey } from "../../kernel/tag.ts";
import { buildInput, fieldValue, listFieldNames, type Plan } from "./plan.ts";
import { type Answer, type RowAction, type SkippedRow, unchangedRow, type Work } from "./row.ts";
import { decideAction } from "./rule-decision.ts";

/** Returns the function that decides what to do with one record, by the action of the bulk change. */
export function actionFor(work: Work, id: string): () => Promise<RowAction | SkippedRow> {
  const { record, changeable } = work;
  const { verbs } = changeable;
  if (record.action === "delete") return async () => ({ act: () => verbs.remove({ id }) });
  if (record.action === "restore") return async () => ({ act: () => verbs.restore({ id }) });
  return async () => {
    const current = (await verbs.get({ id })) as Answer;
    const { decides } = work.plan;
    if (decides) return decideAction(work, current, decides);
    const { changes, values } = resolveChanges(work.plan, current);
    if (Object.keys(values).length === 0) return unchangedRow;
    return { act: () => verbs.update({ ...buildInput(changes), id: current.id }), expectedRecord: current, before: values };
  };
}

/** The result for a record that another user has changed since. */
export const skipChanged = (details: SkippedRow["details"] = []): SkippedRow => {
  const { code, message } = conflict("The record was changed after the bulk change");
  return { spared: true, status: 409, code, message, details };
};

/** Returns the fields to set, and their values before. */
function resolveChanges({ changes, add_tags, remove_tags, only_tagged }: Plan, current: Answer) {
  const tags = (current.tags ?? []) as readonly string[];
  const removed = new Set(remove_tags.map(tagKey));
  const remainingTags = tags.filter((tag) => !removed.has(tagKey(tag)));
  if (only_tagged && remainingTags.length === tags.length) return { changes: {}, values: {} };
  const next = mergeTags(remainingTags, add_tags);
  const isTagged = next.length !== tags.length || next.some((tag, index) => tag !== tags[index]);
  const names = [...listFieldNames(changes), ...(isTagged ? ["tags"] : [])];
  return {
    changes: isTagged ? { ...changes, tags: next } : changes,
    values: Object.fromEntries(names.map((name) => [name, fieldValue(current, name)])),
  };
}
