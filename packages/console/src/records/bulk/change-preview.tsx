import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { crm } from "../../api/client.ts";
import { TRANSLATED } from "../../api/master-query.ts";
import { masterPath } from "../../api/master-values.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import { type Field, formatTitle, type Kind, type KindSummary, useKindIndex } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import type { Label } from "../../api/value-text.ts";
import { FieldValue } from "../../input/fields/field-value.tsx";
import { buildBody } from "../../input/form/form-state.ts";
import { formatCount } from "../../ui/i18n/formatters.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { Tag } from "../../ui/kit/tag.tsx";
import { changeTags, countProcessed, findTagField } from "../rows/bulk-rules.ts";
import type { DryRun } from "./dry-run.ts";
import { describeResults, ReasonList } from "./result-list.tsx";

interface ChangePreviewProps {
  readonly kind: Kind;
  readonly trial: DryRun;
  readonly values: Readonly<Record<string, unknown>>;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly isDelete: boolean;
}

/** What a bulk change would do: how many records, how many are refused and why, and the first ones before and after. */
export function ChangePreview({ kind, trial, values, added, removed, isDelete }: ChangePreviewProps) {
  const t = useText();
  const { change, refused, samples } = trial;
  const tried = countProcessed(change);
  const isWhole = change.found === null || tried >= change.found;
  const count = isWhole ? change.done : (change.found ?? change.done);
  const tagField = findTagField(kind);
  const names = [...Object.keys(values), ...(added.length + removed.length > 0 && tagField ? [tagField.name] : [])];
  const fields = names.flatMap((name) => kind.fields.find((field) => field.name === name) ?? []);
  const labels = useLabels(kind, fields, values);
  if (change.status !== "completed")
    return (
      <Banner kind="danger" title={t("The change could not be tried")}>
        {change.error}
      </Banner>
    );
  if (change.found === 0) return <Banner kind="info" title={t("No record matches any more")} />;
  return (
    <div className="flex flex-col gap-4">
      {isWhole && change.done === tried ? null : (
        <Banner
          kind={change.failed > 0 ? "warning" : "info"}
          title={
            isWhole
              ? formatTrial(trial, isDelete, t)
              : t("Of the first {count}: {outcome}", { count: formatCount(tried), outcome: formatTrial(trial, isDelete, t) })
          }
        />
      )}
      {refused.length === 0 ? null : <Refused kind={kind} trial={trial} />}
      {samples.length === 0 ? null : (
        <section className="flex flex-col gap-3">
          {samples.length < count ? (
            <h3 className="text-control font-semibold">
              {t("First {count} of {total}", { count: formatCount(samples.length), total: formatCount(count) })}
            </h3>
          ) : null}
          {isDelete ? (
            <ul className="flex flex-col gap-1 text-control">
              {samples.map((record) => (
                <li key={record.id} className="truncate font-medium">
                  <bdi>{formatTitle(kind, record)}</bdi>
                </li>
              ))}
            </ul>
          ) : (
            fields.map((field) => (
              <FieldChanges
                key={field.name}
                kind={kind}
                field={field}
                isOnly={fields.length === 1}
                samples={samples}
                renderChange={(record) =>
                  Object.hasOwn(values, field.name) ? (
                    <FieldValue record={changeRecord(record, { field, values, labels })} field={field} />
                  ) : (
                    <TagChanges tags={readTags(record, field)} added={added} removed={removed} />
                  )
                }
              />
            ))
          )}
        </section>
      )}
    </div>
  );
}

/** Says what the trial found, in the words of a result. */
function formatTrial({ change }: DryRun, isDelete: boolean, t: ReturnType<typeof useText>): string {
  const texts = isDelete
    ? t("{count} will be deleted", { count: formatCount(change.done) })
    : t("{count} will change", { count: formatCount(change.done) });
  return [
    texts,
    ...(change.skipped > 0
      ? [t("{count, plural, one {# already has these values} other {# already have these values}}", { count: change.skipped })]
      : []),
    ...(change.failed > 0 ? [t("{count} will be refused", { count: formatCount(change.failed) })] : []),
  ].join(", ");
}

interface FieldChangesProps {
  readonly kind: Kind;
  readonly field: Field;
  /** The title of the dialog names the only field. */
  readonly isOnly: boolean;
  readonly samples: readonly ConsoleRecord[];
  readonly renderChange: (record: ConsoleRecord) => ReactNode;
}

