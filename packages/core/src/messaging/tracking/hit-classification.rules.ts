import { isProgram } from "../../kernel/user-agent.ts";
import { mailProxies, mailScanners } from "./user-agents.data.ts";

/** Pure rules: tells opens and clicks of people from those of programs (docs/messaging/mail-tracking.md). */

export interface Hit {
  kind: "open" | "click";
  /** The number of the link, from 1 on; 0 is the hidden link. null for an open. */
  link: number | null;
  at: string;
  /** The User-Agent header. */
  agent: string | null;
  /** Whether the request is a prefetch or a HEAD request. */
  prefetch: boolean;
}

export interface DeliveryFacts {
  /** When the provider reported the delivery; null if not yet, undefined if it never does. */
  delivered_at: string | null | undefined;
  /** Number of tracked links. */
  linkCount: number;
}

export type MachineReason = "prefetch" | "no_agent" | "privacy_proxy" | "scanner" | "honeypot" | "before_delivery" | "many_links";

/** A hit with the reason why it is of a program; null for a person. */
interface ClassifiedHit {
  hit: Hit;
  reason: MachineReason | null;
}

/** In seconds. */
const NEAR_SECONDS = { trap: 10, trapByAgent: 600, links: 10, delivery: 2 };
const BURST_LINKS = 3;

/** Seconds after which later hits no longer change the classification. */
export const FINAL_AFTER_SECONDS = NEAR_SECONDS.trapByAgent;

/** Classifies all hits of a message. Later hits may change the result for earlier ones. */
export function classifyHits(hits: readonly Hit[], sent: DeliveryFacts, more: readonly RegExp[] = []): ClassifiedHit[] {
  return hits.map((hit) => ({ hit, reason: classifyAlone(hit, more) ?? classifyByContext(hit, hits, sent) }));
}

/** Tells whether a hit may be of a person by its own data. Other hits may show otherwise. */
export const isPossiblyHuman = (hit: Hit): boolean => hit.link !== 0 && classifyAlone(hit, []) === null;

/** Classifies a hit by its own data. */
function classifyAlone({ prefetch, agent }: Hit, more: readonly RegExp[]): MachineReason | null {
  const userAgent = agent?.trim() ?? "";
  if (prefetch) return "prefetch";
  if (userAgent === "") return "no_agent";
  if (mailProxies.some((mailProxy) => mailProxy.test(userAgent))) return "privacy_proxy";
  return isProgram(userAgent) || [...mailScanners, ...more].some((pattern) => pattern.test(userAgent)) ? "scanner" : null;
}

/** Classifies a hit by the other hits and the time of delivery. */
function classifyByContext(hit: Hit, hits: readonly Hit[], { delivered_at, linkCount }: DeliveryFacts): MachineReason | null {
  const apart = (otherHit: Hit): number => Math.abs(Date.parse(otherHit.at) - Date.parse(hit.at)) / 1000;
  const isTrapped = hits.some(
    (otherHit) =>
      otherHit.link === 0 &&
      (apart(otherHit) <= NEAR_SECONDS.trap || (otherHit.agent === hit.agent && apart(otherHit) <= NEAR_SECONDS.trapByAgent)),
  );
  if (isTrapped) return "honeypot";
  if (delivered_at === null) return "before_delivery";
  if (delivered_at !== undefined && Date.parse(hit.at) < Date.parse(delivered_at) + NEAR_SECONDS.delivery * 1000)
    return "before_delivery";
  return hit.kind === "click" && isInClickBurst(hit, hits, linkCount) ? "many_links" : null;
}

/** Tells whether a click is part of a burst: clicks on three links, or on both of two, within some seconds. */
function isInClickBurst(hit: Hit, hits: readonly Hit[], links: number): boolean {
  const enough = links === 2 ? 2 : BURST_LINKS;
  const hitTime = Date.parse(hit.at);
  const near = hits.filter(
    ({ kind, at: otherAt }) => kind === "click" && Math.abs(Date.parse(otherAt) - hitTime) <= NEAR_SECONDS.links * 1000,
  );
  // Any period of this length that contains the hit.
  return near.some(({ at: first }) => {
    const from = Date.parse(first);
    const windowHits = near.filter(
      ({ at: otherAt }) => Date.parse(otherAt) >= from && Date.parse(otherAt) <= from + NEAR_SECONDS.links * 1000,
    );
    return windowHits.some((candidate) => candidate === hit) && new Set(windowHits.map(({ link }) => link)).size >= enough;
  });
}

export interface HitCounts {
  /** When a person first opened it, by loading the picture or clicking a link. */
  opened_at: string | null;
  clicked_at: string | null;
  opens: number;
  clicks: number;
  machine_opens: number;
  machine_clicks: number;
}

/** Counts hits. `until` counts only those up to then, classified with all hits. */
export function countHits(
  hits: readonly Hit[],
  sent: DeliveryFacts,
  { more = [], until }: { more?: readonly RegExp[]; until?: string } = {},
): HitCounts {
  const all = classifyHits(hits, sent, more).filter(({ hit }) => until === undefined || hit.at <= until);
  const listTimes = (kind: Hit["kind"], isPerson: boolean) =>
    all.filter(({ hit, reason }) => hit.kind === kind && (reason === null) === isPerson).map(({ hit }) => hit.at);
  const [opens, clicks] = [listTimes("open", true), listTimes("click", true)];
  return {
    opened_at: [...opens, ...clicks].toSorted()[0] ?? null,
    clicked_at: clicks.toSorted()[0] ?? null,
    // Programs of mail often load no picture: a click without one is an open, too.
    ...{ opens: clicks.length > 0 ? Math.max(opens.length, 1) : opens.length, clicks: clicks.length },
    ...{ machine_opens: listTimes("open", false).length, machine_clicks: listTimes("click", false).length },
  };
}
