import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { Clock } from "@crm/core/kernel/clock.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, PASSWORD, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { simulateProcess } from "./simulated-process.ts";

let app: App;
let tenant: Tenant;

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterEach(() => app.setClock({ reset: true }));
afterAll(() => app.stop());

const clientFor = (token: string) => createClient(inProcessTransport(app, token));
const login = async ({ email }: { email: string }) =>
  (await createClient(inProcessTransport(app)).login({ email, password: PASSWORD })).data;
const refresh = async (refresh_token: string) => (await createClient(inProcessTransport(app)).refresh({ refresh_token })).data;
const createUser = (): Promise<TestUser> => addUser(app, tenant, "SALES_REP");
const unauthenticatedError = { status: 401, code: "UNAUTHENTICATED" };

async function signInNewUser() {
  const user = await createUser();
  return { ...(await login(user)), user };
}

describe("a refresh token", () => {
  it("is exchanged for new tokens of the same session", async () => {
    const { user, access_token, refresh_token } = await signInNewUser();
    app.setClock({ advance: 20 * MINUTE_MS });
    await expect(clientFor(access_token).me()).rejects.toMatchObject(unauthenticatedError);
    const next = await refresh(refresh_token);
    expect(next.refresh_token).not.toBe(refresh_token);
    expect(next).toMatchObject({ user: { id: user.id }, tenant: { id: tenant.id }, token_type: "Bearer" });
    const { data: sessions } = await clientFor(next.access_token).listSessions();
    expect(sessions).toHaveLength(2);
  });

  it("returns the same response again within 30 seconds, even if the next token was used meanwhile", async () => {
    const { refresh_token } = await signInNewUser();
    const first = await refresh(refresh_token);
    app.setClock({ advance: 20 * SECOND_MS });
    expect(await refresh(refresh_token)).toEqual(first);
    const second = await refresh(first.refresh_token);
    expect(await refresh(refresh_token)).toEqual(first);
    expect(await refresh(first.refresh_token)).toEqual(second);
  });

  it("ends its session if it is reused later", async () => {
    const { refresh_token } = await signInNewUser();
    const first = await refresh(refresh_token);
    app.setClock({ advance: 31 * SECOND_MS });
    const second = await refresh(first.refresh_token);
    await expect(clientFor(second.access_token).me()).resolves.toMatchObject({ status: 200 });
    await expect(refresh(refresh_token)).rejects.toMatchObject(unauthenticatedError);
    for (const { refresh_token: token, access_token } of [first, second]) {
      await expect(refresh(token)).rejects.toMatchObject(unauthenticatedError);
      await expect(clientFor(access_token).me()).rejects.toMatchObject(unauthenticatedError);
    }
  });

  it("does not end other sessions of the user", async () => {
    const { user, refresh_token } = await signInNewUser();
    const elsewhere = await login(user);
    await refresh(refresh_token);
    app.setClock({ advance: MINUTE_MS });
    await expect(refresh(refresh_token)).rejects.toMatchObject(unauthenticatedError);
    await expect(refresh(elsewhere.refresh_token)).resolves.toBeDefined();
  });

  it("returns the same response to twenty concurrent requests, and leaves one session", async () => {
    const { refresh_token } = await signInNewUser();
    // A new second begins between the requests and their writes, because tokens contain the second of their creation.
    app.setClock({ advance: 2 * SECOND_MS - 25 - (Clock.ms() % SECOND_MS) });
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refresh_token)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const [{ refresh_token: next, access_token } = expect.fail()] = answers;
    expect((await clientFor(access_token).listSessions()).data).toHaveLength(2);
    await expect(refresh(next)).resolves.toBeDefined();
  });

  it("returns the same response to concurrent requests, even if a second passes between them", async () => {
    const { refresh_token } = await signInNewUser();
    let writes = 0;
    const second = Promise.withResolvers<void>();
    const slowProcess = simulateProcess(app, async (command) => {
      if (!(command instanceof TransactWriteCommand)) return;
      if (++writes <= 10) app.setClock({ advance: SECOND_MS });
      // The first write waits until another request has read the token as unused.
      if (writes === 2) second.resolve();
      await second.promise;
    });
    const use = () => createClient(inProcessTransport(slowProcess)).refresh({ refresh_token });
    const answers = await Promise.all(Array.from({ length: 10 }, use));
    expect(writes).toBeGreaterThan(1);
    expect(new Set(answers.map(({ data }) => JSON.stringify(data))).size).toBe(1);
  });

  it("is valid for 30 days after its last use", async () => {
    const { refresh_token } = await signInNewUser();
    app.setClock({ advance: 29 * DAY_MS });
    const { refresh_token: next } = await refresh(refresh_token);
    app.setClock({ advance: 29 * DAY_MS });
    const { refresh_token: last } = await refresh(next);
    app.setClock({ advance: 30 * DAY_MS + SECOND_MS });
    await expect(refresh(last)).rejects.toMatchObject(unauthenticatedError);
  });

  it.each(["", "x", "a".repeat(43)])("is rejected if it is %j", async (token) => {
    await expect(refresh(token)).rejects.toMatchObject(unauthenticatedError);
  });

  it("is rejected with a reason if it is missing or too long", async () => {
    const refreshSession = (input: object) => createClient(inProcessTransport(app)).refresh(input);
    await expect(refreshSession({})).rejects.toMatchObject({ status: 400, details: [{ field: "refresh_token" }] });
    await expect(refreshSession({ refresh_token: "a".repeat(513) })).rejects.toMatchObject({ status: 400 });
  });
});

