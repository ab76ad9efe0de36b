import { Clock } from "@crm/core/kernel/clock.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, PASSWORD, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { expectRejection } from "../auth/rejection.ts";
import { dumpTable } from "../auth/table-dump.ts";
import { showCode } from "./factory.ts";

let app: App;
let tenant: Tenant;

const MINUTE_MS = 60_000;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterEach(() => app.setClock({ reset: true }));
afterAll(() => app.stop());

const clientFor = (token: string) => createClient(inProcessTransport(app, token));
const anonymous = createClient((request) => inProcessTransport(app)(request));
type Login = Parameters<typeof anonymous.login>[0];
const login = async (input: Login) => (await anonymous.login(input)).data;

/** Moves the clock to the middle of another step, so that the next code is a new one and the step does not end during the test. */
const nextStep = (): void => {
  const untilNext = 30_000 - (Clock.ms() % 30_000);
  app.setClock({ advance: untilNext + 15_000 });
};

interface Enrolled {
  user: TestUser;
  secret: string;
  codes: string[];
}

/** Switches the second factor of a user on, and moves to a step whose code is unused. */
async function enrol(user: TestUser): Promise<Enrolled> {
  const { data: setUp } = await user.client.beginMySecondFactor({ password: PASSWORD });
  nextStep();
  const { data } = await user.client.confirmMySecondFactor({ code: showCode(setUp.secret) });
  nextStep();
  return { user, secret: setUp.secret, codes: data.recovery_codes };
}

const enrolNew = async (owner: Tenant = tenant): Promise<Enrolled> => enrol(await addUser(app, owner, "SALES_REP"));

/** Sends the password, and returns the challenge. */
async function sendPassword({ email }: { email: string }): Promise<string> {
  const refusal = await expectRejection(login({ email, password: PASSWORD }));
  expect(refusal).toMatchObject({ status: 401, code: "SECOND_FACTOR_REQUIRED" });
  return challengeOf(refusal);
}
const challengeOf = ({ challenge }: { challenge: string | undefined }): string => challenge ?? expect.fail("No challenge");

const mailSubjects = async (email: string): Promise<string[]> => {
  await app.settle();
  return app.mail.sent(email).map(({ subject }) => subject);
};

describe("the set-up", () => {
  it("asks for the password, and is off until a code confirms it", async () => {
    const user = await addUser(app, tenant, "USER");
    const wrong = await expectRejection(user.client.beginMySecondFactor({ password: "Wrong-Horse-9000" }));
    expect(wrong.details).toEqual([{ field: "password", message: "Wrong password" }]);
    const { data: setUp } = await user.client.beginMySecondFactor({ password: PASSWORD });
    expect(setUp.otpauth_uri).toContain(`secret=${setUp.secret}&issuer=`);
    expect((await login({ email: user.email, password: PASSWORD })).user.id).toBe(user.id);
    const refusal = await expectRejection(user.client.confirmMySecondFactor({ code: "000" }));
    expect(refusal.details).toEqual([{ field: "code", message: "The code is wrong or was used before" }]);
    expect((await user.client.getMySecondFactor()).data).toMatchObject({ is_on: false, is_required: false });
    app.setClock({ advance: 10 * MINUTE_MS });
    const { data } = await user.client.confirmMySecondFactor({ code: showCode(setUp.secret) });
    expect(new Set(data.recovery_codes).size).toBe(10);
    expect((await user.client.getMySecondFactor()).data).toMatchObject({ is_on: true, recovery_codes_left: 10 });
    expect(await expectRejection(user.client.beginMySecondFactor({ password: PASSWORD }))).toMatchObject({ status: 409 });
    expect(await mailSubjects(user.email)).toContain("Two-factor sign-in is on");
  });

  it("expires after a quarter of an hour", async () => {
    const user = await addUser(app, tenant, "USER");
    const { data: setUp } = await user.client.beginMySecondFactor({ password: PASSWORD });
    app.setClock({ advance: 15 * MINUTE_MS });
    const session = clientFor((await login({ email: user.email, password: PASSWORD })).access_token);
    expect(await expectRejection(session.confirmMySecondFactor({ code: showCode(setUp.secret) }))).toMatchObject({ status: 409 });
  });

  it("ends all other sessions, and stores neither the secret nor a recovery code in the clear", async () => {
    const user = await addUser(app, tenant, "USER");
    const other = await login({ email: user.email, password: PASSWORD });
    const { secret, codes } = await enrol(user);
    expect(await expectRejection(anonymous.refresh({ refresh_token: other.refresh_token }))).toMatchObject({ status: 401 });
    expect((await user.client.listSessions()).data).toHaveLength(1);
    const stored = JSON.stringify(await dumpTable(app));
    for (const text of [secret, ...codes, ...codes.map((code) => code.replaceAll("-", ""))]) expect(stored).not.toContain(text);
  });

  it("is refused to API keys, and to an administrator who views the data as a role", async () => {
    const { key } = (await tenant.admin.createApiKey({ name: "Program", role: "ADMIN" })).data;
    expect(await expectRejection(clientFor(key).beginMySecondFactor({ password: PASSWORD }))).toMatchObject({ status: 403 });
    await tenant.admin.updateMyPreferences({ view_as_role: "USER" });
    const send = inProcessTransport(app, tenant.token);
    const viewing = createClient((request) => send({ ...request, headers: { ...request.headers, "x-view-as": "USER" } }));
    const proof = { password: PASSWORD, code: "123456" };
    for (const call of [
      () => viewing.beginMySecondFactor({ password: PASSWORD }),
      () => viewing.confirmMySecondFactor({ code: "123456" }),
      () => viewing.renewMyRecoveryCodes(proof),
      () => viewing.switchOffMySecondFactor(proof),
    ])
      expect((await expectRejection(call())).message).toContain("You view the data as another role");
    await tenant.admin.updateMyPreferences({ view_as_role: null });
  });
});

