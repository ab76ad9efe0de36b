import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import type { Client } from "./client.ts";
import type { Credentials } from "./tenant-sessions.ts";
import { TIMEOUTS } from "./timeouts.ts";

/** What is used of KMS. Most requests neither seal nor open anything: the first that does loads it. */

export { DecryptCommand, GenerateDataKeyCommand };

/** Under these credentials, or the function's own. */
export const createKmsClient = (credentials?: Credentials): Client =>
  new KMSClient({ requestHandler: TIMEOUTS, ...(credentials === undefined ? {} : { credentials }) }) as unknown as Client;
