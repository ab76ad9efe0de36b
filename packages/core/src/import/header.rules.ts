import type { Field } from "../kernel/field.ts";
import { fold } from "../kernel/text.ts";
import type { Synonyms } from "./synonyms.ts";

/** The words of headers, and what those beside a field's name do to its meaning. */

/** `MobilePhone`, `E-mail 1 - Value`: words in lower case without accents; `e mail` is one word. */
export function headerWords(header: string): string[] {
  const spaced = header
    .slice(0, 200)
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2")
    .replace(/['’`´]s?(?=\P{L}|$)/gu, " ")
    .replace(/['’`´]/g, " ");
  return fold(spaced)
    .replace(/(\p{L})(\p{N})/gu, "$1 $2")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .replace(/(^| )e (?=(mail|posta?|postadress)( |$))/g, "$1e")
    .trim()
    .split(" ")
    .filter((word) => word !== "");
}

export const words = (list: string): ReadonlySet<string> => new Set(list.split(" ").map(fold));

/** They say whose or which, and leave the meaning. */
export const harmless = words(
  "work business office main primary default contact person personal private home lead prospect your my the this value 1 no nr field " +
    "geschäftlich privat dienstlich kontakt haupt professionnel principal principale trabajo laboral personale lavoro zakelijk służbowy iş",
);
/** They say that there is another before it. */
const another = words(
  "2 second secondary other alternate alternative additional zweite weitere autre otro otra altro altra outro andere",
);
/** Whose address it is, the likeliest first. */
export const addresses = ["mailing", "", "home", "billing", "business", "shipping", "other"] as const;
export type Address = (typeof addresses)[number];
const ofAddress: ReadonlyMap<string, Address> = new Map<string, Address>([
  ["mailing", "mailing"],
  ...["billing", "rechnung", "rechnungs", "invoice", "facturation", "fatturazione"].map((word): [string, Address] => [
    word,
    "billing",
  ]),
  ...["shipping", "delivery", "liefer", "livraison", "lieferung"].map((word): [string, Address] => [word, "shipping"]),
  ...["home", "privat", "personal"].map((word): [string, Address] => [word, "home"]),
  ...["business", "work", "geschaftlich"].map((word): [string, Address] => [word, "business"]),
  ["other", "other"],
  ...["address", "primary", "permanent"].map((word): [string, Address] => [word, ""]),
]);
export const addressOf = (said: readonly string[]): Address => said.map((word) => ofAddress.get(word)).find((each) => each) ?? "";
export const addressFields: ReadonlySet<string> = new Set([
  ...["street_address", "address_line1", "address_line2", "city", "city_id", "state", "state_id"],
  ...["postal_code", "country", "country_id"],
]);

/** Their columns are about somebody or something else, whatever the cells look like. */
export const foreign = words(
  "owner owned besitzer inhaber zuständig bearbeiter propriétaire propietario proprietario eigenaar właściciel sahip ägare assistant assistent " +
    "manager supervisor boss created modified updated creator author by from to cc bcc sender referrer referred referral recruiter agent rep user " +
    "spouse partner parent emergency fax telefax télécopie extension ext opt optout out unsubscribed bounced bounce invalid not do call " +
    "id ids guid uuid key language lang locale sprache langue idioma lingua taal język dil språk type label status currency domain " +
    "company organization organisation account firma number nummer numero número numer kunde kunden customer order invoice rechnung auftrag " +
    "vat tax ust steuer iban konto ssn date datum 担当者 负责人",
);

/** Names that stand for a field only with nothing beside them: `First contact` is no first name, `Lead - Title` no job. */
const alone = words("first last title label type id");

/** What a header or cells tell of a column. */
export interface Entry {
  field: string;
  confidence: number;
  why: string;
}
export type Index = ReadonlyMap<string, readonly Entry[]>;

/** Where a field is missing, another takes its columns. */
const insteadOf: readonly { missing: string; field: string; names: string; factor: number }[] = [
  { missing: "full_name", field: "display_name", names: "full_name", factor: 1 },
  { missing: "mobile", field: "phone", names: "mobile", factor: 0.75 },
  // A file without leads is about persons alone: a bare id is the person's.
  { missing: "lead_status", field: "external_key", names: "external_id", factor: 0.9 },
];

/** Written together or apart: `Post code`, `postcode`. */
export const joined = (said: readonly string[]): string => said.join("");
const sorted = (said: readonly string[]): string => [...said].sort().join(" ");
export const baseOf = (name: string): string => name.replace(/^custom_fields\./, "").replace(/_id$/, "");

const keysOf = (name: string): string[] => {
  const said = headerWords(name);
  return said.length > 0 ? [...new Set([joined(said), sorted(said)])] : [];
};

const listed = new WeakMap<readonly string[], readonly (readonly string[])[]>();

/** The usual names of a field, the plainest first; read once, because there are many. */
function usualNames(synonyms: Synonyms, field: string): readonly (readonly string[])[] {
  const list =
    [field, baseOf(field)].filter((name) => Object.hasOwn(synonyms, name)).map((name) => synonyms[name] ?? [])[0] ?? [];
  const keys = listed.get(list) ?? list.map(keysOf);
  listed.set(list, keys);
  return keys;
}

/** Every name of every field, with what a header of that name is worth. */
export function indexOf(fields: readonly Field[], synonyms: Synonyms): Index {
  const index = new Map<string, Entry[]>();
  const add = (keys: readonly string[], entry: Entry) => {
    for (const key of keys) index.set(key, [...(index.get(key) ?? []), entry]);
  };
  const has = (name: string) => fields.some((field) => [field.name, baseOf(field.name)].includes(name));
  for (const { name, label, synonyms: own = [] } of fields) {
    add(keysOf(name), { field: name, confidence: 1, why: "names the field" });
    add(keysOf(baseOf(name)), { field: name, confidence: 0.99, why: "names the field" });
    add(keysOf(label), { field: name, confidence: 0.98, why: "names the field" });
    for (const synonym of own) add(keysOf(synonym), { field: name, confidence: 0.95, why: "is another name of the field" });
    if (name.startsWith("custom_fields.")) continue;
    const instead = insteadOf.filter(({ missing, field }) => field === name && !has(missing));
    const lists = [{ names: name, factor: 1 }, ...instead];
    for (const { names, factor } of lists) {
      for (const [place, keys] of usualNames(synonyms, names).entries())
        add(keys, { field: name, confidence: (0.93 - place * 0.0005) * factor, why: "is a usual name of the field" });
    }
  }
  return index;
}

const MOST_WORDS = 12;

/** What the whole header says; else what it says without words that change nothing. */
export function byHeader(said: readonly string[], index: Index): readonly Entry[] {
  if (said.length === 0 || said.length > MOST_WORDS) return [];
  const whole = found(said, index);
  if (whole.length > 0) return whole;
  const optional = said
    .flatMap((word, at) => (harmless.has(word) || another.has(word) || ofAddress.has(word) ? [at] : []))
    .slice(0, 5);
  const best = new Map<string, Entry>();
  for (let without = 1; without < 2 ** optional.length; without++) {
    const left = optional.filter((_, bit) => without & (1 << bit)).map((at) => said[at] as string);
    const gone = new Set(optional.filter((_, bit) => without & (1 << bit)));
    const rest = said.filter((_, at) => !gone.has(at));
    if (alone.has(joined(rest))) continue;
    for (const { field, confidence } of found(rest, index)) {
      const cost = addressFields.has(field) ? costInAddress(left) : costOf(left);
      if (cost === undefined) continue;
      const entry = {
        field,
        confidence: Math.min(confidence, 0.93) - 0.05 - cost,
        why: `is a name of the field without “${left.join(" ")}”`,
      };
      if (entry.confidence > (best.get(field)?.confidence ?? 0)) best.set(field, entry);
    }
  }
  return [...best.values()];
}

/** Of an address any but a second one will do, in the order of whose it is. */
const costInAddress = (left: readonly string[]): number | undefined =>
  left.some((word) => another.has(word) && !ofAddress.has(word)) ? undefined : 0.02 + 0.02 * addresses.indexOf(addressOf(left));

const costOf = (left: readonly string[]): number | undefined => {
  if (!left.every((word) => harmless.has(word) || another.has(word) || forms.has(ofAddress.get(word) ?? ""))) return undefined;
  if (left.some((word) => another.has(word))) return 0.3;
  return 0.05 * left.length + (forms.get(addressOf(left)) ?? 0);
};

/** Forms of shops ask for whom the bill is, and for whom the parcel: `Billing First Name`. */
const forms: ReadonlyMap<string, number> = new Map([
  ["billing", 0.05],
  ["shipping", 0.1],
]);

const found = (said: readonly string[], index: Index): readonly Entry[] =>
  index.get(joined(said)) ?? index.get(sorted(said)) ?? [];
