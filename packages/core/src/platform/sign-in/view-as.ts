import { runIn, useContext } from "../../kernel/context.ts";
import { forbidden, invalid } from "../../kernel/error.ts";
import { type Role, roles } from "../../kernel/permission.ts";
import { CredentialCache } from "../auth/credential-cache.ts";
import { runAsTenant } from "../auth/session.ts";
import { Preferences } from "../profile/preferences.ts";
import type { Principal } from "./principal.ts";

/**
 * An administrator views the data as a role (docs/platform/sign-in.md). The header X-View-As of a request names the role. It counts only if the
 * administrator's preference `view_as_role` names the same role, because the audit trail records each change of this preference.
 *
 * The header applies to one request. No token or session stores it, so nothing can carry it on.
 */
const VIEW_AS_HEADER = "X-View-As";

/**
 * Narrows a principal to a role. The result has the permissions that both the administrator and the role have: the actor has the role, and
 * permissions are also checked for the administrator (`hasPermission`).
 */
export async function narrowToRole(principal: Principal, name: string): Promise<Principal> {
  const { actor } = principal;
  const role = roles.find((candidate) => candidate === name);
  if (role === undefined || role === "ADMIN") throw invalid(VIEW_AS_HEADER, "Must be a role other than ADMIN");
  if (actor.type !== "user" || !actor.roles.includes("ADMIN"))
    throw forbidden("Only a user with the role ADMIN can view the data as another role");
  if ((await resolveViewedRole(actor)) !== role)
    throw forbidden("Set `view_as_role` in your preferences to the role that X-View-As names");
  return { ...principal, actor: { ...actor, roles: [role] }, view: { role, administrator: actor } };
}

/** Returns the role in the preferences of a user, cached like the user's own roles. */
const resolveViewedRole = async ({ tenant_id, id }: { tenant_id: string; id: string }): Promise<Role | null> => {
  const key = `viewed role of ${tenant_id} ${id}`;
  const load = () =>
    runIn({ ...useContext(), keyspaces: [] }, () => runAsTenant(tenant_id, () => Preferences.loadViewedRole(id)));
  return CredentialCache.resolve(key, load);
};
