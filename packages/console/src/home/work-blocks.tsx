import { useQuery } from "@tanstack/react-query";
import {
  buildGroupQuery,
  isUrgent,
  listFigureFacts,
  listReasons,
  readFigures,
  readSubject,
} from "../agreement/approval-rules.ts";
import { read } from "../data/client.ts";
import type { ConsoleRecord } from "../data/records.ts";
import { type KindSummary, listPath, recordPath } from "../data/schema.ts";
import { useScope, useSession } from "../data/session.ts";
import { nameRecord } from "../data/title.ts";
import { FirstClockText } from "../desk/clock-text.tsx";
import { buildTicketQuery, buildUndatedQuery } from "../desk/desk-rules.ts";
import { useTextOptions } from "../fields/value-provider.tsx";
import { formatMoney } from "../fields/value-text.ts";
import { toPluralNoun } from "../i18n/noun.ts";
import { formatRelative } from "../i18n/time.ts";
import { useText } from "../i18n/use-text.ts";
import { useIsPhone } from "../kit/use-media.ts";
import { AboutParts, BlockRow, BlockRows, HomeBlock } from "./home-block.tsx";
import { formatTotal, HOME_KEY, linkExpanded, MAX_ROWS, useBlock, useListedKinds } from "./home-data.ts";

interface WorkBlockProps {
  readonly kind: KindSummary;
  readonly now: string;
}

const hrefWith = (kind: KindSummary, query: Readonly<Record<string, string>>): string =>
  `${listPath(kind)}?${new URLSearchParams(query)}`;

/** What waits for a decision of the user, as the page of approvals lists it: with the reason and the deadline. The decision is taken there. */
export function ApprovalBlock({ kind, now }: WorkBlockProps) {
  const t = useText();
  const options = useTextOptions();
  const findKind = useListedKinds();
  const { id: userId } = useSession();
  const block = useBlock("approvals", "approval", "/approvals", { ...buildGroupQuery("mine", { userId }), limit: MAX_ROWS });
  const rows = block.data?.rows ?? [];
  return (
    <HomeBlock
      title={t("Waiting for my approval")}
      name={t("approvals")}
      count={block.data && block.data.total > 0 ? formatTotal(block.data, options.locale) : undefined}
      href={rows.length > 0 ? listPath(kind) : undefined}
      isLoading={block.isPending}
      hasFailed={block.isError}
      onRetry={() => void block.refetch()}
      isEmpty={rows.length === 0}
    >
      <BlockRows>
        {rows.map((row) => {
          const { name, amount } = readSubject(row, options);
          const [asker, askedAt] = [row.expanded?.requested_by, row.asked_at];
          return (
            <BlockRow
              key={row.id}
              isStacked
              href={recordPath(kind, row.id)}
              title={name}
              about={
                <AboutParts
                  parts={[
                    [findKind(String(row.subject_type))?.label],
                    [nameRecord({ ...asker }), askedAt ? formatRelative(String(askedAt), now, options) : ""],
                    [
                      row.due_at ? (
                        <span key="due" className={isUrgent(row, now) ? "text-danger" : ""}>
                          {t("Expires {time}", { time: formatRelative(String(row.due_at), now, options) })}
                        </span>
                      ) : undefined,
                    ],
                    listReasons(row),
                    listFigureFacts(readFigures(row), { hasTotal: false }, options, t),
                  ]}
                />
              }
              end={amount}
            />
          );
        })}
      </BlockRows>
    </HomeBlock>
  );
}

/** Open opportunities of the user for which nothing is planned. */
export function OpportunityBlock({ kind }: Pick<WorkBlockProps, "kind">) {
  const t = useText();
  const me = useSession();
  const options = useTextOptions();
  const findKind = useListedKinds();
  const filter = { owner_id: me.id, is_closed: "false", "next_step_date[is_null]": "true" };
  const fields = "name,customer_id,amount,currency,close_date,stage_id";
  const query = { ...filter, limit: MAX_ROWS, fields, expand: "labels,customer" };
  const block = useBlock("opportunities", "opportunity", "/opportunities", query);
  const rows = block.data?.rows ?? [];
  const nameCustomer = (row: ConsoleRecord): string | undefined => {
    const name = linkExpanded(row, "customer_id", findKind("customer"))?.title ?? row.expanded?.stage_id?.["name" as never];
    return name === row.name ? undefined : name;
  };
  return (
    <HomeBlock
      title={t("My {kinds} without a next step", { kinds: toPluralNoun(kind.labels) })}
      name={t("next steps")}
      count={block.data && block.data.total > 0 ? formatTotal(block.data, options.locale) : undefined}
      href={rows.length > 0 ? hrefWith(kind, filter) : undefined}
      isLoading={block.isPending}
      hasFailed={block.isError}
      onRetry={() => void block.refetch()}
      isEmpty={rows.length === 0}
    >
      <BlockRows>
        {rows.map((row) => (
          <BlockRow
            key={row.id}
            href={recordPath(kind, row.id)}
            title={String(row.name)}
            about={nameCustomer(row)}
            end={
              row.amount == null
                ? null
                : formatMoney(String(row.amount), String(row.currency ?? options.currency), options.locale)
            }
          />
        ))}
      </BlockRows>
    </HomeBlock>
  );
}

