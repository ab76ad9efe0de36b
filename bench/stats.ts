/** Statistics of timings, and tables of them. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Returns the milliseconds of each of `times` consecutive runs. */
export async function timeRuns(times: number, work: () => Promise<unknown>): Promise<number[]> {
  const durations: number[] = [];
  for (let run = 0; run < times; run++) {
    const started = performance.now();
    await work();
    durations.push(performance.now() - started);
  }
  return durations;
}

export interface Comparison {
  a: number;
  b: number;
  /** Median over rounds of the ratio of a round's medians. */
  ratio: number;
  rounds: readonly number[];
}

/**
 * Compares two pieces of work. Their runs alternate in blocks of `block` runs (by default all of a round), so that changes of the machine's speed
 * affect both. The first round is a warm-up.
 */
export async function compare(
  rounds: number,
  runs: number,
  a: () => Promise<unknown>,
  b: () => Promise<unknown>,
  block = runs,
): Promise<Comparison> {
  const pairs: { a: number; b: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    const durations = { a: [] as number[], b: [] as number[] };
    for (let done = 0; done < runs; done += block) {
      const aFirst = (round + done / block) % 2 === 0;
      for (const name of aFirst ? (["a", "b"] as const) : (["b", "a"] as const)) {
        durations[name].push(...(await timeRuns(Math.min(block, runs - done), name === "a" ? a : b)));
      }
    }
    if (round > 0) pairs.push({ a: median(durations.a), b: median(durations.b) });
  }
  const ratios = pairs.map((pair) => pair.a / pair.b);
  return {
    a: median(pairs.map((pair) => pair.a)),
    b: median(pairs.map((pair) => pair.b)),
    ratio: median(ratios),
    rounds: ratios,
  };
}

type Cell = string | number;

export function formatTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const text = (cell: Cell): string => (typeof cell === "string" || Number.isInteger(cell) ? String(cell) : cell.toFixed(2));
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.map(text).join(" | ")} |`).join("\n");
}

/** A part of the report, with its exceeded bounds. */
export interface Section {
  title: string;
  text: string;
  missed: string[];
}

export const boundMisses = (ratio: number, bound: number, label: string): string[] =>
  ratio > bound ? [`${label}: ${ratio.toFixed(2)}, must be at most ${bound}`] : [];

/** Work, and the number of records that it works on. */
interface Workload {
  count: number;
  work: () => Promise<unknown>;
}

/** Measures the ratio of the time with many records to that with few, and reports a ratio above the bound. */
export async function measureFlatness(
  label: string,
  { rounds, runs, bound }: { rounds: number; runs: number; bound: number },
  { few: smallCase, many: largeCase }: { few: Workload; many: Workload },
): Promise<Section> {
  const measured = await compare(rounds, runs, largeCase.work, smallCase.work);
  const [less, more] = [smallCase, largeCase].map(({ count }) => count.toLocaleString("en"));
  const title = `${label}, at ${more} against ${less}`;
  const head = [`ms at ${less}`, `ms at ${more}`, "ratio"];
  const byRound = measured.rounds.map((round) => round.toFixed(2)).join(", ");
  const text = `${formatTable(head, [[measured.b, measured.a, measured.ratio]])}\n\nBy round: ${byRound}`;
  return { title, text, missed: boundMisses(measured.ratio, bound, title) };
}
