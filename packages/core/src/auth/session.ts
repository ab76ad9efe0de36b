import { randomBytes } from "node:crypto";
import { Clock } from "../kernel/clock.ts";
import { runIn, useContext, useRequest, useTenant } from "../kernel/context.ts";
import { unauthenticated } from "../kernel/error.ts";
import { newId, ownerOf } from "../kernel/id.ts";
import { get, type Item, isConditionFailed, queryAll, update } from "../storage/database.ts";
import { hashed, type Key, recordKey, systemKey } from "../storage/key.ts";
import { keyFor, mac } from "../storage/secret.ts";
import { Moved, settled, type Transaction, transaction } from "../storage/transaction.ts";
import { LIFETIME, Token } from "./token.ts";

/**
 * A session is a family of refresh tokens: each use ends one and begins the next. The table holds hashes only; the
 * next token is made from the last by a keyed hash, so that a repeat whose first answer got lost can be given the
 * same answer without anything secret being stored.
 */
const SECONDS = 30 * 24 * 60 * 60;
const REPEAT_WITHIN = 30;

export interface Session {
  id: string;
  user_id: string;
  ip_address: string | null;
  user_agent: string | null;
  created_at: string;
  last_used_at: string;
  expires_at: string;
  is_active: boolean;
}

export interface Tokens {
  access_token: string;
  refresh_token: string;
  token_type: "Bearer";
  expires_in: number;
}

const tokenHash = (token: string): string => hashed("refresh", token);
const lookupKey = (hash: string): Key => ({ pk: systemKey("refresh", hash), sk: "refresh" });

/** A new session of the user; its items join the transaction, its tokens are good once that is committed. */
export async function open(tx: Transaction, userId: string): Promise<Tokens> {
  const id = newId("session", { owner: userId });
  const token = randomBytes(32).toString("base64url");
  const { ip, user_agent } = useRequest();
  const at = Clock.now();
  const expires_at = Clock.after(SECONDS);
  const item = {
    ...recordKey(useTenant(), id),
    id,
    user_id: userId,
    ip_address: ip ?? null,
    user_agent: user_agent?.slice(0, 256) ?? null,
    created_at: at,
    last_used_at: at,
    expires_at,
    is_active: true,
    current: tokenHash(token),
    ttl: Clock.epoch(expires_at),
  };
  tx.put(item);
  tx.put(lookup(token, id, expires_at));
  return tokensOf(id, token, at);
}

const lookup = (token: string, sessionId: string, expires_at: string): Item => ({
  ...lookupKey(tokenHash(token)),
  tenant_id: useTenant(),
  session_id: sessionId,
  ttl: Clock.epoch(expires_at),
});

async function tokensOf(sessionId: string, refresh_token: string, issuedAt: string): Promise<Tokens> {
  const claims = { tenant_id: useTenant(), user_id: ownerOf(sessionId), session_id: sessionId };
  return { access_token: await Token.sign(claims, issuedAt), refresh_token, token_type: "Bearer", expires_in: LIFETIME };
}

/**
 * Exchanges a refresh token for new tokens. One that was used before ends its whole session, because then two hold
 * it; only within half a minute it gets the answer of its first use again, so that a lost reply punishes nobody.
 */
export async function refresh(token: string): Promise<{ tokens: Tokens; user_id: string; tenant_id: string }> {
  const found = await get(lookupKey(tokenHash(token)));
  if (!found) throw unauthenticated("The refresh token is not valid");
  const tenant_id = String(found.tenant_id);
  const sessionId = String(found.session_id);
  return asTenant(tenant_id, async () => ({ tokens: await rotate(sessionId, token), user_id: ownerOf(sessionId), tenant_id }));
}

async function rotate(sessionId: string, token: string): Promise<Tokens> {
  const hash = tokenHash(token);
  const key = recordKey(useTenant(), sessionId);
  const next = mac(await keyFor("refresh"), token);
  return settled(async () => {
    const session = await get(key);
    if (!session?.is_active || String(session.expires_at) <= Clock.now()) throw unauthenticated("The session has ended");
    if (session.previous === hash && Clock.after(-REPEAT_WITHIN) <= String(session.rotated_at)) {
      return tokensOf(sessionId, next, String(session.rotated_at));
    }
    if (session.current !== hash) {
      await end(sessionId, "a refresh token was used twice");
      throw unauthenticated("The refresh token was used before; the session has ended");
    }
    const at = Clock.now();
    const expires_at = Clock.after(SECONDS);
    const moved = {
      current: tokenHash(next),
      previous: hash,
      rotated_at: at,
      last_used_at: at,
      expires_at,
      ttl: Clock.epoch(expires_at),
    };
    const tx = transaction()
      .put(lookup(next, sessionId, expires_at))
      .put(
        { ...session, ...moved },
        {
          condition: "#current = :hash AND is_active = :true",
          names: { "#current": "current" },
          values: { ":hash": hash, ":true": true },
          refused: () => new Moved("The session has moved"),
        },
      );
    await tx.commit(undefined);
    return tokensOf(sessionId, next, at);
  });
}

/** Ends a session: no refresh from now on, and no request within a minute. Ending it twice is no fault. */
export async function end(sessionId: string, reason: string): Promise<boolean> {
  try {
    await update({
      Key: recordKey(useTenant(), sessionId),
      UpdateExpression: "SET is_active = :false, ended_at = :at, ended_because = :reason",
      ConditionExpression: "is_active = :true",
      ExpressionAttributeValues: { ":false": false, ":true": true, ":at": Clock.now(), ":reason": reason },
    });
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
}

/** The sessions of a user that can still be used, newest first; their number is bounded by how often one signs in a month. */
export async function listOf(userId: string): Promise<Session[]> {
  const items = await queryAll(recordKey(useTenant(), userId).pk, { prefix: "ses_" });
  return items
    .filter((item) => item.is_active === true && String(item.expires_at) > Clock.now())
    .map(fromItem)
    .reverse();
}

export async function endAll(userId: string, reason: string, except?: string): Promise<void> {
  for (const session of await listOf(userId)) if (session.id !== except) await end(session.id, reason);
}

export function fromItem(item: Item): Session {
  const { id, user_id, ip_address, user_agent, created_at, last_used_at, expires_at, is_active } = item as unknown as Session;
  return { id, user_id, ip_address, user_agent, created_at, last_used_at, expires_at, is_active };
}

/** Runs as the system inside a tenant that a lookup in the system keyspace has named; the keyspaces stay. */
export function asTenant<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
  const context = useContext();
  return runIn(
    { ...context, actor: { type: "system", tenant_id: tenantId, id: "system:auth" }, visible: async () => "all" },
    work,
  );
}

export * as Session from "./session.ts";
