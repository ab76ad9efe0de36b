/**
 * A keyspace outside of the tenants, by its prefix. Only an operation that declares a keyspace may access it: the credentials of the
 * request admit the tenant's keys and the declared prefixes only.
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
  | "tenants"
  | "migration";

/** The keys that a command may access: one tenant, and the keyspaces that the operation declares. */
export interface Scope {
  tenant: string | undefined;
  keyspaces: readonly Keyspace[];
}
