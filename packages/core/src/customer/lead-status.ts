import { LEAD_STATUSES } from "../lead/lead.masters.ts";
import { Lead } from "../lead/lead.ts";
import { find, forgotten } from "../masters/values.ts";
import { Person } from "../person/person.ts";
import { isLimited } from "../person/person-sight.ts";
import { Potential } from "../potential/potential.ts";
import { changedFields } from "../storage/write/records.ts";
import type { CustomerRecord } from "./customer.entity.ts";
import { bringUp, forEach } from "./kept.ts";
import { ofPerson } from "./locks.ts";

/**
 * `lead_status` and `potential_status` of an individual customer (seed 000): the status of the newest lead of the person that is not
 * converted, and of the newest potential whose status is not final. Leads that became a customer are converted, and potentials are of
 * persons, so a business has neither. A customer that shows nothing of the person shows nothing of their leads and potentials.
 */

type LeadRecord = Awaited<ReturnType<typeof Lead.read>>;
type PotentialRecord = Awaited<ReturnType<typeof Potential.read>>;
type PersonRecord = NonNullable<Awaited<ReturnType<typeof Person.living>>>;

interface Followed<R> {
  before: R | undefined;
  after: R | undefined;
}

/** Whether a change concerns one of the fields; one without any difference is that of a job that goes through all. */
function concerns<R extends object>({ before, after }: Followed<R>, fields: readonly (keyof R & string)[]): boolean {
  if (!before || !after) return true;
  const changed = changedFields(before, after).filter((field) => !MARKS.includes(field));
  return changed.length === 0 || changed.some((field) => fields.some((each) => each === field));
}

const MARKS: readonly string[] = ["version", "updated_at", "updated_by"];

/** Leads that come, go or change: of their persons' customers. */
export async function followLeads(changes: readonly Followed<LeadRecord>[]): Promise<void> {
  const fields = ["lead_status_id", "is_converted", "deleted_at"] as const;
  const concerned = changes.filter((change) => concerns(change, fields));
  await followPersonsNamed(concerned.flatMap(({ before, after }) => (after ?? before)?.personal_key_id ?? []));
}

/** Potentials likewise. */
export async function followPotentials(changes: readonly Followed<PotentialRecord>[]): Promise<void> {
  const concerned = changes.filter((change) => concerns(change, ["status", "deleted_at"]));
  await followPersonsNamed(concerned.flatMap(({ before, after }) => (after ?? before)?.personal_key_id ?? []));
}

/** Persons who become one, or two again, have other leads and potentials. */
export async function followPersons(changes: readonly Followed<PersonRecord>[]): Promise<void> {
  const moved = changes.filter(
    ({ before, after }) => before && after && concerns({ before, after }, ["merged_ids", "merged_into"]),
  );
  await followPersonsNamed(moved.flatMap(({ after }) => (after ? [after.id, ...after.merged_ids] : [])));
}

async function followPersonsNamed(persons: readonly string[]): Promise<void> {
  await forEach(new Set(persons), async (id) => {
    const person = await Person.living(id);
    const { ids } = await ofPerson(person ? Person.idsOf(person) : [id]);
    await Promise.all(ids.map((customer) => bringUp(customer, withStatuses)));
  });
}

/** Customers that come to be theirs. */
export async function followCustomers(changes: readonly Followed<CustomerRecord>[]): Promise<void> {
  const fields = ["personal_key_id", "person_sight", "deleted_at", "merged_ids"] as const;
  const concerned = changes.filter((change) => change.after?.customer_type === "individual" && concerns(change, fields));
  await forEach(new Set(concerned.flatMap(({ after }) => after?.id ?? [])), (id) => bringUp(id, withStatuses));
}

const withStatuses = async (current: CustomerRecord): Promise<CustomerRecord> => {
  const { personal_key_id: person, deleted_at } = current;
  if (deleted_at || person === null) return current;
  if (isLimited(current)) return { ...current, lead_status: null, potential_status: null };
  const living = await Person.living(person);
  const persons = living ? Person.idsOf(living) : [person];
  const [lead, potential] = await Promise.all([Lead.newestOpenOf(persons), Potential.newestOpenOf(persons)]);
  const lead_status = lead ? await codeOf(lead.lead_status_id) : null;
  return { ...current, lead_status, potential_status: potential?.status ?? null };
};

async function codeOf(status: string): Promise<string | null> {
  const known = await find(LEAD_STATUSES, status);
  if (known) return known.code;
  // One that was made since this process read them.
  forgotten(LEAD_STATUSES);
  return (await find(LEAD_STATUSES, status))?.code ?? null;
}
