import { GetSecretValueCommand, type GetSecretValueCommandOutput } from "@aws-sdk/client-secrets-manager";
import type { KeyGroup } from "@crm/core/kernel/key-groups.ts";
import type { Secrets } from "@crm/core/kernel/ports.ts";
import { type Client, errorName } from "./client.ts";
import { refreshedValue } from "./refreshed-value.ts";

export async function readSecret(client: Client, SecretId: string): Promise<string> {
  const { SecretString } = (await client.send(new GetSecretValueCommand({ SecretId }))) as GetSecretValueCommandOutput;
  if (!SecretString) throw new Error(`The secret ${SecretId} is empty`);
  return SecretString;
}

/** The ARNs of the secrets that hold the groups of keys, as far as a function may read them. */
export type KeyGroupSecrets = Readonly<Partial<Record<KeyGroup, string>>>;

/** Returns the groups of keys from Secrets Manager. A process reads a group at its first use, and then every 15 minutes. */
export function managedSecrets(client: Client, secrets: KeyGroupSecrets): Secrets {
  const sources = new Map<KeyGroup, () => Promise<string>>();
  return {
    get(group) {
      const source = sources.get(group) ?? refreshedValue(() => readGroup(client, secrets, group));
      sources.set(group, source);
      return source();
    },
  };
}

async function readGroup(client: Client, secrets: KeyGroupSecrets, group: KeyGroup): Promise<string> {
  const id = secrets[group];
  if (!id) throw new Error(`This function has no keys of the group ${group}: declare that it uses secrets:${group}`);
  try {
    return await readSecret(client, id);
  } catch (cause) {
    if (!isWithoutValue(cause)) throw cause;
    throw new Error(`The secret of the key group ${group} has no value: send {"action":"derive"} to operator-keys`, { cause });
  }
}

/** Whether a secret was created but never given a value. */
export const isWithoutValue = (error: unknown): boolean => errorName(error) === "ResourceNotFoundException";
