import { idPrefix } from "../../kernel/id.ts";
import type { BaseRecord } from "./collection.ts";
import { NONE } from "./collection.ts";
import type { Item } from "./item.ts";

/**
 * The visibility item of a record whose visibility is derived from others, such as a person's from its leads, contacts, customer and
 * opportunities. It counts the live ones by owner. Each write of one of them updates the counts in its own transaction, so they are never
 * stale.
 */
export interface PersonVisibility {
  /**
   * Whether the item is complete. Records of releases without visibility items get a complete one when the stream consumer processes them.
   */
  isComplete: boolean;
  /** Rises with each write. */
  revision: number;
  /** The viewer while no record makes it visible: its creator, or NONE if the system or a form created it. */
  creator: string;
  /** The record into which it was merged. */
  mergedInto: string | undefined;
  /** The records that were merged into it. */
  mergedIds: readonly string[];
  /** Number of live records that make it visible, by owner. */
  countsByOwner: ReadonlyMap<string, number>;
}

/** The attribute that counts the records of an owner. */
export const ownerAttribute = (owner: string): string => `@${owner}`;

export const parsePersonVisibility = (item: Item | undefined): PersonVisibility => ({
  isComplete: item?.whole === true,
  revision: Number(item?.revision ?? 0),
  creator: String(item?.maker ?? NONE),
  mergedInto: item?.into === undefined ? undefined : String(item.into),
  mergedIds: (item?.also as string[] | undefined) ?? [],
  countsByOwner: new Map(
    Object.entries(item ?? {}).flatMap(([name, count]) =>
      name.startsWith("@") && Number(count) > 0 ? [[name.slice(1), Number(count)]] : [],
    ),
  ),
});

/** Returns the creator of a record as a viewer: a user or an API key; NONE for records that forms and the system created. */
export const creatorViewer = ({ created_by }: Pick<BaseRecord, "created_by">): string =>
  idPrefix(created_by) === undefined ? NONE : created_by;

/**
 * Returns the owners under whom a record is visible. `sights` are its own visibility, which comes first, and that of the records merged
 * into it. If an unowned record makes it visible, all users see it, and NONE is the only owner. If no record makes it visible, its creator
 * is the owner.
 */
export function resolveOwners(sights: readonly PersonVisibility[]): readonly string[] {
  const owners = new Set(sights.flatMap((sight) => [...sight.countsByOwner.keys()]));
  if (owners.has(NONE)) return [NONE];
  return owners.size > 0 ? [...owners].sort() : [sights[0]?.creator ?? NONE];
}
