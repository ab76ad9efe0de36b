import { prefixOf } from "../../kernel/id.ts";
import type { BaseRecord } from "./collection.ts";
import { NONE } from "./collection.ts";
import type { Item } from "./item.ts";

/**
 * Who sees a record that goes by others, such as a person by its leads, contacts, customer and opportunities: how many of these
 * live with each owner. Every write of one of them moves it in its own transaction, so it is never behind.
 */
export interface Sight {
  /** Whether it says all: one of a record that was there before sights were kept does not until the stream has passed it. */
  whole: boolean;
  /** Rises with each write. */
  revision: number;
  /** Who sees it while nothing reveals it: its maker, or nobody's viewers where the system made it. */
  maker: string;
  /** The record that it was joined to. */
  into: string | undefined;
  /** Those that were joined to it. */
  also: readonly string[];
  /** Live records that reveal it, by owner. */
  owners: ReadonlyMap<string, number>;
}

/** The attribute that counts the records of an owner. */
export const ownerAttribute = (owner: string): string => `@${owner}`;

export const sightIn = (item: Item | undefined): Sight => ({
  whole: item?.whole === true,
  revision: Number(item?.revision ?? 0),
  maker: String(item?.maker ?? NONE),
  into: item?.into === undefined ? undefined : String(item.into),
  also: (item?.also as string[] | undefined) ?? [],
  owners: new Map(
    Object.entries(item ?? {}).flatMap(([name, count]) =>
      name.startsWith("@") && Number(count) > 0 ? [[name.slice(1), Number(count)]] : [],
    ),
  ),
});

/** Who made a record, as its viewer: a user or an API key; what forms and the system made is nobody's. */
export const makerOf = ({ created_by }: Pick<BaseRecord, "created_by">): string =>
  prefixOf(created_by) === undefined ? NONE : created_by;

/**
 * The owners under whom a record stands that is revealed by these sights, its own first. What nobody owns everybody sees, so it
 * stands there once; what nothing reveals is its maker's.
 */
export function standsUnder(sights: readonly Sight[]): readonly string[] {
  const owners = new Set(sights.flatMap((sight) => [...sight.owners.keys()]));
  if (owners.has(NONE)) return [NONE];
  return owners.size > 0 ? [...owners].sort() : [sights[0]?.maker ?? NONE];
}
