import { stdoutLog } from "./log.ts";
import { createStsClient } from "./sts.ts";
import { createTenantSessions, type OpenSession } from "./tenant-sessions.ts";

let openSession: OpenSession | undefined;

/** Returns the sessions that all ports of a function share, so that a role is assumed once for a tenant. */
export function useTenantSessions(): OpenSession {
  openSession ??= createTenantSessions({ sts: createStsClient(), log: stdoutLog() });
  return openSession;
}
