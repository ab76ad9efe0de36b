import type { Role } from "../../kernel/permission.ts";
import type { UserRecord } from "./user.entity.ts";

/** Pure rules of users. */

/** Returns the extra roles without duplicates and without `role`. */
export const normalizeExtraRoles = (role: Role, extra: readonly Role[]): Role[] =>
  [...new Set(extra)].filter((extraRole) => extraRole !== role);

export const isAdmin = (user: Pick<UserRecord, "status" | "role" | "extra_roles">): boolean =>
  user.status === "ACTIVE" && [user.role, ...user.extra_roles].includes("ADMIN");

/** Whether a user is at least 18 on a day, both as `YYYY-MM-DD`. A user born on 29 February turns 18 on 1 March. */
export const isAdult = (date_of_birth: string, today: string): boolean =>
  date_of_birth <= `${String(Number(today.slice(0, 4)) - 18).padStart(4, "0")}${today.slice(4)}`;
