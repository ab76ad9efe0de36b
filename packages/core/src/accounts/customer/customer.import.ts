import { collectDetails, type ErrorDetail, invalidAll, isFailure } from "../../kernel/error.ts";
import { listFields } from "../../kernel/field.ts";
import { fold } from "../../kernel/text.ts";
import { mergeDetails, preloadPersons, removeBarePerson, requireSamePerson } from "../../people/person/import-match.ts";
import { Person } from "../../people/person/person.ts";
import { toResolutionInput } from "../../people/person/point-attachment.ts";
import { CustomField } from "../../platform/custom-field/custom-field.ts";
import { buildUniqueMatchers } from "../../platform/custom-field/unique-matchers.ts";
import { type Importable, type Input, pickCurrentValues, type RowResult, toText } from "../../platform/import/importable.ts";
import { companyNames } from "../../platform/import/synonyms.ts";
import { Records } from "../../storage/write/records.ts";
import { ambiguousMatch, findIdByNumber } from "../../storage/write/upsert.ts";
import { Customers } from "./customer.entity.ts";
import { customerGrants } from "./customer.kind.ts";
import { Customer } from "./customer.ts";
import { findByPerson, findByTaxId } from "./locks.ts";
import { findByName, resolveCustomerId } from "./name-lookup.ts";

const { preferences: _list, custom_fields: _custom, ...shape } = Customer.Create.shape;

/** Customers in import files: businesses, and individuals, whose person is found or created as for a lead. */
export const customers: Importable = {
  entity: "customers",
  write: customerGrants.write,
  delete: customerGrants.delete,
  validate: async ({ customer_number: _number, id: _id, created_at: _at, ...input }) => {
    const { resolvedInput, details } = await resolveParent(input);
    return mergeDetails(details, await Customer.create.validate(resolvedInput));
  },
  fields: async () => [
    ...listFields(shape).map((field) => (field.name === "name" ? { ...field, synonyms: companyNames } : field)),
    ...(await CustomField.listFields("customer", "write")),
  ],
  preload: preloadPersons,
  removeBeside: removeBarePerson,
  async create({ customer_number: _number, ...input }, onDuplicate = "skip") {
    const { resolvedInput, details } = await resolveParent(input);
    if (details.length > 0) throw invalidAll(mergeDetails(details, await Customer.create.validate(resolvedInput)));
    const resolveDuplicate = (id: string): RowResult | Promise<RowResult> =>
      onDuplicate === "update" ? customers.update(id, resolvedInput) : { id, version: 0, outcome: "skipped" };
    // The table reports a taken tax id only when the row is written, which is too late to skip it. So the holder is looked up first.
    const holderId = onDuplicate === "create" ? undefined : await findVisible(await findTaxIdHolder(resolvedInput));
    if (holderId !== undefined) return resolveDuplicate(holderId);
    try {
      const { id, version } = await Customer.create(resolvedInput as Parameters<typeof Customer.create>[0]);
      return { id, version, outcome: "created" };
    } catch (error) {
      const isTaken = onDuplicate !== "create" && isFailure(error, "CONFLICT") && resolvedInput.customer_type === "individual";
      const existingId = isTaken
        ? await findVisible(await findIndividual((await resolvePerson(resolvedInput)).person.id))
        : undefined;
      if (existingId === undefined) throw error;
      return resolveDuplicate(existingId);
    }
  },
  async update(id, input) {
    const { resolvedInput, details } = await resolveParent(input);
    const { personal_key_id, external_key, first_name, last_name, mobile, customer_number: _number, ...changes } = resolvedInput;
    await requireSamePerson("customer", () => Customer.read(id), { personal_key_id, external_key });
    const all = [...details, ...(await listPersonConflicts(id, { first_name, last_name, mobile }))];
    if (all.length > 0) throw invalidAll(all);
    const { version } = await Customer.update({ ...changes, id });
    return { id, version, outcome: "updated" };
  },
  restore: async (id, before): Promise<RowResult> => {
    const { version } = await Customer.update({ ...before, id });
    return { id, version, outcome: "updated" };
  },
  matchers: async () => ({
    id: async (value) => toText(value),
    customer_number: (value) => findIdByNumber(Customers, "customer_number", String(value)),
    tax_id: (value) => findByTaxId(String(value)),
    external_key: async (value) => {
      const holder = await Person.findByExternalKey(String(value));
      return holder === undefined ? undefined : findIndividual(holder);
    },
    name: async (value) => {
      const matches = await findByName(String(value));
      if (matches.length > 1) throw ambiguousMatch(matches);
      return matches[0]?.id;
    },
    ...(await buildUniqueMatchers("customer")),
  }),
  readPrevious: async (id, input) => pickCurrentValues(await Customer.read(id), input, Object.keys(Customer.update.schema.shape)),
  remove: (id) => Customer.remove({ id }),
};

/** Resolves the parent customer, which a row names by id, number or name. */
async function resolveParent(input: Input): Promise<{ resolvedInput: Input; details: readonly ErrorDetail[] }> {
  const reference = toText(input.parent_customer_id);
  if (reference === undefined) return { resolvedInput: input, details: [] };
  const details: ErrorDetail[] = [];
  const { parent_customer_id: _written, ...rest } = input;
  const parent = await collectDetails(details, resolveCustomerId("parent_customer_id", reference), undefined);
  return { resolvedInput: parent === undefined ? rest : { ...rest, parent_customer_id: parent }, details };
}

const findTaxIdHolder = async ({ tax_id }: Input): Promise<string | undefined> =>
  typeof tax_id === "string" ? findByTaxId(tax_id) : undefined;

const findVisible = async (id: string | undefined): Promise<string | undefined> =>
  id === undefined ? undefined : (await Records.find(Customers, id))?.id;

const resolvePerson = (row: Input) =>
  Person.resolve({
    ...toResolutionInput(row),
    personal_key_id: toText(row.personal_key_id),
    external_key: toText(row.external_key),
  });

async function findIndividual(person: string): Promise<string | undefined> {
  const living = await Person.resolveMerged(person);
  const { ids } = await findByPerson(living ? Person.listIds(living) : [person]);
  return ids[0];
}

/**
 * Fields that identify the person of a new individual belong to the person afterwards. An update may repeat their values, but not change
 * them.
 */
async function listPersonConflicts(id: string, row: Pick<Input, "first_name" | "last_name" | "mobile">): Promise<ErrorDetail[]> {
  const entries = Object.entries(row).filter(([, value]) => value !== undefined && value !== null);
  if (entries.length === 0) return [];
  const { personal_key_id } = await Customer.read(id);
  const person = personal_key_id === null ? undefined : await Person.find(personal_key_id);
  const personValues = { first_name: [person?.first_name], last_name: [person?.last_name], mobile: person?.phones ?? [] };
  return entries
    .filter(([field, value]) => !personValues[field as keyof typeof row].some((personValue) => isSameText(personValue, value)))
    .map(([field]) => ({ field, message: "Differs from the value of the person: change it there" }));
}

const isSameText = (a: unknown, b: unknown): boolean => fold(String(a ?? "")) === fold(String(b).trim());
