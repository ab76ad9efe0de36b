import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import type { Client } from "./client.ts";
import { TIMEOUTS } from "./timeouts.ts";

/** What is used of KMS. Most requests neither seal nor open anything: the first that does loads it. */

export { DecryptCommand, GenerateDataKeyCommand };

export const kms = (): Client => new KMSClient({ requestHandler: TIMEOUTS }) as unknown as Client;
