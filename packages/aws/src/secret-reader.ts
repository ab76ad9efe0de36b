import { GetSecretValueCommand, type GetSecretValueCommandOutput, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { TIMEOUTS } from "./timeouts.ts";

/** Returns a reader of secrets in Secrets Manager by their ids. It caches nothing. */
export function createSecretReader(): (id: string) => Promise<string> {
  const client = new SecretsManagerClient({ requestHandler: TIMEOUTS });
  return async (SecretId) => {
    const { SecretString }: GetSecretValueCommandOutput = await client.send(new GetSecretValueCommand({ SecretId }));
    if (!SecretString) throw new Error(`The secret ${SecretId} is empty`);
    return SecretString;
  };
}
