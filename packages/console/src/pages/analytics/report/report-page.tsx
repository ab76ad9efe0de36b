import { useQueryClient } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import {
  CalendarClock,
  CopyPlus,
  LayoutDashboard,
  Link as LinkIcon,
  MoreHorizontal,
  Pencil,
  Printer,
  RefreshCw,
  Share2,
  Trash2,
} from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { crm } from "../../../api/client.ts";
import type { Kind } from "../../../api/kind.ts";
import { useInvalidation } from "../../../api/records.ts";
import { useKind } from "../../../api/schema.ts";
import { useScope, useSession } from "../../../api/session.ts";
import { nameSharing } from "../../../api/sharing.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useFilterFields } from "../../../input/filters/use-filter-fields.ts";
import { readErrors } from "../../../input/form/form-state.ts";
import { readConditions } from "../../../records/report/conditions.ts";
import type { Definition } from "../../../records/report/definition.ts";
import {
  REPORTS_PATH,
  type Report,
  type ReportRun,
  type ResultPage,
  useReport,
  useReportRun,
  useReportSource,
} from "../../../records/report/report-data.ts";
import { dateFormat, formatCount } from "../../../ui/i18n/formatters.ts";
import { toPluralNoun } from "../../../ui/i18n/noun.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Menu, MenuDivider, MenuItem } from "../../../ui/kit/menu.tsx";
import { ProgressBar } from "../../../ui/kit/progress-bar.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { useIsPhone } from "../../../ui/kit/use-media.ts";
import { ExportMenu, FileBanner } from "./export-menu.tsx";
import { describeConditions } from "./question.ts";
import { ReportError } from "./report-error.tsx";
import { ReportResult, UnconvertedNotice } from "./report-result.tsx";

const ScheduleDrawer = lazy(() => import("./schedule-drawer.tsx").then(({ ScheduleDrawer: drawer }) => ({ default: drawer })));
const DashboardDialog = lazy(() => import("./dashboard-dialog.tsx").then(({ DashboardDialog: dialog }) => ({ default: dialog })));
const ShareDialog = lazy(() => import("./share-dialog.tsx").then(({ ShareDialog: dialog }) => ({ default: dialog })));

export const LIST_PATH = "/crm/analytics/reports";
export const CREATE_PATH = "/crm/analytics/reports/add";
export const viewPath = (id: string): string => `${LIST_PATH}/view/${id}`;

/** A report with its rows, as the reader sees them. `?run=` shows a run with its file, such as that of a mail. */
export function ReportPage() {
  const { id = "" } = useParams({ strict: false }) as { readonly id?: string };
  const { run } = useSearch({ strict: false }) as { readonly run?: string };
  return <StoredReport key={`${id} ${run ?? ""}`} id={id} run={run} />;
}

function StoredReport({ id, run }: { readonly id: string; readonly run: string | undefined }) {
  const report = useReport(id);
  const shownRun = useReportRun(id, run);
  useKind("report");
  const [first] = report.data?.pages ?? [];
  if (!first)
    return report.error ? (
      <ReportError error={report.error} onRetry={() => void report.refetch()} />
    ) : (
      <div className="flex flex-col gap-4 p-4 tablet:px-6" aria-busy="true">
        <Skeleton shape="control" width="medium" />
        <Skeleton shape="block" />
        <Skeleton shape="block" />
      </div>
    );
  const shown = run === undefined ? report : shownRun;
  const pages = (shown.data?.pages ?? []) as readonly ResultPage[];
  return (
    <ReportFrame
      report={first}
      run={run}
      runPage={run === undefined ? undefined : (pages[0] as ReportRun | undefined)}
      pages={pages}
      error={run === undefined ? undefined : shownRun.error}
      isReading={shown.isFetching}
      onReload={() => shown.refetch()}
      onMore={shown.hasNextPage ? () => void shown.fetchNextPage({ cancelRefetch: false }) : undefined}
      isLoadingMore={shown.isFetchingNextPage}
    />
  );
}

interface ReportFrameProps {
  readonly report: Report;
  readonly run: string | undefined;
  readonly runPage: ReportRun | undefined;
  readonly pages: readonly ResultPage[];
  readonly error: unknown;
  readonly isReading: boolean;
  readonly onReload: () => Promise<unknown>;
  readonly onMore: (() => void) | undefined;
  readonly isLoadingMore: boolean;
}

