import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  addUser,
  inProcessTransport,
  PASSWORD,
  signUp,
  startTestApp,
  type Tenant,
  type TestUser,
  waitUntil,
} from "../../support/app.ts";
import { stayInWindow } from "./throttle-window.ts";

let app: App;
let tenant: Tenant;
const meter = { read: 0, write: 0, commands: 0 };

const SECOND_MS = 1000;
const HOUR_MS = 60 * 60 * SECOND_MS;
const DAY_MS = 24 * HOUR_MS;
const NEXT_PASSWORD = "Another-Horse-9000";

beforeAll(async () => {
  app = await startTestApp({ meter });
  tenant = await signUp(app);
});
beforeEach(() => stayInWindow(app, 900, 30));
afterEach(() => app.setClock({ reset: true }));
afterAll(() => app.stop());

const anonymousClient = (ip?: string) => createClient(inProcessTransport(app, undefined, ip));
const login = async (email: string, password: string) =>
  (await anonymousClient().login({ email, password, tenant_slug: tenant.slug })).data;
const wrongPasswordError = { status: 401, code: "UNAUTHENTICATED" };
const invalidLinkError = { status: 400, code: "VALIDATION_ERROR", details: [{ field: "token" }] };

async function listMails(email: string) {
  await app.settle();
  return app.mail.sent(email);
}

/** The token of the last link mailed to the address. */
async function readLinkToken(email: string): Promise<string> {
  const text = (await listMails(email)).at(-1)?.text ?? "";
  return decodeURIComponent(/token=(\S+)/.exec(text)?.[1] ?? expect.fail(`No link in ${JSON.stringify(text)}`));
}

/** A new session of the administrator, for use after the clock has moved. */
const signInAgain = async () => createClient(inProcessTransport(app, (await login(tenant.email, tenant.password)).access_token));

let invitationCount = 0;
async function inviteUser(more: Record<string, unknown> = {}) {
  const email = `invited${++invitationCount}@${tenant.slug}.example`;
  const input = { email, first_name: "Inge", last_name: "Invited", role: "USER", ...more };
  return (await tenant.admin.createUser(input)).data;
}

describe("a password change", () => {
  it("needs the old password, signs in with the new one only, and ends other sessions", async () => {
    const user = await addUser(app, tenant, "USER");
    const elsewhere = await login(user.email, PASSWORD);
    await user.client.changePassword({ current_password: PASSWORD, password: NEXT_PASSWORD });
    await expect(login(user.email, PASSWORD)).rejects.toMatchObject(wrongPasswordError);
    await expect(login(user.email, NEXT_PASSWORD)).resolves.toBeDefined();
    await expect(user.client.me()).resolves.toMatchObject({ status: 200 });
    await expect(createClient(inProcessTransport(app, elsewhere.access_token)).me()).rejects.toMatchObject(wrongPasswordError);
    await expect(anonymousClient().refresh({ refresh_token: elsewhere.refresh_token })).rejects.toMatchObject(wrongPasswordError);
  });

  it("leaves no session that was opened with the old password meanwhile", async () => {
    const user = await addUser(app, tenant, "USER");
    let isChanged = false;
    // Each login starts one command later than the last: before, during and after the password change.
    const late = async (commands: number) => {
      const from = meter.commands;
      await waitUntil(() => isChanged || meter.commands >= from + commands);
      return (await login(user.email, PASSWORD)).refresh_token;
    };
    const logins = Promise.allSettled(Array.from({ length: 9 }, (_, n) => late(n)));
    await user.client.changePassword({ current_password: PASSWORD, password: NEXT_PASSWORD });
    isChanged = true;
    const refreshTokens = (await logins).flatMap((login) => (login.status === "fulfilled" ? [login.value] : []));
    for (const refresh_token of refreshTokens)
      await expect(anonymousClient().refresh({ refresh_token })).rejects.toMatchObject(wrongPasswordError);
    const { data: sessions } = await user.client.listSessions();
    expect(sessions).toHaveLength(1);
  });

  it("records its time", async () => {
    const user = await addUser(app, tenant, "USER");
    const before = (await user.client.me()).data.password_changed_at;
    app.setClock({ advance: 60 * SECOND_MS });
    await user.client.changePassword({ current_password: PASSWORD, password: NEXT_PASSWORD });
    expect(String((await user.client.me()).data.password_changed_at) > String(before)).toBe(true);
  });

  it("is rejected without the old password, and blocked after ten guesses", async () => {
    const user = await addUser(app, tenant, "USER");
    const guess = () => user.client.changePassword({ current_password: "Wrong-Horse-9000", password: NEXT_PASSWORD });
    for (let n = 0; n < 10; n++) await expect(guess()).rejects.toMatchObject({ details: [{ field: "current_password" }] });
    await expect(guess()).rejects.toMatchObject({ status: 429 });
    await expect(user.client.changePassword({ current_password: PASSWORD, password: NEXT_PASSWORD })).rejects.toMatchObject({
      status: 429,
    });
    await expect(login(user.email, PASSWORD)).resolves.toBeDefined();
  });

  it.each(["short", "password123", "Uma-was-here-User1"])("is rejected for %s", async (password) => {
    const user = await addUser(app, tenant, "USER");
    const passwordChange = user.client.changePassword({ current_password: PASSWORD, password });
    await expect(passwordChange).rejects.toMatchObject({ status: 400, details: [{ field: "password" }] });
    await expect(login(user.email, PASSWORD)).resolves.toBeDefined();
  });
});

