import { isDeepStrictEqual } from "node:util";
import type { Role } from "../../kernel/permission.ts";
import type { UserRecord } from "./user.entity.ts";

/** Pure rules of users. */

/** Returns the extra roles without duplicates and without `role`. */
export const normalizeExtraRoles = (role: Role, extra: readonly Role[]): Role[] =>
  [...new Set(extra)].filter((extraRole) => extraRole !== role);

type RoleFields = Pick<UserRecord, "role" | "extra_roles">;

/** Whether a user has the role ADMIN, also if the user cannot sign in at present. */
export const hasAdminRole = (user: RoleFields): boolean => [user.role, ...user.extra_roles].includes("ADMIN");

export const isAdmin = (user: RoleFields & Pick<UserRecord, "status">): boolean => user.status === "ACTIVE" && hasAdminRole(user);

/** The fields that decide whether and how a user signs in, and with which rights. */
const accessFields = ["email", "role", "extra_roles", "status", "activation_requested_at"] as const;

/** Whether a change gives or takes the role ADMIN, or decides how a user who has it signs in. */
export const changesAdministratorAccess = (before: UserRecord | undefined, after: UserRecord): boolean =>
  (hasAdminRole(after) || (before !== undefined && hasAdminRole(before))) &&
  accessFields.some((field) => !isDeepStrictEqual(before?.[field], after[field]));

/** Whether a user is at least 18 on a day, both as `YYYY-MM-DD`. A user born on 29 February turns 18 on 1 March. */
export const isAdult = (date_of_birth: string, today: string): boolean =>
  date_of_birth <= `${String(Number(today.slice(0, 4)) - 18).padStart(4, "0")}${today.slice(4)}`;
