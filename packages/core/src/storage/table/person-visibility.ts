import { idPrefix } from "../../kernel/id.ts";
import type { BaseRecord } from "./collection.ts";
import { NONE } from "./collection.ts";
import type { Item } from "./item.ts";

/**
 * Who sees a record that goes by others, such as a person by its leads, contacts, customer and opportunities: how many of these
 * live with each owner. Every write of one of them moves it in its own transaction, so it is never behind.
 */
export interface PersonVisibility {
  /** Whether it says all: one of a record that was there before sights were kept does not until the stream has passed it. */
  isComplete: boolean;
  /** Rises with each write. */
  revision: number;
  /** Who sees it while nothing reveals it: its maker, or nobody's viewers where the system made it. */
  creator: string;
  /** The record that it was joined to. */
  mergedInto: string | undefined;
  /** Those that were joined to it. */
  mergedIds: readonly string[];
  /** Live records that reveal it, by owner. */
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

/** Who made a record, as its viewer: a user or an API key; what forms and the system made is nobody's. */
export const creatorViewer = ({ created_by }: Pick<BaseRecord, "created_by">): string =>
  idPrefix(created_by) === undefined ? NONE : created_by;

/**
 * The owners under whom a record stands that is revealed by these sights, its own first. What nobody owns everybody sees, so it
 * stands there once; what nothing reveals is its maker's.
 */
export function resolveOwners(sights: readonly PersonVisibility[]): readonly string[] {
  const owners = new Set(sights.flatMap((sight) => [...sight.countsByOwner.keys()]));
  if (owners.has(NONE)) return [NONE];
  return owners.size > 0 ? [...owners].sort() : [sights[0]?.creator ?? NONE];
}
