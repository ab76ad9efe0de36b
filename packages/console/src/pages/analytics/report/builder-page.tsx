import { useParams, useSearch } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { crm } from "../../../api/client.ts";
import type { Kind } from "../../../api/kind.ts";
import { useInvalidation } from "../../../api/records.ts";
import { useKind, useKindIndex } from "../../../api/schema.ts";
import { useScope, useSession } from "../../../api/session.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { useSharings } from "../../../api/use-sharings.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useFilterFields } from "../../../input/filters/use-filter-fields.ts";
import { draftKey } from "../../../input/form/draft-store.ts";
import { type FormState, readErrors, useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { LeaveGuard } from "../../../input/form/leave-guard.tsx";
import { suggestChart } from "../../../records/report/chart-rows.ts";
import { changeConditions, readConditions } from "../../../records/report/conditions.ts";
import { type Definition, isShowable, omitIncomplete, placeErrors, readDefinition } from "../../../records/report/definition.ts";
import {
  REPORTS_PATH,
  type Report,
  usePreview,
  useReport,
  useReportSource,
  useResultColumns,
} from "../../../records/report/report-data.ts";
import { listRelatedSources, listReportFields } from "../../../records/report/report-source.ts";
import { dateFormat, formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Combobox } from "../../../ui/kit/combobox.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { BuilderContext } from "./builder-context.ts";
import { Section, SourceWhereField } from "./builder-parts.tsx";
import { GroupingList } from "./grouping-list.tsx";
import { chooseKind, KindChoices } from "./kind-choices.tsx";
import { MeasureList } from "./measure-list.tsx";
import { ChartFields, ColumnList, LimitField, SortList } from "./order-fields.tsx";
import { RelatedList } from "./related-list.tsx";
import { ReportError } from "./report-error.tsx";
import { ReportResult, UnconvertedNotice } from "./report-result.tsx";

const LIST_PATH = "/crm/analytics/reports";
const PREVIEW_PAUSE_MS = 500;

/** Creates a report, as a copy of another one (`?from=`) or from nothing, or changes one. */
export function ReportBuilderPage() {
  const { id } = useParams({ strict: false }) as { readonly id?: string };
  const { from } = useSearch({ strict: false }) as { readonly from?: string };
  const start = id ?? from;
  return start === undefined ? <ReportBuilder key="new" /> : <StoredBuilder key={start} id={start} isCopy={id === undefined} />;
}

function StoredBuilder({ id, isCopy }: { readonly id: string; readonly isCopy: boolean }) {
  const t = useText();
  const stored = useReport(id);
  const { id: userId } = useSession();
  const report = stored.data?.pages[0];
  if (report && !isCopy && report.created_by !== userId)
    return (
      <EmptyState isPage kind="forbidden" title={t("Only the owner can change this report")}>
        {t("Duplicate it to have your own.")}
      </EmptyState>
    );
  if (report) return <ReportBuilder key={report.id} report={report} isCopy={isCopy} />;
  if (stored.error) return <ReportError error={stored.error} onRetry={() => void stored.refetch()} />;
  return <BuilderSkeleton />;
}

function BuilderSkeleton() {
  return (
    <div className="flex flex-col gap-4 p-4 tablet:px-6" aria-busy="true">
      <Skeleton shape="control" width="medium" />
      <Skeleton shape="block" />
    </div>
  );
}

/** The fields of the form. The others' errors stand above it. */
const FORM_FIELDS = [
  ...["name", "kind", "visibility"],
  ...["columns", "where", "with", "group_by", "measures", "sort", "limit", "chart"],
];

interface ReportBuilderProps {
  readonly report?: Report;
  readonly isCopy?: boolean;
}

function ReportBuilder({ report, isCopy = false }: ReportBuilderProps) {
  const t = useText();
  const scope = useScope();
  const navigate = useNavigate();
  const invalidate = useInvalidation();
  const edited = isCopy ? undefined : report;
  const initial = useMemo(
    () => ({
      name: report ? (isCopy ? t("Copy of {name}", { name: report.name }) : report.name) : "",
      kind: report?.kind ?? "",
      visibility: edited?.visibility ?? "PRIVATE",
      ...report?.definition,
      // The version that the user saw.
      ...(edited ? { version: edited.version } : {}),
    }),
    [report, edited, isCopy, t],
  );
  const sharings = useSharings(edited?.visibility);
  const form = useFormState(initial, t, { key: draftKey(scope, `report ${report?.id ?? "new"}${isCopy ? " copy" : ""}`) });
  const { values } = form;
  const kindName = String(values.kind ?? "");
  const reportable = useReportableKinds();
  const definition = useMemo(() => readDefinition(values), [values]);
  const source = useReportSource(kindName === "" ? undefined : kindName);
  const save = async (): Promise<void> => {
    const body = { name: values.name, kind: values.kind, visibility: values.visibility, ...definition };
    const saved = await form.submit(() =>
      edited
        ? crm
            .request<Report>("PUT", `${REPORTS_PATH}/${edited.id}`, {
              body,
              ifMatch: Number(form.restoredBase?.version ?? edited.version),
            })
            .then((answer) => answer)
        : crm.request<Report>("POST", REPORTS_PATH, { body }).then((answer) => answer),
    );
    if (!saved) return;
    form.complete();
    await invalidate({ kind: "report" }, saved.id);
    showToast({ text: t("{name} was saved", { name: String(values.name) }) });
    await navigate({ href: `${LIST_PATH}/view/${saved.id}`, replace: true, ignoreBlocker: true });
  };
  const title = edited ? t("Edit report") : t("New report");
  return (
    <form
      noValidate
      aria-label={title}
      // What is scrolled to stands above the foot.
      className="flex min-h-0 min-w-0 flex-1 scroll-pb-field-short flex-col overflow-auto"
      onSubmit={(event) => {
        event.preventDefault();
        if (!form.isSaving) void save();
      }}
    >
      <div className="mx-auto flex w-full max-w-page min-w-0 flex-1 flex-col gap-4 px-4 tablet:px-6">
        <header className="flex min-h-page-head flex-wrap items-center gap-2 py-2">
          <span className="-ms-2">
            <Button
              variant="quiet"
              icon={<ArrowLeft className="mirror" />}
              onPress={() => void navigate({ href: edited ? `${LIST_PATH}/view/${edited.id}` : LIST_PATH })}
            >
              {edited ? t("Back to the report") : t("All reports")}
            </Button>
          </span>
          <h1 className="min-w-0 flex-1 text-title font-semibold">{title}</h1>
        </header>
        <FormSummary form={form} shownFields={FORM_FIELDS} labelFor={(name) => name} />
        {source ? (
          <Builder form={form} source={source} definition={definition} />
        ) : kindName === "" ? (
          <div className="flex max-w-form flex-col gap-6 pb-8">
            <Section title={t("What is the report about?")}>
              <KindField form={form} isFirst />
            </Section>
            <KindChoices kinds={reportable} form={form} />
          </div>
        ) : (
          <BuilderSkeleton />
        )}
      </div>
      {source ? (
        <footer className="bottom-0 z-1 flex shrink-0 flex-wrap items-end justify-end gap-3 border-t border-border bg-bg px-4 py-3 tablet:sticky tablet:px-6">
          <div className="min-w-field-short flex-1 tablet:max-w-field">
            <TextField
              label={t("Name of the report")}
              value={String(values.name ?? "")}
              onChange={(name) => form.set("name", name)}
              maxLength={100}
              {...(form.errors.fields.name === undefined ? {} : { error: form.errors.fields.name })}
            />
          </div>
          <div className="min-w-field-short">
            <Select
              label={t("Visible to")}
              options={sharings}
              value={String(values.visibility)}
              onChange={(key) => form.set("visibility", key)}
              {...(form.errors.fields.visibility === undefined ? {} : { error: form.errors.fields.visibility })}
            />
          </div>
          <Button type="submit" variant="primary" isPending={form.isSaving}>
            {t("Save the report")}
          </Button>
        </footer>
      ) : null}
      <LeaveGuard form={form} />
    </form>
  );
}

/** The kinds whose lists reports can read: those that can be exported. */
function useReportableKinds() {
  const { data: kinds = [] } = useKindIndex();
  return useMemo(() => kinds.filter(({ operations }) => operations.includes("export") && operations.includes("list")), [kinds]);
}

function KindField({ form, isFirst = false }: { readonly form: FormState; readonly isFirst?: boolean }) {
  const t = useText();
  const { locale } = useTextOptions();
  const kinds = useReportableKinds();
  const options = kinds
    .map(({ kind, labels }) => ({ id: kind, label: labels }))
    .sort((a, b) => a.label.localeCompare(b.label, locale));
  const error = form.errors.fields.kind;
  return (
    <Combobox
      label={t("Records")}
      autoFocus={isFirst}
      placeholder={t("Such as leads")}
      options={options}
      value={String(form.values.kind ?? "") || null}
      onChange={(key) => {
        if (key !== null) chooseKind(form, String(key));
      }}
      {...(error === undefined ? {} : { error })}
    />
  );
}

interface BuilderProps {
  readonly form: FormState;
  readonly source: Kind;
  readonly definition: Definition;
}

/** Returns a value once it has not changed for a while. */
function useSettledValue<T>(value: T, pauseMs: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pauseMs);
    return () => clearTimeout(timer);
  }, [value, pauseMs]);
  return settled;
}

