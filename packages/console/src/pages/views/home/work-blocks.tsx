import { useState } from "react";
import { linkExpanded, MAX_ROWS, useBlock, useListedKinds } from "../../../api/home-data.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { type KindSummary, listPath, recordPath } from "../../../api/schema.ts";
import { useSession } from "../../../api/session.ts";
import { formatShownCount } from "../../../api/shown-count.ts";
import { formatMoney } from "../../../api/value-text.ts";
import { BlockRow, BlockRows, HomeBlock } from "../../../frame/shell/home-block.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { toPluralNoun } from "../../../ui/i18n/noun.ts";
import { formatRelative } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { ApprovalRow } from "../../agreements/approval/approval-row.tsx";
import { buildGroupQuery } from "../../agreements/approval/approval-rules.ts";
import { type Decision, DecisionDialog } from "../../agreements/approval/decision-dialog.tsx";

interface WorkBlockProps {
  readonly kind: KindSummary;
  readonly now: string;
  /** What the line of empty blocks calls it. */
  readonly name: string | undefined;
}

const hrefWith = (kind: KindSummary, query: Readonly<Record<string, string>>): string =>
  `${listPath(kind)}?${new URLSearchParams(query)}`;

/** What waits for a decision of the user, as the page of approvals lists it. The decision is taken here. */
export function ApprovalBlock({ kind, now, name }: WorkBlockProps) {
  const t = useText();
  const options = useTextOptions();
  const findKind = useListedKinds();
  const { id: userId } = useSession();
  const [decision, setDecision] = useState<Decision>();
  const block = useBlock("approvals", "approval", "/approvals", { ...buildGroupQuery("mine", { userId }), limit: MAX_ROWS });
  const rows = block.data?.rows ?? [];
  return (
    <HomeBlock
      title={t("Waiting for my approval")}
      name={name}
      count={block.data && formatShownCount(rows.length, block.data, options.locale, t)}
      href={rows.length > 0 ? listPath(kind) : undefined}
      isLoading={block.isPending}
      hasFailed={block.isError}
      onRetry={() => void block.refetch()}
      isEmpty={rows.length === 0}
    >
      <BlockRows>
        {rows.map((row) => (
          <ApprovalRow
            key={row.id}
            kind={kind}
            approval={row}
            subjectLabel={findKind(String(row.subject_type))?.label}
            userId={userId}
            now={now}
            onDecide={setDecision}
          />
        ))}
      </BlockRows>
      {decision ? <DecisionDialog {...decision} onClose={() => setDecision(undefined)} /> : null}
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
    const name = linkExpanded(row, "customer_id", findKind("customer"))?.title ?? [row.expanded?.stage_id].flat()[0]?.name;
    return name === row.name ? undefined : name;
  };
  return (
    <HomeBlock
      title={t("My {kinds} without a next step", { kinds: toPluralNoun(kind.labels) })}
      count={block.data && formatShownCount(rows.length, block.data, options.locale, t)}
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

/** Conversations of the user in which the customer wrote last. */
export function ReplyBlock({ kind, now, name }: WorkBlockProps) {
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
      name={name}
      count={block.data && formatShownCount(rows.length, block.data, options.locale, t)}
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
