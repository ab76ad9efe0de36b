import { fillTemplate } from "../../../api/record-template.ts";
import { type ConsoleRecord, useRecordList } from "../../../api/records.ts";
import type { RowFields } from "../../../api/row-fields.ts";
import { type Field, formatTitle, type Kind, recordPath, useKind } from "../../../api/schema.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { FieldValue } from "../../../input/fields/field-value.tsx";
import { RowList } from "../../../records/record/row-list.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";

interface RelatedRowsProps {
  readonly kind: Kind;
  /** The record whose related records are listed, or one that stands for it, such as the first of its versions. */
  readonly id: string;
  /** The name of the list in the schema. */
  readonly name: string;
  /** The columns beside the title. */
  readonly columns: RowFields;
  readonly sort?: string;
  readonly empty: string;
}

const PAGE_SIZE = 50;

/** Records that belong to a document, as a table of the width of the page. */
export function RelatedRows(props: RelatedRowsProps) {
  const related = props.kind.related.find((candidate) => candidate.name === props.name);
  const { data: kind } = useKind(related?.kind);
  if (!related) return null;
  if (!kind) return <Skeleton shape="block" />;
  return <KindRows {...props} rowKind={kind} filter={fillTemplate(related.filter, { id: props.id })} />;
}

interface KindRowsProps extends RelatedRowsProps {
  readonly rowKind: Kind;
  readonly filter: Readonly<Record<string, string>>;
}

function KindRows({ rowKind, filter, columns, sort, empty }: KindRowsProps) {
  const t = useText();
  const query = { ...filter, ...(sort === undefined ? {} : { sort }) };
  const list = useRecordList(rowKind, query, { shown: columns, pageSize: PAGE_SIZE });
  const rows = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const fields = columns.flatMap((name) => rowKind.fields.find((field) => field.name === name && field.visible) ?? []);
  if (list.isPending) return <Skeleton shape="block" />;
  if (list.error) return <LoadError query={list} text={t("The list could not be loaded")} />;
  if (rows.length === 0 && !list.search.isIncomplete) return <EmptyState kind="empty" title={empty} />;
  const renderTitle = (row: ConsoleRecord) => (
    <Link variant="title" href={recordPath(rowKind, row.id)}>
      {formatTitle(rowKind, row)}
    </Link>
  );
  return (
    <RowList
      label={rowKind.labels}
      rows={rows}
      pages={list}
      columns={[
        { id: "title", label: rowKind.label, render: renderTitle },
        ...fields.map((field: Field) => ({
          id: field.name,
          label: field.label,
          isNumeric: field.type === "money" || field.type === "integer",
          render: (row: ConsoleRecord) => <FieldValue record={row} field={field} isCell />,
        })),
      ]}
      renderCard={(row) => (
        <>
          {renderTitle(row)}
          {fields.map((field) => (
            <span key={field.name} className="flex min-w-0 gap-2">
              <span className="text-text-muted">{field.label}</span>
              <span className="min-w-0 truncate">
                <FieldValue record={row} field={field} isCell />
              </span>
            </span>
          ))}
        </>
      )}
    />
  );
}
