import { Directory } from "../../platform/user/directory.ts";
import { User } from "../../platform/user/user.ts";
import type { Escalation } from "../sla/policy.rules.ts";
import type { TicketRecord } from "./ticket.entity.ts";

/** The recipients of escalations: the owner of the ticket, their manager, and a director. */

type TicketAssignment = Pick<TicketRecord, "assigned_to_id" | "team_id">;
type Role = Escalation["notify"][number];

/** Returns the assignee's manager, else the manager of the assignee's team or of the ticket's team. */
export async function findManager({ assigned_to_id, team_id }: TicketAssignment): Promise<string | null> {
  const standing = assigned_to_id === null ? undefined : (await Directory.loadOrgPositions([assigned_to_id])).get(assigned_to_id);
  const team = standing?.team ?? (await Directory.listTeams()).find(({ id }) => id === team_id);
  return User.findFirstOwner([standing?.manager_id ?? null, team?.manager_id ?? null]);
}

/** Ordered by rank, lowest first. */
const finders: readonly [Role, (ticket: TicketAssignment) => Promise<string | null>][] = [
  ["OWNER", ({ assigned_to_id }) => User.findFirstOwner([assigned_to_id])],
  ["MANAGER", findManager],
  ["DIRECTOR", async () => (await Directory.listByRole("DIRECTOR"))[0] ?? null],
];

const ranks = Object.fromEntries(finders.map(([role], index) => [role, index + 1])) as Record<Role, number>;

/**
 * Returns the level of an escalation by hand: that of the recipient, as if the SLA clock had escalated the ticket to them. A user who is neither
 * the assignee nor a director counts as a manager, also if no manager was found.
 */
export async function resolveManualLevel({ assigned_to_id }: TicketAssignment, recipient: string | null): Promise<number> {
  if (recipient === null) return ranks.MANAGER;
  if ((await Directory.listByRole("DIRECTOR")).includes(recipient)) return ranks.DIRECTOR;
  return recipient === assigned_to_id ? ranks.OWNER : ranks.MANAGER;
}

/** Returns the users that a level notifies, with their `rank`: 1 for the owner, 2 for the manager, 3 for the director. */
export async function listRecipients(
  ticket: TicketAssignment,
  { notify }: Pick<Escalation, "notify">,
): Promise<{ rank: number; user: string }[]> {
  const recipients = await Promise.all(
    finders.map(async ([role, find], index) => ({ rank: index + 1, user: notify.includes(role) ? await find(ticket) : null })),
  );
  return recipients.flatMap(({ rank, user }) => (user === null ? [] : [{ rank, user }]));
}
