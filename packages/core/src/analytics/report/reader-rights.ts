import { canSeePrivate, useActor, useActorId, useContext } from "../../kernel/context.ts";
import { sha256 } from "../../kernel/sha256.ts";

/** Returns a digest of what decides which records the caller sees: identity, roles, visible owners and teams. */
export async function digestRights(): Promise<string> {
  const { visibleOwners, visibleTeams } = useContext();
  const [owners, teams] = await Promise.all([visibleOwners(), visibleTeams?.()]);
  const actor = useActor();
  const roles = "roles" in actor ? [...actor.roles].sort() : [];
  const seen = owners === "all" ? owners : [...owners].sort();
  return sha256(JSON.stringify([useActorId(), roles, seen, owners === "all" ? [] : [...(teams ?? [])].sort(), canSeePrivate()]));
}
