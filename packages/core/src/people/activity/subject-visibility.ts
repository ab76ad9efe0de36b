import { isId } from "../../kernel/id.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { findKindById } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import * as Identity from "../person/identity.ts";
import { PERSON } from "../person/person.kind.ts";
import { Activities, type ActivityRecord } from "./activity.entity.ts";

/** Visibility of activities by their related record: users who see the record now see them, except those that are private to others. */

/** Tells whether the related record exists and the caller sees it. A merged person counts as its survivor. */
export async function isSubjectVisible({ related_to_id }: { related_to_id: string | null }): Promise<boolean> {
  if (related_to_id === null) return true;
  return isId(related_to_id, PERSON)
    ? (await Identity.find(related_to_id)) !== undefined
    : Records.isVisible(findKindById(related_to_id), related_to_id);
}

/**
 * Returns the activities that are not private to others and whose related records exist and are visible to the caller. One batch
 * read for all kinds.
 */
export async function filterVisible<A extends ActivityRecord>(activities: readonly A[]): Promise<A[]> {
  const open = activities.filter((activity) => Visibility.isOpenToActor(Activities, activity));
  const visibleIds = await Records.filterVisibleIds(open.flatMap(({ related_to_id }) => related_to_id ?? []));
  return open.filter(({ related_to_id }) => related_to_id === null || visibleIds.has(related_to_id));
}
