import { useState } from "react";
import { readSubject } from "../agreement/approval-rules.ts";
import type { ConsoleRecord } from "../data/records.ts";
import { type KindSummary, listPath, recordPath } from "../data/schema.ts";
import { useSession } from "../data/session.ts";
import { nameRecord } from "../data/title.ts";
import { useTextOptions } from "../fields/value-provider.tsx";
import { formatMoney } from "../fields/value-text.ts";
import { toPluralNoun } from "../i18n/noun.ts";
import { formatRelative, formatTime, readDay } from "../i18n/time.ts";
import { useText } from "../i18n/use-text.ts";
import { Button } from "../kit/button.tsx";
import { type Decision, DecisionDialog } from "./decision-dialog.tsx";
import { AboutParts, BlockRow, BlockRows, HomeBlock, useSeen } from "./home-block.tsx";
import { formatTotal, linkExpanded, MAX_ROWS, useBlock, useListedKinds } from "./home-data.ts";

interface WorkBlockProps {
  readonly kind: KindSummary;
  readonly now: string;
}

interface LaterBlockProps extends WorkBlockProps {
  /** Whether the first blocks have been read. */
  readonly isReady: boolean;
}

const hrefWith = (kind: KindSummary, query: Readonly<Record<string, string>>): string =>
  `${listPath(kind)}?${new URLSearchParams(query)}`;

const approvalFilter = { mine: "true", status: "pending" };

export const useApprovals = (isEnabled: boolean) =>
  useBlock("approvals", "approval", "/approvals", { ...approvalFilter, limit: MAX_ROWS, expand: "labels,subject" }, isEnabled);

/** What waits for a decision of the user. */
export function ApprovalBlock({ kind, now }: WorkBlockProps) {
  const t = useText();
  const options = useTextOptions();
  const findKind = useListedKinds();
  const block = useApprovals(true);
  const [decided, setDecided] = useState<Decision>();
  const rows = block.data?.rows ?? [];
  return (
    <HomeBlock
      isEarly
      title={t("Waiting for my approval")}
      count={block.data && block.data.total > 0 ? formatTotal(block.data, options.locale) : undefined}
      href={rows.length > 0 ? hrefWith(kind, approvalFilter) : undefined}
      isLoading={block.isPending}
      hasFailed={block.isError}
      onRetry={() => void block.refetch()}
      empty={rows.length === 0 ? t("Nothing waits for your approval") : undefined}
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
                    [findKind(String(row.subject_type))?.label, amount],
                    [nameRecord({ ...asker }), askedAt ? formatRelative(String(askedAt), now, options) : ""],
                  ]}
                />
              }
              actions={
                <>
                  <Button isSmall onPress={() => setDecided({ row, decision: "approve" })}>
                    {t("Approve")}
                  </Button>
                  <Button isSmall variant="quiet" onPress={() => setDecided({ row, decision: "reject" })}>
                    {t("Reject")}
                  </Button>
                </>
              }
            />
          );
        })}
      </BlockRows>
      {decided ? <DecisionDialog {...decided} onClose={() => setDecided(undefined)} /> : null}
    </HomeBlock>
  );
}