describe("a forgotten password", () => {
  const forget = (email: string, ip?: string) => anonymousClient(ip).forgotPassword({ email });

  it("is reset by the link of a mail, which ends all sessions", async () => {
    const user = await addUser(app, tenant, "USER");
    await forget(user.email.toUpperCase());
    const token = await readLinkToken(user.email);
    const { status } = await anonymousClient().resetPassword({ token, password: NEXT_PASSWORD });
    expect(status).toBe(200);
    await expect(user.client.me()).rejects.toMatchObject(wrongPasswordError);
    await expect(login(user.email, PASSWORD)).rejects.toMatchObject(wrongPasswordError);
    await expect(login(user.email, NEXT_PASSWORD)).resolves.toBeDefined();
  });

  it("has a link that works once, also for ten concurrent requests", async () => {
    const user = await addUser(app, tenant, "USER");
    await forget(user.email);
    const token = await readLinkToken(user.email);
    const passwords = Array.from({ length: 10 }, (_, n) => `Another-Horse-${n}000`);
    const answers = await Promise.allSettled(passwords.map((password) => anonymousClient().resetPassword({ token, password })));
    const acceptedPasswords = answers.flatMap((answer, index) =>
      answer.status === "fulfilled" ? [passwords[index] as string] : [],
    );
    expect(acceptedPasswords).toHaveLength(1);
    await expect(login(user.email, acceptedPasswords[0] as string)).resolves.toBeDefined();
    await expect(anonymousClient().resetPassword({ token, password: NEXT_PASSWORD })).rejects.toMatchObject(invalidLinkError);
  });

  it("has a link that is valid for an hour", async () => {
    const user = await addUser(app, tenant, "USER");
    await forget(user.email);
    const token = await readLinkToken(user.email);
    app.setClock({ advance: HOUR_MS - 5 * SECOND_MS });
    await expect(anonymousClient().resetPassword({ token, password: "short" })).rejects.toMatchObject({
      details: [{ field: "password" }],
    });
    app.setClock({ advance: 6 * SECOND_MS });
    await expect(anonymousClient().resetPassword({ token, password: NEXT_PASSWORD })).rejects.toMatchObject(invalidLinkError);
    await expect(login(user.email, PASSWORD)).resolves.toBeDefined();
  });

  it("M3 has a link that later requests do not end; the first one used ends all others", async () => {
    const user = await addUser(app, tenant, "USER");
    await forget(user.email);
    const earlierToken = await readLinkToken(user.email);
    app.setClock({ advance: SECOND_MS });
    await forget(user.email);
    const laterToken = await readLinkToken(user.email);
    await expect(anonymousClient().resetPassword({ token: earlierToken, password: NEXT_PASSWORD })).resolves.toMatchObject({
      status: 200,
    });
    await expect(anonymousClient().resetPassword({ token: laterToken, password: NEXT_PASSWORD })).rejects.toMatchObject(
      invalidLinkError,
    );
  });

  it.each([
    [
      "the password was changed",
      (user: TestUser) => user.client.changePassword({ current_password: PASSWORD, password: NEXT_PASSWORD }),
    ],
    ["the email was changed", (user: TestUser) => tenant.admin.updateUser({ id: user.id, email: `new.${user.email}` })],
    ["the user was suspended", (user: TestUser) => tenant.admin.setUserStatus({ id: user.id, status: "SUSPENDED" })],
    ["the user was deleted", (user: TestUser) => tenant.admin.deleteUser({ id: user.id })],
  ])("has an invalid link once %s", async (_, happens) => {
    const user = await addUser(app, tenant, "USER");
    await forget(user.email);
    const token = await readLinkToken(user.email);
    await happens(user);
    await expect(anonymousClient().resetPassword({ token, password: "Third-Horse-9000" })).rejects.toMatchObject(
      invalidLinkError,
    );
  });

  it("has a link that cannot be forged, or used for another user or tenant", async () => {
    const [user, colleague] = [await addUser(app, tenant, "USER"), await addUser(app, tenant, "USER")];
    await Promise.all([forget(user.email), forget(colleague.email)]);
    const [tenantId = "", userId = "", timestamp = "", signature = ""] = (await readLinkToken(user.email)).split(".");
    const stranger = await signUp(app);
    const bad = [
      "",
      "x",
      `${tenantId}.${userId}.`,
      `${tenantId}.${userId}.${signature}`,
      `${tenantId}.${userId}..${signature}`,
      `${tenantId}.${colleague.id}.${timestamp}.${signature}`,
      `${stranger.id}.${userId}.${timestamp}.${signature}`,
      `${tenantId}.${userId}.${timestamp}.${signature}x`,
      `${tenantId}.${userId}.${timestamp}0.${signature}`,
      `${tenantId}.${userId}.${(Number.parseInt(timestamp, 36) + 1).toString(36)}.${signature}`,
      `${tenantId}.${userId}.zzzzzzzzzz.${signature}`,
      `${userId}.${tenantId}.${timestamp}.${signature}`,
      `${tenantId}.${tenant.userId}.${timestamp}.${signature}`,
    ];
    for (const token of bad)
      await expect(anonymousClient().resetPassword({ token, password: NEXT_PASSWORD })).rejects.toMatchObject(invalidLinkError);
  });

  it("gets the same response for known and unknown users, but a mail only for known ones", async () => {
    const { email: pending } = await inviteUser();
    const suspended = await addUser(app, tenant, "USER");
    await tenant.admin.setUserStatus({ id: suspended.id, status: "SUSPENDED" });
    const activeUser = await addUser(app, tenant, "USER");
    const before = (await listMails(pending)).length;
    const emails = [activeUser.email, "unknown@x.example", pending, suspended.email];
    const answers = await Promise.all(emails.map((email) => forget(email)));
    expect(new Set(answers.map(({ status, data }) => JSON.stringify([status, data]))).size).toBe(1);
    expect(answers[0]?.status).toBe(202);
    expect(await listMails(activeUser.email)).toHaveLength(1);
    expect(await listMails("unknown@x.example")).toHaveLength(0);
    expect(await listMails(suspended.email)).toHaveLength(0);
    expect(await listMails(pending)).toHaveLength(before);
  });

  it("M3 uses the same table commands for an unknown email, and reads no tenant", async () => {
    const user = await addUser(app, tenant, "USER");
    const otherTenant = await signUp(app);
    const email = `three@${tenant.slug}.example`;
    const input = { email, first_name: "Tea", last_name: "Three", role: "USER" as const, password: PASSWORD };
    await Promise.all([tenant.admin.createUser(input), otherTenant.admin.createUser(input)]);
    const { database } = app.ports;
    const { send } = database;
    const sent: string[] = [];
    database.send = (command, scope) => {
      sent.push(`${command.constructor.name} ${scope.tenant ?? "no tenant"}`);
      return send(command, scope);
    };
    const recordCommands = async (to: string): Promise<string[]> => {
      sent.length = 0;
      await forget(to, "10.3.0.1");
      return [...sent];
    };
    try {
      const [unknownCommands, userCommands, two] = [
        await recordCommands("unknown.knows@x.example"),
        await recordCommands(user.email),
        await recordCommands(email),
      ];
      expect(userCommands).toEqual(unknownCommands);
      expect(two).toEqual(unknownCommands);
      expect(unknownCommands.every((command) => command.endsWith(" no tenant"))).toBe(true);
    } finally {
      database.send = send;
    }
    expect(await listMails(email)).toHaveLength(2);
  });

  it("is requested in each tenant of the email, or in the named one", async () => {
    const otherTenant = await signUp(app);
    const email = `both@${tenant.slug}.example`;
    const input = { email, first_name: "Bo", last_name: "Both", role: "USER" as const, password: PASSWORD };
    await Promise.all([tenant.admin.createUser(input), otherTenant.admin.createUser(input)]);
    await forget(email);
    expect(await listMails(email)).toHaveLength(2);
    await anonymousClient().forgotPassword({ email, tenant_slug: otherTenant.slug });
    const mails = await listMails(email);
    expect(mails).toHaveLength(3);
    expect(mails.at(-1)?.text).toContain(`Tenant ${otherTenant.slug}`);
  });

  it("is limited to a few mails, regardless of the origin of requests", async () => {
    const user = await addUser(app, tenant, "USER");
    for (let n = 0; n < 5; n++) await forget(user.email, "10.2.0.1");
    await expect(forget(user.email, "10.2.0.1")).rejects.toMatchObject({ status: 429 });
    for (let n = 0; n < 5; n++) await forget(user.email, "10.2.0.2");
    await expect(forget(user.email, "10.2.0.3")).rejects.toMatchObject({ status: 429 });
  });
});

