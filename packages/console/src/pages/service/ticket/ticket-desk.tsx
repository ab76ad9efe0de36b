import type { Schemas } from "@crm/sdk/index.ts";
import { useMemo, useState } from "react";
import type { OwnDisplayProps } from "../../../api/page-manifest.ts";
import { useRecord, useRecordList } from "../../../api/records.ts";
import { type ListRow, rowFields } from "../../../api/row-fields.ts";
import { type Kind, recordPath } from "../../../api/schema.ts";
import { FieldValue } from "../../../input/fields/field-value.tsx";
import { findNeighbour } from "../../../records/preview/preview-rules.ts";
import { RecordError } from "../../../records/record/record-error.tsx";
import { hasFailed } from "../../../records/record/record-rules.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Avatar } from "../../../ui/kit/avatar.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { FirstClockText, SnoozeTag } from "./clock-text.tsx";
import { DeskHead, DeskLayout } from "./desk-layout.tsx";
import {
  buildTicketQuery,
  buildUndatedQuery,
  chooseShown,
  findNext,
  findSuccessor,
  listCardParts,
  parseQueue,
  putReturnedFirst,
  ticketQueues,
} from "./desk-rules.ts";
import { loadNext, QueueCard, QueueList } from "./queue-list.tsx";
import { TicketContext } from "./ticket-context.tsx";
import { nameRequester, TicketThread } from "./ticket-thread.tsx";
import { TicketTools } from "./ticket-tools.tsx";
import { useDeskRecord } from "./use-desk-record.ts";
import { useEndedSnoozes } from "./use-ended-snoozes.ts";

/** What a card of the queue shows, and what its clock follows from. */
const SHOWN = rowFields<Schemas.TicketRow>()(
  "ticket_number",
  "subject",
  "customer_id",
  "contact_id",
  "personal_key_id",
  "status",
  "priority_id",
  "assigned_to_id",
  "first_response_at",
  "first_response_due_at",
  "next_response_due_at",
  "resolution_due_at",
  "next_due_at",
  "is_resolved",
  "is_sla_paused",
  "snoozed_until",
);
type Row = ListRow<(typeof SHOWN)[number]>;

