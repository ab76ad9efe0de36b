import { isDeepStrictEqual } from "node:util";

/**
 * Returns for each new item the stored item that has the same values in these fields, or undefined. So an item of a list that a client sends
 * back unchanged stays the same item, with its id. Each stored item is found once; equal items are found in their order.
 */
export function matchStoredItems<I extends object, S extends object>(
  items: readonly I[],
  storedItems: readonly S[],
  fields: readonly (keyof I & keyof S)[],
): (S | undefined)[] {
  const unused = [...storedItems];
  return items.map((item) => {
    const index = unused.findIndex((stored) => fields.every((field) => isDeepStrictEqual(stored[field], item[field])));
    return index < 0 ? undefined : unused.splice(index, 1)[0];
  });
}
