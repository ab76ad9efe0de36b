import * as z from "zod";
import { CONTACT } from "../contact/contact.domain.ts";
import { askedOf } from "../custom-field/asked.ts";
import { CustomFields } from "../custom-field/values.ts";
import { CUSTOMER } from "../customer/customer.domain.ts";
import { Clock } from "../kernel/clock.ts";
import { conflict } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { newId } from "../kernel/id.ts";
import type { Page } from "../kernel/page.ts";
import { fullName, namesOf } from "../kernel/person-name.ts";
import { type Filled, filled, name, patched, patchOf, text } from "../kernel/schema.ts";
import { LEAD } from "../lead/lead.domain.ts";
import { POTENTIAL } from "../potential/potential.domain.ts";
import { listAmong } from "../storage/read/among.ts";
import { pathParameters } from "../storage/read/by-path.ts";
import { list as listRecords, listSchema } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { base, rowOf } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import { References } from "../storage/write/references.ts";
import { retryOnConflict, transaction } from "../storage/write/transaction.ts";
import * as Addresses from "./addresses.ts";
import * as ContactPoints from "./contact-points.ts";
import { inForm, newInForm, requireSomething, sensitiveIn } from "./form.ts";
import { finished } from "./identity.rules.ts";
import { change, holder, holderOfKey, idsOf, moveKey, read, release, retake } from "./identity.ts";
import { asNamed } from "./leads-named.ts";
import { PERSON } from "./person.domain.ts";
import { blank, fields, People, type PersonRecord, platform, Stored } from "./person.entity.ts";
import * as Preferences from "./preferences.ts";
import { type Claim, resolve } from "./resolve.ts";
import {
  masked,
  rehashed,
  replacing,
  type Sensitive,
  type Shown,
  sealedWith,
  sensitiveFields,
  shownFields,
  visible,
} from "./sensitive.ts";
import { readSingle } from "./single.ts";

/** One human behind every record (seed 000, crm_personal_keys and what belongs to it). */

export const Info = Stored.omit({ sealed: true, masks: true, hashes: true, own: true }).extend({
  ...shownFields,
  custom_fields: CustomFields.shown("person"),
});
export const Row = rowOf(Stored, People.definition.row);

const One = z.strictObject({ id: text(64) });
const written = { ...fields, full_name: fullName(), ...sensitiveFields };

export const Create = z
  .strictObject({
    ...written,
    custom_fields: CustomFields.given("person", "whole"),
    contact_points: z.array(ContactPoints.Typed).max(80).optional(),
    addresses: z.array(Addresses.Typed).max(50).optional(),
    preferences: z.array(Preferences.Typed).max(200).optional(),
  })
  .meta({ minProperties: 1 });

/** A new person, whatever others there are; to find them if they are there, resolve. */
export const create = fn(
  Create,
  async ({ contact_points = [], addresses = [], preferences = [], custom_fields: custom, ...given }) => {
    const input = namesOf(given);
    requireSomething({ contact_points, addresses, preferences, custom, ...input });
    return retryOnConflict(async () => {
      const tx = transaction();
      const profile = { ...blank, ...(await newInForm({ ...input, addresses, preferences }, custom)) };
      const born = await sealedWith(Records.born(People, profile, { id: newId(PERSON) }), input);
      const points = await Promise.all(contact_points.map((point) => ContactPoints.made(point)));
      const owning = await ContactPoints.take(tx, born, points, (at) => `contact_points[${at}].contact_value`);
      const person = finished(owning);
      moveKey(tx, person.id, null, person.external_key);
      await CustomFields.move(tx, holder(person), null, person.custom_fields);
      return tx.create(People, person).commit(masked(person, await CustomFields.seen("person")));
    });
  },
  async ({ custom_fields, ...read }, unread) => {
    await newInForm(read, unread.has("custom_fields") ? null : custom_fields);
  },
);

/** By any id that the person ever had. */
export const get = fn(One, async ({ id }): Promise<Shown> => visible(await read(id)));

const Query = listSchema(People, { paths: pathParameters() });

export const list = fn(Query, async (input): Promise<Page<PersonRecord>> => {
  const query = await asked(input);
  const key = query.deleted || query.paths ? undefined : keyIn(query);
  return key === undefined
    ? listRecords(People, query)
    : listAmong(People, query, { records: await withKey(key), isBound: false });
});

/** What a list of persons is asked for. */
export const asked = askedOf(People, Query);

const keyIn = ({ asks = [] }: ListQuery): string | undefined => {
  const ask = asks.find(({ field, operator }) => field === "external_key" && operator === "eq");
  return ask && String(ask.value);
};

/** The one live person who holds an external key, by its lock. */
async function withKey(key: string): Promise<PersonRecord[]> {
  const holder = await holderOfKey(key);
  const person = holder === undefined ? undefined : await Records.load(People, holder, { live: true });
  return person ? [person] : [];
}

/** What an export has to know of the list. */
export const listed = { collection: People, query: Query, asked, info: Info, fields };

