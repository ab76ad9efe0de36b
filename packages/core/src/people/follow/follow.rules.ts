/** Pure rules: who follows a record. */

/**
 * What is stored for a user and a record: the user follows by hand, follows because of a comment, or does not want to follow. Owners follow
 * without an item.
 */
export type FollowState = "MANUAL" | "COMMENTER" | "MUTED";

/** Why a user follows a record. */
export const followReasons = ["OWNER", "COMMENTER", "MANUAL"] as const;
export type FollowReason = (typeof followReasons)[number];

/** Returns why a user follows a record; null if the user does not. */
export function findReason(state: FollowState | undefined, isOwner: boolean): FollowReason | null {
  if (state === "MUTED") return null;
  return state === "MANUAL" ? state : isOwner ? "OWNER" : (state ?? null);
}

/** Lists the users who follow a record, with their reasons: the owner first, then the others in the order of their ids. */
export function listFollowers(
  states: ReadonlyMap<string, FollowState>,
  owner: string | undefined,
): { user_id: string; reason: FollowReason }[] {
  const others = [...states.keys()].filter((user) => user !== owner).sort();
  return [...(owner === undefined ? [] : [owner]), ...others].flatMap((user_id) => {
    const reason = findReason(states.get(user_id), user_id === owner);
    return reason === null ? [] : [{ user_id, reason }];
  });
}
