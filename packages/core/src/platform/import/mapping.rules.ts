import type { Field } from "../../kernel/field.ts";
import type { Cell } from "../../lib/spreadsheet/cell.ts";
import {
  addressFields,
  addressKinds,
  buildFieldIndex,
  type FieldMatch,
  findAddressKind,
  harmlessWords,
  headerWords,
  joinWords,
  matchHeader,
  wordSet,
} from "./header.rules.ts";
import { cellText, isContradicted, matchCells } from "./sample.rules.ts";
import type { Synonyms } from "./synonyms.ts";

/**
 * Suggests the field for each column. A header matches if it is the field's name, a usual name of it, or such a name with harmless words added (`Work
 * Email`). There is no fuzzy matching: `Email opt out`, `Phone extension` and `Company size` contain a field's word and mean something else. If the
 * header says nothing, the cells may decide.
 */

export interface ColumnSuggestion {
  column: string;
  field: string | null;
  /** From 0 to 1. */
  confidence: number;
  why: string;
}

interface Column {
  words: readonly string[];
  /** The cells that are not blank. */
  cells: readonly Cell[];
}

interface Candidate extends FieldMatch {
  /** The position of the column. */
  at: number;
}

/** A column with less confidence is not mapped. */
const MIN_CONFIDENCE = 0.5;
/** At this confidence the header is the field's own name, and cells cannot contradict it. */
const OWN_NAME_CONFIDENCE = 0.97;

/** Suggests a field for every column. `samples` are rows of the file, with cells in the order of the header. */
export function suggestMapping(
  header: readonly string[],
  samples: readonly (readonly Cell[])[],
  fields: readonly Field[],
  synonyms: Synonyms,
): ColumnSuggestion[] {
  const index = buildFieldIndex(fields, synonyms);
  const known = new Map(fields.map((field) => [field.name, field]));
  const columns = header.map((column, at) => {
    const cells = samples.map((row) => row[at] ?? "").filter((cell) => cellText(cell) !== "");
    return { words: headerWords(column), cells };
  });
  const headed = columns.flatMap(({ words }, at) => matchHeader(words, index).map((each) => ({ ...each, at })));
  const told = columns.flatMap((column, at) =>
    [...matchName(column, columns, known), ...matchCells(column.words, column.cells, fields)].map((each) => ({ ...each, at })),
  );
  const candidates = [...keepOneAddress(headed, columns), ...told].map((each) =>
    discountByCells(each, columns[each.at]?.cells ?? [], known.get(each.field) as Field),
  );
  const chosen = assignColumns([...candidates, ...listSecondaryFields(candidates, known)]);
  const taken = new Set([...chosen.values()].map(({ field }) => field));
  return header.map((column, at) => {
    const { field, confidence, why } = chosen.get(at) ?? {};
    if (field !== undefined) return { column, field, confidence: confidence ?? 0, why: why ?? "" };
    return {
      column,
      field: null,
      confidence: 0,
      why: explainUnmapped(
        candidates.filter((each) => each.at === at),
        taken,
      ),
    };
  });
}

/** Explains why a column is not mapped, and names its likeliest field, so that a person can decide. */
function explainUnmapped(candidates: readonly Candidate[], taken: ReadonlySet<string>): string {
  const [best] = candidates.toSorted((one, other) => other.confidence - one.confidence);
  if (!best) return "no similar field";
  return taken.has(best.field)
    ? `another column is more likely to be ${best.field}`
    : `may be ${best.field}, with low confidence: map it if it is`;
}

/** Assigns the pair with the highest confidence first, then the next pair whose column and field are both free. */
function assignColumns(candidates: readonly Candidate[]): ReadonlyMap<number, Candidate> {
  const chosen = new Map<number, Candidate>();
  const taken = new Set<string>();
  const sure = candidates.filter(({ confidence }) => confidence >= MIN_CONFIDENCE);
  for (const each of sure.sort((one, other) => other.confidence - one.confidence || one.at - other.at)) {
    if (chosen.has(each.at) || taken.has(each.field)) continue;
    chosen.set(each.at, { ...each, confidence: Math.round(each.confidence * 100) / 100 });
    taken.add(each.field);
  }
  return chosen;
}

/** Lowers the confidence of a header that the cells contradict, unless it is the field's own name. */
const discountByCells = (each: Candidate, cells: readonly Cell[], field: Field): Candidate =>
  each.confidence < OWN_NAME_CONFIDENCE && cells.length > 0 && isContradicted(field, cells)
    ? { ...each, confidence: each.confidence * 0.4 }
    : each;

