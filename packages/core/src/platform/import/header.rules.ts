import type { Field } from "../../kernel/field.ts";
import { fold } from "../../kernel/text.ts";

/** The words of headers, and how words beside a field's name change its meaning. */

/** Splits a header such as `MobilePhone` or `E-mail 1 - Value` into words, in lower case without accents; `e mail` is one word. */
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

export const wordSet = (list: string): ReadonlySet<string> => new Set(list.split(" ").map(fold));

/** Words that qualify a field without changing its meaning. */
export const harmlessWords = wordSet(
  "work business office main primary default contact person personal private home lead prospect your my the this value 1 no nr field " +
    "geschäftlich privat dienstlich kontakt haupt professionnel principal principale trabajo laboral personale lavoro zakelijk służbowy iş",
);
/** Words that mark a second field of the same kind. */
const secondaryWords = wordSet(
  "2 second secondary other alternate alternative additional zweite weitere autre otro otra altro altra outro andere",
);
/** The kinds of addresses, the likeliest first. */
export const addressKinds = ["mailing", "", "home", "billing", "business", "shipping", "other"] as const;
type AddressKind = (typeof addressKinds)[number];
const addressWords: ReadonlyMap<string, AddressKind> = new Map<string, AddressKind>([
  ["mailing", "mailing"],
  ...["billing", "rechnung", "rechnungs", "invoice", "facturation", "fatturazione"].map((word): [string, AddressKind] => [
    word,
    "billing",
  ]),
  ...["shipping", "delivery", "liefer", "livraison", "lieferung"].map((word): [string, AddressKind] => [word, "shipping"]),
  ...["home", "privat", "personal"].map((word): [string, AddressKind] => [word, "home"]),
  ...["business", "work", "geschaftlich"].map((word): [string, AddressKind] => [word, "business"]),
  ["other", "other"],
  ...["address", "primary", "permanent"].map((word): [string, AddressKind] => [word, ""]),
]);
export const findAddressKind = (words: readonly string[]): AddressKind =>
  words.map((word) => addressWords.get(word)).find((addressKind) => addressKind) ?? "";
export const addressFields: ReadonlySet<string> = new Set([
  ...["street_address", "address_line1", "address_line2", "city", "city_id", "state", "state_id"],
  ...["postal_code", "country", "country_id"],
]);

/** Words of headers whose columns describe someone or something else, even if the cells fit the field. */
export const foreignWords = wordSet(
  "owner owned besitzer inhaber zuständig bearbeiter propriétaire propietario proprietario eigenaar właściciel sahip ägare assistant assistent " +
    "manager supervisor boss created modified updated creator author by from to cc bcc sender referrer referred referral recruiter agent rep user " +
    "spouse partner parent emergency fax telefax télécopie extension ext opt optout out unsubscribed bounced bounce invalid not do call " +
    "id ids guid uuid key language lang locale sprache langue idioma lingua taal język dil språk type label status currency domain " +
    "company organization organisation account firma number nummer numero número numer kunde kunden customer order invoice rechnung auftrag " +
    "vat tax ust steuer iban konto ssn date datum 担当者 负责人",
);

/** Names that match a field only if the header has no other word: `First contact` is no first name, `Lead - Title` no job title. */
const standaloneNames = wordSet("first last title label type id");

/** A field that a header or cells suggest for a column. */
export interface FieldMatch {
  field: string;
  confidence: number;
  why: string;
}
type FieldIndex = ReadonlyMap<string, readonly FieldMatch[]>;

/** If a field is missing, another field takes its columns. */
const fieldSubstitutes: readonly { missing: string; field: string; names: string; factor: number }[] = [
  { missing: "full_name", field: "display_name", names: "full_name", factor: 1 },
  { missing: "mobile", field: "phone", names: "mobile", factor: 0.75 },
  // In a file without leads, a bare id identifies the person.
  { missing: "lead_status", field: "external_key", names: "external_id", factor: 0.9 },
];

/** Joins words, so that `Post code` and `postcode` are equal. */
export const joinWords = (words: readonly string[]): string => words.join("");
const sortWords = (words: readonly string[]): string => [...words].sort().join(" ");
const baseFieldName = (name: string): string => name.replace(/^custom_fields\./, "").replace(/_id$/, "");

const listKeys = (name: string): string[] => {
  const words = headerWords(name);
  return words.length > 0 ? [...new Set([joinWords(words), sortWords(words)])] : [];
};

const usualNamesCache = new WeakMap<readonly string[], readonly (readonly string[])[]>();

/** Usual column names by field name, without `_id`. */
export type Synonyms = Readonly<Record<string, readonly string[]>>;

