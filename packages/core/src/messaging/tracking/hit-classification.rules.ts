import { isBot } from "../../kernel/user-agent.ts";
import { mailProxies, mailScanners } from "./user-agents.data.ts";

/** Whether a person opened a mail and followed its links, or a program did (docs/messaging/mail-tracking.md). Pure. */

export interface Hit {
  kind: "open" | "click";
  /** Of the link, from 1 on; 0 is the one that no person sees. Null of an open. */
  link: number | null;
  at: string;
  /** What the caller says of itself. */
  agent: string | null;
  /** Whether it only looks ahead, or asks for the head alone. */
  prefetch: boolean;
}

export interface DeliveryFacts {
  /** When the provider said that it was delivered; null where it has not yet, undefined where it never says. */
  delivered_at: string | null | undefined;
  /** How many links of it lead over us. */
  linkCount: number;
}

export type MachineReason = "prefetch" | "no_agent" | "privacy_proxy" | "scanner" | "honeypot" | "before_delivery" | "many_links";

/** Why it was a program; null for a person. */
export interface ClassifiedHit {
  hit: Hit;
  reason: MachineReason | null;
}

/** Seconds. */
const NEAR_SECONDS = { trap: 10, trapByAgent: 600, links: 10, delivery: 2 };
const BURST_LINKS = 3;

/** Seconds after which nothing that comes changes who it was. */
export const FINAL_AFTER_SECONDS = NEAR_SECONDS.trapByAgent;

/** Who each was, by all that came of the message: what comes later may change what came before. */
export function classifyHits(hits: readonly Hit[], sent: DeliveryFacts, more: readonly RegExp[] = []): ClassifiedHit[] {
  return hits.map((hit) => ({ hit, reason: classifyAlone(hit, more) ?? classifyByContext(hit, hits, sent) }));
}

/** Whether it may have been a person's, as far as it tells by itself: what else comes may say otherwise. */
export const isPossiblyHuman = (hit: Hit): boolean => hit.link !== 0 && classifyAlone(hit, []) === null;

/** What it tells by itself. */
function classifyAlone({ prefetch, agent }: Hit, more: readonly RegExp[]): MachineReason | null {
  const said = agent?.trim() ?? "";
  if (prefetch) return "prefetch";
  if (said === "") return "no_agent";
  if (mailProxies.some((each) => each.test(said))) return "privacy_proxy";
  return isBot(said) || [...mailScanners, ...more].some((each) => each.test(said)) ? "scanner" : null;
}

/** What tells of it what else came, and when the mail was there. */
function classifyByContext(
  hit: Hit,
  hits: readonly Hit[],
  { delivered_at, linkCount: links }: DeliveryFacts,
): MachineReason | null {
  const apart = (other: Hit): number => Math.abs(Date.parse(other.at) - Date.parse(hit.at)) / 1000;
  const isTrapped = hits.some(
    (other) =>
      other.link === 0 &&
      (apart(other) <= NEAR_SECONDS.trap || (other.agent === hit.agent && apart(other) <= NEAR_SECONDS.trapByAgent)),
  );
  if (isTrapped) return "honeypot";
  if (delivered_at === null) return "before_delivery";
  if (delivered_at !== undefined && Date.parse(hit.at) < Date.parse(delivered_at) + NEAR_SECONDS.delivery * 1000)
    return "before_delivery";
  return hit.kind === "click" && isInClickBurst(hit, hits, links) ? "many_links" : null;
}

/** Whether within some seconds around it so many links were followed: three, or both of two. */
function isInClickBurst(hit: Hit, hits: readonly Hit[], links: number): boolean {
  const enough = links === 2 ? 2 : BURST_LINKS;
  const at = Date.parse(hit.at);
  const near = hits.filter(
    ({ kind, at: other }) => kind === "click" && Math.abs(Date.parse(other) - at) <= NEAR_SECONDS.links * 1000,
  );
  // Any span of so many seconds that has it in it.
  return near.some(({ at: first }) => {
    const from = Date.parse(first);
    const within = near.filter(
      ({ at: other }) => Date.parse(other) >= from && Date.parse(other) <= from + NEAR_SECONDS.links * 1000,
    );
    return within.some((each) => each === hit) && new Set(within.map(({ link }) => link)).size >= enough;
  });
}

export interface HitCounts {
  /** When a person opened it first: by its picture, or by following a link. */
  opened_at: string | null;
  clicked_at: string | null;
  opens: number;
  clicks: number;
  machine_opens: number;
  machine_clicks: number;
}

/** `until` counts what came by then alone, judged by all that came. */
export function countHits(
  hits: readonly Hit[],
  sent: DeliveryFacts,
  { more = [], until }: { more?: readonly RegExp[]; until?: string } = {},
): HitCounts {
  const all = classifyHits(hits, sent, more).filter(({ hit }) => until === undefined || hit.at <= until);
  const of = (kind: Hit["kind"], isPerson: boolean) =>
    all.filter(({ hit, reason: because }) => hit.kind === kind && (because === null) === isPerson).map(({ hit }) => hit.at);
  const [opens, clicks] = [of("open", true), of("click", true)];
  return {
    opened_at: [...opens, ...clicks].toSorted()[0] ?? null,
    clicked_at: clicks.toSorted()[0] ?? null,
    ...{ opens: opens.length, clicks: clicks.length },
    ...{ machine_opens: of("open", false).length, machine_clicks: of("click", false).length },
  };
}