describe("signing in with a second factor", () => {
  it("needs a code with the challenge of the password, and gives a session", async () => {
    const { user, secret } = await enrolNew();
    const challenge = await sendPassword(user);
    const signedIn = await login({ challenge, code: `${showCode(secret).slice(0, 3)} ${showCode(secret).slice(3)}` });
    expect(signedIn).toMatchObject({ user: { id: user.id }, tenant: { id: tenant.id } });
    expect((await clientFor(signedIn.access_token).me()).data.id).toBe(user.id);
  });

  it("gives no challenge for a wrong password, and counts a right password as no failure", async () => {
    const { user } = await enrolNew();
    const refusals = await Promise.all(
      [user.email, "unknown@x.example"].map((email) => expectRejection(login({ email, password: "Wrong-Horse-9000" }))),
    );
    for (const { status, code, message, challenge } of refusals) {
      expect([status, code, message]).toEqual([401, "UNAUTHENTICATED", "401 UNAUTHENTICATED: Email or password is wrong []"]);
      expect(challenge).toBeUndefined();
    }
    for (let attempt = 0; attempt < 12; attempt++) await sendPassword(user);
  });

  it("asks for a code on a known device too", async () => {
    const user = await addUser(app, tenant, "USER");
    const { device_token } = await login({ email: user.email, password: PASSWORD });
    await enrol(user);
    const refusal = await expectRejection(
      login({ email: user.email, password: PASSWORD, ...(device_token ? { device_token } : {}) }),
    );
    expect(refusal.code).toBe("SECOND_FACTOR_REQUIRED");
  });

  it("accepts a code once, also of two requests at once", async () => {
    const { user, secret } = await enrolNew();
    const challenge = await sendPassword(user);
    const code = showCode(secret);
    const outcomes = await Promise.allSettled([login({ challenge, code }), login({ challenge, code })]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const again = await expectRejection(login({ challenge, code }));
    expect(again).toMatchObject({ status: 401, code: "UNAUTHENTICATED", details: [{ field: "code" }] });
    const older = await expectRejection(login({ challenge, code: showCode(secret, -1) }));
    expect(older.status).toBe(401);
    expect((await login({ challenge, code: showCode(secret, 1) })).user.id).toBe(user.id);
  });

  it("accepts a recovery code once, in any spelling, and tells the user by mail", async () => {
    const { user, codes } = await enrolNew();
    const challenge = await sendPassword(user);
    const [code = ""] = codes;
    const inputs = [code, ` ${code.toLowerCase().replaceAll("-", " ")}`];
    const outcomes = await Promise.allSettled(inputs.map((input) => login({ challenge, code: input })));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await expectRejection(login({ challenge, code }))).status).toBe(401);
    expect((await user.client.getMySecondFactor()).data.recovery_codes_left).toBe(9);
    expect(await mailSubjects(user.email)).toContain("A recovery code was used");
  });

  it("refuses a challenge that has expired, is changed, is of a former password, or names another user or tenant", async () => {
    const { user, secret } = await enrolNew();
    const otherTenant = await signUp(app);
    const other = await enrolNew(otherTenant);
    const challenge = await sendPassword(user);
    const [, userId = "", ...rest] = challenge.split(".");
    const foreign = await sendPassword(other.user);
    const forged = [
      [otherTenant.id, userId, ...rest].join("."),
      [tenant.id, other.user.id, ...rest].join("."),
      `${challenge}x`,
      "",
    ];
    for (const token of forged) {
      const refusal = await expectRejection(login({ challenge: token, code: showCode(secret) }));
      expect(refusal.details.map(({ field }) => field)).toEqual(["challenge"]);
    }
    expect((await expectRejection(login({ challenge: foreign, code: showCode(secret) }))).details[0]?.field).toBe("code");
    await user.client.changePassword({ current_password: PASSWORD, password: "Correct-Horse-77-Battery" });
    const former = await expectRejection(login({ challenge, code: showCode(secret) }));
    expect(former).toMatchObject({ status: 401, details: [{ field: "challenge" }] });
    app.setClock({ advance: 5 * MINUTE_MS });
    const late = await expectRejection(login({ challenge: foreign, code: showCode(other.secret) }));
    expect(late).toMatchObject({ status: 401, details: [{ field: "challenge" }] });
  });

  it("refuses an input that is neither a password nor a continuation", async () => {
    const none = await expectRejection(login({}));
    expect(none.details.map(({ field }) => field)).toEqual(["email", "password"]);
    const both = await expectRejection(login({ email: "a@x.example", password: PASSWORD, challenge: "x", code: "123456" }));
    expect(both.details.map(({ field }) => field)).toEqual(["email", "password"]);
  });

  it("limits wrong codes to ten in a quarter of an hour, records them, and sends one mail", async () => {
    const { user, secret } = await enrolNew();
    app.setClock({ advance: 15 * MINUTE_MS - (Clock.ms() % (15 * MINUTE_MS)) + 1000 });
    const challenge = await sendPassword(user);
    for (let attempt = 0; attempt < 10; attempt++)
      expect((await expectRejection(login({ challenge, code: "WRONG" }))).status).toBe(401);
    expect((await expectRejection(login({ challenge, code: showCode(secret) }))).status).toBe(429);
    expect((await mailSubjects(user.email)).filter((subject) => subject === "Wrong codes at your sign-in")).toHaveLength(1);
    // The move of the clock may have outlived the administrator's access token.
    app.setClock({ reset: true });
    const { data: entries } = await tenant.admin.listAuditEntries({ record_type: "second_factor", limit: 100 });
    const failures = entries.filter(({ changed }) => changed?.includes("failed_attempts"));
    expect(failures.length).toBeGreaterThanOrEqual(10);
  });

  it("is asked for after a reset of the password", async () => {
    const { user } = await enrolNew();
    await anonymous.forgotPassword({ email: user.email });
    await app.settle();
    const text = app.mail.sent(user.email).find(({ subject }) => subject === "Choose a new password")?.text ?? "";
    const token = decodeURIComponent(/token=(\S+)/.exec(text)?.[1] ?? "");
    const password = "Correct-Horse-78-Battery";
    await anonymous.resetPassword({ token, password });
    expect((await expectRejection(login({ email: user.email, password }))).code).toBe("SECOND_FACTOR_REQUIRED");
  });
});

