/**
 * What precedes a tenant, by name. Only an operation that declares a keyspace may touch it
 * (its actor's credentials admit the tenant's keys and these prefixes, nothing else).
 */
export type Keyspace =
  | "slug"
  | "login"
  | "refresh"
  | "api_key"
  | "form"
  | "hook"
  | "reset"
  | "throttle"
  | "signing_key"
  | "due"
  | "claim"
  | "watermark"
  | "tenants";

/** How far a command may reach: one tenant, and the keyspaces that the operation declares. */
export interface Scope {
  tenant: string | undefined;
  keyspaces: readonly Keyspace[];
}
