import * as z from "zod";
import { CustomFields } from "../custom-field/values.ts";
import { useSettings } from "../kernel/context.ts";
import { conflict, type Detail, gathered, invalid, invalidAll } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { email, id, oneOf, patched, phone, text } from "../kernel/schema.ts";
import { haveWordsOf, splitName } from "../kernel/text.ts";
import { retryOnConflict, transaction } from "../storage/write/transaction.ts";
import * as Addresses from "./addresses.ts";
import { distinct, type Point, pointsOf } from "./contact.ts";
import * as ContactPoints from "./contact-points.ts";
import { inForm, requireSomething, sensitiveIn } from "./form.ts";
import { externalKeysAhead, holder, livingAll, readLocks } from "./identity.ts";
import { samePlace } from "./merge.rules.ts";
import { PERSON } from "./person.domain.ts";
import { addressFields, type ContactPoint, fields, type PersonRecord } from "./person.entity.ts";
import { type Claim, resolve } from "./resolve.ts";
import { rehashed, sealedWith, sensitiveFields } from "./sensitive.ts";

/** A person in one line, as files have them: found by key or contact points, or made; and changed by what the line says. */

const { type, is_default: _one, ...place } = addressFields;
const places = Object.keys(place) as (keyof typeof place)[];
const { birth_date, document_number } = sensitiveFields;
const points = {
  email: email().nullish(),
  email_2: email().nullish(),
  email_3: email().nullish(),
  phone: phone().nullish(),
  phone_2: phone().nullish(),
  mobile: phone().nullish(),
};

const { custom_attributes: _nested, ...profile } = fields;

/** What of a line is a single value that lies open. */
export const Profile = z.strictObject(profile);

export const Brought = z.strictObject({
  ...profile,
  full_name: text(201).nullish().describe("In place of both names: its last word is the last name"),
  ...points,
  birth_date,
  document_number,
  ...place,
  custom_fields: CustomFields.given("person", "patch"),
  address_type: type.optional().describe("Of the address; `primary` unless told otherwise"),
});
type Line = z.output<typeof Brought>;

/**
 * What to do with a person who is there already: one of the line's external key, or, unless that is another, of a contact
 * point. `create` insists on a new one whose points are its own. Otherwise a line that has another key than the holder of its
 * points is a person of its own, and both are candidates for one: points of the other stand on it as typed.
 */
const found = oneOf(["skip", "update", "create"]).default("skip");

export const bring = fn(
  Brought.extend({ personal_key_id: id(PERSON).optional(), on_found: found }),
  ({ personal_key_id, on_found, ...line }) =>
    retryOnConflict(async () => {
      if (personal_key_id === undefined) requireSomething(line);
      const resolution = await resolve({ ...claimOf(line), personal_key_id });
      const { person: known, found } = resolution;
      if (resolution.person_sight && on_found !== "skip")
        throw conflict("The person is there already, and another's: ask an administrator");
      if (found && on_found === "skip") return { id: known.id, version: known.version, outcome: "skipped" as const };
      if (found && on_found === "create") throw conflict("The person is there already", [{ field: "", message: known.id }]);
      if (on_found === "create" && resolution.taken.length > 0) throw ofOthers(line, resolution.taken);
      const { custom_fields: before } = known;
      const changed = { ...known, ...(await lineInForm(line, known, found)) } as PersonRecord;
      const next = await rehashed(await sealedWith(changed, sensitiveIn(line)), known);
      const unread = await unreadable(line);
      const tx = transaction();
      await CustomFields.move(tx, holder(known), found ? before : null, next.custom_fields);
      const person = await resolution.write(tx, null, (joined) => ({
        ...next,
        contact_points: [...joined.contact_points, ...notIn(joined, unread)],
      }));
      const outcome = found ? ("updated" as const) : ("created" as const);
      return tx.commit({ id: person.id, version: person.version, outcome });
    }),
  async ({ personal_key_id: _id, on_found: _found, ...read }, unread) => {
    // Of custom fields that could not be read none is missing.
    await lineInForm(read, { addresses: [], custom_fields: null }, unread.has("custom_fields"));
  },
);

