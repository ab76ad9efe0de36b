import { CustomField } from "../custom-field/custom-field.ts";
import { ownMatchers } from "../custom-field/matching.ts";
import { companyNames } from "../import/synonyms.ts";
import { type Importable, type Input, standing, textOf, type Written } from "../jobs/import/importable.ts";
import { readPersonsAhead, requirePersonOf, withRest } from "../jobs/import/whose.ts";
import { type Detail, gathered, invalidAll, isFailure } from "../kernel/error.ts";
import { fieldsOfShape } from "../kernel/field.ts";
import { fold } from "../kernel/text.ts";
import { claimOf } from "../person/named.ts";
import { Person } from "../person/person.ts";
import { Records } from "../storage/write/records.ts";
import { several, withNumber } from "../storage/write/upsert.ts";
import { customerGrants } from "./customer.domain.ts";
import { Customers } from "./customer.entity.ts";
import { Customer } from "./customer.ts";
import { holderOfTaxId, ofPerson } from "./locks.ts";
import { idMeant, named } from "./meant.ts";

const { preferences: _list, custom_fields: _custom, ...shape } = Customer.Create.shape;

/** Customers by files: businesses, and individuals, who are found or made as the person of a lead is. */
export const customers: Importable = {
  entity: "customers",
  write: customerGrants.write,
  delete: customerGrants.delete,
  wrongIn: async ({ customer_number: _number, id: _id, created_at: _at, ...input }) => {
    const { known, wrong } = await withParent(input);
    return withRest(wrong, await Customer.create.wrongIn(known));
  },
  fields: async () => [
    ...fieldsOfShape(shape).map((field) => (field.name === "name" ? { ...field, synonyms: companyNames } : field)),
    ...(await CustomField.fieldsOf("customer", "write")),
  ],
  readAhead: readPersonsAhead,
  async create({ customer_number: _number, ...input }, onDuplicate = "skip") {
    const { known, wrong } = await withParent(input);
    if (wrong.length > 0) throw invalidAll(withRest(wrong, await Customer.create.wrongIn(known)));
    const there = (id: string): Written | Promise<Written> =>
      onDuplicate === "update" ? customers.update(id, known) : { id, version: 0, outcome: "skipped" };
    // Of a tax id the table says whose it is as the row is written, when it is too late to pass over it.
    const held = onDuplicate === "create" ? undefined : await shown(await holderIn(known));
    if (held !== undefined) return there(held);
    try {
      const { id, version } = await Customer.create(known as Parameters<typeof Customer.create>[0]);
      return { id, version, outcome: "created" };
    } catch (error) {
      const isTaken = onDuplicate !== "create" && isFailure(error, "CONFLICT") && known.customer_type === "individual";
      const own = isTaken ? await shown(await individualOf((await resolved(known)).person.id)) : undefined;
      if (own === undefined) throw error;
      return there(own);
    }
  },
  async update(id, input) {
    const { known, wrong } = await withParent(input);
    const { personal_key_id, external_key, first_name, last_name, mobile, customer_number: _number, ...changes } = known;
    await requirePersonOf("customer", () => Customer.read(id), { personal_key_id, external_key });
    const all = [...wrong, ...(await wrongOfPerson(id, { first_name, last_name, mobile }))];
    if (all.length > 0) throw invalidAll(all);
    const { version } = await Customer.update({ ...changes, id });
    return { id, version, outcome: "updated" };
  },
  restore: async (id, before): Promise<Written> => {
    const { version } = await Customer.update({ ...before, id });
    return { id, version, outcome: "updated" };
  },
  matchers: async () => ({
    id: async (value) => textOf(value),
    customer_number: (value) => withNumber(Customers, "customer_number", String(value)),
    tax_id: (value) => holderOfTaxId(String(value)),
    external_key: async (value) => {
      const holder = await Person.withExternalKey(String(value));
      return holder === undefined ? undefined : individualOf(holder);
    },
    name: async (value) => {
      const found = await named(String(value));
      if (found.length > 1) throw several(found);
      return found[0]?.id;
    },
    ...(await ownMatchers("customer")),
  }),
  before: async (id, input) => standing(await Customer.read(id), input, Object.keys(Customer.update.schema.shape)),
  remove: (id) => Customer.remove({ id }),
};

/** The customer above is named by its id, its number, or its name. */
async function withParent(input: Input): Promise<{ known: Input; wrong: readonly Detail[] }> {
  const written = textOf(input.parent_customer_id);
  if (written === undefined) return { known: input, wrong: [] };
  const wrong: Detail[] = [];
  const { parent_customer_id: _written, ...rest } = input;
  const parent = await gathered(wrong, idMeant("parent_customer_id", written), undefined);
  return { known: parent === undefined ? rest : { ...rest, parent_customer_id: parent }, wrong };
}

const holderIn = async ({ tax_id }: Input): Promise<string | undefined> =>
  typeof tax_id === "string" ? holderOfTaxId(tax_id) : undefined;

const shown = async (id: string | undefined): Promise<string | undefined> =>
  id === undefined ? undefined : (await Records.find(Customers, id))?.id;

const resolved = (row: Input) =>
  Person.resolve({
    ...claimOf(row),
    personal_key_id: textOf(row.personal_key_id),
    external_key: textOf(row.external_key),
  });

async function individualOf(person: string): Promise<string | undefined> {
  const living = await Person.living(person);
  const { ids } = await ofPerson(living ? Person.idsOf(living) : [person]);
  return ids[0];
}

/** What a new individual is found or made by is the person's afterwards: a row may repeat it, and changes none of it. */
async function wrongOfPerson(id: string, row: Pick<Input, "first_name" | "last_name" | "mobile">): Promise<Detail[]> {
  const given = Object.entries(row).filter(([, value]) => value !== undefined && value !== null);
  if (given.length === 0) return [];
  const { personal_key_id } = await Customer.read(id);
  const person = personal_key_id === null ? undefined : await Person.find(personal_key_id);
  const known = { first_name: [person?.first_name], last_name: [person?.last_name], mobile: person?.phones ?? [] };
  return given
    .filter(([field, value]) => !known[field as keyof typeof row].some((each) => sameText(each, value)))
    .map(([field]) => ({ field, message: "Of the person, who has another: change it there" }));
}

const sameText = (one: unknown, other: unknown): boolean => fold(String(one ?? "")) === fold(String(other).trim());
