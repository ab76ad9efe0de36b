import { edgeParameterName, edgeSecrets, keyParameterName } from "@crm/aws/key-parameters.ts";
import { MAX_FIRST_READS, parameterSecrets } from "@crm/aws/secrets.ts";
import { createSsmClient } from "@crm/aws/ssm.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { Unavailable } from "@crm/core/kernel/error.ts";
import { type KeyGroup, keyGroupNames, keyGroups } from "@crm/core/kernel/key-groups.ts";
import { deriveGeneration } from "@crm/core/storage/vault/key-derivation.ts";
import { fileSecrets } from "@crm/local/ports/adapters.ts";
import { State } from "@crm/local/store/state.ts";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { awsError, createFakeClient } from "./fake-aws-client.ts";

const state = new State("memory");
afterAll(() => state.close());
afterEach(() => Clock.set());

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

const MINUTE_MS = 60 * 1000;

/** The secrets of a function that declares two groups and answers requests. Parameter Store throws the first errors. */
function createSecrets(errors: Error[] = []) {
  const values = new Map<KeyGroup, string>([
    ["links", JSON.stringify([deriveGeneration("a".repeat(64), "links")])],
    ["signing", JSON.stringify([deriveGeneration("a".repeat(64), "signing")])],
  ]);
  const edgeValues = new Map(edgeSecrets.map((secret) => [secret, secret.repeat(64)]));
  let now = 0;
  Clock.set(() => now);
  const client = createFakeClient({
    GetParameters({ Names }: { Names: string[] }) {
      const error = errors.shift();
      if (error) throw error;
      const keys = [...values].map(([group, Value]) => ({ Name: keyParameterName("production", group), Value }));
      const edge = [...edgeValues].map(([secret, Value]) => ({ Name: edgeParameterName("production", secret), Value }));
      return { Parameters: [...keys, ...edge].filter(({ Name }) => Names.includes(Name)) };
    },
  });
  const waits: number[] = [];
  const wait = async (attempt: number): Promise<void> => void waits.push(attempt);
  return {
    errors,
    values,
    edgeValues,
    waits,
    ...parameterSecrets({ client, stage: "production", groups: ["links", "signing"], edge: edgeSecrets, wait }),
    countReads: () => client.commands.length,
    listReads: () => client.commands,
    advanceClock: (ms: number) => {
      now += ms;
    },
  };
}

const throttlings = (count: number): Error[] => Array.from({ length: count }, () => awsError("ThrottlingException"));

describe("groups of keys in Parameter Store", () => {
  it("are read together at their first use, and again after 15 minutes", async () => {
    const { secrets, edge, values, edgeValues, listReads, countReads, advanceClock } = createSecrets();
    expect(await Promise.all([secrets.get("links"), secrets.get("signing"), secrets.get("links"), edge()])).toEqual([
      values.get("links"),
      values.get("signing"),
      values.get("links"),
      [...edgeValues.values()],
    ]);
    const Names = [
      "/crm/production/keys/links",
      "/crm/production/keys/signing",
      "/crm/production/edge/1",
      "/crm/production/edge/2",
    ];
    expect(listReads()).toEqual([{ name: "GetParameters", input: { Names, WithDecryption: true } }]);
    values.set("links", "[]");
    advanceClock(15 * MINUTE_MS - 1);
    expect(await secrets.get("links")).not.toBe("[]");
    advanceClock(1);
    expect([await secrets.get("links"), countReads()]).toEqual(["[]", 2]);
  });

  it("wait for Parameter Store while it throttles a process without keys, and then answer 503", async () => {
    const { secrets, values, errors, waits } = createSecrets(throttlings(MAX_FIRST_READS - 1));
    expect(await secrets.get("links")).toBe(values.get("links"));
    expect(waits).toEqual(Array.from({ length: MAX_FIRST_READS - 1 }, (_, index) => index + 1));
    const refused = createSecrets(throttlings(MAX_FIRST_READS));
    await expect(refused.secrets.get("links")).rejects.toThrow(Unavailable);
    expect(errors).toEqual([]);
    expect(await refused.secrets.get("links")).toBe(values.get("links"));
  });

  it("stay valid while Parameter Store throttles or fails, and are read again after a minute", async () => {
    for (const failure of [throttlings(2), [awsError("InternalServerError")]]) {
      const { secrets, values, errors, waits, countReads, advanceClock } = createSecrets();
      const before = await secrets.get("links");
      errors.push(...failure);
      const reads = 1 + failure.length;
      values.set("links", "[]");
      advanceClock(15 * MINUTE_MS);
      expect([await secrets.get("links"), await secrets.get("signing")]).toEqual([before, values.get("signing")]);
      advanceClock(MINUTE_MS - 1);
      expect([await secrets.get("links"), countReads(), waits.length]).toEqual([before, reads, failure.length - 1]);
      advanceClock(1);
      expect([await secrets.get("links"), countReads()]).toEqual(["[]", reads + 1]);
    }
  });

  it("are read again at the next use after a first read that failed", async () => {
    const { secrets, values } = createSecrets([awsError("InternalServerError")]);
    await expect(secrets.get("links")).rejects.toThrow("InternalServerError");
    expect(await secrets.get("links")).toBe(values.get("links"));
  });

  it("fail clearly if the function does not declare them, or if they were not derived", async () => {
    const { secrets, values } = createSecrets();
    await expect(secrets.get("sessions")).rejects.toThrow("declare that it uses secrets:sessions");
    values.delete("links");
    await expect(secrets.get("links")).rejects.toThrow(
      'The parameter /crm/production/keys/links of a key group has no value: send {"action":"derive"} to operator-keys',
    );
  });

  it("come with the secrets of the edge, which are never short or missing", async () => {
    const { edge, edgeValues, advanceClock } = createSecrets();
    const before = await edge();
    for (const value of ["", "3".repeat(31), undefined]) {
      if (value === undefined) edgeValues.delete("2");
      else edgeValues.set("2", value);
      advanceClock(15 * MINUTE_MS);
      expect([value, await edge()]).toEqual([value, before]);
      const fresh = createSecrets();
      fresh.edgeValues.set("2", value ?? "");
      await expect(fresh.edge()).rejects.toThrow("The parameter /crm/production/edge/2 must have at least 32 characters");
    }
  });

  it("fit, with two generations, into a standard parameter of 4 KB", () => {
    for (const group of keyGroupNames) {
      const generation = deriveGeneration("a".repeat(64), group);
      expect([group, Buffer.byteLength(JSON.stringify([generation, generation])) < 4096]).toEqual([group, true]);
    }
  });
});

describe("the client of Parameter Store", () => {
  it("leaves throttled calls to the caller, and names the error", async () => {
    let calls = 0;
    const requestHandler = {
      async handle() {
        calls++;
        const body = JSON.stringify({ __type: "ThrottlingException", message: "Rate exceeded" });
        return { response: { statusCode: 400, headers: {}, body: new Blob([body]).stream() } };
      },
    };
    const credentials = { accessKeyId: "id", secretAccessKey: "secret" };
    const client = createSsmClient({ region: "eu-west-1", credentials, requestHandler: requestHandler });
    const { secrets } = parameterSecrets({ client, stage: "try", groups: ["links"], wait: async () => undefined });
    await expect(secrets.get("links")).rejects.toThrow(Unavailable);
    expect(calls).toBe(MAX_FIRST_READS);
  });
});