/** Rows of the queue of tickets. */
const MAX_TICKETS = 10;
const TICKET_FIELDS = [
  ...["ticket_number", "subject", "status", "customer_id", "is_resolved", "is_sla_paused", "next_due_at"],
  ...["first_response_at", "first_response_due_at", "next_response_due_at", "resolution_due_at"],
].join();

/** The open tickets of the user in the order of the desk: the next due first, each with what is due and when; then those that wait. */
export function TicketBlock({ kind }: Pick<WorkBlockProps, "kind">) {
  const t = useText();
  const scope = useScope();
  const options = useTextOptions();
  const findKind = useListedKinds();
  const isPhone = useIsPhone();
  const queue = useQuery({
    queryKey: [...scope, HOME_KEY, "ticket", "queue"],
    queryFn: async () => {
      const page = { limit: MAX_TICKETS, fields: TICKET_FIELDS, expand: "customer" };
      const [due, undated] = await Promise.all(
        [buildTicketQuery("mine", page), { ...buildUndatedQuery("mine", page) }].map((query) =>
          read<ConsoleRecord[]>(
            kind.path,
            Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)])),
          ),
        ),
      );
      return [...(due?.data ?? []), ...(undated?.data ?? [])];
    },
  });
  const rows = (queue.data ?? []).slice(0, MAX_TICKETS);
  const hasMore = (queue.data ?? []).length > rows.length;
  return (
    <HomeBlock
      title={t("My tickets")}
      name={t("tickets")}
      count={rows.length === 0 ? undefined : formatTotal({ total: rows.length, isLowerBound: hasMore }, options.locale)}
      href={rows.length > 0 ? hrefWith(kind, { mode: "desk" }) : undefined}
      isLoading={queue.isPending}
      hasFailed={queue.isError}
      onRetry={() => void queue.refetch()}
      isEmpty={rows.length === 0}
    >
      <BlockRows>
        {rows.map((row) => {
          const customer = linkExpanded(row, "customer_id", findKind("customer"))?.title;
          const clock = <FirstClockText ticket={row} />;
          return (
            <BlockRow
              key={row.id}
              href={recordPath(kind, row.id)}
              title={String(row.subject)}
              about={[customer, isPhone && customer ? undefined : row.ticket_number].filter(Boolean).join(" · ")}
              end={isPhone ? null : clock}
              aboutEnd={isPhone ? clock : null}
            />
          );
        })}
      </BlockRows>
    </HomeBlock>
  );
}

/** Conversations of the user in which the customer wrote last. */
export function ReplyBlock({ kind, now }: WorkBlockProps) {
  const t = useText();
  const me = useSession();
  const options = useTextOptions();
  const findKind = useListedKinds();
  const filter = { assigned_staff_id: me.id, last_direction: "in" };
  const query = { ...filter, sort: "last_message_at", limit: MAX_ROWS, expand: "person" };
  const block = useBlock("replies", "conversation", "/conversations", query);
  const rows = block.data?.rows ?? [];
  return (
    <HomeBlock
      title={t("Waiting for my reply")}
      name={t("replies")}
      count={block.data && block.data.total > 0 ? formatTotal(block.data, options.locale) : undefined}
      href={rows.length > 0 ? hrefWith(kind, filter) : undefined}
      isLoading={block.isPending}
      hasFailed={block.isError}
      onRetry={() => void block.refetch()}
      isEmpty={rows.length === 0}
    >
      <BlockRows>
        {rows.map((row) => (
          <BlockRow
            key={row.id}
            href={recordPath(kind, row.id)}
            title={linkExpanded(row, "person_id", findKind("person"))?.title ?? String(row.address)}
            about={row.last_text ? String(row.last_text) : null}
            end={row.last_message_at ? formatRelative(String(row.last_message_at), now, options) : null}
          />
        ))}
      </BlockRows>
    </HomeBlock>
  );
}
