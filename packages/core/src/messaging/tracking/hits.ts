import { createHash } from "node:crypto";
import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { actAs, runIn, usePorts, useRequest, useTenant } from "../../kernel/context.ts";
import { notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { put, query } from "../../storage/table/database.ts";
import { tenantKey } from "../../storage/table/key.ts";
import { keysFor } from "../../storage/vault/secret.ts";
import { countHits as counted, type DeliveryFacts, type Hit, type HitCounts } from "./hit-classification.rules.ts";
import { scheduleDetection } from "./open-detection-schedule.ts";
import { decryptToken, LIFETIME_MS, type TokenClaims } from "./token.rules.ts";

/** The requests for tracked links and pictures of mails. They are stored unclassified, and classified when they are counted. */

const TokenInput = z.object({ token: z.string() });

/** Records a click. Returns the URL in the token, and no other. The hidden link leads to the system's own page. */
export const recordClick = fn(TokenInput, async ({ token }) => {
  const claims = decryptToken(token, "click", await keysFor("links", "tracking"), Clock.ms());
  if (!claims) throw notFound();
  await saveHit(claims);
  return claims.address || usePorts().origin;
});

/** Records an open. The picture is shown even if the token is invalid, because a broken picture helps no reader. */
export const recordOpen = fn(TokenInput, async ({ token }) => {
  const claims = decryptToken(token, "open", await keysFor("links", "tracking"), Clock.ms());
  if (claims) await saveHit(claims);
});

const partitionKey = (message: string): string => tenantKey(useTenant(), "MAILHIT", message);

/** Maximum number of characters stored of a user agent. */
const MAX_AGENT_LENGTH = 300;
/** User agents are distinguished within a second by this many buckets: those in the same bucket count as one hit. */
const AGENT_BUCKETS = 64;

/** Saves a hit. Failures are only logged, so that links work anyway. */
async function saveHit({ tenant, message, kind, link, issuedAt }: TokenClaims): Promise<void> {
  const { user_agent, prefetch = false } = useRequest();
  const agent = user_agent?.slice(0, MAX_AGENT_LENGTH) ?? null;
  const hitAt = Clock.now();
  const clientKey = `${prefetch ? "ahead" : "asked"}${
    createHash("sha256")
      .update(agent ?? "")
      .digest()
      .readUInt8() % AGENT_BUCKETS
  }`;
  const hit: Hit = { kind, link: kind === "open" ? null : link, at: hitAt, agent, prefetch };
  try {
    await runIn(actAs("tracking", { type: "system", tenant_id: tenant, id: "system:tracking" }), async () => {
      const key = { pk: partitionKey(message), sk: `${hitAt.slice(0, 19)}#${kind}#${link}#${clientKey}` };
      await put({ ...key, ...hit, ttl: Clock.toEpochSeconds(new Date(issuedAt + LIFETIME_MS).toISOString()) });
      await scheduleDetection(message, hit);
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : "unknown";
    usePorts().log.write("error", "An open or a click of a mail could not be stored", { message, error: why });
  }
}

/** Maximum number of hits read for a message. Only programs cause more. */
const MAX_HITS = 500;

export async function loadHits(message: string): Promise<Hit[]> {
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": partitionKey(message) },
    Limit: MAX_HITS,
  });
  return Items.map(({ kind, link, at, agent, prefetch }) => ({ kind, link, at, agent, prefetch }) as Hit);
}

/** Counts the opens and clicks of a mail by people and by programs. */
export const loadCounts = async (message: string, sent: DeliveryFacts): Promise<HitCounts> =>
  counted(await loadHits(message), sent);

export * as Hits from "./hits.ts";
