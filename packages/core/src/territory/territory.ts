import { AsyncLocalStorage } from "node:async_hooks";
import * as z from "zod";
import { notFound } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { COMPANY_SIZES, TERRITORIES } from "../masters/shared.masters.ts";
import { inForce } from "../rule/in-force.ts";
import type { InForce } from "../rule/kind.ts";
import { Directory } from "../user/directory.ts";
import { type Definition, TerritoryAssignment } from "./territory.kind.ts";
import { entryFor, type Facts } from "./territory.rules.ts";
import type { ByRule } from "./territory.schema.ts";

/** Of which territory records are, and who works there. */

/** The territory of a record, and which rule gave it. */
export interface Placed {
  territory_id: string | null;
  territory_rule: ByRule;
}

const NOWHERE: Placed = { territory_id: null, territory_rule: null };

/** What a record says of where it is. Without a number of employees the company size tells the least there are. */
export type Said = Omit<Facts, "employee_count"> & { employee_count: number | null; company_size_id: string | null };

/** The territory of a new record: the one that it names, `null` too, or else by the rule in force. */
export const forNew = async (said: Said, named: string | null | undefined): Promise<Placed> =>
  named === undefined ? byRule(said) : { territory_id: named, territory_rule: null };

/** By the rule in force; no read where a tenant has none. */
export const byRule = async (said: Said): Promise<Placed> => place(await inForce(TerritoryAssignment), said);

export async function place(rule: InForce<Definition>, { company_size_id, ...said }: Said): Promise<Placed> {
  const { rules, otherwise } = rule.definition;
  if (rules.length === 0 && otherwise === null) return NOWHERE;
  const [territories, size] = await Promise.all([inUse(), Master.find(COMPANY_SIZES, company_size_id)]);
  const facts = { ...said, employee_count: said.employee_count ?? size?.min_employees ?? null };
  const found = entryFor(facts, rule.definition, (id) => territories.has(id));
  if (!found) return NOWHERE;
  return { territory_id: found.territory, territory_rule: { rule_id: rule.id, number: rule.number, name: found.name } };
}

const inUse = async (): Promise<ReadonlySet<string>> => {
  const all = await Master.allOf({ kind: TERRITORIES, is_active: true });
  return new Set(all.map(({ id }) => id));
};

const deciding = new AsyncLocalStorage<Placed>();

/** Runs a verb that gives a record this territory: what it writes says by which rule. */
export const placing = <T>(placed: Placed, verb: () => Promise<T>): Promise<T> => deciding.run(placed, verb);

/** By which rule a record has its territory after a change. */
export function explained(before: Placed, territory_id: string | null): ByRule {
  if (before.territory_id === territory_id) return before.territory_rule;
  const placed = deciding.getStore();
  return placed?.territory_id === territory_id ? placed.territory_rule : null;
}

export const Member = z.object({
  id: z.string(),
  display_name: z.string(),
  role: z.string(),
  team_id: z.string(),
  team_name: z.string(),
  is_manager: z.boolean().describe("Of the territory, or of the team"),
});

export const Members = z.object({ territory_id: z.string(), manager_id: z.string().nullable(), members: z.array(Member) });

/** The active users of the teams of a territory, in order of teams and names; from memory, as of a minute ago at most. */
export const members = fn(z.strictObject({ id: text(64) }), async ({ id }) => {
  const territory = await Master.find(TERRITORIES, id);
  if (!territory || territory.deleted_at) throw notFound();
  const manager_id = territory.manager_id ?? null;
  const teams = await Directory.teamsOf(id);
  const rows = teams.flatMap(({ team, users }) =>
    users.map(({ id: user, display_name, role }) => ({
      ...{ id: user, display_name, role, team_id: team.id, team_name: team.name },
      is_manager: user === manager_id || user === team.manager_id,
    })),
  );
  return { territory_id: id, manager_id, members: rows };
});

export { TerritoryAssignment } from "./territory.kind.ts";
export * as Territory from "./territory.ts";
