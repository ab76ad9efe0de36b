import { Directory } from "../../platform/user/directory.ts";
import { User } from "../../platform/user/user.ts";
import type { Escalation } from "../sla/policy.rules.ts";
import type { TicketRecord } from "./ticket.entity.ts";

/** Who is asked when a ticket is not answered: its owner, their manager, and a director above (seed 001, Escalation Process). */

type TicketAssignment = Pick<TicketRecord, "assigned_to_id" | "team_id">;
type Role = Escalation["notify"][number];

/** Of the assignee, else of the team in whose queue it stands. */
export async function findManager({ assigned_to_id, team_id }: TicketAssignment): Promise<string | null> {
  const standing = assigned_to_id === null ? undefined : (await Directory.loadOrgPositions([assigned_to_id])).get(assigned_to_id);
  const team = standing?.team ?? (await Directory.listTeams()).find(({ id }) => id === team_id);
  return User.findFirstOwner([standing?.manager_id ?? null, team?.manager_id ?? null]);
}

/** In the order of levels: who stands behind is further up. */
const finders: readonly [Role, (ticket: TicketAssignment) => Promise<string | null>][] = [
  ["OWNER", ({ assigned_to_id }) => User.findFirstOwner([assigned_to_id])],
  ["MANAGER", findManager],
  ["DIRECTOR", async () => (await Directory.listByRole("DIRECTOR"))[0] ?? null],
];

/** Whom a level means, by who they are to the ticket; `rank` is 1 for its owner, 2 for a manager, 3 for a director. */
export async function listRecipients(
  ticket: TicketAssignment,
  { notify }: Pick<Escalation, "notify">,
): Promise<{ rank: number; user: string }[]> {
  const found = await Promise.all(
    finders.map(async ([role, find], at) => ({ rank: at + 1, user: notify.includes(role) ? await find(ticket) : null })),
  );
  return found.flatMap(({ rank, user }) => (user === null ? [] : [{ rank, user }]));
}
