import * as z from "zod";
import { spanOf } from "../activity/activity.rules.ts";
import { Activity } from "../activity/activity.ts";
import { idIn } from "../activity/calendar.rules.ts";
import { isOff, organizerIn, outsidersIn } from "../activity/invited.rules.ts";
import { RateLimit } from "../auth/rate-limit.ts";
import { Clock } from "../kernel/clock.ts";
import { asSystem, useSettings } from "../kernel/context.ts";
import { conflict, isFailure, notFound, ruleViolation } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { Tenant } from "../tenant/tenant.ts";
import { Directory } from "../user/directory.ts";
import { Answer, type Answered, Reply, token } from "./answer.schema.ts";
import { digestOf, whenOf } from "./invitation.rules.ts";
import { Ledger, type Sent } from "./ledger.ts";
import { addressOf, recipientsOf } from "./recipients.ts";
import { replyIn } from "./reply.rules.ts";
import { type Asked, InvitationToken } from "./token.ts";

/** Answers of those who were invited: by the link of their mail, or by iCalendar from their calendar. */

/** What the page of a link shows. */
export interface Invitation {
  subject: string;
  when: string;
  where: string | null;
  words: string | null;
  from: string;
  response_status: Activity.Taking["response_status"];
  comment: string | null;
  /** Whether it takes place no more. */
  is_off: boolean;
  /** Whether it is another one than the mail told of. */
  is_changed: boolean;
  /** Of what is shown: an answer is to that. */
  shown: string;
}

/** Shows what is asked, and changes nothing. */
export const get = fn(z.object({ token }), (given) =>
  InvitationToken.through(given.token, (asked) => asConfigured(() => shownTo(asked))),
);

/**
 * Answers what was shown: a 409 where it has changed meanwhile or was called off, so that nobody says yes to another time. The same answer
 * again changes nothing.
 */
export const answer = fn(Answer, ({ token: given, response, comment, shown }) =>
  InvitationToken.through(given, (asked) =>
    asConfigured(async () => {
      await RateLimit.take(`${asked.activity}.${asked.participant}.answer`, MOST_IN_A_MINUTE);
      const { is_off } = await shownTo(asked);
      if (is_off) throw conflict("It was called off");
      const look = (activity: Activity.Activity): boolean => {
        if (isOff(activity) || digestOf(activity) !== shown) throw conflict("It has changed meanwhile");
        return true;
      };
      const said = { response_status: response, comment: comment?.trim() || null, at: Clock.now() };
      await Activity.answer(asked.activity, [asked.participant], said, { look, tell: () => null });
      return shownTo(asked);
    }),
  ),
);

const MOST_IN_A_MINUTE = 10;

/** As the tenant has it, under a name of its own; a suspended one writes nothing. */
const asConfigured = <T>(work: () => Promise<T>): Promise<T> =>
  asSystem("invitations", () =>
    Tenant.asConfigured(async () => {
      if ((await Tenant.get({})).status === "SUSPENDED") throw notFound();
      return work();
    }),
  );

async function shownTo({ activity: id, participant, sequence }: Asked): Promise<Invitation> {
  const activity = await Activity.load(id);
  const own = activity && outsidersIn(activity).find((each) => each.id === participant);
  const zone = activity?.timezone ?? useSettings().timezone;
  const span = activity && spanOf(activity, zone);
  if (!own || !span) throw notFound();
  const [last, organizer, tenant] = await Promise.all([
    Ledger.sentOf(id),
    Directory.active(organizerIn(activity)),
    Tenant.get({}),
  ]);
  const digest = digestOf(activity);
  const sent = last.get(participant);
  return {
    subject: activity.subject,
    when: whenOf(span, activity.due_date ?? null, zone),
    where: activity.meeting_location ?? null,
    words: activity.invitation_text ?? null,
    from: [organizer?.display_name, tenant.name].filter(Boolean).join(", "),
    response_status: own.response_status,
    comment: own.response_comment ?? null,
    is_off: isOff(activity),
    is_changed: sent !== undefined && (sent.sequence > sequence || sent.digest !== digest),
    shown: digest,
  };
}

/**
 * Takes what a calendar program answers (RFC 5546, METHOD:REPLY), from whatever receives mail. An answer to an earlier message than they
 * were sent last, or one made before their last, is outdated; a 422 names an event or an address that is not known.
 */
export const reply = fn(Reply, async ({ calendar }) => {
  const { uid, attendee, sequence, ...said } = await replyIn(calendar);
  const id = idIn(uid) ?? "";
  const activity = await shownOf(id);
  const outsiders = outsidersIn(activity).map((each) => each.id ?? "");
  const recipients = await recipientsOf(outsiders);
  const isTheirs = (who: string): boolean => {
    const recipient = recipients.get(who);
    return typeof recipient === "object" && addressOf(recipient.email) === addressOf(attendee);
  };
  const who = outsiders.filter(isTheirs);
  if (who.length === 0) throw unknown("Nobody takes part who is reached at the address of ATTENDEE");
  const sent = await Ledger.sentOf(id);
  const [at = said.at] = [said.at, Clock.now()].sort();
  let outcome: z.output<typeof Answered>["outcome"] = "OUTDATED";
  const look = (current: Activity.Activity): boolean => {
    const isNow = !isOff(current) && who.every((each) => isOfNow(current, sent.get(each), sequence));
    outcome = isNow && !answeredSince(current, who, at) ? "RECORDED" : "OUTDATED";
    return outcome === "RECORDED";
  };
  return Activity.answer(id, who, { ...said, at }, { look, tell: () => ({ activity_id: id, participant_ids: who, outcome }) });
});

/** Whether who answers knew of all that they would be told now; who was sent nothing was told by somebody. */
const isOfNow = (activity: Activity.Activity, last: Sent | undefined, sequence: number | null): boolean =>
  last === undefined || ((sequence ?? last.sequence) >= last.sequence && last.digest === digestOf(activity));

const answeredSince = ({ participants }: Activity.Activity, who: readonly string[], at: string): boolean =>
  participants.some((each) => who.includes(each.id ?? "") && (each.responded_at ?? "") > at);

async function shownOf(id: string): Promise<Activity.Activity> {
  try {
    return await Activity.get({ id });
  } catch (error) {
    throw isFailure(error, "NOT_FOUND") ? unknown("There is no activity of this UID") : error;
  }
}

const unknown = (message: string) => ruleViolation("It answers nothing that was asked", [{ field: "calendar", message }]);

export * as Invitation from "./answer.ts";
