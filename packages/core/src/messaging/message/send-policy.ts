import { Clock } from "../../kernel/clock.ts";
import { useSettings, useTenant } from "../../kernel/context.ts";
import { memoize } from "../../kernel/memoize.ts";
import type { Settings } from "../../kernel/settings.ts";
import { addDays, instantToDay, startOfDay } from "../../kernel/time-zone.ts";
import { resolveMerged } from "../../people/person/identity.ts";
import { findConsent, isOptInRequired } from "../../people/person/preferences.ts";
import { AddressRefusal } from "../../people/suppression/address-refused.ts";
import { Suppressions } from "../../people/suppression/suppression-store.ts";
import { get, isConditionFailed, update } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { retryOnConflict, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import type { Channel } from "./conversation.entity.ts";
import type { MessageRecord } from "./message.entity.ts";
import { listTimeZones, nextAllowedTime } from "./quiet-hours.rules.ts";
import { passesSendGate } from "./send-gate.ts";
import { decideSending, type SendDecision } from "./send-policy.rules.ts";

/** Whether a message may go out now: asked when it goes, with what is known then (docs/messaging/messages.md). */

const MARKETING_PURPOSE = "marketing";

/**
 * What `verdictOn` says of a message that is about to go out. Three to five reads; one that may go out takes its place in the daily limit
 * of its sender and in what its person is sent, a write each where there is such a limit.
 */
export async function authorizeSending(message: MessageRecord, limit: DailyLimit): Promise<SendDecision> {
  const { channel, to_address, purpose: written } = message;
  const purpose = written ?? "service";
  const [suppressed, person, isRefused, is_opt_in_required] = await Promise.all([
    Suppressions.readReasons(channel, to_address),
    resolveMerged(message.person_id),
    AddressRefusal.isRefused({ channel, address: to_address, purpose }),
    purpose === MARKETING_PURPOSE && isOptInNeeded(channel),
  ]);
  const { timezone, message_cap } = useSettings();
  const now = Clock.now();
  const asked = {
    ...{ purpose, now, suppressed, is_opt_in_required },
    // Of a person who is gone nothing is known but what their address says. Whoever else has it is asked by the same message.
    consent: isRefused ? ("REFUSED" as const) : person ? findConsent(person, channel, purpose) : ("NOT_ASKED" as const),
    // Nobody is woken by a mail.
    next_allowed_at: channel === "sms" ? await computeNextAllowedTime(to_address, now) : undefined,
    ...{ limited_until: null, capped_until: null },
  };
  const unlimited = decideSending(asked);
  if (!unlimited.may || unlimitedPurposes.has(purpose)) return unlimited;
  if (!(await passesSendGate(message, person?.id ?? message.person_id))) return { may: false, reason: "recalled", until: null };
  const capped_until = purpose === MARKETING_PURPOSE ? await reserveFrequencySlot(message, message_cap, now) : null;
  const limited_until = capped_until === null ? await reserveDailySlot(limit, timezone, now) : null;
  return decideSending({ ...asked, capped_until, limited_until });
}

/** What takes no place in any limit. */
const unlimitedPurposes: ReadonlySet<string> = new Set(["security", "answer", "test"]);

/** Messages a day, of a sender or an account. */
export interface DailyLimit {
  id: string;
  daily_limit: number | null;
}

/** Whether silence is no consent: because the channel is such, or the tenant says so of mails. */
const isOptInNeeded = async (channel: Channel): Promise<boolean> =>
  (channel === "email" && useSettings().mail_opt_in_required) || isOptInRequired(channel);

/** The numbering plans of the world, loaded for the first number that is asked about. */
const loadPhoneRules = memoize(() => import("../../people/person/phone.rules.ts"));

/** From when on it is not night where a text message is read; null where it always is. */
async function computeNextAllowedTime(number: string, now: string): Promise<string | null> {
  const { timezone, quiet_hours } = useSettings();
  const zones = listTimeZones((await loadPhoneRules()).phoneCountry(number));
  return nextAllowedTime(zones.length > 0 ? zones : [timezone], quiet_hours, now) ?? null;
}

interface SentEntry {
  id: string;
  at: string;
}

/** When a person may be sent marketing again who has had enough of it; else the message takes a place among what they are sent. */
async function reserveFrequencySlot(
  { id, person_id }: MessageRecord,
  cap: Settings["message_cap"],
  now: string,
): Promise<string | null> {
  if (cap === null) return null;
  const key: Key = { pk: tenantKey(useTenant(), "MESSAGECAP", person_id), sk: MARKETING_PURPOSE };
  return retryOnConflict(async () => {
    const item = await get(key);
    const since = Clock.addSeconds(-cap.days * DAY_SECONDS, Date.parse(now));
    const had = ((item?.sent ?? []) as SentEntry[]).filter((each) => each.at > since && each.id !== id);
    const first = had.at(-cap.messages);
    if (first) return Clock.addSeconds(cap.days * DAY_SECONDS, Date.parse(first.at));
    const revision = Number(item?.revision ?? 0);
    const next = {
      ...key,
      sent: [...had, { id, at: now }],
      revision: revision + 1,
      ttl: Clock.toEpochSeconds(now) + cap.days * DAY_SECONDS,
    };
    const refused = () => new WriteConflict("Another message to the same person took a place meanwhile");
    const unmoved = revision === 0 ? "attribute_not_exists(pk)" : "revision = :read";
    const values = revision === 0 ? {} : { values: { ":read": revision } };
    return transaction()
      .put(next, { condition: unmoved, ...values, rejection: refused })
      .commit(null);
  });
}

const DAY_SECONDS = 24 * 60 * 60;
/** By then nobody asks for the number of a day any more, in any zone. */
const RETENTION_SECONDS = 3 * DAY_SECONDS;

/** When a sender may send again whose limit of the day is reached; else it takes a place in it. */
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
