import { STSClient } from "@aws-sdk/client-sts";
import { errorName } from "./client.ts";
import { TIMEOUTS } from "./timeouts.ts";

/** Returns whether an error says that the account has made too many calls. STS calls it `Throttling`. */
export const isThrottled = (error: unknown): boolean => /^Throttl|^RequestLimitExceeded$|^TooManyRequests/.test(errorName(error));

/**
 * Creates the client that assumes roles. The SDK repeats calls that were lost. It does not repeat throttled calls, because
 * tenant-sessions.ts does: it begins with a shorter wait, tries for longer, and counts them.
 */
export function createStsClient(options: ConstructorParameters<typeof STSClient>[0] = {}): STSClient {
  const client = new STSClient({ requestHandler: TIMEOUTS, ...options });
  const createStrategy = client.config.retryStrategy;
  client.config.retryStrategy = async () => {
    const strategy = await createStrategy();
    if (!("refreshRetryTokenForRetry" in strategy)) return strategy;
    return {
      acquireInitialRetryToken: (scope) => strategy.acquireInitialRetryToken(scope),
      recordSuccess: (token) => strategy.recordSuccess(token),
      refreshRetryTokenForRetry: async (token, info) => {
        if (info.errorType === "THROTTLING") throw new Error("A throttled call is repeated by its caller");
        return strategy.refreshRetryTokenForRetry(token, info);
      },
    };
  };
  return client;
}