/** Keeps only one of the addresses of a file, the one with the most columns: Mailing City is not combined with Billing Street. */
function keepOneAddress(candidates: readonly Candidate[], columns: readonly Column[]): Candidate[] {
  const familyOf = ({ at }: Candidate) => findAddressKind(columns[at]?.words ?? []);
  const parts = candidates.filter(({ field, confidence }) => addressFields.has(field) && confidence < OWN_NAME_CONFIDENCE);
  const sizes = addressKinds.map((family) => parts.filter((each) => familyOf(each) === family).length);
  const plain = candidates.filter((each) => addressFields.has(each.field) && familyOf(each) === "").length;
  const most = Math.max(...sizes);
  const family = plain >= most ? "" : addressKinds[sizes.indexOf(most)];
  const others = new Set(parts.filter((each) => !["", family].includes(familyOf(each))));
  return candidates.filter((each) => !others.has(each));
}

/** Words for a bare `Name`, in languages where they can mean any name. */
const bareNames = wordSet("name nombre nome nom naam namn ad nazwa");
/** Words for a contact person, or for the way of contact: only cells with several words decide. */
const contactWords = wordSet("ansprechpartner kontakt contact contactperson kontaktperson contacto contatto");
/** Words for a customer, who is a person or a company; the cells decide. */
const partyWords = wordSet("customer client kunde kunden klient cliente klant kund müşteri client's");

const COMPANY =
  /(?:^|[\s,])(inc|llc|ltd|limited|corp|corporation|company|co|gmbh|ag|kg|ug|sarl|sas|sa|srl|spa|bv|nv|ab|oy|as|aps|plc|pty|sp z o o|株式会社|有限公司|公司)\.?$/iu;

/** Returns the share of cells for which a condition holds. */
const computeShare = (cells: readonly Cell[], is: (text: string) => boolean): number =>
  cells.filter((cell) => is(cellText(cell))).length / (cells.length || 1);

/**
 * Matches a bare `Name` column. Beside a first name it is the last name, and beside a last name the first (Nombre, Apellidos). Otherwise its cells
 * decide: several words are a full name.
 */
function matchName({ words: said, cells }: Column, columns: readonly Column[], known: ReadonlyMap<string, Field>): FieldMatch[] {
  const own = said.filter((word) => !partyWords.has(word));
  const rest = own.length === 1 ? own : own.filter((word) => !harmlessWords.has(word));
  const isParty = own.length < said.length && rest.every((word) => bareNames.has(word)) && rest.length <= 1;
  const isContact = !isParty && contactWords.has(joinWords(said));
  const isName = rest.length === 1 && bareNames.has(rest[0] as string);
  if (!isParty && !isContact && !isName) return [];
  const beside = (field: string) => columns.some((column) => column.words !== said && detectNamePart(column) === field);
  const full = ["full_name", "display_name"].find((field) => known.has(field));
  const several = computeShare(cells, (text) => /\S[\s,]+\S/.test(text));
  const of = (field: string | undefined, why: string): FieldMatch[] =>
    field && known.has(field) ? [{ field, confidence: cells.length === 0 ? 0.7 : 0.9, why }] : [];
  const isCompany = isParty && computeShare(cells, (text) => COMPANY.test(text)) >= 0.3;
  if (isCompany) return of("company", "is a customer, and its cells are company names");
  if (several >= 0.8) return of(full, "is a name, and its cells have several words");
  const doubtful = { field: full ?? "", confidence: 0.3, why: "may be a name" };
  if ((isParty || isContact) && cells.length > 0 && several < 0.5) return full === undefined ? [] : [doubtful];
  if (beside("first_name")) return of("last_name", "is a name next to the first name");
  if (beside("last_name")) return of("first_name", "is a name next to the last name");
  return cells.length === 0 || several >= 0.5
    ? of(full, "is a name")
    : of("last_name", "is a name, and its cells are single words");
}

const firstNameWords = wordSet("firstname givenname forename vorname prenom voornaam imie fornamn adi isim");
const lastNameWords = wordSet(
  "lastname surname familyname apellido apellidos cognome sobrenome apelido soyad soyadi nachname achternaam nazwisko efternamn",
);
const detectNamePart = ({ words: said }: Column): string | undefined =>
  firstNameWords.has(joinWords(said)) ? "first_name" : lastNameWords.has(joinWords(said)) ? "last_name" : undefined;

/** Lets `email_2` and `email_3` take further columns that match `email`. */
function listSecondaryFields(candidates: readonly Candidate[], known: ReadonlyMap<string, Field>): Candidate[] {
  return candidates.flatMap((each) =>
    ["_2", "_3"]
      .filter((ending) => known.has(each.field + ending) && each.confidence >= 0.55)
      .map((ending, place) => ({
        ...each,
        field: each.field + ending,
        confidence: 0.5 + each.confidence * 0.1 - place * 0.02,
        why: `another ${each.field}`,
      })),
  );
}
