import type { ConsoleRecord } from "../../api/console-record.ts";
import type { BoardColumn } from "../rows/board-columns.ts";
import { type CardPlace, placeAt } from "../rows/card-order.ts";

/** A card that the pointer or the keyboard has lifted. */
interface LiftedCard {
  readonly record: ConsoleRecord;
  readonly title: string;
  readonly from: BoardColumn;
  /** The columns that it can be dropped on, as they stand on the board. By keyboard its own is among them. */
  readonly columns: readonly BoardColumn[];
  /** Whether users choose its place among the cards of a column. */
  readonly isPlaced: boolean;
  readonly isByKeys: boolean;
}

/** Where a card would be dropped. The index counts the other cards of the column. */
interface DropTarget {
  readonly column: BoardColumn;
  readonly index: number;
}

interface DroppedCard {
  readonly record: ConsoleRecord;
  readonly from: BoardColumn;
  readonly to: BoardColumn;
  readonly place: CardPlace;
}

/** The text that a screen reader says. The number tells the same text apart when it is said twice. */
interface Message {
  readonly number: number;
  readonly text: string;
}

/**
 * The drag of a card on a board. React Aria's drag draws all cards again when the keyboard follows the pointer, and its session walks through the page
 * at each step. Here only the columns between which the card moves, and the card, listen to what concerns them.
 */
export class CardDrag {
  lifted: LiftedCard | undefined;
  target: DropTarget | undefined;
  message: Message = { number: 0, text: "" };
  /** The card that the keyboard has dropped, until it has the focus in its new column. */
  dropped: { readonly id: string; readonly code: string } | undefined;
  readonly #cards = new Map<string, readonly string[]>();
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Sets the ids of the cards that a column shows. */
  setCards(code: string, ids: readonly string[]): void {
    this.#cards.set(code, ids);
  }

  listOthers({ code }: BoardColumn): readonly string[] {
    return (this.#cards.get(code) ?? []).filter((id) => id !== this.lifted?.record.id);
  }

  lift(lifted: LiftedCard): void {
    this.lifted = lifted;
    this.dropped = undefined;
    const own = this.#cards.get(lifted.from.code)?.indexOf(lifted.record.id) ?? 0;
    this.target = lifted.isByKeys ? { column: lifted.from, index: lifted.isPlaced ? own : 0 } : undefined;
    // Browsers take the picture that follows the pointer after the event; the card is paler only then.
    setTimeout(() => this.#notify());
  }

  aim(target: DropTarget | undefined): void {
    const { target: last } = this;
    if (last?.column.code === target?.column.code && last?.index === target?.index) return;
    this.target = target;
    this.#notify();
  }

  say(text: string): void {
    this.message = { number: this.message.number + 1, text };
    this.#notify();
  }

  /** Whether the card would be dropped where it is. */
  get isStaying(): boolean {
    const { lifted, target } = this;
    if (!lifted || target?.column.code !== lifted.from.code) return false;
    return !lifted.isPlaced || this.#cards.get(lifted.from.code)?.indexOf(lifted.record.id) === target.index;
  }

  /** Ends the drag. Returns the move; undefined if the card stays where it is. */
  drop(): DroppedCard | undefined {
    const { lifted, target, isStaying } = this;
    const others = target ? this.listOthers(target.column) : [];
    this.cancel();
    if (!lifted || !target || isStaying) return undefined;
    if (lifted.isByKeys) this.dropped = { id: lifted.record.id, code: target.column.code };
    return { record: lifted.record, from: lifted.from, to: target.column, place: placeAt(others, target.index) };
  }

  cancel(): void {
    this.lifted = undefined;
    this.target = undefined;
    this.#notify();
  }
}

interface StepOptions {
  readonly lifted: Pick<LiftedCard, "columns" | "isPlaced">;
  /** Counts the other cards of a column. */
  readonly countOthers: (column: BoardColumn) => number;
  readonly isRightToLeft: boolean;
}

/** Returns where a key moves a lifted card. It stays in the first and the last column, and at the ends of a column. */
export function stepTarget(target: DropTarget, key: string, { lifted, countOthers, isRightToLeft }: StepOptions): DropTarget {
  const { columns, isPlaced } = lifted;
  const across = { ArrowLeft: isRightToLeft ? 1 : -1, ArrowRight: isRightToLeft ? -1 : 1 }[key] ?? 0;
  const at = columns.findIndex(({ code }) => code === target.column.code);
  const column = columns[at + across] ?? target.column;
  if (!isPlaced) return { column, index: 0 };
  const last = countOthers(column);
  const wanted = { ArrowUp: target.index - 1, ArrowDown: target.index + 1, Home: 0, End: last }[key] ?? target.index;
  return { column, index: Math.min(Math.max(wanted, 0), last) };
}

/** Returns how many cards of a column are above a place, the lifted one included. */
export const includeLifted = (ids: readonly string[], moved: string, index: number): number => {
  const own = ids.indexOf(moved);
  return own >= 0 && index > own ? index + 1 : index;
};

/** Returns how many other cards are among those above a point of a column. */
export const omitLifted = (ids: readonly string[], moved: string, above: number): number => {
  const own = ids.indexOf(moved);
  return own >= 0 && above > own ? above - 1 : above;
};
