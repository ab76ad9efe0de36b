import { SSMClient } from "@aws-sdk/client-ssm";
import { leaveThrottledCalls } from "./throttling.ts";
import { TIMEOUTS } from "./timeouts.ts";

/** Creates the client of Parameter Store. Its callers repeat throttled calls. */
export const createSsmClient = (options: ConstructorParameters<typeof SSMClient>[0] = {}): SSMClient =>
  leaveThrottledCalls(new SSMClient({ requestHandler: TIMEOUTS, ...options }));