/** Open opportunities of the user for which nothing is planned. */
export function OpportunityBlock({ kind, isReady }: LaterBlockProps) {
  const t = useText();
  const me = useSession();
  const options = useTextOptions();
  const findKind = useListedKinds();
  const [ref, isSeen] = useSeen(isReady);
  const filter = { owner_id: me.id, is_closed: "false", "next_step_date[is_null]": "true" };
  const fields = "name,customer_id,amount,currency,close_date,stage_id";
  const query = { ...filter, limit: MAX_ROWS, fields, expand: "labels,customer" };
  const block = useBlock("opportunities", "opportunity", "/opportunities", query, isSeen);
  const rows = block.data?.rows ?? [];
  const nameCustomer = (row: ConsoleRecord): string | undefined => {
    const name = linkExpanded(row, "customer_id", findKind("customer"))?.title ?? row.expanded?.stage_id?.["name" as never];
    return name === row.name ? undefined : name;
  };
  return (
    <HomeBlock
      blockRef={ref}
      title={t("My {kinds} without a next step", { kinds: toPluralNoun(kind.labels) })}
      count={block.data && block.data.total > 0 ? formatTotal(block.data, options.locale) : undefined}
      href={rows.length > 0 ? hrefWith(kind, filter) : undefined}
      isLoading={block.isPending}
      hasFailed={block.isError}
      onRetry={() => void block.refetch()}
      empty={rows.length === 0 ? t("Everything open has a next step") : undefined}
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

/** Tickets of the user that need an answer or a solution by today. */
export function PromiseBlock({ kind, now, isReady }: LaterBlockProps) {
  const t = useText();
  const me = useSession();
  const options = useTextOptions();
  const findKind = useListedKinds();
  const [ref, isSeen] = useSeen(isReady);
  const today = readDay(now, options.timeZone);
  const filter = { assigned_to_id: me.id, is_resolved: "false", "next_due_at[lte]": today };
  const fields = "ticket_number,subject,customer_id,next_due_at,first_response_due_at,next_response_due_at";
  const query = { ...filter, sort: "next_due_at", order: "asc", limit: MAX_ROWS, fields, expand: "customer" };
  const block = useBlock("promises", "ticket", "/support/tickets", query, isSeen);
  const rows = block.data?.rows ?? [];
  return (
    <HomeBlock
      blockRef={ref}
      title={t("SLA targets due")}
      count={block.data && block.data.total > 0 ? formatTotal(block.data, options.locale) : undefined}
      href={rows.length > 0 ? hrefWith(kind, { ...filter, sort: "next_due_at" }) : undefined}
      isLoading={block.isPending}
      hasFailed={block.isError}
      onRetry={() => void block.refetch()}
      empty={rows.length === 0 ? t("No answer or solution is due today") : undefined}
    >
      <BlockRows>
        {rows.map((row) => {
          const due = String(row.next_due_at);
          const isLate = Date.parse(due) < Date.parse(now);
          const isAnswer = [row.first_response_due_at, row.next_response_due_at].includes(row.next_due_at);
          const text = isLate ? formatRelative(due, now, options) : formatTime(due, options);
          return (
            <BlockRow
              key={row.id}
              href={recordPath(kind, row.id)}
              title={String(row.subject)}
              about={linkExpanded(row, "customer_id", findKind("customer"))?.title ?? String(row.ticket_number)}
              end={
                <span className={isLate ? "text-danger" : ""}>
                  {isAnswer ? t("Answer {time}", { time: text }) : t("Solution {time}", { time: text })}
                </span>
              }
            />
          );
        })}
      </BlockRows>
    </HomeBlock>
  );
}

/** Conversations of the user in which the customer wrote last. */
export function ReplyBlock({ kind, now, isReady }: LaterBlockProps) {
  const t = useText();
  const me = useSession();
  const options = useTextOptions();
  const findKind = useListedKinds();
  const [ref, isSeen] = useSeen(isReady);
  const filter = { assigned_staff_id: me.id, last_direction: "in" };
  const query = { ...filter, sort: "last_message_at", limit: MAX_ROWS, expand: "person" };
  const block = useBlock("replies", "conversation", "/conversations", query, isSeen);
  const rows = block.data?.rows ?? [];
  return (
    <HomeBlock
      blockRef={ref}
      title={t("Waiting for my reply")}
      count={block.data && block.data.total > 0 ? formatTotal(block.data, options.locale) : undefined}
      href={rows.length > 0 ? hrefWith(kind, filter) : undefined}
      isLoading={block.isPending}
      hasFailed={block.isError}
      onRetry={() => void block.refetch()}
      empty={rows.length === 0 ? t("No customer waits for your reply") : undefined}
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
