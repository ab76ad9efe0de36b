import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { read } from "../../../api/client.ts";
import { linkExpanded } from "../../../api/home-data.ts";
import { useRecordDetails, useRecordList } from "../../../api/records.ts";
import { type ListRow, rowFields } from "../../../api/row-fields.ts";
import { type Kind, recordPath, useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { RowList } from "../../../records/record/row-list.tsx";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { formatRelative } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Panel } from "../../../ui/kit/panel.tsx";
import { ProgressBar } from "../../../ui/kit/progress-bar.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { formatTrackedRate } from "../campaign/tracked-figure.ts";
import { computeShare, countDelivered, listCounts, type SendResults } from "./send-rules.ts";
import { nameChannel, nameReason, sendHues } from "./send-text.ts";

/** So many results are read with one request. */
const PAGE_SIZE = 20;
const POLL_MS = 5000;
const SHOWN = rowFields<Schemas.EmailSendRow>()(
  "name",
  "campaign_id",
  "send_status",
  "scheduled_send_time",
  "recipients_count",
  "passed_over_count",
  "started_at",
  "finished_at",
);
type SendRow = ListRow<(typeof SHOWN)[number]>;
const DETAILS = rowFields<Schemas.EmailSend>()("channel", "ab_test_id", "ab_phase");
/** Sends that have results. */
const STARTED: readonly unknown[] = ["SENDING", "SENT"];

/** Reads what became of the messages of sends, as far as they have begun. */
function useResults(rows: readonly SendRow[], path: string) {
  const scope = useScope();
  const started = rows.filter(({ send_status }) => STARTED.includes(send_status)).map(({ id }) => id);
  const isRunning = rows.some(({ send_status }) => send_status === "SENDING");
  return useQuery({
    queryKey: [...scope, "related", "campaign", "send-results", started],
    enabled: started.length > 0,
    placeholderData: (before) => before,
    refetchInterval: isRunning ? POLL_MS : false,
    queryFn: async () =>
      new Map(
        await Promise.all(started.map(async (id) => [id, (await read<SendResults>(`${path}/${id}/results`)).data] as const)),
      ),
  });
}

/** Reads sends, the newest first, and again while one is under way. */
export function useSends(sendKind: Kind, query: Readonly<Record<string, string>>) {
  const list = useRecordList(sendKind, query, { shown: SHOWN, pageSize: PAGE_SIZE });
  const rows = list.data?.pages.flatMap((page) => page.data) ?? [];
  const { refetch } = list;
  const isSending = rows.some(({ send_status }) => send_status === "SENDING");
  useEffect(() => {
    if (!isSending) return;
    const timer = setInterval(() => void refetch(), POLL_MS);
    return () => clearInterval(timer);
  }, [isSending, refetch]);
  return { list, rows, results: useResults(rows, sendKind.path) };
}

interface SendTableProps {
  readonly sendKind: Kind;
  readonly sends: ReturnType<typeof useSends>;
  /** Names the campaign of each send. */
  readonly hasCampaign?: boolean;
  /** Shows the A/B tests of the campaign. */
  readonly onShowTest?: () => void;
}

