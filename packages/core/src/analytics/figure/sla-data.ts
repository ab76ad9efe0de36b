import type { Owners } from "../../kernel/context.ts";
import type { DayRange } from "../../kernel/period.ts";
import { latestCountInstant, readCounters } from "../../sales/figures/owner-counters.ts";
import {
  ALL_AGENTS,
  computeShareMet,
  parseCells,
  scopeRanges,
  sumTallies,
  type Tally,
} from "../../service/ticket/sla-outcome-counters.rules.ts";
import { SLA_OUTCOME } from "../../service/ticket/ticket.kind.ts";
import type { Part } from "./sales-data.ts";

/** What the figures of SLA targets are computed from: the counters of judged targets by agent. No ticket is read. */

type Cell = ReturnType<typeof parseCells>[number];

interface Contents {
  cells: readonly Cell[];
  as_of: string | null;
}

const ALL_JUDGED = "all";

export class SlaData {
  readonly #contents: Contents;

  constructor(contents: Contents) {
    this.#contents = contents;
  }

  /** Reads a query, or one for each agent. `isByOwner` keeps the agents apart. */
  static async load(owners: Owners, { from, to }: DayRange, isByOwner: boolean): Promise<SlaData> {
    const { ofOwner, ofEach } = scopeRanges("total", from.slice(0, 7), to.slice(0, 7));
    const ofAll = isByOwner ? undefined : ofOwner(ALL_AGENTS);
    const counters = await readCounters({ ofOwner, ofAll, ofEach }, owners, SLA_OUTCOME.name);
    return new SlaData({
      cells: counters.flatMap(parseCells).filter(({ day }) => from <= day && day <= to),
      as_of: latestCountInstant(counters),
    });
  }

  get as_of(): string | null {
    return this.#contents.as_of;
  }

  /** The agents of the judged targets of the period. */
  get owners(): string[] {
    return [...new Set(this.#contents.cells.map(({ agent }) => agent))];
  }

  select({ owner, range }: Part): SlaData {
    const isMeant = ({ agent, day }: Cell): boolean =>
      (owner === undefined || agent === owner) && (range === undefined || (range.from <= day && day <= range.to));
    return new SlaData({ ...this.#contents, cells: this.#contents.cells.filter(isMeant) });
  }

  /** The targets that were met and missed. */
  get tally(): Tally {
    return sumTallies(this.#contents.cells, () => ALL_JUDGED).get(ALL_JUDGED) ?? { kept: 0, violated: 0 };
  }

  /** The share of targets that were met, with four decimals; null without targets. */
  get shareMet(): string | null {
    return computeShareMet(this.tally);
  }
}
