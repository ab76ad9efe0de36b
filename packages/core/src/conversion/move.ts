import { Activity } from "../activity/activity.ts";
import { Contact } from "../contact/contact.ts";
import { Interaction } from "../interaction/interaction.ts";
import { Clock } from "../kernel/clock.ts";
import { useContext } from "../kernel/context.ts";
import { isFailure } from "../kernel/error.ts";
import { Opportunity } from "../opportunity/opportunity.ts";
import { Person } from "../person/person.ts";
import { worker } from "../storage/jobs/worker.ts";
import { Job, type JobLease } from "../storage/write/job.ts";
import { Records } from "../storage/write/records.ts";
import { retryOnConflict, transaction } from "../storage/write/transaction.ts";
import { type ConversionRecord, Conversions, isOpen } from "./conversion.ts";

/**
 * What belongs to a lead follows it to what it became: activities to the opportunity, contacts and opportunities to the customer, and interactions
 * name both. Each is in one place at any moment, because its own next version says where. It is found by an index, which may
 * lag; so once all has moved, it is looked for again when no index lags any more.
 */

const steps = ["activities", "interactions", "opportunities", "contacts"] as const;

interface Progress {
  step: (typeof steps)[number] | "done";
  after: string | undefined;
}

const mover = worker<ConversionRecord, Progress>({
  name: "conversion",
  collection: Conversions,
  isOpen,
  longest: 10_000,
  // Nobody's deed: it follows from the conversion, whatever its author may do by now.
  acting: async () => useContext(),
  work,
  // What was converted stays so: it is tried again when it is looked after, as often as before.
  failed: ({ id }): Promise<void> => mover.tryLater(id, beginning, Job.LAGGED),
  over: once,
});
export const { run, lookAfter, onContinueRequested } = mover;

const beginning: Progress = { step: "activities", after: undefined };

async function work(conversion: ConversionRecord, from: JobLease<Progress>, until: number): Promise<void> {
  let lease = from;
  let progress = lease.state ?? beginning;
  while (progress.step !== "done") {
    if (lease !== from && performance.now() >= until) return mover.resumeLater(conversion.id);
    progress = await advance(conversion, progress, lease);
    lease = await Job.advance(conversion.id, lease, progress);
  }
  await mover.change(conversion.id, () => ({ status: "MOVED", attention_at: Clock.after(Job.LAGGED) }));
}

/** All of it once more, and then no more. */
async function once(conversion: ConversionRecord): Promise<void> {
  let progress = beginning;
  while (progress.step !== "done") progress = await advance(conversion, progress);
  await ended(conversion.id);
}

/** One part of the work; fenced, where a worker does it. */
async function advance(conversion: ConversionRecord, { step, after }: Progress, lease?: JobLease<Progress>): Promise<Progress> {
  const behind =
    step === "contacts"
      ? await contacts(conversion, after)
      : step === "opportunities"
        ? await opportunities(conversion, after)
        : await retryOnConflict(() => records(conversion, step, after, lease));
  if (behind !== undefined) return { step, after: behind };
  return { step: steps[steps.indexOf(step as (typeof steps)[number]) + 1] ?? "done", after: undefined };
}

async function records(
  conversion: ConversionRecord,
  step: Progress["step"],
  after: string | undefined,
  lease: JobLease<Progress> | undefined,
): Promise<string | undefined> {
  const { lead_id, customer_id, opportunity_id } = conversion;
  const tx = lease ? transaction().step(Job.fence(conversion.id, lease)) : transaction();
  const behind =
    step === "activities"
      ? await Activity.move(tx, { type: "lead", id: lead_id }, { type: "opportunity", id: opportunity_id }, { after })
      : await Interaction.join(tx, lead_id, { customer_id, opportunity_id }, after);
  await tx.commit(undefined);
  return behind;
}

/** So many contacts of a lead are moved in one part; each has locks of its own. */
const SOME = 20;

async function contacts({ lead_id, customer_id }: ConversionRecord, after: string | undefined): Promise<string | undefined> {
  const found = await Contact.at({ lead_id }, SOME, after);
  for (const { id } of found) await joined(id, lead_id, customer_id);
  return found.length === SOME ? found.at(-1)?.id : undefined;
}

/** The lead's own opportunities are the customer's now. */
async function opportunities(
  { lead_id, customer_id, contact_id }: ConversionRecord,
  after: string | undefined,
): Promise<string | undefined> {
  const found = await Opportunity.ofLead(lead_id, SOME, after);
  for (const { id } of found)
    await retryOnConflict(async () => {
      const [opportunity, contact] = await Promise.all([Opportunity.load(id), Contact.load(contact_id)]);
      if (!opportunity || opportunity.customer_id !== null || !contact) return;
      const tx = transaction();
      Opportunity.attach(tx, opportunity, { lead_id, customer_id, contact });
      await tx.commit(undefined);
    });
  return found.length === SOME ? found.at(-1)?.id : undefined;
}

/** Moves a contact of the lead to the customer; one whose person is a contact there already stays with the lead. */
async function joined(id: string, lead_id: string, customer_id: string): Promise<void> {
  try {
    await retryOnConflict(async () => {
      const contact = await Contact.load(id);
      if (contact?.lead_id !== lead_id) return;
      const person = await Person.living(contact.personal_key_id);
      const place = await Contact.find(person ? Person.idsOf(person) : [contact.personal_key_id], customer_id);
      if (place.ids.length > 0) return;
      const tx = transaction();
      await Contact.join(tx, contact, customer_id);
      await tx.commit(undefined);
    });
  } catch (error) {
    if (!isFailure(error, "CONFLICT")) throw error;
  }
}

const ended = (id: string): Promise<unknown> =>
  Records.change(Conversions, id, (current) => ({ ...current, attention_at: null }));
