import { managedSecrets } from "@crm/aws/secrets.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { keyGroupNames, keyGroups } from "@crm/core/kernel/key-groups.ts";
import { deriveGeneration } from "@crm/core/storage/vault/key-derivation.ts";
import { fileSecrets } from "@crm/local/ports/adapters.ts";
import { State } from "@crm/local/store/state.ts";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { awsError, createFakeClient } from "./fake-aws-client.ts";

const KEYS = JSON.stringify([deriveGeneration("a".repeat(64), "links")]);
const state = new State("memory");
afterAll(() => state.close());
afterEach(() => Clock.set());

const createFakeManager = (answer: () => unknown = () => ({ SecretString: KEYS })) =>
  createFakeClient({ GetSecretValue: answer });

describe("groups of keys in a file", () => {
  it("have a key of 32 bytes for each purpose, and are the same in each process", async () => {
    for (const group of keyGroupNames) {
      const text = await fileSecrets(state).get(group);
      expect(await fileSecrets(state).get(group)).toBe(text);
      const [keys, ...others] = JSON.parse(text) as Record<string, string>[];
      expect(others).toEqual([]);
      expect(Object.entries(keys ?? {}).map(([purpose, key]) => [purpose, Buffer.from(key, "base64url").length])).toEqual(
        keyGroups[group].map((purpose) => [purpose, 32]),
      );
    }
  });
});

describe("groups of keys in Secrets Manager", () => {
  it("are read at their first use, each by its own secret, and again after 15 minutes", async () => {
    let ms = 0;
    Clock.set(() => ms);
    const client = createFakeManager();
    const secrets = managedSecrets(client, { links: "arn-links", signing: "arn-signing" });
    await Promise.all([secrets.get("links"), secrets.get("links")]);
    ms = 15 * 60 * 1000 - 1;
    expect(await secrets.get("links")).toBe(KEYS);
    const read = (SecretId: string) => ({ name: "GetSecretValue", input: { SecretId } });
    expect(client.commands).toEqual([read("arn-links")]);
    ms += 1;
    await secrets.get("links");
    await secrets.get("signing");
    expect(client.commands).toEqual([read("arn-links"), read("arn-links"), read("arn-signing")]);
  });

  it("stay valid while Secrets Manager fails, and are read again after a failure", async () => {
    let ms = 0;
    Clock.set(() => ms);
    let down = true;
    const client = createFakeManager(() => (down ? Promise.reject(awsError("InternalServiceError")) : { SecretString: KEYS }));
    const secrets = managedSecrets(client, { links: "arn" });
    await expect(secrets.get("links")).rejects.toThrow("InternalServiceError");
    down = false;
    expect(await secrets.get("links")).toBe(KEYS);
    down = true;
    ms = 60 * 60 * 1000;
    expect(await secrets.get("links")).toBe(KEYS);
    expect(await secrets.get("links")).toBe(KEYS);
    expect(client.commands.length).toBe(4);
  });

  it("fail clearly if the function does not declare them, or if they were not derived", async () => {
    const secrets = managedSecrets(
      createFakeManager(() => Promise.reject(awsError("ResourceNotFoundException"))),
      { links: "arn" },
    );
    await expect(secrets.get("signing")).rejects.toThrow("declare that it uses secrets:signing");
    await expect(secrets.get("links")).rejects.toThrow(
      'The secret of the key group links has no value: send {"action":"derive"} to operator-keys',
    );
  });
});
