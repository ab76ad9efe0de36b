import { isDeepStrictEqual } from "node:util";
import type * as z from "zod";
import { type Shape, type StoredFields, toStoredFields } from "../../kernel/schema.ts";

/**
 * Returns for each input the stored item that has the same values in the fields of the shape, or undefined. So an item of a list that a client
 * sends back unchanged stays the same item, with its id. Each stored item is found once; equal items are found in their order.
 */
export function matchStoredItems<S extends Shape, R extends StoredFields<S>>(
  shape: S,
  inputs: readonly z.output<z.ZodObject<S>>[],
  storedItems: readonly R[],
): (R | undefined)[] {
  const unused = [...storedItems];
  return inputs.map((input) => {
    const item = Object.entries(toStoredFields(shape, input));
    const index = unused.findIndex((stored) =>
      item.every(([field, value]) => isDeepStrictEqual(stored[field as keyof R], value)),
    );
    return index < 0 ? undefined : unused.splice(index, 1)[0];
  });
}
