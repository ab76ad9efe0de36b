import { isId } from "../kernel/id.ts";
import * as Identity from "../person/identity.ts";
import { PERSON } from "../person/person.domain.ts";
import { kindOf } from "../storage/table/collections.ts";
import { Records } from "../storage/write/records.ts";

/** What activities are about: who sees that, as it is now, sees them. */

/** Whether that is there, and shown to the caller; a person that was merged is who they were joined to. */
export async function isShown({ related_to_id: id }: { related_to_id: string | null }): Promise<boolean> {
  if (id === null) return true;
  return isId(id, PERSON) ? (await Identity.find(id)) !== undefined : Records.isShown(kindOf(id), id);
}

/** Those whose records are there and shown to the caller: one batch, whatever their kinds. */
export async function shownAmong<A extends { related_to_id: string | null }>(activities: readonly A[]): Promise<A[]> {
  const shown = await Records.shownAmong(activities.flatMap(({ related_to_id: id }) => id ?? []));
  return activities.filter(({ related_to_id: id }) => id === null || shown.has(id));
}
