import type { RuleDecider } from "../../platform/bulk-change/rule-decision.ts";
import { Master } from "../../platform/master-data/master.ts";
import { TERRITORIES } from "../../platform/master-data/shared.masters.ts";
import { compareOnSample } from "../../platform/rule/dry-run.ts";
import type { DryRunResult, DryRunRules, DryRunSample, RuleKind } from "../../platform/rule/rule-kind.ts";
import { Records } from "../../storage/write/records.ts";
import type { Definition } from "../territory/territory.rule-kind.ts";
import { Territory, TerritoryAssignment, type TerritoryPlacement } from "../territory/territory.ts";
import { type LeadRecord, Leads } from "./lead.entity.ts";

/** Territories of leads. */

type LeadLocation = Pick<
  LeadRecord,
  "country_id" | "state_id" | "postal_code" | "industry_id" | "lead_source_id" | "employee_count" | "company_size_id"
>;

/** Returns the fields of a lead on which the territory rule depends. */
export const toPlacementInput = ({ lead_source_id, ...lead }: LeadLocation): Territory.PlacementInput => ({
  country_id: lead.country_id ?? null,
  state_id: lead.state_id ?? null,
  postal_code: lead.postal_code ?? null,
  industry_id: lead.industry_id ?? null,
  source_id: lead_source_id ?? null,
  employee_count: lead.employee_count ?? null,
  company_size_id: lead.company_size_id ?? null,
});

/** Returns the territory that the rule in force assigns to a lead; undefined if the lead is gone. */
export const decideTerritory: RuleDecider = async (id) => {
  const lead = await Records.load(Leads, id, { live: true });
  return lead && Territory.decision(await Territory.placeByRule(toPlacementInput(lead)), lead.territory_id ?? null);
};

/** Places the newest leads by both versions of the rule, and returns the differences. */
async function rehearse({ before, after }: DryRunRules<Definition>, sample: DryRunSample): Promise<DryRunResult> {
  const labels = await Master.loadLabels(TERRITORIES);
  const described = ({ territory_id, territory_rule }: TerritoryPlacement): string =>
    territory_id === null
      ? "None: no rule matches"
      : `${labels.get(territory_id) ?? territory_id} (${territory_rule?.name ?? "otherwise"})`;
  return compareOnSample(Leads, sample, (leads) =>
    Promise.all(
      leads.map(async (lead) => {
        const [oldPlacement, newPlacement] = await Promise.all(
          [before, after].map((rule) => Territory.place(rule, toPlacementInput(lead))),
        );
        const title = lead.display_name ?? lead.lead_number;
        return {
          record_id: lead.id,
          title,
          before: described(oldPlacement as TerritoryPlacement),
          after: described(newPlacement as TerritoryPlacement),
        };
      }),
    ),
  );
}

/** The kind of rule, with its dry run on leads. */
export const territoryRule: RuleKind = { ...TerritoryAssignment, dryRun: rehearse } as RuleKind;
