import { Unavailable } from "@crm/core/kernel/error.ts";
import type { KeyGroup } from "@crm/core/kernel/key-groups.ts";
import type { Secrets } from "@crm/core/kernel/ports.ts";
import { backOff, retry } from "@crm/core/storage/table/database.ts";
import type { Client } from "./client.ts";
import { keyParameterName } from "./key-parameters.ts";
import { readParameters } from "./parameters.ts";
import { refreshedValue } from "./refreshed-value.ts";
import { isThrottled } from "./throttling.ts";

/**
 * Maximum calls of a process that has no keys yet, in five seconds on average. Parameter Store allows an account 40 calls a second, and the cold
 * starts of a burst exceed that.
 */
export const MAX_FIRST_READS = 16;
/** Maximum calls of a process that has keys. It keeps them until the next read. */
const MAX_REFRESH_READS = 2;
/** After this time, clients repeat a request for which there were no keys. */
const RETRY_AFTER_SECONDS = 10;

interface ParameterSecretsOptions {
  client: Client;
  stage: string;
  /** The groups that the function declares. */
  groups: readonly KeyGroup[];
  /** Waits before the next try of a throttled call. */
  wait?: (attempt: number) => Promise<void>;
}

/**
 * Returns the groups of keys from Parameter Store. A process reads all groups that its function declares with one call, at the first use of one, and
 * then every 15 minutes.
 */
export function parameterSecrets({ client, stage, groups, wait = backOff }: ParameterSecretsOptions): Secrets {
  const values = refreshedValue(async (isFirst) => {
    const read = () => readGroups(client, stage, groups);
    try {
      return await retry(isThrottled, read, { wait, maxAttempts: isFirst ? MAX_FIRST_READS : MAX_REFRESH_READS });
    } catch (cause) {
      throw isThrottled(cause) ? new Unavailable(RETRY_AFTER_SECONDS, { cause }) : cause;
    }
  });
  return {
    async get(group) {
      if (!groups.includes(group))
        throw new Error(`This function has no keys of the group ${group}: declare that it uses secrets:${group}`);
      return (await values())[group] as string;
    },
  };
}

async function readGroups(
  client: Client,
  stage: string,
  groups: readonly KeyGroup[],
): Promise<Readonly<Partial<Record<KeyGroup, string>>>> {
  const stored = await readParameters(
    client,
    groups.map((group) => keyParameterName(stage, group)),
  );
  const entries = groups.map((group) => {
    const value = stored.get(keyParameterName(stage, group));
    if (!value)
      throw new Error(
        `The parameter ${keyParameterName(stage, group)} of a key group has no value: send {"action":"derive"} to operator-keys`,
      );
    return [group, value] as const;
  });
  return Object.fromEntries(entries);
}
