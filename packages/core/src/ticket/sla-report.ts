import * as z from "zod";
import { asOf, countersOf } from "../figures/asked.ts";
import { useContext } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { daysAsked, period } from "../kernel/period.ts";
import { date, instant, oneOf } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { PRIORITIES, TICKET_CATEGORIES } from "../masters/shared.masters.ts";
import { all as allPolicies } from "../sla/policies.ts";
import { NONE } from "../storage/table/collection.ts";
import { Directory } from "../user/directory.ts";
import {
  cellsIn,
  type Dimension,
  dimensions,
  EVERYBODY,
  placesOf,
  shareKept,
  type Tally,
  talliesBy,
} from "./sla-report.rules.ts";
import { SLA_OUTCOME } from "./ticket.domain.ts";

/** How service levels were kept, from counters (decisions, Tickets): no ticket is read, and only whose tickets the caller sees counts. */

const groups = ["agent", "policy", "category", "priority", "metric", "day", "month"] as const;
type Group = (typeof groups)[number];

/** Rows of an answer; the totals are of all. */
const MOST_ROWS = 500;

const Query = z.strictObject({ ...period, by: oneOf(groups).optional().describe("Days unless told otherwise") });

const numbers = {
  kept: z.number().int(),
  violated: z.number().int(),
  share_kept: z.string().nullable().describe("Decimal text with four places; null without any"),
};

const Row = z
  .object({ key: z.string().describe("`none` of what has none"), label: z.string().nullable(), ...numbers })
  .meta({ id: "SlaReportGroup" });

export const Info = z.object({
  by: oneOf(groups),
  from: date(),
  to: date(),
  rows: z.array(Row).describe(`Days and months in their order, others by how much was judged; ${MOST_ROWS} at most`),
  totals: z.object(numbers),
  as_of: instant().nullable().describe("Up to when changes are counted; null where there are none"),
});

const dimensionOf = (by: Group): Dimension => dimensions.find((each) => each === by) ?? "total";

export const read = fn(Query, async ({ by = "day", ...asked }): Promise<z.output<typeof Info>> => {
  const { from, to } = daysAsked(asked);
  const visible = await useContext().visible();
  const { ofOwner, ofEach } = placesOf(dimensionOf(by), from.slice(0, 7), to.slice(0, 7));
  const ofAll = by === "agent" ? undefined : ofOwner(EVERYBODY);
  const counters = await countersOf({ ofOwner, ofAll, ofEach }, visible, SLA_OUTCOME.name);
  const isMeant = (agent: string): boolean => visible === "all" || visible.has(agent);
  const cells = counters.flatMap(cellsIn).filter(({ agent, day }) => from <= day && day <= to && isMeant(agent));
  const tallies = talliesBy(cells, ({ agent, day, value }) => {
    if (by === "day" || by === "month") return day.slice(0, by === "day" ? 10 : 7);
    return by === "agent" ? agent : value;
  });
  const isInTime = by === "day" || by === "month";
  const rows = [...tallies]
    .filter(([, { kept, violated }]) => kept + violated > 0)
    .sort(([one, a], [other, b]) => (isInTime ? 0 : judged(b) - judged(a)) || (one < other ? -1 : 1));
  const labels = await labelsOf(
    by,
    rows.map(([key]) => key),
  );
  return {
    by,
    from,
    to,
    rows: rows.slice(0, MOST_ROWS).map(([key, tally]) => ({ key, label: labels.get(key) ?? null, ...shown(tally) })),
    totals: shown(talliesBy(cells, () => "all").get("all") ?? { kept: 0, violated: 0 }),
    as_of: asOf(counters),
  };
});

const judged = ({ kept, violated }: Tally): number => kept + violated;
const shown = (tally: Tally) => ({ ...tally, share_kept: shareKept(tally) });

async function labelsOf(by: Group, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (by === "agent") return Directory.namesOf(keys.filter((key) => key !== NONE));
  if (by === "category") return Master.labelsOf(TICKET_CATEGORIES);
  if (by === "priority") return Master.labelsOf(PRIORITIES);
  if (by === "policy") return new Map((await allPolicies()).map(({ id, name }) => [id, name]));
  return new Map();
}

export * as SlaReport from "./sla-report.ts";
