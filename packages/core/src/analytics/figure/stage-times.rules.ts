import type { ExitCell } from "../../sales/figures/pipeline-moves.rules.ts";
import { divide } from "./rounding.rules.ts";

/** How long opportunities were in a stage, and where they went from there (docs/analytics/figures.md). Pure. */

/** The moves out of one stage. */
export class StageTime {
  readonly #moves = new Map<ExitCell["move"], number>();
  #seconds = 0n;

  add({ move, count, seconds }: ExitCell): void {
    this.#moves.set(move, (this.#moves.get(move) ?? 0) + count);
    this.#seconds += seconds;
  }

  count(...moves: readonly ExitCell["move"][]): number {
    return moves.reduce((sum, move) => sum + (this.#moves.get(move) ?? 0), 0);
  }

  /** Returns the numbers of a row: the average in days to four decimals, the rate in percent to two; null if none left the stage. */
  present() {
    const left = this.count("FORWARD", "BACK", "WON", "LOST");
    return {
      left,
      moved_forward: this.count("FORWARD"),
      won: this.count("WON"),
      lost: this.count("LOST"),
      moved_back: this.count("BACK"),
      average_days: divide(String(this.#seconds), left * SECONDS_PER_DAY, { decimals: 4 }),
      advance_rate: divide(this.count("FORWARD", "WON"), left, { factor: 100 }),
    };
  }
}

const SECONDS_PER_DAY = 86_400;

/** Sums the moves by stage. */
export function groupByStage(cells: readonly ExitCell[]): Map<string, StageTime> {
  const stages = new Map<string, StageTime>();
  for (const cell of cells) {
    const time = stages.get(cell.stage) ?? new StageTime();
    stages.set(cell.stage, time);
    time.add(cell);
  }
  return stages;
}
