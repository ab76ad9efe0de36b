import { Notify } from "../notification/notify.ts";
import { Opportunity } from "../opportunity/opportunity.ts";
import type { BaseRecord, Collection } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import { Directory } from "../user/directory.ts";
import { Team } from "../user/team.ts";
import type { OpportunityRecord } from "./doing.ts";

/** Users whom a rule means, as far as they can be told of an opportunity. */

/** Whom the owner answers to, or else who leads their team. */
export async function leadingUser({ owner_id }: OpportunityRecord): Promise<string | null> {
  const owner = owner_id ? await Directory.active(owner_id) : undefined;
  if (owner?.manager_id) return owner.manager_id;
  const team = owner?.team_id ? await Records.load(Team.listed.collection, owner.team_id, { live: true }) : undefined;
  return team?.manager_id ?? null;
}

type UserRecord = NonNullable<Awaited<ReturnType<typeof Directory.active>>>;
type Reached = { user: UserRecord; reason?: undefined } | { user?: undefined; reason: string };

/** An active user who sees the opportunity: nobody else is told of it, whatever a rule says. */
export async function reached(wanted: string | null, opportunity: OpportunityRecord): Promise<Reached> {
  if (wanted === null) return { reason: "There is no such user" };
  const [user] = await Directory.activeNow([wanted]);
  if (!user) return { reason: "The user is not active" };
  const found = { collection: Opportunity.listed.collection as unknown as Collection<BaseRecord>, record: opportunity };
  return (await Notify.sees(user.id, found)) ? { user } : { reason: "The user does not see the opportunity" };
}