function ReportFrame({ report, run, runPage, pages, error, isReading, onReload, onMore, isLoadingMore }: ReportFrameProps) {
  const t = useText();
  const { locale, timeZone } = useTextOptions();
  const [first] = pages;
  const definition = first?.definition ?? report.definition;
  const source = useReportSource(report.kind, definition);
  const [started, setStarted] = useState<ReportRun>();
  const rows = pages.flatMap((page) => page.rows as Record<string, unknown>[]);
  const isRunning = first?.status === "running";
  return (
    <div className="relative flex min-h-0 min-w-0 flex-1 flex-col overflow-auto" aria-busy={isReading}>
      {isReading && !isRunning ? (
        <div className="absolute inset-x-0 top-0 z-3 animate-pulse border-t-2 border-accent print:hidden" />
      ) : null}
      <div className="mx-auto flex w-full max-w-page min-w-0 flex-col gap-4 px-4 pb-8 tablet:px-6">
        <ReportHead report={report} run={run} isReading={isReading || isRunning} onReload={onReload} onExport={setStarted} />
        {source ? <Question definition={definition} source={source} /> : null}
        {started ? <FileBanner report={report.id} run={started} isDownloaded onClose={() => setStarted(undefined)} /> : null}
        {runPage?.file ? <FileBanner report={report.id} run={runPage} /> : null}
        {run !== undefined && runPage ? (
          <span className="-mt-3">
            <Link variant="action" href={viewPath(report.id)}>
              {t("Show the present figures")}
            </Link>
          </span>
        ) : null}
        {error ? (
          <Banner
            kind="warning"
            title={readErrors(error, t).form ?? t("This delivery can no longer be shown")}
            action={
              <Link variant="action" href={viewPath(report.id)}>
                {t("Show the present figures")}
              </Link>
            }
          />
        ) : null}
        {first ? (
          isRunning ? (
            <Progress rows={first.rows_read} />
          ) : (
            <>
              <p className="text-meta tabular-nums text-text-muted">
                {[
                  t("{count, plural, one {{number} row} other {{number} rows}}", {
                    count: first.row_count,
                    number: formatCount(first.row_count, locale),
                  }),
                  t("As of {time}", {
                    time: dateFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone }).format(new Date(first.as_of)),
                  }),
                  t("{count, plural, one {{number} record was read} other {{number} records were read}}", {
                    count: first.rows_read,
                    number: formatCount(first.rows_read, locale),
                  }),
                ].join(" · ")}
              </p>
              {source ? (
                <ReportResult
                  title={report.name}
                  definition={definition}
                  source={source}
                  rows={rows}
                  totals={first.totals}
                  onMore={onMore}
                  isLoadingMore={isLoadingMore}
                />
              ) : (
                <Skeleton shape="block" />
              )}
              <UnconvertedNotice unconverted={first.unconverted} />
            </>
          )
        ) : error ? null : (
          <Skeleton shape="block" />
        )}
      </div>
    </div>
  );
}

function Progress({ rows }: { readonly rows: number }) {
  const t = useText();
  const { locale } = useTextOptions();
  return (
    <section
      aria-live="polite"
      className="flex min-w-0 flex-col gap-3 rounded-card border border-border bg-surface p-4 text-control"
    >
      <p className="font-medium">{t("The report is being computed")}</p>
      <ProgressBar label={t("The report is being computed")} value={0} max={undefined} />
      <p className="tabular-nums text-text-muted">
        {t("{count, plural, one {{number} record was read} other {{number} records were read}}", {
          count: rows,
          number: formatCount(rows, locale),
        })}
        {" · "}
        {t("You can leave this page: the result is kept for you.")}
      </p>
    </section>
  );
}

/** What the report asks, in words. */
function Question({ definition, source }: { readonly definition: Definition; readonly source: Kind }) {
  const t = useText();
  const { locale } = useTextOptions();
  const conditions = readConditions(definition.where, source);
  const fields = useFilterFields(source, conditions ?? []);
  const related = (definition.with ?? []).map(({ tab, has }) => {
    const entry = source.related.find(({ kind, field, name }) => name === tab || `${kind}.${field}` === tab || kind === tab);
    const label = toPluralNoun(entry?.label ?? tab);
    return has ? t("with {records}", { records: label }) : t("without {records}", { records: label });
  });
  const words = conditions === undefined ? t("several conditions") : describeConditions(conditions, fields, { t, locale });
  const parts = [source.labels, words, ...related].filter((part) => part !== "");
  return <p className="-mt-3 text-control text-text-muted">{parts.join(" · ")}</p>;
}

interface ReportHeadProps {
  readonly report: Report;
  readonly run: string | undefined;
  readonly isReading: boolean;
  readonly onReload: () => Promise<unknown>;
  readonly onExport: (run: ReportRun) => void;
}

