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

const usualValue = (rule: NonNullable<PackedList["usual"][string]>, object: Item): unknown =>
  "sameAs" in rule ? (object[rule.sameAs] ?? null) : rule.value;

/** Leaves out the members that have their usual value. */
export const packList = ({ usual }: PackedList, list: readonly Item[]): Item[] =>
  list.map((object) => {
    const stored: Item = {};
    for (const member of Object.keys(object)) {
      const rule = usual[member];
      if (object[member] !== (rule ? usualValue(rule, object) : null)) stored[member] = object[member];
    }
    return stored;
  });

/** Adds the members that were left out. A member whose usual value is that of another one follows it in the order. */
export const unpackList = ({ members, usual }: PackedList, list: readonly Item[]): Item[] =>
  list.map((stored) => {
    const object: Item = {};
    for (const member of members) {
      const [value, rule] = [stored[member], usual[member]];
      object[member] = value !== undefined || !rule ? (value ?? null) : usualValue(rule, object);
    }
    return { ...object, ...stored };
  });
