import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { crm, read } from "../../../api/client.ts";
import { useRecordDetails } from "../../../api/records.ts";
import { rowFields } from "../../../api/row-fields.ts";
import { useScope } from "../../../api/session.ts";
import { nameRecord } from "../../../api/title.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { dateFormat, formatCount, numberFormat } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Chart } from "../../../ui/kit/chart.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { FigureTiles } from "../../../ui/kit/figure-tiles.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Table, type TableColumn } from "../../../ui/kit/table.tsx";
import {
  formatMonth,
  listRatings,
  type SatisfactionReport,
  type SatisfactionRow,
  startOfYearBefore,
} from "./satisfaction-rules.ts";

const REPORT_PATH = "/api/v1/support/reports/satisfaction";
const ANSWERS = 20;
const SURVEY = { kind: "ticket_survey", path: "/api/v1/support/surveys" };
const DETAILS = rowFields<Schemas.TicketSurvey>()("comments");

/** `/crm/support/satisfaction`: how requesters rate the service, by month and by agent, and the newest answers. */
export function SurveysPage() {
  const t = useText();
  const navigate = useNavigate();
  const { locale, timeZone } = useTextOptions();
  const [group, setGroup] = useState("agent");
  const months = useReport("month", timeZone);
  const groups = useReport(group, timeZone);
  const answers = useAnswers();
  const error = months.error ?? groups.error;
  const format = (value: string | null, options: Intl.NumberFormatOptions): string =>
    value === null ? EMPTY : numberFormat(locale, options).format(Number(value));
  const totals = months.data?.totals;
  const tiles = [
    { label: t("Average rating, of 5"), value: format(totals?.mean ?? null, { maximumFractionDigits: 2 }) },
    { label: t("Rated 4 or 5"), value: format(totals?.csat ?? null, { style: "percent" }) },
    {
      label: t("Net promoter score"),
      value: totals?.nps === null || totals === undefined ? EMPTY : formatCount(totals.nps, locale),
    },
    { label: t("Answers"), value: totals ? formatCount(totals.answers, locale) : EMPTY },
  ];
  const columns: TableColumn<SatisfactionRow>[] = [
    {
      id: "label",
      label: group === "agent" ? t("Agent") : t("Category"),
      render: ({ label }) => <span dir="auto">{label ?? t("None")}</span>,
    },
    { id: "answers", label: t("Answers"), isNumeric: true, render: ({ answers }) => formatCount(answers, locale) },
    { id: "mean", label: t("Average"), isNumeric: true, render: ({ mean }) => format(mean, { maximumFractionDigits: 2 }) },
    { id: "csat", label: t("Rated 4 or 5"), isNumeric: true, render: ({ csat }) => format(csat, { style: "percent" }) },
    {
      id: "nps",
      label: t("Net promoter score"),
      isNumeric: true,
      render: ({ nps }) => (nps === null ? EMPTY : formatCount(nps, locale)),
    },
  ];
  return (
    <PageFrame
      title={t("Satisfaction")}
      description={t("How requesters rate the service, in the last twelve months.")}
      isLoading={months.isPending}
      width="record"
      actions={<Button onPress={() => void navigate({ to: "/crm/support/surveys" })}>{t("All surveys")}</Button>}
    >
      {error ? (
        <Banner
          kind="danger"
          title={readErrors(error, t).form ?? t("The figures could not be loaded")}
          action={<Button onPress={() => void Promise.all([months.refetch(), groups.refetch()])}>{t("Try again")}</Button>}
        />
      ) : null}
      {months.isPending && !error ? <Skeleton shape="block" /> : null}
      {months.data && totals?.answers === 0 ? (
        <EmptyState kind="empty" title={t("There are no answers yet")}>
          {t("A requester gets a survey after a ticket is resolved. The answers appear here.")}
        </EmptyState>
      ) : null}
      {months.data && totals && totals.answers > 0 ? (
        <>
          <FigureTiles label={t("Figures")} tiles={tiles} />
          <div className="grid min-w-0 grid-cols-1 items-start gap-6 desktop:grid-cols-2">
            <section className="flex min-w-0 flex-col rounded-card border border-border bg-surface p-4">
              <Chart
                kind="bar"
                title={t("How does the rating change?")}
                category="key"
                categoryLabel={t("Month")}
                rows={months.data.rows.map(({ key, mean }) => ({ key, mean: mean === null ? null : Number(mean) }))}
                series={[{ key: "mean", label: t("Average rating, of 5") }]}
                formatCategory={(key) => formatMonth(String(key), locale)}
                formatValue={(value) => numberFormat(locale, { maximumFractionDigits: 2 }).format(Number(value))}
              />
            </section>
            <section className="flex min-w-0 flex-col rounded-card border border-border bg-surface p-4">
              <Chart
                kind="bar"
                orientation="horizontal"
                title={t("Which ratings do requesters give?")}
                category="label"
                categoryLabel={t("Rating")}
                rows={listRatings(totals.ratings).map(({ rating, count }) => ({ label: formatCount(rating, locale), count }))}
                series={[{ key: "count", label: t("Answers") }]}
                formatCategory={String}
                formatValue={(value) => formatCount(Number(value), locale)}
              />
            </section>
          </div>
          <section aria-label={t("Satisfaction by group")} className="flex min-w-0 flex-col gap-3">
            <SegmentedControl
              label={t("Group by")}
              value={group}
              onChange={setGroup}
              segments={[
                { id: "agent", label: t("By agent") },
                { id: "category", label: t("By category") },
              ]}
            />
            {groups.data ? (
              <div className="rounded-card border border-border bg-surface px-4 py-2">
                <Table label={t("Satisfaction by group")} columns={columns} rows={groups.data.rows} getRowId={({ key }) => key} />
              </div>
            ) : (
              <Skeleton shape="block" />
            )}
          </section>
          <AnswerList answers={answers} />
        </>
      ) : null}
    </PageFrame>
  );
}

