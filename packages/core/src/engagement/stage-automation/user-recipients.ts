import { Notifier } from "../../platform/notification/notifier.ts";
import { Directory } from "../../platform/user/directory.ts";
import { Team } from "../../platform/user/team.ts";
import { Opportunity } from "../../sales/opportunity/opportunity.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { OpportunityRecord } from "./action-context.ts";

/** Resolves the users that a rule addresses. */

/** Returns the owner's manager, else the manager of the owner's team. */
export async function findManager({ owner_id }: OpportunityRecord): Promise<string | null> {
  const owner = owner_id ? await Directory.findActive(owner_id) : undefined;
  if (owner?.manager_id) return owner.manager_id;
  const team = owner?.team_id ? await Records.load(Team.listDefinition.collection, owner.team_id, { live: true }) : undefined;
  return team?.manager_id ?? null;
}

type UserRecord = NonNullable<Awaited<ReturnType<typeof Directory.findActive>>>;
type UserResult = { user: UserRecord; reason?: undefined } | { user?: undefined; reason: string };

/**
 * Returns the user if they are active and can see the opportunity, else the reason. Other users are never notified, even if a rule names them.
 */
export async function resolveUser(userId: string | null, opportunity: OpportunityRecord): Promise<UserResult> {
  if (userId === null) return { reason: "No such user" };
  const [user] = await Directory.loadActive([userId]);
  if (!user) return { reason: "The user is not active" };
  const subject = { collection: Opportunity.listDefinition.collection as unknown as Collection<BaseRecord>, record: opportunity };
  return (await Notifier.canSee(user.id, subject)) ? { user } : { reason: "The user cannot see the opportunity" };
}