describe("a change of the second factor", () => {
  it("needs the password and a code", async () => {
    const { user, secret, codes } = await enrolNew();
    const code = showCode(secret);
    const wrong = [
      () => user.client.renewMyRecoveryCodes({ password: "Wrong-Horse-9000", code }),
      () => user.client.switchOffMySecondFactor({ password: "Wrong-Horse-9000", code }),
      () => user.client.renewMyRecoveryCodes({ password: PASSWORD, code: "WRONG" }),
      () => user.client.switchOffMySecondFactor({ password: PASSWORD, code: "WRONG" }),
    ];
    for (const call of wrong) expect(await expectRejection(call())).toMatchObject({ status: 400 });
    const { data } = await user.client.renewMyRecoveryCodes({ password: PASSWORD, code });
    const former = await expectRejection(user.client.switchOffMySecondFactor({ password: PASSWORD, code: String(codes[0]) }));
    expect(former.details[0]?.field).toBe("code");
    await user.client.switchOffMySecondFactor({ password: PASSWORD, code: String(data.recovery_codes[0]) });
    expect((await login({ email: user.email, password: PASSWORD })).user.id).toBe(user.id);
    expect(await mailSubjects(user.email)).toEqual(
      expect.arrayContaining(["Your recovery codes were replaced", "Two-factor sign-in is off"]),
    );
  });

  it("by an administrator removes it, which the audit trail records", async () => {
    const { user } = await enrolNew();
    const leader = await addUser(app, tenant, "DIRECTOR");
    expect((await expectRejection(leader.client.removeUserSecondFactor({ id: user.id }))).status).toBe(403);
    const otherTenant = await signUp(app);
    expect((await expectRejection(otherTenant.admin.removeUserSecondFactor({ id: user.id }))).status).toBe(404);
    await tenant.admin.removeUserSecondFactor({ id: user.id });
    await tenant.admin.removeUserSecondFactor({ id: user.id });
    expect((await login({ email: user.email, password: PASSWORD })).user.id).toBe(user.id);
    await app.settle();
    const { data: entries } = await tenant.admin.listAuditEntries({ record_id: user.id, limit: 10 });
    const entry = entries.find(({ changed, user_id }) => changed?.includes("second_factor_at") && user_id === tenant.userId);
    expect(entry).toMatchObject({ operation: "UPDATE" });
    const { data } = await tenant.admin.getUser({ id: user.id });
    expect(data.second_factor_at).toBeNull();
  });
});

