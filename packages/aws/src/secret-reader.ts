import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { readSecret } from "./secrets.ts";
import { TIMEOUTS } from "./timeouts.ts";

/** Returns a reader of secrets by their ids. It caches nothing. */
export function createSecretReader(): (id: string) => Promise<string> {
  const client = new SecretsManagerClient({ requestHandler: TIMEOUTS });
  return (id) => readSecret(client, id);
}
