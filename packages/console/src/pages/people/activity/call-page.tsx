import type { Schemas } from "@crm/sdk/index.ts";
import { useMemo } from "react";
import { rowFields } from "../../../api/row-fields.ts";
import { type Kind, recordPath, useKind } from "../../../api/schema.ts";
import { BlockRow, BlockRows } from "../../../frame/shell/home-block.tsx";
import { ListState } from "../../../frame/shell/list-state.tsx";
import { FieldValue } from "../../../input/fields/field-value.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Table, type TableColumn } from "../../../ui/kit/table.tsx";
import { useIsPhone } from "../../../ui/kit/use-media.ts";
import { ActivityPage } from "./activity-page.tsx";
import { type ActivityRow, useActivities, useParameters, useRelatedLink } from "./activity-rows.ts";
import { CompletedFigures } from "./completed-figures.tsx";
import { OwnerChoice } from "./owner-choice.tsx";

const SHOWN = rowFields<Schemas.ActivityRow>()("subject", "happens_at", "call_outcome_id", "duration_minutes");
type Row = ActivityRow<(typeof SHOWN)[number]>;

/** Calls: those that were made, the newest first, or those that are planned. */
export function CallPage() {
  const t = useText();
  const { data: kind } = useKind("activity");
  const [{ of, show }, change] = useParameters();
  const isMine = of !== "all";
  const isPlanned = show === "planned";
  return (
    <ActivityPage
      title={t("Calls")}
      creation={{ label: t("Log a call"), preset: { activity_type_id: "call", status: isPlanned ? "PLANNED" : "COMPLETED" } }}
      bar={
        <div className="flex flex-wrap gap-3">
          <OwnerChoice isMine={isMine} onChange={(next) => change({ of: next ? undefined : "all" })} />
          <SegmentedControl
            label={t("Which calls")}
            segments={[
              { id: "made", label: t("Made") },
              { id: "planned", label: t("Planned") },
            ]}
            value={isPlanned ? "planned" : "made"}
            onChange={(id) => change({ show: id === "planned" ? id : undefined })}
          />
        </div>
      }
      isLoading={!kind}
    >
      {isPlanned ? null : <CompletedFigures isMine={isMine} names={["calls_completed"]} />}
      {kind ? <CallTable kind={kind} isMine={isMine} isPlanned={isPlanned} /> : <Skeleton shape="block" />}
    </ActivityPage>
  );
}

interface CallTableProps {
  readonly kind: Kind;
  readonly isMine: boolean;
  readonly isPlanned: boolean;
}

function CallTable({ kind, isMine, isPlanned }: CallTableProps) {
  const t = useText();
  const findRelated = useRelatedLink();
  const query = useMemo(
    () => ({
      activity_type_id: "call",
      is_completed: String(!isPlanned),
      sort: "happens_at",
      order: isPlanned ? "asc" : "desc",
    }),
    [isPlanned],
  );
  const { list, rows } = useActivities(kind, { isMine, query, shown: SHOWN });
  const fieldColumn = (name: string, isNumeric = false): TableColumn<Row>[] =>
    kind.fields
      .filter((field) => field.name === name)
      .map((field) => ({
        id: name,
        label: field.label,
        isNumeric,
        render: (row) => <FieldValue record={row} field={field} isCell />,
      }));
  const columns: TableColumn<Row>[] = [
    {
      id: "subject",
      label: t("Call"),
      render: (row) => (
        <Link variant="title" href={recordPath(kind, row.id)}>
          {String(row.subject)}
        </Link>
      ),
    },
    {
      id: "about",
      label: t("About"),
      render: (row) => {
        const related = findRelated(row);
        return related ? (
          <Link variant="value" href={related.href}>
            {related.title}
          </Link>
        ) : null;
      },
    },
    ...fieldColumn("happens_at"),
    ...(isPlanned ? [] : [...fieldColumn("call_outcome_id"), ...fieldColumn("duration_minutes", true)]),
    ...(isMine ? [] : fieldColumn("assigned_to_id")),
  ];
  const isPhone = useIsPhone();
  const outcome = kind.fields.find(({ name }) => name === "call_outcome_id");
  return (
    <ListState
      query={list}
      isEmpty={rows.length === 0}
      empty={
        <EmptyState kind="empty" title={isPlanned ? t("No call is planned") : t("No call is logged yet")}>
          {t("Log calls here or on a record, so that everyone knows what was said.")}
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
                title={String(row.subject)}
                about={findRelated(row)?.title}
                aboutEnd={outcome && row.call_outcome_id ? <FieldValue record={row} field={outcome} isCell /> : null}
              />
            ))}
          </BlockRows>
        </div>
      ) : (
        <div className="rounded-card border border-border bg-surface px-4 py-2">
          <Table label={t("Calls")} columns={columns} rows={rows} getRowId={({ id }) => id} />
        </div>
      )}
    </ListState>
  );
}
