import { useTenant } from "@crm/core/kernel/context.ts";
import { readVariable } from "./environment.ts";
import { useTenantSessions } from "./process-sessions.ts";
import { createSessionClients, type OpenSession, type Session } from "./tenant-sessions.ts";

interface TenantClientOptions {
  /** Returns the role; by default the function's own for objects and keys. */
  readRole?: () => string;
  /** For how long credentials must still be valid when a client is used. */
  marginMs: number;
  openSession?: OpenSession;
}

/**
 * Returns clients with the function's role for objects and keys, limited to the tenant of the request. AWS refuses access to data
 * of another tenant, even if a key was built wrongly.
 */
export function tenantClients<C>(
  connect: (session: Session) => C,
  { marginMs, readRole = () => readVariable("CRM_DATA_ROLE"), openSession = useTenantSessions() }: TenantClientOptions,
): () => Promise<C> {
  const clientFor = createSessionClients(connect);
  return async () => clientFor(await openSession(readRole(), useTenant(), marginMs));
}
