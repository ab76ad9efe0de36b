/** The environment variables that the stacks set for a function. A handler reads them at its first run, never at import. */
export type EnvironmentVariable =
  | "CRM_ORIGIN"
  | "CRM_EDGE"
  | "CRM_STAGE"
  | "CRM_ALLOW_ORIGINS"
  | "CRM_TABLE"
  | "CRM_ROLES"
  | "CRM_DATA_ROLE"
  | "CRM_FORMER_SECRETS"
  | "CRM_FORMER_EDGE_SECRETS"
  | "CRM_KEY_GROUPS"
  | "CRM_KEY"
  | "CRM_BUS"
  | "CRM_FLOWS"
  | "CRM_MAIL_FROM"
  | "CRM_MAIL_SET"
  | "CRM_SMS_SENDER"
  | "CRM_DEAD_LETTERS"
  | "CRM_FILES"
  | "CRM_AUDIT_DAYS"
  | "CRM_ARCHIVE_DAYS"
  | "CRM_SIGNUP"
  | "CRM_INBOUND_MAIL"
  | "CRM_INBOUND_DOMAIN"
  | "CRM_STACKS"
  | "CRM_ANALYST_EXPORT";

/** Variables that Lambda itself sets. */
type LambdaVariable = "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" | "AWS_SESSION_TOKEN";

export function readVariable(name: EnvironmentVariable | LambdaVariable): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`The environment variable ${name} is not set`);
  return value;
}

/** Returns the parts of a variable that not every function has. */
export const listVariable = (name: EnvironmentVariable): string[] => (process.env[name] ?? "").split(" ").filter(Boolean);
