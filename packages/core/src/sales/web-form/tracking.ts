import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { usePorts, useRequest } from "../../kernel/context.ts";
import { notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { email, id, text, url } from "../../kernel/schema.ts";
import { isCrawler } from "../../kernel/user-agent.ts";
import { Interaction } from "../../people/interaction/interaction.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { Person } from "../../people/person/person.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import type { FormKind } from "./form.rules.ts";
import { Form } from "./form.ts";
import {
  addIdempotencyKeys,
  buildInteraction,
  DuplicateSubmission,
  findPersonByToken,
  toInteractionPersons,
} from "./form-interaction.ts";
import { withForm } from "./form-session.ts";
import { type Outcome, OutcomeCounts } from "./outcome-counts.ts";
import { IntakeToken } from "./token.ts";
import { VisitOrigins } from "./visit-origin.ts";

/**
 * Tracked events of pages, mails and downloads. The person is identified by a token in the link of a mail, or by an email address that the
 * page knows. Without either, the event is only counted.
 */

const key = text(100).describe("The form's public key");
const t = text(500).optional().describe("Identifies the person; from POST /forms/{id}/tokens");

const TrackingEvent = z.strictObject({
  key,
  t,
  email: email().optional().describe("Alternative to a token: finds or creates the person"),
  url: url(2000).optional(),
  title: text(255).optional(),
  referrer: text(2000).optional(),
  submission_id: text(100).optional().describe("A repeated id has no second effect"),
  ...VisitOrigins.utmFields,
});

type TrackedEvent = Omit<z.output<typeof TrackingEvent>, "key">;

const trackedKinds: readonly FormKind[] = ["page_visit", "email_click", "download"];

export const track = fn(TrackingEvent, ({ key: formKey, ...event }) =>
  withForm(formKey, trackedKinds, (form) => countEvent(form, event)),
);

/** Records that a mail was opened, by the request for a picture in it. */
export const trackMailOpened = fn(z.object({ key, t }), ({ key: formKey, t: token }) =>
  withForm(formKey, ["email_open"], (form) => countEvent(form, { t: token })),
);

export const preflight = fn(z.strictObject({ key }), (input) => withForm(input.key, trackedKinds, async () => null));

async function countEvent(form: Form.Form, event: TrackedEvent): Promise<null> {
  await OutcomeCounts.add(form.id, await receiveEvent(form, event));
  return null;
}

async function receiveEvent(form: Form.Form, { t: token, email: address, ...event }: TrackedEvent): Promise<Outcome> {
  const { user_agent, prefetch } = useRequest();
  // Browsers and mail programs send a user agent. Submissions need none, because a server may forward them.
  if (prefetch || !user_agent?.trim() || isCrawler(user_agent)) return "bot";
  const person = await findPersonByToken(form, token);
  if (!person && !address) return "anonymous";
  const origin = await VisitOrigins.loadOrigin(form, event, [event.url, event.referrer]);
  try {
    await retryOnConflict(async () => {
      const tx = transaction();
      const resolved = person
        ? undefined
        : await Person.resolve({ first_name: null, last_name: null, emails: [address], phones: [], unproved: true });
      const interactionPersons = resolved ? toInteractionPersons(resolved) : { persons: person ? Person.listIds(person) : [] };
      const [personId = ""] = interactionPersons.persons;
      // A picture may be fetched twice and a page reloaded, so the same event within a minute counts once.
      const minute = String(Math.floor(Clock.ms() / 60_000));
      addIdempotencyKeys(
        tx,
        form,
        event.submission_id ? ["submission", event.submission_id] : ["event", personId, event.url ?? "", minute],
      );
      await resolved?.write(tx, null);
      const { url, title, referrer, submission_id } = event;
      const metadata = { url, title, referrer, submission_id };
      const interactionInput = { subject: title || url || form.name, metadata, owner: undefined, origin };
      await Interaction.add(tx, await buildInteraction(form, interactionPersons, interactionInput)).commit(undefined);
    });
    return "accepted";
  } catch (error) {
    if (error instanceof DuplicateSubmission) return "repeated";
    throw error;
  }
}

export const Token = z.object({
  token: z.string().describe("Identifies the person to this form for 400 days; used as `t` in its public URLs"),
  open_url: z.string().nullable().describe("URL of the picture to put into a mail; only for a form that counts opened mails"),
});

/** Issues a token for the links and pictures of a mail to a person. */
export const issueToken = fn(
  z.strictObject({ id: text(64), personal_key_id: id(PERSON) }),
  async ({ id: formId, personal_key_id }) => {
    const form = await Form.get({ id: formId });
    const person = await Person.resolveReference({ personal_key_id });
    if (!person) throw notFound();
    const token = await IntakeToken.issuePersonToken(form.id, person.id);
    const path = `/api/v1/public/track/${form.key}/open.gif?t=${token}`;
    return { token, open_url: form.kind === "email_open" ? usePorts().origin + path : null };
  },
);

export * as Tracking from "./tracking.ts";
