import { GetSecretValueCommand, type GetSecretValueCommandOutput } from "@aws-sdk/client-secrets-manager";
import type { Secrets } from "@crm/core/kernel/ports.ts";
import type { Client } from "./client.ts";

export async function readSecret(client: Client, SecretId: string): Promise<string> {
  const { SecretString } = (await client.send(new GetSecretValueCommand({ SecretId }))) as GetSecretValueCommandOutput;
  if (!SecretString) throw new Error(`The secret ${SecretId} is empty`);
  return SecretString;
}

/**
 * Returns the secrets from Secrets Manager, by the ids of their names. A process reads each secret once, and again after a
 * failure.
 */
export function managedSecrets(client: Client, ids: Readonly<Record<Parameters<Secrets["get"]>[0], string>>): Secrets {
  const cachedSecrets = new Map<string, Promise<string>>();
  return {
    get(name) {
      let secret = cachedSecrets.get(name);
      if (!secret) {
        secret = readSecret(client, ids[name]);
        secret.catch(() => cachedSecrets.delete(name));
        cachedSecrets.set(name, secret);
      }
      return secret;
    },
  };
}
