import { generateKeyPairSync, randomUUID, sign as signBytes } from "node:crypto";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { inProcessTransport, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { dumpTable } from "./table-dump.ts";

let app: App;
let tenant: Tenant;
let otherTenant: Tenant;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

beforeAll(async () => {
  app = await startTestApp();
  [tenant, otherTenant] = await Promise.all([signUp(app), signUp(app)]);
});
afterEach(() => app.setClock({ reset: true }));
afterAll(() => app.stop());

const clientFor = (token: string | undefined) => createClient(inProcessTransport(app, token));
const anonymousClient = () => clientFor(undefined);
const login = async ({ email, password }: Tenant) => (await anonymousClient().login({ email, password })).data;
const readKeySet = async (): Promise<JSONWebKeySet> => (await anonymousClient().signingKeys()).data as JSONWebKeySet;
const readKeyId = (token: string) => decodeProtectedHeader(token).kid;

const encodePart = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");

async function expectUnauthenticated(token: string | undefined): Promise<void> {
  const request = clientFor(token).me();
  await expect(request).rejects.toMatchObject({ status: 401, code: "UNAUTHENTICATED" });
}

describe("an access token", () => {
  it("is signed with Ed25519 by a published key, and contains user, tenant and expiry", async () => {
    const { payload, protectedHeader } = await jwtVerify(tenant.token, createLocalJWKSet(await readKeySet()));
    expect(protectedHeader.alg).toBe("EdDSA");
    expect(payload).toMatchObject({ iss: "crm", sub: tenant.userId, tid: tenant.id });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(900);
  });

  it("is rejected if it is missing, malformed, or of another scheme", async () => {
    const [header, payload, signature] = tenant.token.split(".");
    const bad = ["", "x.y.z", "a".repeat(3000), `${header}.${payload}`, `${header}.${payload}.`, `.${payload}.${signature}`];
    for (const token of [undefined, ...bad, "crm_unknown", "null", "{}.{}.{}"]) await expectUnauthenticated(token);
    const basic = createClient((request) =>
      inProcessTransport(app)({ ...request, headers: { authorization: `Basic ${Buffer.from("a:b").toString("base64")}` } }),
    );
    await expect(basic.me()).rejects.toMatchObject({ status: 401 });
  });

  it("is rejected unsigned, or signed with public data", async () => {
    const [, payload] = tenant.token.split(".");
    for (const alg of ["none", "None", "HS256"]) {
      await expectUnauthenticated(`${encodePart({ alg, typ: "JWT", kid: readKeyId(tenant.token) })}.${payload}.`);
    }
  });

  it("is rejected if a claim, its header or its signature was changed", async () => {
    const [header, payload = "", signature = ""] = tenant.token.split(".");
    const claims = decodeJwt(tenant.token);
    const changes = [{ tid: otherTenant.id }, { sub: otherTenant.userId }, { exp: Number(claims.exp) + 900 }, { sid: "ses_x" }];
    for (const change of changes) await expectUnauthenticated(`${header}.${encodePart({ ...claims, ...change })}.${signature}`);
    const flipped = (signature.startsWith("A") ? "B" : "A") + signature.slice(1);
    await expectUnauthenticated(`${header}.${payload}.${flipped}`);
    await expectUnauthenticated(`${header}.${payload}.${otherTenant.token.split(".")[2]}`);
  });

  it("is rejected if a foreign key signed it, under any key id", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const jwk = publicKey.export({ format: "jwk" });
    const claims = decodeJwt(tenant.token);
    for (const header of [{ kid: readKeyId(tenant.token) }, { kid: randomUUID() }, {}, { jwk }, { kid: 7 }]) {
      const input = `${encodePart({ alg: "EdDSA", typ: "JWT", ...header })}.${encodePart(claims)}`;
      await expectUnauthenticated(`${input}.${signBytes(null, Buffer.from(input), privateKey).toString("base64url")}`);
    }
  });

  it("expires after a quarter of an hour, even if it was seen before", async () => {
    const { access_token } = await login(tenant);
    app.setClock({ advance: 14.5 * MINUTE_MS });
    await expect(clientFor(access_token).me()).resolves.toMatchObject({ status: 200 });
    app.setClock({ advance: 0.5 * MINUTE_MS + 1000 });
    await expectUnauthenticated(access_token);
  });
});

describe("signing keys", () => {
  it("are published without their private parts, which are stored encrypted", async () => {
    const { keys } = await readKeySet();
    expect(keys.map((key) => Object.keys(key).sort())).toEqual(keys.map(() => ["alg", "crv", "kid", "kty", "use", "x"]));
    const stored = (await dumpTable(app)).filter(({ pk }) => pk.startsWith("S#SIGNINGKEY#"));
    expect(stored).toHaveLength(1);
    expect(Buffer.from(String(stored[0]?.private), "base64").toString("latin1")).not.toContain('"d"');
  });

  it("rotate monthly: a new one is published before its use, and the old one still verifies", async () => {
    const [first] = (await readKeySet()).keys;
    app.setClock({ advance: 31 * DAY_MS });
    const { access_token: old, refresh_token } = await login(tenant);
    await Promise.all([app.scheduler.run("rotate-signing-key"), app.scheduler.run("rotate-signing-key")]);
    const { keys } = await readKeySet();
    expect(keys).toHaveLength(2);
    const second = keys.find(({ kid }) => kid !== first?.kid)?.kid;

    const before = await login(tenant);
    expect([readKeyId(old), readKeyId(before.access_token)]).toEqual([first?.kid, first?.kid]);
    app.setClock({ advance: 3 * MINUTE_MS });
    const after = await login(tenant);
    expect(readKeyId(after.access_token)).toBe(second);
    expect(readKeyId((await anonymousClient().refresh({ refresh_token })).data.access_token)).toBe(second);
    for (const token of [old, before.access_token, after.access_token]) {
      await expect(clientFor(token).me()).resolves.toMatchObject({ status: 200 });
      await expect(jwtVerify(token, createLocalJWKSet({ keys }), { currentDate: new Date(0) })).resolves.toBeDefined();
    }
    app.setClock({ advance: 13 * MINUTE_MS });
    await expectUnauthenticated(old);
    await app.scheduler.run("rotate-signing-key");
    expect((await readKeySet()).keys).toHaveLength(2);
  });
});

describe("the first signing key", () => {
  it("is created once for concurrent first signups", async () => {
    const fresh = await startTestApp();
    try {
      const tenants = await Promise.all(Array.from({ length: 8 }, () => signUp(fresh)));
      expect(new Set(tenants.map(({ token }) => readKeyId(token))).size).toBe(1);
      expect((await dumpTable(fresh)).filter(({ pk }) => pk.startsWith("S#SIGNINGKEY#"))).toHaveLength(1);
    } finally {
      await fresh.stop();
    }
  });
});
