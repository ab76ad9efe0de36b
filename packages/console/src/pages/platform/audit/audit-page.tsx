import type { Schemas } from "@crm/sdk/index.ts";
import { parseDate } from "@internationalized/date";
import { Download } from "lucide-react";
import { useMemo, useState } from "react";
import { createRecordSearch } from "../../../api/option-search.ts";
import { recordPath, useKind, useKindIndex } from "../../../api/schema.ts";
import { useSession } from "../../../api/session.ts";
import type { LabelledRecord } from "../../../api/value-text.ts";
import { ListState } from "../../../frame/shell/list-state.tsx";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { exportRecords } from "../../../records/bulk/export-records.ts";
import { RowList } from "../../../records/record/row-list.tsx";
import { formatExact, formatRelative } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Avatar } from "../../../ui/kit/avatar.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Combobox } from "../../../ui/kit/combobox.tsx";
import { DateRange } from "../../../ui/kit/date-range.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { FiltersButton } from "../../../ui/kit/filters-button.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import type { Option } from "../../../ui/kit/option.tsx";
import { Reference } from "../../../ui/kit/reference.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { useIsPhone } from "../../../ui/kit/use-media.ts";
import { useAddress } from "../settings/use-address.ts";
import { useSettingList } from "../settings/use-setting-list.ts";
import { useFieldsByKind, useNames } from "./audit-changes.ts";
import { AuditDrawer } from "./audit-drawer.tsx";
import { AuditLine } from "./audit-line.tsx";
import {
  auditOperations,
  auditSources,
  buildAuditQuery,
  describeOperation,
  type FieldChange,
  listFieldChanges,
  MAX_LINE_CHANGES,
  nameActor,
  readSource,
} from "./audit-rules.ts";

type Row = Schemas.AuditEntryRow & LabelledRecord;

const ANY = "any";
/** Entries with values: the API answers no more in a page. */
const PAGE_SIZE = 25;
const NO_CHANGES: readonly FieldChange[] = [];
/** The inputs by their parameters. Both days are one of them. */
const FILTERS = ["user", "kind", "field", "operation", "from"];

