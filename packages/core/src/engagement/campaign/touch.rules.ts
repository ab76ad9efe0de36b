import type { Touch } from "./attribution.rules.ts";

/** Which records of a person are touches (docs/engagement/campaigns.md, Attribution). Pure. */

/** Maximum characters of a source. */
const MAX_SOURCE_LENGTH = 60;

/** Returns the source of a touch in the form in which sources are compared; null if it is empty. */
export const normalizeSource = (source: unknown): string | null =>
  typeof source === "string"
    ? Array.from(source.normalize("NFC").trim().toLowerCase()).slice(0, MAX_SOURCE_LENGTH).join("").trim() || null
    : null;

/** Types of interactions that are no contact with the person. */
const uncountedTypes: readonly string[] = ["email_opened", "note"];
/** Types of messages. Those to the person are sends. */
const messageTypes: readonly string[] = ["email", "sms", "social_media"];

interface TouchingInteraction {
  campaign_id: string | null;
  channel: string | null;
  direction: string | null;
}

/** Returns whether an interaction of a type, by its code, is a touch. */
export const isTouch = ({ campaign_id, channel, direction }: TouchingInteraction, type: string): boolean =>
  (campaign_id !== null || channel !== null) &&
  !uncountedTypes.includes(type) &&
  !(direction === "OUTBOUND" && messageTypes.includes(type));

interface TouchingStep {
  campaign_id: string | null;
  channel_id: string | null;
  interaction_type: string | null;
}

/** Returns whether a step of a journey is a touch. Mails and text messages do not show who wrote them, so they count as sends. */
export const isTouchingStep = ({ campaign_id, channel_id, interaction_type }: TouchingStep): boolean =>
  (campaign_id !== null || channel_id !== null) && interaction_type !== "email" && interaction_type !== "sms";

/** Responses of these kinds are no touches: an open, and the conversion itself. */
const uncountedResponses: readonly string[] = ["OPENED", "PURCHASED"];

export const isTouchingResponse = ({ kind }: { kind: string }): boolean => !uncountedResponses.includes(kind);

/** Returns the value of a text in the metadata of an interaction; null if there is none. */
export function readMetadata(metadata: unknown, name: string): string | null {
  const value = metadata !== null && typeof metadata === "object" ? (metadata as Record<string, unknown>)[name] : undefined;
  return typeof value === "string" && value !== "" ? value : null;
}

const compareTouches = (a: Touch, b: Touch): number => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? -1 : 1);

/**
 * Leaves out records that were made from another one, such as the response of an interaction, and fills the campaign, channel and source that a record
 * lacks from the other records of its cause, the earliest first. So the touch that remains of one cause names all that is known.
 */
export function completeTouches(records: readonly Touch[]): Touch[] {
  const ids = new Set(records.map(({ id }) => id));
  const touches = records.filter(({ id, cause }) => cause === null || cause === id || !ids.has(cause));
  const byCause = Map.groupBy(touches.filter(({ cause }) => cause !== null).sort(compareTouches), ({ cause }) => cause);
  return touches.map((touch) => {
    const ofCause = touch.cause === null ? [] : (byCause.get(touch.cause) ?? []);
    const find = (field: "campaign_id" | "channel" | "source"): string | null =>
      touch[field] ?? ofCause.map((record) => record[field]).find((value) => value !== null) ?? null;
    return { ...touch, campaign_id: find("campaign_id"), channel: find("channel"), source: find("source") };
  });
}
