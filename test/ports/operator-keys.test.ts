import {
  edgeParameterName,
  edgeSecrets,
  type FormerEdgeSecrets,
  type FormerSecrets,
  type KeyParameter,
  keyParameterName,
} from "@crm/aws/key-parameters.ts";
import { handleKeyCommand } from "@crm/aws/operator-keys.ts";
import { type KeyGroup, keyGroupNames } from "@crm/core/kernel/key-groups.ts";
import { deriveGeneration } from "@crm/core/storage/vault/key-derivation.ts";
import { afterEach, describe, expect, it, vi } from "vitest";
import { awsError, createFakeClient } from "./fake-aws-client.ts";

/** The operator's function for keys, on Parameter Store in memory. */

const [FIRST, SECOND, THIRD] = ["1".repeat(64), "2".repeat(64), "3".repeat(64)] as const;
const EDGE = ["4".repeat(64), "5".repeat(64)] as const;
const buildName = (parameter: KeyParameter): string => keyParameterName("production", parameter);
const edgeNames = edgeSecrets.map((secret) => edgeParameterName("production", secret));

interface StageProps {
  root?: string | undefined;
  /** Values in Secrets Manager by ARN; undefined of a secret that was created, but got no value. */
  secrets?: Record<string, string | undefined>;
  formerSecrets?: FormerSecrets;
  formerEdgeSecrets?: FormerEdgeSecrets;
  /** Outputs of the deployed stack `storage`, which does not exist in a new stage. */
  outputs?: readonly string[] | undefined;
  /** The same of the stack `gateway`. */
  gatewayOutputs?: readonly string[] | undefined;
  /** The secrets of the edge in Parameter Store. */
  edge?: readonly string[];
}

function createManager({
  root = FIRST,
  secrets = {},
  formerSecrets = {},
  formerEdgeSecrets = {},
  outputs,
  gatewayOutputs,
  edge = EDGE,
}: StageProps = {}) {
  const values = new Map(root === "" ? [] : [[buildName("root"), root]]);
  for (const [index, secret] of edge.entries()) values.set(edgeNames[index] as string, secret);
  const lines: Record<string, unknown>[] = [];
  let left = Number.POSITIVE_INFINITY;
  /** Values that another call writes just before the next ones. */
  const rivals = new Map<string, string>();
  const client = createFakeClient({
    GetParameters: ({ Names }: { Names: string[] }) => ({
      Parameters: [...values].filter(([Name]) => Names.includes(Name)).map(([Name, Value]) => ({ Name, Value })),
    }),
    PutParameter: ({ Name, Value, Overwrite }: { Name: string; Value: string; Overwrite: boolean }) => {
      if (left-- <= 0) throw awsError("InternalServerError");
      const rival = rivals.get(Name);
      if (rival !== undefined) values.set(Name, rival);
      if (!Overwrite && values.has(Name)) throw awsError("ParameterAlreadyExists");
      values.set(Name, Value);
      return {};
    },
    DeleteParameters: ({ Names }: { Names: string[] }) => {
      for (const name of Names) values.delete(name);
      return {};
    },
  });
  const stacks = createFakeClient({
    DescribeStacks: ({ StackName }: { StackName: string }) => {
      const names = StackName === "storage" ? outputs : gatewayOutputs;
      if (!names) throw awsError("ValidationError");
      return { Stacks: [{ Outputs: names.map((OutputKey) => ({ OutputKey, OutputValue: "arn" })) }] };
    },
  });
  const readFormerSecret = async (id: string): Promise<string> => {
    const value = secrets[id];
    if (value === undefined) throw awsError(id in secrets ? "ResourceNotFoundException" : "AccessDeniedException");
    return value;
  };
  const log = { write: (_level: string, _message: string, fields: Record<string, unknown> = {}) => void lines.push(fields) };
  const store = {
    parameters: client,
    stage: "production",
    formerSecrets,
    formerEdgeSecrets,
    readFormerSecret,
    stacks,
    storageStack: "storage",
    gatewayStack: "gateway",
  };
  return {
    lines,
    values,
    rivals,
    setRoot: (value: string) => values.set(buildName("root"), value),
    failAfter: (writes: number) => {
      left = writes;
    },
    listWrites: () => client.commands.filter(({ name }) => name === "PutParameter").map(({ input }) => input),
    countWrites: () => client.commands.filter(({ name }) => name === "PutParameter").length,
    send: (event: unknown) => handleKeyCommand(event, log, store),
    /** The roots from which the generations of a group were derived. */
    rootsOf: (group: KeyGroup) =>
      (JSON.parse(values.get(buildName(group)) ?? "[]") as object[]).map((generation) =>
        [FIRST, SECOND, THIRD].find((each) => JSON.stringify(deriveGeneration(each, group)) === JSON.stringify(generation)),
      ),
    listEdgeValues: () => edgeNames.map((name) => values.get(name)),
    setGroup: (group: KeyGroup, value: object[]) => values.set(buildName(group), JSON.stringify(value)),
  };
}

