import * as z from "zod";
import { useContext } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { period, resolveDayRange } from "../../kernel/period.ts";
import { date, instant, oneOf } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { PRIORITIES, TICKET_CATEGORIES } from "../../platform/master-data/shared.masters.ts";
import { Directory } from "../../platform/user/directory.ts";
import { latestCountInstant, readCounters } from "../../sales/figures/owner-counters.ts";
import { NONE } from "../../storage/table/collection.ts";
import { listPolicies as allPolicies } from "../sla/policy-store.ts";
import {
  ALL_AGENTS,
  computeShareMet,
  type Dimension,
  dimensions,
  parseCells,
  scopeRanges,
  sumTallies,
  type Tally,
} from "../ticket/sla-outcome-counters.rules.ts";
import { SLA_OUTCOME } from "../ticket/ticket.kind.ts";

/** The report on SLA targets, from counters. It reads no tickets and counts only agents that the caller can see. */

const groups = ["agent", "policy", "category", "priority", "metric", "day", "month"] as const;
type Group = (typeof groups)[number];

/** Maximum number of rows. The totals cover all rows. */
const MAX_ROWS = 500;

const Query = z.strictObject({ ...period, by: oneOf(groups).optional().describe("Default: by day") });

const numberFields = {
  kept: z.number().int(),
  violated: z.number().int(),
  share_kept: z.string().nullable().describe("Decimal string with four places; null if there are none"),
};

const Row = z
  .object({ key: z.string().describe("`none` for tickets without a value"), label: z.string().nullable(), ...numberFields })
  .meta({ id: "SlaReportGroup" });

export const Info = z.object({
  by: oneOf(groups),
  from: date(),
  to: date(),
  rows: z
    .array(Row)
    .describe(`Days and months in chronological order, other rows by number of judged targets; at most ${MAX_ROWS}`),
  totals: z.object(numberFields),
  as_of: instant().nullable().describe("Changes up to this time are counted; null if there are none"),
});

const toDimension = (group: Group): Dimension => dimensions.find((dimension) => dimension === group) ?? "total";

export const read = fn(Query, async ({ by = "day", ...requestedPeriod }): Promise<z.output<typeof Info>> => {
  const { from, to } = resolveDayRange(requestedPeriod);
  const visible = await useContext().visibleOwners();
  const { ofOwner, ofEach } = scopeRanges(toDimension(by), from.slice(0, 7), to.slice(0, 7));
  const ofAll = by === "agent" ? undefined : ofOwner(ALL_AGENTS);
  const counters = await readCounters({ ofOwner, ofAll, ofEach }, visible, SLA_OUTCOME.name);
  const isMeant = (agent: string): boolean => visible === "all" || visible.has(agent);
  const cells = counters.flatMap(parseCells).filter(({ agent, day }) => from <= day && day <= to && isMeant(agent));
  const tallies = sumTallies(cells, ({ agent, day, value }) => {
    if (by === "day" || by === "month") return day.slice(0, by === "day" ? 10 : 7);
    return by === "agent" ? agent : value;
  });
  const isInTime = by === "day" || by === "month";
  const rows = [...tallies]
    .filter(([, { kept, violated }]) => kept + violated > 0)
    .sort(([leftKey, a], [rightKey, b]) => (isInTime ? 0 : countJudged(b) - countJudged(a)) || (leftKey < rightKey ? -1 : 1));
  const labels = await loadLabels(
    by,
    rows.map(([key]) => key),
  );
  return {
    by,
    from,
    to,
    rows: rows.slice(0, MAX_ROWS).map(([key, tally]) => ({ key, label: labels.get(key) ?? null, ...presentTally(tally) })),
    totals: presentTally(sumTallies(cells, () => "all").get("all") ?? { kept: 0, violated: 0 }),
    as_of: latestCountInstant(counters),
  };
});

const countJudged = ({ kept, violated }: Tally): number => kept + violated;
const presentTally = (tally: Tally) => ({ ...tally, share_kept: computeShareMet(tally) });

async function loadLabels(group: Group, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (group === "agent") return Directory.loadNames(keys.filter((key) => key !== NONE));
  if (group === "category") return Master.loadLabels(TICKET_CATEGORIES);
  if (group === "priority") return Master.loadLabels(PRIORITIES);
  if (group === "policy") return new Map((await allPolicies()).map(({ id, name }) => [id, name]));
  return new Map();
}

export * as SlaReport from "./sla-report.ts";
