import type { Activity } from "../activity/activity.ts";
import { type Context, runIn } from "../kernel/context.ts";
import { splitName } from "../kernel/text.ts";
import { Lead } from "../lead/lead.ts";
import { claimOf } from "../person/named.ts";
import { Person, type Resolution } from "../person/person.ts";
import { sightOf } from "../person/person-sight.ts";
import type { Transaction } from "../storage/write/transaction.ts";

/** Whom what is booked is about. */

interface Typed {
  name: string;
  email: string;
  phone: string | null;
}

export interface Visitor {
  related: Activity.Beneath;
  person_id: string;
  /** By which the host sees a visitor whom they do not see otherwise. */
  lead_id: string | null;
  /** Adds to the transaction of the activity what has to be written with it. */
  write: (tx: Transaction, at: string) => Promise<void>;
}

/**
 * The person whom the host sees; of a stranger, or somebody whom the host does not see, a lead of the host's: the one that they were given
 * by the booking before (`lead_id`), or else a new one, as a form makes it. It shows of somebody who is known no more than was typed.
 */
export async function visitorOf(typed: Typed, owner_id: string, host: Context, lead_id: string | null): Promise<Visitor> {
  const said = { ...splitName(typed.name), email: typed.email, phone: typed.phone };
  const found = await Person.resolve({ ...claimOf(said), unproved: true });
  const { person } = found;
  if (found.found && (await runIn(host, () => sightOf(person.id))) === null)
    return { related: { type: "person", id: person.id, owner: person.id }, person_id: person.id, lead_id, write: adding(found) };
  const known = lead_id === null ? undefined : await Lead.find(lead_id);
  if (known && isStanding(known, owner_id, found))
    return {
      ...ofLead(known),
      write: async (tx, at) => {
        await adding(found)(tx);
        Lead.touch(tx, known, at);
      },
    };
  const made = await Lead.prepare({ ...said, owner_id }, { unproved: true, limited: found.found });
  return {
    ...ofLead(made.lead),
    write: async (tx, at) => {
      await Lead.add(tx, { ...made.lead, last_activity_date: at }, made.choice);
      await made.person.write(tx, made.lead.id);
    },
  };
}

const adding =
  ({ write }: Resolution) =>
  async (tx: Transaction): Promise<void> => {
    await write(tx, null);
  };

const isStanding = (lead: Lead.Lead, owner: string, { person }: Resolution): boolean =>
  lead.owner_id === owner && !lead.is_converted && Person.idsOf(person).includes(lead.personal_key_id);

const ofLead = ({ id, personal_key_id }: Lead.Lead) => ({
  related: { type: "lead", id, owner: personal_key_id } satisfies Activity.Beneath,
  person_id: personal_key_id,
  lead_id: id,
});
