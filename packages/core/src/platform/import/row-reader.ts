import { hasPermission } from "../../kernel/context.ts";
import type { ErrorDetail } from "../../kernel/error.ts";
import type { Field } from "../../kernel/field.ts";
import { isId } from "../../kernel/id.ts";
import type { MasterKind } from "../../kernel/master-kind.ts";
import { findMasterKind } from "../../kernel/registry.ts";
import { fold } from "../../kernel/text.ts";
import type { Cell } from "../../lib/spreadsheet/cell.ts";
import { leadSourceGrants } from "../../sales/lead/lead.kind.ts";
import { LEAD_SOURCES } from "../../sales/lead/lead.masters.ts";
import { useBatch } from "../../storage/table/transaction-batch.ts";
import { Master } from "../master-data/master.ts";
import { masterGrants } from "../master-data/master-data.kind.ts";
import { Directory } from "../user/directory.ts";
import { USER } from "../user/user.kind.ts";
import type { Conventions } from "./convert.rules.ts";
import { convert } from "./convert.rules.ts";
import type { ImportRecord } from "./import.ts";
import { type Importable, type Input, isInput } from "./importable.ts";

/** A row of the file as it was read. */
export interface Row {
  number: number;
  cells: readonly Cell[];
  /** Why the row could not be read. */
  refused?: string;
}

/** The row as input of the API, or its errors. */
type ReadRow = { input: Input } | { wrong: ErrorDetail[] };

/** Reads rows of one import into the input of its verbs. */
interface RowReader {
  read(row: Row): Promise<ReadRow>;
}

export function createRowReader(
  { header, mapping, value_map, options }: Pick<ImportRecord, "header" | "mapping" | "value_map" | "options">,
  fields: readonly Field[],
  conventions: Conventions,
  importable: Pick<Importable, "validate">,
): RowReader {
  const fieldByName = new Map(fields.map((field) => [field.name, field]));
  const columns = header.flatMap((column, index) => {
    const field = fieldByName.get(mapping[column] ?? "");
    return field ? [{ at: index, field, values: indexValueMap(value_map[field.name]) }] : [];
  });
  const defaults = options.defaults ?? {};
  return {
    async read({ cells, refused: rejection }) {
      if (rejection !== undefined) return { wrong: [{ field: "", message: rejection }] };
      const input: Input = {};
      const errors: ErrorDetail[] = [];
      for (const { at: index, field, values } of columns) {
        const cell = mapCell(cells[index] ?? "", values);
        const converted = convert(field, cell, conventions);
        if ("reason" in converted) errors.push({ field: field.name, message: converted.reason });
        else if (converted.value !== null)
          setPath(input, field.name, await resolveNamed(field, converted.value, options.create_masters));
      }
      for (const [name, value] of Object.entries(defaults)) if (readPath(input, name) === undefined) setPath(input, name, value);
      if (errors.length === 0) return { input };
      const isNew = (options.mode ?? "create") === "create";
      return { wrong: [...errors, ...filterFurtherFaults(errors, input, await importable.validate(input), isNew)] };
    },
  };
}

/** Returns the errors beside those of unreadable cells, so that a row can be corrected in one round. */
function filterFurtherFaults(
  unread: readonly ErrorDetail[],
  input: Input,
  details: readonly ErrorDetail[],
  isNew: boolean,
): ErrorDetail[] {
  const isTold = (field: string): boolean => unread.some((detail) => detail.field === field);
  const isAbsent = ({ field, message }: ErrorDetail): boolean => isNew && message === "Required" && !isTold(field);
  const isGiven = ({ field, message }: ErrorDetail): boolean =>
    message !== "Unknown field" && readPath(input, field) !== undefined;
  return details.filter((detail) => isGiven(detail) || isAbsent(detail));
}

/** Returns the value map with exact texts first, and folded texts for other letter cases. */
function indexValueMap(map: Record<string, string> | undefined): ReadonlyMap<string, string> | undefined {
  if (!map) return undefined;
  const entries = Object.entries(map);
  return new Map([...entries.map(([from, to]) => [fold(from.trim()), to] as const), ...entries]);
}

function mapCell(cell: Cell, values: ReadonlyMap<string, string> | undefined): Cell {
  if (!values) return cell;
  const text = (typeof cell === "string" ? cell : cell[1]).trim();
  return values.get(text) ?? values.get(fold(text)) ?? cell;
}

/** Sets a value in a nested object: `custom_fields.region`, `product_data.pet.breed`. */
function setPath(input: Input, name: string, value: unknown): void {
  const [outerName = "", ...inner] = name.split(".");
  if (inner.length === 0) input[outerName] = value;
  else {
    const below = isInput(input[outerName]) ? { ...input[outerName] } : {};
    setPath(below, inner.join("."), value);
    input[outerName] = below;
  }
}

export const readPath = (input: Input, name: string): unknown =>
  name
    .split(".")
    .reduce<unknown>((value, step) => (isInput(value) && Object.hasOwn(value, step) ? value[step] : undefined), input);

/** Resolves names to ids: people write the label of master data, and the address or the name of a colleague. */
async function resolveNamed(field: Field, value: unknown, create: boolean): Promise<unknown> {
  const kind = field.master === undefined ? undefined : findMasterKind(field.master);
  if (kind && typeof value === "string") return resolveMasterValue(kind, value, create);
  if (kind && Array.isArray(value)) return Promise.all(value.map((item) => resolveMasterValue(kind, String(item), create)));
  if (field.record === "user" && typeof value === "string") return (await findUserId(value)) ?? value;
  return value;
}

const findUserId = (text: string): Promise<string | undefined> =>
  text.includes("@") ? Directory.findByEmail(text) : Directory.findByName(text);

/** Whether a cell names a value of the field: master data or a user that exists. Cells of other fields are compared by their types alone. */
export async function isResolvable(field: Field, text: string): Promise<boolean> {
  if (field.record === "user") return isId(text, USER) || (await findUserId(text)) !== undefined;
  const kind = field.master === undefined ? undefined : findMasterKind(field.master);
  if (!kind) return true;
  const converted = convert(field, text, { timezone: "UTC", default_country: "US" });
  const names = "value" in converted ? [converted.value].flat() : [];
  const ids = await Promise.all(names.map((name) => Master.findByName(kind, String(name))));
  return names.length > 0 && !ids.includes(undefined);
}

async function resolveMasterValue(kind: MasterKind, input: string, create: boolean): Promise<string> {
  const existingId = await Master.findByName(kind, input);
  if (existingId !== undefined || !create) return existingId ?? input;
  if (!hasPermission(masterGrants.manage) && !(kind === LEAD_SOURCES && hasPermission(leadSourceGrants.manage))) return input;
  // A dry run adds no master data. The row gets the id of any active value, because it only needs a valid one.
  if (useBatch()?.isDryRun) return (await Master.findAnyActive(kind)) ?? input;
  return Master.add(kind, input);
}
