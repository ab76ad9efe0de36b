import type { Owners } from "../../kernel/context.ts";
import type { DayRange } from "../../kernel/period.ts";
import { ACTIVITY } from "../../people/activity/activity.kind.ts";
import { ACTIVITY_TYPES, CALL_OUTCOMES } from "../../people/activity/activity.masters.ts";
import {
  type CompletedCell,
  completedRange,
  completedRangeByOwner,
  type Dimension,
  parseCompletedCells,
} from "../../people/activity/completed-counters.rules.ts";
import { ALL_OWNERS } from "../../platform/daily-figures/counter-cells.rules.ts";
import { Master } from "../../platform/master-data/master.ts";
import { latestCountInstant, readCounters } from "../../sales/figures/owner-counters.ts";
import type { Item } from "../../storage/table/item.ts";
import { selectResponsibleOwners } from "./responsible-owners.ts";
import type { Part } from "./sales-data.ts";

/** What the figures of completed activities are computed from: the counters of their days by assignee. No record is read. */

interface Contents {
  /** Cells by the code of the type. */
  types: readonly CompletedCell[];
  /** Calls with an outcome: `answered` or `missed`. */
  calls: readonly CompletedCell[];
  as_of: string | null;
}

export class ActivityData {
  readonly #contents: Contents;

  constructor(contents: Contents) {
    this.#contents = contents;
  }

  /** Reads two queries, or two for each assignee. `isByOwner` keeps the assignees apart. */
  static async load(owners: Owners, { from, to }: DayRange, isByOwner: boolean): Promise<ActivityData> {
    const responsible = await selectResponsibleOwners(owners);
    const read = async (dimension: Dimension) => {
      const range = (owner: string) => completedRange(dimension, owner, from.slice(0, 7), to.slice(0, 7));
      return readCounters(
        { ofOwner: range, ofAll: isByOwner ? undefined : range(ALL_OWNERS), ofEach: completedRangeByOwner(dimension) },
        responsible,
        ACTIVITY.name,
      );
    };
    const [types, calls, codes] = await Promise.all([read("type"), read("outcome"), Master.loadCodes(ACTIVITY_TYPES)]);
    const parse = (counters: readonly Item[]): CompletedCell[] =>
      counters.flatMap(parseCompletedCells).filter(({ day }) => from <= day && day <= to);
    const outcomes = parse(calls);
    // Calls with an outcome that is no longer in use count too.
    const used = outcomes.map(({ value }) => value);
    const successful = new Set(
      (await Master.listOrdered(CALL_OUTCOMES, ({ is_successful }) => Boolean(is_successful), used)).map(({ id }) => id),
    );
    return new ActivityData({
      types: parse(types).map((cell) => ({ ...cell, value: codes.get(cell.value) ?? cell.value })),
      calls: outcomes.map((cell) => ({ ...cell, value: successful.has(cell.value) ? "answered" : "missed" })),
      as_of: latestCountInstant([...types, ...calls]),
    });
  }

  get as_of(): string | null {
    return this.#contents.as_of;
  }

  /** The assignees of the activities of the period. */
  get owners(): string[] {
    return [...new Set(this.#contents.types.map(({ owner }) => owner))];
  }

  select({ owner, range }: Part): ActivityData {
    const isMeant = (cell: CompletedCell): boolean =>
      (owner === undefined || cell.owner === owner) && (range === undefined || (range.from <= cell.day && cell.day <= range.to));
    const { types, calls, as_of } = this.#contents;
    return new ActivityData({ types: types.filter(isMeant), calls: calls.filter(isMeant), as_of });
  }

  /** Returns the number of completed activities, or of those of the type with a code. */
  count(typeCode?: string): number {
    return sumCells(this.#contents.types.filter(({ value }) => typeCode === undefined || value === typeCode));
  }

  /** Calls with an outcome, and how many of them reached the person. */
  get calls(): { judged: number; answered: number } {
    const { calls } = this.#contents;
    return { judged: sumCells(calls), answered: sumCells(calls.filter(({ value }) => value === "answered")) };
  }
}

const sumCells = (cells: readonly CompletedCell[]): number => cells.reduce((sum, { count }) => sum + count, 0);
