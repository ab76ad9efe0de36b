import { type CounterSums, NONE } from "../../storage/table/collection.ts";

/**
 * How promises were kept, counted by day of the tenant's zone: `kept@<dimension>@<agent or *>@<month>@<value>` has a number for each day and state.
 * Each clock that was judged counts for its agent and for everybody, so who sees some agents adds up theirs (docs/service/tickets.md, Reports). Pure.
 */

export const dimensions = ["total", "policy", "category", "priority", "metric"] as const;
export type Dimension = (typeof dimensions)[number];
export const ALL_AGENTS = "*";

interface JudgedOutcome {
  agent_id: string | null;
  policy_id: string;
  category_id: string | null;
  priority_id: string;
  metric: string;
  state: "MET" | "VIOLATED";
  judged_day: string;
}

const counterScope = (...parts: readonly string[]): string => ["kept", ...parts].join("@");

/** Five counters for its agent, and five for everybody. */
export function buildOutcomeSums({
  agent_id,
  policy_id,
  category_id,
  priority_id,
  metric,
  state,
  judged_day,
}: JudgedOutcome): CounterSums {
  const values: Record<Dimension, string> = {
    total: NONE,
    policy: policy_id,
    category: category_id ?? NONE,
    priority: priority_id,
    metric,
  };
  const month = judged_day.slice(0, 7);
  return {
    scopes: [agent_id ?? NONE, ALL_AGENTS].flatMap((agent) =>
      dimensions.map((dimension) => counterScope(dimension, agent, month, values[dimension])),
    ),
    counts: { [`${judged_day.slice(8)}.${state === "MET" ? "kept" : "violated"}`]: 1 },
  };
}

/** Where the counters of a dimension lie: of an agent, or of each. */
export const scopeRanges = (dimension: Dimension, from: string, to: string) => ({
  ofOwner: (agent: string) => [counterScope(dimension, agent, from), counterScope(dimension, agent, `${to}@~`)] as const,
  ofEach: [counterScope(dimension, "-"), counterScope(dimension, "~")] as const,
});

/** What was judged of an agent on a day. */
export interface Cell {
  agent: string;
  day: string;
  value: string;
  kept: number;
  violated: number;
}

export function parseCells({ sk, ...counter }: Readonly<Record<string, unknown>>): Cell[] {
  const [, , agent = NONE, month = "", value = NONE] = String(sk).split("@");
  return Object.entries(counter).flatMap(([name, count]): Cell[] => {
    const state = name.slice(3);
    if (state !== "kept" && state !== "violated") return [];
    return [{ agent, day: `${month}-${name.slice(0, 2)}`, value, kept: 0, violated: 0, [state]: Number(count) }];
  });
}

export interface Tally {
  kept: number;
  violated: number;
}

export function sumTallies(cells: readonly Cell[], keyOf: (cell: Cell) => string): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const cell of cells) {
    const tally = tallies.get(keyOf(cell)) ?? { kept: 0, violated: 0 };
    tally.kept += cell.kept;
    tally.violated += cell.violated;
    tallies.set(keyOf(cell), tally);
  }
  return tallies;
}

/** The share kept as decimal text with four places, rounded half up; null of nothing. */
export function computeKeptShare({ kept: count, violated }: Tally): string | null {
  const all = BigInt(count + violated);
  if (all === 0n) return null;
  const tenThousandths = (BigInt(count) * 20_000n + all) / (2n * all);
  return `${tenThousandths / 10_000n}.${String(tenThousandths % 10_000n).padStart(4, "0")}`;
}
