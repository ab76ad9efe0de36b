import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import type { Client } from "./client.ts";
import type { Credentials } from "./tenant-sessions.ts";
import { TIMEOUTS } from "./timeouts.ts";

/**
 * The parts of the KMS client in use. Most requests neither seal nor open a value, so the first one that does loads this module.
 */

export { DecryptCommand, GenerateDataKeyCommand };

/** Creates a KMS client with these credentials, or with the function's own. */
export const createKmsClient = (credentials?: Credentials): Client =>
  new KMSClient({ requestHandler: TIMEOUTS, ...(credentials === undefined ? {} : { credentials }) }) as Client;
