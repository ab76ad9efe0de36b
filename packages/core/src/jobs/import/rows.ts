import type { Conventions } from "../../import/convert.rules.ts";
import { convert } from "../../import/convert.rules.ts";
import type { ImportRecord } from "../../import/import.ts";
import { may } from "../../kernel/context.ts";
import type { Detail } from "../../kernel/error.ts";
import type { Field } from "../../kernel/field.ts";
import type { MasterKind } from "../../kernel/master.ts";
import { masterNamed } from "../../kernel/names.ts";
import { fold } from "../../kernel/text.ts";
import { leadSourceGrants } from "../../lead/lead.domain.ts";
import { LEAD_SOURCES } from "../../lead/lead.masters.ts";
import { Master } from "../../masters/master.ts";
import { masterGrants } from "../../masters/masters.domain.ts";
import type { Cell } from "../../sheet/cell.ts";
import { useBatch } from "../../storage/table/batch.ts";
import { Directory } from "../../user/directory.ts";
import { type Importable, type Input, isInput } from "./importable.ts";

/** A row of the file as it was read. */
export interface Row {
  number: number;
  cells: readonly Cell[];
  /** Why it could not be read. */
  refused?: string;
}

/** What a row says, as the API would be told it, or what is wrong with it. */
export type Read = { input: Input } | { wrong: Detail[] };

/** Reads rows of one import into what its verbs take. */
interface RowReader {
  read(row: Row): Promise<Read>;
}

export function rowReader(
  { header, mapping, value_map, options }: Pick<ImportRecord, "header" | "mapping" | "value_map" | "options">,
  fields: readonly Field[],
  conventions: Conventions,
  importable: Pick<Importable, "wrongIn">,
): RowReader {
  const known = new Map(fields.map((field) => [field.name, field]));
  const columns = header.flatMap((column, at) => {
    const field = known.get(mapping[column] ?? "");
    return field ? [{ at, field, values: valuesOf(value_map[field.name]) }] : [];
  });
  const defaults = options.defaults ?? {};
  return {
    async read({ cells, refused }) {
      if (refused !== undefined) return { wrong: [{ field: "", message: refused }] };
      const input: Input = {};
      const wrong: Detail[] = [];
      for (const { at, field, values } of columns) {
        const cell = mapped(cells[at] ?? "", values);
        const converted = convert(field, cell, conventions);
        if ("reason" in converted) wrong.push({ field: field.name, message: converted.reason });
        else if (converted.value !== null) set(input, field.name, await named(field, converted.value, options.create_masters));
      }
      for (const [name, value] of Object.entries(defaults)) if (get(input, name) === undefined) set(input, name, value);
      if (wrong.length === 0) return { input };
      const isNew = (options.mode ?? "create") === "create";
      return { wrong: [...wrong, ...alsoWrong(wrong, input, await importable.wrongIn(input), isNew)] };
    },
  };
}

/** What is wrong beside the cells that could not be read, so that a row is corrected in one round. */
function alsoWrong(unread: readonly Detail[], input: Input, wrong: readonly Detail[], isNew: boolean): Detail[] {
  const isTold = (field: string): boolean => unread.some((each) => each.field === field);
  const isAbsent = ({ field, message }: Detail): boolean => isNew && message === "Required" && !isTold(field);
  const isGiven = ({ field, message }: Detail): boolean => message !== "Unknown field" && get(input, field) !== undefined;
  return wrong.filter((each) => isGiven(each) || isAbsent(each));
}

/** What the value map has for a text: as it stands there, or else whatever its letter case. */
function valuesOf(map: Record<string, string> | undefined): ReadonlyMap<string, string> | undefined {
  if (!map) return undefined;
  const entries = Object.entries(map);
  return new Map([...entries.map(([from, to]) => [fold(from.trim()), to] as const), ...entries]);
}

function mapped(cell: Cell, values: ReadonlyMap<string, string> | undefined): Cell {
  if (!values) return cell;
  const text = (typeof cell === "string" ? cell : cell[1]).trim();
  return values.get(text) ?? values.get(fold(text)) ?? cell;
}

/** Fields in a record of their own stand behind a dot: `custom_fields.region`, `product_data.pet.breed`. */
function set(input: Input, name: string, value: unknown): void {
  const [outer = "", ...inner] = name.split(".");
  if (inner.length === 0) input[outer] = value;
  else {
    const below = isInput(input[outer]) ? { ...input[outer] } : {};
    set(below, inner.join("."), value);
    input[outer] = below;
  }
}

export const get = (input: Input, name: string): unknown =>
  name
    .split(".")
    .reduce<unknown>((value, step) => (isInput(value) && Object.hasOwn(value, step) ? value[step] : undefined), input);

/** People write the label of master data, and the address of a colleague; the API takes ids. */
async function named(field: Field, value: unknown, create: boolean): Promise<unknown> {
  const kind = field.master === undefined ? undefined : masterNamed(field.master);
  if (kind && typeof value === "string") return valueNamed(kind, value, create);
  if (kind && Array.isArray(value)) return Promise.all(value.map((each) => valueNamed(kind, String(each), create)));
  if (field.record === "user" && typeof value === "string" && value.includes("@"))
    return (await Directory.byEmail(value)) ?? value;
  return value;
}

async function valueNamed(kind: MasterKind, given: string, create: boolean): Promise<string> {
  const found = await Master.named(kind, given);
  if (found !== undefined || !create) return found ?? given;
  if (!may(masterGrants.manage) && !(kind === LEAD_SOURCES && may(leadSourceGrants.manage))) return given;
  // A rehearsal adds nothing; that the value would be there is all that its row needs to know.
  if (useBatch()?.isRehearsal) return (await Master.anyOf(kind)) ?? given;
  return Master.add(kind, given);
}
