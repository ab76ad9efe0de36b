import { useActor } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";

/** Returns the id of the signed-in user; refuses API keys, which have no notifications. */
export function requireCurrentUser(): string {
  const actor = useActor();
  if (actor.type !== "user") throw forbidden("API keys have no notifications: sign in as a user");
  return actor.id;
}