/** The audit trail: who changed what, when, with filters in the address. */
export function AuditPage() {
  const t = useText();
  const reader = useTextOptions();
  const { permissions } = useSession();
  const { parameters, change } = useAddress();
  const { data: kinds = [] } = useKindIndex();
  const { data: auditKind } = useKind("audit");
  const [opened, setOpened] = useState<Row>();
  const [isExporting, setExporting] = useState(false);
  const isPhone = useIsPhone();
  const [isFiltering, setFiltering] = useState(false);
  const toInstant = (day: string): string => parseDate(day).toDate(reader.timeZone).toISOString();
  const query = buildAuditQuery(parameters, toInstant);
  const mayRead = permissions.includes("audit:read");
  const { list, rows: loadedRows } = useSettingList<Row>(
    "audit",
    "/api/v1/audit",
    { expand: "labels,user", limit: PAGE_SIZE, with_values: "true", ...query },
    mayRead,
  );
  const fieldsByKind = useFieldsByKind(loadedRows.map(({ record_type }) => record_type));
  const changesById = new Map(
    loadedRows.flatMap((row) =>
      row.operation === "UPDATE"
        ? [[row.id, putFirst(listFieldChanges(row, fieldsByKind.values.get(row.record_type) ?? []), parameters.field)] as const]
        : [],
    ),
  );
  const names = useNames([...changesById.values()].flatMap((changes) => changes.slice(0, MAX_LINE_CHANGES)));
  // Rows appear with their lines, so that nothing moves once they are there. Rows that are read again replace those of the same filters.
  const filters = JSON.stringify(query);
  const [settled, setSettled] = useState({ filters, data: list.data });
  if (fieldsByKind.isSettled && names.isSettled && settled.data !== list.data) setSettled({ filters, data: list.data });
  const isFirst = list.data !== settled.data && (settled.data === undefined || settled.filters !== filters);
  const rows = isFirst || !list.data ? [] : (settled.data?.pages.flatMap(({ data }) => data) ?? []);
  const isLoading = list.isPending || isFirst;
  const userKind = kinds.find(({ kind }) => kind === "user");
  const search = useMemo(() => createRecordSearch(userKind), [userKind]);
  const [user, setUser] = useState<Option | null>(null);
  const filterCount = FILTERS.filter((name) => parameters[name]).length;
  const source = readSource(parameters.by);
  const isFiltered = Object.keys(query).some((name) => name !== "actor_type[in]");
  const clear = (): void => {
    setUser(null);
    change({ user: "", kind: "", field: "", operation: "", record: "", from: "", to: "" });
  };
  const userName = ({ expanded }: Row): string | undefined => [expanded?.user_id].flat()[0]?.name;
  const actor = (row: Row): string => nameActor(row, { userName: userName(row), kinds }, t);
  const known = rows.find(({ user_id }) => user_id === parameters.user);
  const shownUser = user ?? (parameters.user ? { id: parameters.user, label: (known && userName(known)) ?? t("A user") } : null);
  const now = new Date().toISOString();
  const time = ({ changed_at }: Row) => (
    <time dateTime={changed_at} title={formatExact(changed_at, reader)}>
      {formatRelative(changed_at, now, reader)}
    </time>
  );
  const operation = (row: Row) => {
    const { label, hue } = describeOperation(row, t);
    return <Tag label={label} hue={hue} hasDot />;
  };
  const record = ({ record_type, record_id, record_label, record_title, operation: done }: Row) => {
    const summary = kinds.find(({ kind }) => kind === record_type);
    return (
      <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
        {record_title === null ? (
          <span className="font-medium">{record_label}</span>
        ) : (
          <>
            {summary && done !== "DELETE" ? (
              <Link variant="title" href={recordPath(summary, record_id)}>
                <bdi>{record_title}</bdi>
              </Link>
            ) : (
              <bdi className="font-medium">{record_title}</bdi>
            )}
            <span className="text-text-muted">{record_label}</span>
          </>
        )}
      </span>
    );
  };
  const line = (row: Row) => <AuditLine entry={row} changes={changesById.get(row.id) ?? NO_CHANGES} names={names.values} />;
  const buttons = (row: Row) => (
    <span className="flex items-baseline">
      <Button isSmall variant="quiet" onPress={() => setOpened(row)}>
        {t("Details")}
      </Button>
      {parameters.record === row.record_id ? null : (
        <Button isSmall variant="quiet" onPress={() => change({ record: row.record_id })}>
          {t("History")}
        </Button>
      )}
    </span>
  );
  const columns: TableColumn<Row>[] = [
    {
      id: "actor",
      label: t("User"),
      render: (row) => (row.actor_type === "user" ? <Avatar name={actor(row)} hasName /> : actor(row)),
    },
    { id: "operation", label: t("Change"), render: operation },
    {
      id: "record",
      label: t("Record"),
      render: (row) => (
        <span className="flex min-w-0 flex-col wrap-anywhere">
          {record(row)}
          {line(row)}
        </span>
      ),
    },
    { id: "time", label: t("When"), render: time },
    { id: "history", label: t("Actions"), isForActions: true, render: buttons },
  ];
  const sourceLabels = { people: t("People"), automations: t("Automations"), system: t("System"), all: t("All") };
  const exportList = async (): Promise<void> => {
    if (!auditKind) return;
    setExporting(true);
    await exportRecords(auditKind, { query, count: rows.length }, t).finally(() => setExporting(false));
  };
  return (
    <PageFrame
      title={t("Audit trail")}
      description={t("Every change of every record: who made it, when, and from which value to which.")}
      isLoading={mayRead && isLoading}
      width="record"
      actions={
        mayRead ? (
          <Button icon={<Download />} isPending={isExporting} isDisabled={!auditKind} onPress={() => void exportList()}>
            {t("Export")}
          </Button>
        ) : undefined
      }
    >
      {mayRead ? (
        <>
          {/* The entries are in view at once. */}
          <span className="flex flex-wrap items-center gap-3">
            <SegmentedControl
              label={t("Changes by")}
              segments={auditSources.map((id) => ({ id, label: sourceLabels[id] }))}
              value={source}
              onChange={(id) => change({ by: id === "people" ? "" : id })}
            />
            {isPhone ? (
              <FiltersButton count={filterCount} isOpen={isFiltering} onToggle={() => setFiltering(!isFiltering)} />
            ) : null}
          </span>
          {isPhone && !isFiltering ? null : (
            <div className="grid grid-cols-1 items-start gap-3 tablet:grid-cols-2 desktop:grid-cols-5">
              <Reference
                label={t("User")}
                placeholder={t("All users")}
                value={shownUser}
                search={search}
                onChange={(option) => {
                  setUser(option);
                  change({ user: option?.id ?? "" });
                }}
              />
              <Combobox
                label={t("Kind of record")}
                options={[{ id: ANY, label: t("All kinds") }, ...kinds.map(({ kind, label }) => ({ id: kind, label }))]}
                selectedKey={parameters.kind ?? ANY}
                onSelectionChange={(key) => change({ kind: key === null || key === ANY ? "" : String(key), field: "" })}
              />
              <FieldChoice kind={parameters.kind} value={parameters.field} onChange={(field) => change({ field })} />
              <Select
                label={t("Change")}
                options={[
                  { id: ANY, label: t("Everything") },
                  ...auditOperations.map((id) => ({ id, label: describeOperation({ operation: id, changed: [] }, t).label })),
                ]}
                value={parameters.operation ?? ANY}
                onChange={(key) => change({ operation: key === ANY ? "" : String(key) })}
              />
              <DateRange
                label={t("Days")}
                timeZone={reader.timeZone}
                value={parameters.from && parameters.to ? { start: parameters.from, end: parameters.to } : null}
                onChange={(range) => change({ from: range?.start ?? "", to: range?.end ?? "" })}
              />
            </div>
          )}
          {parameters.record ? (
            <p className="flex flex-wrap items-center gap-2 text-control">
              {t("Only the history of one record is shown.")}
              <Button isSmall onPress={() => change({ record: "" })}>
                {t("Show all records")}
              </Button>
            </p>
          ) : null}
          <ListState
            query={{ ...list, isPending: isLoading }}
            isEmpty={rows.length === 0 && !list.hasNextPage}
            empty={
              <EmptyState
                kind={isFiltered ? "nothing-found" : "empty"}
                title={isFiltered ? t("No change matches") : t("No changes yet")}
                action={isFiltered ? <Button onPress={clear}>{t("Clear the filters")}</Button> : undefined}
              >
                {isFiltered
                  ? t("Choose other days, another user or another kind.")
                  : t("Changes appear here moments after they are made.")}
              </EmptyState>
            }
          />
          {/* A page reads a limited number of entries, so one between many of the system may have none. */}
          {rows.length === 0 && list.hasNextPage && !isLoading ? (
            <p className="text-control text-text-muted">
              {t("No such change among the latest entries. Older ones may have some.")}
            </p>
          ) : null}
          <RowList
            label={t("Audit trail")}
            columns={columns}
            rows={rows}
            pages={isLoading ? undefined : list}
            renderCard={(row) => (
              <>
                <span className="flex flex-wrap items-center justify-between gap-2">
                  <span className="flex flex-wrap items-center gap-2">
                    <span className="font-medium">{actor(row)}</span>
                    {operation(row)}
                  </span>
                  <span className="text-meta text-text-muted">{time(row)}</span>
                </span>
                {record(row)}
                {line(row)}
                {buttons(row)}
              </>
            )}
          />
        </>
      ) : (
        <EmptyState kind="forbidden" title={t("You may not read the audit trail")}>
          {t("Ask an administrator of your organization.")}
        </EmptyState>
      )}
      {opened ? <AuditDrawer id={opened.id} actor={actor(opened)} onClose={() => setOpened(undefined)} /> : null}
    </PageFrame>
  );
}

