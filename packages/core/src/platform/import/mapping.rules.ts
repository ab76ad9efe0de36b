import type { Field } from "../../kernel/field.ts";
import type { Cell } from "../../lib/spreadsheet/cell.ts";
import { isContradicted, matchCells } from "./cell-matching.rules.ts";
import { cellText } from "./cell-text.ts";
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
  type Synonyms,
  wordSet,
} from "./header.rules.ts";

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
  columnIndex: number;
}

/** A column with less confidence is not mapped. */
const MIN_CONFIDENCE = 0.5;
/** At this confidence the header is the field's own name, and cells cannot contradict it. */
export const OWN_NAME_CONFIDENCE = 0.97;

interface SuggestionOptions {
  /** Fields whose cells the caller maps to values itself: the cells need not fit. */
  mappedFields?: ReadonlySet<string>;
  /** Whether the cells of a column name no value of a field, by what is stored. */
  isUnfit?: (column: number, field: string) => boolean;
}

/** Suggests a field for every column. `samples` are rows of the file, with cells in the order of the header. */
export function suggestMapping(
  header: readonly string[],
  samples: readonly (readonly Cell[])[],
  fields: readonly Field[],
  synonyms: Synonyms,
  { mappedFields = new Set(), isUnfit = () => false }: SuggestionOptions = {},
): ColumnSuggestion[] {
  const index = buildFieldIndex(fields, synonyms);
  const fieldByName = new Map(fields.map((field) => [field.name, field]));
  const columns = header.map((column, position) => {
    const cells = samples.map((row) => row[position] ?? "").filter((cell) => cellText(cell) !== "");
    return { words: headerWords(column), cells };
  });
  const headed = columns.flatMap(({ words }, position) =>
    matchHeader(words, index).map((match) => ({ ...match, columnIndex: position })),
  );
  const cellMatches = columns.flatMap((column, position) =>
    [...matchName(column, columns, fieldByName), ...matchCells(column.words, column.cells, fields)].map((match) => ({
      ...match,
      columnIndex: position,
    })),
  );
  const contradicts = ({ columnIndex, field }: Candidate): boolean => {
    const { cells = [] } = columns[columnIndex] ?? {};
    if (cells.length === 0 || mappedFields.has(field)) return false;
    return isUnfit(columnIndex, field) || isContradicted(fieldByName.get(field) as Field, cells);
  };
  const candidates = [...keepOneAddress(headed, columns), ...cellMatches].map((candidate) =>
    discountByCells(candidate, contradicts),
  );
  const assignments = assignColumns([...candidates, ...listSecondaryFields(candidates, fieldByName)]);
  const assignedFields = new Set([...assignments.values()].map(({ field }) => field));
  return header.map((column, position) => {
    const { field, confidence, why } = assignments.get(position) ?? {};
    if (field !== undefined) return { column, field, confidence: confidence ?? 0, why: why ?? "" };
    return {
      column,
      field: null,
      confidence: 0,
      why: explainUnmapped(
        candidates.filter((candidate) => candidate.columnIndex === position),
        assignedFields,
      ),
    };
  });
}

/** Explains why a column is not mapped, and names its likeliest field, so that a person can decide. */
function explainUnmapped(candidates: readonly Candidate[], assignedFields: ReadonlySet<string>): string {
  const [best] = candidates.toSorted((candidate, otherCandidate) => otherCandidate.confidence - candidate.confidence);
  if (!best) return "no similar field";
  return assignedFields.has(best.field)
    ? `another column is more likely to be ${best.field}`
    : `may be ${best.field}, with low confidence: map it if it is`;
}

/** Assigns the pair with the highest confidence first, then the next pair whose column and field are both free. */
function assignColumns(candidates: readonly Candidate[]): ReadonlyMap<number, Candidate> {
  const candidateByColumn = new Map<number, Candidate>();
  const assignedFields = new Set<string>();
  const sure = candidates.filter(({ confidence }) => confidence >= MIN_CONFIDENCE);
  for (const candidate of sure.sort((a, b) => b.confidence - a.confidence || a.columnIndex - b.columnIndex)) {
    if (candidateByColumn.has(candidate.columnIndex) || assignedFields.has(candidate.field)) continue;
    candidateByColumn.set(candidate.columnIndex, { ...candidate, confidence: Math.round(candidate.confidence * 100) / 100 });
    assignedFields.add(candidate.field);
  }
  return candidateByColumn;
}

