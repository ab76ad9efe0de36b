import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { hasPermission } from "../../kernel/context.ts";
import { type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import { date, isMask, name, oneLine, type Shape, sealed } from "../../kernel/schema.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { Vault } from "../../storage/vault/vault.ts";
import { hashSensitiveValues } from "./feature-extraction.rules.ts";
import type { PersonRecord } from "./person.entity.ts";
import { personGrants } from "./person.kind.ts";
import { redactHiddenSources } from "./source-redaction.ts";

/**
 * Sensitive values: encrypted with the person's own key, found by keyed hash, and shown in full only to callers with the right
 * `person:sensitive`. Answers of writes never contain them, because answers are stored for retries.
 */
export const sensitiveFields = {
  birth_date: sealed(date())
    .meta({ examples: ["1979-04-12"] })
    .nullish(),
  document_number: sealed(name(64)).nullish(),
  bank_account: z
    .strictObject({
      holder: sealed(oneLine(150)).nullish(),
      iban: sealed(oneLine(42))
        .meta({ examples: ["DE89 3704 0044 0532 0130 00"] })
        .nullish(),
      account_number: sealed(oneLine(64)).nullish(),
      bic: oneLine(11)
        .meta({ examples: ["COBADEFFXXX"] })
        .nullish(),
      bank_name: oneLine(150).nullish(),
    })
    .nullish(),
} satisfies Shape;

export const SensitiveValues = z.strictObject(sensitiveFields);
export type SensitiveValues = z.output<typeof SensitiveValues>;

const sensitiveFieldNames = Object.keys(sensitiveFields) as (keyof typeof sensitiveFields)[];

const maskedTextField = () => z.string().nullable();
const MASKED_DESCRIPTION = "In full for callers with permission, but never in the response to a write; otherwise masked with `•`";

/** The sensitive fields in answers. */
export const sensitiveViewFields = {
  birth_date: maskedTextField().describe(MASKED_DESCRIPTION),
  document_number: maskedTextField().describe(MASKED_DESCRIPTION),
  bank_account: z
    .object({
      holder: maskedTextField(),
      iban: maskedTextField(),
      account_number: maskedTextField(),
      bic: maskedTextField(),
      bank_name: maskedTextField(),
    })
    .nullable()
    .describe(MASKED_DESCRIPTION),
};

type HiddenField = "sealed" | "masks" | "hashes" | "own" | "custom_fields";
export type PersonView = Omit<PersonRecord, HiddenField> & {
  [K in keyof typeof sensitiveViewFields]: z.output<(typeof sensitiveViewFields)[K]>;
} & {
  custom_fields: ReturnType<CustomFields.ValuePresenter>;
};

/**
 * Returns the person with sensitive values set, or removed by null. Values that `typed` omits or sends back as their masks stay.
 * For callers without the right to see them, each value is encrypted anew even if it is unchanged: a write without a change would
 * confirm a guess.
 */
export async function setSensitiveValues(person: PersonRecord, typed: SensitiveValues): Promise<PersonRecord> {
  const values = await unmaskValues(person, typed);
  const fieldNames = sensitiveFieldNames.filter((name) => values[name] !== undefined);
  const errors = findFaults(values);
  if (errors.length > 0) throw invalidAll(errors);
  const fresh = !hasPermission(personGrants.sensitive);
  return sealValues(person, Object.fromEntries(fieldNames.map((name) => [name, serializeValue(values[name])])), { fresh });
}

/** Returns the values for a replacement: omitted ones are removed, unless the caller sees only masks. */
export const toReplacement = (typed: SensitiveValues): SensitiveValues =>
  hasPermission(personGrants.sensitive)
    ? { ...Object.fromEntries(sensitiveFieldNames.map((name) => [name, null])), ...typed }
    : typed;

/** Replaces masks in the input with the stored values. Refuses a mask that is not that of the stored value. */
async function unmaskValues({ id, sealed, masks }: PersonRecord, typed: SensitiveValues): Promise<SensitiveValues> {
  const values: SensitiveValues = { ...typed };
  const details: ErrorDetail[] = [];
  for (const name of ["birth_date", "document_number"] as const) {
    if (!isMask(typed[name])) continue;
    if (typed[name] !== masks?.[name]) details.push({ field: name, message: FOREIGN_MASK_MESSAGE });
    delete values[name];
  }
  const parts = Object.entries(typed.bank_account ?? {}).filter(([, text]) => isMask(text));
  if (parts.length > 0) {
    const maskedAccount = JSON.parse(masks?.bank_account ?? "{}") as Record<string, unknown>;
    const { bank_account = "{}" } = await Vault.open(id, sealed, ["bank_account"]);
    const stored = JSON.parse(bank_account) as Record<string, string>;
    for (const [part, text] of parts)
      if (text !== maskedAccount[part]) details.push({ field: `bank_account.${part}`, message: FOREIGN_MASK_MESSAGE });
    values.bank_account = { ...typed.bank_account, ...Object.fromEntries(parts.map(([part]) => [part, stored[part] ?? null])) };
  }
  if (details.length > 0) throw invalidAll(details);
  return values;
}

const FOREIGN_MASK_MESSAGE = "Must be the mask of the stored value: send the complete value, or omit the field";

/** Decrypts the birth date of a person, for computation only; null if none is known. */
export async function unsealBirthDate({ id, sealed, masks }: PersonRecord): Promise<string | null> {
  if (!masks?.birth_date) return null;
  const { birth_date = null } = await Vault.open(id, sealed, ["birth_date"]);
  return birth_date;
}

/** Computes the hash of the document number again if the type or country of the document changed. */
export async function rehashDocument(person: PersonRecord, before: PersonRecord): Promise<PersonRecord> {
  const isSame = person.document_type === before.document_type && person.document_country === before.document_country;
  const { document_number } = isSame ? {} : await Vault.open(person.id, person.sealed, ["document_number"]);
  return document_number === undefined ? person : sealValues(person, { document_number });
}

/** Does the same as `setSensitiveValues` for values in their stored form. */
export async function sealValues(
  person: PersonRecord,
  values: Readonly<Record<string, string | null>>,
  options: { fresh?: boolean } = {},
): Promise<PersonRecord> {
  if (Object.keys(values).length === 0) return person;
  const sealed = await Vault.seal(person.id, person.sealed, values, options);
  const mac = await Vault.buildMac("person");
  const [masks, hashes] = [{ ...person.masks }, { ...person.hashes }];
  for (const [name, value] of Object.entries(values)) {
    // While a merged person's value is shown, the survivor's own value is neither shown nor compared.
    if (name.startsWith("own.")) continue;
    delete masks[name];
    for (const hash of [equalityHashName(name), ...listHashNames(name)]) delete hashes[hash];
    if (value === null) continue;
    masks[name] = maskValue(name, value);
    hashes[equalityHashName(name)] = [mac(`${name}=${value}`)];
    Object.assign(hashes, hashSensitiveValues({ ...person, ...toComparableValues(name, value) }, mac));
  }
  return { ...person, sealed, masks: emptyToNull(masks), hashes: emptyToNull(hashes) };
}

/** Returns the name of the hash that tells whether two values are equal. */
export const equalityHashName = (name: string): string => `same.${name}`;

const listHashNames = (name: string): string[] => (name === "bank_account" ? ["iban"] : [name]);

/** Returns the part of a value by which persons are compared. */
const toComparableValues = (
  name: string,
  value: string,
): { birth_date?: string; document_number?: string; iban?: string | null } =>
  name === "bank_account" ? { iban: (JSON.parse(value) as { iban?: string | null }).iban ?? null } : { [name]: value };

const serializeValue = (value: unknown): string | null =>
  value === null || value === undefined ? null : typeof value === "string" ? value : JSON.stringify(value);

const emptyToNull = <T extends object>(object: T): T | null => (Object.keys(object).length > 0 ? object : null);

function findFaults({ birth_date, bank_account }: SensitiveValues): ErrorDetail[] {
  const details: ErrorDetail[] = [];
  const birthDateFault = findBirthDateFault(birth_date);
  if (birthDateFault !== undefined) details.push({ field: "birth_date", message: birthDateFault });
  if (bank_account?.iban && !isIban(bank_account.iban))
    details.push({ field: "bank_account.iban", message: "Must be an IBAN with correct check digits" });
  return details;
}

/** Returns why no person can have this birth date; undefined if one can, or if it is a mask. */
export function findBirthDateFault(birthDate: string | null | undefined): string | undefined {
  const masked: boolean = isMask(birthDate);
  const isPossible = !birthDate || masked || (birthDate >= "1850-01-01" && birthDate <= Clock.now().slice(0, 10));
  return isPossible ? undefined : "Must be between 1850-01-01 and today";
}

/** Checks an IBAN by ISO 13616: with country and check digits moved to the end and letters as 10 to 35, it is 1 modulo 97. */
export function isIban(typed: string): boolean {
  const iban = typed.replace(/\s/g, "").toUpperCase();
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban)) return false;
  const digits = [...iban.slice(4), ...iban.slice(0, 4)].map((char) => String(Number.parseInt(char, 36))).join("");
  return BigInt(digits) % 97n === 1n;
}

