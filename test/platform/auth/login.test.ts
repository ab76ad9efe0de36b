import { Clock } from "@crm/core/kernel/clock.ts";
import { OWASP, replaceDerivation } from "@crm/core/platform/auth/password-derivation.ts";
import { Login } from "@crm/core/platform/user/login.ts";
import { type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addUser, CHEAP_DERIVATION, inProcessTransport, PASSWORD, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { expectRejection } from "./rejection.ts";
import { stayInWindow } from "./throttle-window.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterEach(() => app.setClock({ reset: true }));
afterAll(() => app.stop());

const clientAt = (ip: string): Client => createClient(inProcessTransport(app, undefined, ip));
const anonymousClient = (): Client => clientAt("127.0.0.1");

let invitationCount = 0;
const inviteUser = async (): Promise<{ id: string; email: string }> => {
  const names = { first_name: "Inge", last_name: "Invited", role: "USER" as const };
  const { data } = await tenant.admin.createUser({ ...names, email: `invited.${++invitationCount}@x.example` });
  return data;
};

describe("signing in", () => {
  it("responds like signup, regardless of letter case and spaces in the email", async () => {
    const user = await addUser(app, tenant, "SALES_REP");
    const { data } = await anonymousClient().login({ email: `  ${user.email.toUpperCase()} `, password: PASSWORD });
    expect(data).toMatchObject({ token_type: "Bearer", expires_in: 900, user: { id: user.id }, tenant: { id: tenant.id } });
    expect((await createClient(inProcessTransport(app, data.access_token)).me()).data.id).toBe(user.id);
  });

  it("records its time, for the user and in the list", async () => {
    const user = await addUser(app, tenant, "USER");
    app.setClock({ advance: 300_000 });
    const before = Clock.addSeconds(-1);
    const { data } = await anonymousClient().login({ email: user.email, password: PASSWORD });
    expect(String(data.user.last_login_at) > before).toBe(true);
    const { data: rows } = await tenant.admin.listUsers({ limit: 100 });
    expect(rows.find(({ id }) => id === user.id)?.last_login_at).toBe(data.user.last_login_at);
  });

  it("accepts forty concurrent logins of one user", async () => {
    const user = await addUser(app, tenant, "USER");
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => clientAt(`10.0.9.${n % 5}`).login({ email: user.email, password: PASSWORD })),
    );
    expect(new Set(answers.map(({ data }) => data.refresh_token)).size).toBe(40);
  });

  it("gives the same response for a wrong password, an unknown user, and a user without a password", async () => {
    const { email: pending } = await inviteUser();
    const answers = await Promise.all(
      [tenant.email, "unknown@x.example", pending, "no email at all"].map((email) =>
        expectRejection(anonymousClient().login({ email, password: "Wrong-Horse-9000" })),
      ),
    );
    for (const { status, code, message, details } of answers) {
      expect({ status, code, message, details }).toEqual({
        status: 401,
        code: "UNAUTHENTICATED",
        message: "401 UNAUTHENTICATED: Email or password is wrong []",
        details: [],
      });
    }
  });

  it("derives a key for an unknown user or one without a password, like for a wrong password", async () => {
    const { email: pending } = await inviteUser();
    const derived: unknown[] = [];
    replaceDerivation({
      cost: OWASP.cost,
      argon2id({ memory, passes, parallelism, tagLength, ...rest }) {
        derived.push({ memory, passes, parallelism, tagLength });
        return OWASP.argon2id({ ...rest, ...CHEAP_DERIVATION.cost, tagLength });
      },
    });
    try {
      const user = await addUser(app, tenant, "USER");
      derived.length = 0;
      for (const email of [user.email, "unknown.at.all@x.example", pending])
        await expectRejection(anonymousClient().login({ email, password: "Wrong-Horse-9000" }));
      expect(derived).toEqual(Array(3).fill({ ...OWASP.cost, tagLength: 32 }));
    } finally {
      replaceDerivation(CHEAP_DERIVATION);
    }
  });

  it("M3 derives one key and reads no tenant, in however many tenants the email is used", async () => {
    const otherTenants = [await signUp(app), await signUp(app), await signUp(app)];
    const names = { first_name: "Mia", last_name: "Many", role: "USER" as const };
    const emails = ["in.none@x.example", "in.one@x.example", "in.three@x.example"];
    await otherTenants[0]?.admin.createUser({ ...names, email: "in.one@x.example", password: PASSWORD });
    for (const otherTenant of otherTenants)
      await otherTenant.admin.createUser({ ...names, email: "in.three@x.example", password: PASSWORD });
    let derived = 0;
    replaceDerivation({
      ...CHEAP_DERIVATION,
      argon2id(parameters) {
        derived++;
        return CHEAP_DERIVATION.argon2id(parameters);
      },
    });
    const { database } = app.ports;
    const { send } = database;
    const scopes = new Set<string | undefined>();
    database.send = (command, scope) => {
      scopes.add(scope.tenant);
      return send(command, scope);
    };
    try {
      for (const email of emails) {
        derived = 0;
        scopes.clear();
        await expectRejection(anonymousClient().login({ email, password: "Wrong-Horse-9000" }));
        expect([email, derived, [...scopes]]).toEqual([email, 1, [undefined]]);
      }
    } finally {
      database.send = send;
      replaceDerivation(CHEAP_DERIVATION);
    }
    const rejection = await expectRejection(anonymousClient().login({ email: "in.three@x.example", password: PASSWORD }));
    expect(rejection).toMatchObject({ status: 400, details: [{ field: "tenant_slug" }] });
    const slug = String(otherTenants[2]?.slug);
    const { data } = await anonymousClient().login({ email: "in.three@x.example", password: PASSWORD, tenant_slug: slug });
    expect(data.tenant.slug).toBe(slug);
  });

  it("accepts a password set before hashes were stored with the email", async () => {
    const user = await addUser(app, tenant, "USER");
    const { UpdateCommand } = await import("@aws-sdk/lib-dynamodb");
    await app.ports.database.send(
      new UpdateCommand({
        TableName: app.ports.database.table,
        Key: { pk: Login.partitionKey(user.email), sk: tenant.id },
        UpdateExpression: "REMOVE #hash",
        ExpressionAttributeNames: { "#hash": "hash" },
      }),
      { tenant: undefined, keyspaces: ["login"] },
    );
    await expect(anonymousClient().login({ email: user.email, password: PASSWORD })).resolves.toMatchObject({ status: 200 });
    expect((await expectRejection(anonymousClient().login({ email: user.email, password: "Wrong-Horse-9000" }))).status).toBe(
      401,
    );
  });

  it.each(["INACTIVE", "SUSPENDED"] as const)(
    "is refused to a user who is %s, and allowed again once the user is active",
    async (status) => {
      const user = await addUser(app, tenant, "USER");
      await tenant.admin.setUserStatus({ id: user.id, status });
      const rejection = await expectRejection(anonymousClient().login({ email: user.email, password: PASSWORD }));
      expect(rejection).toMatchObject({ status: 401, code: "UNAUTHENTICATED" });
      await tenant.admin.setUserStatus({ id: user.id, status: "ACTIVE" });
      await expect(anonymousClient().login({ email: user.email, password: PASSWORD })).resolves.toMatchObject({ status: 200 });
    },
  );

  it("is refused to a deleted user, and to a restored one until they are active", async () => {
    const user = await addUser(app, tenant, "USER");
    const signIn = () => anonymousClient().login({ email: user.email, password: PASSWORD });
    await tenant.admin.deleteUser({ id: user.id });
    expect((await expectRejection(signIn())).status).toBe(401);
    await tenant.admin.restoreUser({ id: user.id });
    expect((await expectRejection(signIn())).status).toBe(401);
    await tenant.admin.setUserStatus({ id: user.id, status: "ACTIVE" });
    await expect(signIn()).resolves.toMatchObject({ status: 200 });
  });

  it("uses the new email after a change", async () => {
    const user = await addUser(app, tenant, "USER");
    const email = `new.${user.email}`;
    await tenant.admin.updateUser({ id: user.id, email });
    await expect(anonymousClient().login({ email, password: PASSWORD })).resolves.toMatchObject({
      data: { user: { id: user.id } },
    });
    expect((await expectRejection(anonymousClient().login({ email: user.email, password: PASSWORD }))).status).toBe(401);
  });
});

