import type { ConsoleRecord } from "../../../api/records.ts";
import { formatTitle, type Kind, recordPath } from "../../../api/schema.ts";
import { listLabels } from "../../../api/value-text.ts";
import { Link } from "../../../ui/kit/link.tsx";

/** The name of a deal, and its customer. */
export function DealTitle({ kind, row }: { readonly kind: Kind; readonly row: ConsoleRecord }) {
  const customer = kind.fields.find(({ name }) => name === "customer_id");
  const [label] = customer ? listLabels(row, customer) : [];
  return (
    <span className="flex min-w-0 flex-col">
      <Link variant="title" href={recordPath(kind, row.id)}>
        {formatTitle(kind, row)}
      </Link>
      {label?.id !== undefined && label.name !== label.id ? (
        <span dir="auto" className="text-meta text-text-muted">
          {label.name}
        </span>
      ) : null}
    </span>
  );
}
