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
import { listVariable, readVariable } from "./environment.ts";
import {
  EDGE_OUTPUT,
  edgeParameterName,
  edgeSecrets,
  FORMER_EDGE_OUTPUT,
  type FormerEdgeSecrets,
  type FormerSecrets,
  type KeyParameter,
  keyParameterName,
} from "./key-parameters.ts";
import { readParameters } from "./parameters.ts";
import { createSecretReader } from "./secret-reader.ts";

/** The operator's function for keys. It alone reads the root of keys, and writes keys and the secrets of the edge. */

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
  formerEdgeSecrets: FormerEdgeSecrets;
  readFormerSecret(id: string): Promise<string>;
  /** The client of CloudFormation, and the names of the stacks whose outputs list the secrets of an earlier release. */
  stacks: Client;
  storageStack: string;
  gatewayStack: string;
}

/** A parameter that does not exist yet. */
interface NewParameter {
  name: string;
  value: string;
  type: ParameterType;
}

/** CloudFormation fills a header of CloudFront only from text that is not encrypted, and CloudFront's configuration shows it too. */
type ParameterType = "SecureString" | "String";

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

/** Creates the root and the edge's secrets of a new stage and derives missing keys during a deployment. Deletes them with a stage that keeps no data. */
async function deployKeys(event: CloudFormationCustomResourceEvent, log: Log, store: KeyStore): Promise<void> {
  if (event.RequestType !== "Delete") {
    await createParameters(event.RequestType, store);
    await runKeyCommand({ action: "derive" }, log, store);
  } else if (event.ResourceProperties.Removal === "delete")
    await store.parameters.send(new DeleteParametersCommand({ Names: listNames(store) }));
}

function openKeyStore(): KeyStore {
  const [storageStack = "", gatewayStack = ""] = listVariable("CRM_STACKS");
  return {
    parameters: new SSMClient({}) as Client,
    stage: readVariable("CRM_STAGE"),
    formerSecrets: JSON.parse(readVariable("CRM_FORMER_SECRETS")),
    formerEdgeSecrets: JSON.parse(readVariable("CRM_FORMER_EDGE_SECRETS")),
    readFormerSecret: createSecretReader(),
    stacks: new CloudFormationClient({}) as Client,
    storageStack,
    gatewayStack,
  };
}

const keyParameters: readonly KeyParameter[] = ["root", ...keyGroupNames];
const listNames = ({ stage }: KeyStore): string[] => [
  ...keyParameters.map((parameter) => keyParameterName(stage, parameter)),
  ...edgeSecrets.map((secret) => edgeParameterName(stage, secret)),
];

/** Creates the root and the edge's secrets if they are missing. It prepares all before it writes one, so that a deployment that stops changes nothing. */
async function createParameters(requestType: "Create" | "Update", store: KeyStore): Promise<void> {
  const stored = await readParameters(store.parameters, listNames(store));
  const missing = [...(await prepareRoot(requestType, stored, store)), ...(await prepareEdgeSecrets(stored, store))];
  for (const parameter of missing) await createParameter(store, parameter);
}

/** Returns the root if there is none: a copy of the root of an earlier release, or a random text in a new stage. */
async function prepareRoot(
  requestType: "Create" | "Update",
  stored: ReadonlyMap<string, string>,
  store: KeyStore,
): Promise<NewParameter[]> {
  const { formerSecrets, readFormerSecret, storageStack } = store;
  const name = keyParameterName(store.stage, "root");
  if (stored.has(name)) return [];
  if (formerSecrets.root) return [{ name, value: await readFormerSecret(formerSecrets.root), type: "SecureString" }];
  // Other keys than those in use would make all links, sessions and stored hashes invalid.
  if ((await readOutputs(store, storageStack)).includes("SecretArn"))
    throw new Error(
      `The keys of this stage are in Secrets Manager: deploy once with CRM_FORMER_SECRETS set to the outputs SecretArn and KeySecretArns of the stack ${storageStack}`,
    );
  const hasGroups = keyGroupNames.some((group) => stored.has(keyParameterName(store.stage, group)));
  if (requestType === "Update" || hasGroups)
    throw new Error(`The parameter ${name} is missing: restore it from the copy in your safe`);
  return [{ name, value: createRandomText(), type: "SecureString" }];
}

/** Returns the secrets of the edge that are missing: copies of those of an earlier release, or random texts in a stage that had no edge. */
async function prepareEdgeSecrets(stored: ReadonlyMap<string, string>, store: KeyStore): Promise<NewParameter[]> {
  const { stage, formerEdgeSecrets, readFormerSecret, gatewayStack } = store;
  const missing = edgeSecrets.filter((secret) => !stored.has(edgeParameterName(stage, secret)));
  const created = missing.find((secret) => formerEdgeSecrets[secret] === undefined);
  if (created) {
    const outputs = await readOutputs(store, gatewayStack);
    // Functions would refuse all requests with the value that CloudFront sends.
    if (outputs.includes(FORMER_EDGE_OUTPUT))
      throw new Error(
        `The secrets of the edge are in Secrets Manager: deploy once with CRM_FORMER_EDGE_SECRETS set to the output ${FORMER_EDGE_OUTPUT} of the stack ${gatewayStack}`,
      );
    if (outputs.includes(EDGE_OUTPUT))
      throw new Error(
        `The parameter ${edgeParameterName(stage, created)} is missing: write the value of the header that CloudFront sends`,
      );
  }
  return Promise.all(
    missing.map(async (secret) => {
      const former = formerEdgeSecrets[secret];
      const value = former ? await readFormerSecret(former) : createRandomText();
      return { name: edgeParameterName(stage, secret), value, type: "String" };
    }),
  );
}

const createRandomText = (): string => randomBytes(32).toString("hex");

/** Returns the names of the outputs of a deployed stack, or none if there is no stack. */
async function readOutputs({ stacks }: KeyStore, StackName: string): Promise<string[]> {
  try {
    const { Stacks = [] } = (await stacks.send(new DescribeStacksCommand({ StackName }))) as DescribeStacksCommandOutput;
    return Stacks.flatMap(({ Outputs = [] }) => Outputs.map(({ OutputKey = "" }) => OutputKey));
  } catch (error) {
    // CloudFormation's answer if there is no stack.
    if (errorName(error) === "ValidationError") return [];
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
    const name = keyParameterName(store.stage, group);
    const value = stored.get(name);
    const present = value === undefined ? await readFormerKeys(store, group) : (JSON.parse(value) as StoredKeys);
    const next =
      command.action === "derive" ? addMissingKeys(present, group, root) : rotateKeys(present, group, root, command.step);
    const is_changed = value === undefined || JSON.stringify(next) !== JSON.stringify(present);
    if (value === undefined) await createParameter(store, { name, value: JSON.stringify(next), type: "SecureString" });
    else if (is_changed) await replaceKeys(store, name, next);
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

/** Writes a new parameter. It never replaces the value that another call has written: both write the same keys, or the first random text wins. */
async function createParameter({ parameters }: KeyStore, { name, value, type }: NewParameter): Promise<void> {
  try {
    await parameters.send(new PutParameterCommand({ Name: name, Value: value, Type: type, Tier: "Standard", Overwrite: false }));
  } catch (error) {
    if (errorName(error) !== "ParameterAlreadyExists") throw error;
  }
}

const replaceKeys = ({ parameters }: KeyStore, Name: string, keys: StoredKeys): Promise<unknown> =>
  parameters.send(
    new PutParameterCommand({ Name, Value: JSON.stringify(keys), Type: "SecureString", Tier: "Standard", Overwrite: true }),
  );
