import type { ConsoleRecord } from "../../api/records.ts";
import { formatTitle, type Kind, recordPath } from "../../api/schema.ts";
import { isEmptyValue, readValue } from "../../api/value-text.ts";
import { FieldValue } from "../../input/fields/field-value.tsx";
import { RecordAvatar } from "../../input/fields/record-avatar.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { chooseCardFields } from "./list-columns.ts";

/** A record where a table has no room: its title and name, its status, and two fields. The whole card opens it. */
export function ListCard({ kind, row }: { readonly kind: Kind; readonly row: ConsoleRecord }) {
  const { status, name, fields } = chooseCardFields(kind);
  const title = formatTitle(kind, row);
  return (
    <article className="relative flex min-w-0 flex-col gap-2">
      <header className="flex min-w-0 items-start gap-2">
        <RecordAvatar kind={kind.kind} name={title} />
        <span className="min-w-0 flex-1 text-body">
          <span dir="auto" className="block w-fit max-w-full truncate">
            <Link variant="card" href={recordPath(kind, row.id)}>
              {title}
            </Link>
          </span>
          {name === undefined || isEmptyValue(readValue(row, name.name)) ? null : (
            <span dir="auto" className="block w-fit max-w-full truncate text-control" title={String(readValue(row, name.name))}>
              {String(readValue(row, name.name))}
            </span>
          )}
        </span>
        {status === undefined || isEmptyValue(readValue(row, status.name)) ? null : (
          <span className="shrink-0">
            <FieldValue record={row} field={status} isCell />
          </span>
        )}
      </header>
      <dl className="grid grid-cols-2 gap-x-3">
        {fields.map((field) => (
          <div key={field.name} className="min-w-0">
            <dt className="truncate text-meta text-text-muted" title={field.label}>
              {field.label}
            </dt>
            <dd dir="auto" className="reaching-line relative z-1 w-fit max-w-full text-control">
              <FieldValue record={row} field={field} isCell />
            </dd>
          </div>
        ))}
      </dl>
    </article>
  );
}
