import { invalid, invalidAll, isFailure } from "../../kernel/error.ts";
import { listFields } from "../../kernel/field.ts";
import { isId } from "../../kernel/id.ts";
import { expandFullName } from "../../kernel/person-name.ts";
import { Consent } from "../../people/person/consent.ts";
import {
  mergeDetails,
  preloadPersons,
  removeBarePerson,
  requireSamePerson,
  validateNames,
} from "../../people/person/import-match.ts";
import { Person } from "../../people/person/person.ts";
import { toResolutionInput } from "../../people/person/point-attachment.ts";
import { findHolders } from "../../people/person/point-holders.ts";
import { CustomField } from "../../platform/custom-field/custom-field.ts";
import { buildUniqueMatchers } from "../../platform/custom-field/unique-matchers.ts";
import {
  type Importable,
  type Input,
  type Matcher,
  pickCurrentValues,
  type RowResult,
  toText,
} from "../../platform/import/importable.ts";
import { type ReferenceResolvers, resolveReferences } from "../../platform/import/references.ts";
import { companyNames } from "../../platform/import/synonyms.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { Lead } from "../../sales/lead/lead.ts";
import { Records } from "../../storage/write/records.ts";
import { ambiguousMatch, findIdByNumber } from "../../storage/write/upsert.ts";
import { resolveCustomerId } from "../customer/name-lookup.ts";
import { Contacts } from "./contact.entity.ts";
import { CONTACT, contactGrants } from "./contact.kind.ts";
import { Contact } from "./contact.ts";

const { custom_fields: _custom, ...shape } = Contact.Create.shape;

/** Contacts in import files. Each row names a customer or a lead. */
export const contacts: Importable = {
  entity: "contacts",
  write: contactGrants.write,
  delete: contactGrants.delete,
  validate: async ({ contact_number: _number, id: _id, created_at: _at, ...input }) => {
    const { resolvedInput, details } = await resolveReferences(input, referenceResolvers);
    return mergeDetails([...validateNames(resolvedInput), ...details], await Contact.create.validate(resolvedInput));
  },
  fields: async () => [
    ...listFields(shape).map((field) => (field.name === "customer_id" ? { ...field, synonyms: companyNames } : field)),
    ...(await CustomField.listFields("contact", "write")),
  ],
  preload: preloadPersons,
  removeBeside: removeBarePerson,
  async create({ contact_number: _number, ...input }, onDuplicate = "skip") {
    const { resolvedInput, details } = await resolveReferences(input, referenceResolvers);
    const all = [...validateNames(resolvedInput), ...details];
    if (all.length > 0) throw invalidAll(mergeDetails(all, await Contact.create.validate(resolvedInput)));
    try {
      const { id, version } = await Contact.create(resolvedInput as Parameters<typeof Contact.create>[0]);
      return { id, version, outcome: "created" };
    } catch (error) {
      const existingId = onDuplicate !== "create" && isFailure(error, "CONFLICT") ? await findExisting(resolvedInput) : undefined;
      if (existingId === undefined) throw error;
      return onDuplicate === "update"
        ? contacts.update(existingId, resolvedInput)
        : { id: existingId, version: 0, outcome: "skipped" };
    }
  },
  async update(id, input) {
    const { resolvedInput, details } = await resolveReferences(input, referenceResolvers);
    const all = [...validateNames(resolvedInput), ...details];
    if (all.length > 0) throw invalidAll(all);
    const { personal_key_id, external_key, contact_number: _number, ...changes } = resolvedInput;
    await requireSamePerson("contact", () => Records.read(Contacts, id), { personal_key_id, external_key });
    return applyUpdate(id, Consent.omitWithdrawals(changes));
  },
  restore: applyUpdate,
  matchers: async () => ({
    id: async (value) => toText(value),
    contact_number: (value) => findIdByNumber(Contacts, "contact_number", String(value)),
    email: matchByPersons(async (value) => (await findHolders("email", value)).flatMap(Person.listIds)),
    external_key: matchByPersons(async (value) => {
      const holder = await Person.findByExternalKey(value);
      const person = holder === undefined ? undefined : await Person.resolveMerged(holder);
      return person ? Person.listIds(person) : [];
    }),
    ...(await buildUniqueMatchers("contact")),
  }),
  // The birth date is not decrypted for undoing an import, as for persons.
  readPrevious: async (id, { birthdate: _birthdate, ...input }) =>
    pickCurrentValues(await Contact.get({ id }), input, Object.keys(Contact.update.schema.shape)),
  remove: (id) => Contact.remove({ id }),
};

async function applyUpdate(id: string, changes: Input): Promise<RowResult> {
  const { version } = await Contact.update({ ...changes, id });
  return { id, version, outcome: "updated" };
}

/**
 * Returns a matcher that finds the only contact of the matching persons: at the customer or lead of the row, or among all that the caller
 * sees.
 */
const matchByPersons =
  (findPersonIds: (value: string) => Promise<readonly string[]>): Matcher =>
  async (value, row) => {
    const persons = await findPersonIds(String(value));
    if (persons.length === 0) return undefined;
    const place = findRowPlace((await resolveReferences(row, referenceResolvers)).resolvedInput);
    if (place !== undefined) return (await Contact.findAtPlace(persons, place)).ids[0];
    const { page } = await Contact.listByPersons(persons);
    if (page.rows.length > 1) throw ambiguousMatch(page.rows);
    return page.rows[0]?.id;
  };

const findRowPlace = ({ customer_id, lead_id }: Input): string | undefined => toText(customer_id) ?? toText(lead_id);

/** Finds the contact of the row's person at the row's customer or lead, if the caller sees it. */
async function findExisting(row: Input): Promise<string | undefined> {
  const place = findRowPlace(row);
  if (place === undefined) return undefined;
  const { personal_key_id, external_key, ...personFields } = row;
  const personKeys = { personal_key_id: toText(personal_key_id), external_key: toText(external_key) };
  const { person } = await Person.resolve({ ...toResolutionInput(expandFullName(personFields)), ...personKeys });
  const [id] = (await Contact.findAtPlace(Person.listIds(person), place)).ids;
  return id === undefined ? undefined : (await Records.find(Contacts, id))?.id;
}

/** Rows name other records by id or number, and a customer by its name as well. */
const referenceResolvers: ReferenceResolvers = {
  customer_id: (reference) => resolveCustomerId("customer_id", reference),
  lead_id: async (reference) => {
    const id = isId(reference, LEAD) ? reference : await Lead.findByNumber(reference);
    if (id === undefined) throw invalid("lead_id", "No lead that you can see has this id or number");
    return id;
  },
  reports_to_id: async (reference) => {
    const id = isId(reference, CONTACT) ? reference : await findIdByNumber(Contacts, "contact_number", reference);
    if (id === undefined) throw invalid("reports_to_id", "No contact that you can see has this id or number");
    return id;
  },
};
