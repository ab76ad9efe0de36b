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

/** Pure rules of invitations: who is to be sent what, and how times are said. */

/** A message that is to be sent. */
export type InvitationMail = Omit<SentInvitation, "state"> & {
  /** Whether it was begun before, and may have gone out. */
  isRetry: boolean;
  /** Whether they were invited before. */
  isUpdate: boolean;
};

/** Of all that an invitation says of an activity: another one where any of it changes. */
export const computeDigest = (activity: InvitationActivity): string => hashTexts("invitation", serializeInvitation(activity));

type InvitingActivity = InvitationActivity<Activity.StoredParticipant> & { id: string; version: number };

/** Who is to be told what, of an activity as it is now, where they were told this before. */
export function listMails(activity: InvitingActivity, sent: ReadonlyMap<string, SentInvitation>): InvitationMail[] {
  const digest = computeDigest(activity);
  const invited = isCalledOff(activity) ? [] : listExternalParticipants(activity).map(({ id }) => id ?? "");
  const letter = (participant: string, method: SentInvitation["method"]): InvitationMail[] => {
    const last = sent.get(participant);
    const isTold = last?.method === method && (method === "CANCEL" || last.digest === digest);
    if (isTold && last.state === "sent") return [];
    const isUpdate = last?.method === "REQUEST" && !isTold;
    const sequence = isTold ? last.sequence : activity.version;
    return [{ participant, method, sequence, digest, isRetry: isTold, isUpdate }];
  };
  const taken = [...sent.keys()].filter((participant) => !invited.includes(participant));
  return [...invited.flatMap((each) => letter(each, "REQUEST")), ...taken.flatMap((each) => letter(each, "CANCEL"))];
}

/** When it is, in words: `Tuesday, 5 March 2030 at 10:00 – 13:00 (Europe/Berlin)`. */
export function formatTime({ starts_at, ends_at, all_day }: Span, due_date: string | null, zone: string): string {
  const day = { weekday: "long", day: "numeric", month: "long", year: "numeric" } as const;
  if (all_day && due_date)
    return new Intl.DateTimeFormat("en-GB", { ...day, timeZone: "UTC" }).format(new Date(`${due_date}T00:00:00Z`));
  const format = new Intl.DateTimeFormat("en-GB", { ...day, hour: "2-digit", minute: "2-digit", timeZone: zone });
  const said =
    starts_at === ends_at ? format.format(new Date(starts_at)) : format.formatRange(new Date(starts_at), new Date(ends_at));
  // Between times stand blanks that not every font has.
  return `${said.replaceAll(/\s+/gu, " ")} (${zone})`;
}
