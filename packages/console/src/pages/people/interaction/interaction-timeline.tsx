import type { Schemas } from "@crm/sdk/index.ts";
import { useMemo } from "react";
import { linkExpanded } from "../../../api/home-data.ts";
import { type ListRow, rowFields } from "../../../api/row-fields.ts";
import { formatTitle, type Kind, recordPath, useKind, useKindIndex } from "../../../api/schema.ts";
import { readValue } from "../../../api/value-text.ts";
import { ListState } from "../../../frame/shell/list-state.tsx";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { listNeighbors } from "../../../frame/shell/page-tabs.ts";
import { FieldValue } from "../../../input/fields/field-value.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { formatConditions, parseListAddress } from "../../../input/filters/list-address.ts";
import { useFilterFields } from "../../../input/filters/use-filter-fields.ts";
import { TypeIcon } from "../../../records/record/type-icon.tsx";
import { useListRows } from "../../../records/rows/use-list-rows.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { FilterBuilder } from "../../../ui/kit/filter-builder.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Timeline, type TimelineEntry } from "../../../ui/kit/timeline.tsx";
import { useIsPhone } from "../../../ui/kit/use-media.ts";
import { useParameters } from "../activity/activity-rows.ts";

const SHOWN = rowFields<Schemas.InteractionRow>()(
  "subject",
  "interaction_type_id",
  "channel",
  "direction",
  "interaction_date",
  "sentiment",
  "owner_id",
  "personal_key_id",
  "customer_id",
  "lead_id",
  "duration_minutes",
);
type Row = ListRow<(typeof SHOWN)[number]>;

/** All interactions that the user sees, the newest first, by day. The address holds the filters. */
export function InteractionTimeline() {
  const t = useText();
  const { data: kind } = useKind("interaction");
  return (
    <PageFrame
      title={t("Timeline of interactions")}
      isLoading={!kind}
      width="record"
      pages={listNeighbors("interaction", "timeline", t)}
    >
      {kind ? <InteractionEntries kind={kind} /> : <Skeleton shape="block" />}
    </PageFrame>
  );
}

function InteractionEntries({ kind }: { readonly kind: Kind }) {
  const t = useText();
  const { timeZone } = useTextOptions();
  const [parameters, change] = useParameters();
  const conditions = useMemo(() => parseListAddress(parameters, kind).conditions ?? [], [parameters, kind]);
  const query = useMemo(() => ({ ...formatConditions(conditions), sort: "interaction_date", order: "desc" }), [conditions]);
  const { list, rows } = useListRows({ kind, query, shown: SHOWN, isEnabled: true });
  const filterFields = useFilterFields(kind, conditions);
  const toEntry = useInteractionEntry(kind);
  return (
    <>
      <FilterBuilder
        fields={filterFields}
        value={conditions}
        onChange={(next) => {
          const gone = Object.fromEntries(Object.keys(formatConditions(conditions)).map((name) => [name, undefined]));
          change({ ...gone, ...formatConditions(next) });
        }}
      />
      <ListState
        query={list}
        isEmpty={rows.length === 0}
        empty={
          conditions.length > 0 ? (
            <EmptyState kind="nothing-found" title={t("Nothing matches these filters")} />
          ) : (
            <EmptyState kind="empty" title={t("There are no interactions yet")}>
              {t("Calls, mails, meetings and chats with people stand here, the newest first.")}
            </EmptyState>
          )
        }
      >
        <Timeline
          isPage
          label={t("Timeline of interactions")}
          entries={rows.map(toEntry)}
          now={new Date().toISOString()}
          timeZone={timeZone}
        />
      </ListState>
    </>
  );
}

/** Returns the function that shows an interaction: its subject, type and sentiment, with whom it was, and its owner. */
function useInteractionEntry(kind: Kind): (row: Row) => TimelineEntry {
  const isPhone = useIsPhone();
  const { data: kinds = [] } = useKindIndex();
  const findKind = (name: string) => kinds.find((candidate) => candidate.kind === name);
  const findField = (name: string) => kind.fields.find((field) => field.name === name);
  const tags = ["interaction_type_id", "direction", "sentiment"].flatMap((name) => findField(name) ?? []);
  return (row) => {
    const about = (
      [
        ["customer_id", "customer"],
        ["personal_key_id", "person"],
        ["lead_id", "lead"],
      ] as const
    ).flatMap(([field, name]) => linkExpanded(row, field, findKind(name)) ?? []);
    const [owner] = [row.expanded?.owner_id].flat();
    const [type] = [row.expanded?.interaction_type_id].flat();
    const names = [...new Map(about.map((link) => [link.title, link])).values()];
    return {
      id: row.id,
      at: String(row.interaction_date),
      icon: <TypeIcon type={type ?? undefined} kindIcon={kind.icon} />,
      title: (
        <span className="flex min-w-0 flex-wrap items-center gap-x-2">
          <Link variant="title" href={recordPath(kind, row.id)}>
            {formatTitle(kind, row)}
          </Link>
          {tags
            .filter(({ name }) => readValue(row, name) != null)
            .map((field) => (
              <FieldValue key={field.name} record={row} field={field} isCell />
            ))}
        </span>
      ),
      body: (
        <span className="flex min-w-0 flex-wrap items-center gap-x-2">
          {names.map(({ title, href }) =>
            // On a phone a link would need a line of its own. The record has it.
            isPhone ? (
              <bdi key={href}>{title}</bdi>
            ) : (
              <Link key={href} variant="value" href={href}>
                {title}
              </Link>
            ),
          )}
          {owner?.name ? <bdi>{owner.name}</bdi> : null}
        </span>
      ),
    };
  };
}
