import { Clock } from "../kernel/clock.ts";
import { useSettings, useTenant } from "../kernel/context.ts";
import type { Settings } from "../kernel/settings.ts";
import { dayAfter, dayIn, startOfDay } from "../kernel/zone.ts";
import { living } from "../person/identity.ts";
import { countryOfNumber } from "../person/phone.rules.ts";
import { consentTo, isOptInRequired } from "../person/preferences.ts";
import { get, isConditionFailed, update } from "../storage/table/database.ts";
import { type Key, tenantKey } from "../storage/table/key.ts";
import { Moved, retryOnConflict, transaction } from "../storage/write/transaction.ts";
import { Suppressions } from "../suppression/suppressions.ts";
import { type Verdict, verdictOn } from "./gate.rules.ts";
import type { MessageRecord } from "./message.entity.ts";
import { loudFrom, zonesOf } from "./quiet.rules.ts";
import type { SenderRecord } from "./sms-account/sender.entity.ts";

/** Whether a message may go out now: asked when it goes, with what is known then (docs/messages.md). */

const MARKETING = "marketing";

/**
 * What `verdictOn` says of a message that is about to go out. Two to four reads; one that may go out takes its place in the daily limit
 * of its sender and in what its person is sent, a write each where there is such a limit.
 */
export async function verdict(message: MessageRecord, sender: SenderRecord): Promise<Verdict> {
  const { channel, to_address, purpose: written } = message;
  const purpose = written ?? "service";
  const [suppressed, person, is_opt_in_required] = await Promise.all([
    Suppressions.of(channel, to_address),
    living(message.person_id),
    purpose === MARKETING && isOptInRequired(channel),
  ]);
  const { timezone, quiet_hours, message_cap } = useSettings();
  const now = Clock.now();
  const zones = zonesOf(countryOfNumber(to_address));
  const asked = {
    ...{ purpose, now, suppressed, is_opt_in_required },
    // Of a person who is gone nothing is known but what their address says.
    consent: person ? consentTo(person, channel, MARKETING) : ("NOT_ASKED" as const),
    loud_from: loudFrom(zones.length > 0 ? zones : [timezone], quiet_hours, now) ?? null,
    ...{ limited_until: null, capped_until: null },
  };
  const unlimited = verdictOn(asked);
  if (!unlimited.may || purpose === "security") return unlimited;
  const capped_until = purpose === MARKETING ? await capped(message, message_cap, now) : null;
  const limited_until = capped_until === null ? await limited(sender, timezone, now) : null;
  return verdictOn({ ...asked, capped_until, limited_until });
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
async function limited({ id, daily_limit }: SenderRecord, timezone: string, now: string): Promise<string | null> {
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
