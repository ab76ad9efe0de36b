import { randomBytes } from "node:crypto";
import { CloudFormationClient, DescribeStacksCommand, type DescribeStacksCommandOutput } from "@aws-sdk/client-cloudformation";
import { DeleteParametersCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { parse } from "@crm/core/kernel/fn.ts";
import { type KeyGroup, keyGroupNames, keyGroups } from "@crm/core/kernel/key-groups.ts";
import type { Log } from "@crm/core/kernel/ports.ts";
import { addMissingKeys, rotateKeys, rotationSteps, type StoredKeys } from "@crm/core/storage/vault/key-derivation.ts";
import type { CloudFormationCustomResourceEvent } from "aws-lambda";
import * as z from "zod";
import { type Client, errorName } from "./client.ts";
import { answerDeployment, isDeployment } from "./custom-resource.ts";
import { readVariable } from "./environment.ts";
import { type FormerSecrets, type KeyParameter, keyParameterName } from "./key-parameters.ts";
import { readParameters } from "./parameters.ts";
import { createSecretReader } from "./secret-reader.ts";

/** The operator's function for keys. It alone reads the root of keys, and writes keys. */

/** Commands of the operator. `derive` adds keys that are missing; `rotate` follows a changed root. It is safe to repeat a command. */
const Command = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("derive") }),
  z.strictObject({ action: z.literal("rotate"), step: z.enum(rotationSteps) }),
]);
type Command = z.output<typeof Command>;

interface KeyStore {
  /** The client of Parameter Store. */
  parameters: Client;
  stage: string;
  /** Secrets of an earlier release. The first deployment copies them. */
  formerSecrets: FormerSecrets;
  readFormerSecret(id: string): Promise<string>;
  /** The client of CloudFormation, and the name of the stack that lists the secrets of an earlier release. */
  stacks: Client;
  formerStack: string;
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
      deployKeys(event, log, store),
    );
  return runKeyCommand(parse(Command, event), log, store);
}

/** Creates the root of a new stage and derives missing keys during a deployment. Deletes them with a stage that keeps no data. */
async function deployKeys(event: CloudFormationCustomResourceEvent, log: Log, store: KeyStore): Promise<void> {
  if (event.RequestType !== "Delete") {
    await createRoot(event.RequestType, store);
    await runKeyCommand({ action: "derive" }, log, store);
  } else if (event.ResourceProperties.Removal === "delete")
    await store.parameters.send(new DeleteParametersCommand({ Names: listNames(store) }));
}

const openKeyStore = (): KeyStore => ({
  parameters: new SSMClient({}) as Client,
  stage: readVariable("CRM_STAGE"),
  formerSecrets: JSON.parse(readVariable("CRM_FORMER_SECRETS")),
  readFormerSecret: createSecretReader(),
  stacks: new CloudFormationClient({}) as Client,
  formerStack: readVariable("CRM_STACKS"),
});

const keyParameters: readonly KeyParameter[] = ["root", ...keyGroupNames];
const listNames = ({ stage }: KeyStore): string[] => keyParameters.map((parameter) => keyParameterName(stage, parameter));

/** Creates the root if there is none: a copy of the root of an earlier release, or a random text in a new stage. */
async function createRoot(requestType: "Create" | "Update", store: KeyStore): Promise<void> {
  const { parameters, stage, formerSecrets, readFormerSecret } = store;
  const stored = await readParameters(parameters, listNames(store));
  if (stored.has(keyParameterName(stage, "root"))) return;
  if (formerSecrets.root) await putParameter(store, "root", await readFormerSecret(formerSecrets.root), true);
  else {
    // Other keys than those in use would make all links, sessions and stored hashes invalid.
    if (await hasFormerSecrets(store))
      throw new Error(
        `The keys of this stage are in Secrets Manager: deploy once with CRM_FORMER_SECRETS set to the outputs SecretArn and KeySecretArns of the stack ${store.formerStack}`,
      );
    if (requestType === "Update" || stored.size > 0)
      throw new Error(`The parameter ${keyParameterName(stage, "root")} is missing: restore it from the copy in your safe`);
    await putParameter(store, "root", randomBytes(32).toString("hex"), true);
  }
}

/** Whether the deployed stacks are those of an earlier release, which kept its keys in Secrets Manager. */
async function hasFormerSecrets({ stacks, formerStack: StackName }: KeyStore): Promise<boolean> {
  try {
    const { Stacks = [] } = (await stacks.send(new DescribeStacksCommand({ StackName }))) as DescribeStacksCommandOutput;
    return Stacks.some(({ Outputs = [] }) => Outputs.some(({ OutputKey }) => OutputKey === "SecretArn"));
  } catch (error) {
    // CloudFormation's answer if there is no stack.
    if (errorName(error) === "ValidationError") return false;
    throw error;
  }
}

/** Writes the groups that change, one after the other. After an interruption the same command writes the rest. */
async function runKeyCommand(command: Command, log: Log, store: KeyStore): Promise<GroupResult[]> {
  const stored = await readParameters(store.parameters, listNames(store));
  const rootName = keyParameterName(store.stage, "root");
  const root = stored.get(rootName);
  if (!root) throw new Error(`The parameter ${rootName} has no value`);
  const results: GroupResult[] = [];
  for (const group of keyGroupNames) {
    const value = stored.get(keyParameterName(store.stage, group));
    const present = value === undefined ? await readFormerKeys(store, group) : (JSON.parse(value) as StoredKeys);
    const next =
      command.action === "derive" ? addMissingKeys(present, group, root) : rotateKeys(present, group, root, command.step);
    const is_changed = value === undefined || JSON.stringify(next) !== JSON.stringify(present);
    if (is_changed) await putParameter(store, group, JSON.stringify(next), value === undefined);
    const result = { group, generations: next.length, is_changed };
    log.write("info", "operator", { ...command, ...result });
    results.push(result);
  }
  return results;
}

/** Returns the keys of a group in Secrets Manager, or none. */
async function readFormerKeys({ formerSecrets, readFormerSecret }: KeyStore, group: KeyGroup): Promise<StoredKeys> {
  const id = formerSecrets[group];
  if (!id) return [];
  const keys = await readFormerSecret(id).then(
    (value) => JSON.parse(value) as StoredKeys,
    (error) => {
      // A secret that was created, but never got a value.
      if (errorName(error) === "ResourceNotFoundException") return [];
      throw error;
    },
  );
  const purposes: readonly string[] = keyGroups[group];
  if (keys.some((generation) => Object.keys(generation).some((purpose) => !purposes.includes(purpose))))
    throw new Error(`CRM_FORMER_SECRETS has another secret at the place of the group ${group}: keep the order of the outputs`);
  return keys;
}

/** Writes a parameter. A new one never replaces the value that another call has written: both write the same keys, or the first root wins. */
async function putParameter(
  { parameters, stage }: KeyStore,
  parameter: KeyParameter,
  Value: string,
  isNew: boolean,
): Promise<void> {
  const Name = keyParameterName(stage, parameter);
  try {
    await parameters.send(new PutParameterCommand({ Name, Value, Type: "SecureString", Tier: "Standard", Overwrite: !isNew }));
  } catch (error) {
    if (!isNew || errorName(error) !== "ParameterAlreadyExists") throw error;
  }
}