function useReport(by: string, timeZone: string) {
  const scope = useScope();
  const from = startOfYearBefore(new Date().toISOString(), timeZone);
  return useQuery({
    queryKey: [...scope, "analytics", "satisfaction", by, from],
    queryFn: ({ signal }) => crm.request<SatisfactionReport>("GET", REPORT_PATH, { query: { by, from }, signal }),
  });
}

interface SurveyAnswer {
  readonly id: string;
  readonly ticket_id: string;
  readonly ticket_number: string;
  readonly rating: number | null;
  readonly answered_at: string | null;
  readonly expanded?: Readonly<Record<string, { readonly name: string } | null>>;
}

function useAnswers() {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "list", "ticket_survey", "answered"],
    queryFn: async () => (await read<SurveyAnswer[]>(SURVEY.path, { status: "ANSWERED", limit: ANSWERS, expand: "labels" })).data,
  });
}

/** The newest answers. Each leads to its ticket. */
function AnswerList({ answers }: { readonly answers: ReturnType<typeof useAnswers> }) {
  const t = useText();
  const { locale, timeZone } = useTextOptions();
  const details = useRecordDetails(SURVEY, answers.data?.map(({ id }) => id) ?? [], DETAILS);
  const columns: TableColumn<SurveyAnswer>[] = [
    {
      id: "ticket",
      label: t("Ticket"),
      render: ({ ticket_id, ticket_number, expanded }) => (
        <Link variant="title" href={`/crm/support/tickets/view/${ticket_id}`}>
          {nameRecord({ ...expanded?.ticket_id }) || ticket_number}
        </Link>
      ),
    },
    {
      id: "rating",
      label: t("Rating"),
      isNumeric: true,
      render: ({ rating }) => (rating === null ? EMPTY : formatCount(rating, locale)),
    },
    {
      id: "comments",
      label: t("Comment"),
      render: ({ id }) => {
        const comments = details.get(id)?.comments;
        return typeof comments === "string" ? (
          <span dir="auto" className="wrap-anywhere">
            {comments}
          </span>
        ) : (
          EMPTY
        );
      },
    },
    { id: "agent", label: t("Agent"), render: ({ expanded }) => expanded?.agent_id?.name ?? EMPTY },
    {
      id: "at",
      label: t("Answered"),
      render: ({ answered_at }) =>
        answered_at === null ? EMPTY : dateFormat(locale, { dateStyle: "medium", timeZone }).format(new Date(answered_at)),
    },
  ];
  if (!answers.data) return answers.error ? null : <Skeleton shape="block" />;
  return (
    <section aria-label={t("Newest answers")} className="flex min-w-0 flex-col gap-3">
      <h2 className="text-section font-semibold">{t("Newest answers")}</h2>
      <div className="rounded-card border border-border bg-surface px-4 py-2">
        <Table label={t("Newest answers")} columns={columns} rows={answers.data} getRowId={({ id }) => id} />
      </div>
    </section>
  );
}
