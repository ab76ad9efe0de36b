import { type CounterSums, NONE } from "../../storage/table/collection.ts";

/**
 * Counters of SLA outcomes, by day in the tenant's time zone: `kept@<dimension>@<agent or *>@<month>@<value>` has a number for each day and state.
 * Each judged clock counts for its agent and in total. So a user who can see only some agents gets the sum of those (docs/service/tickets.md,
 * Reports). Pure.
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

/** Returns the counters of an outcome: five for its agent and five for the total. */
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

/** Returns the scope ranges of a dimension's counters: for one agent in some months, or for every agent in all months. */
export const scopeRanges = (dimension: Dimension, from: string, to: string) => ({
  ofOwner: (agent: string) => [counterScope(dimension, agent, from), counterScope(dimension, agent, `${to}@~`)] as const,
  ofEach: [counterScope(dimension, "-"), counterScope(dimension, "~")] as const,
});

/** The outcomes of an agent on one day. */
interface Cell {
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

export function sumTallies(cells: readonly Cell[], readKey: (cell: Cell) => string): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const cell of cells) {
    const tally = tallies.get(readKey(cell)) ?? { kept: 0, violated: 0 };
    tally.kept += cell.kept;
    tally.violated += cell.violated;
    tallies.set(readKey(cell), tally);
  }
  return tallies;
}

/** Returns the share of targets met as decimal text with four places, rounded half up; null without outcomes. */
export function computeShareMet({ kept: count, violated }: Tally): string | null {
  const all = BigInt(count + violated);
  if (all === 0n) return null;
  const tenThousandths = (BigInt(count) * 20_000n + all) / (2n * all);
  return `${tenThousandths / 10_000n}.${String(tenThousandths % 10_000n).padStart(4, "0")}`;
}
