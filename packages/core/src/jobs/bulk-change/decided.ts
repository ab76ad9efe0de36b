import { type Placed, Territory } from "../../territory/territory.ts";
import type { Decides } from "./bulk-plan.ts";
import { type Answer, asItWas, type Deed, type Spared, type Work } from "./row.ts";

/** What a rule says of one record of a bulk change. */

/** What the rule gives a record, and what that has by now; undefined where the record is gone. */
type Decided = (id: string) => Promise<(Placed & { had: string | null }) | undefined>;

/** By kind, each loaded when it is first asked. */
const deciders: Readonly<Record<string, () => Promise<Decided>>> = {
  lead: async () => (await import("../../lead/territory.ts")).decided,
  customer: async () => (await import("../../customer/territory.ts")).decided,
  opportunity: async () => (await import("../../opportunity/territory.ts")).decided,
};

export const decidedKinds = Object.keys(deciders) as ["lead", "customer", "opportunity"];

/** A record that no rule fits keeps what it has. */
export async function decidedDeed(work: Work, current: Answer, { overwrite }: Decides): Promise<Deed | Spared> {
  const { verbs, kind } = work.changeable;
  const decided = await (await deciders[kind]?.())?.(current.id);
  if (!decided || decided.territory_id === null || decided.territory_id === decided.had) return asItWas;
  if (decided.had !== null && !overwrite) return asItWas;
  const { territory_id, had } = decided;
  const act = () => Territory.placing(decided, () => verbs.update({ id: current.id, territory_id }));
  const message = `By the rule ${decided.territory_rule?.name ?? "otherwise"}`;
  return { act, meant: current, before: { territory_id: had }, details: [{ field: "territory_id", message }] };
}
