import { iso31661 } from "iso-3166";
import type { Field } from "../../kernel/field.ts";
import type { Cell } from "../../lib/spreadsheet/cell.ts";
import { cellText } from "./cell-text.ts";
import { convert } from "./convert.rules.ts";
import { type FieldMatch, foreignWords } from "./header.rules.ts";

/** Suggests fields from the cells of a column. */

const emailField: Field = { name: "email", label: "Email", type: "email", required: false };
const neutralConventions = { timezone: "UTC", default_country: "US" };
const countries = new Set(iso31661.flatMap(({ alpha2, alpha3 }) => [alpha2, alpha3]));

const isEmail = (cell: Cell): boolean => "value" in convert(emailField, cell, neutralConventions);
const isUrl = (cell: Cell): boolean =>
  /^(https?:\/\/|www\.)[^\s@]+$|^[\p{L}\d-]{1,63}(\.[\p{L}\d-]{1,63}){0,4}\.\p{L}{2,}(\/\S*)?$/iu.test(cellText(cell));
const DATE = /^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}$/;

/** Whether a cell is written like a phone number, or has ten digits in groups; dates, amounts and document numbers do not match. */
const isPhone = (cell: Cell): boolean => {
  const text = cellText(cell);
  if (typeof cell !== "string" || text.length > 40 || !/^[+(\d][\d\s()./x-]*$/.test(text) || DATE.test(text)) return false;
  const digits = text.replace(/\D/g, "").length;
  const inGroups = /\d[\s./()-]+\d/.test(text);
  if (/^\+|^\(\d/.test(text)) return digits >= 7 && digits <= 20;
  return digits <= 20 && (inGroups ? digits >= (text.startsWith("0") ? 7 : 10) : text.startsWith("0") && digits >= 10);
};
const isCountry = (cell: Cell): boolean => countries.has(cellText(cell).toUpperCase());

const computeShare = (cells: readonly Cell[], predicate: (cell: Cell) => boolean): number =>
  cells.length === 0 ? 0 : cells.filter(predicate).length / cells.length;

/** Returns the fields that the cells alone suggest, unless the header says that the column describes someone else. */
export function matchCells(words: readonly string[], cells: readonly Cell[], fields: readonly Field[]): FieldMatch[] {
  if (cells.length === 0 || words.some((word) => foreignWords.has(word))) return [];
  // The same address in most rows is probably that of the file's author.
  const various = cells.length < 3 || new Set(cells.map(cellText)).size * 2 > cells.length;
  const areMost = (predicate: (cell: Cell) => boolean) => various && computeShare(cells, predicate) >= 0.8;
  const tell = (field: string): Omit<FieldMatch, "field"> | undefined => {
    if (field === "email" && areMost(isEmail)) return { confidence: 0.75, why: "its cells are email addresses" };
    if (field === "phone" && areMost(isPhone)) return { confidence: 0.6, why: "its cells are telephone numbers" };
    if (field === "website" && areMost(isUrl)) return { confidence: 0.55, why: "its cells are website addresses" };
    const isOfCountry = ["country", "country_id"].includes(field) && cells.length >= 3 && computeShare(cells, isCountry) === 1;
    return isOfCountry ? { confidence: 0.52, why: "its cells are country codes" } : undefined;
  };
  return fields.flatMap(({ name }) => {
    const suggestion = tell(name);
    return suggestion ? [{ field: name, ...suggestion }] : [];
  });
}

/** The ways in which a cell can be meant before the conventions of the file are known. */
const possibleConventions = [
  neutralConventions,
  ...(["DD/MM/YYYY", "MM/DD/YYYY"] as const).map((date_format) => ({ ...neutralConventions, date_format })),
  ...([".", ","] as const).map((decimal_mark) => ({ ...neutralConventions, decimal_mark })),
];

/** Types whose cells an import converts. It refuses rows with other cells. */
const convertedTypes: ReadonlySet<Field["type"]> = new Set([
  ...(["money", "integer", "number", "date", "instant", "boolean", "choice", "choices", "json"] as const),
]);

/** Whether the cells cannot be values of the field. */
export function isContradicted(field: Field, cells: readonly Cell[]): boolean {
  const { type, name } = field;
  const areMost = (predicate: (cell: Cell) => boolean) => computeShare(cells, predicate) >= 0.5;
  if (type === "email") return !areMost(isEmail);
  if (type === "phone") return !areMost((cell) => cellText(cell).replace(/\D/g, "").length >= 5);
  if (convertedTypes.has(type))
    return !areMost((cell) => possibleConventions.some((conventions) => "value" in convert(field, cell, conventions)));
  if (type === "url") return !areMost(isUrl);
  // Cells may be dialling codes.
  if (/^country(_id)?$/.test(name)) return areMost((cell) => /^\+?\d+$/.test(cellText(cell)));
  if (/^(first|last|full|display)_name$/.test(name)) return areMost((cell) => /\d/.test(cellText(cell)) || isEmail(cell));
  return (
    (type === "text" || (type === "master" && name !== "owner_id")) &&
    computeShare(cells, isEmail) >= 0.8 &&
    !name.startsWith("external")
  );
}
