import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { runAsSystem, useSettings } from "../../kernel/context.ts";
import { conflict, isFailure, notFound, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { computeSpan } from "../../people/activity/activity.rules.ts";
import { Activity } from "../../people/activity/activity.ts";
import { findOrganizer, isCalledOff, listExternalParticipants } from "../../people/activity/external-participants.rules.ts";
import { parseUid } from "../../people/activity/icalendar.rules.ts";
import { RateLimit } from "../../platform/auth/rate-limit.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Directory } from "../../platform/user/directory.ts";
import { Answer, type AnswerResult, Reply, token } from "./answer.schema.ts";
import { computeDigest, formatTime } from "./invitation.rules.ts";
import { InvitationLedger, type SentInvitation } from "./ledger.ts";
import { normalizeAddress, resolveRecipients } from "./recipients.ts";
import { parseReply } from "./reply.rules.ts";
import { InvitationToken, type TokenClaims } from "./token.ts";

/** Answers of those who were invited: by the link of their mail, or by iCalendar from their calendar. */

/** What the page of a link shows. */
export interface Invitation {
  subject: string;
  when: string;
  where: string | null;
  words: string | null;
  from: string;
  response_status: Activity.StoredParticipant["response_status"];
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
  InvitationToken.withLink(given.token, (asked) => runAsInvitations(() => presentInvitation(asked))),
);

/**
 * Answers what was shown: a 409 where it has changed meanwhile or was called off, so that nobody says yes to another time. The same answer
 * again changes nothing.
 */
export const answer = fn(Answer, ({ token: given, response, comment, shown }) =>
  InvitationToken.withLink(given, (asked) =>
    runAsInvitations(async () => {
      await RateLimit.take(`${asked.activity}.${asked.participant}.answer`, MAX_ANSWERS_PER_MINUTE);
      const { is_off } = await presentInvitation(asked);
      if (is_off) throw conflict("It was called off");
      const look = (activity: Activity.Activity): boolean => {
        if (isCalledOff(activity) || computeDigest(activity) !== shown) throw conflict("It has changed meanwhile");
        return true;
      };
      const said = { response_status: response, comment: comment?.trim() || null, at: Clock.now() };
      await Activity.answer(asked.activity, [asked.participant], said, { isAnswerable: look, present: () => null });
      return presentInvitation(asked);
    }),
  ),
);

const MAX_ANSWERS_PER_MINUTE = 10;

/** As the tenant has it, under a name of its own; a suspended one writes nothing. */
const runAsInvitations = <T>(work: () => Promise<T>): Promise<T> =>
  runAsSystem("invitations", () =>
    Tenant.runWithSettings(async () => {
      if ((await Tenant.get({})).status === "SUSPENDED") throw notFound();
      return work();
    }),
  );

async function presentInvitation({ activity: id, participant, sequence }: TokenClaims): Promise<Invitation> {
  const activity = await Activity.load(id);
  const own = activity && listExternalParticipants(activity).find((each) => each.id === participant);
  const zone = activity?.timezone ?? useSettings().timezone;
  const span = activity && computeSpan(activity, zone);
  if (!own || !span) throw notFound();
  const [last, organizer, tenant] = await Promise.all([
    InvitationLedger.listSent(id),
    Directory.findActive(findOrganizer(activity)),
    Tenant.get({}),
  ]);
  const digest = computeDigest(activity);
  const sent = last.get(participant);
  return {
    subject: activity.subject,
    when: formatTime(span, activity.due_date ?? null, zone),
    where: activity.meeting_location ?? null,
    words: activity.invitation_text ?? null,
    from: [organizer?.display_name, tenant.name].filter(Boolean).join(", "),
    response_status: own.response_status,
    comment: own.response_comment ?? null,
    is_off: isCalledOff(activity),
    is_changed: sent !== undefined && (sent.sequence > sequence || sent.digest !== digest),
    shown: digest,
  };
}

/**
 * Takes what a calendar program answers (RFC 5546, METHOD:REPLY), from whatever receives mail. An answer to an earlier message than they
 * were sent last, or one made before their last, is outdated; a 422 names an event or an address that is not known.
 */
export const reply = fn(Reply, async ({ calendar }) => {
  const { uid, attendee, sequence, ...said } = await parseReply(calendar);
  const id = parseUid(uid) ?? "";
  const activity = await requireActivity(id);
  const outsiders = listExternalParticipants(activity).map((each) => each.id ?? "");
  const recipients = await resolveRecipients(outsiders);
  const isTheirs = (who: string): boolean => {
    const recipient = recipients.get(who);
    return typeof recipient === "object" && normalizeAddress(recipient.email) === normalizeAddress(attendee);
  };
  const who = outsiders.filter(isTheirs);
  if (who.length === 0) throw replyRejection("Nobody takes part who is reached at the address of ATTENDEE");
  const sent = await InvitationLedger.listSent(id);
  const [at = said.at] = [said.at, Clock.now()].sort();
  let outcome: z.output<typeof AnswerResult>["outcome"] = "OUTDATED";
  const look = (current: Activity.Activity): boolean => {
    const isNow = !isCalledOff(current) && who.every((each) => isCurrent(current, sent.get(each), sequence));
    outcome = isNow && !hasAnsweredSince(current, who, at) ? "RECORDED" : "OUTDATED";
    return outcome === "RECORDED";
  };
  return Activity.answer(
    id,
    who,
    { ...said, at },
    { isAnswerable: look, present: () => ({ activity_id: id, participant_ids: who, outcome }) },
  );
});

/** Whether who answers knew of all that they would be told now; who was sent nothing was told by somebody. */
const isCurrent = (activity: Activity.Activity, last: SentInvitation | undefined, sequence: number | null): boolean =>
  last === undefined || ((sequence ?? last.sequence) >= last.sequence && last.digest === computeDigest(activity));

const hasAnsweredSince = ({ participants }: Activity.Activity, who: readonly string[], at: string): boolean =>
  participants.some((each) => who.includes(each.id ?? "") && (each.responded_at ?? "") > at);

async function requireActivity(id: string): Promise<Activity.Activity> {
  try {
    return await Activity.get({ id });
  } catch (error) {
    throw isFailure(error, "NOT_FOUND") ? replyRejection("There is no activity of this UID") : error;
  }
}

const replyRejection = (message: string) => ruleViolation("It answers nothing that was asked", [{ field: "calendar", message }]);

export * as Invitation from "./answer.ts";