const derive = { action: "derive" };
const rotate = (step: string) => ({ action: "rotate", step });

describe("the operator of keys", () => {
  it("derives each group once, writes nothing when repeated, and logs each group without its keys", async () => {
    const manager = createManager();
    await manager.send(derive);
    for (const group of keyGroupNames) expect([group, manager.rootsOf(group)]).toEqual([group, [FIRST]]);
    expect(manager.listWrites()).toEqual(
      keyGroupNames.map((group) => ({
        Name: buildName(group),
        Value: JSON.stringify([deriveGeneration(FIRST, group)]),
        Type: "SecureString",
        Tier: "Standard",
        Overwrite: false,
      })),
    );
    expect(manager.lines).toEqual(keyGroupNames.map((group) => ({ action: "derive", group, generations: 1, is_changed: true })));
    await manager.send(derive);
    expect(manager.countWrites()).toBe(keyGroupNames.length);
  });

  it("continues after an interruption", async () => {
    const manager = createManager();
    manager.failAfter(2);
    await expect(manager.send(derive)).rejects.toThrow("InternalServerError");
    manager.failAfter(Number.POSITIVE_INFINITY);
    await manager.send(derive);
    for (const group of keyGroupNames) expect([group, manager.rootsOf(group)]).toEqual([group, [FIRST]]);
  });

  it("adds the key of a new purpose, and changes no key that exists", async () => {
    const manager = createManager();
    const { tracking: _new, ...formerKeys } = deriveGeneration(FIRST, "links");
    manager.setGroup("links", [formerKeys]);
    manager.setRoot(FIRST);
    await manager.send(derive);
    expect(manager.rootsOf("links")).toEqual([FIRST]);
    manager.setRoot(SECOND);
    await manager.send(derive);
    expect(manager.rootsOf("links")).toEqual([FIRST]);
  });

  it("rotates in steps: new keys verify before they sign, and one former generation verifies afterwards", async () => {
    const manager = createManager();
    await manager.send(derive);
    const steps: [string, string, (string | undefined)[]][] = [
      [SECOND, "announce", [FIRST, SECOND]],
      [SECOND, "announce", [FIRST, SECOND]],
      [SECOND, "use", [SECOND, FIRST]],
      [SECOND, "announce", [SECOND, FIRST]],
      [SECOND, "use", [SECOND, FIRST]],
      [THIRD, "announce", [SECOND, THIRD]],
      [THIRD, "use", [THIRD, SECOND]],
      [THIRD, "drop", [THIRD]],
      [THIRD, "drop", [THIRD]],
    ];
    for (const [root, step, expected] of steps) {
      manager.setRoot(root);
      await manager.send(rotate(step));
      for (const group of keyGroupNames)
        expect([step, group, manager.rootsOf(group)]).toEqual([step, group, group === "lookups" ? [FIRST] : expected]);
    }
  });

  it("rejects unknown commands", async () => {
    const manager = createManager();
    for (const event of [{}, { action: "drop" }, rotate("back"), { ...derive, more: 1 }, null, "derive"])
      await expect(manager.send(event)).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    expect(manager.countWrites()).toBe(0);
  });
});

