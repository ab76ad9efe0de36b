import { useQuery } from "@tanstack/react-query";
import { read } from "../../../api/client.ts";
import { HOME_KEY, linkExpanded, readTotal, useListedKinds } from "../../../api/home-data.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { type KindSummary, listPath, recordPath } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { formatShownCount } from "../../../api/shown-count.ts";
import { nameRecord } from "../../../api/title.ts";
import type { Label } from "../../../api/value-text.ts";
import { HomeBlock } from "../../../frame/shell/home-block.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { hueForChoice } from "../../../ui/kit/hue.ts";
import { Link } from "../../../ui/kit/link.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { listClocks } from "../../service/ticket/clock-rules.ts";
import { FirstClockText } from "../../service/ticket/clock-text.tsx";
import { buildTicketQuery, buildUndatedQuery, isRaised } from "../../service/ticket/desk-rules.ts";
import { useMinute } from "../../service/ticket/use-minute.ts";

/** Rows of the user's queue, and of the queue that waits for an agent. */
const MAX_TICKETS = 10;
const MAX_UNASSIGNED = 6;
const TICKET_FIELDS = [
  ...["ticket_number", "subject", "status", "priority_id", "customer_id", "is_resolved", "is_sla_paused", "next_due_at"],
  ...["first_response_at", "first_response_due_at", "next_response_due_at", "resolution_due_at"],
].join();

type HomeQueue = "mine" | "unassigned";

/** Reads a queue in the order of the desk: the next due first, then those that wait. */
function useTicketQueue(kind: KindSummary, queue: HomeQueue, limit: number) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, HOME_KEY, "ticket", queue],
    queryFn: async () => {
      const page = { limit, fields: TICKET_FIELDS, expand: "customer,labels" };
      const parts = await Promise.all(
        [buildTicketQuery(queue, page), { ...buildUndatedQuery(queue, page) }].map((query) =>
          read<ConsoleRecord[]>(
            kind.path,
            Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)])),
          ),
        ),
      );
      const totals = parts.map(({ data, meta }) => readTotal(meta, data.length));
      return {
        rows: parts.flatMap(({ data }) => data).slice(0, limit),
        total: totals.reduce((sum, { total }) => sum + total, 0),
        isLowerBound: totals.some(({ isLowerBound }) => isLowerBound),
      };
    },
  });
}

interface TicketBlockProps {
  readonly kind: KindSummary;
  /** What the line of empty blocks calls it. */
  readonly name?: string | undefined;
}

/** The open tickets of the user, each with its priority, what is due and when. */
export function TicketBlock({ kind, name }: TicketBlockProps) {
  const t = useText();
  return <QueueBlock kind={kind} queue="mine" limit={MAX_TICKETS} title={t("My tickets")} name={name} />;
}

/** The open tickets that no agent has taken. */
export function UnassignedBlock({ kind }: TicketBlockProps) {
  const t = useText();
  return (
    <QueueBlock
      kind={kind}
      queue="unassigned"
      limit={MAX_UNASSIGNED}
      title={t("Unassigned tickets")}
      emptyText={t("Every ticket has an agent")}
    />
  );
}

interface QueueBlockProps extends TicketBlockProps {
  readonly queue: HomeQueue;
  readonly limit: number;
  readonly title: string;
  readonly emptyText?: string;
}

function QueueBlock({ kind, queue, limit, title, ...texts }: QueueBlockProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const findKind = useListedKinds();
  const tickets = useTicketQueue(kind, queue, limit);
  const rows = tickets.data?.rows ?? [];
  return (
    <HomeBlock
      {...texts}
      title={title}
      count={tickets.data && formatShownCount(rows.length, tickets.data, locale, t)}
      href={rows.length > 0 ? `${listPath(kind)}?${new URLSearchParams({ mode: "desk", queue })}` : undefined}
      isLoading={tickets.isPending}
      hasFailed={tickets.isError}
      onRetry={() => void tickets.refetch()}
      isEmpty={rows.length === 0}
    >
      <div className="@container">
        <ul className="ticket-list gap-x-3">
          <TicketHead tickets={rows} />
          {rows.map((row) => (
            <TicketRow
              key={row.id}
              href={recordPath(kind, row.id)}
              ticket={row}
              customer={linkExpanded(row, "customer_id", findKind("customer"))?.title}
            />
          ))}
        </ul>
      </div>
    </HomeBlock>
  );
}

interface TicketRowProps {
  readonly href: string;
  readonly ticket: ConsoleRecord;
  readonly customer: string | undefined;
}

/** Names the columns where the rows have one line each. Rows of two lines say themselves what is due. */
function TicketHead({ tickets }: { readonly tickets: readonly ConsoleRecord[] }) {
  const t = useText();
  const now = useMinute();
  const findKind = useListedKinds();
  const metrics = new Set(tickets.flatMap((ticket) => listClocks(ticket, now)[0]?.metric ?? []));
  const due = metrics.size === 0 ? "" : metrics.size > 1 ? t("Due") : metrics.has("reply") ? t("Reply due") : t("Resolution due");
  const isRaisedShown = tickets.some((ticket) => hasRaisedPriority(ticket));
  return (
    <li data-part="head" className="-mt-2 px-4 text-meta text-text-muted">
      <span data-part="title">{t("Subject")}</span>
      <span data-part="customer" className="truncate">
        {findKind("customer")?.label}
      </span>
      <span data-part="priority" className="text-end">
        {isRaisedShown ? t("Priority") : ""}
      </span>
      <span data-part="due" className="text-end">
        {due}
      </span>
    </li>
  );
}

const readPriority = ({ expanded }: ConsoleRecord): Label | undefined =>
  ([expanded?.priority_id].flat() as (Label | null | undefined)[])[0] ?? undefined;

const hasRaisedPriority = (ticket: ConsoleRecord): boolean => {
  const priority = readPriority(ticket);
  return priority !== undefined && isRaised(priority);
};

/** A ticket in columns that all rows share, with the priority where it is above the usual one. Where there is less room, it has two lines. */
function TicketRow({ href, ticket, customer }: TicketRowProps) {
  const priority = readPriority(ticket);
  return (
    <li className="relative min-h-row px-4 text-control text-text-muted hover:bg-hover">
      <span data-part="title" dir="auto" className="min-w-0 truncate" title={`${ticket.subject} · ${ticket.ticket_number}`}>
        <Link variant="card" href={href}>
          {String(ticket.subject)}
        </Link>
      </span>
      <span data-part="customer" dir="auto" className="min-w-0 truncate" title={customer}>
        {customer}
      </span>
      <span data-part="priority" className="flex min-w-0 justify-end">
        {priority && isRaised(priority) ? <Tag label={nameRecord({ ...priority })} hue={hueForChoice(priority)} hasDot /> : null}
      </span>
      <span data-part="due" className="flex min-w-0 justify-end tabular-nums">
        <span data-part="due-short" className="min-w-0">
          <FirstClockText ticket={ticket} isShort />
        </span>
        <span data-part="due-long" className="flex min-w-0">
          <FirstClockText ticket={ticket} />
        </span>
      </span>
    </li>
  );
}