describe("the end of a session", () => {
  const expectEnded = async ({ access_token, refresh_token }: { access_token: string; refresh_token: string }) => {
    await expect(clientFor(access_token).me()).rejects.toMatchObject(unauthenticatedError);
    await expect(refresh(refresh_token)).rejects.toMatchObject(unauthenticatedError);
  };

  it("follows a logout, for this session only", async () => {
    const { user, ...session } = await signInNewUser();
    const elsewhere = await login(user);
    await clientFor(session.access_token).logout();
    await expectEnded(session);
    await expect(clientFor(elsewhere.access_token).me()).resolves.toMatchObject({ status: 200 });
    await expect(refresh(elsewhere.refresh_token)).resolves.toBeDefined();
  });

  it("follows a logout even if the refresh token was just exchanged", async () => {
    const { refresh_token } = await signInNewUser();
    const next = await refresh(refresh_token);
    await clientFor(next.access_token).logout();
    await expect(refresh(refresh_token)).rejects.toMatchObject(unauthenticatedError);
    await expectEnded(next);
  });

  it.each(["SUSPENDED", "INACTIVE"] as const)(
    "follows when the user becomes %s, and stays when they are active again",
    async (status) => {
      const { user, ...session } = await signInNewUser();
      await tenant.admin.setUserStatus({ id: user.id, status });
      await expectEnded(session);
      await tenant.admin.setUserStatus({ id: user.id, status: "ACTIVE" });
      await expectEnded(session);
      await expect(login(user)).resolves.toBeDefined();
    },
  );

  it("follows the deletion of the user", async () => {
    const { user, ...session } = await signInNewUser();
    await tenant.admin.deleteUser({ id: user.id });
    await expectEnded(session);
  });

  it("can be requested by an administrator, for all sessions of a user", async () => {
    const { user, ...session } = await signInNewUser();
    await tenant.admin.revokeUserSessions({ id: user.id });
    await expectEnded(session);
    await expect(clientFor(user.token).me()).rejects.toMatchObject(unauthenticatedError);
    await expect(user.client.revokeUserSessions({ id: user.id })).rejects.toMatchObject({ status: 401 });
    const colleague = await createUser();
    await expect(colleague.client.revokeUserSessions({ id: user.id })).rejects.toMatchObject({ status: 403 });
  });

  it("can be requested by the user, for one session or all others", async () => {
    const { user, access_token } = await signInNewUser();
    const [second, third] = [await login(user), await login(user)];
    const { data: sessions } = await clientFor(access_token).listSessions();
    expect(sessions).toHaveLength(4);
    const current = sessions.filter(({ is_current }) => is_current);
    expect(current).toHaveLength(1);
    // Sessions are listed newest first.
    await clientFor(access_token).revokeSession({ id: sessions[0]?.id as string });
    await expectEnded(third);
    await expect(clientFor(second.access_token).me()).resolves.toMatchObject({ status: 200 });
    await clientFor(access_token).revokeOtherSessions();
    await expectEnded(second);
    const { data: remainingSessions } = await clientFor(access_token).listSessions();
    expect(remainingSessions.map(({ id }) => id)).toEqual([current[0]?.id]);
  });

  it("cannot be requested by others: a foreign, ended or unknown session gives the same response", async () => {
    const { access_token } = await signInNewUser();
    const stranger = await signUp(app);
    const ids = [
      (await tenant.admin.listSessions()).data[0]?.id as string,
      (await stranger.admin.listSessions()).data[0]?.id as string,
      "ses_x",
    ];
    for (const id of ids) await expect(clientFor(access_token).revokeSession({ id })).rejects.toMatchObject({ status: 404 });
    await expect(tenant.admin.me()).resolves.toMatchObject({ status: 200 });
    await expect(stranger.admin.me()).resolves.toMatchObject({ status: 200 });
  });
});

describe("the list of sessions", () => {
  it("shows origin and client of each session's start and last use, without secrets", async () => {
    const user = await createUser();
    const { data } = await createClient(inProcessTransport(app, undefined, "192.0.2.7")).login({
      email: user.email,
      password: PASSWORD,
    });
    const { data: sessions } = await clientFor(data.access_token).listSessions();
    expect(sessions[0]).toMatchObject({ ip_address: "192.0.2.7", user_agent: "test", user_id: user.id, is_current: true });
    expect(Object.keys(sessions[0] ?? {}).sort()).toEqual([
      "created_at",
      "expires_at",
      "id",
      "ip_address",
      "is_active",
      "is_current",
      "last_used_at",
      "user_agent",
      "user_id",
    ]);
    app.setClock({ advance: MINUTE_MS });
    const next = await refresh(data.refresh_token);
    const [used] = (await clientFor(next.access_token).listSessions()).data;
    expect(used?.created_at).toBe(sessions[0]?.created_at);
    expect(String(used?.last_used_at) > String(sessions[0]?.last_used_at)).toBe(true);
  });
});
