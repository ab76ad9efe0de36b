/**
 * Who may do what: a domain declares its permissions, each with the roles that have it. An operation names one
 * (or spells out `public` or `signed_in`), and it is checked in one place before the verb runs.
 * Which records a role then sees is another question: see `visibility`.
 */
export const roles = ["ADMIN", "DIRECTOR", "MANAGER", "SALES_REP", "MARKETER", "SUPPORT_AGENT", "ANALYST", "USER"] as const;
export type Role = (typeof roles)[number];

export const everyone = roles;
export const leaders = ["ADMIN", "DIRECTOR", "MANAGER"] as const;

/** One right, and the roles that have it. */
export interface Permission {
  /** `lead:read`. */
  readonly name: string;
  readonly roles: readonly Role[];
  /** Asked for by verbs, beside what their operation asks for. */
  readonly isCheckedByVerb?: true;
}

/**
 * Declares rights over one thing, in the file of its domain: `grants("lead", { read: everyone }).read` is `lead:read`. Each is
 * the access of an operation, or is `asked` for by a verb itself; others are refused (functions/derive/check.ts).
 */
/* @__NO_SIDE_EFFECTS__ */
export function declarePermissions<const A extends string>(
  thing: string,
  table: Readonly<Record<A, readonly Role[]>>,
  { checkedByVerbs: asked = [] }: { checkedByVerbs?: readonly NoInfer<A>[] } = {},
): Readonly<Record<A, Permission>> {
  const entries = Object.entries<readonly Role[]>(table).map(([action, held]): [string, Permission] => [
    action,
    { name: `${thing}:${action}`, roles: held, ...(asked.includes(action as A) ? { isCheckedByVerb: true } : {}) },
  ]);
  return Object.fromEntries(entries) as Record<A, Permission>;
}

/** What an operation may ask for: nothing at all, any sign-in, or one permission. */
export type Access = "public" | "signed_in" | Permission;

export const rolesGrant = (held: readonly Role[], { roles }: Permission): boolean => held.some((role) => roles.includes(role));
