import { AsyncLocalStorage } from "node:async_hooks";
import * as z from "zod";
import { notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput } from "../../kernel/schema.ts";
import type { RuleDecision } from "../../platform/bulk-change/rule-decision.ts";
import { Master } from "../../platform/master-data/master.ts";
import { COMPANY_SIZES, TERRITORIES } from "../../platform/master-data/shared.masters.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import type { ActiveRule } from "../../platform/rule/rule-kind.ts";
import { Directory } from "../../platform/user/directory.ts";
import { type Definition, TerritoryAssignment } from "./territory.rule-kind.ts";
import { type Facts, findEntry } from "./territory.rules.ts";
import type { PlacementRule } from "./territory.schema.ts";

/** Territories of records, and their members. */

/** The territory of a record and the rule that assigned it. */
export interface TerritoryPlacement {
  territory_id: string | null;
  territory_rule: PlacementRule;
}

const NO_TERRITORY: TerritoryPlacement = { territory_id: null, territory_rule: null };

/** Fields of a record on which the territory rule depends. Without `employee_count`, the minimum of the company size is used. */
export type PlacementInput = Omit<Facts, "employee_count"> & { employee_count: number | null; company_size_id: string | null };

/** Returns the territory of a new record: the named one, which may be null, or else by the rule in force. */
export const placeNew = async (
  placementInput: PlacementInput,
  requestedTerritory: string | null | undefined,
): Promise<TerritoryPlacement> =>
  requestedTerritory === undefined ? placeByRule(placementInput) : { territory_id: requestedTerritory, territory_rule: null };

/** Places a record by the rule in force. A tenant without rules costs no further read. */
export const placeByRule = async (placementInput: PlacementInput): Promise<TerritoryPlacement> =>
  place(await loadActiveRule(TerritoryAssignment), placementInput);

export async function place(
  rule: ActiveRule<Definition>,
  { company_size_id, ...attributes }: PlacementInput,
): Promise<TerritoryPlacement> {
  const { rules, otherwise } = rule.definition;
  if (rules.length === 0 && otherwise === null) return NO_TERRITORY;
  const [territories, size] = await Promise.all([listActiveTerritories(), Master.find(COMPANY_SIZES, company_size_id)]);
  const facts = { ...attributes, employee_count: attributes.employee_count ?? size?.min_employees ?? null };
  const match = findEntry(facts, rule.definition, (id) => territories.has(id));
  if (!match) return NO_TERRITORY;
  return { territory_id: match.territory, territory_rule: { rule_id: rule.id, number: rule.number, name: match.name } };
}

const listActiveTerritories = async (): Promise<ReadonlySet<string>> => {
  const all = await Master.listAllValues({ kind: TERRITORIES, is_active: true });
  return new Set(all.map(({ id }) => id));
};

const placementContext = new AsyncLocalStorage<TerritoryPlacement>();

/** Runs a verb that sets this territory, so that the record also stores the rule. */
export const withPlacement = <T>(placement: TerritoryPlacement, verb: () => Promise<T>): Promise<T> =>
  placementContext.run(placement, verb);

/** Builds the decision for one record of a bulk change. `currentTerritory` is its present territory. */
export const decision = (placement: TerritoryPlacement, currentTerritory: string | null): RuleDecision => ({
  field: "territory_id",
  value: placement.territory_id,
  before: currentTerritory,
  message: `By the rule ${placement.territory_rule?.name ?? "otherwise"}`,
  within: (verb) => withPlacement(placement, verb),
});

/** Returns the rule to store with a record's territory after a change. */
export function explainPlacement(before: TerritoryPlacement, territory_id: string | null): PlacementRule {
  if (before.territory_id === territory_id) return before.territory_rule;
  const placement = placementContext.getStore();
  return placement?.territory_id === territory_id ? placement.territory_rule : null;
}

export const Member = z.object({
  id: z.string(),
  display_name: z.string(),
  role: z.string(),
  team_id: z.string(),
  team_name: z.string(),
  is_manager: z.boolean().describe("Whether the user manages the territory or the team"),
});

export const Members = z.object({ territory_id: z.string(), manager_id: z.string().nullable(), members: z.array(Member) });

/** Lists the active users of a territory's teams, in order of teams and names. The data is cached for up to a minute. */
export const members = fn(IdInput, async ({ id }) => {
  const territory = await Master.find(TERRITORIES, id);
  if (!territory || territory.deleted_at) throw notFound();
  const manager_id = territory.manager_id ?? null;
  const teams = await Directory.listTerritoryTeams(id);
  const rows = teams.flatMap(({ team, users }) =>
    users.map(({ id: user, display_name, role }) => ({
      ...{ id: user, display_name, role, team_id: team.id, team_name: team.name },
      is_manager: user === manager_id || user === team.manager_id,
    })),
  );
  return { territory_id: id, manager_id, members: rows };
});

export { TerritoryAssignment } from "./territory.rule-kind.ts";
export * as Territory from "./territory.ts";
