/**
 * Permissions. A domain declares its permissions, each with the roles that have it. An operation names one permission (or `public` or
 * `signed_in`), which is checked in one place before the verb runs. Which records a role then sees is decided by visibility
 * (storage/read/visibility.ts).
 */
export const roles = ["ADMIN", "DIRECTOR", "MANAGER", "SALES_REP", "MARKETER", "SUPPORT_AGENT", "ANALYST", "USER"] as const;
export type Role = (typeof roles)[number];

export const everyone = roles;
export const leaders = ["ADMIN", "DIRECTOR", "MANAGER"] as const;

/** A permission, and the roles that have it. */
export interface Permission {
  /** `lead:read`. */
  readonly name: string;
  readonly roles: readonly Role[];
  /** Checked by verbs, in addition to the permission of their operation. */
  readonly isCheckedByVerb?: true;
}

/**
 * Declares the permissions of one thing, in the file of its domain: `declarePermissions("lead", { read: everyone }).read` is `lead:read`.
 * Each permission must be the access of an operation or be listed in `checkedByVerbs`; packages/functions/src/derive/manifest-check.ts
 * refuses others.
 */
/* @__NO_SIDE_EFFECTS__ */
export function declarePermissions<const A extends string>(
  resource: string,
  table: Readonly<Record<A, readonly Role[]>>,
  { checkedByVerbs = [] }: { checkedByVerbs?: readonly NoInfer<A>[] } = {},
): Readonly<Record<A, Permission>> {
  const entries = Object.entries<readonly Role[]>(table).map(([action, allowedRoles]): [string, Permission] => [
    action,
    {
      name: `${resource}:${action}`,
      roles: allowedRoles,
      ...(checkedByVerbs.includes(action as A) ? { isCheckedByVerb: true } : {}),
    },
  ]);
  return Object.fromEntries(entries) as Record<A, Permission>;
}

/** The access of an operation: public, any signed-in caller, or one permission. */
export type Access = "public" | "signed_in" | Permission;

export const rolesGrant = (actorRoles: readonly Role[], { roles }: Permission): boolean =>
  actorRoles.some((role) => roles.includes(role));
