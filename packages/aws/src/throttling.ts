import type { STSClient } from "@aws-sdk/client-sts";
import { errorName } from "./client.ts";

/** Returns whether an error says that the account has made too many calls. STS calls it `Throttling`, Parameter Store `ThrottlingException`. */
export const isThrottled = (error: unknown): boolean => /^Throttl|^RequestLimitExceeded$|^TooManyRequests/.test(errorName(error));

/**
 * Lets the caller of a client repeat throttled calls, with a shorter first wait and for longer than the SDK does. The SDK still repeats calls that
 * were lost.
 */
export function leaveThrottledCalls<C extends { config: Pick<STSClient["config"], "retryStrategy"> }>(client: C): C {
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
