import { Clock } from "../../kernel/clock.ts";
import { useContext } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import { RecordMail } from "../../messaging/message/record-mail.ts";
import { Activity } from "../../people/activity/activity.ts";
import { Interaction } from "../../people/interaction/interaction.ts";
import { Person } from "../../people/person/person.ts";
import { Opportunity } from "../../sales/opportunity/opportunity.ts";
import { createWorker } from "../../storage/scheduler/job-worker.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { Contact } from "../contact/contact.ts";
import { type ConversionRecord, Conversions, isOpen } from "./conversion.ts";

/**
 * Moves the records of a converted lead to the records that it became: activities and mails to the opportunity, contacts and opportunities to the
 * customer. Interactions name both.
 * Each record moves with its own next version, so it has exactly one parent at any moment. The records are found by an index that may lag.
 * So when all have moved, the search is repeated once the index is up to date.
 */

const steps = ["activities", "messages", "interactions", "opportunities", "contacts"] as const;

interface Progress {
  step: (typeof steps)[number] | "done";
  after: string | undefined;
}

const repointJob = createWorker<ConversionRecord, Progress>({
  name: "conversion",
  collection: Conversions,
  isOpen,
  sliceMs: 10_000,
  // The work runs as the system, not as the user who converted: it must finish even if that user loses access.
  contextFor: async () => useContext(),
  work: runSlice,
  // A conversion is never undone. A worker that failed is called again later, with all its tries.
  onFailed: ({ id }): Promise<void> => repointJob.retryLater(id, initialProgress, Job.INDEX_LAG_SECONDS),
  onOver: repeatAll,
});
export const { run, scheduleRecovery, onContinueRequested } = repointJob;

const initialProgress: Progress = { step: "activities", after: undefined };

async function runSlice(conversion: ConversionRecord, from: JobLease<Progress>, until: number): Promise<void> {
  let lease = from;
  let progress = lease.state ?? initialProgress;
  while (progress.step !== "done") {
    if (lease !== from && performance.now() >= until) return repointJob.requestNextSlice(conversion.id);
    progress = await advance(conversion, progress, lease);
    lease = await Job.saveProgress(conversion.id, lease, progress);
  }
  await repointJob.change(conversion.id, () => ({ status: "MOVED", attention_at: Clock.addSeconds(Job.INDEX_LAG_SECONDS) }));
}

/** Repeats all steps once, and then closes the conversion for good. */
async function repeatAll(conversion: ConversionRecord): Promise<void> {
  let progress = initialProgress;
  while (progress.step !== "done") progress = await advance(conversion, progress);
  await finishConversion(conversion.id);
}

/**
 * Does one part of the work and returns the next progress. With `lease`, writes of activities and interactions fail as soon as another
 * worker has claimed the job.
 */
async function advance(conversion: ConversionRecord, { step, after }: Progress, lease?: JobLease<Progress>): Promise<Progress> {
  const behind =
    step === "contacts"
      ? await moveContacts(conversion, after)
      : step === "opportunities"
        ? await moveOpportunities(conversion, after)
        : await retryOnConflict(() => moveRecords(conversion, step, after, lease));
  if (behind !== undefined) return { step, after: behind };
  return { step: steps[steps.indexOf(step as (typeof steps)[number]) + 1] ?? "done", after: undefined };
}

async function moveRecords(
  conversion: ConversionRecord,
  step: Progress["step"],
  after: string | undefined,
  lease: JobLease<Progress> | undefined,
): Promise<string | undefined> {
  const { lead_id, customer_id, opportunity_id } = conversion;
  const tx = lease ? transaction().addStep(Job.requireLeaseStep(conversion.id, lease)) : transaction();
  const behind =
    step === "activities"
      ? await Activity.repoint(tx, { type: "lead", id: lead_id }, { type: "opportunity", id: opportunity_id }, { after })
      : step === "messages"
        ? await RecordMail.repoint(tx, lead_id, { type: "opportunity", id: opportunity_id }, after)
        : await Interaction.linkLeadInteractions(tx, lead_id, { customer_id, opportunity_id }, after);
  await tx.commit(undefined);
  return behind;
}

/** Contacts or opportunities that one part moves. Each contact has locks of its own. */
const CHUNK_SIZE = 20;

async function moveContacts({ lead_id, customer_id }: ConversionRecord, after: string | undefined): Promise<string | undefined> {
  const contacts = await Contact.listAtPlace({ lead_id }, CHUNK_SIZE, after);
  for (const { id } of contacts) await moveContact(id, lead_id, customer_id);
  return contacts.length === CHUNK_SIZE ? contacts.at(-1)?.id : undefined;
}

/** Moves opportunities of the lead to the customer. */
async function moveOpportunities(
  { lead_id, customer_id, contact_id }: ConversionRecord,
  after: string | undefined,
): Promise<string | undefined> {
  const opportunities = await Opportunity.listByLead(lead_id, CHUNK_SIZE, after);
  for (const { id } of opportunities)
    await retryOnConflict(async () => {
      const [opportunity, contact] = await Promise.all([Opportunity.load(id), Contact.load(contact_id)]);
      if (!opportunity || opportunity.customer_id !== null || !contact) return;
      const tx = transaction();
      Opportunity.attach(tx, opportunity, { lead_id, lead_created_day: opportunity.lead_created_day, customer_id, contact });
      await tx.commit(undefined);
    });
  return opportunities.length === CHUNK_SIZE ? opportunities.at(-1)?.id : undefined;
}

/** Moves a contact of the lead to the customer. If its person is already a contact there, the contact stays with the lead. */
async function moveContact(id: string, lead_id: string, customer_id: string): Promise<void> {
  try {
    await retryOnConflict(async () => {
      const contact = await Contact.load(id);
      if (contact?.lead_id !== lead_id) return;
      const person = await Person.resolveMerged(contact.personal_key_id);
      const place = await Contact.findAtPlace(person ? Person.listIds(person) : [contact.personal_key_id], customer_id);
      if (place.ids.length > 0) return;
      const tx = transaction();
      await Contact.moveToCustomer(tx, contact, customer_id);
      await tx.commit(undefined);
    });
  } catch (error) {
    if (!isFailure(error, "CONFLICT")) throw error;
  }
}

const finishConversion = (id: string): Promise<unknown> =>
  Records.change(Conversions, id, (current) => ({ ...current, attention_at: null }));
