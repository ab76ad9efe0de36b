import type { Span } from "../activity/activity.rules.ts";
import type { Activity } from "../activity/activity.ts";
import { type Inviting, isOff, outsidersIn, toldOf } from "../activity/invited.rules.ts";
import { hashed } from "../storage/table/key.ts";
import type { Sent } from "./ledger.ts";

/** Pure rules of invitations: who is to be sent what, and how times are said. */

/** A message that is to be sent. */
export type Letter = Omit<Sent, "state"> & {
  /** Whether it was begun before, and may have gone out. */
  isAgain: boolean;
  /** Whether they were invited before. */
  isUpdate: boolean;
};

/** Of all that an invitation says of an activity: another one where any of it changes. */
export const digestOf = (activity: Inviting): string => hashed("invitation", toldOf(activity));

type Invited = Inviting<Activity.Taking> & { id: string; version: number };

/** Who is to be told what, of an activity as it is now, where they were told this before. */
export function lettersOf(activity: Invited, sent: ReadonlyMap<string, Sent>): Letter[] {
  const digest = digestOf(activity);
  const invited = isOff(activity) ? [] : outsidersIn(activity).map(({ id }) => id ?? "");
  const letter = (participant: string, method: Sent["method"]): Letter[] => {
    const last = sent.get(participant);
    const isTold = last?.method === method && (method === "CANCEL" || last.digest === digest);
    if (isTold && last.state === "sent") return [];
    const isUpdate = last?.method === "REQUEST" && !isTold;
    const sequence = isTold ? last.sequence : activity.version;
    return [{ participant, method, sequence, digest, isAgain: isTold, isUpdate }];
  };
  const taken = [...sent.keys()].filter((participant) => !invited.includes(participant));
  return [...invited.flatMap((each) => letter(each, "REQUEST")), ...taken.flatMap((each) => letter(each, "CANCEL"))];
}

/** When it is, in words: `Tuesday, 5 March 2030 at 10:00 – 13:00 (Europe/Berlin)`. */
export function whenOf({ starts_at, ends_at, all_day }: Span, due_date: string | null, zone: string): string {
  const day = { weekday: "long", day: "numeric", month: "long", year: "numeric" } as const;
  if (all_day && due_date)
    return new Intl.DateTimeFormat("en-GB", { ...day, timeZone: "UTC" }).format(new Date(`${due_date}T00:00:00Z`));
  const format = new Intl.DateTimeFormat("en-GB", { ...day, hour: "2-digit", minute: "2-digit", timeZone: zone });
  const said =
    starts_at === ends_at ? format.format(new Date(starts_at)) : format.formatRange(new Date(starts_at), new Date(ends_at));
  // Between times stand blanks that not every font has.
  return `${said.replaceAll(/\s+/gu, " ")} (${zone})`;
}
