import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { createStsClient } from "@crm/aws/sts.ts";
import { createSessionClients, createTenantSessions, MAX_CALLS, type SessionOptions } from "@crm/aws/tenant-sessions.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { Unavailable } from "@crm/core/kernel/error.ts";
import type { Log } from "@crm/core/kernel/ports.ts";
import { afterEach, describe, expect, it } from "vitest";
import { awsError, createFakeClient } from "./fake-aws-client.ts";

/** The sessions of a process: how long it keeps them, and what it does when STS refuses calls. */
const HOUR_MS = 60 * 60 * 1000;
const MINUTE_MS = 60 * 1000;

afterEach(() => Clock.set());

/** Sessions whose STS throws the first errors, and what they logged. */
function createSessions(errors: Error[] = [], options: Partial<SessionOptions> = {}) {
  let count = 0;
  const sts = createFakeClient({
    AssumeRole() {
      const error = errors.shift();
      if (error) throw error;
      const [AccessKeyId, SecretAccessKey, SessionToken] = ["id", "secret", String(++count)];
      return { Credentials: { AccessKeyId, SecretAccessKey, SessionToken, Expiration: new Date(Clock.ms() + HOUR_MS) } };
    },
  });
  const lines: Parameters<Log["write"]>[] = [];
  const waits: number[] = [];
  const wait = async (attempt: number): Promise<void> => void waits.push(attempt);
  const open = createTenantSessions({ sts, log: { write: (...line) => void lines.push(line) }, wait, ...options });
  return { sts, lines, waits, open: async (tenant: string) => (await open("role", tenant, MINUTE_MS)).credentials.sessionToken };
}

const throttlings = (count: number): Error[] => Array.from({ length: count }, () => awsError("Throttling"));

describe("the sessions of a process", () => {
  it("drop the tenant that was used least recently, not the one that came first", async () => {
    const { open } = createSessions([], { maxSessions: 2 });
    for (const tenant of ["ten_a", "ten_b", "ten_a", "ten_c"]) await open(tenant);
    expect(await open("ten_a")).toBe("1");
    expect(await open("ten_b")).toBe("4");
  });

  it("serve callers that need different times, and request a session when the rest is too short for one", async () => {
    const { sts } = createSessions();
    const open = createTenantSessions({ sts, log: { write: () => undefined } });
    const start = Clock.ms();
    const openAt = async (minutes: number, margin: number) => {
      Clock.set(() => start + minutes * MINUTE_MS);
      return (await open("role", "ten_a", margin * MINUTE_MS)).credentials.sessionToken;
    };
    expect([await openAt(0, 30), await openAt(29, 30), await openAt(31, 1)]).toEqual(["1", "1", "1"]);
    expect([await openAt(31, 30), await openAt(88, 1)]).toEqual(["2", "2"]);
  });
});

describe("a throttled call", () => {
  it("is repeated with backoff, and counted once for its session", async () => {
    const { open, sts, waits, lines } = createSessions(throttlings(3));
    expect(await open("ten_a")).toBe("1");
    expect([sts.commands.length, waits]).toEqual([4, [1, 2, 3]]);
    const fields = { role: "role", tenant: "ten_a", failure_stage: "sts", outcome: "delayed" };
    const figures = { throttled_sessions: 1, throttled_calls: 3 };
    expect(lines).toEqual([["warn", "sessions", { ...fields, ...figures }, { throttled_sessions: "Count" }]]);
  });

  it("fails after some tries as a lack of capacity, for all that wait for it, and the next request tries again", async () => {
    const { open, sts, lines } = createSessions(throttlings(MAX_CALLS));
    const refusals = await Promise.allSettled([open("ten_a"), open("ten_a")]);
    for (const refusal of refusals) expect(refusal).toMatchObject({ status: "rejected", reason: { retryAfter: 10 } });
    expect((refusals[0] as PromiseRejectedResult).reason).toBeInstanceOf(Unavailable);
    expect(sts.commands.length).toBe(MAX_CALLS);
    expect(lines.map(([level, , fields]) => [level, fields?.outcome, fields?.throttled_sessions])).toEqual([
      ["error", "refused", 1],
    ]);
    expect(await open("ten_a")).toBe("1");
  });

  it("is not repeated by the SDK, whose other retries stay", async () => {
    const send = async (statusCode: number, code: string): Promise<number> => {
      let calls = 0;
      const handle = async () => {
        calls++;
        const body = Buffer.from(`<ErrorResponse><Error><Code>${code}</Code><Message>m</Message></Error></ErrorResponse>`);
        return { response: { statusCode, headers: {}, body } };
      };
      const credentials = { accessKeyId: "a", secretAccessKey: "b" };
      const client = createStsClient({ region: "eu-west-1", credentials, maxAttempts: 2, requestHandler: { handle } });
      const command = new AssumeRoleCommand({ RoleArn: "arn:aws:iam::1:role/x", RoleSessionName: "ten_a" });
      await expect(client.send(command)).rejects.toMatchObject({ name: code });
      return calls;
    };
    expect([await send(400, "Throttling"), await send(503, "ServiceUnavailable")]).toEqual([1, 2]);
  });

  it("leaves other errors as they are, without a retry", async () => {
    const { open, sts, lines } = createSessions([awsError("AccessDenied")]);
    await expect(open("ten_a")).rejects.toThrow("AccessDenied");
    expect([sts.commands.length, lines]).toEqual([1, []]);
  });
});

describe("clients of sessions", () => {
  it("are made once for a session, and again after a hundred others", () => {
    let made = 0;
    const clientFor = createSessionClients(() => ++made);
    const sessions = Array.from({ length: 101 }, (_, index) => ({
      credentials: { accessKeyId: String(index), secretAccessKey: "", sessionToken: "" },
      expiresAt: 0,
    }));
    const [first] = sessions as [(typeof sessions)[number]];
    expect([clientFor(first), clientFor(first)]).toEqual([1, 1]);
    for (const session of sessions) clientFor(session);
    expect([made, clientFor(first)]).toEqual([101, 102]);
  });
});