function ReportHead({ report, run, isReading, onReload, onExport }: ReportHeadProps) {
  const t = useText();
  const isPhone = useIsPhone();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const scope = useScope();
  const invalidate = useInvalidation();
  const { id: userId } = useSession();
  const [layer, setLayer] = useState<"dashboard" | "schedule" | "share">();
  const isOwn = report.created_by === userId;
  const { id, name } = report;
  const runAgain = async (): Promise<void> => {
    // A small report is evaluated whenever it is read.
    try {
      if (report.run_id !== null) await crm.request("POST", `${REPORTS_PATH}/${id}/run`, { body: {} });
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The report could not be run"), isError: true });
    }
    if (run === undefined) await onReload();
    else {
      await queries.invalidateQueries({ queryKey: [...scope, "record", "report", id] });
      await navigate({ href: viewPath(id) });
    }
  };
  const remove = async (): Promise<void> => {
    try {
      await crm.request("DELETE", `${REPORTS_PATH}/${id}`);
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The report could not be deleted"), isError: true });
      return;
    }
    await invalidate({ kind: "report" });
    await navigate({ href: LIST_PATH });
    const restore = async (): Promise<void> => {
      await crm.request("POST", `${REPORTS_PATH}/${id}/restore`, { body: {} });
      await invalidate({ kind: "report" }, id);
    };
    showToast({ text: t("{name} was deleted", { name }), undo: () => void restore() });
  };
  const copyLink = async (): Promise<void> => {
    await navigator.clipboard.writeText(location.href);
    showToast({ text: t("The link was copied") });
  };
  const edit = (): void => void navigate({ href: `${LIST_PATH}/edit/${id}` });
  const duplicate = (): void => void navigate({ href: `${CREATE_PATH}?from=${id}` });
  const menu: Readonly<Record<string, () => unknown>> = {
    dashboard: () => setLayer("dashboard"),
    share: () => setLayer("share"),
    schedule: () => setLayer("schedule"),
    again: runAgain,
    duplicate,
    "copy-link": copyLink,
    print: () => print(),
    delete: remove,
  };
  const scheduleLabel = t("Schedule");
  return (
    <header className="flex min-h-page-head flex-wrap items-center gap-x-3 gap-y-2 py-2">
      <span className="flex min-w-0 basis-full flex-wrap items-center gap-x-3 gap-y-1 tablet:flex-1 tablet:basis-auto">
        <h1 dir="auto" className="min-w-0 text-title font-semibold wrap-anywhere">
          {name}
        </h1>
        <Tag label={isOwn || report.visibility !== "PRIVATE" ? nameSharing(report.visibility, t) : t("Shared with you")} />
      </span>
      <span className="flex items-center gap-2 print:hidden">
        {isPhone ? null : (
          <>
            <IconButton label={t("Run again")} icon={<RefreshCw />} isPending={isReading} onPress={() => void runAgain()} />
            <Button icon={<CalendarClock />} onPress={() => setLayer("schedule")}>
              {scheduleLabel}
            </Button>
          </>
        )}
        <ExportMenu report={id} onStart={onExport} />
        {isOwn ? (
          <Button variant="primary" icon={<Pencil />} onPress={edit}>
            {t("Edit")}
          </Button>
        ) : (
          <Button variant="primary" icon={<CopyPlus />} onPress={duplicate}>
            {t("Duplicate")}
          </Button>
        )}
        <Menu
          placement="bottom end"
          onAction={(key) => void menu[String(key)]?.()}
          trigger={<IconButton label={t("More actions")} icon={<MoreHorizontal />} />}
        >
          {isPhone ? <MenuItem id="again" label={t("Run again")} icon={<RefreshCw />} /> : null}
          {isPhone ? <MenuItem id="schedule" label={scheduleLabel} icon={<CalendarClock />} /> : null}
          <MenuItem id="dashboard" label={t("Add to a dashboard…")} icon={<LayoutDashboard />} />
          {isOwn ? <MenuItem id="share" label={t("Share…")} icon={<Share2 />} /> : null}
          {isOwn ? <MenuItem id="duplicate" label={t("Duplicate")} icon={<CopyPlus />} /> : null}
          <MenuItem id="copy-link" label={t("Copy link")} icon={<LinkIcon />} />
          <MenuItem id="print" label={t("Print")} icon={<Printer />} />
          {isOwn ? <MenuDivider /> : null}
          {isOwn ? <MenuItem id="delete" label={t("Delete")} icon={<Trash2 />} isDanger /> : null}
        </Menu>
      </span>
      <Suspense>
        {layer === "schedule" ? <ScheduleDrawer report={report} onClose={() => setLayer(undefined)} /> : null}
        {layer === "dashboard" ? <DashboardDialog report={report} onClose={() => setLayer(undefined)} /> : null}
        {layer === "share" ? <ShareDialog report={report} onClose={() => setLayer(undefined)} /> : null}
      </Suspense>
    </header>
  );
}