/** Returns the usual names of a field, the plainest first; cached, because there are many. */
function listUsualNames(synonyms: Synonyms, field: string): readonly (readonly string[])[] {
  const list =
    [field, baseFieldName(field)].filter((name) => Object.hasOwn(synonyms, name)).map((name) => synonyms[name] ?? [])[0] ?? [];
  const keys = usualNamesCache.get(list) ?? list.map(listKeys);
  usualNamesCache.set(list, keys);
  return keys;
}

/** Builds the index of all names of all fields, with the confidence of a header with that name. */
export function buildFieldIndex(fields: readonly Field[], synonyms: Synonyms): FieldIndex {
  const index = new Map<string, FieldMatch[]>();
  const add = (keys: readonly string[], entry: FieldMatch) => {
    for (const key of keys) index.set(key, [...(index.get(key) ?? []), entry]);
  };
  const hasField = (name: string) => fields.some((field) => [field.name, baseFieldName(field.name)].includes(name));
  for (const { name, label, labels = [], synonyms: fieldSynonyms = [] } of fields) {
    add(listKeys(name), { field: name, confidence: 1, why: "names the field" });
    add(listKeys(baseFieldName(name)), { field: name, confidence: 0.99, why: "names the field" });
    add(listKeys(label), { field: name, confidence: 0.98, why: "names the field" });
    // Below the field's own name: where values that name nothing refuse their rows, the cells count too.
    for (const translatedLabel of labels)
      add(listKeys(translatedLabel), { field: name, confidence: 0.96, why: "names the field" });
    for (const synonym of fieldSynonyms)
      add(listKeys(synonym), { field: name, confidence: 0.95, why: "is another name of the field" });
    if (name.startsWith("custom_fields.")) continue;
    const instead = fieldSubstitutes.filter(({ missing, field }) => field === name && !hasField(missing));
    const lists = [{ names: name, factor: 1 }, ...instead];
    for (const { names, factor } of lists) {
      for (const [place, keys] of listUsualNames(synonyms, names).entries())
        add(keys, { field: name, confidence: (0.93 - place * 0.0005) * factor, why: "is a usual name of the field" });
    }
  }
  return index;
}

const MAX_WORDS = 12;

/** Returns the fields for the whole header; if there are none, those for the header without words that do not change its meaning. */
export function matchHeader(words: readonly string[], index: FieldIndex): readonly FieldMatch[] {
  if (words.length === 0 || words.length > MAX_WORDS) return [];
  const exactMatches = lookUpWords(words, index);
  if (exactMatches.length > 0) return exactMatches;
  const optional = words
    .flatMap((word, position) =>
      harmlessWords.has(word) || secondaryWords.has(word) || addressWords.has(word) ? [position] : [],
    )
    .slice(0, 5);
  const best = new Map<string, FieldMatch>();
  for (let without = 1; without < 2 ** optional.length; without++) {
    const omittedWords = optional.filter((_, bit) => without & (1 << bit)).map((position) => words[position] as string);
    const omittedPositions = new Set(optional.filter((_, bit) => without & (1 << bit)));
    const rest = words.filter((_, position) => !omittedPositions.has(position));
    if (standaloneNames.has(joinWords(rest))) continue;
    for (const { field, confidence } of lookUpWords(rest, index)) {
      const cost = addressFields.has(field) ? addressCost(omittedWords) : wordCost(omittedWords);
      if (cost === undefined) continue;
      const entry = {
        field,
        confidence: Math.min(confidence, 0.93) - 0.05 - cost,
        why: `is a name of the field without “${omittedWords.join(" ")}”`,
      };
      if (entry.confidence > (best.get(field)?.confidence ?? 0)) best.set(field, entry);
    }
  }
  return [...best.values()];
}

/** Every address except a secondary one is accepted; the cost follows the order of `addressKinds`. */
const addressCost = (remainingWords: readonly string[]): number | undefined =>
  remainingWords.some((word) => secondaryWords.has(word) && !addressWords.has(word))
    ? undefined
    : 0.02 + 0.02 * addressKinds.indexOf(findAddressKind(remainingWords));

const wordCost = (remainingWords: readonly string[]): number | undefined => {
  if (
    !remainingWords.every(
      (word) => harmlessWords.has(word) || secondaryWords.has(word) || formPenalties.has(addressWords.get(word) ?? ""),
    )
  )
    return undefined;
  if (remainingWords.some((word) => secondaryWords.has(word))) return 0.3;
  return 0.05 * remainingWords.length + (formPenalties.get(findAddressKind(remainingWords)) ?? 0);
};

/** Order forms of shops ask for the names of the payer and of the recipient: `Billing First Name`. */
const formPenalties: ReadonlyMap<string, number> = new Map([
  ["billing", 0.05],
  ["shipping", 0.1],
]);

const lookUpWords = (words: readonly string[], index: FieldIndex): readonly FieldMatch[] =>
  index.get(joinWords(words)) ?? index.get(sortWords(words)) ?? [];
