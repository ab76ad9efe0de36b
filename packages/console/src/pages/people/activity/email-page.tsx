import type { Schemas } from "@crm/sdk/index.ts";
import { useMemo } from "react";
import { linkExpanded } from "../../../api/home-data.ts";
import { useRecordDetails, useRecordList } from "../../../api/records.ts";
import { type ListRow, rowFields } from "../../../api/row-fields.ts";
import { type Kind, recordPath, useKind, useKindIndex } from "../../../api/schema.ts";
import { BlockRow, BlockRows } from "../../../frame/shell/home-block.tsx";
import { ListState } from "../../../frame/shell/list-state.tsx";
import { FieldValue } from "../../../input/fields/field-value.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { formatExact, formatRelative } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Table, type TableColumn } from "../../../ui/kit/table.tsx";
import { useIsPhone } from "../../../ui/kit/use-media.ts";
import { ActivityPage } from "./activity-page.tsx";
import { useParameters } from "./activity-rows.ts";

const SHOWN = rowFields<Schemas.MessageRow>()(
  "subject",
  "body",
  "status",
  "person_id",
  "to_address",
  "from_address",
  "sent_at",
  "received_at",
);
type Row = ListRow<(typeof SHOWN)[number]>;

const shownMails = ["sent", "received", "failed"] as const;
type ShownMails = (typeof shownMails)[number];

const filters: Readonly<Record<ShownMails, Readonly<Record<string, string>>>> = {
  sent: { direction: "out" },
  received: { direction: "in" },
  failed: { direction: "out", "status[in]": "failed,undelivered" },
};

/** Mails, and whether they arrived, were opened and clicked. */
export function EmailPage() {
  const t = useText();
  const { data: kinds } = useKindIndex();
  const canRead = kinds?.some(({ kind }) => kind === "message") ?? true;
  const { data: kind } = useKind(canRead ? "message" : undefined);
  const [{ show }, change] = useParameters();
  const shown = shownMails.find((name) => name === show) ?? "sent";
  return (
    <ActivityPage
      title={t("Emails")}
      bar={
        canRead ? (
          <SegmentedControl
            label={t("Which mails")}
            segments={[
              { id: "sent", label: t("Sent") },
              { id: "received", label: t("Received") },
              { id: "failed", label: t("Failed") },
            ]}
            value={shown}
            onChange={(id) => change({ show: id === "sent" ? undefined : String(id) })}
          />
        ) : null
      }
      isLoading={canRead && !kind}
    >
      {canRead ? (
        kind ? (
          <MailTable kind={kind} shown={shown} />
        ) : (
          <Skeleton shape="block" />
        )
      ) : (
        <EmptyState kind="forbidden" title={t("You may not read messages")}>
          {t("Ask an administrator for a role.")}
        </EmptyState>
      )}
    </ActivityPage>
  );
}

/** One request reads the opens and clicks of so many mails. */
const PAGE_SIZE = 20;
const TRACKED = rowFields<Schemas.Message>()("is_tracked", "opened_at", "clicked_at");

function MailTable({ kind, shown }: { readonly kind: Kind; readonly shown: ShownMails }) {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  const person = kinds.find((candidate) => candidate.kind === "person");
  const query = useMemo(() => ({ channel: "email", ...filters[shown], sort: "created_at", order: "desc" }), [shown]);
  const list = useRecordList(kind, query, { shown: SHOWN, pageSize: PAGE_SIZE });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.data) ?? [], [list.data]);
  const tracking = useRecordDetails(kind, shown === "sent" ? rows.map(({ id }) => id) : [], TRACKED);
  const status = kind.fields.find(({ name }) => name === "status");
  const isSent = shown !== "received";
  const isPhone = useIsPhone();
  const act = (row: Row, field: "opened_at" | "clicked_at") =>
    tracking.get(row.id)?.is_tracked === false ? t("Not tracked") : <InstantText value={tracking.get(row.id)?.[field]} />;
  const columns: TableColumn<Row>[] = [
    {
      id: "subject",
      label: t("Subject"),
      render: (row) => (
        <Link variant="title" href={recordPath(kind, row.id)}>
          <bdi>{String(row.subject || row.body || t("No subject"))}</bdi>
        </Link>
      ),
    },
    {
      id: "person",
      label: isSent ? t("Recipient") : t("Sender"),
      render: (row) => {
        const link = linkExpanded(row, "person_id", person);
        return link ? (
          <Link variant="value" href={link.href}>
            {link.title}
          </Link>
        ) : (
          <bdi>{String((isSent ? row.to_address : row.from_address) ?? "")}</bdi>
        );
      },
    },
    {
      id: "at",
      label: isSent ? t("Sent") : t("Received"),
      render: (row) => <InstantText value={isSent ? row.sent_at : row.received_at} />,
    },
    ...(isSent && status
      ? [{ id: "status", label: status.label, render: (row: Row) => <FieldValue record={row} field={status} isCell /> }]
      : []),
    ...(shown === "sent"
      ? [
          {
            id: "opened",
            label: t("Opened"),
            render: (row: Row) => act(row, "opened_at"),
          },
          {
            id: "clicked",
            label: t("Clicked"),
            render: (row: Row) => act(row, "clicked_at"),
          },
        ]
      : []),
  ];
  return (
    <ListState
      query={list}
      isEmpty={rows.length === 0 && !list.search.isIncomplete}
      empty={
        <EmptyState kind="empty" title={shown === "failed" ? t("No mail failed") : t("There are no mails yet")}>
          {shown === "failed" ? null : t("Write a mail on the page of a lead, contact or customer.")}
        </EmptyState>
      }
    >
      {isPhone ? (
        <div className="rounded-card border border-border bg-surface py-1">
          <BlockRows>
            {rows.map((row) => (
              <BlockRow
                key={row.id}
                href={recordPath(kind, row.id)}
                title={String(row.subject || row.body || t("No subject"))}
                about={
                  linkExpanded(row, "person_id", person)?.title ?? String((isSent ? row.to_address : row.from_address) ?? "")
                }
                aboutEnd={
                  <span className="flex items-center gap-2">
                    {isSent && status ? <FieldValue record={row} field={status} isCell /> : null}
                    {isSent && !row.sent_at ? null : <InstantText value={isSent ? row.sent_at : row.received_at} />}
                  </span>
                }
              />
            ))}
          </BlockRows>
        </div>
      ) : (
        <div className="rounded-card border border-border bg-surface px-4 py-2">
          <Table label={t("Emails")} columns={columns} rows={rows} getRowId={({ id }) => id} />
        </div>
      )}
    </ListState>
  );
}

/** How long ago something happened, with the exact time on hover. */
function InstantText({ value }: { readonly value: unknown }) {
  const options = useTextOptions();
  if (typeof value !== "string") return <span className="text-text-muted">–</span>;
  return <span title={formatExact(value, options)}>{formatRelative(value, new Date().toISOString(), options)}</span>;
}
