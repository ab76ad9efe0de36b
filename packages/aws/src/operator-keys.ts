import {
  GetSecretValueCommand,
  type GetSecretValueCommandOutput,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { Clock } from "@crm/core/kernel/clock.ts";
import { parse } from "@crm/core/kernel/fn.ts";
import { type KeyGroup, keyGroupNames } from "@crm/core/kernel/key-groups.ts";
import type { Log } from "@crm/core/kernel/ports.ts";
import { addMissingKeys, rotateKeys, rotationSteps, type StoredKeys } from "@crm/core/storage/vault/key-derivation.ts";
import type { CloudFormationCustomResourceEvent } from "aws-lambda";
import * as z from "zod";
import type { Client } from "./client.ts";
import { answerDeployment, isDeployment } from "./custom-resource.ts";
import { readVariable } from "./environment.ts";
import { isWithoutValue, readSecret } from "./secrets.ts";

/** The operator's function for keys. It alone reads the root secret. */

/** Commands of the operator. `derive` adds keys that are missing; `rotate` follows a changed root. It is safe to repeat a command. */
const Command = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("derive") }),
  z.strictObject({ action: z.literal("rotate"), step: z.enum(rotationSteps) }),
]);
type Command = z.output<typeof Command>;

interface KeyStore {
  client: Client;
  root: string;
  groups: Readonly<Record<KeyGroup, string>>;
}

interface GroupResult {
  group: KeyGroup;
  generations: number;
  is_changed: boolean;
}

/** Handles a command of the operator, or a call of CloudFormation during a deployment. */
export async function handleKeyCommand(event: unknown, log: Log, store = openKeyStore()): Promise<unknown> {
  if (isDeployment(event))
    return answerDeployment(event, { id: "keys", failure: "Keys could not be derived", log }, () =>
      deriveKeys(event, log, store),
    );
  return runKeyCommand(parse(Command, event), log, store);
}

/** Derives keys during a deployment. */
async function deriveKeys(event: CloudFormationCustomResourceEvent, log: Log, store: KeyStore): Promise<void> {
  if (event.RequestType === "Create") await requireTransition(event, store);
  if (event.RequestType !== "Delete") await runKeyCommand({ action: "derive" }, log, store);
}

const openKeyStore = (): KeyStore => ({
  client: new SecretsManagerClient({}),
  root: readVariable("CRM_SECRET"),
  groups: JSON.parse(readVariable("CRM_KEY_GROUPS")),
});

/** Writes the groups that change, one after the other. After an interruption the same command writes the rest. */
async function runKeyCommand(command: Command, log: Log, { client, root: rootId, groups }: KeyStore): Promise<GroupResult[]> {
  const root = await readSecret(client, rootId);
  const results: GroupResult[] = [];
  for (const group of keyGroupNames) {
    const stored = await readStoredKeys(client, groups[group]);
    const next =
      command.action === "derive" ? addMissingKeys(stored, group, root) : rotateKeys(stored, group, root, command.step);
    const is_changed = JSON.stringify(next) !== JSON.stringify(stored);
    if (is_changed) await client.send(new PutSecretValueCommand({ SecretId: groups[group], SecretString: JSON.stringify(next) }));
    const result = { group, generations: next.length, is_changed };
    log.write("info", "operator", { ...command, ...result });
    results.push(result);
  }
  return results;
}

async function readStoredKeys(client: Client, id: string): Promise<StoredKeys> {
  try {
    return JSON.parse(await readSecret(client, id)) as StoredKeys;
  } catch (error) {
    if (!isWithoutValue(error)) throw error;
    return [];
  }
}

/** The age from which a root counts as one that functions of an earlier release use, in milliseconds. */
const NEW_STAGE_MS = 60 * 60 * 1000;

/**
 * Refuses the first derivation in a stage whose deployed functions still read the root, unless they may go on: their roles would lose the root while
 * their versions still serve requests.
 */
async function requireTransition(
  { ResourceProperties }: CloudFormationCustomResourceEvent,
  { client, root, groups }: KeyStore,
): Promise<void> {
  if (ResourceProperties.RootReaders === "functions") return;
  const { CreatedDate } = (await client.send(new GetSecretValueCommand({ SecretId: root }))) as GetSecretValueCommandOutput;
  const isNewStage = CreatedDate === undefined || Clock.machineTime() - CreatedDate.getTime() < NEW_STAGE_MS;
  const stored = await Promise.all(Object.values(groups).map((id) => readStoredKeys(client, id)));
  if (!isNewStage && stored.every(({ length }) => length === 0))
    throw new Error(
      "The deployed functions read the root secret: deploy once with CRM_ROOT_READERS=functions, and then again without it",
    );
}