const MASK_DOTS = "•••";
const maskAllButLast = (value: string, count: number): string =>
  value.length > 2 * count ? MASK_DOTS + value.slice(-count) : MASK_DOTS;

function maskValue(name: string, value: string): string {
  if (name === "birth_date") return "••••-••-••";
  if (name === "document_number") return maskAllButLast(value, 3);
  const parts = Object.entries(JSON.parse(value) as Record<string, string | null>).map(([part, text]) => [
    part,
    text
      ? part === "bic" || part === "bank_name"
        ? text
        : maskAllButLast(text.replace(/\s/g, ""), part === "holder" ? 99 : 4)
      : null,
  ]);
  return JSON.stringify(Object.fromEntries(parts));
}

/** Presents a person with masked sensitive values, as in answers of writes. */
export function presentMasked(person: PersonRecord, seen: CustomFields.ValuePresenter): PersonView {
  return presentPerson(person, person.masks ?? {}, seen);
}

/** Presents a person with what the caller may see. */
export async function presentVisible(storedPerson: PersonRecord): Promise<PersonView> {
  const person = await redactHiddenSources(storedPerson);
  const seen = await CustomFields.loadPresenter("person");
  if (!person.sealed || !hasPermission(personGrants.sensitive)) return presentMasked(person, seen);
  return presentPerson(person, await Vault.open(person.id, person.sealed, sensitiveFieldNames), seen);
}

function presentPerson(
  { sealed: _s, masks: _m, hashes: _h, own: _o, custom_fields, ...person }: PersonRecord,
  values: Record<string, string>,
  seen: CustomFields.ValuePresenter,
): PersonView {
  const bank = values.bank_account === undefined ? undefined : (JSON.parse(values.bank_account) as Record<string, string | null>);
  const part = (field: string): string | null => bank?.[field] ?? null;
  return {
    ...person,
    custom_fields: seen(custom_fields),
    birth_date: values.birth_date ?? null,
    document_number: values.document_number ?? null,
    bank_account: bank
      ? {
          holder: part("holder"),
          iban: part("iban"),
          account_number: part("account_number"),
          bic: part("bic"),
          bank_name: part("bank_name"),
        }
      : null,
  };
}
