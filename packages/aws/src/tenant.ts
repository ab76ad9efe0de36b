import { useTenant } from "@crm/core/kernel/context.ts";
import type { Client } from "./client.ts";
import { environment } from "./environment.ts";
import { type Assuming, tenantSessions } from "./sessions.ts";
import { sts } from "./sts.ts";

/** A link that is signed late in a session is good for half an hour at least. */
const EARLY = 30 * 60 * 1000;

/**
 * A client under the function's role for objects and keys, as the tenant that the request serves: what is asked of another
 * tenant's, whatever key it was made from, AWS refuses.
 */
export function ofTenant<C>(connect: Assuming<C>["connect"], client: Client = sts()): () => Promise<C> {
  const session = tenantSessions({ sts: client, connect, early: EARLY });
  return () => session(environment("CRM_DATA_ROLE"), useTenant());
}
