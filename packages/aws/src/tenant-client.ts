import { useTenant } from "@crm/core/kernel/context.ts";
import type { Client } from "./client.ts";
import { readVariable } from "./environment.ts";
import { useStsClient } from "./sts.ts";
import { type SessionOptions, tenantSessions } from "./tenant-sessions.ts";

/** Sessions are renewed this early, so that a link that is signed late in a session is valid for at least half an hour. */
const RENEWAL_MARGIN_MS = 30 * 60 * 1000;

/**
 * Returns clients with the function's role for objects and keys, limited to the tenant of the request. AWS refuses access to data
 * of another tenant, even if a key was built wrongly.
 */
export function tenantClients<C>(connect: SessionOptions<C>["connect"], client: Client = useStsClient()): () => Promise<C> {
  const session = tenantSessions({ sts: client, connect, renewalMarginMs: RENEWAL_MARGIN_MS });
  return () => session(readVariable("CRM_DATA_ROLE"), useTenant());
}
