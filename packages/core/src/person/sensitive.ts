import * as z from "zod";
import { CustomFields } from "../custom-field/values.ts";
import { Clock } from "../kernel/clock.ts";
import { may } from "../kernel/context.ts";
import { type Detail, invalidAll } from "../kernel/error.ts";
import { date, isMask, name, type Shape, sealed, text } from "../kernel/schema.ts";
import { Vault } from "../storage/vault/vault.ts";
import { asNamed } from "./leads-named.ts";
import { sensitiveHashes } from "./match.rules.ts";
import { personGrants } from "./person.domain.ts";
import type { PersonRecord } from "./person.entity.ts";

/**
 * What must not lie open: under the person's own key in the table, found by keyed hash, shown in full only to whom the
 * permission person:sensitive is given, and to nobody in the answer of a write (answers are kept for repeats).
 */
export const sensitiveFields = {
  birth_date: sealed(date())
    .meta({ examples: ["1979-04-12"] })
    .nullish(),
  document_number: sealed(name(64)).nullish(),
  bank_account: z
    .strictObject({
      holder: sealed(text(150)).nullish(),
      iban: sealed(text(42))
        .meta({ examples: ["DE89 3704 0044 0532 0130 00"] })
        .nullish(),
      account_number: sealed(text(64)).nullish(),
      bic: text(11)
        .meta({ examples: ["COBADEFFXXX"] })
        .nullish(),
      bank_name: text(150).nullish(),
    })
    .nullish(),
} satisfies Shape;

export const Sensitive = z.strictObject(sensitiveFields);
export type Sensitive = z.output<typeof Sensitive>;

const names = Object.keys(sensitiveFields) as (keyof typeof sensitiveFields)[];

const shownText = () => z.string().nullable();
const MASKED = "In full for those who may see it, and never in the answer of a write; masked by `•` otherwise";

/** As answers show them. */
export const shownFields = {
  birth_date: shownText().describe(MASKED),
  document_number: shownText().describe(MASKED),
  bank_account: z
    .object({
      holder: shownText(),
      iban: shownText(),
      account_number: shownText(),
      bic: shownText(),
      bank_name: shownText(),
    })
    .nullable()
    .describe(MASKED),
};

type Hidden = "sealed" | "masks" | "hashes" | "own" | "custom_fields";
export type Shown = Omit<PersonRecord, Hidden> & { [K in keyof typeof shownFields]: z.output<(typeof shownFields)[K]> } & {
  custom_fields: ReturnType<CustomFields.Seen>;
};

/**
 * The person with sensitive values set, or removed by null; those that `typed` leaves out stay, and those whose masks come back.
 * By those who may not see them each value is sealed anew, even if it is the one that stood there: that nothing changed would
 * tell them that they have guessed right.
 */
export async function sealedWith(person: PersonRecord, typed: Sensitive): Promise<PersonRecord> {
  const meant = await unmasked(person, typed);
  const given = names.filter((name) => meant[name] !== undefined);
  const wrong = wrongIn(meant);
  if (wrong.length > 0) throw invalidAll(wrong);
  const fresh = !may(personGrants.sensitive);
  return withValues(person, Object.fromEntries(given.map((name) => [name, stringOf(meant[name])])), { fresh });
}

/** What replaces the sensitive values of a person: what is left out goes, unless who leaves it out sees masks alone. */
export const replacing = (typed: Sensitive): Sensitive =>
  may(personGrants.sensitive) ? { ...Object.fromEntries(names.map((name) => [name, null])), ...typed } : typed;

/** What is typed with the stored values in place of their masks; a mask of anything else is refused. */
async function unmasked({ id, sealed, masks }: PersonRecord, typed: Sensitive): Promise<Sensitive> {
  const meant: Sensitive = { ...typed };
  const wrong: Detail[] = [];
  for (const name of ["birth_date", "document_number"] as const) {
    if (!isMask(typed[name])) continue;
    if (typed[name] !== masks?.[name]) wrong.push({ field: name, message: FOREIGN_MASK });
    delete meant[name];
  }
  const parts = Object.entries(typed.bank_account ?? {}).filter(([, text]) => isMask(text));
  if (parts.length > 0) {
    const shown = JSON.parse(masks?.bank_account ?? "{}") as Record<string, unknown>;
    const { bank_account = "{}" } = await Vault.open(id, sealed, ["bank_account"]);
    const stored = JSON.parse(bank_account) as Record<string, string>;
    for (const [part, text] of parts)
      if (text !== shown[part]) wrong.push({ field: `bank_account.${part}`, message: FOREIGN_MASK });
    meant.bank_account = { ...typed.bank_account, ...Object.fromEntries(parts.map(([part]) => [part, stored[part] ?? null])) };
  }
  if (wrong.length > 0) throw invalidAll(wrong);
  return meant;
}

const FOREIGN_MASK = "Not the mask of the stored value: send the value in full, or leave it out";

