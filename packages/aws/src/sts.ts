import { STSClient } from "@aws-sdk/client-sts";
import { TIMEOUTS } from "./timeouts.ts";

let made: STSClient | undefined;

/** One for all that a function takes on roles for. */
export function sts(): STSClient {
  made ??= new STSClient({ requestHandler: TIMEOUTS });
  return made;
}
