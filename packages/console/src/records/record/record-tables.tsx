import { listPartActions } from "../../api/part-actions.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import type { Field, Kind } from "../../api/schema.ts";
import { isEmptyValue } from "../../api/value-text.ts";
import { ItemTable } from "../../input/fields/item-table.tsx";
import { isShownByFrame } from "./frame-fields.ts";
import { PartMenu } from "./part-menu.tsx";

/** Lists the fields of a kind that its records show as tables: lists of objects with columns, but for those in a tab of their own. */
export const listTableFields = ({ kind, fields }: Pick<Kind, "kind" | "fields">): Field[] =>
  fields.filter(
    ({ name, type, multiple, visible, columns }) =>
      type === "json" && multiple && visible && columns !== undefined && !isShownByFrame(kind, name),
  );

interface RecordTablesProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

/** The lists of objects of a record, such as the lines of an order, over the whole width. */
export function RecordTables({ kind, record }: RecordTablesProps) {
  const fields = listTableFields(kind).filter(({ name }) => !isEmptyValue(record[name]));
  return fields.map((field) => (
    <section
      key={field.name}
      aria-label={field.label}
      className="flex flex-col gap-2 rounded-card border border-border bg-surface p-4"
    >
      <h2 className="text-section font-semibold">{field.label}</h2>
      <ItemTable
        record={record}
        field={field}
        renderActions={(part, name) => {
          const actions = listPartActions(kind, field, part);
          return actions.length > 0 ? <PartMenu kind={kind} record={record} part={part} name={name} actions={actions} /> : null;
        }}
      />
    </section>
  ));
}
