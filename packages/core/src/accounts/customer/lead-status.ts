import { isLimited } from "../../people/person/disclosure.ts";
import { Person } from "../../people/person/person.ts";
import { find, forgetValues } from "../../platform/master-data/values.ts";
import { LEAD_STATUSES } from "../../sales/lead/lead.masters.ts";
import { Lead } from "../../sales/lead/lead.ts";
import { Potential } from "../../sales/potential/potential.ts";
import { changedFields } from "../../storage/write/records.ts";
import type { CustomerRecord } from "./customer.entity.ts";
import { refreshCustomer, runForEach } from "./denormalized.ts";
import { findByPerson } from "./locks.ts";

/**
 * The fields `lead_status` and `potential_status` of an individual customer: the status of the person's newest lead that is not converted,
 * and of the person's newest potential whose status is not final. A business has neither: leads that became a customer are converted, and
 * potentials belong to persons. A customer that does not show its person shows no status of their leads and potentials either.
 */

type LeadRecord = Awaited<ReturnType<typeof Lead.read>>;
type PotentialRecord = Awaited<ReturnType<typeof Potential.read>>;
type PersonRecord = NonNullable<Awaited<ReturnType<typeof Person.resolveMerged>>>;

interface RecordChange<R> {
  before: R | undefined;
  after: R | undefined;
}

/** Whether a change concerns one of the fields. A change without any difference does too: a job that rewrites all records made it. */
function isRelevant<R extends object>({ before, after }: RecordChange<R>, fields: readonly (keyof R & string)[]): boolean {
  if (!before || !after) return true;
  const changedNames = changedFields(before, after).filter((field) => !BOOKKEEPING_FIELDS.includes(field));
  return changedNames.length === 0 || changedNames.some((field) => fields.some((name) => name === field));
}

const BOOKKEEPING_FIELDS: readonly string[] = ["version", "updated_at", "updated_by"];

/** Refreshes the customers of the persons whose leads were created, deleted or changed. */
export async function onLeadChanges(changes: readonly RecordChange<LeadRecord>[]): Promise<void> {
  const fields = ["lead_status_id", "is_converted", "deleted_at"] as const;
  const concerned = changes.filter((change) => isRelevant(change, fields));
  await refreshByPersons(concerned.flatMap(({ before, after }) => (after ?? before)?.personal_key_id ?? []));
}

/** Refreshes the customers of the persons whose potentials were created, deleted or changed. */
export async function onPotentialChanges(changes: readonly RecordChange<PotentialRecord>[]): Promise<void> {
  const concerned = changes.filter((change) => isRelevant(change, ["status", "deleted_at"]));
  await refreshByPersons(concerned.flatMap(({ before, after }) => (after ?? before)?.personal_key_id ?? []));
}

/** Refreshes the customers of persons that were merged or unmerged, because they now have other leads and potentials. */
export async function onPersonChanges(changes: readonly RecordChange<PersonRecord>[]): Promise<void> {
  const mergeChanges = changes.filter(
    ({ before, after }) => before && after && isRelevant({ before, after }, ["merged_ids", "merged_into"]),
  );
  await refreshByPersons(mergeChanges.flatMap(({ after }) => (after ? [after.id, ...after.merged_ids] : [])));
}

async function refreshByPersons(persons: readonly string[]): Promise<void> {
  const livingById = await Person.resolveAllMerged(persons);
  const personIds = [...livingById].flatMap(([id, person]) => (person ? Person.listIds(person) : [id]));
  const { ids } = await findByPerson([...new Set(personIds)]);
  await runForEach(new Set(ids), (customer) => refreshCustomer(customer, applyStatuses));
}

/** Refreshes customers that were created, restored or merged, or that now name another person. */
export async function onCustomerChanges(changes: readonly RecordChange<CustomerRecord>[]): Promise<void> {
  const fields = ["personal_key_id", "person_sight", "deleted_at", "merged_ids"] as const;
  const concerned = changes.filter((change) => change.after?.customer_type === "individual" && isRelevant(change, fields));
  await runForEach(new Set(concerned.flatMap(({ after }) => after?.id ?? [])), (id) => refreshCustomer(id, applyStatuses));
}

const applyStatuses = async (current: CustomerRecord): Promise<CustomerRecord> => {
  const { personal_key_id, deleted_at } = current;
  if (deleted_at || personal_key_id === null) return current;
  if (isLimited(current)) return { ...current, lead_status: null, potential_status: null };
  const living = await Person.resolveMerged(personal_key_id);
  const persons = living ? Person.listIds(living) : [personal_key_id];
  const [lead, potential] = await Promise.all([Lead.findNewestOpen(persons), Potential.findNewestOpen(persons)]);
  const lead_status = lead ? await resolveStatusCode(lead.lead_status_id) : null;
  return { ...current, lead_status, potential_status: potential?.status ?? null };
};

async function resolveStatusCode(status: string): Promise<string | null> {
  const record = await find(LEAD_STATUSES, status);
  if (record) return record.code;
  // The status may have been created after this process cached the values.
  forgetValues(LEAD_STATUSES);
  return (await find(LEAD_STATUSES, status))?.code ?? null;
}