describe("guessing", () => {
  beforeEach(() => stayInWindow(app, 900, 60));

  const guess = (email: string, ip: string) => expectRejection(clientAt(ip).login({ email, password: "Wrong-Horse-9000" }));

  it("is blocked after ten failures for an email and an address, for a quarter of an hour", async () => {
    const { email } = await addUser(app, tenant, "USER");
    for (let n = 0; n < 10; n++) expect((await guess(email, "10.0.0.1")).status).toBe(401);
    const rejection = await guess(email, "10.0.0.1");
    expect(rejection).toMatchObject({ status: 429, code: "RATE_LIMITED" });
    const wait = Number(rejection.headers["retry-after"]);
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(900);
    const right = () => clientAt("10.0.0.1").login({ email, password: PASSWORD });
    expect((await expectRejection(right())).status).toBe(429);
    await expect(clientAt("10.0.0.2").login({ email, password: PASSWORD })).resolves.toMatchObject({ status: 200 });

    app.setClock({ advance: (wait + 1) * 1000 });
    await expect(right()).resolves.toMatchObject({ status: 200 });
  });

  it("counts an email once, in any spelling", async () => {
    const { email } = await addUser(app, tenant, "USER");
    const spellings = [email, email.toUpperCase(), ` ${email}`, `${email}  `, `\t${email}`];
    for (let n = 0; n < 10; n++) expect((await guess(spellings[n % 5] as string, "10.0.1.1")).status).toBe(401);
    for (const spelling of spellings) expect((await guess(spelling, "10.0.1.1")).status).toBe(429);
  });

  it("counts concurrent guesses", async () => {
    const { email } = await addUser(app, tenant, "USER");
    const answers = await Promise.all(Array.from({ length: 40 }, () => guess(email, "10.0.2.1")));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(30);
  });

  it("does not count successful logins", async () => {
    const { email } = await addUser(app, tenant, "USER");
    for (let n = 0; n < 25; n++) await clientAt("10.0.3.1").login({ email, password: PASSWORD });
    for (let n = 0; n < 10; n++) expect((await guess(email, "10.0.3.1")).status).toBe(401);
    expect((await guess(email, "10.0.3.1")).status).toBe(429);
  });

  it("from one address does not lock the user out elsewhere", async () => {
    const { email } = await addUser(app, tenant, "USER");
    await Promise.all(Array.from({ length: 120 }, () => guess(email, "10.0.4.1")));
    await expect(clientAt("10.0.4.2").login({ email, password: PASSWORD })).resolves.toMatchObject({ status: 200 });
  });

  it("from many addresses slows unknown devices, but neither a known device nor open sessions", async () => {
    const { email } = await addUser(app, tenant, "USER");
    const { device_token, refresh_token } = (await clientAt("10.1.0.1").login({ email, password: PASSWORD })).data;
    const guessTwice = async (ip: string) => [(await guess(email, ip)).status, (await guess(email, ip)).status];
    const guesses = await Promise.all(Array.from({ length: 100 }, (_, n) => guess(email, `10.1.1.${n % 20}`)));
    expect(new Set(guesses.map(({ status }) => status))).toEqual(new Set([401]));

    // From now on, each address has two attempts.
    expect(await guessTwice("10.1.2.1")).toEqual([401, 401]);
    const rejection = await expectRejection(clientAt("10.1.2.1").login({ email, password: PASSWORD }));
    expect(rejection).toMatchObject({ status: 429, code: "RATE_LIMITED" });
    expect(Number(rejection.headers["retry-after"])).toBeGreaterThan(0);
    await expect(clientAt("10.1.2.2").login({ email, password: PASSWORD })).resolves.toMatchObject({ status: 200 });

    // After a thousand, an unknown device has none.
    const spread = await Promise.all(Array.from({ length: 450 }, (_, n) => guessTwice(`10.2.${n >> 8}.${n & 255}`)));
    expect(spread.flat().filter((status) => status === 401)).toHaveLength(1000 - 102);
    expect((await expectRejection(clientAt("10.1.2.3").login({ email, password: PASSWORD }))).status).toBe(429);
    for (const ip of ["10.1.0.1", "10.1.1.1", "10.1.2.3"])
      await expect(clientAt(ip).login({ email, password: PASSWORD, device_token })).resolves.toMatchObject({ status: 200 });
    await expect(clientAt("10.1.2.3").refresh({ refresh_token })).resolves.toMatchObject({ status: 200 });
  });

  it("on a known device is blocked after ten failures, forty concurrent ones included, and blocks no other device", async () => {
    const { email } = await addUser(app, tenant, "USER");
    const signIn = async () => (await clientAt("10.3.0.1").login({ email, password: PASSWORD })).data.device_token;
    const [device_token, otherDevice] = [await signIn(), await signIn()];
    const guesses = Array.from({ length: 40 }, () =>
      expectRejection(clientAt("10.3.0.1").login({ email, password: "Wrong-Horse-9000", device_token })),
    );
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect([401, 429].map((expected) => statuses.filter((status) => status === expected).length)).toEqual([10, 30]);
    const rejection = await expectRejection(clientAt("10.3.0.2").login({ email, password: PASSWORD, device_token }));
    expect(rejection).toMatchObject({ status: 429, headers: { "retry-after": expect.stringMatching(/^\d+$/) } });
    for (const input of [{ device_token: otherDevice }, {}])
      await expect(clientAt("10.3.0.1").login({ email, password: PASSWORD, ...input })).resolves.toMatchObject({ status: 200 });
  });

  it("is counted as on an unknown device if the device token is forged, expired, revoked, or of another user or tenant", async () => {
    const [user, colleague] = [await addUser(app, tenant, "USER"), await addUser(app, tenant, "USER")];
    const { email } = user;
    const otherTenant = await signUp(app);
    await otherTenant.admin.createUser({ email, first_name: "Uma", last_name: "Twice", role: "USER", password: PASSWORD });
    const [slug, otherSlug] = [tenant.slug, otherTenant.slug];
    const signIn = async (input: { email: string; tenant_slug: string }) =>
      String((await clientAt("10.4.0.1").login({ ...input, password: PASSWORD })).data.device_token);
    const token = await signIn({ email, tenant_slug: slug });
    const [tenantId = "", userId = "", ...rest] = token.split(".");
    const foreignTokens = [
      await signIn({ email: colleague.email, tenant_slug: slug }),
      await signIn({ email, tenant_slug: otherSlug }),
      [otherTenant.id, userId, ...rest].join("."),
      [tenantId, colleague.id, ...rest].join("."),
      `${token}x`,
      token.slice(0, -1),
      "",
      "...",
    ];
    const useUpAttempts = (of = email) => Promise.all(Array.from({ length: 12 }, () => guess(of, "10.4.0.1")));
    const signInAgain = (device_token: string, more: object = {}) =>
      clientAt("10.4.0.1")
        .login({ email, password: PASSWORD, tenant_slug: slug, device_token, ...more })
        .then(
          ({ status }) => status,
          ({ status }: { status: number }) => status,
        );

    await useUpAttempts();
    for (const foreign of foreignTokens) expect([foreign, await signInAgain(foreign)]).toEqual([foreign, 429]);
    expect(await signInAgain(token, { tenant_slug: otherSlug })).toBe(429);
    expect(await signInAgain(token)).toBe(200);
    // The token names the tenant.
    expect(await signInAgain(token, { tenant_slug: undefined, email: ` ${email.toUpperCase()} ` })).toBe(200);

    const renamed = `renamed.${colleague.email}`;
    await tenant.admin.updateUser({ id: colleague.id, email: renamed });
    await useUpAttempts(renamed);
    expect(await signInAgain(String(foreignTokens[0]), { email: renamed })).toBe(429);

    app.setClock({ advance: 91 * 24 * 60 * 60 * 1000 });
    await useUpAttempts();
    expect(await signInAgain(token)).toBe(429);

    app.setClock({ advance: 900_000 });
    const later = await signIn({ email, tenant_slug: slug });
    const { data } = await clientAt("10.4.0.1").login({ email, password: PASSWORD, tenant_slug: slug });
    const client = createClient(inProcessTransport(app, data.access_token));
    await client.changePassword({ current_password: PASSWORD, password: "Another-Horse-9000" });
    await useUpAttempts();
    expect(await signInAgain(later, { password: "Another-Horse-9000" })).toBe(429);
  });

  it("costs a known device no more table commands, and takes the same for a known and an unknown user", async () => {
    const { email } = await addUser(app, tenant, "USER");
    const { device_token } = (await clientAt("10.5.0.1").login({ email, password: PASSWORD })).data;
    const { database } = app.ports;
    const { send } = database;
    const sent: string[] = [];
    database.send = (command, scope) => {
      sent.push(`${command.constructor.name} ${scope.tenant === undefined ? "no tenant" : "tenant"}`);
      return send(command, scope);
    };
    const recordCommands = async (input: { email: string; password: string; device_token?: string | undefined }) => {
      sent.length = 0;
      const { status } = await clientAt("10.5.0.1")
        .login(input)
        .catch((error: { status: number }) => error);
      return [status, ...sent];
    };
    try {
      const wrong = { email, password: "Wrong-Horse-9000" };
      const [status, ...commands] = await recordCommands(wrong);
      expect([status, commands.length]).toEqual([401, 5]);
      expect(await recordCommands({ ...wrong, email: "unknown.too@x.example" })).toEqual([status, ...commands]);
      expect((await recordCommands({ ...wrong, device_token })).length).toBeLessThan(commands.length);
      const right = { email, password: PASSWORD };
      expect((await recordCommands({ ...right, device_token })).length).toBeLessThan((await recordCommands(right)).length);
    } finally {
      database.send = send;
    }
  });

  it("M3 many emails from one address is blocked after a hundred failures, but not elsewhere", async () => {
    const { email } = await addUser(app, tenant, "USER");
    const statuses: number[] = [];
    for (let n = 0; n < 103; n++) statuses.push((await guess(`many.${n}@x.example`, "10.0.8.1")).status);
    expect(statuses.indexOf(429)).toBe(100);
    expect((await expectRejection(clientAt("10.0.8.1").login({ email, password: PASSWORD }))).status).toBe(429);
    await expect(clientAt("10.0.8.2").login({ email, password: PASSWORD })).resolves.toMatchObject({ status: 200 });
  });

  it("M3 ignores successful logins, and counts an IPv6 network as one address", async () => {
    const { email } = await addUser(app, tenant, "USER");
    for (let n = 0; n < 95; n++) await guess(`many.${n}@y.example`, `2001:db8:0:1::${n.toString(16)}`);
    for (let n = 0; n < 20; n++) await clientAt("2001:db8:0:1::1").login({ email, password: PASSWORD });
    for (let n = 95; n < 100; n++) expect((await guess(`many.${n}@y.example`, "2001:0db8:0000:0001:1:2:3:4")).status).toBe(401);
    expect((await guess("more@y.example", "2001:db8:0:1:ffff::")).status).toBe(429);
    expect((await guess("more@y.example", "2001:db8:0:2::1")).status).toBe(401);
  });

  it("is counted for unknown users in the same way", async () => {
    for (let n = 0; n < 10; n++) expect((await guess("ghost@x.example", "10.0.7.1")).status).toBe(401);
    expect((await guess("ghost@x.example", "10.0.7.1")).status).toBe(429);
  });
});
