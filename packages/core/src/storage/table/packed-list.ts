import type { Item } from "./item.ts";

/**
 * The stored form of a field that is a list of objects: members that have their usual value are left out. Records of earlier releases have
 * all members, and are read the same way.
 */
export interface PackedList {
  /** All members, in the order in which records have them. */
  readonly members: readonly string[];
  /** The usual values of members: a value, or the name of the member that has the same one. All others are null. */
  readonly usual: Readonly<Record<string, { readonly value: unknown } | { readonly sameAs: string }>>;
}

function usualValue({ usual }: PackedList, member: string, object: Item): unknown {
  const rule = usual[member];
  if (!rule) return null;
  return "sameAs" in rule ? (object[rule.sameAs] ?? null) : rule.value;
}

/** Leaves out the members that have their usual value. */
export const packList = (packed: PackedList, list: readonly Item[]): Item[] =>
  list.map((object) =>
    Object.fromEntries(Object.entries(object).filter(([member, value]) => value !== usualValue(packed, member, object))),
  );

/** Adds the members that were left out. A member whose usual value is that of another one follows it in the order. */
export const unpackList = (packed: PackedList, list: readonly Item[]): Item[] =>
  list.map((stored) => {
    const object: Item = {};
    for (const member of packed.members)
      object[member] = Object.hasOwn(stored, member) ? stored[member] : usualValue(packed, member, object);
    return { ...object, ...stored };
  });
