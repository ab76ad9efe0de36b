import { STSClient } from "@aws-sdk/client-sts";
import { TIMEOUTS } from "./timeouts.ts";

let sharedClient: STSClient | undefined;

/** One for all that a function takes on roles for. */
export function useStsClient(): STSClient {
  sharedClient ??= new STSClient({ requestHandler: TIMEOUTS });
  return sharedClient;
}