/** The values of a field before and after, record by record. On a phone they stand below the name of the record. */
function FieldChanges({ kind, field, isOnly, samples, renderChange }: FieldChangesProps) {
  const t = useText();
  return (
    <div className="flex min-w-0 flex-col text-control">
      <div className="grid grid-cols-2 gap-x-4 border-b border-border pb-1 text-meta font-medium text-text-muted tablet:grid-cols-3">
        <span className="hidden truncate tablet:block">{kind.label}</span>
        <span className="truncate">{isOnly ? t("Before") : t("{field} before", { field: field.label })}</span>
        <span className="truncate">{t("After")}</span>
      </div>
      <ul className="flex min-w-0 flex-col">
        {samples.map((record) => (
          <li
            key={record.id}
            className="grid grid-cols-2 items-baseline gap-x-4 gap-y-1 border-b border-border py-2 last:border-b-0 tablet:grid-cols-3"
          >
            <span className="col-span-2 truncate font-medium tablet:col-span-1">
              <bdi>{formatTitle(kind, record)}</bdi>
            </span>
            <span className="min-w-0">
              <FieldValue record={record} field={field} />
            </span>
            <span className="min-w-0 font-medium">{renderChange(record)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

const readTags = (record: ConsoleRecord, { name }: Field): string[] => [record[name] ?? []].flat().map(String);

/** The tags of a record after the change: those that stay, those that come, and those that go. */
function TagChanges({
  tags,
  added,
  removed,
}: { readonly tags: readonly string[] } & Pick<ChangePreviewProps, "added" | "removed">) {
  const after = changeTags(tags, added, removed);
  return (
    <span className="inline-flex max-w-full min-w-0 flex-wrap gap-1">
      {after.map((tag) =>
        tags.includes(tag) ? (
          <Tag key={tag} label={tag} />
        ) : (
          <ins key={tag} className="inline-flex max-w-full min-w-0 no-underline">
            <Tag label={tag} hue="green" sign="+" />
          </ins>
        ),
      )}
      {tags
        .filter((tag) => !after.includes(tag))
        .map((tag) => (
          <del key={tag} className="inline-flex max-w-full min-w-0 no-underline">
            <Tag label={tag} sign="−" />
          </del>
        ))}
    </span>
  );
}

function Refused({ kind, trial }: { readonly kind: Kind; readonly trial: DryRun }) {
  const t = useText();
  const scope = useScope();
  const { data: rows } = useQuery({
    queryKey: [...scope, "bulk-results", trial.change.id, "refused"],
    queryFn: () => describeResults(kind, trial.refused),
  });
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-control font-semibold">{t("Refused, with the reason")}</h3>
      {rows ? <ReasonList kind={kind} rows={rows} /> : <Skeleton width="medium" />}
    </section>
  );
}

interface RecordChange extends Pick<ChangePreviewProps, "values"> {
  readonly field: Field;
  readonly labels: Readonly<Record<string, Label>>;
}

/** The record as it would be after the change, as far as this field shows it. */
function changeRecord(record: ConsoleRecord, { field, values, labels }: RecordChange): ConsoleRecord {
  const { custom_fields, ...body } = buildBody({ [field.name]: values[field.name] });
  const label = labels[field.name];
  const { [field.name]: _before, ...others } = record.expanded ?? {};
  return {
    ...record,
    ...body,
    ...(custom_fields === undefined
      ? {}
      : { custom_fields: { ...(record.custom_fields as object), ...(custom_fields as object) } }),
    expanded: label === undefined ? others : { ...others, [field.name]: label },
  } as ConsoleRecord;
}

/** The names behind ids that the user chose. */
function useLabels(kind: Kind, fields: readonly Field[], values: Readonly<Record<string, unknown>>) {
  const scope = useScope();
  const { data: kinds = [] } = useKindIndex();
  const { data = {} } = useQuery({
    queryKey: [...scope, "bulk-labels", kind.kind, values],
    queryFn: async () =>
      Object.fromEntries((await Promise.all(fields.map((field) => loadLabel(field, values[field.name], kinds)))).flat()),
    enabled: kinds.length > 0,
  });
  return data;
}

async function loadLabel(field: Field, value: unknown, kinds: readonly KindSummary[]): Promise<[string, Label][]> {
  const isId = typeof value === "string" && value !== "" && field.choices === undefined;
  const kind = kinds.find((candidate) => candidate.kind === field.record);
  const path = field.master === undefined ? kind?.path : masterPath(field.master);
  if (!isId || path === undefined) return [];
  const record = await crm
    .request<Record<string, unknown>>("GET", `${path}/${value}`, field.master === undefined ? {} : { query: TRANSLATED })
    .then(
      (found) => found,
      () => undefined,
    );
  const name = record && (kind ? formatTitle(kind, record) : String(record.name ?? ""));
  return name ? [[field.name, { id: value, name }]] : [];
}