/** Lists all conditions of a definition, for the names of the records that they name. */
const listWheres = ({ where, measures = [] }: Definition): unknown[] => [
  where,
  ...measures.flatMap((measure) => [measure.where, measure.over]),
];

function Builder({ form, source, definition }: BuilderProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const { data: kinds } = useKindIndex();
  const { data: kind } = useKind(source.kind);
  const reportable = useReportableKinds();
  const reportableNames = useMemo(() => new Set(reportable.map((entry) => entry.kind)), [reportable]);
  const fields = useMemo(() => listReportFields(source, locale), [source, locale]);
  const related = useMemo(() => (kind && kinds ? listRelatedSources(kind, kinds) : []), [kind, kinds]);
  const conditions = useMemo(
    () => listWheres(definition).flatMap((where) => (where ? (readConditions(where, source) ?? []) : [])),
    [definition, source],
  );
  const filterFields = useFilterFields(source, conditions);
  const complete = useMemo(() => omitIncomplete(definition), [definition]);
  const asked = useSettledValue(JSON.stringify(complete.definition), PREVIEW_PAUSE_MS);
  const shown = useMemo(() => JSON.parse(asked) as Definition, [asked]);
  const preview = usePreview(source.kind, shown, isShowable(shown));
  const isCurrent = asked === JSON.stringify(complete.definition);
  const previewErrors = preview.error && isCurrent ? placeErrors(readErrors(preview.error, t).fields, complete.positions) : {};
  const errors = { ...previewErrors, ...form.errors.fields };
  const findError = (path: string): string | undefined =>
    errors[path] ?? Object.entries(errors).find(([name]) => isDirectPart(name, path))?.[1];
  const isRecords = !definition.group_by && !definition.measures;
  const change = (changes: Readonly<Record<string, unknown>>): void => {
    for (const [name, value] of Object.entries(changes)) form.set(name, value ?? null);
  };
  const setMode = (mode: string): void =>
    mode === "records"
      ? change({
          columns: source.layout.columns.filter((name) => fields.some((field) => field.name === name)),
          ...{ group_by: null, measures: null, sort: null, chart: null },
        })
      : change({ measures: [{ as: "count", do: "count" }], columns: null, sort: null });
  const columns = useResultColumns(complete.definition, source);
  const sortOptions = isRecords
    ? fields.filter(({ multiple }) => !multiple).map(({ name, label }) => ({ id: name, label }))
    : columns.map(({ key, label }) => ({ id: key, label }));
  return (
    <BuilderContext value={{ source, related, fields, filterFields, findError }}>
      <div className="grid min-w-0 grid-cols-1 items-start gap-6 pb-8 desktop:grid-cols-(--report-columns)">
        <div className="flex min-w-0 flex-col gap-6 rounded-card border border-border bg-surface p-4">
          <Section title={t("What is the report about?")}>
            <KindField form={form} />
            <SegmentedControl
              label={t("Rows")}
              segments={[
                { id: "figures", label: t("Summary") },
                { id: "records", label: t("List of records") },
              ]}
              value={isRecords ? "records" : "figures"}
              onChange={setMode}
            />
          </Section>
          <Section title={t("Filters")} help={t("Without filters, the report has all records that its reader can see.")}>
            <SourceWhereField
              label={t("Filters")}
              isLabelHidden
              where={definition.where}
              onChange={(where) => change({ where })}
              error={findError("where")}
            />
            <RelatedList kinds={reportableNames} value={definition.with ?? []} onChange={(value) => change({ with: value })} />
          </Section>
          {isRecords ? (
            <Section title={t("Columns")}>
              <ColumnList value={definition.columns ?? []} onChange={(value) => change({ columns: value })} />
            </Section>
          ) : (
            <>
              <Section title={t("Measures")}>
                <MeasureList parts={definition} onChange={change} />
              </Section>
              <Section title={t("Group by")} help={t("One row for each value, up to three fields.")}>
                <GroupingList
                  value={definition.group_by ?? []}
                  onChange={(group_by) => {
                    const next = omitIncomplete({ ...definition, group_by: [...group_by] }).definition;
                    // The first grouping brings a picture.
                    const isFirst = complete.definition.group_by === undefined && next.group_by !== undefined;
                    change({
                      group_by,
                      ...(isFirst && !definition.chart ? { chart: suggestChart(next) } : {}),
                      ...changeConditions(source, definition.where, { before: definition.group_by ?? [], after: group_by }),
                    });
                  }}
                />
              </Section>
              <Section title={t("Chart")}>
                <ChartFields columns={columns} value={definition.chart} onChange={(chart) => change({ chart })} />
              </Section>
            </>
          )}
          <Section title={t("Sort by")}>
            <SortList options={sortOptions} value={definition.sort ?? []} onChange={(sort) => change({ sort })} />
            <LimitField value={definition.limit} onChange={(limit) => change({ limit })} />
          </Section>
        </div>
        <section aria-label={t("Preview")} className="flex min-w-0 flex-col gap-3 desktop:sticky desktop:top-4">
          <PreviewView
            title={String(form.values.name ?? "") || t("Preview")}
            source={source}
            preview={preview}
            isAsked={isShowable(shown)}
            hasChart={complete.definition.chart !== undefined}
            faults={Object.values(previewErrors)}
          />
        </section>
      </div>
    </BuilderContext>
  );
}

