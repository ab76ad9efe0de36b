import { isId } from "../../kernel/id.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { findKindById } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import * as Identity from "../person/identity.ts";
import { PERSON } from "../person/person.domain.ts";
import { Activities, type ActivityRecord } from "./activity.entity.ts";

/** What activities are about: who sees that, as it is now, sees them, but for those that are private to others. */

/** Whether that is there, and shown to the caller; a person that was merged is who they were joined to. */
export async function isSubjectVisible({ related_to_id: id }: { related_to_id: string | null }): Promise<boolean> {
  if (id === null) return true;
  return isId(id, PERSON) ? (await Identity.find(id)) !== undefined : Records.isVisible(findKindById(id), id);
}

/** Those that are not private to others, and whose records are there and shown to the caller: one batch, whatever their kinds. */
export async function filterVisible<A extends ActivityRecord>(activities: readonly A[]): Promise<A[]> {
  const open = activities.filter((activity) => Visibility.isOpenToActor(Activities, activity));
  const shown = await Records.filterVisibleIds(open.flatMap(({ related_to_id: id }) => id ?? []));
  return open.filter(({ related_to_id: id }) => id === null || shown.has(id));
}
