import { useTenant } from "@crm/core/kernel/context.ts";
import type { Client } from "./client.ts";
import { readVariable } from "./environment.ts";
import { useStsClient } from "./sts.ts";
import { type SessionOptions, tenantSessions } from "./tenant-sessions.ts";

/** A link that is signed late in a session is good for half an hour at least. */
const RENEWAL_MARGIN_MS = 30 * 60 * 1000;

/**
 * A client under the function's role for objects and keys, as the tenant that the request serves: what is asked of another
 * tenant's, whatever key it was made from, AWS refuses.
 */
export function tenantClients<C>(connect: SessionOptions<C>["connect"], client: Client = useStsClient()): () => Promise<C> {
  const session = tenantSessions({ sts: client, connect, renewalMarginMs: RENEWAL_MARGIN_MS });
  return () => session(readVariable("CRM_DATA_ROLE"), useTenant());
}
