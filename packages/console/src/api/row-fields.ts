import type { Kind, RecordData } from "./kind.ts";
import type { LabelledRecord } from "./value-text.ts";

declare const isOfRow: unique symbol;

/**
 * Names of fields that the rows of a list have. Rows lack some fields of the record, and the API would refuse a request for them. So the names come from
 * `rowFields`, where the compiler checks them, or from `selectRowFields`, which drops those that rows lack.
 */
export type RowFields<Name extends string = string> = readonly Name[] & { readonly [isOfRow]: true };

/** Names fields of a row of the API, or of a record, for a page that knows the kind: `rowFields<Schemas.LeadRow>()("company", "email")`. */
export const rowFields =
  <Row extends object>() =>
  <Name extends keyof Row & string>(...names: readonly Name[]): RowFields<Name> =>
    names as RowFields<Name>;

export const joinRowFields = <First extends string, Second extends string>(
  first: RowFields<First>,
  second: RowFields<Second>,
): RowFields<First | Second> => [...first, ...second] as readonly (First | Second)[] as RowFields<First | Second>;

export const isCustomField = (name: string): boolean => name.startsWith("custom_fields.");

/** Whether rows of a list have a field. `custom_fields` stands for all custom fields; rows have those that the request names. */
export const isRowField = ({ row }: Pick<Kind, "row">, name: string): boolean => row.includes(name.split(".")[0] ?? name);

/** Selects the fields of rows among names that the schema, an address or a user gives. */
export const selectRowFields = (kind: Pick<Kind, "row">, names: readonly string[]): RowFields =>
  names.filter((name) => isRowField(kind, name)) as readonly string[] as RowFields;

/** A row with the fields that were asked for. Another field of it does not compile. */
export type ListRow<Name extends string = string> = string extends Name
  ? LabelledRecord & RecordData
  : { readonly [Key in Exclude<Name, "id">]?: unknown } & Pick<LabelledRecord, "expanded"> & { readonly id: string };

/** A row of a list of the API, with all fields that its rows have: `ApiRow<Schemas.LeadRow>`. */
export type ApiRow<Row extends object> = ListRow<keyof Row & string>;
