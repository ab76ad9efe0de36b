import { isDeepStrictEqual } from "node:util";
import type * as z from "zod";
import { type ErrorDetail, invalidAll } from "../../kernel/error.ts";
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

interface MatchedItem<R> {
  readonly item: R;
  /** Whether the input has the values of the stored item. */
  readonly isUnchanged: boolean;
}

/** Describes the fault of the id of an input: an earlier input has it too, or no stored item has it. */
type DescribeFault = (index: number, isRepeated: boolean) => ErrorDetail;

/**
 * Returns for each input of a rewritten list the stored item that it is: the one with its id, or else one with the same values. Undefined for a new
 * item. Throws one error with all ids that no item has, or that two inputs have.
 */
export function matchNamedItems<S extends Shape, R extends StoredFields<S> & { readonly id: string }>(
  shape: S,
  inputs: readonly (z.output<z.ZodObject<S>> & { readonly id?: string | undefined })[],
  storedItems: readonly R[],
  describeFault: DescribeFault,
): (MatchedItem<R> | undefined)[] {
  const itemById = new Map(storedItems.map((item) => [item.id, item]));
  const details: ErrorDetail[] = [];
  const named = new Set<string>();
  for (const [index, { id }] of inputs.entries()) {
    if (id === undefined) continue;
    if (named.has(id) || !itemById.has(id)) details.push(describeFault(index, named.has(id)));
    named.add(id);
  }
  if (details.length > 0) throw invalidAll(details);
  const unnamed = inputs.filter(({ id }) => id === undefined);
  const matches = matchStoredItems(
    shape,
    unnamed,
    storedItems.filter(({ id }) => !named.has(id)),
  );
  const matchByInput = new Map(unnamed.map((input, index) => [input, matches[index]]));
  return inputs.map((input) => {
    const match = matchByInput.get(input);
    if (match) return { item: match, isUnchanged: true };
    const item = input.id === undefined ? undefined : itemById.get(input.id);
    return item && { item, isUnchanged: matchStoredItems(shape, [input], [item])[0] !== undefined };
  });
}
