import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from "node:crypto";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT } from "jose";
import { Clock } from "../kernel/clock.ts";
import { Cache } from "../storage/cache.ts";
import { queryAll, send, tableName } from "../storage/database.ts";
import { systemKey } from "../storage/key.ts";
import { keyFor } from "../storage/secret.ts";

/**
 * Access tokens: JWTs for a quarter of an hour, signed with Ed25519 by a key that changes every month. The keys lie in
 * the system keyspace, their private halves encrypted; a new one is published before it signs, an old one verifies
 * until the last token that it signed has expired.
 */
export const LIFETIME = 15 * 60;
const ISSUER = "crm";
const ROTATE_AFTER = 30 * 24 * 60 * 60;
const PUBLISHED_BEFORE = 2 * 60;

export interface Claims {
  user_id: string;
  tenant_id: string;
  session_id: string;
}

interface SigningKey {
  kid: string;
  public: JWK;
  private: string;
  not_before: string;
}

const PARTITION = () => systemKey("signing_key", "all");
const keyCache = new Cache<readonly SigningKey[]>(60);
const imported = new Map<string, ReturnType<typeof importJWK>>();

/** Signs; the same claims at the same instant give the same token. */
export async function sign(claims: Claims, issuedAt: string = Clock.now()): Promise<string> {
  const keys = await signingKeys();
  const usable = keys.filter((key) => key.not_before <= Clock.now());
  const key = usable.at(-1) ?? (await makeKey(0));
  const iat = Clock.epoch(issuedAt);
  return new SignJWT({ tid: claims.tenant_id, sid: claims.session_id })
    .setProtectedHeader({ alg: "EdDSA", kid: key.kid, typ: "JWT" })
    .setSubject(claims.user_id)
    .setIssuer(ISSUER)
    .setIssuedAt(iat)
    .setExpirationTime(iat + LIFETIME)
    .sign(await importKey(`private ${key.kid}`, await decrypted(key)));
}

const verified = new Cache<Claims | undefined>(60, 10_000);

/** The claims of a token that is genuine and has not expired; undefined for any other. Remembered for a minute at most. */
export async function verify(token: string): Promise<Claims | undefined> {
  if (token.length > 2048) return undefined;
  const claims = await verified.get(token, () => check(token));
  if (!claims) return undefined;
  return expiryOf(token) > Clock.ms() ? claims : undefined;
}

const expiryOf = (token: string): number => {
  const { exp } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { exp: number };
  return exp * 1000;
};

async function check(token: string): Promise<Claims | undefined> {
  try {
    const getKey = async ({ kid }: { kid?: string }) => {
      const key = (await signingKeys()).find((each) => each.kid === kid);
      if (!key) throw new Error("No such key");
      return importKey(`public ${key.kid}`, key.public);
    };
    const { payload } = await jwtVerify(token, getKey, {
      issuer: ISSUER,
      algorithms: ["EdDSA"],
      currentDate: new Date(Clock.ms()),
    });
    const { sub, tid, sid } = payload as { sub?: string; tid?: string; sid?: string };
    return sub && tid && sid ? { user_id: sub, tenant_id: tid, session_id: sid } : undefined;
  } catch {
    return undefined;
  }
}

/** The public halves, for others who verify. */
export const jwks = async (): Promise<{ keys: JWK[] }> => ({
  keys: (await signingKeys()).map((key) => ({ ...key.public, kid: key.kid, alg: "EdDSA", use: "sig" })),
});

/** A new key when the newest is a month old; run by schedule, harmless at any time. */
export async function rotate(): Promise<void> {
  const newest = (await signingKeys()).at(-1);
  if (newest && newest.not_before > Clock.after(-ROTATE_AFTER)) return;
  await makeKey(newest ? PUBLISHED_BEFORE : 0);
}

const signingKeys = (): Promise<readonly SigningKey[]> =>
  keyCache.get("all", async () => {
    const items = await queryAll(PARTITION());
    const keys = items.map((item) => item as unknown as SigningKey);
    return keys.sort((a, b) => (a.not_before < b.not_before ? -1 : 1));
  });

async function makeKey(seconds: number): Promise<SigningKey> {
  const pair = await generateKeyPair("Ed25519", { extractable: true });
  const key: SigningKey = {
    kid: randomUUID(),
    public: await exportJWK(pair.publicKey),
    private: await encrypted(JSON.stringify(await exportJWK(pair.privateKey))),
    not_before: Clock.after(seconds),
  };
  // What it signs lives a quarter of an hour; it signs for a month, until the next does.
  const ttl = Clock.epoch(Clock.after(seconds + ROTATE_AFTER * 2));
  await send(new PutCommand({ TableName: tableName(), Item: { pk: PARTITION(), sk: key.kid, ...key, ttl } }));
  keyCache.clear();
  return key;
}

async function encrypted(text: string): Promise<string> {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", await keyFor("signing_key"), nonce);
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64");
}

async function decrypted(key: SigningKey): Promise<JWK> {
  const bytes = Buffer.from(key.private, "base64");
  const decipher = createDecipheriv("aes-256-gcm", await keyFor("signing_key"), bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(12, 28));
  return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString()) as JWK;
}

function importKey(name: string, jwk: JWK): ReturnType<typeof importJWK> {
  const key = imported.get(name) ?? importJWK(jwk, "EdDSA");
  imported.set(name, key);
  return key;
}

export * as Token from "./token.ts";
