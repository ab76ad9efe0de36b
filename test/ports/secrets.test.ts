import { managedSecrets } from "@crm/aws/secrets.ts";
import { fileSecrets } from "@crm/local/ports/adapters.ts";
import { State } from "@crm/local/store/state.ts";
import { afterAll, describe, expect, it } from "vitest";
import { awsError, createFakeClient } from "./fake-aws-client.ts";

const SECRET = "a".repeat(64);
const state = new State("memory");
afterAll(() => state.close());

const createFakeManager = (answer: () => unknown = () => ({ SecretString: SECRET })) =>
  createFakeClient({ GetSecretValue: answer });

describe.each([
  ["a file", () => fileSecrets(state)],
  ["Secrets Manager", () => managedSecrets(createFakeManager(), { app: "arn" })],
] as const)("secrets in %s", (_, make) => {
  it("have at least 32 bytes, and are the same in each process", async () => {
    const secret = await make().get("app");
    expect(Buffer.byteLength(secret)).toBeGreaterThanOrEqual(32);
    expect(await make().get("app")).toBe(secret);
  });
});

describe("secrets in Secrets Manager", () => {
  it("are read once, by their id", async () => {
    const client = createFakeManager();
    const secrets = managedSecrets(client, { app: "arn" });
    await Promise.all([secrets.get("app"), secrets.get("app")]);
    await secrets.get("app");
    expect(client.commands).toEqual([{ name: "GetSecretValue", input: { SecretId: "arn" } }]);
  });

  it("are read again after a failure", async () => {
    let down = true;
    const secrets = managedSecrets(
      createFakeManager(() => (down ? Promise.reject(awsError("InternalServiceError")) : { SecretString: SECRET })),
      { app: "arn" },
    );
    await expect(secrets.get("app")).rejects.toThrow("InternalServiceError");
    down = false;
    expect(await secrets.get("app")).toBe(SECRET);
  });

  it("are never empty", async () => {
    const secrets = managedSecrets(
      createFakeManager(() => ({})),
      { app: "arn" },
    );
    await expect(secrets.get("app")).rejects.toThrow("The secret arn is empty");
  });
});
