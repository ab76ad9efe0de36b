import { randomBytes } from "node:crypto";
import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { actAs, runIn, useRequest, useTenant } from "../../kernel/context.ts";
import { unauthenticated } from "../../kernel/error.ts";
import { collectionOwner, newId } from "../../kernel/id.ts";
import { outputInstant } from "../../kernel/schema.ts";
import { isConditionFailed, queryAll, readItem, readItems, tableName, update } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { hashTexts, type Key, recordKey, systemKey } from "../../storage/table/key.ts";
import { computeMac, keysFor } from "../../storage/vault/secret.ts";
import { retryOnConflict, type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { SESSION } from "./auth.kind.ts";
import { LIFETIME_SECONDS, Token } from "./token.ts";

/**
 * A session is a family of refresh tokens: each use ends one token and issues the next. The table stores only hashes. The next token is a keyed hash
 * of the last one, so a client whose answer was lost can get the same answer again without a stored secret.
 */
export const SESSION_SECONDS = 30 * 24 * 60 * 60;
const REPEAT_SECONDS = 30;

/** A session as the API shows it. */
export const Info = z.object({
  id: z.string(),
  user_id: z.string(),
  ip_address: z.string().nullable(),
  user_agent: z.string().nullable(),
  created_at: outputInstant(),
  last_used_at: outputInstant(),
  expires_at: outputInstant(),
  is_active: z.boolean(),
});
export type Session = z.output<typeof Info>;

export interface Tokens {
  access_token: string;
  refresh_token: string;
  token_type: "Bearer";
  expires_in: number;
}

const lookupKey = (token: string): Key => ({ pk: systemKey("refresh", hashTexts("refresh", token)), sk: "refresh" });

/** Maps a token to its session, and records when the token was used. */
const buildLookupItem = (token: string, sessionId: string, expires_at: string): Item => ({
  ...lookupKey(token),
  tenant_id: useTenant(),
  session_id: sessionId,
  ttl: Clock.toEpochSeconds(expires_at),
});

/** Opens a session for the user and adds its items to the transaction. The tokens are valid once the transaction is committed. */
export async function open(tx: Transaction, userId: string): Promise<Tokens> {
  const id = newId(SESSION, { owner: userId });
  const token = randomBytes(32).toString("base64url");
  const { ip, user_agent } = useRequest();
  const now = Clock.now();
  const expires_at = Clock.addSeconds(SESSION_SECONDS);
  const session: Session = {
    id,
    user_id: userId,
    ip_address: ip ?? null,
    user_agent: user_agent?.slice(0, 256) ?? null,
    created_at: now,
    last_used_at: now,
    expires_at,
    is_active: true,
  };
  tx.put({ ...recordKey(useTenant(), id), ...session, ttl: Clock.toEpochSeconds(expires_at) });
  tx.put(buildLookupItem(token, id, expires_at));
  return issueTokens(id, token, now);
}

async function issueTokens(sessionId: string, refresh_token: string, issuedAt: string): Promise<Tokens> {
  const claims = { tenant_id: useTenant(), user_id: collectionOwner(sessionId), session_id: sessionId };
  return { access_token: await Token.sign(claims, issuedAt), refresh_token, token_type: "Bearer", expires_in: LIFETIME_SECONDS };
}

/** Returns the tenant, session and user of a refresh token; undefined for an unknown token. */
export async function find(token: string): Promise<{ tenant_id: string; session_id: string; user_id: string } | undefined> {
  const item = await readItem(lookupKey(token));
  if (!item) return undefined;
  const session_id = String(item.session_id);
  return { tenant_id: String(item.tenant_id), session_id, user_id: collectionOwner(session_id) };
}

/**
 * Exchanges a refresh token for new tokens. A token that was used before ends its whole session, because two clients hold it. Within 30 seconds of
 * its first use it gets the answer of that use again, so that a lost reply does not end the session.
 */
export function rotate(sessionId: string, token: string): Promise<Tokens> {
  return retryOnConflict(async () => {
    const [session, used] = await readItems([recordKey(useTenant(), sessionId), lookupKey(token)]);
    if (!session?.is_active || String(session.expires_at) <= Clock.now()) throw unauthenticated("The session has ended");
    const nextTokens = (await keysFor("sessions", "refresh")).map((key) => computeMac(key, token));
    if (used?.used_at === undefined) return exchange(sessionId, token, String(nextTokens[0]));
    if (Clock.addSeconds(-REPEAT_SECONDS) <= String(used.used_at))
      return issueTokens(sessionId, await findIssued(nextTokens), String(used.used_at));
    await end(sessionId, "a refresh token was used twice");
    throw unauthenticated("The refresh token was used before; the session has ended");
  });
}

/** Returns the token that was issued: the keys may have been rotated since, or another process may not know it yet. */
async function findIssued(tokens: readonly string[]): Promise<string> {
  const items = tokens.length > 1 ? await readItems(tokens.map(lookupKey)) : [];
  return tokens[Math.max(0, items.findIndex(Boolean))] ?? "";
}

async function exchange(sessionId: string, token: string, next: string): Promise<Tokens> {
  const issuedAt = Clock.now();
  const expires_at = Clock.addSeconds(SESSION_SECONDS);
  const tx = transaction().put(buildLookupItem(next, sessionId, expires_at));
  const buildConflict = () => new WriteConflict("The session was changed concurrently");
  tx.add(
    {
      Update: {
        TableName: tableName(),
        Key: lookupKey(token),
        UpdateExpression: "SET used_at = :at",
        ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(used_at)",
        ExpressionAttributeValues: { ":at": issuedAt },
      },
    },
    buildConflict,
  );
  tx.add(
    {
      Update: {
        TableName: tableName(),
        Key: recordKey(useTenant(), sessionId),
        UpdateExpression: "SET last_used_at = :at, expires_at = :expires, #ttl = :ttl",
        ConditionExpression: "is_active = :true",
        ExpressionAttributeNames: { "#ttl": "ttl" },
        ExpressionAttributeValues: {
          ":at": issuedAt,
          ":expires": expires_at,
          ":ttl": Clock.toEpochSeconds(expires_at),
          ":true": true,
        },
      },
    },
    buildConflict,
  );
  await tx.commit(undefined);
  return issueTokens(sessionId, next, issuedAt);
}

/** Ends a session: it cannot be refreshed from now on, and its access tokens are refused within a minute. Ending it twice is allowed. */
export async function end(sessionId: string, reason: string): Promise<void> {
  try {
    await update(buildEndUpdate(sessionId, reason));
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
  }
}

/** Returns the active sessions of a user, newest first. Sessions expire after 30 days without use, which bounds their number. */
export async function listActive(userId: string): Promise<Session[]> {
  const items = await queryAll(recordKey(useTenant(), userId).pk, { prefix: "ses_" });
  return items
    .map((item) => Info.parse(item))
    .filter((session) => session.is_active && session.expires_at > Clock.now())
    .reverse();
}

/** Sessions that one transaction ends; further sessions of the user are ended before it. */
const MAX_PER_TRANSACTION = 80;

/**
 * Ends the sessions of a user in the caller's transaction, which runs inside `retryOnConflict`: if the process stops after the commit, no session
 * stays open. A session that is opened at the same moment is ended by `endAll` afterwards.
 */
export async function endInTransaction(tx: Transaction, userId: string, reason: string, except?: string): Promise<void> {
  const sessions = (await listActive(userId)).filter(({ id }) => id !== except);
  await Promise.all(sessions.slice(MAX_PER_TRANSACTION).map(({ id }) => end(id, reason)));
  for (const { id } of sessions.slice(0, MAX_PER_TRANSACTION))
    tx.add(
      { Update: { TableName: tableName(), ...buildEndUpdate(id, reason) } },
      () => new WriteConflict("The session was ended concurrently"),
    );
}

const buildEndUpdate = (sessionId: string, reason: string) => ({
  Key: recordKey(useTenant(), sessionId),
  UpdateExpression: "SET is_active = :false, ended_at = :at, ended_because = :reason",
  ConditionExpression: "is_active = :true",
  ExpressionAttributeValues: { ":false": false, ":true": true, ":at": Clock.now(), ":reason": reason },
});

export async function endAll(userId: string, reason: string, except?: string): Promise<void> {
  const sessions = (await listActive(userId)).filter(({ id }) => id !== except);
  await Promise.all(sessions.map(({ id }) => end(id, reason)));
}

/** Runs `work` as the system inside a tenant that a lookup in the system keyspace has returned; the allowed keyspaces do not change. */
export const runAsTenant = <T>(tenantId: string, work: () => Promise<T>): Promise<T> =>
  runIn(actAs("auth", { type: "system", tenant_id: tenantId, id: "system:auth" }, { visibleOwners: async () => "all" }), work);

export * as Session from "./session.ts";
