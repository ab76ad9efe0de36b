import { tenantClients } from "@crm/aws/tenant-client.ts";
import type { Credentials } from "@crm/aws/tenant-sessions.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createFakeClient } from "./fake-aws-client.ts";

/** As whom a request reaches objects and keys on AWS. */
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

describe("a client of the tenant", () => {
  const asked: unknown[] = [];
  interface Asked {
    RoleArn: string;
    Tags: [{ Value: string }];
    DurationSeconds: number;
  }
  const sts = createFakeClient({
    AssumeRole({ RoleArn, Tags: [{ Value }], DurationSeconds }: Asked) {
      asked.push([RoleArn, Value]);
      const Expiration = new Date(now + DurationSeconds * 1000);
      return { Credentials: { AccessKeyId: Value, SecretAccessKey: "s", SessionToken: "t", Expiration } };
    },
  });
  const client = tenantClients(({ accessKeyId }: Credentials, ends) => ({ of: accessKeyId, ends }), sts);

  it("is the one that the request serves, under the function's role", async () => {
    expect((await runAsTenant("ten_a", client)).of).toBe("ten_a");
    expect((await runAsTenant("ten_b", client)).of).toBe("ten_b");
    expect((await runAsTenant("ten_a", client)).of).toBe("ten_a");
    expect(asked).toEqual([
      ["arn:data-leads", "ten_a"],
      ["arn:data-leads", "ten_b"],
    ]);
  });

  it("has half an hour left whenever it is asked for, so that what it signs has", async () => {
    for (const minutes of [0, 29, 2, 30, 31]) {
      now += minutes * 60_000;
      expect((await runAsTenant("ten_a", client)).ends - now).toBeGreaterThanOrEqual(30 * 60_000);
    }
  });

  it("is none where nobody is served", () => {
    expect(() => runAsTenant(undefined, client)).toThrow("has no tenant");
  });
});
