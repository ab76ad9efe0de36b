import { API_KEY } from "../auth/auth.domain.ts";
import { type Context, runIn, useContext } from "../kernel/context.ts";
import { isId } from "../kernel/id.ts";
import type { Settings } from "../kernel/settings.ts";
import { Directory } from "../user/directory.ts";
import { Principal } from "./principal.ts";

/**
 * In which work goes on that somebody asked for, after their request: as who asked, with their roles, what they may see, and
 * the tenant's settings as they are now. Undefined for who may not sign in any more.
 */
export async function acting(
  who: string,
  { request, settings = {} }: { request: string; settings?: Partial<Settings> },
): Promise<Context | undefined> {
  const principal = await (isId(who, API_KEY) ? Principal.ofKey(who) : Principal.ofUser(who));
  if (!principal || principal.suspended !== undefined) return undefined;
  const context: Context = {
    ...useContext(),
    actor: principal.actor,
    request: { id: request },
    settings: { ...principal.settings, ...settings },
    visible: async () => "all",
  };
  const visible = await runIn(context, () => Directory.visibleOwners());
  return { ...context, visible: async () => visible };
}