describe("an invitation", () => {
  it("waits for a password by the link of a mail, and signs in with it", async () => {
    const user = await inviteUser();
    expect(user).toMatchObject({ status: "PENDING_ACTIVATION", password_changed_at: null });
    const [mail] = await listMails(user.email);
    expect(mail?.subject).toBe(`Your invitation to Tenant ${tenant.slug}`);
    const token = await readLinkToken(user.email);
    const { data } = await anonymousClient().activate({ token, password: NEXT_PASSWORD });
    expect(data.user).toMatchObject({ id: user.id, status: "ACTIVE" });
    await expect(createClient(inProcessTransport(app, data.access_token)).me()).resolves.toMatchObject({ status: 200 });
    await expect(login(user.email, NEXT_PASSWORD)).resolves.toBeDefined();
    await expect(anonymousClient().activate({ token, password: NEXT_PASSWORD })).rejects.toMatchObject(invalidLinkError);
  });

  it("M4 is sent to one address five times an hour at most, and the next request is rejected", async () => {
    const user = await inviteUser();
    for (let n = 0; n < 5; n++) await tenant.admin.inviteUser({ id: user.id });
    await expect(tenant.admin.inviteUser({ id: user.id })).rejects.toMatchObject({ status: 429 });
    // The first email was sent when the user was created.
    expect(await listMails(user.email)).toHaveLength(5);
    const otherTenant = await signUp(app);
    await otherTenant.admin.createUser({ email: user.email, first_name: "Inge", last_name: "Elsewhere", role: "USER" });
    expect(await listMails(user.email)).toHaveLength(5);
    app.setClock({ advance: HOUR_MS });
    await (await signInAgain()).inviteUser({ id: user.id });
    expect(await listMails(user.email)).toHaveLength(6);
  });

  it("M4 contains names, but no links, numbers or requests from them", async () => {
    const otherTenant = await signUp(app);
    const name = "You won! http://evil.example/x?a=1 Bcc: a@b.example call 0190-123456 ✆ <a href=x>".padEnd(200, "!");
    await otherTenant.admin.updateTenant({ name });
    const email = `victim@${otherTenant.slug}.example`;
    await otherTenant.admin.createUser({ email, first_name: "Visit www.evil.example now", last_name: "X.", role: "USER" });
    const [mail] = await listMails(email);
    expect(mail?.subject).toBe("Your invitation to You won http evil example x a 1 Bcc a b example ca");
    const words = String(mail?.text).replace(/http:\/\/127\.0\.0\.1:3000\/crm\/activate\?token=[\w.-]+/, "");
    expect(words).not.toMatch(/[a-z]\.[a-z]|:\/\/|@|<|\d{5}/i);
  });

  it("makes the user assignable at once when accepted", async () => {
    const user = await inviteUser({ role: "SALES_REP" });
    const { data: lead } = await tenant.admin.createLead({ first_name: "L", last_name: "L" });
    const give = () => tenant.admin.updateLead({ id: lead.id, owner_id: user.id });
    await expect(give()).rejects.toMatchObject({ status: 400, details: [{ field: "owner_id" }] });
    await anonymousClient().activate({ token: await readLinkToken(user.email), password: NEXT_PASSWORD });
    await expect(give()).resolves.toMatchObject({ data: { owner_id: user.id } });
  });

  it("is valid for seven days, and can be sent again, which ends the earlier link", async () => {
    const user = await inviteUser();
    const first = await readLinkToken(user.email);
    app.setClock({ advance: 7 * DAY_MS + SECOND_MS });
    await expect(anonymousClient().activate({ token: first, password: NEXT_PASSWORD })).rejects.toMatchObject(invalidLinkError);
    const admin = createClient(inProcessTransport(app, (await login(tenant.email, tenant.password)).access_token));
    await admin.inviteUser({ id: user.id });
    const second = await readLinkToken(user.email);
    app.setClock({ advance: SECOND_MS });
    await admin.inviteUser({ id: user.id });
    const third = await readLinkToken(user.email);
    await expect(anonymousClient().activate({ token: second, password: NEXT_PASSWORD })).rejects.toMatchObject(invalidLinkError);
    await expect(anonymousClient().activate({ token: third, password: NEXT_PASSWORD })).resolves.toMatchObject({ status: 200 });
    await expect(admin.inviteUser({ id: user.id })).rejects.toMatchObject({ status: 409 });
  });

  it("goes to the new address if the email is corrected, and the old link becomes invalid", async () => {
    const user = await inviteUser();
    const old = await readLinkToken(user.email);
    const email = `corrected.${user.email}`;
    app.setClock({ advance: SECOND_MS });
    await tenant.admin.updateUser({ id: user.id, email });
    await expect(anonymousClient().activate({ token: old, password: NEXT_PASSWORD })).rejects.toMatchObject(invalidLinkError);
    await expect(
      anonymousClient().activate({ token: await readLinkToken(email), password: NEXT_PASSWORD }),
    ).resolves.toMatchObject({ status: 200 });
  });

  it("does not admit a suspended user, and cannot be skipped by activating the user", async () => {
    const user = await inviteUser();
    const token = await readLinkToken(user.email);
    await tenant.admin.setUserStatus({ id: user.id, status: "SUSPENDED" });
    await expect(anonymousClient().activate({ token, password: NEXT_PASSWORD })).rejects.toMatchObject(invalidLinkError);
    const activate = tenant.admin.setUserStatus({ id: user.id, status: "ACTIVE" });
    await expect(activate).rejects.toMatchObject({ status: 422, details: [{ field: "status" }] });
    app.setClock({ advance: SECOND_MS });
    await tenant.admin.inviteUser({ id: user.id });
    await expect(
      anonymousClient().activate({ token: await readLinkToken(user.email), password: NEXT_PASSWORD }),
    ).resolves.toMatchObject({ status: 200 });
  });

  it("works once for ten concurrent requests", async () => {
    const user = await inviteUser();
    const token = await readLinkToken(user.email);
    const passwords = Array.from({ length: 10 }, (_, n) => `Another-Horse-${n}000`);
    const answers = await Promise.allSettled(passwords.map((password) => anonymousClient().activate({ token, password })));
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("cannot be used to reset a password, and vice versa", async () => {
    const user = await inviteUser();
    const token = await readLinkToken(user.email);
    await expect(anonymousClient().resetPassword({ token, password: NEXT_PASSWORD })).rejects.toMatchObject(invalidLinkError);
    const active = await addUser(app, tenant, "USER");
    await anonymousClient().forgotPassword({ email: active.email });
    await expect(
      anonymousClient().activate({ token: await readLinkToken(active.email), password: NEXT_PASSWORD }),
    ).rejects.toMatchObject(invalidLinkError);
  });
});
