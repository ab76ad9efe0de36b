import { decodeJwt, decodeProtectedHeader, type JWK, jwtVerify, SignJWT } from "jose";
import { Clock } from "../../kernel/clock.ts";
import { Cache } from "../../storage/table/cache.ts";
import { SigningKeys } from "./signing-key.ts";

/** Access tokens: JWTs that are valid for a quarter of an hour, signed with Ed25519 by a key that changes every month. */
export const LIFETIME_SECONDS = 15 * 60;
const ISSUER = "crm";
/** The audience claim. Another service that trusts the same keys does not accept our tokens as its own. */
const AUDIENCE = "crm-api";
const MAX_TOKEN_LENGTH = 2048;

export interface Claims {
  user_id: string;
  tenant_id: string;
  session_id: string;
  /** The session is kept in a cookie: a person in a browser, not a program. */
  is_browser?: boolean;
}

/** Signs an access token. The same claims at the same instant give the same token. */
export async function sign(claims: Claims, issuedAt: string): Promise<string> {
  const key = await SigningKeys.resolveAt(issuedAt);
  const iat = Clock.toEpochSeconds(issuedAt);
  return new SignJWT({ tid: claims.tenant_id, sid: claims.session_id, ...(claims.is_browser ? { browser: true } : {}) })
    .setProtectedHeader({ alg: "EdDSA", kid: key.kid, typ: "JWT" })
    .setSubject(claims.user_id)
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt(iat)
    .setExpirationTime(iat + LIFETIME_SECONDS)
    .sign(await SigningKeys.privateKey(key));
}

/** Returns a token of the same session and instant that says that a browser keeps the session. */
export async function toBrowserToken(token: string): Promise<string> {
  const { sub = "", tid, sid, iat = 0 } = decodeJwt<{ tid: string; sid: string }>(token);
  const claims = { user_id: sub, tenant_id: tid, session_id: sid, is_browser: true };
  return sign(claims, new Date(iat * 1000).toISOString());
}

interface VerifiedClaims extends Claims {
  /** Milliseconds since the epoch. */
  expires: number;
}

/** Verified tokens, cached so that a signature is checked once a minute and not with each request. */
const claimsCache = new Cache<VerifiedClaims>(60, 10_000);

class TokenRejection extends Error {
  override name = "Refused";
}

/** Returns the claims of a token that is genuine and has not expired; undefined for any other token. */
export async function verify(token: string): Promise<Claims | undefined> {
  if (token.length > MAX_TOKEN_LENGTH) return undefined;
  try {
    const claims = await claimsCache.get(token, () => checkToken(token));
    return claims.expires > Clock.ms() ? claims : undefined;
  } catch (error) {
    if (error instanceof TokenRejection) return undefined;
    throw error;
  }
}

async function checkToken(token: string): Promise<VerifiedClaims> {
  const kid = withRejection(() => decodeProtectedHeader(token).kid);
  // Not inside `withRejection`: a database failure must not look like an invalid token.
  const key = await SigningKeys.find(kid);
  if (!key) throw new TokenRejection("No such key");
  const publicKey = await SigningKeys.publicKey(key);
  const options = {
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: ["EdDSA"],
    requiredClaims: ["aud", "sub", "tid", "sid", "exp"],
  };
  const { payload } = await jwtVerify(token, publicKey, { ...options, currentDate: new Date(Clock.ms()) }).catch(rejectToken);
  const { sub, tid, sid, exp, browser } = payload as { sub: string; tid: string; sid: string; exp: number; browser?: boolean };
  return { user_id: sub, tenant_id: tid, session_id: sid, is_browser: browser === true, expires: exp * 1000 };
}

const rejectToken = (cause: unknown): never => {
  throw new TokenRejection("Invalid token", { cause });
};

function withRejection<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    return rejectToken(error);
  }
}

/** Returns the public halves of the keys, for other services that verify tokens. */
export const jwks = async (): Promise<{ keys: JWK[] }> => ({
  keys: (await SigningKeys.list()).map((key) => ({ ...key.public, kid: key.kid, alg: "EdDSA", use: "sig" })),
});

export { rotate } from "./signing-key.ts";
export * as Token from "./token.ts";
