import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { runAsSystem, useRequest, useSettings } from "../../kernel/context.ts";
import { conflict, isFailure, notFound, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { type Language, matchLanguage, negotiateLanguage } from "../../kernel/language.ts";
import { computeSpan } from "../../people/activity/activity.rules.ts";
import { Activity } from "../../people/activity/activity.ts";
import { findOrganizer, isCalledOff, listExternalParticipants } from "../../people/activity/external-participants.rules.ts";
import { parseUid } from "../../people/activity/icalendar.rules.ts";
import { RateLimit } from "../../platform/auth/rate-limit.ts";
import { buildBrand } from "../../platform/tenant/brand.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Directory } from "../../platform/user/directory.ts";
import { Answer, type AnswerResult, Reply, token } from "./answer.schema.ts";
import { computeDigest, formatTime } from "./invitation.rules.ts";
import { InvitationLedger, type SentInvitation } from "./ledger.ts";
import { normalizeAddress, resolveRecipients } from "./recipients.ts";
import { parseReply } from "./reply.rules.ts";
import { InvitationToken, type TokenClaims } from "./token.ts";

/** Answers to invitations, by the link of the mail or by iCalendar. */

/** The content of a link's page. */
export interface Invitation {
  subject: string;
  when: string;
  where: string | null;
  words: string | null;
  from: string;
  response_status: Activity.StoredParticipant["response_status"];
  comment: string | null;
  /** Whether the activity was called off. */
  is_off: boolean;
  /** Whether the activity differs from the one in the mail. */
  is_changed: boolean;
  /** The digest of the content. An answer names it. */
  digest: string;
}

/** Returns the invitation without changing anything. */
export const get = fn(z.object({ token }), (input) =>
  InvitationToken.withLink(input.token, (claims) => runAsInvitations(() => presentInvitation(claims))),
);

/**
 * Answers the invitation that was shown. CONFLICT if the activity changed since, or was called off, so that no participant accepts another
 * time by mistake. Repeating the answer changes nothing.
 */
export const answer = fn(Answer, ({ token: linkToken, response, comment, shown }) =>
  InvitationToken.withLink(linkToken, (claims) =>
    runAsInvitations(async () => {
      await RateLimit.take(`${claims.activity}.${claims.participant}.answer`, MAX_ANSWERS_PER_MINUTE);
      const { is_off } = await presentInvitation(claims);
      if (is_off) throw conflict("The event was cancelled");
      const look = (activity: Activity.Activity): boolean => {
        if (isCalledOff(activity) || computeDigest(activity) !== shown)
          throw conflict("The event has changed since you opened it");
        return true;
      };
      const answerFields = { response_status: response, comment: comment?.trim() || null, answeredAt: Clock.now() };
      await Activity.answer(claims.activity, [claims.participant], answerFields, { isAnswerable: look, present: () => null });
      return presentInvitation(claims);
    }),
  ),
);

const MAX_ANSWERS_PER_MINUTE = 10;

/** Runs as the system with the tenant's settings. The page that follows has its brand. NOT_FOUND for a suspended tenant. */
const runAsInvitations = <T>(work: () => Promise<T>): Promise<T> =>
  runAsSystem("invitations", () =>
    Tenant.runWithSettings(async () => {
      const tenant = await Tenant.get({});
      if (tenant.status === "SUSPENDED") throw notFound();
      Object.assign(useRequest(), { language: readLanguage(), brand: buildBrand(tenant) });
      return work();
    }),
  );

/** Returns the language of the browser, or else that of the tenant's letters. */
const readLanguage = (): Language =>
  negotiateLanguage(useRequest().languages ?? "") ?? matchLanguage(useSettings().letterhead.language) ?? "en";

async function presentInvitation({ activity: id, participant, sequence }: TokenClaims): Promise<Invitation> {
  const activity = await Activity.load(id);
  const invitee =
    activity && listExternalParticipants(activity).find((externalParticipant) => externalParticipant.id === participant);
  const zone = activity?.timezone ?? useSettings().timezone;
  const span = activity && computeSpan(activity, zone);
  if (!invitee || !span) throw notFound();
  const [last, organizer, tenant] = await Promise.all([
    InvitationLedger.listSent(id),
    Directory.findActive(findOrganizer(activity)),
    Tenant.get({}),
  ]);
  const digest = computeDigest(activity);
  const sent = last.get(participant);
  return {
    subject: activity.subject,
    when: formatTime(span, activity.due_date ?? null, zone, readLanguage()),
    where: activity.meeting_location ?? null,
    words: activity.invitation_text ?? null,
    from: [organizer?.display_name, tenant.name].filter(Boolean).join(", "),
    response_status: invitee.response_status,
    comment: invitee.response_comment ?? null,
    is_off: isCalledOff(activity),
    is_changed: sent !== undefined && (sent.sequence > sequence || sent.digest !== digest),
    digest,
  };
}

/**
 * Processes the reply of a calendar program (RFC 5546, METHOD:REPLY) that was received by mail. A reply to an earlier message than the last
 * one, or made before the last answer, is OUTDATED. An unknown event or address is a RULE_VIOLATION.
 */
export const reply = fn(Reply, async ({ calendar }) => {
  const { uid, attendee, sequence, ...replyFields } = await parseReply(calendar);
  const id = parseUid(uid) ?? "";
  const activity = await requireActivity(id);
  const outsiders = listExternalParticipants(activity).map((externalParticipant) => externalParticipant.id ?? "");
  const recipients = await resolveRecipients(outsiders);
  const isTheirs = (participantId: string): boolean => {
    const recipient = recipients.get(participantId);
    return typeof recipient === "object" && normalizeAddress(recipient.email) === normalizeAddress(attendee);
  };
  const respondents = outsiders.filter(isTheirs);
  if (respondents.length === 0) throw replyRejection("No invited participant has the address of ATTENDEE");
  const sent = await InvitationLedger.listSent(id);
  const [answeredAt = replyFields.at] = [replyFields.at, Clock.now()].sort();
  let outcome: z.output<typeof AnswerResult>["outcome"] = "OUTDATED";
  const look = (current: Activity.Activity): boolean => {
    const isNow =
      !isCalledOff(current) && respondents.every((participantId) => isCurrent(current, sent.get(participantId), sequence));
    outcome = isNow && !hasAnsweredSince(current, respondents, answeredAt) ? "RECORDED" : "OUTDATED";
    return outcome === "RECORDED";
  };
  return Activity.answer(
    id,
    respondents,
    { ...replyFields, answeredAt },
    { isAnswerable: look, present: () => ({ activity_id: id, participant_ids: respondents, outcome }) },
  );
});

/**
 * Whether the participant answered the latest invitation. A participant without a recorded invitation counts as up to date, because a user
 * may have told them otherwise.
 */
const isCurrent = (activity: Activity.Activity, last: SentInvitation | undefined, sequence: number | null): boolean =>
  last === undefined || ((sequence ?? last.sequence) >= last.sequence && last.digest === computeDigest(activity));

const hasAnsweredSince = ({ participants }: Activity.Activity, participantIds: readonly string[], instant: string): boolean =>
  participants.some((participant) => participantIds.includes(participant.id ?? "") && (participant.responded_at ?? "") > instant);

async function requireActivity(id: string): Promise<Activity.Activity> {
  try {
    return await Activity.get({ id });
  } catch (error) {
    throw isFailure(error, "NOT_FOUND") ? replyRejection("No activity has this UID") : error;
  }
}

const replyRejection = (message: string) =>
  ruleViolation("The reply does not match an invitation", [{ field: "calendar", message }]);

export * as Invitation from "./answer.ts";
