import { handleKeyCommand } from "@crm/aws/operator-keys.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { type KeyGroup, keyGroupNames } from "@crm/core/kernel/key-groups.ts";
import { deriveGeneration } from "@crm/core/storage/vault/key-derivation.ts";
import { afterEach, describe, expect, it, vi } from "vitest";
import { awsError, createFakeClient } from "./fake-aws-client.ts";

/** The operator's function for keys, on Secrets Manager in memory. */

const [FIRST, SECOND, THIRD] = ["1".repeat(64), "2".repeat(64), "3".repeat(64)] as const;
const groups = Object.fromEntries(keyGroupNames.map((group) => [group, `arn-${group}`])) as Record<KeyGroup, string>;

function createManager(root: string = FIRST, CreatedDate = new Date(Clock.machineTime())) {
  const values = new Map([["root", root]]);
  const lines: Record<string, unknown>[] = [];
  let left = Number.POSITIVE_INFINITY;
  const client = createFakeClient({
    GetSecretValue: ({ SecretId }: { SecretId: string }) => {
      if (!values.has(SecretId)) throw awsError("ResourceNotFoundException");
      return { SecretString: values.get(SecretId), CreatedDate };
    },
    PutSecretValue: ({ SecretId, SecretString }: { SecretId: string; SecretString: string }) => {
      if (left-- <= 0) throw awsError("InternalServiceError");
      values.set(SecretId, SecretString);
      return {};
    },
  });
  const log = { write: (_level: string, _message: string, fields: Record<string, unknown> = {}) => void lines.push(fields) };
  return {
    lines,
    setRoot: (value: string) => values.set("root", value),
    failAfter: (writes: number) => {
      left = writes;
    },
    countWrites: () => client.commands.filter(({ name }) => name === "PutSecretValue").length,
    send: (event: unknown) => handleKeyCommand(event, log, { client, root: "root", groups }),
    /** The roots from which the generations of a group were derived. */
    rootsOf: (group: KeyGroup) =>
      (JSON.parse(values.get(groups[group]) ?? "[]") as object[]).map((generation) =>
        [FIRST, SECOND, THIRD].find((each) => JSON.stringify(deriveGeneration(each, group)) === JSON.stringify(generation)),
      ),
    setGroup: (group: KeyGroup, value: object[]) => values.set(groups[group], JSON.stringify(value)),
  };
}

const derive = { action: "derive" };
const rotate = (step: string) => ({ action: "rotate", step });

describe("the operator of keys", () => {
  it("derives each group once, writes nothing when repeated, and logs each group without its keys", async () => {
    const manager = createManager();
    await manager.send(derive);
    for (const group of keyGroupNames) expect([group, manager.rootsOf(group)]).toEqual([group, [FIRST]]);
    expect(manager.countWrites()).toBe(keyGroupNames.length);
    expect(manager.lines).toEqual(keyGroupNames.map((group) => ({ action: "derive", group, generations: 1, is_changed: true })));
    await manager.send(derive);
    expect(manager.countWrites()).toBe(keyGroupNames.length);
  });

  it("continues after an interruption", async () => {
    const manager = createManager();
    manager.failAfter(2);
    await expect(manager.send(derive)).rejects.toThrow("InternalServiceError");
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

  const deploy = async (manager: ReturnType<typeof createManager>, RequestType: string, RootReaders = "operator") => {
    const answers: Record<string, unknown>[] = [];
    vi.stubGlobal("fetch", async (_url: string, { body }: { body: string }) => {
      answers.push(JSON.parse(body));
      return { ok: true, status: 200 };
    });
    const ids = { StackId: "stack", RequestId: "request", LogicalResourceId: "derivation" };
    const ResourceProperties = { ServiceToken: "arn", RootReaders };
    await manager.send({ ...ids, RequestType, ResponseURL: "https://cloudformation.example", ResourceProperties });
    return answers;
  };
  const old = new Date(Clock.machineTime() - 24 * 60 * 60 * 1000);

  it("of a new stage derives the groups and tells CloudFormation so", async () => {
    const manager = createManager();
    const ids = { PhysicalResourceId: "keys", StackId: "stack", RequestId: "request", LogicalResourceId: "derivation" };
    expect(await deploy(manager, "Create")).toEqual([{ Status: "SUCCESS", ...ids }]);
    expect(manager.rootsOf("links")).toEqual([FIRST]);
  });

  it("of a stage whose functions read the root stops before their roles change, unless they may go on", async () => {
    const manager = createManager(FIRST, old);
    expect(await deploy(manager, "Create")).toMatchObject([
      { Status: "FAILED", Reason: expect.stringContaining("CRM_ROOT_READERS=functions") },
    ]);
    expect(manager.countWrites()).toBe(0);
    expect(await deploy(manager, "Create", "functions")).toMatchObject([{ Status: "SUCCESS" }]);
    expect(await deploy(manager, "Update")).toMatchObject([{ Status: "SUCCESS" }]);
    expect(manager.rootsOf("links")).toEqual([FIRST]);
  });

  it("is told of each failure, and derives nothing when the stack is deleted", async () => {
    const manager = createManager();
    manager.failAfter(0);
    expect(await deploy(manager, "Create")).toMatchObject([{ Status: "FAILED", Reason: "InternalServiceError" }]);
    expect(await deploy(manager, "Delete")).toMatchObject([{ Status: "SUCCESS" }]);
    expect(manager.rootsOf("links")).toEqual([]);
  });
});
