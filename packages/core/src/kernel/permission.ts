/**
 * Who may do what: one row a permission, the roles that have it. An operation names one permission
 * (or spells out `public` or `signed_in`), and it is checked in one place before the verb runs.
 * Which records a role then sees is another question: see `visibility`.
 */
export const roles = ["ADMIN", "DIRECTOR", "MANAGER", "SALES_REP", "MARKETER", "SUPPORT_AGENT", "ANALYST", "USER"] as const;
export type Role = (typeof roles)[number];

const everyone = roles;
const leaders = ["ADMIN", "DIRECTOR", "MANAGER"] as const;

export const permissions = {
  "tenant:read": everyone,
  "tenant:manage": ["ADMIN"],
  "user:read": everyone,
  "user:manage": ["ADMIN"],
  "availability:read": everyone,
  "availability:write": everyone,
  "availability:manage": leaders,
  "team:read": everyone,
  "team:manage": ["ADMIN", "DIRECTOR"],
  "api_key:manage": ["ADMIN"],
  "audit:read": ["ADMIN", "DIRECTOR"],
  "master:read": everyone,
  "master:manage": ["ADMIN", "DIRECTOR"],
  "custom_field:read": everyone,
  "custom_field:manage": ["ADMIN", "DIRECTOR"],
  "search_path:read": everyone,
  "search_path:manage": ["ADMIN", "DIRECTOR"],
  "rule:read": everyone,
  "rule:manage": ["ADMIN", "DIRECTOR"],
  "person:read": everyone,
  "person:write": [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
  "person:delete": leaders,
  "person:merge": [...leaders, "SALES_REP", "SUPPORT_AGENT"],
  "person:sensitive": ["ADMIN", "DIRECTOR"],
  "person:rotate": ["ADMIN"],
  "journey:read": everyone,
  "journey:write": [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
  "interaction:read": everyone,
  "interaction:write": [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
  "interaction:delete": [...leaders, "SALES_REP", "SUPPORT_AGENT"],
  "form:read": everyone,
  "form:manage": ["ADMIN", "DIRECTOR", "MARKETER"],
  "upload:write": [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
  "lead:read": everyone,
  "lead:write": [...leaders, "SALES_REP", "MARKETER", "USER"],
  "lead:delete": [...leaders, "SALES_REP"],
  "lead:assign": leaders,
  "lead:convert": [...leaders, "SALES_REP", "USER"],
  "lead:summary": [...leaders, "MARKETER", "ANALYST"],
  "lead_source:manage": [...leaders, "MARKETER"],
  "notification:read": everyone,
  "notification:write": everyone,
  "customer:read": everyone,
  "customer:write": [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
  "customer:delete": leaders,
  "customer:assign": leaders,
  "contact:read": everyone,
  "contact:write": [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
  "contact:delete": [...leaders, "SALES_REP"],
  "opportunity:read": everyone,
  "opportunity:write": [...leaders, "SALES_REP", "USER"],
  "opportunity:delete": [...leaders, "SALES_REP"],
  "opportunity:assign": leaders,
  "opportunity_stage:manage": ["ADMIN", "DIRECTOR"],
  "export:read": everyone,
  "export:write": everyone,
  "import:read": everyone,
  "import:write": [...leaders, "SALES_REP", "MARKETER", "USER"],
  "import:historic": leaders,
  "activity:read": everyone,
  "activity:write": [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof permissions;

/** What an operation may ask for: nothing at all, any sign-in, or one permission. */
export type Access = "public" | "signed_in" | Permission;

export const allows = (held: readonly Role[], permission: Permission): boolean => {
  const granted: readonly Role[] = permissions[permission];
  return held.some((role) => granted.includes(role));
};
