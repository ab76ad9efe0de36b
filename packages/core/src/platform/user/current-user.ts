import { type Actor, useActor } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import { ownSignIn } from "../auth/session-rule.ts";

/** Returns the id of the signed-in user, for operations on the caller's own data. Refuses API keys, which are no users. */
export function requireSignedInUser(): string {
  const actor = useActor();
  if (actor.type !== "user") throw forbidden("An API key is not a user: sign in as a user");
  return actor.id;
}

/** Returns the calling user and their session; refuses API keys, which have neither. */
export function requireSession(): Extract<Actor, { type: "user" }> {
  const actor = useActor();
  if (actor.type !== "user") throw forbidden(ownSignIn.rejection);
  return actor;
}