const Replace = z.strictObject({ ...written, custom_fields: CustomFields.given("person", "whole"), ...One.shape });

export const replace = fn(Replace, ({ id, custom_fields, ...input }) =>
  edited(id, filled(fields, namesOf(input)), replacing(sensitiveIn(input)), custom_fields, {}),
);

const Patch = patchOf(written).extend({ custom_fields: CustomFields.given("person", "patch"), ...One.shape });

export const update = fn(Patch, ({ id, custom_fields, ...patch }) =>
  edited(id, patched(fields, namesOf(patch)), sensitiveIn(patch), custom_fields, { patch: true }),
);

async function edited(
  id: string,
  changed: Partial<Filled<typeof fields>>,
  sensitive: Sensitive,
  custom: CustomFields.Given,
  how: CustomFields.How,
): Promise<Shown> {
  const fresh = await inForm(changed);
  return change(id, async (person, tx) => {
    const custom_fields = await CustomFields.checked("person", custom, { ...how, current: person.custom_fields });
    const next = await rehashed(await sealedWith({ ...person, ...fresh, custom_fields }, sensitive), person);
    moveKey(tx, person.id, person.external_key, next.external_key);
    await CustomFields.move(tx, holder(person), person.custom_fields, custom_fields);
    return next;
  });
}

/** Its contact points and external key are free for others from then on; what is somebody's stands in its way. */
export const remove = fn(One, ({ id }) =>
  change(id, async (person, tx) => {
    await requireNobody(person);
    await release(tx, person);
    moveKey(tx, person.id, person.external_key, null);
    await CustomFields.move(tx, holder(person), person.custom_fields, null);
    return { ...person, deleted_at: Clock.now() };
  }),
);

/** A person that is a customer, a contact, a lead or a potential is not deleted: what names them would lead nowhere. */
async function requireNobody(person: PersonRecord): Promise<void> {
  const ids = idsOf(person);
  const [single] = await Promise.all([
    readSingle("PERSONCUSTOMER", ids),
    References.requireUnnamed(PERSON, ids, [LEAD, CONTACT, POTENTIAL]),
  ]);
  const [customer] = single.ids;
  if (customer === undefined) return;
  const message = (await Records.isShown(CUSTOMER, customer)) ? customer : "One that you may not see";
  throw conflict("It is a customer: delete that first", [{ field: "customers", message }]);
}

/** What others took of its contact points meanwhile stays theirs. */
export const restore = fn(One, ({ id }) =>
  change(
    id,
    async (person, tx) => {
      moveKey(tx, person.id, null, person.external_key);
      await CustomFields.move(tx, holder(person), null, person.custom_fields);
      return { ...(await retake(tx, person)), deleted_at: null };
    },
    { deleted: true },
  ),
);

export const Resolve = z.strictObject({
  external_key: name(255).optional().describe("Found by it first; given to whom is found or made"),
  first_name: fields.first_name,
  last_name: fields.last_name,
  full_name: fullName(),
  emails: z.array(text(255)).max(20).default([]),
  phones: z.array(text(50)).max(20).default([]),
  social_accounts: z
    .array(z.strictObject({ contact_value: name(255), ...platform, platform_name: name(50) }))
    .max(20)
    .default([])
    .describe("By the platform's own id, or else by page, address or name"),
});

export const Resolved = z.object({
  person: z.object({ ...base, ...Info.shape }),
  is_new: z.boolean(),
});

/**
 * The person that a key or contact points tell of, or a new one: the same for everybody who asks at the same moment.
 * Points of somebody else make a candidate for a duplicate, never a merge.
 */
export const resolveOne = fn(Resolve, ({ social_accounts: accounts, ...given }) =>
  retryOnConflict(async () => {
    const { first_name = null, last_name = null, ...input } = namesOf(given);
    requireSomething({ ...input, accounts, first_name, last_name });
    const claim: Claim = { ...input, accounts, keyed: true, whole: true, first_name, last_name };
    const resolution = await resolve(claim);
    const tx = transaction();
    const person = await resolution.write(tx, null);
    // Of somebody whom the caller does not see, the answer says what was typed.
    const shown = resolution.person_sight ? typedOnly(person, claim) : await asNamed(person);
    return tx.commit({ person: masked(shown, await CustomFields.seen("person")), is_new: !resolution.found });
  }),
);

const typedOnly = ({ id }: PersonRecord, { first_name, last_name, emails, phones }: Claim): PersonRecord => ({
  ...Records.born(People, { ...blank, first_name, last_name }, { id }),
  emails: emails.filter((email) => email != null),
  phones: phones.filter((phone) => phone != null),
});

export const matching = async () => (await import("./matching.ts")).matching();

export { Brought, bring, Profile, readAhead } from "./bring.ts";
export { consented } from "./consent.ts";
export { find, holderOfKey as withExternalKey, idsOf, isBare, living, PointTaken } from "./identity.ts";
export * as Person from "./person.ts";
export { type Claim, fill, personNamed, type Resolution, resolve } from "./resolve.ts";
export { birthDateOf } from "./sensitive.ts";