/** Sends with their state and what became of their messages. */
export function SendTable({ sendKind, sends, hasCampaign = false, onShowTest }: SendTableProps) {
  const t = useText();
  const options = useTextOptions();
  const { locale } = options;
  const { list, rows, results } = sends;
  const { data: kinds = [] } = useKindIndex();
  const campaigns = kinds.find(({ kind }) => kind === "campaign");
  const details = useRecordDetails(
    sendKind,
    rows.map(({ id }) => id),
    DETAILS,
  );
  const channelOf = ({ id }: SendRow): string => (details.has(id) ? nameChannel(details.get(id)?.channel, t) : EMPTY);
  const now = new Date().toISOString();
  const statuses = sendKind.fields.find(({ name }) => name === "send_status")?.choices ?? [];
  const status = (row: SendRow) => (
    <Tag
      label={statuses.find(({ code }) => code === row.send_status)?.name ?? EMPTY}
      hue={sendHues[String(row.send_status)] ?? "gray"}
      hasDot
    />
  );
  const progress = (row: SendRow) => (
    <span className="flex min-w-0 flex-col items-start gap-1">
      {status(row)}
      {row.send_status === "SENDING" ? (
        <span className="w-full">
          <ProgressBar label={t("Messages are being written")} value={Number(row.recipients_count ?? 0)} max={undefined} />
        </span>
      ) : null}
    </span>
  );
  const time = (row: SendRow): string => {
    const instant = row.finished_at ?? row.started_at ?? row.scheduled_send_time;
    return typeof instant === "string" ? formatRelative(instant, now, options) : EMPTY;
  };
  const title = (row: SendRow) => (
    <span className="flex min-w-0 flex-wrap items-center gap-x-2 tablet:max-w-menu tablet:flex-nowrap">
      <Link variant="title" href={recordPath(sendKind, row.id)}>
        <span dir="auto" title={String(row.name)} className="block tablet:truncate">
          {String(row.name)}
        </span>
      </Link>
      {details.get(row.id)?.ab_test_id ? <TestPart phase={details.get(row.id)?.ab_phase} onShow={onShowTest} /> : null}
    </span>
  );
  const campaign = (row: SendRow) => {
    const link = linkExpanded(row, "campaign_id", campaigns);
    return link ? (
      <Link variant="value" href={link.href}>
        <span dir="auto" title={link.title} className="block max-w-field-short truncate">
          {link.title}
        </span>
      </Link>
    ) : (
      EMPTY
    );
  };
  const found = (row: SendRow): SendResults => results.data?.get(row.id) ?? {};
  const share = (row: SendRow, name: "opened" | "clicked"): string => {
    const counts = found(row);
    return formatTrackedRate(counts[name], computeShare(counts[name], countDelivered(counts)), locale, t);
  };
  const recipients = (row: SendRow): string => formatCount(Number(row.recipients_count ?? 0), locale);
  const columns: TableColumn<SendRow>[] = [
    { id: "name", label: t("Name"), render: title },
    ...(hasCampaign ? [{ id: "campaign", label: t("Campaign"), render: campaign }] : []),
    { id: "channel", label: t("Channel"), render: channelOf },
    { id: "status", label: t("Status"), render: progress },
    { id: "time", label: t("Time"), render: (row) => <span className="whitespace-nowrap">{time(row)}</span> },
    { id: "recipients", label: t("Messages"), isNumeric: true, render: recipients },
    ...(hasCampaign
      ? []
      : [
          {
            id: "left",
            label: t("Left out"),
            isNumeric: true,
            render: (row: SendRow) => <LeftOut row={row} path={sendKind.path} />,
          },
        ]),
    {
      id: "delivered",
      label: t("Delivered"),
      isNumeric: true,
      render: (row) => (results.data?.has(row.id) ? formatCount(countDelivered(found(row)), locale) : EMPTY),
    },
    { id: "opened", label: t("Opened"), isNumeric: true, render: (row) => share(row, "opened") },
    { id: "clicked", label: t("Clicked"), isNumeric: true, render: (row) => share(row, "clicked") },
  ];
  return (
    <RowList
      label={t("Sends")}
      columns={columns}
      rows={rows}
      renderCard={(row) => (
        <>
          {title(row)}
          <span className="flex flex-wrap items-center gap-2">
            {status(row)}
            <span className="text-meta text-text-muted">
              {[hasCampaign ? linkExpanded(row, "campaign_id", campaigns)?.title : undefined, channelOf(row), time(row)]
                .filter(Boolean)
                .join(" · ")}
            </span>
          </span>
          {STARTED.includes(row.send_status) ? (
            <span className="text-meta tabular-nums text-text-muted">
              {t("{count} messages · {opened} opened · {clicked} clicked", {
                count: recipients(row),
                opened: share(row, "opened"),
                clicked: share(row, "clicked"),
              })}
            </span>
          ) : null}
        </>
      )}
      pages={list}
    />
  );
}

/** Says that a send is a part of an A/B test. */
function TestPart({ phase, onShow }: { readonly phase: unknown; readonly onShow: (() => void) | undefined }) {
  const t = useText();
  const text = phase === "rest" ? t("Winner of an A/B test") : t("Sample of an A/B test");
  return onShow ? (
    <Button isSmall variant="quiet" onPress={onShow}>
      {text}
    </Button>
  ) : (
    <span className="text-meta text-text-muted">{text}</span>
  );
}

interface LeftOutProps {
  readonly row: SendRow;
  /** That of sends. */
  readonly path: string;
}

/** How many persons got no message, and on demand why. */
function LeftOut({ row, path }: LeftOutProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const total = Number(row.passed_over_count ?? 0);
  const count = formatCount(total, locale);
  if (total === 0) return count;
  return (
    <span className="-me-2">
      <Panel
        label={t("Left out")}
        trigger={
          <Button isSmall variant="quiet" aria-label={t("{count} left out: show the reasons", { count })}>
            {count}
          </Button>
        }
      >
        <Reasons path={`${path}/${row.id}`} />
      </Panel>
    </span>
  );
}

/** The reasons are in the record of the send, not in the rows of lists. */
function Reasons({ path }: { readonly path: string }) {
  const t = useText();
  const scope = useScope();
  const { locale } = useTextOptions();
  const send = useQuery({
    queryKey: [...scope, "related", "campaign", "send-reasons", path],
    queryFn: async () => (await read<{ left_out?: Readonly<Record<string, number>> }>(path)).data,
  });
  if (send.error) return <p className="p-3 text-control text-danger">{t("The list could not be loaded")}</p>;
  if (!send.data) return <Skeleton width="medium" />;
  return (
    <ul className="flex flex-col gap-1 p-3 text-control">
      {listCounts(send.data.left_out).map(({ reason, count }) => (
        <li key={reason} className="flex gap-3 tabular-nums">
          <span className="min-w-0 flex-1">{nameReason(reason, t)}</span>
          <span>{formatCount(count, locale)}</span>
        </li>
      ))}
    </ul>
  );
}
