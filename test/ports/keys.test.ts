import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kmsKeys } from "@crm/aws/keys.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { fileKeys } from "@crm/local/ports/keys.ts";
import { State } from "@crm/local/store/state.ts";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { awsError, createFakeClient, type FakeClient } from "./fake-aws-client.ts";

const folder = mkdtempSync(join(tmpdir(), "crm-keys-"));
const state = new State(folder);
const memoryState = new State("memory");
afterAll(() => {
  state.close();
  memoryState.close();
  rmSync(folder, { recursive: true });
});

let now = Date.parse("2026-01-01T00:00:00Z");
afterEach(() => Clock.set(() => Date.now()));

interface DataKey {
  KeyId: string;
  KeySpec: string;
  EncryptionContext: object;
}
type WrappedKey = Omit<DataKey, "KeySpec"> & { CiphertextBlob: Uint8Array };

/** The part of KMS that the adapter uses: a ciphertext decrypts only with its own key and encryption context. */
function createFakeKms(): FakeClient {
  const dataKeys = new Map<string, { key: Uint8Array; about: string }>();
  const describeContext = (KeyId: string, context: object): string => JSON.stringify([KeyId, Object.entries(context).sort()]);
  return createFakeClient({
    GenerateDataKey({ KeyId, KeySpec, EncryptionContext }: DataKey) {
      if (KeySpec !== "AES_256") throw awsError("ValidationException");
      const [key, CiphertextBlob] = [randomBytes(32), randomBytes(184)];
      dataKeys.set(CiphertextBlob.toString("hex"), { key, about: describeContext(KeyId, EncryptionContext) });
      return { Plaintext: Uint8Array.from(key), CiphertextBlob };
    },
    Decrypt({ KeyId, CiphertextBlob, EncryptionContext }: WrappedKey) {
      const dataKey = dataKeys.get(Buffer.from(CiphertextBlob).toString("hex"));
      if (dataKey?.about !== describeContext(KeyId, EncryptionContext)) throw awsError("InvalidCiphertextException");
      return { Plaintext: Uint8Array.from(dataKey.key) };
    },
  });
}

const context = { tenant: "ten_a", subject: "per_1" };

describe.each([
  ["a file", () => fileKeys(state)],
  ["memory", () => fileKeys(memoryState)],
  ["KMS", () => kmsKeys(createFakeKms(), "arn")],
] as const)("keys in %s", (_, make) => {
  it("are new each time, have 32 bytes, and are restored from their wrapped text", async () => {
    const keys = make();
    const [firstKey, secondKey] = [await keys.generate(context), await keys.generate(context)];
    expect([firstKey.key.length, secondKey.key.length]).toEqual([32, 32]);
    expect(Buffer.from(firstKey.key).equals(secondKey.key)).toBe(false);
    expect(firstKey.wrapped).toMatch(/^[\w.-]+$/);
    const { key, wrapped } = firstKey;
    expect(Buffer.from(await keys.unwrap(wrapped, { subject: "per_1", tenant: "ten_a" })).equals(key)).toBe(true);
    expect(wrapped).not.toContain(Buffer.from(key).toString("base64url"));
  });

  it("are unwrapped only in their context, and from the complete text", async () => {
    const keys = make();
    const { wrapped } = await keys.generate(context);
    const wrongContexts: Record<string, string>[] = [
      { tenant: "ten_b", subject: "per_1" },
      { tenant: "ten_a", subject: "per_2" },
      { tenant: "per_1", subject: "ten_a" },
      { tenant: "ten_a" },
      {},
      { ...context, more: "x" },
    ];
    for (const wrongContext of wrongContexts) await expect(keys.unwrap(wrapped, wrongContext)).rejects.toThrow();
    for (const text of ["", "l1.1.", "k1.1.AAAA", wrapped.slice(0, -4), `${wrapped}AAAA`, wrapped.replace(/^(.1\.\d+)/, "$11")])
      await expect(keys.unwrap(text, context)).rejects.toThrow();
  });

  it("of a new generation are distinguished from older ones, which still work", async () => {
    Clock.set(() => now++);
    const keys = make();
    const old = await keys.generate(context);
    const generation = await keys.startGeneration();
    const young = await keys.generate(context);
    expect([keys.isCurrent(old.wrapped, generation), keys.isCurrent(young.wrapped, generation)]).toEqual([false, true]);
    expect(keys.isCurrent("", generation)).toBe(false);
    expect(Buffer.from(await keys.unwrap(old.wrapped, context)).equals(old.key)).toBe(true);
    expect(await keys.startGeneration()).toBeGreaterThan(generation);
  });
});

describe("master keys in a file", () => {
  it("are readable by their owner only, and the same for the next process", async () => {
    const { key, wrapped } = await fileKeys(state).generate(context);
    expect(Buffer.from(await fileKeys(state).unwrap(wrapped, context)).equals(key)).toBe(true);
    expect(statSync(join(folder, "master-keys")).mode & 0o777).toBe(0o600);
  });

  it("are in the old or the new state after a process was killed", async () => {
    const file = join(folder, "master-keys");
    writeFileSync(`${file}.partial`, "half of", { mode: 0o644 });
    const keys = fileKeys(state);
    const { key, wrapped } = await keys.generate(context);
    const before = readFileSync(file, "utf8");
    const number = statSync(file).ino;
    await keys.startGeneration();
    expect(statSync(file).ino).not.toBe(number);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8").startsWith(before)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.includes("partial"))).toEqual([]);
    expect(Buffer.from(await fileKeys(state).unwrap(wrapped, context)).equals(key)).toBe(true);
  });

  it("of a store in memory are in memory", () => {
    fileKeys(memoryState);
    expect(existsSync(join(memoryState.folder, "master-keys"))).toBe(false);
  });
});

describe("keys of KMS", () => {
  it("are bound to the context and the time of wrapping, and unwrapped with one key", async () => {
    Clock.set(() => now);
    const client = createFakeKms();
    const keys = kmsKeys(client, "arn");
    const { wrapped } = await keys.generate(context);
    await keys.unwrap(wrapped, context);
    const EncryptionContext = { ...context, at: String(now) };
    expect(client.commands).toMatchObject([
      { name: "GenerateDataKey", input: { KeyId: "arn", KeySpec: "AES_256", EncryptionContext } },
      { name: "Decrypt", input: { KeyId: "arn", EncryptionContext } },
    ]);
    const younger = wrapped.replace(String(now), String(now + 1));
    await expect(keys.unwrap(younger, context)).rejects.toThrow("InvalidCiphertextException");
  });

  it("are never empty", async () => {
    const keys = kmsKeys(createFakeClient({ GenerateDataKey: () => ({}), Decrypt: () => ({}) }), "arn");
    await expect(keys.generate(context)).rejects.toThrow("KMS returned no key");
    await expect(keys.unwrap("k1.1.AAAA", context)).rejects.toThrow("KMS returned no key");
  });
});
