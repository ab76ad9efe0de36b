import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { crm } from "../../../api/client.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { rowFields } from "../../../api/row-fields.ts";
import type { Field, Kind } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { EMPTY, formatValue, isEmptyValue, listPartFields } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Table } from "../../../ui/kit/table.tsx";
import { RelatedRows } from "./related-rows.tsx";

interface Difference {
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

interface LineDifference {
  readonly change: "ADDED" | "REMOVED" | "CHANGED";
  readonly name: string | null;
  readonly differences: readonly Difference[];
}

interface Comparison {
  readonly from: { readonly version_number: number };
  readonly to: { readonly version_number: number };
  readonly differences: readonly Difference[];
  readonly line_items?: readonly LineDifference[];
}

interface VersionPanelProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

const QUOTE_COLUMNS = rowFields<Schemas.QuoteRow>()("status", "version_number", "total_amount", "quote_date", "expiration_date");
const PROPOSAL_COLUMNS = rowFields<Schemas.ProposalRow>()("status", "version_number", "proposal_date", "expiration_date");

/** The versions of a document, and what this one changed. */
export function VersionPanel({ kind, record }: VersionPanelProps) {
  const t = useText();
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <RelatedRows
        kind={kind}
        id={String(record.series_id ?? record.id)}
        name={`${kind.kind}.series_id`}
        columns={kind.kind === "quote" ? QUOTE_COLUMNS : PROPOSAL_COLUMNS}
        empty={t("There is no other version")}
      />
      {record.previous_version_id ? (
        <VersionChanges kind={kind} record={record} previous={String(record.previous_version_id)} />
      ) : null}
    </div>
  );
}

interface ChangeRow {
  readonly id: string;
  readonly what: string;
  readonly from: string;
  readonly to: string;
}

/** The differences to the version before, field by field. */
function VersionChanges({ kind, record, previous }: VersionPanelProps & { readonly previous: string }) {
  const t = useText();
  const scope = useScope();
  const options = useTextOptions();
  const { data, error } = useQuery({
    queryKey: [...scope, "comparison", kind.kind, previous, record.id, record.version],
    queryFn: async ({ signal }): Promise<Comparison> =>
      crm.request<Comparison>("GET", `${kind.path}/${previous}/compare`, { query: { with: record.id }, signal }),
  });
  if (error) return <Banner kind="danger" title={readErrors(error, t).form ?? t("The versions could not be compared")} />;
  if (!data) return <Skeleton shape="block" />;
  const show = (fields: readonly Field[], { field: name }: Difference, value: unknown): string => {
    const field = fields.find((candidate) => candidate.name === name);
    if (isEmptyValue(value)) return EMPTY;
    if (field) return formatValue({ ...record, [name]: value }, field, options);
    return typeof value === "object" ? EMPTY : String(value);
  };
  const nameField = (fields: readonly Field[], name: string): string =>
    fields.find((field) => field.name === name)?.label ?? name.replaceAll("_", " ");
  const lineFields = kind.fields.filter(({ name }) => name === "line_items").flatMap(listPartFields);
  const changes = { ADDED: t("New line"), REMOVED: t("Removed line"), CHANGED: t("Changed line") };
  const rows: ChangeRow[] = [
    ...data.differences.map((difference) => ({
      id: difference.field,
      what: nameField(kind.fields as Field[], difference.field),
      from: show(kind.fields as Field[], difference, difference.from),
      to: show(kind.fields as Field[], difference, difference.to),
    })),
    ...(data.line_items ?? []).flatMap((line, index): ChangeRow[] => {
      const name = line.name ?? EMPTY;
      if (line.change !== "CHANGED")
        return [
          {
            id: String(index),
            what: changes[line.change],
            from: line.change === "REMOVED" ? name : EMPTY,
            to: line.change === "ADDED" ? name : EMPTY,
          },
        ];
      return line.differences.map((difference) => ({
        id: `${index} ${difference.field}`,
        what: `${name}: ${nameField(lineFields, difference.field)}`,
        from: show(lineFields, difference, difference.from),
        to: show(lineFields, difference, difference.to),
      }));
    }),
  ];
  return (
    <section aria-label={t("Changes to the version before")} className="flex min-w-0 flex-col gap-2">
      <h2 className="text-section font-semibold">{t("Changes to the version before")}</h2>
      {rows.length === 0 ? (
        <p className="text-control text-text-muted">{t("Both versions offer the same.")}</p>
      ) : (
        <div className="rounded-card border border-border bg-surface px-4 py-2">
          <Table
            label={t("Changes to the version before")}
            rows={rows}
            getRowId={({ id }) => id}
            columns={[
              { id: "what", label: t("What"), render: ({ what }) => what },
              { id: "from", label: t("Version {number}", { number: data.from.version_number }), render: ({ from }) => from },
              { id: "to", label: t("Version {number}", { number: data.to.version_number }), render: ({ to }) => to },
            ]}
          />
        </div>
      )}
    </section>
  );
}
