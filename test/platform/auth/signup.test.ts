import { type ApiError, allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inProcessTransport, startTestApp } from "../../support/app.ts";
import { expectRejection, listRejectedFields } from "./rejection.ts";
import { dumpTable } from "./table-dump.ts";

let app: App;
let anonymousClient: ReturnType<typeof createClient>;

beforeAll(async () => {
  app = await startTestApp();
  anonymousClient = createClient(inProcessTransport(app));
});
afterAll(() => app.stop());

let signupCount = 0;
const buildSignup = (more: Record<string, unknown> = {}) => {
  const tenant_slug = `tenant-${++signupCount}`;
  return {
    tenant_name: "Analytical Engines",
    tenant_slug,
    first_name: "Ada",
    last_name: "Lovelace",
    email: `ada@${tenant_slug}.example`,
    password: "Correct-Horse-9000",
    ...more,
  };
};

const expectSignupRejection = (input: Record<string, unknown>) => expectRejection(allowAnyInput(anonymousClient).signup(input));

describe("signing up", () => {
  it("creates a tenant with an administrator who is signed in", async () => {
    const { status, data } = await anonymousClient.signup(buildSignup());
    expect(status).toBe(201);
    expect(data).toMatchObject({ token_type: "Bearer", expires_in: 900, tenant: { status: "ACTIVE", plan: "FREE" } });
    const { data: me } = await createClient(inProcessTransport(app, data.access_token)).me();
    expect(me).toMatchObject({ id: data.user.id, role: "ADMIN", status: "ACTIVE", first_name: "Ada" });
    const { data: tenant } = await createClient(inProcessTransport(app, data.access_token)).getTenant();
    expect(tenant).toMatchObject({ id: data.tenant.id, settings: { rate_limit_per_minute: 100, visibility: "own" } });
  });

  it("succeeds for one of twenty concurrent requests, and leaves no data of the others", async () => {
    const input = buildSignup();
    // Wait until the follow-up work of earlier sign-ups is done.
    await app.settle();
    const before = await dumpTable(app);
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => anonymousClient.signup(input)));
    const rejections = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason as ApiError] : []));
    expect(rejections.map(({ status }) => status)).toEqual(Array(19).fill(409));
    expect(rejections[0]).toMatchObject({ code: "CONFLICT", details: [{ field: "tenant_slug" }] });

    const knownKeys = new Set(before.map(({ pk, sk }) => `${pk}\n${sk}`));
    const added = (await dumpTable(app)).filter(({ pk, sk }) => !knownKeys.has(`${pk}\n${sk}`)).map(({ pk }) => pk);
    expect(added.filter((pk) => pk.startsWith("S#LOGIN#"))).toHaveLength(1);
    expect(added.filter((pk) => pk.startsWith("S#REFRESH#"))).toHaveLength(1);
    expect(new Set(added.flatMap((pk) => /^T#([^#]+)#/.exec(pk)?.[1] ?? [])).size).toBe(1);
    await expect(anonymousClient.login({ email: input.email, password: input.password })).resolves.toMatchObject({ status: 200 });
  });

  it("leaves the email of a rejected request unused", async () => {
    const takenSignup = buildSignup();
    await anonymousClient.signup(takenSignup);
    const second = { ...buildSignup(), tenant_slug: takenSignup.tenant_slug };
    expect((await expectSignupRejection(second)).status).toBe(409);
    await expect(anonymousClient.login({ email: second.email, password: second.password })).rejects.toMatchObject({
      status: 401,
    });
    await expect(anonymousClient.signup({ ...second, tenant_slug: `${takenSignup.tenant_slug}-b` })).resolves.toMatchObject({
      status: 201,
    });
  });

  it.each([
    ["tenant_slug", "With Capitals"],
    ["tenant_slug", "a"],
    ["tenant_slug", "a#b"],
    ["tenant_slug", "a".repeat(64)],
    ["tenant_name", "  "],
    ["tenant_name", undefined],
    ["first_name", "x".repeat(51)],
    ["last_name", "x".repeat(51)],
    ["email", "unknown"],
    ["email", "a@b@c.example"],
    ["email", `a@${"b".repeat(250)}.example`],
    ["password", undefined],
    ["role", "ADMIN"],
  ])("rejects the field %s if it is %s", async (field, value) => {
    const rejection = await expectSignupRejection(buildSignup({ [field]: value }));
    expect(rejection).toMatchObject({ status: 400, code: "VALIDATION_ERROR" });
    expect(listRejectedFields(rejection)).toEqual([field]);
  });

  it("reports all faults at once", async () => {
    const rejection = await expectSignupRejection({ email: "x", password: "short", first_name: " " });
    expect(listRejectedFields(rejection)).toEqual(["email", "last_name", "password", "tenant_name", "tenant_slug"]);
    const secondRejection = await expectSignupRejection(
      buildSignup({ email: "x", first_name: "", last_name: null, password: "password123" }),
    );
    expect(listRejectedFields(secondRejection)).toEqual(["email", "last_name", "password"]);
    const unread = await expectSignupRejection(buildSignup({ first_name: 7, last_name: null }));
    expect(listRejectedFields(unread)).toEqual(["first_name"]);
  });

  it.each([
    "short-1A",
    "password123",
    "Passw0rd!!!!",
    "1234567890",
    "aaaaaaaaaaaa",
    "qwertyuiop123",
    "Lovelace-1234",
    "Correct-Horse-".repeat(20),
  ])("rejects the password %s", async (password) => {
    const rejection = await expectSignupRejection(buildSignup({ password }));
    expect(rejection).toMatchObject({ status: 400, details: [{ field: "password" }] });
  });

  it("accepts passwords in any script, with accents in any normalization", async () => {
    const input = buildSignup({ password: "Zürich über alles".normalize("NFC") });
    await anonymousClient.signup(input);
    const decomposed = input.password.normalize("NFD");
    await expect(anonymousClient.login({ email: input.email, password: decomposed })).resolves.toMatchObject({ status: 200 });
  });
});

describe("an email used in several tenants", () => {
  it("signs in where the password matches, and needs the tenant if that is ambiguous", async () => {
    const email = "grace@several.example";
    const [first, second, third] = ["First-Horse-9000", "Second-Horse-9000", "Second-Horse-9000"].map((password) =>
      buildSignup({ email, password }),
    );
    for (const input of [first, second, third]) await allowAnyInput(anonymousClient).signup(input);

    const { data } = await anonymousClient.login({ email, password: "First-Horse-9000" });
    expect(data.tenant.slug).toBe(first?.tenant_slug);
    const unsure = anonymousClient.login({ email, password: "Second-Horse-9000" });
    await expect(unsure).rejects.toMatchObject({ status: 400, details: [{ field: "tenant_slug" }] });
    const slugLogin = await anonymousClient.login({
      email,
      password: "Second-Horse-9000",
      tenant_slug: third?.tenant_slug as string,
    });
    expect(slugLogin.data.tenant.slug).toBe(third?.tenant_slug);
    for (const tenant_slug of [first?.tenant_slug as string, "tenant-unknown", "#", ""]) {
      const elsewhere = anonymousClient.login({ email, password: "Second-Horse-9000", tenant_slug });
      await expect(elsewhere).rejects.toMatchObject({ status: 401, code: "UNAUTHENTICATED" });
    }
  });
});
