import type { Owners } from "../../kernel/context.ts";
import type { DayRange } from "../../kernel/period.ts";
import { INTERACTION } from "../../people/interaction/interaction.kind.ts";
import {
  counterRange,
  counterRangeByOwner,
  type Dimension,
  type InteractionCell,
  type InteractionTally,
  parseInteractionCells,
  sumTallies,
} from "../../people/interaction/interaction-counters.rules.ts";
import { ALL_OWNERS } from "../../platform/daily-figures/counter-cells.rules.ts";
import { latestCountInstant, readCounters } from "../../sales/figures/owner-counters.ts";
import { selectResponsibleOwners } from "./responsible-owners.ts";
import type { Part } from "./sales-data.ts";

/** What the figures of interactions are computed from: the counters of their days by responsible user. No record is read. */

interface Contents {
  cells: readonly InteractionCell[];
  as_of: string | null;
}

export class InteractionData {
  readonly #contents: Contents;

  constructor(contents: Contents) {
    this.#contents = contents;
  }

  /** Reads a query, or one for each owner. `isByOwner` keeps the owners apart; `dimension` counts by type or channel. */
  static async load(
    owners: Owners,
    { from, to }: DayRange,
    isByOwner: boolean,
    dimension: Dimension = "total",
  ): Promise<InteractionData> {
    const range = (owner: string) => counterRange(dimension, owner, from.slice(0, 7), to.slice(0, 7));
    const counters = await readCounters(
      { ofOwner: range, ofAll: isByOwner ? undefined : range(ALL_OWNERS), ofEach: counterRangeByOwner(dimension) },
      await selectResponsibleOwners(owners),
      INTERACTION.name,
    );
    return new InteractionData({
      cells: counters.flatMap(parseInteractionCells).filter(({ day }) => from <= day && day <= to),
      as_of: latestCountInstant(counters),
    });
  }

  get as_of(): string | null {
    return this.#contents.as_of;
  }

  /** The responsible users of the interactions of the period. */
  get owners(): string[] {
    return [...new Set(this.#contents.cells.map(({ owner }) => owner))];
  }

  select({ owner, range }: Part): InteractionData {
    const isMeant = (cell: InteractionCell): boolean =>
      (owner === undefined || cell.owner === owner) && (range === undefined || (range.from <= cell.day && cell.day <= range.to));
    return new InteractionData({ ...this.#contents, cells: this.#contents.cells.filter(isMeant) });
  }

  /** The sum of the interactions. */
  get tally(): InteractionTally {
    return sumTallies(this.#contents.cells);
  }

  /** Returns the sums of the interactions by a key, such as the weekday of their day. */
  tallyBy(readKey: (cell: InteractionCell) => string): Map<string, InteractionTally> {
    return new Map([...Map.groupBy(this.#contents.cells, readKey)].map(([key, cells]) => [key, sumTallies(cells)]));
  }
}
