import { ALL_OWNERS, cellRange, parseCells } from "../../platform/daily-figures/counter-cells.rules.ts";
import { Master } from "../../platform/master-data/master.ts";
import { MultiCurrencySum } from "../../sales/figures/multi-currency-sum.rules.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { LEAD_SOURCES } from "../../sales/lead/lead.masters.ts";
import { CampaignSales } from "../../sales/opportunity/campaign-sales.rules.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { Counter } from "../../storage/read/counter.ts";
import { type AttributionGroup, toKey } from "./attribution-counters.rules.ts";
import { normalizeSource } from "./touch.rules.ts";

/**
 * The open opportunities and the leads that were created in a period, by the campaign or the lead source that they name. They have no touches to share,
 * so they do not depend on the model. Everything is read from counters.
 */

/** Figures of one campaign or source. */
interface SourceFigures {
  pipeline: MultiCurrencySum;
  leads: number;
}

/** Reads the figures by the key of the report's rows. */
export async function loadSourceFigures(
  group: Exclude<AttributionGroup, "channel">,
  days: { from: string; to: string },
): Promise<ReadonlyMap<string, SourceFigures>> {
  const months = [days.from, days.to].map((day) => day.slice(0, "YYYY-MM".length));
  const [cells, leads, codes] = await Promise.all([
    Counter.readRange(OPPORTUNITY.name, ...cellRange(group, ALL_OWNERS, months[0], months[1])),
    Counter.readRange(LEAD.name, ...CampaignSales.newLeadRange(days)),
    group === "source" ? Master.loadCodes(LEAD_SOURCES) : undefined,
  ]);
  const figures = new Map<string, SourceFigures>();
  const find = (id: string): SourceFigures => {
    // The code of a lead source is compared with the sources of touches.
    const key = toKey(codes ? normalizeSource(codes.get(id) ?? id) : id);
    const known = figures.get(key) ?? { pipeline: new MultiCurrencySum(), leads: 0 };
    figures.set(key, known);
    return known;
  };
  for (const { value, day, state, currency, minor } of cells.flatMap(parseCells))
    if (state === "open" && days.from <= day && day <= days.to) find(value).pipeline.add(currency, undefined, minor);
  for (const [id, count] of CampaignSales.parseNewLeads(leads, group)) find(id).leads += count;
  return figures;
}
