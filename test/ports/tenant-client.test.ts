import { tenantClients } from "@crm/aws/tenant-client.ts";
import { createTenantSessions } from "@crm/aws/tenant-sessions.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createFakeClient } from "./fake-aws-client.ts";

/** The credentials with which a request accesses objects and keys in AWS. */
let now = Date.parse("2026-01-01T00:00:00Z");

beforeAll(() => {
  vi.stubEnv("CRM_DATA_ROLE", "arn:data-leads");
  Clock.set(() => now);
});
afterAll(() => {
  vi.unstubAllEnvs();
  Clock.set();
});

const runAsTenant = <T>(tenant: string | undefined, work: () => T): T => runIn(systemContext({} as Ports, tenant, "test"), work);

describe("a tenant-scoped client", () => {
  const requests: unknown[] = [];
  interface Asked {
    RoleArn: string;
    Tags: [{ Value: string }];
    DurationSeconds: number;
  }
  const sts = createFakeClient({
    AssumeRole({ RoleArn, Tags: [{ Value }], DurationSeconds }: Asked) {
      requests.push([RoleArn, Value]);
      const Expiration = new Date(now + DurationSeconds * 1000);
      return { Credentials: { AccessKeyId: Value, SecretAccessKey: "s", SessionToken: "t", Expiration } };
    },
  });
  const openSession = createTenantSessions({ sts, log: { write: () => undefined } });
  const options = { marginMs: 30 * 60_000, openSession };
  const client = tenantClients(({ credentials, expiresAt }) => ({ of: credentials.accessKeyId, ends: expiresAt }), options);

  it("belongs to the tenant of the request, under the role of the function", async () => {
    expect((await runAsTenant("ten_a", client)).of).toBe("ten_a");
    expect((await runAsTenant("ten_b", client)).of).toBe("ten_b");
    expect((await runAsTenant("ten_a", client)).of).toBe("ten_a");
    expect(requests).toEqual([
      ["arn:data-leads", "ten_a"],
      ["arn:data-leads", "ten_b"],
    ]);
  });

  it("has another role, if it is named", async () => {
    const other = tenantClients(({ credentials }) => credentials, { ...options, readRole: () => "arn:access-tenant" });
    await runAsTenant("ten_a", other);
    expect(requests.at(-1)).toEqual(["arn:access-tenant", "ten_a"]);
  });

  it("is valid for at least another half hour whenever it is requested, and so is a URL that it signs", async () => {
    for (const minutes of [0, 29, 2, 30, 31]) {
      now += minutes * 60_000;
      expect((await runAsTenant("ten_a", client)).ends - now).toBeGreaterThanOrEqual(30 * 60_000);
    }
  });

  it("throws outside the context of a tenant", async () => {
    await expect(runAsTenant(undefined, client)).rejects.toThrow("No tenant in the context");
  });
});
