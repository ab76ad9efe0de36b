import { type Context, runIn } from "../../kernel/context.ts";
import { splitName } from "../../kernel/text.ts";
import type { Activity } from "../../people/activity/activity.ts";
import { resolveDisclosure } from "../../people/person/disclosure.ts";
import { Person, type Resolution } from "../../people/person/person.ts";
import { toResolutionInput } from "../../people/person/point-attachment.ts";
import { Lead } from "../../sales/lead/lead.ts";
import type { Transaction } from "../../storage/write/transaction.ts";

/** The person or lead to which the activity of a booking belongs. */

interface VisitorInput {
  name: string;
  email: string;
  phone: string | null;
}

export interface Visitor {
  related: Activity.OwnedSubject;
  person_id: string;
  /** The lead that lets the host see the visitor if the host cannot see the visitor's person otherwise. */
  lead_id: string | null;
  /** Adds the writes that belong to the visitor to the transaction of the activity. */
  write: (tx: Transaction, instant: string) => Promise<void>;
}

/**
 * Resolves the visitor of a booking. If the host sees the person, the activity belongs to the person. Otherwise it belongs to a lead of the
 * host: the lead of the visitor's former booking (`lead_id`), or a new lead as a form creates it. Such a lead shows only what the visitor
 * typed.
 */
export async function resolveVisitor(
  typed: VisitorInput,
  owner_id: string,
  host: Context,
  lead_id: string | null,
): Promise<Visitor> {
  const visitorFields = { ...splitName(typed.name), email: typed.email, phone: typed.phone };
  const resolution = await Person.resolve({ ...toResolutionInput(visitorFields), unproved: true });
  const { person } = resolution;
  if (resolution.isExisting && (await runIn(host, () => resolveDisclosure(person.id))) === null)
    return {
      related: { type: "person", id: person.id, owner: person.id },
      person_id: person.id,
      lead_id,
      write: createPersonWriter(resolution),
    };
  const existingLead = lead_id === null ? undefined : await Lead.find(lead_id);
  if (existingLead && isReusableLead(existingLead, owner_id, resolution))
    return {
      ...toLeadVisitor(existingLead),
      write: async (tx, activityTime) => {
        await createPersonWriter(resolution)(tx);
        Lead.touch(tx, existingLead, activityTime);
      },
    };
  const leadDraft = await Lead.prepare({ ...visitorFields, owner_id }, { unproved: true, limited: resolution.isExisting });
  return {
    ...toLeadVisitor(leadDraft.lead),
    write: async (tx, activityTime) => {
      await Lead.add(tx, { ...leadDraft.lead, last_activity_date: activityTime }, leadDraft.choice);
      await leadDraft.person.write(tx, leadDraft.lead.id);
    },
  };
}

const createPersonWriter =
  ({ write }: Resolution) =>
  async (tx: Transaction): Promise<void> => {
    await write(tx, null);
  };

const isReusableLead = (lead: Lead.Lead, owner: string, { person }: Resolution): boolean =>
  lead.owner_id === owner && !lead.is_converted && Person.listIds(person).includes(lead.personal_key_id);

const toLeadVisitor = ({ id, personal_key_id }: Lead.Lead) => ({
  related: { type: "lead", id, owner: personal_key_id } satisfies Activity.OwnedSubject,
  person_id: personal_key_id,
  lead_id: id,
});
