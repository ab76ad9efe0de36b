import { STSClient } from "@aws-sdk/client-sts";
import { leaveThrottledCalls } from "./throttling.ts";
import { TIMEOUTS } from "./timeouts.ts";

/** Creates the client that assumes roles. tenant-sessions.ts repeats its throttled calls, and counts them. */
export const createStsClient = (options: ConstructorParameters<typeof STSClient>[0] = {}): STSClient =>
  leaveThrottledCalls(new STSClient({ requestHandler: TIMEOUTS, ...options }));