describe("a deployment", () => {
  afterEach(() => void vi.unstubAllGlobals());

  const deploy = async (manager: ReturnType<typeof createManager>, RequestType: string, Removal = "keep") => {
    const answers: Record<string, unknown>[] = [];
    vi.stubGlobal("fetch", async (_url: string, { body }: { body: string }) => {
      answers.push(JSON.parse(body));
      return { ok: true, status: 200 };
    });
    const ids = { StackId: "stack", RequestId: "request", LogicalResourceId: "derivation" };
    const ResourceProperties = { ServiceToken: "arn", Removal };
    await manager.send({ ...ids, RequestType, ResponseURL: "https://cloudformation.example", ResourceProperties });
    return answers;
  };
  const succeeded = [{ Status: "SUCCESS" }];
  const failed = (reason: string) => [{ Status: "FAILED", Reason: expect.stringContaining(reason) }];

  it("of a new stage creates a random root and the groups, and tells CloudFormation no value", async () => {
    const manager = createManager({ root: "", outputs: ["TableName"] });
    const answers = await deploy(manager, "Create");
    const ids = { PhysicalResourceId: "keys", StackId: "stack", RequestId: "request", LogicalResourceId: "derivation" };
    expect(answers).toEqual([{ Status: "SUCCESS", ...ids }]);
    const root = manager.values.get(buildName("root")) ?? "";
    expect(root).toMatch(/^[0-9a-f]{64}$/);
    for (const group of keyGroupNames)
      expect(manager.values.get(buildName(group))).toBe(JSON.stringify([deriveGeneration(root, group)]));
    expect(JSON.stringify(manager.lines)).not.toContain(root);
    const other = createManager({ root: "" });
    await deploy(other, "Create");
    expect(other.values.get(buildName("root"))).not.toBe(root);
  });

  it("of a new stage creates two random secrets of the edge, which CloudFormation can read", async () => {
    const manager = createManager({ root: "", edge: [] });
    expect(await deploy(manager, "Create")).toMatchObject(succeeded);
    const [first, second] = manager.listEdgeValues();
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(second).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set([first, second, manager.values.get(buildName("root"))]).size).toBe(3);
    const writes = manager.listWrites().filter(({ Name }) => edgeNames.some((name) => name === Name));
    expect(writes.map(({ Type, Tier, Overwrite }) => [Type, Tier, Overwrite])).toEqual([
      ["String", "Standard", false],
      ["String", "Standard", false],
    ]);
    expect(JSON.stringify(manager.lines)).not.toContain(first);
  });

  it("creates secrets of the edge in a stage of a release without an edge, also after an interruption", async () => {
    const manager = createManager({ edge: [], gatewayOutputs: ["ApiUrl"] });
    manager.failAfter(1);
    expect(await deploy(manager, "Update")).toMatchObject(failed("InternalServerError"));
    const [first] = manager.listEdgeValues();
    manager.failAfter(Number.POSITIVE_INFINITY);
    expect(await deploy(manager, "Update")).toMatchObject(succeeded);
    expect(manager.listEdgeValues()).toEqual([first, expect.stringMatching(/^[0-9a-f]{64}$/)]);
  });

  it("uses the secrets of the edge that another call has written at the same time", async () => {
    const manager = createManager({ edge: [] });
    for (const [index, name] of edgeNames.entries()) manager.rivals.set(name, EDGE[index] as string);
    expect(await deploy(manager, "Create")).toMatchObject(succeeded);
    expect(manager.listEdgeValues()).toEqual(EDGE);
  });

  it("copies the secrets of the edge of an earlier release once, so that CloudFront sends the same value", async () => {
    const formerEdgeSecrets = { "1": "arn-1", "2": "arn-2" };
    const secrets = { "arn-1": EDGE[0], "arn-2": EDGE[1] };
    const manager = createManager({ edge: [], secrets, formerEdgeSecrets, gatewayOutputs: ["EdgeSecrets"] });
    manager.failAfter(1);
    expect(await deploy(manager, "Update")).toMatchObject(failed("InternalServerError"));
    manager.failAfter(Number.POSITIVE_INFINITY);
    expect(await deploy(manager, "Update")).toMatchObject(succeeded);
    expect(manager.listEdgeValues()).toEqual(EDGE);
    secrets["arn-1"] = "6".repeat(64);
    expect(await deploy(manager, "Update")).toMatchObject(succeeded);
    expect(manager.listEdgeValues()).toEqual(EDGE);
  });

  it("stops before it makes another secret of the edge than the one that CloudFront sends", async () => {
    const inSecretsManager = createManager({ root: "", edge: [], gatewayOutputs: ["ApiUrl", "EdgeSecrets"] });
    expect(await deploy(inSecretsManager, "Create")).toMatchObject(failed("CRM_FORMER_EDGE_SECRETS"));
    const lost = createManager({ edge: EDGE.slice(0, 1), gatewayOutputs: ["EdgeParameters"] });
    expect(await deploy(lost, "Update")).toMatchObject(failed("The parameter /crm/production/edge/2 is missing"));
    const formerEdgeSecrets = { "1": "arn-foreign", "2": "arn-foreign" };
    const foreign = createManager({ edge: [], formerEdgeSecrets, gatewayOutputs: ["EdgeSecrets"] });
    expect(await deploy(foreign, "Update")).toMatchObject(failed("AccessDeniedException"));
    for (const manager of [inSecretsManager, lost, foreign]) expect(manager.countWrites()).toBe(0);
  });

  it("changes nothing when CloudFormation repeats it, or when the stage has keys", async () => {
    const manager = createManager();
    expect(await deploy(manager, "Create")).toMatchObject(succeeded);
    const before = new Map(manager.values);
    for (const request of ["Create", "Update"]) expect(await deploy(manager, request)).toMatchObject(succeeded);
    expect(manager.values).toEqual(before);
  });

  it("uses the root that another call has written at the same time", async () => {
    const manager = createManager({ root: "" });
    manager.rivals.set(buildName("root"), SECOND);
    expect(await deploy(manager, "Create")).toMatchObject(succeeded);
    expect([manager.values.get(buildName("root")), manager.rootsOf("links")]).toEqual([SECOND, [SECOND]]);
  });

  it("copies the keys of a release that had them in Secrets Manager, also rotated ones, and once", async () => {
    const formerSecrets = Object.fromEntries(["root", ...keyGroupNames].map((name) => [name, `arn-${name}`]));
    const rotated = [deriveGeneration(SECOND, "links"), deriveGeneration(FIRST, "links")];
    const secrets = {
      "arn-root": SECOND,
      "arn-links": JSON.stringify(rotated),
      "arn-lookups": JSON.stringify([deriveGeneration(FIRST, "lookups")]),
      ...Object.fromEntries(["requests", "sessions", "signing"].map((group) => [`arn-${group}`, undefined])),
    };
    const manager = createManager({ root: "", secrets, formerSecrets, outputs: ["SecretArn", "KeySecretArns"] });
    manager.failAfter(3);
    expect(await deploy(manager, "Update")).toMatchObject(failed("InternalServerError"));
    manager.failAfter(Number.POSITIVE_INFINITY);
    expect(await deploy(manager, "Update")).toMatchObject(succeeded);
    expect(manager.values.get(buildName("root"))).toBe(SECOND);
    expect(Object.fromEntries(keyGroupNames.map((group) => [group, manager.rootsOf(group)]))).toEqual({
      links: [SECOND, FIRST],
      lookups: [FIRST],
      requests: [SECOND],
      sessions: [SECOND],
      signing: [SECOND],
    });
    secrets["arn-root"] = THIRD;
    secrets["arn-links"] = "[]";
    expect(await deploy(manager, "Update")).toMatchObject(succeeded);
    expect([manager.values.get(buildName("root")), manager.rootsOf("links")]).toEqual([SECOND, [SECOND, FIRST]]);
  });

  it("copies the root of a release that had no groups", async () => {
    const former = { secrets: { "arn-root": FIRST }, formerSecrets: { root: "arn-root" } };
    const manager = createManager({ root: "", outputs: ["SecretArn"], ...former });
    expect(await deploy(manager, "Create")).toMatchObject(succeeded);
    for (const group of keyGroupNames) expect([group, manager.rootsOf(group)]).toEqual([group, [FIRST]]);
  });

  it("stops before it makes other keys than those in use", async () => {
    const inSecretsManager = createManager({ root: "", outputs: ["TableName", "SecretArn"] });
    for (const request of ["Create", "Update"])
      expect(await deploy(inSecretsManager, request)).toMatchObject(failed("CRM_FORMER_SECRETS"));
    const lost = createManager({ root: "", outputs: ["TableName"] });
    expect(await deploy(lost, "Update")).toMatchObject(failed("The parameter /crm/production/keys/root is missing"));
    lost.setGroup("links", [deriveGeneration(FIRST, "links")]);
    expect(await deploy(lost, "Create")).toMatchObject(failed("The parameter /crm/production/keys/root is missing"));
    const foreign = createManager({ root: "", outputs: ["SecretArn"], formerSecrets: { root: "arn-foreign" } });
    expect(await deploy(foreign, "Update")).toMatchObject(failed("AccessDeniedException"));
    const swapped = createManager({
      secrets: { "arn-a": JSON.stringify([deriveGeneration(FIRST, "sessions")]) },
      formerSecrets: { root: "arn-root", links: "arn-a" },
    });
    expect(await deploy(swapped, "Update")).toMatchObject(failed("at the place of the group links"));
    for (const manager of [inSecretsManager, lost, foreign, swapped]) expect(manager.countWrites()).toBe(0);
  });

  it("deletes the keys with a stage that keeps no data, and tells CloudFormation of each failure", async () => {
    const manager = createManager();
    manager.failAfter(0);
    expect(await deploy(manager, "Create")).toMatchObject(failed("InternalServerError"));
    manager.failAfter(Number.POSITIVE_INFINITY);
    await deploy(manager, "Create");
    expect(await deploy(manager, "Delete")).toMatchObject(succeeded);
    expect(manager.values.size).toBe(1 + keyGroupNames.length + EDGE.length);
    expect(await deploy(manager, "Delete", "delete")).toMatchObject(succeeded);
    expect(manager.values.size).toBe(0);
  });
});
