import { Clock } from "../../kernel/clock.ts";
import { useSettings, useTenant } from "../../kernel/context.ts";
import { memoize } from "../../kernel/memoize.ts";
import { mayProcess } from "../../kernel/processing.ts";
import type { Settings } from "../../kernel/settings.ts";
import { addDays, instantToDay, startOfDay } from "../../kernel/time-zone.ts";
import { resolveMerged } from "../../people/person/identity.ts";
import { hasRefused, isMarketingOptInRequired } from "../../people/person/preferences.ts";
import { AddressRefusal } from "../../people/suppression/address-refused.ts";
import {
  type ConsentQuestion,
  decideMarketingConsent,
  type MarketingConsent,
  type TypePolicy,
} from "../../people/suppression/marketing-consent.rules.ts";
import { SubscriptionTypes } from "../../people/suppression/subscription-type.ts";
import { Suppressions } from "../../people/suppression/suppression-store.ts";
import { isConditionFailed, readItem, update } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { retryOnConflict, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import type { MessageRecord } from "./message.entity.ts";
import { PostalAddress } from "./postal-address.ts";
import { listTimeZones, nextAllowedTime } from "./quiet-hours.rules.ts";
import { passesSendGate } from "./send-gate.ts";
import { asksProcessing, decideSending, isSuppressed, type SendDecision } from "./send-policy.rules.ts";

/** Decides whether a message may be sent, at the time of sending and with the present data (docs/messaging/messages.md). */

const MARKETING_PURPOSE = "marketing";

/**
 * Returns the decision of `decideSending` for a message. Makes three to five reads; subscription types are cached. An allowed message
 * is counted in the daily limit of its sender and in the frequency cap of its person, with one write each if there is such a limit.
 */
export async function authorizeSending(message: MessageRecord, limit: DailyLimit): Promise<SendDecision> {
  const { channel, to_address, purpose: storedPurpose, subscription_type } = message;
  const purpose = storedPurpose ?? "service";
  const type = purpose === MARKETING_PURPOSE ? await SubscriptionTypes.load(subscription_type) : undefined;
  if (asksProcessing(purpose) && !(await mayProcess(message.person_id, "send")))
    return { may: false, reason: "restricted", until: null };
  const [suppression, person, isRefused, isOptInRequired] = await Promise.all([
    Suppressions.readState(channel, to_address),
    resolveMerged(message.person_id),
    AddressRefusal.isRefused({ channel, address: to_address, purpose, type: type?.code }),
    type !== undefined && isMarketingOptInRequired(channel),
  ]);
  // A person who no longer exists has no consent of their own. `isRefused` includes all other persons with the address.
  const preferences = person?.preferences ?? [];
  const { timezone, message_cap } = useSettings();
  const now = Clock.now();
  const policyInput = {
    ...{ purpose, now, suppressed: suppression.reasons },
    is_type_suppressed: type !== undefined && suppression.types.includes(type.code),
    has_postal_address: channel !== "email" || PostalAddress.find() !== undefined,
    consent: isRefused ? ("refused" as const) : decideConsent({ preferences, channel, purpose, type, isOptInRequired }),
    // Quiet hours apply only to text messages.
    next_allowed_at: channel === "sms" ? await computeNextAllowedTime(to_address, now) : undefined,
    ...{ limited_until: null, capped_until: null },
  };
  const unlimited = decideSending(policyInput);
  if (!unlimited.may || !asksProcessing(purpose)) return unlimited;
  // A person who was deleted after the message was written gets no more marketing.
  if (purpose === MARKETING_PURPOSE && person?.deleted_at) return { may: false, reason: "recalled", until: null };
  if (!(await passesSendGate(message, person?.id ?? message.person_id))) return { may: false, reason: "recalled", until: null };
  const capped_until = purpose === MARKETING_PURPOSE ? await reserveFrequencySlot(message, message_cap, now) : null;
  const limited_until = capped_until === null ? await reserveDailySlot(limit, timezone, now) : null;
  return decideSending({ ...policyInput, capped_until, limited_until });
}

/** Lists the copies of a mail that may be sent now: without addresses that are suppressed or whose persons refuse such mails. */
export async function listAllowedCopies({ cc, purpose: storedPurpose }: MessageRecord): Promise<string[]> {
  const purpose = storedPurpose ?? "service";
  const copies = await Promise.all(
    (cc ?? []).map(async (address) => {
      const [{ reasons }, isRefused] = await Promise.all([
        Suppressions.readState("email", address),
        AddressRefusal.isRefused({ channel: "email", address, purpose }),
      ]);
      return isRefused || isSuppressed(reasons, purpose) ? [] : [address];
    }),
  );
  return copies.flat();
}

type ConsentInput = Omit<ConsentQuestion, "type"> & { purpose: string; type: TypePolicy | undefined };

/** Decides about consent: marketing by its subscription type, other messages by whether the person refuses the purpose. */
const decideConsent = ({ preferences, channel, purpose, type, isOptInRequired }: ConsentInput): MarketingConsent => {
  if (type) return decideMarketingConsent({ preferences, channel, type, isOptInRequired });
  return hasRefused({ preferences }, channel, purpose) ? "refused" : "allowed";
};

/** The daily limit of messages of a sender or account. */
export interface DailyLimit {
  id: string;
  daily_limit: number | null;
}

/** The telephone number rules contain the numbering plans of all countries, so they are loaded with the first number. */
const loadPhoneRules = memoize(() => import("../../people/person/phone.rules.ts"));

/** Returns the end of the quiet hours of a number's country; null if they never end. */
async function computeNextAllowedTime(number: string, now: string): Promise<string | null> {
  const { timezone, quiet_hours } = useSettings();
  const zones = listTimeZones((await loadPhoneRules()).phoneCountry(number));
  return nextAllowedTime(zones.length > 0 ? zones : [timezone], quiet_hours, now) ?? null;
}

interface SentEntry {
  id: string;
  at: string;
}

/** Reserves a place in the person's frequency cap and returns null. If the cap is reached, returns when marketing is allowed again. */
async function reserveFrequencySlot(
  { id, person_id }: MessageRecord,
  cap: Settings["message_cap"],
  now: string,
): Promise<string | null> {
  if (cap === null) return null;
  const key: Key = { pk: tenantKey(useTenant(), "MESSAGECAP", person_id), sk: MARKETING_PURPOSE };
  return retryOnConflict(async () => {
    const item = await readItem(key);
    const since = Clock.addSeconds(-cap.days * DAY_SECONDS, Date.parse(now));
    const recentEntries = ((item?.sent ?? []) as SentEntry[]).filter((entry) => entry.at > since && entry.id !== id);
    const first = recentEntries.at(-cap.messages);
    if (first) return Clock.addSeconds(cap.days * DAY_SECONDS, Date.parse(first.at));
    const revision = Number(item?.revision ?? 0);
    const next = {
      ...key,
      sent: [...recentEntries, { id, at: now }],
      revision: revision + 1,
      ttl: Clock.toEpochSeconds(now) + cap.days * DAY_SECONDS,
    };
    const buildConflict = () => new WriteConflict("Another message to the same person was counted concurrently");
    const unmoved = revision === 0 ? "attribute_not_exists(pk)" : "revision = :read";
    const values = revision === 0 ? {} : { values: { ":read": revision } };
    return transaction()
      .put(next, { condition: unmoved, ...values, rejection: buildConflict })
      .commit(null);
  });
}

const DAY_SECONDS = 24 * 60 * 60;
/** Long enough that the counter of a day is no longer needed in any time zone. */
const RETENTION_SECONDS = 3 * DAY_SECONDS;

/** Reserves a place in the sender's daily limit and returns null. If the limit is reached, returns when it may send again. */
async function reserveDailySlot({ id, daily_limit }: DailyLimit, timezone: string, now: string): Promise<string | null> {
  if (daily_limit === null) return null;
  const day = instantToDay(timezone, now);
  const key: Key = { pk: tenantKey(useTenant(), "MESSAGEDAY", id), sk: day };
  try {
    await update({
      Key: key,
      UpdateExpression: "SET #ttl = :ttl ADD sent :one",
      ConditionExpression: "attribute_not_exists(sent) OR sent < :most",
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: { ":one": 1, ":most": daily_limit, ":ttl": Clock.toEpochSeconds(now) + RETENTION_SECONDS },
    });
    return null;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return startOfDay(timezone, addDays(day, 1));
  }
}
