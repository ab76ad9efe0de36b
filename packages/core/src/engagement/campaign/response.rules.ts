import type { CampaignType } from "./campaign.rules.ts";
import type { MemberInstants } from "./campaign-status.rules.ts";

/** The responses of members, and how they and other facts change a member (docs/engagement/campaigns.md). Pure. */

export const responseKinds = ["OPENED", "CLICKED", "FORM", "REPLIED", "CALLED", "ATTENDED", "PURCHASED"] as const;
export type ResponseKind = (typeof responseKinds)[number];

/** The instants of a member, and the sale that converted them. */
export interface MemberFacts extends MemberInstants {
  converted_opportunity_id: string | null;
  converted_order_id: string | null;
}

/** A response that was reported. The same `source` counts once for a kind. */
export interface ResponseFact {
  kind: ResponseKind;
  source: string;
  /** When the person responded, in ISO 8601. */
  at: string;
  link?: string | null;
  opportunity_id?: string | null;
  order_id?: string | null;
}

/** Returns the earlier of two instants in ISO 8601. A missing one is later than all. */
export const earlierInstant = (left: string | null | undefined, right: string | null | undefined): string | null =>
  !left || !right ? left || right || null : left < right ? left : right;

/** Returns the member's facts after a response. The earliest instant of each step stays, so the order of responses does not matter. */
export function applyResponse<M extends MemberFacts>(member: M, fact: ResponseFact): M {
  const { kind, at } = fact;
  if (kind === "OPENED") return { ...member, opened_at: earlierInstant(member.opened_at, at) };
  if (kind === "CLICKED") return { ...member, clicked_at: earlierInstant(member.clicked_at, at) };
  const responded = { ...member, responded_at: earlierInstant(member.responded_at, at) };
  return kind === "PURCHASED" ? applyPurchase(responded, fact) : responded;
}

/** The first purchase converts the member. Later ones change nothing, except that the order of the converting opportunity is added. */
function applyPurchase<M extends MemberFacts>(member: M, { at, opportunity_id = null, order_id = null }: ResponseFact): M {
  const { converted_at, converted_opportunity_id, converted_order_id } = member;
  const isSame =
    opportunity_id === null
      ? converted_opportunity_id === null && converted_order_id === order_id
      : converted_opportunity_id === opportunity_id;
  if (converted_at && isSame)
    return { ...member, converted_at: earlierInstant(converted_at, at), converted_order_id: converted_order_id ?? order_id };
  if (converted_at && converted_at <= at) return member;
  return { ...member, converted_at: at, converted_opportunity_id: opportunity_id, converted_order_id: order_id };
}

const instantFields = [
  "sent_at",
  "tracked_at",
  "opened_at",
  "clicked_at",
  "responded_at",
  "converted_at",
  "bounced_at",
  "opted_out_at",
] as const satisfies readonly (keyof MemberInstants)[];

/** Returns the facts of two memberships of one person: the earliest of each instant, and the sale that came first. */
export function mergeFacts<M extends MemberFacts>(survivor: M, duplicate: MemberFacts): M {
  const instants = Object.fromEntries(
    instantFields.map((field) => [field, earlierInstant(survivor[field], duplicate[field])]),
  ) as MemberInstants;
  const isOfSurvivor = Boolean(survivor.converted_at) && instants.converted_at === survivor.converted_at;
  const { converted_opportunity_id, converted_order_id } = isOfSurvivor ? survivor : duplicate;
  return { ...survivor, ...instants, converted_opportunity_id, converted_order_id };
}

interface ContactEvent {
  /** Code of the interaction type. */
  type: string;
  direction: "INBOUND" | "OUTBOUND" | null;
}

const kindByType: Readonly<Record<string, ResponseKind>> = {
  form_submission: "FORM",
  download: "FORM",
  website_visit: "CLICKED",
  email_clicked: "CLICKED",
  email_opened: "OPENED",
  in_person: "ATTENDED",
  meeting: "ATTENDED",
  demo: "ATTENDED",
  presentation: "ATTENDED",
};

/** Kinds of contacts that are responses only if the person began them, or if it is not known who did. */
const kindByInboundType: Readonly<Record<string, ResponseKind>> = {
  phone: "CALLED",
  call: "CALLED",
  video_call: "CALLED",
  chat: "REPLIED",
  email: "REPLIED",
  sms: "REPLIED",
  social_media: "REPLIED",
};

/**
 * Returns what kind of response an interaction is whose campaign is known; undefined for none. A call, chat or message counts if the person began it.
 * A visit or meeting counts in any case.
 */
export const classifyContact = ({ type, direction }: ContactEvent): ResponseKind | undefined =>
  kindByType[type] ?? (direction === "OUTBOUND" ? undefined : kindByInboundType[type]);

/** The kinds of responses by the type of a journey's step. Steps of other types do not show whether the person began them. */
export const kindByJourneyType: Readonly<Record<string, ResponseKind>> = { call: "CALLED", visit: "ATTENDED", chat: "REPLIED" };

interface Answer {
  channel: string;
  purpose: string;
  consent: string;
  at: string;
}

const channelsByType = (type: CampaignType): readonly string[] => (type === "EMAIL" ? ["email"] : ["email", "sms"]);

/**
 * Returns when a person refused the marketing messages of a campaign: by email for a campaign of type EMAIL, by email or text message for others.
 * Null if they did not.
 */
export function findOptOut(answers: readonly Answer[], type: CampaignType): string | null {
  const channels = channelsByType(type);
  const refusals = answers.filter(
    ({ channel, purpose, consent }) =>
      consent === "REFUSED" && channels.includes(channel) && (purpose === "any" || purpose === "marketing"),
  );
  return refusals.map(({ at }) => at).sort()[0] ?? null;
}
