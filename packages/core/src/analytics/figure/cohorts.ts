import * as z from "zod";
import type { Owners } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { fn } from "../../kernel/fn.ts";
import { type DayRange, resolveDayRange } from "../../kernel/period.ts";
import { date, instant, month } from "../../kernel/schema.ts";
import { MAX_MONTHS_AFTER } from "../../platform/daily-figures/cohort.rules.ts";
import { ALL_OWNERS, createdRange, createdRangeByOwner } from "../../platform/daily-figures/counter-cells.rules.ts";
import { latestCountInstant, readCounters, resolveOwners } from "../../sales/figures/owner-counters.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { addMonths, countMonths, ownedScope, parseCohortSteps, parseFigures } from "../../sales/lead/summary.rules.ts";
import { parseOpportunitySteps } from "../../sales/opportunity/lead-cohort.rules.ts";
import type { Item } from "../../storage/table/item.ts";
import { Scope } from "./analytics.ts";
import { Cohort, toWholeMonths } from "./cohort-steps.rules.ts";
import { findComparedRange } from "./comparison.rules.ts";

/** The funnel of leads by the month of their creation, from the counters of leads and opportunities. No record is read. */

const DEFAULT_MONTHS = 12;

const Query = Scope.extend({
  from: date()
    .optional()
    .describe(`A day of the first month; defaults to the last ${DEFAULT_MONTHS} months. The period is 366 days at most`),
  to: date().optional().describe("A day of the last month; defaults to this month"),
});

const count = () => z.number().int();
const stepNumbers = {
  qualified: count().describe("Leads that are qualified"),
  converted: count(),
  opportunities: count().describe("Opportunities that came from the leads"),
  won: count().describe("Those of the opportunities that are won"),
};
const rate = (what: string) =>
  z.number().nullable().describe(`${what} in percent of the leads, two decimals; null without leads`);
const numbers = {
  leads: count().describe("Leads that were created in the month"),
  ...stepNumbers,
  qualification_rate: rate("Qualified leads"),
  conversion_rate: rate("Converted leads"),
  win_rate: rate("Won opportunities"),
};

const Row = z
  .object({
    key: month(),
    ...numbers,
    months: z
      .array(z.object({ after: count(), ...stepNumbers }).meta({ id: "CohortMonth" }))
      .describe(
        `The steps by month after the creation of the lead: 0 is the month of creation, ${MAX_MONTHS_AFTER} stands for later ones too. Ends with the last month that has a number`,
      ),
  })
  .meta({ id: "LeadCohort" });

export const Info = z
  .object({
    from: date().describe("First day of the first month"),
    to: date().describe("Last day of the last month"),
    compared: z.object({ from: date(), to: date() }).nullable().describe("The period of `previous`"),
    cohorts: z.array(Row).describe("Months in order, those without leads included"),
    totals: z.object({
      ...numbers,
      previous: z.object(numbers).nullable().describe("The totals of the period of comparison; null without a comparison"),
    }),
    as_of: instant().nullable().describe("Changes up to this instant are counted"),
  })
  .meta({ id: "LeadCohortAnalytics" });

const toYear = (day: string): number => Number(day.slice(0, 4));

/** Reads the counters of leads of the years of a period: one query for each year, or one for each year and owner. */
async function loadLeads(owners: Owners, { from, to }: DayRange): Promise<Item[]> {
  const years = Array.from({ length: toYear(to) - toYear(from) + 1 }, (_, index) =>
    String(toYear(from) + index).padStart(4, "0"),
  );
  const counters = years.map((year) =>
    readCounters(
      {
        ofOwner: (owner) => [ownedScope(year, owner, ""), ownedScope(year, owner, "~")],
        ofEach: [ownedScope(year, ""), ownedScope(year, "~")],
      },
      owners,
      LEAD.name,
    ),
  );
  return (await Promise.all(counters)).flat();
}

/** Reads the counters of opportunities by month of creation: one query, or one for each owner. */
const loadOpportunities = (owners: Owners): Promise<Item[]> =>
  readCounters(
    { ofOwner: (owner) => createdRange(owner, ""), ofAll: createdRange(ALL_OWNERS, ""), ofEach: createdRangeByOwner() },
    owners,
  );

/** Returns the cohorts of the months of a period, in order. */
function buildCohorts(leads: readonly Item[], opportunities: readonly Item[], { from, to }: DayRange): [string, Cohort][] {
  const first = from.slice(0, 7);
  const months = Array.from({ length: countMonths(first, to.slice(0, 7)) }, (_, index) => addMonths(first, index));
  const cohorts = new Map(months.map((key) => [key, new Cohort()]));
  for (const figure of leads.flatMap((counter) => parseFigures(counter, "owner")))
    cohorts.get(figure.month)?.addLeads(figure.numbers.leads);
  for (const step of [...leads.flatMap(parseCohortSteps), ...opportunities.flatMap(parseOpportunitySteps)])
    cohorts.get(step.month)?.add(step);
  return [...cohorts];
}

const sumCohorts = (cohorts: readonly [string, Cohort][]): Cohort =>
  cohorts.reduce((sum, [, cohort]) => sum.join(cohort), new Cohort());

export const read = fn(Query, async ({ from, to, compare_to, ...filters }): Promise<z.output<typeof Info>> => {
  const last = to ?? today();
  const first = from ?? `${addMonths(last.slice(0, 7), 1 - DEFAULT_MONTHS)}-01`;
  const range = toWholeMonths(resolveDayRange({ from: first, to: last }));
  const owners = await resolveOwners(filters);
  const comparedRange = compare_to ? findComparedRange(range, compare_to) : undefined;
  const [leads, opportunities, leadsBefore] = await Promise.all([
    loadLeads(owners, range),
    loadOpportunities(owners),
    comparedRange && loadLeads(owners, comparedRange),
  ]);
  const cohorts = buildCohorts(leads, opportunities, range);
  const before = comparedRange && buildCohorts(leadsBefore ?? [], opportunities, comparedRange);
  return {
    ...range,
    compared: comparedRange ?? null,
    cohorts: cohorts.map(([key, cohort]) => ({ key, ...cohort.present(), months: cohort.presentMonths() })),
    totals: { ...sumCohorts(cohorts).present(), previous: before ? sumCohorts(before).present() : null },
    as_of: latestCountInstant([...leads, ...opportunities]),
  };
});

export * as Cohorts from "./cohorts.ts";
