import { Unavailable } from "@crm/core/kernel/error.ts";
import type { KeyGroup } from "@crm/core/kernel/key-groups.ts";
import type { Secrets } from "@crm/core/kernel/ports.ts";
import { backOff, retry } from "@crm/core/storage/table/database.ts";
import type { Client } from "./client.ts";
import type { EdgeSecretSource } from "./edge.ts";
import { type EdgeSecret, edgeParameterName, keyParameterName } from "./key-parameters.ts";
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
/** Minimum characters of a secret of the edge. An empty secret would admit every request without the header. */
const MIN_EDGE_SECRET_CHARACTERS = 32;

interface ParameterSecretsOptions {
  client: Client;
  stage: string;
  /** The groups that the function declares. */
  groups: readonly KeyGroup[];
  /** The secrets of the edge that the function accepts, if it answers requests. */
  edge?: readonly EdgeSecret[];
  /** Waits before the next try of a throttled call. */
  wait?: (attempt: number) => Promise<void>;
}

/** What a process reads from Parameter Store, from one cache. */
export interface ParameterSecrets {
  secrets: Secrets;
  edge: EdgeSecretSource;
}

/**
 * Returns the groups of keys and the secrets of the edge from Parameter Store. A process reads all that its function declares with one call, at the
 * first use of one, and then every 15 minutes. After an administrator changes a secret of the edge, CloudFront must not send it earlier than this.
 */
export function parameterSecrets(options: ParameterSecretsOptions): ParameterSecrets {
  const { groups, wait = backOff } = options;
  const values = refreshedValue(async (isFirst) => {
    try {
      return await retry(isThrottled, () => readSecrets(options), {
        wait,
        maxAttempts: isFirst ? MAX_FIRST_READS : MAX_REFRESH_READS,
      });
    } catch (cause) {
      throw isThrottled(cause) ? new Unavailable(RETRY_AFTER_SECONDS, { cause }) : cause;
    }
  });
  return {
    secrets: {
      async get(group) {
        if (!groups.includes(group))
          throw new Error(`This function has no keys of the group ${group}: declare that it uses secrets:${group}`);
        return (await values()).groups.get(group) as string;
      },
    },
    edge: async () => (await values()).edge,
  };
}

async function readSecrets({ client, stage, groups, edge = [] }: ParameterSecretsOptions) {
  const stored = await readParameters(client, [
    ...groups.map((group) => keyParameterName(stage, group)),
    ...edge.map((secret) => edgeParameterName(stage, secret)),
  ]);
  const readKeys = (group: KeyGroup): string => {
    const name = keyParameterName(stage, group);
    const value = stored.get(name);
    if (!value) throw new Error(`The parameter ${name} of a key group has no value: send {"action":"derive"} to operator-keys`);
    return value;
  };
  const readEdgeSecret = (secret: EdgeSecret): string => {
    const name = edgeParameterName(stage, secret);
    const value = stored.get(name) ?? "";
    if (value.length < MIN_EDGE_SECRET_CHARACTERS)
      throw new Error(
        `The parameter ${name} must have at least ${MIN_EDGE_SECRET_CHARACTERS} characters: write the value of the header that CloudFront sends`,
      );
    return value;
  };
  return { groups: new Map(groups.map((group) => [group, readKeys(group)])), edge: edge.map(readEdgeSecret) };
}