/** The desk of support: the queue, the ticket in the middle, and the customer at the end. */
export function TicketDesk({ kind, query, queue: named, onQueue, tools }: OwnDisplayProps) {
  const t = useText();
  const desk = useDeskRecord();
  const [panes, setPanes] = useState(3);
  const [splitId, setSplitId] = useState<string>();
  const { unopenedIds, placedIds } = useEndedSnoozes(desk.named);
  const queue = parseQueue(named, ticketQueues);
  const dueQuery = useMemo(() => buildTicketQuery(queue, query), [queue, query]);
  const undatedQuery = useMemo(() => buildUndatedQuery(queue, query), [queue, query]);
  const list = useRecordList(kind, dueQuery, { shown: SHOWN });
  // They follow those that are due, so both are read together.
  const undated = useRecordList(kind, undatedQuery ?? dueQuery, { shown: SHOWN, isEnabled: undatedQuery !== undefined });
  const isWhole = list.isSuccess && !list.hasNextPage && undatedQuery !== undefined;
  const rows = useMemo(
    () =>
      putReturnedFirst(
        [list, ...(isWhole ? [undated] : [])].flatMap(({ data }) => data?.pages.flatMap((page) => page.data) ?? []),
        placedIds,
      ),
    [list, undated, isWhole, placedIds],
  );
  const ids = rows.map(({ id }) => id);
  const shownId = chooseShown(desk.named, ids, panes);
  const record = useRecord(shownId === undefined ? undefined : kind, shownId ?? "");
  const moveTo = (id: string | undefined) => (id === undefined ? undefined : () => desk.show(id));
  const status = kind.fields.find(({ name }) => name === "status");
  const labels = {
    mine: t("My open tickets"),
    unassigned: t("Unassigned"),
    soon: t("Breaching soon"),
    all: t("All open tickets"),
    snoozed: t("Snoozed"),
  };
  const ticket = record.data;
  return (
    <DeskLayout
      queueLabel={t("Queue")}
      onPanes={setPanes}
      recordHref={shownId === undefined ? undefined : recordPath(kind, shownId)}
      isOpen={desk.named !== undefined}
      onBack={() => desk.show(undefined)}
      onNext={moveTo(findNext(ids, shownId))}
      onPrevious={moveTo(shownId === undefined ? undefined : findNeighbour(ids, shownId, -1))}
      queue={
        <QueueList
          label={kind.labels}
          list={list}
          rows={rows}
          onEnd={() => loadNext(isWhole ? undated : list)}
          queues={ticketQueues.map((id) => ({ id, label: labels[id] }))}
          queue={queue}
          onQueue={onQueue}
          tools={tools}
          empty={{
            title: queue === "soon" ? t("No ticket breaches its service level soon") : t("No tickets are waiting here"),
            text: t("New tickets appear by themselves. Other queues may have some."),
          }}
          render={(row) => (
            <TicketCard
              kind={kind}
              row={row}
              queue={queue}
              isShown={row.id === shownId}
              isReturned={unopenedIds.has(row.id)}
              href={desk.hrefTo(row.id)}
            />
          )}
        />
      }
      head={
        shownId === undefined ? undefined : (
          <DeskHead title={ticket ? String(ticket.subject) : hasFailed(record) ? kind.label : undefined}>
            {/* Where there is less room, the queue and the context say them. */}
            {ticket ? (
              <span className="hidden shrink-0 text-meta text-text-muted @desk-head:inline">{String(ticket.ticket_number)}</span>
            ) : null}
            {ticket && status ? (
              <span className="hidden min-w-0 @desk-head:flex">
                <FieldValue record={ticket} field={status} isCell />
              </span>
            ) : null}
            {ticket ? <FirstClockText ticket={ticket} /> : null}
            {ticket ? <SnoozeTag ticket={ticket} /> : null}
          </DeskHead>
        )
      }
      tools={ticket ? <TicketTools key={ticket.id} kind={kind} record={ticket} onSplit={() => setSplitId(ticket.id)} /> : null}
      thread={
        hasFailed(record) ? (
          <RecordError summary={kind} query={record} />
        ) : shownId === undefined ? null : (
          <TicketThread
            key={shownId}
            kind={kind}
            id={shownId}
            record={ticket}
            onSplitEnd={splitId === shownId ? () => setSplitId(undefined) : undefined}
            onNext={moveTo(findSuccessor(ids, shownId))}
            // A ticket that the user works on stays, also when it leaves the queue.
            onBegin={() => {
              if (desk.named === undefined) desk.show(shownId);
            }}
          />
        )
      }
      context={
        ticket ? (
          <TicketContext key={ticket.id} kind={kind} record={ticket} />
        ) : hasFailed(record) ? null : (
          <Skeleton shape="block" />
        )
      }
      empty={
        list.isPending ? (
          <div className="p-4">
            <Skeleton shape="block" />
          </div>
        ) : (
          <EmptyState kind="empty" title={t("Choose a ticket from the queue")} />
        )
      }
    />
  );
}

interface TicketCardProps {
  readonly kind: Kind;
  readonly row: Row;
  readonly queue: (typeof ticketQueues)[number];
  readonly isShown: boolean;
  /** It came back from a snooze, and the user has not opened it since. */
  readonly isReturned: boolean;
  readonly href: string;
}

/** A ticket of the queue in two lines: its subject, and who asks with what is due. */
function TicketCard({ kind, row, queue, isShown, isReturned, href }: TicketCardProps) {
  const status = kind.fields.find(({ name }) => name === "status");
  const [assignee] = [row.expanded?.assigned_to_id].flat();
  const who = nameRequester(kind, row, ["customer_id", "contact_id", "personal_key_id"]);
  const { hasStatus, hasAgent } = listCardParts(queue, row.status);
  const t = useText();
  const number = String(row.ticket_number);
  return (
    <QueueCard
      isShown={isShown}
      title={
        <Link variant="card" href={href} {...(isShown ? { "aria-current": "true" as const } : {})}>
          {String(row.subject)}
        </Link>
      }
      end={
        isReturned ? (
          <Tag label={t("Back from snooze")} hue="yellow" />
        ) : status && hasStatus ? (
          <FieldValue record={row} field={status} isCell />
        ) : undefined
      }
    >
      <span className="flex min-h-tag min-w-0 items-center gap-2">
        <span
          dir="auto"
          className="min-w-0 flex-1 truncate text-meta text-text-muted"
          title={[number, who].filter(Boolean).join(" · ")}
        >
          {who || number}
        </span>
        <span className="flex shrink-0 text-meta">
          <FirstClockText ticket={row} isShort />
        </span>
        {assignee && hasAgent ? <Avatar name={assignee.name} /> : null}
      </span>
    </QueueCard>
  );
}
