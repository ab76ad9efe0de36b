import { Clock } from "../kernel/clock.ts";
import { useSettings, useTenant } from "../kernel/context.ts";
import { lazily } from "../kernel/once.ts";
import type { Settings } from "../kernel/settings.ts";
import { dayAfter, dayIn, startOfDay } from "../kernel/zone.ts";
import { living } from "../person/identity.ts";
import { consentTo, isOptInRequired } from "../person/preferences.ts";
import { get, isConditionFailed, update } from "../storage/table/database.ts";
import { type Key, tenantKey } from "../storage/table/key.ts";
import { Moved, retryOnConflict, transaction } from "../storage/write/transaction.ts";
import { HeldAddresses } from "../suppression/held.ts";
import { Suppressions } from "../suppression/suppressions.ts";
import type { Channel } from "./conversation.entity.ts";
import { type Verdict, verdictOn } from "./gate.rules.ts";
import type { MessageRecord } from "./message.entity.ts";
import { loudFrom, zonesOf } from "./quiet.rules.ts";
import { isWanted } from "./sent-for.ts";

/** Whether a message may go out now: asked when it goes, with what is known then (docs/messages.md). */

const MARKETING = "marketing";

/**
 * What `verdictOn` says of a message that is about to go out. Three to five reads; one that may go out takes its place in the daily limit
 * of its sender and in what its person is sent, a write each where there is such a limit.
 */
export async function verdict(message: MessageRecord, limit: Limit): Promise<Verdict> {
  const { channel, to_address, purpose: written } = message;
  const purpose = written ?? "service";
  const [suppressed, person, isRefused, is_opt_in_required] = await Promise.all([
    Suppressions.of(channel, to_address),
    living(message.person_id),
    HeldAddresses.isRefused({ channel, address: to_address, purpose }),
    purpose === MARKETING && isOptInAsked(channel),
  ]);
  const { timezone, message_cap } = useSettings();
  const now = Clock.now();
  const asked = {
    ...{ purpose, now, suppressed, is_opt_in_required },
    // Of a person who is gone nothing is known but what their address says. Whoever else has it is asked by the same message.
    consent: isRefused ? ("REFUSED" as const) : person ? consentTo(person, channel, purpose) : ("NOT_ASKED" as const),
    // Nobody is woken by a mail.
    loud_from: channel === "sms" ? await loudAt(to_address, now) : undefined,
    ...{ limited_until: null, capped_until: null },
  };
  const unlimited = verdictOn(asked);
  if (!unlimited.may || uncounted.has(purpose)) return unlimited;
  if (!(await isWanted(message, person?.id ?? message.person_id))) return { may: false, reason: "recalled", until: null };
  const capped_until = purpose === MARKETING ? await capped(message, message_cap, now) : null;
  const limited_until = capped_until === null ? await limited(limit, timezone, now) : null;
  return verdictOn({ ...asked, capped_until, limited_until });
}

/** What takes no place in any limit. */
const uncounted: ReadonlySet<string> = new Set(["security", "answer", "test"]);

/** Messages a day, of a sender or an account. */
export interface Limit {
  id: string;
  daily_limit: number | null;
}

/** Whether silence is no consent: because the channel is such, or the tenant says so of mails. */
const isOptInAsked = async (channel: Channel): Promise<boolean> =>
  (channel === "email" && useSettings().mail_opt_in_required) || isOptInRequired(channel);

/** The numbering plans of the world, loaded for the first number that is asked about. */
const phones = lazily(() => import("../person/phone.rules.ts"));

/** From when on it is not night where a text message is read; null where it always is. */
async function loudAt(number: string, now: string): Promise<string | null> {
  const { timezone, quiet_hours } = useSettings();
  const zones = zonesOf((await phones()).countryOfNumber(number));
  return loudFrom(zones.length > 0 ? zones : [timezone], quiet_hours, now) ?? null;
}

interface Place {
  id: string;
  at: string;
}

/** When a person may be sent marketing again who has had enough of it; else the message takes a place among what they are sent. */
async function capped({ id, person_id }: MessageRecord, cap: Settings["message_cap"], now: string): Promise<string | null> {
  if (cap === null) return null;
  const key: Key = { pk: tenantKey(useTenant(), "MESSAGECAP", person_id), sk: MARKETING };
  return retryOnConflict(async () => {
    const item = await get(key);
    const since = Clock.after(-cap.days * DAY, Date.parse(now));
    const had = ((item?.sent ?? []) as Place[]).filter((each) => each.at > since && each.id !== id);
    const first = had.at(-cap.messages);
    if (first) return Clock.after(cap.days * DAY, Date.parse(first.at));
    const revision = Number(item?.revision ?? 0);
    const next = { ...key, sent: [...had, { id, at: now }], revision: revision + 1, ttl: Clock.epoch(now) + cap.days * DAY };
    const refused = () => new Moved("Another message to the same person took a place meanwhile");
    const unmoved = revision === 0 ? "attribute_not_exists(pk)" : "revision = :read";
    const values = revision === 0 ? {} : { values: { ":read": revision } };
    return transaction()
      .put(next, { condition: unmoved, ...values, refused })
      .commit(null);
  });
}

const DAY = 24 * 60 * 60;
/** By then nobody asks for the number of a day any more, in any zone. */
const KEPT_SECONDS = 3 * DAY;

/** When a sender may send again whose limit of the day is reached; else it takes a place in it. */
async function limited({ id, daily_limit }: Limit, timezone: string, now: string): Promise<string | null> {
  if (daily_limit === null) return null;
  const day = dayIn(timezone, now);
  const key: Key = { pk: tenantKey(useTenant(), "MESSAGEDAY", id), sk: day };
  try {
    await update({
      Key: key,
      UpdateExpression: "SET #ttl = :ttl ADD sent :one",
      ConditionExpression: "attribute_not_exists(sent) OR sent < :most",
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: { ":one": 1, ":most": daily_limit, ":ttl": Clock.epoch(now) + KEPT_SECONDS },
    });
    return null;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return startOfDay(timezone, dayAfter(day, 1));
  }
}
