import { managedSecrets } from "@crm/aws/secrets.ts";
import { fileSecrets } from "@crm/local/adapters.ts";
import { State } from "@crm/local/state.ts";
import { afterAll, describe, expect, it } from "vitest";
import { awsError, fake } from "./fakes.ts";

const SECRET = "a".repeat(64);
const state = new State("memory");
afterAll(() => state.close());

const manager = (answer: () => unknown = () => ({ SecretString: SECRET })) => fake({ GetSecretValue: answer });

describe.each([
  ["a file", () => fileSecrets(state)],
  ["Secrets Manager", () => managedSecrets(manager(), { app: "arn" })],
] as const)("secrets in %s", (_, make) => {
  it("have 32 bytes and more, and are the same in every process", async () => {
    const secret = await make().get("app");
    expect(Buffer.byteLength(secret)).toBeGreaterThanOrEqual(32);
    expect(await make().get("app")).toBe(secret);
  });
});

describe("secrets in Secrets Manager", () => {
  it("are read once, by their id", async () => {
    const client = manager();
    const secrets = managedSecrets(client, { app: "arn" });
    await Promise.all([secrets.get("app"), secrets.get("app")]);
    await secrets.get("app");
    expect(client.sent).toEqual([{ name: "GetSecretValue", input: { SecretId: "arn" } }]);
  });

  it("are read again after a failure", async () => {
    let down = true;
    const secrets = managedSecrets(
      manager(() => (down ? Promise.reject(awsError("InternalServiceError")) : { SecretString: SECRET })),
      { app: "arn" },
    );
    await expect(secrets.get("app")).rejects.toThrow("InternalServiceError");
    down = false;
    expect(await secrets.get("app")).toBe(SECRET);
  });

  it("are never empty", async () => {
    const secrets = managedSecrets(
      manager(() => ({})),
      { app: "arn" },
    );
    await expect(secrets.get("app")).rejects.toThrow("The secret arn is empty");
  });
});
