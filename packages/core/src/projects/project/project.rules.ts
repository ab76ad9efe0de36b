/** Pure rules: the statuses, members and board places of projects (docs/projects/projects.md). */

export const projectStatuses = ["PLANNED", "ACTIVE", "ON_HOLD", "COMPLETED", "CANCELLED"] as const;

export const memberRoles = ["MANAGER", "MEMBER", "VIEWER"] as const;
type MemberRole = (typeof memberRoles)[number];

/** What a user does with a project: work on it and on its tasks, or decide who its members are. */
export type ProjectRight = "work" | "manage";

const rolesByRight: Readonly<Record<ProjectRight, readonly MemberRole[]>> = {
  work: ["MANAGER", "MEMBER"],
  manage: ["MANAGER"],
};

interface Membership {
  owner_id: string | null;
  members: readonly { user_id: string; role: MemberRole }[];
}

/**
 * Whether a caller has a right to a project. `visibleUsers` are the users whose records the caller sees, the caller included. The owner
 * counts as a MANAGER. A project without an owner waits to be taken.
 */
export function hasRight(
  { owner_id, members }: Membership,
  right: ProjectRight,
  visibleUsers: "all" | ReadonlySet<string>,
): boolean {
  if (visibleUsers === "all" || owner_id === null || visibleUsers.has(owner_id)) return true;
  return members.some(({ user_id, role }) => visibleUsers.has(user_id) && rolesByRight[right].includes(role));
}

/** The number of users who belong to a project: its members and its owner. */
export const countMembers = ({ owner_id, members }: Membership): number =>
  new Set([...members.map(({ user_id }) => user_id), ...(owner_id === null ? [] : [owner_id])]).size;

/** The share of completed tasks in percent, rounded down; null without tasks. */
export const computePercent = ({ total_task, total_task_completed }: { total_task: number; total_task_completed: number }) =>
  total_task > 0 ? Math.floor((Math.max(0, Math.min(total_task_completed, total_task)) * 100) / total_task) : null;

/** The distance of neighbors in a column of the board, so that others fit between them. */
const PLACE_GAP = 2 ** 20;

/** Returns the middle between two places; undefined if no integer lies between them. null: there is no neighbor on this side. */
export function findPlaceBetween(before: number | null, after: number | null): number | undefined {
  if (before === null) return after === null ? PLACE_GAP : after - PLACE_GAP;
  if (after === null) return before + PLACE_GAP;
  const middle = Math.floor((before + after) / 2);
  return middle > before && middle < after ? middle : undefined;
}

/**
 * Finds places for a project and for the projects that follow it, in their order: as few of these as necessary. `following` are their present
 * places, at most as many as may change and one more. Returns the place of the project and those of the first following ones; undefined if there
 * is no room.
 */
export function respace(before: number | null, following: readonly number[], maxChanged: number): readonly number[] | undefined {
  const lowest = before ?? (following[0] ?? 0) - PLACE_GAP * (following.length + 1);
  for (let changed = 1; changed <= Math.min(maxChanged, following.length); changed++) {
    const end = following[changed] ?? null;
    const step = end === null ? PLACE_GAP : Math.floor((end - lowest) / (changed + 2));
    if (step >= 1) return Array.from({ length: changed + 1 }, (_, index) => lowest + step * (index + 1));
  }
  return undefined;
}
