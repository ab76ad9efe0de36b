import { iso31661 } from "iso-3166";
import type { Field } from "../kernel/field.ts";
import type { Cell } from "../sheet/cell.ts";
import { convert } from "./convert.rules.ts";
import { type Entry, foreign } from "./header.rules.ts";

/** What the cells of a column tell of it. */

export const textOf = (cell: Cell): string => (typeof cell === "string" ? cell : cell[1]).trim();

const emailField: Field = { name: "email", label: "Email", type: "email", required: false };
const anywhere = { timezone: "UTC", default_country: "US" };
const countries = new Set(iso31661.flatMap(({ alpha2, alpha3 }) => [alpha2, alpha3]));

const isEmail = (cell: Cell): boolean => "value" in convert(emailField, cell, anywhere);
const isUrl = (cell: Cell): boolean =>
  /^(https?:\/\/|www\.)[^\s@]+$|^[\p{L}\d-]{1,63}(\.[\p{L}\d-]{1,63}){0,4}\.\p{L}{2,}(\/\S*)?$/iu.test(textOf(cell));
const DATE = /^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}$/;

/** Written as telephone numbers are, or of ten digits in groups; dates, amounts and numbers of papers are neither. */
const isPhone = (cell: Cell): boolean => {
  const text = textOf(cell);
  if (typeof cell !== "string" || text.length > 40 || !/^[+(\d][\d\s()./x-]*$/.test(text) || DATE.test(text)) return false;
  const digits = text.replace(/\D/g, "").length;
  const inGroups = /\d[\s./()-]+\d/.test(text);
  if (/^\+|^\(\d/.test(text)) return digits >= 7 && digits <= 20;
  return digits <= 20 && (inGroups ? digits >= (text.startsWith("0") ? 7 : 10) : text.startsWith("0") && digits >= 10);
};
const isCountry = (cell: Cell): boolean => countries.has(textOf(cell).toUpperCase());

const share = (cells: readonly Cell[], is: (cell: Cell) => boolean): number =>
  cells.length === 0 ? 0 : cells.filter(is).length / cells.length;

/** What the cells alone say, of columns whose header does not say that they are about something else. */
export function byCells(said: readonly string[], cells: readonly Cell[], fields: readonly Field[]): Entry[] {
  if (cells.length === 0 || said.some((word) => foreign.has(word))) return [];
  // One address in every row is that of whoever made the file.
  const various = cells.length < 3 || new Set(cells.map(textOf)).size * 2 > cells.length;
  const most = (is: (cell: Cell) => boolean) => various && share(cells, is) >= 0.8;
  const tell = (field: string): Omit<Entry, "field"> | undefined => {
    if (field === "email" && most(isEmail)) return { confidence: 0.75, why: "its cells are email addresses" };
    if (field === "phone" && most(isPhone)) return { confidence: 0.6, why: "its cells are telephone numbers" };
    if (field === "website" && most(isUrl)) return { confidence: 0.55, why: "its cells are addresses of websites" };
    const isOfCountry = ["country", "country_id"].includes(field) && cells.length >= 3 && share(cells, isCountry) === 1;
    return isOfCountry ? { confidence: 0.52, why: "its cells are codes of countries" } : undefined;
  };
  return fields.flatMap(({ name }) => {
    const told = tell(name);
    return told ? [{ field: name, ...told }] : [];
  });
}

/** Whether the cells are no values of the field. */
export function isOther({ type, name }: Field, cells: readonly Cell[]): boolean {
  const most = (is: (cell: Cell) => boolean) => share(cells, is) >= 0.5;
  if (type === "email") return !most(isEmail);
  if (type === "phone") return !most((cell) => textOf(cell).replace(/\D/g, "").length >= 5);
  if (type === "boolean") return !most((cell) => "value" in convert({ ...emailField, type }, cell, anywhere));
  if (["money", "integer", "number", "date", "instant"].includes(type)) return !most((cell) => /\d/.test(textOf(cell)));
  if (type === "url") return !most(isUrl);
  // The codes by which one dials abroad.
  if (/^country(_id)?$/.test(name)) return most((cell) => /^\+?\d+$/.test(textOf(cell)));
  if (/^(first|last|full|display)_name$/.test(name)) return most((cell) => /\d/.test(textOf(cell)) || isEmail(cell));
  return (
    (type === "text" || (type === "master" && name !== "owner_id")) &&
    share(cells, isEmail) >= 0.8 &&
    !name.startsWith("external")
  );
}
