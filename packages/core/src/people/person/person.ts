import * as z from "zod";
import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { Clock } from "../../kernel/clock.ts";
import { conflict } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import { Page } from "../../kernel/page.ts";
import { expandFullName, fullName } from "../../kernel/person-name.ts";
import { IdInput, name, patchSchema, type StoredFields, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { listQueryFor } from "../../platform/custom-field/list-query.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { POTENTIAL } from "../../sales/potential/potential.kind.ts";
import { list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { listMerged } from "../../storage/read/merged-list.ts";
import { pathParameters } from "../../storage/read/path-list.ts";
import { baseShape, rowSchema } from "../../storage/table/collection.ts";
import { CUSTOM_FIELDS } from "../../storage/table/custom-field-values.ts";
import { Records } from "../../storage/write/records.ts";
import { References } from "../../storage/write/references.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import * as Addresses from "./addresses.ts";
import * as ContactPoints from "./contact-points.ts";
import { deriveFields } from "./derived-fields.rules.ts";
import {
  change,
  customFieldHolder,
  findKeyHolder,
  listIds,
  moveExternalKey,
  reacquirePoints,
  read,
  releasePoints,
} from "./identity.ts";
import { normalizeNewPerson, normalizeProfile, pickSensitive, requireAnyValue } from "./input-normalization.ts";
import { blankPerson, fields, People, type PersonRecord, platformFields, Stored } from "./person.entity.ts";
import { PERSON } from "./person.kind.ts";
import * as Preferences from "./preferences.ts";
import { type ResolutionInput, resolve } from "./resolution.ts";
import {
  type PersonView,
  presentMasked,
  presentVisible,
  rehashDocument,
  type SensitiveValues,
  sensitiveFields,
  sensitiveViewFields,
  setSensitiveValues,
  toReplacement,
} from "./sensitive-values.ts";
import { redactHiddenSources } from "./source-redaction.ts";
import { readUnique } from "./unique-per-person.ts";

/** Persons: one record for each human. */

export const Info = Stored.omit({ sealed: true, masks: true, hashes: true, own: true }).extend({
  ...sensitiveViewFields,
  custom_fields: CustomFields.outputSchema("person"),
});
export const Row = rowSchema(Stored, People.definition.row).extend(CustomFields.rowShape("person"));

const inputFields = { ...fields, full_name: fullName(), ...sensitiveFields };

export const Create = z
  .strictObject({
    ...inputFields,
    custom_fields: CustomFields.inputSchema("person", "whole"),
    contact_points: z.array(ContactPoints.ContactPointInput).max(80).optional(),
    addresses: z.array(Addresses.AddressInput).max(50).optional(),
    preferences: z.array(Preferences.PreferenceInput).max(200).optional(),
  })
  .meta({ minProperties: 1 });

/** Creates a new person in any case. Use `findOrCreate` to find an existing one. */
export const create = fn(
  Create,
  async ({ contact_points = [], addresses = [], preferences = [], custom_fields, ...rawInput }) => {
    const input = expandFullName(rawInput);
    requireAnyValue({ contact_points, addresses, preferences, custom: custom_fields, ...input });
    return retryOnConflict(async () => {
      const tx = transaction();
      const profile = { ...blankPerson, ...(await normalizeNewPerson({ ...input, addresses, preferences }, custom_fields)) };
      const createdPerson = await setSensitiveValues(Records.init(People, profile, { id: newId(PERSON) }), input);
      const points = await Promise.all(contact_points.map((point) => ContactPoints.buildTypedPoint(point)));
      const owning = await ContactPoints.acquirePoints(
        tx,
        createdPerson,
        points,
        (index) => `contact_points[${index}].contact_value`,
      );
      const person = deriveFields(owning);
      moveExternalKey(tx, person.id, null, person.external_key);
      await CustomFields.move(tx, customFieldHolder(person), null, person.custom_fields);
      return tx.create(People, person).commit(presentMasked(person, await CustomFields.loadPresenter("person")));
    });
  },
  async ({ custom_fields, ...read }, unread) => {
    await normalizeNewPerson(read, unread.has("custom_fields") ? null : custom_fields);
  },
);

/** Returns a person by any of its ids. */
export const get = fn(IdInput, async ({ id }): Promise<PersonView> => presentVisible(await read(id)));

const Query = listSchema(People, { paths: pathParameters() });

export const list = fn(Query, async (input): Promise<Page<PersonRecord>> => {
  const query = await listQuery(input);
  const key = query.deleted || query.paths ? undefined : findKeyFilter(query);
  const { rows, meta } = await (key === undefined
    ? listRecords(People, query)
    : listMerged(People, query, { records: await loadByKey(key), isBound: false }));
  return new Page(query.include?.includes(CUSTOM_FIELDS) ? await presentCustomFields(rows) : rows, meta);
});

/** Rows of persons that changed while the list was read have no custom fields. */
async function presentCustomFields(rows: readonly PersonRecord[]): Promise<PersonRecord[]> {
  const present = await CustomFields.loadPresenter("person");
  return rows.map((row) => (Object.hasOwn(row, CUSTOM_FIELDS) ? { ...row, custom_fields: present(row.custom_fields) } : row));
}

/** Builds the list query. */
export const listQuery = listQueryFor(People, Query);

const findKeyFilter = ({ fieldFilters = [] }: ListQuery): string | undefined => {
  const ask = fieldFilters.find(({ field, operator }) => field === "external_key" && operator === "eq");
  return ask && String(ask.value);
};

/** Loads the live person who holds an external key, by its lock. */
async function loadByKey(key: string): Promise<PersonRecord[]> {
  const holder = await findKeyHolder(key);
  const person = holder === undefined ? undefined : await Records.load(People, holder, { live: true });
  return person ? [person] : [];
}

/** The definition of the list for exports. */
export const listDefinition = { collection: People, query: Query, listQuery, info: Info, fields };

const Replace = z.strictObject({ ...inputFields, custom_fields: CustomFields.inputSchema("person", "whole"), ...IdInput.shape });

export const replace = fn(Replace, ({ id, custom_fields, ...input }) =>
  editPerson(id, toStoredFields(fields, expandFullName(input)), toReplacement(pickSensitive(input)), custom_fields, {}),
);

const Patch = patchSchema(inputFields).extend({ custom_fields: CustomFields.inputSchema("person", "patch"), ...IdInput.shape });

export const update = fn(Patch, ({ id, custom_fields, ...patch }) =>
  editPerson(id, toStoredPatch(fields, expandFullName(patch)), pickSensitive(patch), custom_fields, { patch: true }),
);

async function editPerson(
  id: string,
  changes: Partial<StoredFields<typeof fields>>,
  sensitive: SensitiveValues,
  custom: CustomFields.CustomFieldInput,
  options: CustomFields.WriteOptions,
): Promise<PersonView> {
  const fresh = await normalizeProfile(changes);
  return change(id, async (person, tx) => {
    const custom_fields = await CustomFields.resolveValues("person", custom, { ...options, current: person.custom_fields });
    const next = await rehashDocument(await setSensitiveValues({ ...person, ...fresh, custom_fields }, sensitive), person);
    moveExternalKey(tx, person.id, person.external_key, next.external_key);
    await CustomFields.move(tx, customFieldHolder(person), person.custom_fields, custom_fields);
    return next;
  });
}

/** Deletes a person, which releases its contact points and external key. A person with records that refer to it is refused. */
export const remove = fn(IdInput, ({ id }) =>
  change(id, async (person, tx) => {
    await requireUnreferenced(person);
    await releasePoints(tx, person);
    moveExternalKey(tx, person.id, person.external_key, null);
    await CustomFields.move(tx, customFieldHolder(person), person.custom_fields, null);
    return { ...person, deleted_at: Clock.now() };
  }),
);

/** Refuses to delete a person who is a customer, contact, lead or potential, because their references would lead nowhere. */
async function requireUnreferenced(person: PersonRecord): Promise<void> {
  const ids = listIds(person);
  const [single] = await Promise.all([
    readUnique("PERSONCUSTOMER", ids),
    References.requireUnreferenced(PERSON, ids, [LEAD, CONTACT, POTENTIAL]),
  ]);
  const [customer] = single.ids;
  if (customer === undefined) return;
  const message = (await Records.isVisible(CUSTOMER, customer)) ? customer : "A customer that you cannot see";
  throw conflict("The person is a customer: delete the customer first", [{ field: "customers", message }]);
}

/** Restores a person. Contact points that other persons took meanwhile stay with them. */
export const restore = fn(IdInput, ({ id }) =>
  change(
    id,
    async (person, tx) => {
      moveExternalKey(tx, person.id, null, person.external_key);
      await CustomFields.move(tx, customFieldHolder(person), null, person.custom_fields);
      return { ...(await reacquirePoints(tx, person)), deleted_at: null };
    },
    { deleted: true },
  ),
);

export const Resolve = z.strictObject({
  external_key: name(255).optional().describe("Used first to find the person; assigned to the person that is found or created"),
  first_name: fields.first_name,
  last_name: fields.last_name,
  full_name: fullName(),
  emails: z.array(text(255)).max(20).default([]),
  phones: z.array(text(50)).max(20).default([]),
  social_accounts: z
    .array(z.strictObject({ contact_value: name(255), ...platformFields, platform_name: name(50) }))
    .max(20)
    .default([])
    .describe("By the platform's own id, or else by page, address or name"),
});

export const ResolveResult = z.object({
  person: z.object({ ...baseShape, ...Info.shape }),
  is_new: z.boolean(),
});

/**
 * Finds the person by key or contact points, or creates one. Concurrent requests get the same person. Contact points of another
 * person create a duplicate candidate, never a merge.
 */
export const findOrCreate = fn(Resolve, ({ social_accounts, ...rawInput }) =>
  retryOnConflict(async () => {
    const { first_name = null, last_name = null, ...input } = expandFullName(rawInput);
    requireAnyValue({ ...input, accounts: social_accounts, first_name, last_name });
    const claim: ResolutionInput = {
      ...input,
      accounts: social_accounts,
      assignsExternalKey: true,
      keepsTakenPoints: true,
      first_name,
      last_name,
    };
    const resolution = await resolve(claim);
    const tx = transaction();
    const person = await resolution.write(tx, null);
    // If the caller does not see the person, the answer contains only what was typed.
    const visiblePerson = resolution.person_sight ? buildTypedPerson(person, claim) : await redactHiddenSources(person);
    return tx.commit({
      person: presentMasked(visiblePerson, await CustomFields.loadPresenter("person")),
      is_new: !resolution.isExisting,
    });
  }),
);

const buildTypedPerson = ({ id }: PersonRecord, { first_name, last_name, emails, phones }: ResolutionInput): PersonRecord => ({
  ...Records.init(People, { ...blankPerson, first_name, last_name }, { id }),
  emails: emails.filter((email) => email != null),
  phones: phones.filter((phone) => phone != null),
});

export const matching = async () => (await import("./upsert-match.ts")).matching();

export { addConsent } from "./consent.ts";
export {
  find,
  findKeyHolder as findByExternalKey,
  isBare,
  listIds,
  PointConflict,
  resolveAllMerged,
  resolveMerged,
} from "./identity.ts";
export * as Person from "./person.ts";
export { fillFromPerson, type Resolution, type ResolutionInput, resolve, resolveReference } from "./resolution.ts";
export { unsealBirthDate } from "./sensitive-values.ts";
export { Profile, preloadResolution, UpsertRow, upsertRow } from "./upsert-row.ts";
