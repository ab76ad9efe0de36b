import { isId } from "../kernel/id.ts";
import * as Identity from "../person/identity.ts";
import { PERSON } from "../person/person.domain.ts";
import { Visible } from "../storage/read/visibility.ts";
import { kindOf } from "../storage/table/collections.ts";
import { Records } from "../storage/write/records.ts";
import { Activities, type ActivityRecord } from "./activity.entity.ts";

/** What activities are about: who sees that, as it is now, sees them, but for those that are private to others. */

/** Whether that is there, and shown to the caller; a person that was merged is who they were joined to. */
export async function isShown({ related_to_id: id }: { related_to_id: string | null }): Promise<boolean> {
  if (id === null) return true;
  return isId(id, PERSON) ? (await Identity.find(id)) !== undefined : Records.isShown(kindOf(id), id);
}

/** Those that are not private to others, and whose records are there and shown to the caller: one batch, whatever their kinds. */
export async function shownAmong<A extends ActivityRecord>(activities: readonly A[]): Promise<A[]> {
  const open = activities.filter((activity) => Visible.isOpen(Activities, activity));
  const shown = await Records.shownAmong(open.flatMap(({ related_to_id: id }) => id ?? []));
  return open.filter(({ related_to_id: id }) => id === null || shown.has(id));
}
