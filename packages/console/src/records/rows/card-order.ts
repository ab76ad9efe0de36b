import type { Kind } from "../../api/kind.ts";

/** The order of cards within a column, which users choose on boards that name an operation for it (`board.place`). */

/** The field by which these columns sort. */
const PLACE_FIELD = "space_order";

/** The neighbor of a card, as the operation takes it. Without one the card comes last. */
export interface CardPlace {
  readonly after_id?: string;
  readonly before_id?: string;
}

/** Returns the order of the columns. Undefined: users do not choose it. */
export const findPlaceSort = ({ board, sorts }: Pick<Kind, "board" | "sorts">): string | undefined =>
  board?.place !== undefined && sorts.includes(PLACE_FIELD) ? PLACE_FIELD : undefined;

/**
 * Returns the place at an index among the other cards of a column. A filter may hide cards between two neighbors, so only one is named: the
 * card above, or the card below for the first one.
 */
export function placeAt(others: readonly string[], index: number): CardPlace {
  const [above, first] = [others[index - 1], others[0]];
  if (above !== undefined) return { after_id: above };
  return first === undefined ? {} : { before_id: first };
}

/** Returns the place of a card, from which another place is told apart and to which a move is taken back. */
export function findPlace(ids: readonly string[], id: string): CardPlace {
  const index = ids.indexOf(id);
  return placeAt(
    ids.filter((other) => other !== id),
    index,
  );
}

/** Returns the place one step up or down. Undefined: the card is the first or the last one. */
export function stepPlace(ids: readonly string[], id: string, step: 1 | -1): CardPlace | undefined {
  const index = ids.indexOf(id) + step;
  if (index < 0 || index >= ids.length) return undefined;
  return placeAt(
    ids.filter((other) => other !== id),
    index,
  );
}

export const isSamePlace = (a: CardPlace, b: CardPlace): boolean => a.after_id === b.after_id && a.before_id === b.before_id;
