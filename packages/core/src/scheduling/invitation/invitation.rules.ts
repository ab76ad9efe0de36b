import type { Language } from "../../kernel/language.ts";
import { formatZone } from "../../kernel/zone-name.ts";
import type { Span } from "../../people/activity/activity.rules.ts";
import type { Activity } from "../../people/activity/activity.ts";
import {
  type InvitationActivity,
  isCalledOff,
  listExternalParticipants,
  serializeInvitation,
} from "../../people/activity/external-participants.rules.ts";
import { hashTexts } from "../../storage/table/key.ts";
import type { SentInvitation } from "./ledger.ts";

/** Pure rules of invitations: the mails to send, and the format of times. */

/** A mail to send. */
export type InvitationMail = Omit<SentInvitation, "state"> & {
  /** Whether an earlier try may have sent it. */
  isRetry: boolean;
  /** Whether the participant was invited before. */
  isUpdate: boolean;
};

/** Computes the digest of the parts of an activity that an invitation contains. */
export const computeDigest = (activity: InvitationActivity): string => hashTexts("invitation", serializeInvitation(activity));

type InvitingActivity = InvitationActivity<Activity.StoredParticipant> & { id: string; version: number };

/** Lists the mails to send for the present activity; `sent` holds the last message to each participant. */
export function listMails(activity: InvitingActivity, sent: ReadonlyMap<string, SentInvitation>): InvitationMail[] {
  const digest = computeDigest(activity);
  const invitees = isCalledOff(activity) ? [] : listExternalParticipants(activity).map(({ id }) => id ?? "");
  const letter = (participant: string, method: SentInvitation["method"]): InvitationMail[] => {
    const last = sent.get(participant);
    const isTold = last?.method === method && (method === "CANCEL" || last.digest === digest);
    if (isTold && last.state === "sent") return [];
    const isUpdate = last?.method === "REQUEST" && !isTold;
    const sequence = isTold ? last.sequence : activity.version;
    return [{ participant, method, sequence, digest, isRetry: isTold, isUpdate }];
  };
  const removedParticipants = [...sent.keys()].filter((participant) => !invitees.includes(participant));
  return [
    ...invitees.flatMap((invitee) => letter(invitee, "REQUEST")),
    ...removedParticipants.flatMap((participant) => letter(participant, "CANCEL")),
  ];
}

/** Formats the time of an activity in a language: `Tuesday, 5 March 2030 · 10:00–13:00 · Berlin (GMT+1)`. */
export function formatTime(
  { starts_at, ends_at, all_day }: Span,
  due_date: string | null,
  zone: string,
  language: Language = "en",
): string {
  const locale = language === "en" ? "en-GB" : language;
  const day = { weekday: "long", day: "numeric", month: "long", year: "numeric" } as const;
  if (all_day && due_date)
    return new Intl.DateTimeFormat(locale, { ...day, timeZone: "UTC" }).format(new Date(`${due_date}T00:00:00Z`));
  const dayFormat = new Intl.DateTimeFormat(locale, { ...day, timeZone: zone });
  const timeFormat = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", timeZone: zone });
  const [start, end] = [new Date(starts_at), new Date(ends_at)];
  const isOneDay = dayFormat.format(start) === dayFormat.format(end);
  const times = isOneDay
    ? [dayFormat.format(start), starts_at === ends_at ? timeFormat.format(start) : timeFormat.formatRange(start, end)]
    : [`${dayFormat.format(start)}, ${timeFormat.format(start)} – ${dayFormat.format(end)}, ${timeFormat.format(end)}`];
  // The formatter puts special spaces between times, which not every font contains.
  return [...times, formatZone(zone, locale, Date.parse(starts_at))].join(" · ").replaceAll(/\s+/gu, " ");
}
