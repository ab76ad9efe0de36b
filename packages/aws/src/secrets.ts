import { GetSecretValueCommand, type GetSecretValueCommandOutput } from "@aws-sdk/client-secrets-manager";
import type { Secrets } from "@crm/core/kernel/ports.ts";
import type { Client } from "./client.ts";

/** Secrets from Secrets Manager, by the ids of their names; read once in a process, and again after a failure. */
export function managedSecrets(client: Client, ids: Readonly<Record<Parameters<Secrets["get"]>[0], string>>): Secrets {
  const kept = new Map<string, Promise<string>>();
  const read = async (name: keyof typeof ids): Promise<string> => {
    const output = (await client.send(new GetSecretValueCommand({ SecretId: ids[name] }))) as GetSecretValueCommandOutput;
    if (!output.SecretString) throw new Error(`The secret ${name} is empty`);
    return output.SecretString;
  };
  return {
    get(name) {
      let secret = kept.get(name);
      if (!secret) {
        secret = read(name);
        secret.catch(() => kept.delete(name));
        kept.set(name, secret);
      }
      return secret;
    },
  };
}