/** What a line says of a person beside contact points and what is sealed, in its form; all that is wrong is said at once. */
async function lineInForm(
  line: Partial<Line>,
  known: Pick<PersonRecord, "addresses" | "custom_fields">,
  keepsRest: boolean,
): Promise<object> {
  const wrong: Detail[] = [];
  const names = await gathered(wrong, (async () => namesOf(line))(), {});
  const given: object = await gathered(wrong, inForm(patched(profile, withoutNone({ ...names, ...line }))), {});
  const addresses = await gathered(wrong, withPlace(known, line), known.addresses);
  const how = keepsRest ? { patch: true, current: known.custom_fields } : {};
  const custom_fields = await gathered(wrong, CustomFields.checked("person", line.custom_fields, how), null);
  if (wrong.length > 0) throw invalidAll(wrong);
  return { ...given, addresses, custom_fields };
}

/** Reads at once what the resolution of many claims will read one by one: for speed alone. */
export async function readAhead(claims: readonly Pick<Claim, "external_key" | "emails" | "phones">[]): Promise<void> {
  const country = useSettings().default_country;
  const points = await Promise.all(claims.map((claim) => pointsOf(claim, country)));
  const [locks, named] = await Promise.all([
    readLocks(distinct(points.flat())),
    externalKeysAhead(claims.flatMap(({ external_key }) => external_key ?? [])),
  ]);
  await livingAll([...new Set([...locks.flatMap(({ holders }) => holders.slice(0, 3)), ...named])]);
}

export function claimOf(line: Partial<Line>): Claim {
  const { external_key, email, email_2, email_3, phone, phone_2, mobile } = line;
  const { first_name = null, last_name = null } = { ...namesOf(line), ...withoutNone(line) } as Partial<Line>;
  const emails = [email, email_2, email_3];
  const phones = [phone, phone_2, mobile];
  return { external_key, keyed: true, whole: true, first_name, last_name, emails, phones };
}

/** Says which cells name contact points that others have. */
function ofOthers(line: Line, taken: readonly Point[]): Error {
  const cells = Object.entries(line).filter(([field]) => field in points);
  const details = taken.map(({ type, value }) => ({
    field: cells.find(([, cell]) => cell === value)?.[0] ?? type,
    message: "Belongs to another person: unless on_duplicate is create, both are kept as candidates for one",
  }));
  return conflict("A contact point belongs to one person", details);
}

/**
 * Names out of a full name, for those that do not stand for themselves. One that says more than first and last name beside it
 * is what the person is called.
 */
function namesOf(line: Partial<Line>): Partial<Pick<Line, "first_name" | "last_name" | "display_name">> {
  const { full_name } = line;
  if (!full_name) return {};
  const split = withoutNone(splitName(full_name));
  const { first_name, last_name, display_name } = { ...split, ...withoutNone(line) } as Partial<Line>;
  if (haveWordsOf(full_name, [first_name, last_name, display_name])) return split;
  if (display_name) throw invalid("full_name", "Has words that are in no other name of the row: leave out one of the columns");
  return { ...split, display_name: full_name };
}

/** Telephone numbers that cannot be read are kept as typed, and own nothing. */
async function unreadable({ phone, phone_2, mobile }: Line): Promise<ContactPoint[]> {
  const typed = [phone, phone_2, mobile].filter((value): value is string => Boolean(value?.trim()));
  const made = await Promise.all(typed.map((contact_value) => ContactPoints.made({ contact_type: "phone", contact_value })));
  return made.filter(({ normalized }) => normalized === null);
}

const notIn = (person: PersonRecord, points: readonly ContactPoint[]): ContactPoint[] =>
  points.filter((point) => !person.contact_points.some(({ contact_value }) => contact_value === point.contact_value));

async function withPlace(person: Pick<PersonRecord, "addresses">, line: Partial<Line>): Promise<PersonRecord["addresses"]> {
  const typed = Object.fromEntries(places.flatMap((part) => (line[part] ? [[part, line[part]]] : [])));
  if (Object.keys(typed).length === 0) return person.addresses;
  const address = await Addresses.newAddress({ ...typed, type: line.address_type ?? "primary" });
  if (person.addresses.some((each) => samePlace(each) === samePlace(address))) return person.addresses;
  if (person.addresses.length >= MOST_PLACES)
    throw invalidAll([{ field: "address_line1", message: `A person has ${MOST_PLACES} addresses at most` }]);
  return Addresses.oneDefault([...person.addresses, address]);
}

const MOST_PLACES = 50;

const withoutNone = <T extends object>(object: T): Partial<T> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== null)) as Partial<T>;
