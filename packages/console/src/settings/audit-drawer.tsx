import { useQueries, useQuery } from "@tanstack/react-query";
import { read } from "../data/client.ts";
import { formatTitle, recordPath, useKind, useKindIndex } from "../data/schema.ts";
import { useScope } from "../data/session.ts";
import { readMasterName } from "../fields/master-values.ts";
import { useTextOptions } from "../fields/value-provider.tsx";
import { EMPTY, formatValue, isEmptyValue, type Label } from "../fields/value-text.ts";
import { formatExact } from "../i18n/time.ts";
import { useText } from "../i18n/use-text.ts";
import { Drawer } from "../kit/drawer.tsx";
import { Link } from "../kit/link.tsx";
import { Tag } from "../kit/tag.tsx";
import { describeDevice } from "../profile/device.ts";
import { ListState } from "../shell/list-state.tsx";
import { type AuditEntry, describeOperation, type FieldChange, listFieldChanges, listNamedIds } from "./audit-rules.ts";
import { FactList } from "./fact-list.tsx";

interface AuditDrawerProps {
  readonly id: string;
  readonly actor: string;
  readonly onClose: () => void;
}

/** One change: each field before and after, who made it, and from where. */
export function AuditDrawer({ id, actor, onClose }: AuditDrawerProps) {
  const t = useText();
  const scope = useScope();
  const reader = useTextOptions();
  const { data: kinds = [] } = useKindIndex();
  const query = useQuery({
    queryKey: [...scope, "record", "audit", id],
    queryFn: async () => (await read<AuditEntry>(`/api/v1/audit/${id}`)).data,
  });
  const entry = query.data;
  const summary = kinds.find(({ kind }) => kind === entry?.record_type);
  const { data: kind } = useKind(summary?.kind);
  const { data: record } = useQuery({
    queryKey: [...scope, "name", entry?.record_id],
    queryFn: async () =>
      summary && entry
        ? formatTitle(summary, (await read<Record<string, unknown>>(`${summary.path}/${entry.record_id}`)).data)
        : "",
    enabled: summary !== undefined && entry !== undefined && entry.operation !== "DELETE",
    retry: false,
  });
  const changes = entry ? listFieldChanges(entry, kind?.fields ?? []) : [];
  const nameById = useNames(changes);
  if (!entry)
    return (
      <Drawer title={t("Change")} isOpen onOpenChange={onClose}>
        <ListState query={query} isEmpty={false} empty={null} />
      </Drawer>
    );
  const { label, hue } = describeOperation(entry.operation, t);
  const { browser, system } = describeDevice(entry.user_agent);
  const device = [browser, system].filter((part) => part !== "").join(" · ");
  return (
    <Drawer title={t("Change")} isOpen onOpenChange={onClose}>
      <div className="flex flex-col gap-6">
        <div className="flex flex-wrap items-center gap-2">
          <Tag label={label} hue={hue} hasDot />
          {summary && record ? (
            <Link variant="title" href={recordPath(summary, entry.record_id)}>
              {record}
            </Link>
          ) : (
            <span className="font-medium">{summary?.label ?? entry.record_type}</span>
          )}
        </div>
        <ul className="flex flex-col gap-3">
          {changes.map((change) => (
            <li key={change.name} className="flex min-w-0 flex-col gap-1">
              <span className="text-control font-medium">{change.label}</span>
              {change.isUnknown ? (
                <span className="text-control text-text-muted">{t("The value is not stored any more.")}</span>
              ) : (
                <span className="grid grid-cols-2 gap-3 text-control">
                  <ChangedValue label={t("Before")} change={change} value={change.before} names={nameById} />
                  <ChangedValue label={t("After")} change={change} value={change.after} names={nameById} />
                </span>
              )}
            </li>
          ))}
        </ul>
        <FactList
          facts={[
            [t("User"), actor],
            [t("When"), formatExact(entry.changed_at, reader)],
            ...(entry.change_reason === null ? [] : [[t("Reason"), entry.change_reason] as const]),
            [t("Device and address"), [device, entry.ip_address].filter(Boolean).join(" · ") || EMPTY],
          ]}
        />
      </div>
    </Drawer>
  );
}

interface ChangedValueProps {
  readonly label: string;
  readonly change: FieldChange;
  readonly value: unknown;
  readonly names: ReadonlyMap<string, string>;
}

function ChangedValue({ label, change: { name, field }, value, names }: ChangedValueProps) {
  const options = useTextOptions();
  const [head = "", tail] = name.split(".");
  const labels = [value].flat().flatMap((id): Label[] => {
    const found = names.get(String(id));
    return found === undefined ? [] : [{ id: String(id), name: found }];
  });
  const record = {
    [head]: tail === undefined ? value : { [tail]: value },
    ...(labels.length > 0 ? { expanded: { [name]: labels } } : {}),
  };
  const text = isEmptyValue(value)
    ? EMPTY
    : field
      ? formatValue(record, field, options)
      : typeof value === "object"
        ? JSON.stringify(value)
        : String(value);
  return (
    <span className="flex min-w-0 flex-col">
      <span className="text-meta text-text-muted">{label}</span>
      <span dir="auto" className="whitespace-pre-line wrap-anywhere">
        {text}
      </span>
    </span>
  );
}

/** Reads the names of the records and the master data that changes name. */
function useNames(changes: readonly FieldChange[]): ReadonlyMap<string, string> {
  const scope = useScope();
  const { data: kinds = [] } = useKindIndex();
  const ids = [...new Map(listNamedIds(changes).map((named) => [named.id, named])).values()];
  return useQueries({
    queries: ids.map(({ id, field }) => ({
      queryKey: [...scope, "name", id],
      queryFn: async (): Promise<string> => {
        if (field.master !== undefined) return readMasterName(field.master, id);
        const kind = kinds.find((candidate) => candidate.kind === field.record);
        return kind ? formatTitle(kind, (await read<Record<string, unknown>>(`${kind.path}/${id}`)).data) : EMPTY;
      },
      retry: false,
    })),
    combine: (results) =>
      new Map(results.flatMap(({ data }, index) => (data === undefined ? [] : [[ids[index]?.id ?? "", data] as const]))),
  });
}