/** The birth date of a person, opened; null where none is known. For what is worked out from it, never to be shown. */
export async function birthDateOf({ id, sealed, masks }: PersonRecord): Promise<string | null> {
  if (!masks?.birth_date) return null;
  const { birth_date = null } = await Vault.open(id, sealed, ["birth_date"]);
  return birth_date;
}

/** As it should be for the type and country of the document that the person has now. */
export async function rehashed(person: PersonRecord, before: PersonRecord): Promise<PersonRecord> {
  const isSame = person.document_type === before.document_type && person.document_country === before.document_country;
  const { document_number } = isSame ? {} : await Vault.open(person.id, person.sealed, ["document_number"]);
  return document_number === undefined ? person : withValues(person, { document_number });
}

/** As sealedWith, for values as they are sealed. */
export async function withValues(
  person: PersonRecord,
  values: Readonly<Record<string, string | null>>,
  how: { fresh?: boolean } = {},
): Promise<PersonRecord> {
  if (Object.keys(values).length === 0) return person;
  const sealed = await Vault.seal(person.id, person.sealed, values, how);
  const mac = await Vault.macOf("person");
  const [masks, hashes] = [{ ...person.masks }, { ...person.hashes }];
  for (const [name, value] of Object.entries(values)) {
    // A person's own value behind that of a merge is neither shown nor compared.
    if (name.startsWith("own.")) continue;
    delete masks[name];
    for (const hash of [sameness(name), ...comparedBy(name)]) delete hashes[hash];
    if (value === null) continue;
    masks[name] = maskOf(name, value);
    hashes[sameness(name)] = [mac(`${name}=${value}`)];
    Object.assign(hashes, sensitiveHashes({ ...person, ...partsOf(name, value) }, mac));
  }
  return { ...person, sealed, masks: orNull(masks), hashes: orNull(hashes) };
}

/** The name of the hash that tells whether two values are the same. */
export const sameness = (name: string): string => `same.${name}`;

const comparedBy = (name: string): string[] => (name === "bank_account" ? ["iban"] : [name]);

/** What of a value persons are compared by. */
const partsOf = (name: string, value: string): { birth_date?: string; document_number?: string; iban?: string | null } =>
  name === "bank_account" ? { iban: (JSON.parse(value) as { iban?: string | null }).iban ?? null } : { [name]: value };

const stringOf = (value: unknown): string | null =>
  value === null || value === undefined ? null : typeof value === "string" ? value : JSON.stringify(value);

const orNull = <T extends object>(object: T): T | null => (Object.keys(object).length > 0 ? object : null);

function wrongIn({ birth_date, bank_account }: Sensitive): Detail[] {
  const wrong: Detail[] = [];
  if (birth_date && (birth_date > Clock.now().slice(0, 10) || birth_date < "1850-01-01"))
    wrong.push({ field: "birth_date", message: "Not a day on which a person of today can have been born" });
  if (bank_account?.iban && !isIban(bank_account.iban))
    wrong.push({ field: "bank_account.iban", message: "Not an IBAN: its check digits do not fit" });
  return wrong;
}

/** ISO 13616: the country and check digits moved behind, letters as 10 to 35, leave 1 modulo 97. */
export function isIban(typed: string): boolean {
  const iban = typed.replace(/\s/g, "").toUpperCase();
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban)) return false;
  const digits = [...iban.slice(4), ...iban.slice(0, 4)].map((char) => String(Number.parseInt(char, 36))).join("");
  return BigInt(digits) % 97n === 1n;
}

const DOTS = "•••";
const lastOf = (value: string, count: number): string => (value.length > 2 * count ? DOTS + value.slice(-count) : DOTS);

function maskOf(name: string, value: string): string {
  if (name === "birth_date") return "••••-••-••";
  if (name === "document_number") return lastOf(value, 3);
  const parts = Object.entries(JSON.parse(value) as Record<string, string | null>).map(([part, text]) => [
    part,
    text ? (part === "bic" || part === "bank_name" ? text : lastOf(text.replace(/\s/g, ""), part === "holder" ? 99 : 4)) : null,
  ]);
  return JSON.stringify(Object.fromEntries(parts));
}

/** The person as answers of writes, and of those who may not see more, show it. */
export function masked(person: PersonRecord, seen: CustomFields.Seen): Shown {
  return shown(person, person.masks ?? {}, seen);
}

/** The person as the caller may see it. */
export async function visible(known: PersonRecord): Promise<Shown> {
  const person = await asNamed(known);
  const seen = await CustomFields.seen("person");
  if (!person.sealed || !may(personGrants.sensitive)) return masked(person, seen);
  return shown(person, await Vault.open(person.id, person.sealed, names), seen);
}

function shown(
  { sealed: _s, masks: _m, hashes: _h, own: _o, custom_fields, ...person }: PersonRecord,
  values: Record<string, string>,
  seen: CustomFields.Seen,
): Shown {
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
