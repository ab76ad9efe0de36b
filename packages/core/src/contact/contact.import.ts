import { CustomField } from "../custom-field/custom-field.ts";
import { ownMatchers } from "../custom-field/matching.ts";
import { idMeant } from "../customer/meant.ts";
import { companyNames } from "../import/synonyms.ts";
import { type Importable, type Input, type Matcher, standing, textOf, type Written } from "../jobs/import/importable.ts";
import { readPersonsAhead, requirePersonOf, withRest, wrongNames } from "../jobs/import/whose.ts";
import { type Detail, gathered, invalid, invalidAll, isFailure } from "../kernel/error.ts";
import { fieldsOfShape } from "../kernel/field.ts";
import { isId } from "../kernel/id.ts";
import { namesOf } from "../kernel/person-name.ts";
import { LEAD } from "../lead/lead.domain.ts";
import { Lead } from "../lead/lead.ts";
import { Consent } from "../person/consent.ts";
import { holdersOf } from "../person/holders.ts";
import { claimOf } from "../person/named.ts";
import { Person } from "../person/person.ts";
import { Records } from "../storage/write/records.ts";
import { several, withNumber } from "../storage/write/upsert.ts";
import { CONTACT, contactGrants } from "./contact.domain.ts";
import { Contacts } from "./contact.entity.ts";
import { Contact } from "./contact.ts";

const { custom_fields: _custom, ...shape } = Contact.Create.shape;

/** Contacts by files (seed 001, POST /contacts/import). Each names its customer, or its lead. */
export const contacts: Importable = {
  entity: "contacts",
  write: contactGrants.write,
  delete: contactGrants.delete,
  wrongIn: async ({ contact_number: _number, id: _id, created_at: _at, ...input }) => {
    const { known, wrong } = await withIds(input);
    return withRest([...wrongNames(known), ...wrong], await Contact.create.wrongIn(known));
  },
  fields: async () => [
    ...fieldsOfShape(shape).map((field) => (field.name === "customer_id" ? { ...field, synonyms: companyNames } : field)),
    ...(await CustomField.fieldsOf("contact", "write")),
  ],
  readAhead: readPersonsAhead,
  async create({ contact_number: _number, ...input }, onDuplicate = "skip") {
    const { known, wrong } = await withIds(input);
    const all = [...wrongNames(known), ...wrong];
    if (all.length > 0) throw invalidAll(withRest(all, await Contact.create.wrongIn(known)));
    try {
      const { id, version } = await Contact.create(known as Parameters<typeof Contact.create>[0]);
      return { id, version, outcome: "created" };
    } catch (error) {
      const there = onDuplicate !== "create" && isFailure(error, "CONFLICT") ? await thereAlready(known) : undefined;
      if (there === undefined) throw error;
      return onDuplicate === "update" ? contacts.update(there, known) : { id: there, version: 0, outcome: "skipped" };
    }
  },
  async update(id, input) {
    const { known, wrong } = await withIds(input);
    const all = [...wrongNames(known), ...wrong];
    if (all.length > 0) throw invalidAll(all);
    const { personal_key_id, external_key, contact_number: _number, ...changes } = known;
    await requirePersonOf("contact", () => Records.read(Contacts, id), { personal_key_id, external_key });
    return changed(id, Consent.takingNothingBack(changes));
  },
  restore: changed,
  matchers: async () => ({
    id: async (value) => textOf(value),
    contact_number: (value) => withNumber(Contacts, "contact_number", String(value)),
    email: ofPersons(async (value) => (await holdersOf("email", value)).flatMap(Person.idsOf)),
    external_key: ofPersons(async (value) => {
      const holder = await Person.withExternalKey(value);
      const person = holder === undefined ? undefined : await Person.living(holder);
      return person ? Person.idsOf(person) : [];
    }),
    ...(await ownMatchers("contact")),
  }),
  before: async (id, input) => standing(await Contact.get({ id }), input, Object.keys(Contact.update.schema.shape)),
  remove: (id) => Contact.remove({ id }),
};

async function changed(id: string, changes: Input): Promise<Written> {
  const { version } = await Contact.update({ ...changes, id });
  return { id, version, outcome: "updated" };
}

/** Of persons the one contact at the place that the row names, or of all that the caller sees. */
const ofPersons =
  (personsOf: (value: string) => Promise<readonly string[]>): Matcher =>
  async (value, row) => {
    const persons = await personsOf(String(value));
    if (persons.length === 0) return undefined;
    const place = placeIn((await withIds(row)).known);
    if (place !== undefined) return (await Contact.find(persons, place)).ids[0];
    const { page } = await Contact.ofPersons(persons);
    if (page.rows.length > 1) throw several(page.rows);
    return page.rows[0]?.id;
  };

const placeIn = ({ customer_id, lead_id }: Input): string | undefined => textOf(customer_id) ?? textOf(lead_id);

/** The contact that the row's person is at its place, if the caller sees it. */
async function thereAlready(row: Input): Promise<string | undefined> {
  const place = placeIn(row);
  if (place === undefined) return undefined;
  const { personal_key_id, external_key, ...who } = row;
  const named = { personal_key_id: textOf(personal_key_id), external_key: textOf(external_key) };
  const { person } = await Person.resolve({ ...claimOf(namesOf(who)), ...named });
  const [id] = (await Contact.find(Person.idsOf(person), place)).ids;
  return id === undefined ? undefined : (await Records.find(Contacts, id))?.id;
}

/** Other records are named by id or number, the customer by its name as well. */
const meanings: Readonly<Record<string, (written: string) => Promise<string>>> = {
  customer_id: (written) => idMeant("customer_id", written),
  lead_id: async (written) => {
    const id = isId(written, LEAD) ? written : await Lead.numbered(written);
    if (id === undefined) throw invalid("lead_id", "No lead that you see has this id or number");
    return id;
  },
  reports_to_id: async (written) => {
    const id = isId(written, CONTACT) ? written : await withNumber(Contacts, "contact_number", written);
    if (id === undefined) throw invalid("reports_to_id", "No contact that you see has this id or number");
    return id;
  },
};

async function withIds(input: Input): Promise<{ known: Input; wrong: readonly Detail[] }> {
  const wrong: Detail[] = [];
  const known = { ...input };
  for (const [field, idOf] of Object.entries(meanings)) {
    const written = textOf(input[field]);
    if (written === undefined) continue;
    const id = await gathered(wrong, idOf(written), undefined);
    if (id === undefined) delete known[field];
    else known[field] = id;
  }
  return { known, wrong };
}
