import { functionFor } from "@crm/functions/derive/routes.ts";
import type { App } from "@crm/local/app.ts";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inProcessTransport, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { partOf } from "../../support/part-of.ts";

/** Sessions of browsers, whose refresh token is in a cookie. */
let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

async function send(path: string, body: object, headers: Record<string, string> = {}) {
  const rawPath = `/api/v1/auth/${path}`;
  const answer = await app.handlers[functionFor(rawPath)](
    partOf<APIGatewayProxyEventV2>({
      version: "2.0",
      rawPath,
      rawQueryString: "",
      headers: { "content-type": "application/json", ...headers },
      requestContext: { requestId: "", http: { method: "POST", path: rawPath, sourceIp: "192.0.2.1", userAgent: "" } },
      body: JSON.stringify(body),
      isBase64Encoded: false,
    }),
  );
  const { data, error } = JSON.parse(answer.body ?? "{}");
  const [cookie = "", hint = ""] = answer.cookies ?? [];
  return { status: answer.statusCode, data, error, cookie, hint, pair: cookie.split(";")[0] ?? "" };
}

const session = "cookie";
const csrf = { "x-crm-csrf": "1" };
const signIn = () => send("login", { email: tenant.email, password: tenant.password, session });

describe("a session with a cookie", () => {
  it("sets the refresh token as a cookie and omits it from the response", async () => {
    const { status, data, cookie } = await signIn();
    expect([status, data.refresh_token, typeof data.access_token]).toEqual([200, undefined, "string"]);
    expect(cookie).toMatch(/^crm_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=2592000$/);
    const { data: body, cookie: none } = await send("login", { email: tenant.email, password: tenant.password });
    expect([typeof body.refresh_token, none]).toEqual(["string", ""]);
  });

  it("has the requests of a person, also after a refresh, and at most those that the operator allows", async () => {
    const readLimit = async (token: string) =>
      (await inProcessTransport(app, token)({ method: "GET", path: "/api/v1/auth/me", query: "", headers: {}, body: undefined }))
        .headers["ratelimit-limit"];
    const { data, pair } = await signIn();
    const { data: byToken } = await send("login", { email: tenant.email, password: tenant.password });
    const own = String((await tenant.admin.getTenant()).data.settings.rate_limit_per_minute);
    await tenant.admin.updateTenant({ settings: { rate_limit_per_minute: 50 } });
    try {
      expect([await readLimit(data.access_token), await readLimit(byToken.access_token)]).toEqual(["1200", "50"]);
      const { data: refreshed } = await send("refresh", { session }, { cookie: pair, ...csrf });
      expect(await readLimit(refreshed.access_token)).toBe("1200");
    } finally {
      await tenant.admin.updateTenant({ settings: { rate_limit_per_minute: Number(own) } });
    }
  });

  it("sets a cookie without a secret that pages can read, and removes it with the session", async () => {
    const { hint, pair, data } = await signIn();
    expect(hint).toBe("crm_signed_in=1; Path=/; SameSite=Strict; Max-Age=2592000");
    const authorization = `Bearer ${data.access_token}`;
    const { hint: removed } = await send("logout", {}, { authorization, cookie: `${pair}; crm_signed_in=1`, ...csrf });
    expect(removed).toBe("crm_signed_in=; Path=/; SameSite=Strict; Max-Age=0");
  });

  it("has the prefix __Host- and needs HTTPS where the system has HTTPS", async () => {
    const { origin } = app.ports;
    app.ports.origin = "https://crm.example";
    try {
      const { cookie, pair } = await signIn();
      expect(cookie).toMatch(/^__Host-crm_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure; Max-Age=2592000$/);
      expect((await send("refresh", { session }, { cookie: pair, ...csrf })).status).toBe(200);
    } finally {
      app.ports.origin = origin;
    }
  });

  it("is refreshed by several tabs at once, which get the same cookie", async () => {
    const { pair } = await signIn();
    const tabs = await Promise.all(
      Array.from({ length: 3 }, () => send("refresh", { session }, { cookie: `a=1; ${pair}`, ...csrf })),
    );
    expect(tabs.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(tabs.map((tab) => tab.pair)).size).toBe(1);
    expect(tabs[0]?.pair).not.toBe(pair);
    expect(tabs[0]?.data.refresh_token).toBeUndefined();
  });

  type Refusal = [name: string, body: object, headers: (pair: string) => Record<string, string>, expected: [number, string]];
  const refusals: Refusal[] = [
    ["without the header X-CRM-CSRF", { session }, (cookie) => ({ cookie }), [403, "FORBIDDEN"]],
    ...["0", "true", "1, 1"].map(
      (value): Refusal => [
        `with the value ${value} of this header`,
        { session },
        (cookie) => ({ cookie, "x-crm-csrf": value }),
        [403, "FORBIDDEN"],
      ],
    ),
    ["without a cookie", { session }, () => csrf, [401, "UNAUTHENTICATED"]],
    ["with a cookie of another name", { session }, (pair) => ({ cookie: `x${pair}`, ...csrf }), [401, "UNAUTHENTICATED"]],
    ["with an unknown token", { session }, () => ({ cookie: "crm_session=none", ...csrf }), [401, "UNAUTHENTICATED"]],
    [
      "with a token in the body too",
      { session, refresh_token: "x" },
      (cookie) => ({ cookie, ...csrf }),
      [400, "VALIDATION_ERROR"],
    ],
    ["with the cookie alone, as a client that keeps its token", {}, (cookie) => ({ cookie, ...csrf }), [400, "VALIDATION_ERROR"]],
  ];

  it.each(refusals)("is not refreshed %s", async (_, body, headers, expected) => {
    const { status, error, cookie } = await send("refresh", body, headers((await signIn()).pair));
    expect([status, error.code, cookie]).toEqual([...expected, ""]);
  });

  it("ends with a sign-out that has the header, and its cookie is removed", async () => {
    const { pair, data } = await signIn();
    const authorization = `Bearer ${data.access_token}`;
    expect((await send("logout", {}, { authorization, cookie: pair })).status).toBe(403);
    const { status, cookie } = await send("logout", {}, { authorization, cookie: pair, ...csrf });
    expect([status, cookie]).toEqual([200, "crm_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"]);
    expect((await send("refresh", { session }, { cookie: pair, ...csrf })).status).toBe(401);
  });
});
