import { generateKeyPairSync, randomUUID, sign as signBytes } from "node:crypto";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { inProcess, signUp, startTestApp, type Tenant } from "../support.ts";
import { dump } from "./dump.ts";

let app: App;
let tenant: Tenant;
let other: Tenant;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

beforeAll(async () => {
  app = await startTestApp();
  [tenant, other] = await Promise.all([signUp(app), signUp(app)]);
});
afterEach(() => app.setClock({ reset: true }));
afterAll(() => app.stop());

const as = (token: string | undefined) => createClient(inProcess(app, token));
const anyone = () => as(undefined);
const login = async ({ email, password }: Tenant) => (await anyone().login({ email, password })).data;
const jwks = async (): Promise<JSONWebKeySet> => (await anyone().signingKeys()).data as unknown as JSONWebKeySet;
const kidOf = (token: string) => decodeProtectedHeader(token).kid;

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");

async function expectRefused(token: string | undefined): Promise<void> {
  const refused = as(token).me();
  await expect(refused).rejects.toMatchObject({ status: 401, code: "UNAUTHENTICATED" });
}

describe("an access token", () => {
  it("is signed with Ed25519 by a published key, and says who, where and until when", async () => {
    const { payload, protectedHeader } = await jwtVerify(tenant.token, createLocalJWKSet(await jwks()));
    expect(protectedHeader.alg).toBe("EdDSA");
    expect(payload).toMatchObject({ iss: "crm", sub: tenant.userId, tid: tenant.id });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(900);
  });

  it("is refused when it is none, malformed, or of another scheme", async () => {
    const [header, payload, signature] = tenant.token.split(".");
    const bad = ["", "x.y.z", "a".repeat(3000), `${header}.${payload}`, `${header}.${payload}.`, `.${payload}.${signature}`];
    for (const token of [undefined, ...bad, "crm_unknown", "null", "{}.{}.{}"]) await expectRefused(token);
    const basic = createClient((request) =>
      inProcess(app)({ ...request, headers: { authorization: `Basic ${Buffer.from("a:b").toString("base64")}` } }),
    );
    await expect(basic.me()).rejects.toMatchObject({ status: 401 });
  });

  it("is refused unsigned, or signed with what is public", async () => {
    const [, payload] = tenant.token.split(".");
    for (const alg of ["none", "None", "HS256"]) {
      await expectRefused(`${encoded({ alg, typ: "JWT", kid: kidOf(tenant.token) })}.${payload}.`);
    }
  });

  it("is refused when a claim, its header or its signature was changed", async () => {
    const [header, payload = "", signature = ""] = tenant.token.split(".");
    const claims = decodeJwt(tenant.token);
    const changes = [{ tid: other.id }, { sub: other.userId }, { exp: Number(claims.exp) + 900 }, { sid: "ses_x" }];
    for (const change of changes) await expectRefused(`${header}.${encoded({ ...claims, ...change })}.${signature}`);
    const flipped = (signature.startsWith("A") ? "B" : "A") + signature.slice(1);
    await expectRefused(`${header}.${payload}.${flipped}`);
    await expectRefused(`${header}.${payload}.${other.token.split(".")[2]}`);
  });

  it("is refused when a key of somebody else signed it, whatever name it gives the key", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const jwk = publicKey.export({ format: "jwk" });
    const claims = decodeJwt(tenant.token);
    for (const header of [{ kid: kidOf(tenant.token) }, { kid: randomUUID() }, {}, { jwk }, { kid: 7 }]) {
      const input = `${encoded({ alg: "EdDSA", typ: "JWT", ...header })}.${encoded(claims)}`;
      await expectRefused(`${input}.${signBytes(null, Buffer.from(input), privateKey).toString("base64url")}`);
    }
  });

  it("expires after a quarter of an hour, also when it was seen before", async () => {
    const { access_token } = await login(tenant);
    app.setClock({ advance: 14.5 * MINUTE });
    await expect(as(access_token).me()).resolves.toMatchObject({ status: 200 });
    app.setClock({ advance: 0.5 * MINUTE + 1000 });
    await expectRefused(access_token);
  });
});

describe("signing keys", () => {
  it("are published without their private halves, which lie encrypted", async () => {
    const { keys } = await jwks();
    expect(keys.map((key) => Object.keys(key).sort())).toEqual(keys.map(() => ["alg", "crv", "kid", "kty", "use", "x"]));
    const stored = (await dump(app)).filter(({ pk }) => pk.startsWith("S#SIGNINGKEY#"));
    expect(stored).toHaveLength(1);
    expect(Buffer.from(String(stored[0]?.private), "base64").toString("latin1")).not.toContain('"d"');
  });

  it("change after a month: published before the first use, and the old one verifies what it signed", async () => {
    const [first] = (await jwks()).keys;
    app.setClock({ advance: 31 * DAY });
    const { access_token: old, refresh_token } = await login(tenant);
    await Promise.all([app.scheduler.run("rotate-signing-key"), app.scheduler.run("rotate-signing-key")]);
    const { keys } = await jwks();
    expect(keys).toHaveLength(2);
    const second = keys.find(({ kid }) => kid !== first?.kid)?.kid;

    const before = await login(tenant);
    expect([kidOf(old), kidOf(before.access_token)]).toEqual([first?.kid, first?.kid]);
    app.setClock({ advance: 3 * MINUTE });
    const after = await login(tenant);
    expect(kidOf(after.access_token)).toBe(second);
    expect(kidOf((await anyone().refresh({ refresh_token })).data.access_token)).toBe(second);
    for (const token of [old, before.access_token, after.access_token]) {
      await expect(as(token).me()).resolves.toMatchObject({ status: 200 });
      await expect(jwtVerify(token, createLocalJWKSet({ keys }), { currentDate: new Date(0) })).resolves.toBeDefined();
    }
    app.setClock({ advance: 13 * MINUTE });
    await expectRefused(old);
    await app.scheduler.run("rotate-signing-key");
    expect((await jwks()).keys).toHaveLength(2);
  });
});

describe("the first key", () => {
  it("is one, however many sign up first", async () => {
    const fresh = await startTestApp();
    try {
      const tenants = await Promise.all(Array.from({ length: 8 }, () => signUp(fresh)));
      expect(new Set(tenants.map(({ token }) => kidOf(token))).size).toBe(1);
      expect((await dump(fresh)).filter(({ pk }) => pk.startsWith("S#SIGNINGKEY#"))).toHaveLength(1);
    } finally {
      await fresh.stop();
    }
  });
});
