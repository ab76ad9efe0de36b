import { conflict } from "../../kernel/error.ts";
import { joinedTags, tagKey } from "../../kernel/tag.ts";
import { inputOf, namesOf, type Plan, valueAt } from "./bulk-plan.ts";
import { decidedDeed } from "./decided.ts";
import { type Answer, asItWas, type Deed, type Spared, type Work } from "./row.ts";

/** What is done with one record, by the action that was asked for. */
export function deedFor(work: Work, id: string): () => Promise<Deed | Spared> {
  const { record, changeable } = work;
  const { verbs } = changeable;
  if (record.action === "delete") return async () => ({ act: () => verbs.remove({ id }) });
  if (record.action === "restore") return async () => ({ act: () => verbs.restore({ id }) });
  return async () => {
    const current = (await verbs.get({ id })) as Answer;
    const { decides } = work.plan;
    if (decides) return decidedDeed(work, current, decides);
    const { changes, values } = settingOf(work.plan, current);
    if (Object.keys(values).length === 0) return asItWas;
    return { act: () => verbs.update({ ...inputOf(changes), id: current.id }), meant: current, before: values };
  };
}

/** Of one that somebody has changed since. */
export const changedSince = (details: Spared["details"] = []): Spared => {
  const { code, message } = conflict("Changed since");
  return { spared: true, status: 409, code, message, details };
};

/** What is set, and what stands there before. */
function settingOf({ changes, add_tags, remove_tags, only_tagged }: Plan, current: Answer) {
  const tags = (current.tags ?? []) as readonly string[];
  const removed = new Set(remove_tags.map(tagKey));
  const kept = tags.filter((tag) => !removed.has(tagKey(tag)));
  if (only_tagged && kept.length === tags.length) return { changes: {}, values: {} };
  const next = joinedTags(kept, add_tags);
  const isTagged = next.length !== tags.length || next.some((tag, at) => tag !== tags[at]);
  const names = [...namesOf(changes), ...(isTagged ? ["tags"] : [])];
  return {
    changes: isTagged ? { ...changes, tags: next } : changes,
    values: Object.fromEntries(names.map((name) => [name, valueAt(current, name)])),
  };
}
