import { type Span, spanOf } from "../activity/activity.rules.ts";
import { Activity } from "../activity/activity.ts";
import { organizerIn } from "../activity/invited.rules.ts";
import { Throttle } from "../auth/throttle.ts";
import { Clock } from "../kernel/clock.ts";
import { usePorts, useSettings, useTenant } from "../kernel/context.ts";
import { isFailure } from "../kernel/error.ts";
import type { DomainEvent } from "../kernel/event.ts";
import { Tenant } from "../tenant/tenant.ts";
import { Directory } from "../user/directory.ts";
import { type Letter, lettersOf } from "./invitation.rules.ts";
import { Ledger } from "./ledger.ts";
import { messageOf, type Occasion } from "./message.ts";
import { addressOf, type Recipient, recipientsOf } from "./recipients.ts";
import { InvitationToken } from "./token.ts";

/** What became of the letters of an activity. */
interface Outcome {
  statuses: Map<string, Activity.InvitationStatus>;
  /** When those that were held back are sent. */
  due: string | null;
  failure?: unknown;
}

/**
 * Sends those who are invited what they have not been told yet: of the activity as it is when the event comes, so that one that comes
 * twice, late, or behind a newer one sends nothing twice and nothing old. What is over invites nobody any more.
 */
export const invite = ({ record_id }: DomainEvent): Promise<void> =>
  Tenant.asConfigured(async () => {
    const outcome: Outcome = { statuses: new Map(), due: null };
    const activity = await Activity.load(record_id);
    if (activity?.send_invitations && activity.status !== "COMPLETED") await sendAll(activity, outcome);
    await Activity.invited(record_id, outcome.statuses, outcome.due);
    if (outcome.failure !== undefined) throw outcome.failure;
  });

async function sendAll(activity: Activity.Activity, outcome: Outcome): Promise<void> {
  const zone = activity.timezone ?? useSettings().timezone;
  const span = spanOf(activity, zone);
  if (!span || span.ends_at <= Clock.now()) return;
  const letters = lettersOf(activity, await Ledger.sentOf(activity.id));
  if (letters.length === 0) return;
  const [tenant, organizer, recipients] = await Promise.all([
    Tenant.get({}),
    Directory.active(organizerIn(activity)),
    recipientsOf(letters.map(({ participant }) => participant)),
  ]);
  if (tenant.status === "SUSPENDED") return;
  for (const letter of letters) {
    const to = recipients.get(letter.participant) ?? "NO_ADDRESS";
    if (!organizer) outcome.statuses.set(letter.participant, "NO_ORGANIZER");
    else if (typeof to === "string") outcome.statuses.set(letter.participant, to);
    else await sendOne({ activity, span, zone, organizer, tenant: tenant.name }, letter, to, outcome);
  }
}

/** One that fails keeps no other back. */
async function sendOne(occasion: Occasion, letter: Letter, to: Recipient, outcome: Outcome): Promise<void> {
  try {
    if (await sent(occasion, letter, to)) outcome.statuses.set(letter.participant, "SENT");
  } catch (error) {
    if (isFailure(error, "RATE_LIMITED")) {
      outcome.statuses.set(letter.participant, "HELD_BACK");
      outcome.due = Clock.after(error.retryAfter ?? 0);
    } else outcome.failure ??= error;
  }
}

/** Whether it went out: not where something newer has meanwhile. */
async function sent(occasion: Occasion, letter: Letter, to: Recipient): Promise<boolean> {
  const { activity, span, organizer } = occasion;
  const until = endOf(span);
  const counted = await counting(letter, to, organizer.id);
  if (!letter.isAgain && !(await Ledger.claim(activity.id, letter, until))) {
    await counted?.forgive();
    return false;
  }
  const token = await InvitationToken.made({ activity: activity.id, ...letter }, until);
  await usePorts()
    .mail.send(messageOf(occasion, letter, to, token))
    .catch(async (error) => {
      await counted?.forgive();
      throw error;
    });
  await Ledger.wentOut(activity.id, letter);
  return true;
}

/** Seconds behind its end for which an invitation is answered. */
const ANSWERED = 24 * 60 * 60;

const endOf = ({ ends_at }: Span): string => Clock.after(ANSWERED, Date.parse(ends_at));

/** Invitations in an hour to one address, of one user, and of one tenant. */
const [MOST_TO_ONE, MOST_OF_USER, MOST_OF_TENANT] = [30, 300, 3000];

/** What somebody was invited to is called off however many mails there were. */
const counting = async ({ method }: Letter, { email }: Recipient, organizer: string): Promise<Throttle.Attempt | undefined> =>
  method === "CANCEL"
    ? undefined
    : Throttle.attempt(
        "invitation",
        [`activity to ${addressOf(email)}`, MOST_TO_ONE],
        [`activity of ${organizer}`, MOST_OF_USER],
        [`activity of ${useTenant()}`, MOST_OF_TENANT],
      );