/** The line of an entry begins with the field that the user filters by. */
const putFirst = (changes: readonly FieldChange[], name: string | undefined): FieldChange[] =>
  changes.toSorted((a, b) => Number(b.name === name) - Number(a.name === name));

interface FieldChoiceProps {
  /** The chosen kind. Its fields can be chosen. */
  readonly kind: string | undefined;
  readonly value: string | undefined;
  readonly onChange: (field: string) => void;
}

/** The field whose changes are shown. Custom fields are one choice, because an entry names them together. */
function FieldChoice({ kind: name, value, onChange }: FieldChoiceProps) {
  const t = useText();
  const { data: kind } = useKind(name);
  const fields = (kind?.fields ?? []).filter((field) => !field.name.includes("."));
  const custom = (kind?.fields ?? []).some((field) => field.name.startsWith("custom_fields."));
  return (
    <Combobox
      label={t("Field")}
      isDisabled={name === undefined}
      placeholder={name === undefined ? t("Choose a kind first") : t("All fields")}
      options={[
        { id: ANY, label: t("All fields") },
        ...fields.map((field) => ({ id: field.name, label: field.label })),
        ...(custom ? [{ id: "custom_fields", label: t("Custom fields") }] : []),
      ]}
      selectedKey={name === undefined ? null : (value ?? ANY)}
      onSelectionChange={(key) => onChange(key === null || key === ANY ? "" : String(key))}
    />
  );
}