/** Lowers the confidence of a header that the cells contradict, unless it is the field's own name. */
const discountByCells = (candidate: Candidate, contradicts: (candidate: Candidate) => boolean): Candidate =>
  candidate.confidence < OWN_NAME_CONFIDENCE && contradicts(candidate)
    ? { ...candidate, confidence: candidate.confidence * 0.4 }
    : candidate;

/** Keeps only one of the addresses of a file, the one with the most columns: Mailing City is not combined with Billing Street. */
function keepOneAddress(candidates: readonly Candidate[], columns: readonly Column[]): Candidate[] {
  const findFamily = ({ columnIndex }: Candidate) => findAddressKind(columns[columnIndex]?.words ?? []);
  const parts = candidates.filter(({ field, confidence }) => addressFields.has(field) && confidence < OWN_NAME_CONFIDENCE);
  const sizes = addressKinds.map((family) => parts.filter((part) => findFamily(part) === family).length);
  const plain = candidates.filter((candidate) => addressFields.has(candidate.field) && findFamily(candidate) === "").length;
  const maxSize = Math.max(...sizes);
  const family = plain >= maxSize ? "" : addressKinds[sizes.indexOf(maxSize)];
  const otherParts = new Set(parts.filter((part) => !["", family].includes(findFamily(part))));
  return candidates.filter((candidate) => !otherParts.has(candidate));
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
const computeShare = (cells: readonly Cell[], predicate: (text: string) => boolean): number =>
  cells.filter((cell) => predicate(cellText(cell))).length / (cells.length || 1);

/**
 * Matches a bare `Name` column. Beside a first name it is the last name, and beside a last name the first (Nombre, Apellidos). Otherwise its cells
 * decide: several words are a full name.
 */
function matchName({ words, cells }: Column, columns: readonly Column[], fieldByName: ReadonlyMap<string, Field>): FieldMatch[] {
  const nameWords = words.filter((word) => !partyWords.has(word));
  const rest = nameWords.length === 1 ? nameWords : nameWords.filter((word) => !harmlessWords.has(word));
  const isParty = nameWords.length < words.length && rest.every((word) => bareNames.has(word)) && rest.length <= 1;
  const isContact = !isParty && contactWords.has(joinWords(words));
  const isName = rest.length === 1 && bareNames.has(rest[0] as string);
  if (!isParty && !isContact && !isName) return [];
  const hasNamePart = (field: string) => columns.some((column) => column.words !== words && detectNamePart(column) === field);
  const full = ["full_name", "display_name"].find((field) => fieldByName.has(field));
  const several = computeShare(cells, (text) => /\S[\s,]+\S/.test(text));
  const buildMatches = (field: string | undefined, why: string): FieldMatch[] =>
    field && fieldByName.has(field) ? [{ field, confidence: cells.length === 0 ? 0.7 : 0.9, why }] : [];
  const isCompany = isParty && computeShare(cells, (text) => COMPANY.test(text)) >= 0.3;
  if (isCompany) return buildMatches("company", "is a customer, and its cells are company names");
  if (several >= 0.8) return buildMatches(full, "is a name, and its cells have several words");
  const doubtful = { field: full ?? "", confidence: 0.3, why: "may be a name" };
  if ((isParty || isContact) && cells.length > 0 && several < 0.5) return full === undefined ? [] : [doubtful];
  if (hasNamePart("first_name")) return buildMatches("last_name", "is a name next to the first name");
  if (hasNamePart("last_name")) return buildMatches("first_name", "is a name next to the last name");
  return cells.length === 0 || several >= 0.5
    ? buildMatches(full, "is a name")
    : buildMatches("last_name", "is a name, and its cells are single words");
}

const firstNameWords = wordSet("firstname givenname forename vorname prenom voornaam imie fornamn adi isim");
const lastNameWords = wordSet(
  "lastname surname familyname apellido apellidos cognome sobrenome apelido soyad soyadi nachname achternaam nazwisko efternamn",
);
const detectNamePart = ({ words }: Column): string | undefined =>
  firstNameWords.has(joinWords(words)) ? "first_name" : lastNameWords.has(joinWords(words)) ? "last_name" : undefined;

/** Lets `email_2` and `email_3` take further columns that match `email`. */
function listSecondaryFields(candidates: readonly Candidate[], fieldByName: ReadonlyMap<string, Field>): Candidate[] {
  return candidates.flatMap((candidate) =>
    ["_2", "_3"]
      .filter((ending) => fieldByName.has(candidate.field + ending) && candidate.confidence >= 0.55)
      .map((ending, place) => ({
        ...candidate,
        field: candidate.field + ending,
        confidence: 0.5 + candidate.confidence * 0.1 - place * 0.02,
        why: `another ${candidate.field}`,
      })),
  );
}
