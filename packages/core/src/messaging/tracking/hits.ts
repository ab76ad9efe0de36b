import { createHash } from "node:crypto";
import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { runIn, useContext, usePorts, useRequest, useTenant } from "../../kernel/context.ts";
import { notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { put, query } from "../../storage/table/database.ts";
import { tenantKey } from "../../storage/table/key.ts";
import { keyFor } from "../../storage/vault/secret.ts";
import { countHits as counted, type DeliveryFacts, type Hit, type HitCounts } from "./hit-classification.rules.ts";
import { scheduleDetection } from "./open-detection-schedule.ts";
import { decryptToken, LIFETIME_MS, type TokenClaims } from "./token.rules.ts";

/** What is asked for of a mail: written down as it comes, and told apart when somebody counts. */

const TokenInput = z.object({ token: z.string() });

/** The address to which a link of ours leads: that of its token, and no other. The hidden link leads to the system's own page. */
export const recordClick = fn(TokenInput, async ({ token }) => {
  const said = decryptToken(token, "click", await keyFor("tracking"), Clock.ms());
  if (!said) throw notFound();
  await saveHit(said);
  return said.address || usePorts().origin;
});

/** A picture is shown whatever its token says: a broken one helps nobody. */
export const recordOpen = fn(TokenInput, async ({ token }) => {
  const said = decryptToken(token, "open", await keyFor("tracking"), Clock.ms());
  if (said) await saveHit(said);
});

const partitionKey = (message: string): string => tenantKey(useTenant(), "MAILHIT", message);

/** Characters of what a program calls itself. */
const MAX_AGENT_LENGTH = 300;
/** Programs that are told apart within one second: more are one. */
const AGENT_BUCKETS = 64;

/** A mail's links work also where this cannot be written. */
async function saveHit({ tenant, message, kind, link, at: written }: TokenClaims): Promise<void> {
  const { user_agent, prefetch = false } = useRequest();
  const agent = user_agent?.slice(0, MAX_AGENT_LENGTH) ?? null;
  const at = Clock.now();
  const one = `${prefetch ? "ahead" : "asked"}${
    createHash("sha256")
      .update(agent ?? "")
      .digest()
      .readUInt8() % AGENT_BUCKETS
  }`;
  const acting = { type: "system", tenant_id: tenant, id: "system:tracking" } as const;
  const hit: Hit = { kind, link: kind === "open" ? null : link, at, agent, prefetch };
  try {
    await runIn({ ...useContext(), actor: acting }, async () => {
      const key = { pk: partitionKey(message), sk: `${at.slice(0, 19)}#${kind}#${link}#${one}` };
      await put({ ...key, ...hit, ttl: Clock.toEpochSeconds(new Date(written + LIFETIME_MS).toISOString()) });
      await scheduleDetection(message, hit);
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : "unknown";
    usePorts().log.write("error", "A mail was opened or followed, and it could not be written down", { message, error: why });
  }
}

/** What is read of one message: nobody asks for more of it than programs do. */
const MAX_HITS = 500;

export async function loadHits(message: string): Promise<Hit[]> {
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": partitionKey(message) },
    Limit: MAX_HITS,
  });
  return Items.map(({ kind, link, at, agent, prefetch }) => ({ kind, link, at, agent, prefetch }) as Hit);
}

/** How often people opened a mail and followed its links, and programs. */
export const loadCounts = async (message: string, sent: DeliveryFacts): Promise<HitCounts> =>
  counted(await loadHits(message), sent);

export * as Hits from "./hits.ts";