/** Whether an error is about a part that has no input of its own: `where.amount.gt` for `where`, and not `measures[0].where` for `measures[0]`. */
const isDirectPart = (name: string, path: string): boolean =>
  name.startsWith(`${path}.`) || name.startsWith(`${path}[`)
    ? /(?:^|\.|\])(?:where|over|of|buckets|columns|series|sort\[\d+\]|limit)$/.test(path)
    : false;

interface PreviewViewProps {
  readonly title: string;
  readonly source: Kind;
  readonly preview: ReturnType<typeof usePreview>;
  readonly isAsked: boolean;
  /** Whether the user has chosen a picture, which takes its room at once. */
  readonly hasChart: boolean;
  /** What the API refuses at fields. */
  readonly faults: readonly string[];
}

function PreviewView({ title, source, preview, isAsked, hasChart, faults }: PreviewViewProps) {
  const t = useText();
  const { locale, timeZone } = useTextOptions();
  const { data, error, isFetching, refetch } = preview;
  const hasFieldErrors = faults.length > 0;
  const definition = useMemo(() => data && readDefinition(data.definition as Readonly<Record<string, unknown>>), [data]);
  if (!isAsked)
    return (
      <EmptyState kind="empty" title={t("Choose measures or columns")}>
        {t("The preview follows what you choose.")}
      </EmptyState>
    );
  const message = error
    ? (readErrors(error, t).form ??
      (hasFieldErrors ? t("The report needs a change at the marked fields") : t("The preview could not be computed")))
    : undefined;
  return (
    <>
      {message === undefined ? null : (
        <Banner
          kind={hasFieldErrors ? "warning" : "danger"}
          title={message}
          action={hasFieldErrors ? undefined : <Button onPress={() => void refetch()}>{t("Try again")}</Button>}
        >
          {[...new Set(faults)].join(" ")}
        </Banner>
      )}
      {data && definition ? (
        <div className="flex min-w-0 flex-col gap-3" aria-busy={isFetching}>
          <p aria-live="polite" className="text-meta tabular-nums text-text-muted">
            {[
              t("Preview"),
              t("{count, plural, one {{number} row} other {{number} rows}}", {
                count: data.row_count,
                number: formatCount(data.row_count, locale),
              }),
              t("As of {time}", {
                time: dateFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone }).format(new Date(data.as_of)),
              }),
            ].join(" · ")}
          </p>
          {data.is_partial ? (
            <Banner kind="info" title={t("The preview has only the first 20,000 records")}>
              {t("The saved report reads all of them.")}
            </Banner>
          ) : null}
          <ReportResult
            title={title}
            definition={definition}
            source={source}
            rows={data.rows as Record<string, unknown>[]}
            totals={data.totals}
            hasChart={hasChart}
          />
          <UnconvertedNotice unconverted={data.unconverted} />
        </div>
      ) : error ? null : (
        <Skeleton shape="block" />
      )}
    </>
  );
}