describe("a tenant that requires a second factor", () => {
  it("lets users without one set it up and nothing else, by role", async () => {
    const strict = await signUp(app);
    const [rep, analyst] = [await addUser(app, strict, "SALES_REP"), await addUser(app, strict, "ANALYST")];
    await strict.admin.updateTenant({ settings: { second_factor_required_for: ["SALES_REP"] } });
    const session = clientFor((await login({ email: rep.email, password: PASSWORD })).access_token);
    expect((await session.me()).data).toMatchObject({ must_set_up_second_factor: true });
    const refusal = await expectRejection(session.listLeads({}));
    expect(refusal).toMatchObject({ status: 403, code: "SECOND_FACTOR_SETUP_REQUIRED" });
    expect((await expectRejection(session.updateMyPreferences({ theme: "dark" }))).code).toBe("SECOND_FACTOR_SETUP_REQUIRED");
    // A batch tells what each of its reads tells.
    const { results } = (await session.batchReads({ reads: ["/api/v1/auth/me", "/api/v1/leads"] })).data;
    expect(results.map(({ status, error }) => [status, error?.code])).toEqual([
      [200, undefined],
      [403, "SECOND_FACTOR_SETUP_REQUIRED"],
    ]);
    const analystSession = clientFor((await login({ email: analyst.email, password: PASSWORD })).access_token);
    expect((await analystSession.listLeads({})).status).toBe(200);
    expect((await session.getMySecondFactor()).data).toMatchObject({ is_on: false, is_required: true });
    const { secret } = await enrol({ ...rep, client: session });
    expect((await session.listLeads({})).status).toBe(200);
    expect((await session.me()).data).toMatchObject({ must_set_up_second_factor: false });
    const kept = await expectRejection(session.switchOffMySecondFactor({ password: PASSWORD, code: showCode(secret) }));
    expect(kept.status).toBe(422);
  });

  it("requires it of all users, and of no API key", async () => {
    const strict = await signUp(app);
    const { key } = (await strict.admin.createApiKey({ name: "Program", role: "ADMIN" })).data;
    await strict.admin.updateTenant({ settings: { second_factor_required_for: ["ALL"] } });
    const { access_token } = await login({ email: strict.email, password: strict.password });
    expect((await expectRejection(clientFor(access_token).listLeads({}))).code).toBe("SECOND_FACTOR_SETUP_REQUIRED");
    expect((await clientFor(key).listLeads({})).status).toBe(200);
  });
});
