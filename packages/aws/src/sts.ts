import { STSClient } from "@aws-sdk/client-sts";
import { TIMEOUTS } from "./timeouts.ts";

let sharedClient: STSClient | undefined;

/** Returns the one client with which a function assumes roles. */
export function useStsClient(): STSClient {
  sharedClient ??= new STSClient({ requestHandler: TIMEOUTS });
  return sharedClient;
}
