import { Clock } from "../../kernel/clock.ts";
import { usePorts, useSettings, useTenant } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { computeSpan, type Span } from "../../people/activity/activity.rules.ts";
import { Activity } from "../../people/activity/activity.ts";
import { findOrganizer } from "../../people/activity/external-participants.rules.ts";
import { Throttle } from "../../platform/auth/throttle.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Directory } from "../../platform/user/directory.ts";
import { type InvitationMail, listMails } from "./invitation.rules.ts";
import { InvitationLedger } from "./ledger.ts";
import { buildMessage, type Occasion } from "./message.ts";
import { normalizeAddress, type Recipient, resolveRecipients } from "./recipients.ts";
import { InvitationToken } from "./token.ts";

/** The result of sending the mails of an activity. */
interface Outcome {
  statuses: Map<string, Activity.InvitationStatus>;
  /** When mails beyond the limit are sent. */
  due: string | null;
  failure?: unknown;
}

/**
 * Sends the participants the invitations that they have not received yet, by the present state of the activity. So an event that arrives
 * twice, late or out of order sends nothing twice and nothing outdated. Past activities send no invitations.
 */
export const onInvitationDue = ({ record_id }: DomainEvent): Promise<void> =>
  Tenant.runWithSettings(async () => {
    const outcome: Outcome = { statuses: new Map(), due: null };
    const activity = await Activity.load(record_id);
    if (activity?.send_invitations && activity.status !== "COMPLETED") await sendInvitations(activity, outcome);
    await Activity.recordInvitations(record_id, outcome.statuses, outcome.due);
    if (outcome.failure !== undefined) throw outcome.failure;
  });

async function sendInvitations(activity: Activity.Activity, outcome: Outcome): Promise<void> {
  const zone = activity.timezone ?? useSettings().timezone;
  const span = computeSpan(activity, zone);
  if (!span || span.ends_at <= Clock.now()) return;
  const letters = listMails(activity, await InvitationLedger.listSent(activity.id));
  if (letters.length === 0) return;
  const [tenant, organizer, recipients] = await Promise.all([
    Tenant.get({}),
    Directory.findActive(findOrganizer(activity)),
    resolveRecipients(letters.map(({ participant }) => participant)),
  ]);
  if (tenant.status === "SUSPENDED") return;
  for (const letter of letters) {
    const to = recipients.get(letter.participant) ?? "NO_ADDRESS";
    if (!organizer) outcome.statuses.set(letter.participant, "NO_ORGANIZER");
    else if (typeof to === "string") outcome.statuses.set(letter.participant, to);
    else await sendInvitation({ activity, span, zone, organizer, tenant: tenant.name }, letter, to, outcome);
  }
}

/** Sends one invitation. A failure does not stop the others. */
async function sendInvitation(occasion: Occasion, letter: InvitationMail, to: Recipient, outcome: Outcome): Promise<void> {
  try {
    if (await deliverMail(occasion, letter, to)) outcome.statuses.set(letter.participant, "SENT");
  } catch (error) {
    if (isFailure(error, "RATE_LIMITED")) {
      outcome.statuses.set(letter.participant, "HELD_BACK");
      outcome.due = Clock.addSeconds(error.retryAfter ?? 0);
    } else outcome.failure ??= error;
  }
}

/** Sends the mail and returns true, or returns false if a newer one was sent meanwhile. */
async function deliverMail(occasion: Occasion, letter: InvitationMail, to: Recipient): Promise<boolean> {
  const { activity, span, organizer } = occasion;
  const until = computeExpiry(span);
  const quotaAttempt = await takeMailQuota(letter, to, organizer.id);
  if (!letter.isRetry && !(await InvitationLedger.claim(activity.id, letter, until))) {
    await quotaAttempt?.refund();
    return false;
  }
  const token = await InvitationToken.build({ activity: activity.id, ...letter }, until);
  await usePorts()
    .mail.send(buildMessage(occasion, letter, to, token))
    .catch(async (error) => {
      await quotaAttempt?.refund();
      throw error;
    });
  await InvitationLedger.markSent(activity.id, letter);
  return true;
}

/** Seconds after the end of the activity in which an invitation can still be answered. */
const ANSWER_WINDOW_SECONDS = 24 * 60 * 60;

const computeExpiry = ({ ends_at }: Span): string => Clock.addSeconds(ANSWER_WINDOW_SECONDS, Date.parse(ends_at));

/** Invitations per hour: to one address, of one user, and of one tenant. */
const [MAX_MAILS_PER_ADDRESS, MAX_MAILS_PER_USER, MAX_MAILS_PER_TENANT] = [30, 300, 3000];

/** Takes the quota of a mail. Cancellations are not limited. */
const takeMailQuota = async (
  { method }: InvitationMail,
  { email }: Recipient,
  organizer: string,
): Promise<Throttle.Attempt | undefined> =>
  method === "CANCEL"
    ? undefined
    : Throttle.attempt(
        "invitation",
        [`activity to ${normalizeAddress(email)}`, MAX_MAILS_PER_ADDRESS],
        [`activity of ${organizer}`, MAX_MAILS_PER_USER],
        [`activity of ${useTenant()}`, MAX_MAILS_PER_TENANT],
      );
