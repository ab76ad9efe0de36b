import { useActor } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";

/** The signed-in user, whose notifications are meant: an API key has none. */
export function requireCurrentUser(): string {
  const actor = useActor();
  if (actor.type !== "user") throw forbidden("An API key is no user: it has no notifications");
  return actor.id;
}
