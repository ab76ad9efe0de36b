import * as z from "zod";
import { useSettings } from "../../kernel/context.ts";
import { collectDetails, conflict, type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { email, id, oneLine, oneOf, phone, toStoredPatch } from "../../kernel/schema.ts";
import { hasAllWords, splitName } from "../../kernel/text.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import * as Addresses from "./addresses.ts";
import { distinctPoints, type NormalizedPoint, parsePoints } from "./contact-point-parser.ts";
import * as ContactPoints from "./contact-points.ts";
import { customFieldHolder, readKeyHolders, readPointLocks, resolveAllMerged } from "./identity.ts";
import { normalizeProfile, pickSensitive, requireAnyValue } from "./input-normalization.ts";
import { addressKey } from "./merge.rules.ts";
import { addressFields, type ContactPoint, fields, type PersonRecord } from "./person.entity.ts";
import { PERSON } from "./person.kind.ts";
import { type ResolutionInput, resolve } from "./resolution.ts";
import { rehashDocument, sensitiveFields, setSensitiveValues } from "./sensitive-values.ts";

/** A person in one row, as in import files: found by key or contact points, or created, and changed by the row's values. */

const { type: addressTypeField, is_default: _one, ...addressColumns } = addressFields;
const addressColumnNames = Object.keys(addressColumns) as (keyof typeof addressColumns)[];
const { birth_date, document_number } = sensitiveFields;
const pointFields = {
  email: email().nullish(),
  email_2: email().nullish(),
  email_3: email().nullish(),
  phone: phone().nullish(),
  phone_2: phone().nullish(),
  mobile: phone().nullish(),
};

const { custom_attributes: _nested, ...profileFields } = fields;

/** The columns with single values that are not sensitive. */
export const Profile = z.strictObject(profileFields);

export const UpsertRow = z.strictObject({
  ...profileFields,
  full_name: oneLine(201).nullish().describe("Alternative to both names: the last word becomes the last name"),
  ...pointFields,
  birth_date,
  document_number,
  ...addressColumns,
  custom_fields: CustomFields.inputSchema("person", "patch"),
  address_type: addressTypeField.optional().describe("Type of the address; defaults to `primary`"),
});
type RowValues = z.output<typeof UpsertRow>;

/**
 * What to do with a person who already exists: found by the row's external key, or by a contact point unless its holder has another
 * key. `create` insists on a new person whose contact points are free. Otherwise a row with another key than the holder of its
 * contact points becomes a new person: both become duplicate candidates, and the other's points are stored as typed.
 */
const foundPolicy = oneOf(["skip", "update", "create"]).default("skip");

export const upsertRow = fn(
  UpsertRow.extend({ personal_key_id: id(PERSON).optional(), on_found: foundPolicy }),
  ({ personal_key_id, on_found, ...line }) =>
    retryOnConflict(async () => {
      if (personal_key_id === undefined) requireAnyValue(line);
      const resolution = await resolve({ ...toResolutionInput(line), personal_key_id });
      const { person: resolvedPerson, isExisting } = resolution;
      if (resolution.person_sight && on_found !== "skip")
        throw conflict("The person already exists, but you cannot see it: ask an administrator");
      if (isExisting && on_found === "skip")
        return { id: resolvedPerson.id, version: resolvedPerson.version, outcome: "skipped" as const };
      if (isExisting && on_found === "create")
        throw conflict("The person already exists", [{ field: "", message: resolvedPerson.id }]);
      if (on_found === "create" && resolution.takenPoints.length > 0) throw buildTakenPointsError(line, resolution.takenPoints);
      const { custom_fields } = resolvedPerson;
      const changedPerson = { ...resolvedPerson, ...(await normalizeRow(line, resolvedPerson, isExisting)) } as PersonRecord;
      const next = await rehashDocument(await setSensitiveValues(changedPerson, pickSensitive(line)), resolvedPerson);
      const unread = await buildUnreadablePoints(line);
      const tx = transaction();
      await CustomFields.move(tx, customFieldHolder(resolvedPerson), isExisting ? custom_fields : null, next.custom_fields);
      const person = await resolution.write(tx, null, (basePerson) => ({
        ...next,
        contact_points: [...basePerson.contact_points, ...filterNewPoints(basePerson, unread)],
      }));
      const outcome = isExisting ? ("updated" as const) : ("created" as const);
      return tx.commit({ id: person.id, version: person.version, outcome });
    }),
  async ({ personal_key_id: _id, on_found: _found, ...read }, unread) => {
    // Custom fields that could not be parsed do not count as missing.
    await normalizeRow(read, { addresses: [], custom_fields: null }, unread.has("custom_fields"));
  },
);

/** Converts a row to its stored form, except contact points and sensitive values. Reports all errors in one answer. */
async function normalizeRow(
  line: Partial<RowValues>,
  currentPerson: Pick<PersonRecord, "addresses" | "custom_fields">,
  keepsRest: boolean,
): Promise<object> {
  const details: ErrorDetail[] = [];
  const names = await collectDetails(details, (async () => resolveNames(line))(), {});
  const profile: object = await collectDetails(
    details,
    normalizeProfile(toStoredPatch(profileFields, omitNullish({ ...names, ...line }))),
    {},
  );
  const addresses = await collectDetails(details, addAddress(currentPerson, line), currentPerson.addresses);
  const options = keepsRest ? { patch: true, current: currentPerson.custom_fields } : {};
  const custom_fields = await collectDetails(details, CustomFields.resolveValues("person", line.custom_fields, options), null);
  if (details.length > 0) throw invalidAll(details);
  return { ...profile, addresses, custom_fields };
}

/** Reads at once what resolving many claims would read one by one. */
export async function preloadResolution(
  claims: readonly Pick<ResolutionInput, "external_key" | "emails" | "phones">[],
): Promise<void> {
  const country = useSettings().default_country;
  const points = await Promise.all(claims.map((claim) => parsePoints(claim, country)));
  const [locks, keyHolders] = await Promise.all([
    readPointLocks(distinctPoints(points.flat())),
    readKeyHolders(claims.flatMap(({ external_key }) => external_key ?? [])),
  ]);
  await resolveAllMerged([...new Set([...locks.flatMap(({ holders }) => holders.slice(0, 3)), ...keyHolders])]);
}

function toResolutionInput(line: Partial<RowValues>): ResolutionInput {
  const { external_key, email, email_2, email_3, phone, phone_2, mobile } = line;
  const { first_name = null, last_name = null } = { ...resolveNames(line), ...omitNullish(line) } as Partial<RowValues>;
  const emails = [email, email_2, email_3];
  const phones = [phone, phone_2, mobile];
  return { external_key, assignsExternalKey: true, keepsTakenPoints: true, first_name, last_name, emails, phones };
}

/** Reports which columns name contact points of other persons. */
function buildTakenPointsError(line: RowValues, takenPoints: readonly NormalizedPoint[]): Error {
  const cells = Object.entries(line).filter(([field]) => field in pointFields);
  const details = takenPoints.map(({ type, value }) => ({
    field: cells.find(([, cell]) => cell === value)?.[0] ?? type,
    message: "Belongs to another person: unless on_duplicate is create, both are stored as duplicate candidates",
  }));
  return conflict("A contact point can belong to only one person", details);
}

/**
 * Takes the missing names from a full name. If the full name has more words than the first and last name given, it becomes the
 * display name.
 */
function resolveNames(line: Partial<RowValues>): Partial<Pick<RowValues, "first_name" | "last_name" | "display_name">> {
  const { full_name } = line;
  if (!full_name) return {};
  const split = omitNullish(splitName(full_name));
  const { first_name, last_name, display_name } = { ...split, ...omitNullish(line) } as Partial<RowValues>;
  if (hasAllWords(full_name, [first_name, last_name, display_name])) return split;
  if (display_name) throw invalid("full_name", "Contains words that are in no other name of the row: omit one of the columns");
  return { ...split, display_name: full_name };
}

/** Builds points for telephone numbers that cannot be parsed: stored as typed, without a lock. */
async function buildUnreadablePoints({ phone, phone_2, mobile }: RowValues): Promise<ContactPoint[]> {
  const typed = [phone, phone_2, mobile].filter((value): value is string => Boolean(value?.trim()));
  const points = await Promise.all(
    typed.map((contact_value) => ContactPoints.buildTypedPoint({ contact_type: "phone", contact_value })),
  );
  return points.filter(({ normalized }) => normalized === null);
}

const filterNewPoints = (person: PersonRecord, points: readonly ContactPoint[]): ContactPoint[] =>
  points.filter((point) => !person.contact_points.some(({ contact_value }) => contact_value === point.contact_value));

async function addAddress(person: Pick<PersonRecord, "addresses">, line: Partial<RowValues>): Promise<PersonRecord["addresses"]> {
  const typed = Object.fromEntries(addressColumnNames.flatMap((part) => (line[part] ? [[part, line[part]]] : [])));
  if (Object.keys(typed).length === 0) return person.addresses;
  const address = await Addresses.buildAddress({ ...typed, type: line.address_type ?? "primary" });
  if (person.addresses.some((storedAddress) => addressKey(storedAddress) === addressKey(address))) return person.addresses;
  if (person.addresses.length >= MAX_ADDRESSES)
    throw invalidAll([{ field: "address_line1", message: `A person can have at most ${MAX_ADDRESSES} addresses` }]);
  return Addresses.markDefaultAddresses([...person.addresses, address]);
}

const MAX_ADDRESSES = 50;

const omitNullish = <T extends object>(object: T): Partial<T> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== null)) as Partial<T>;
