import { useQuery } from "@tanstack/react-query";
import { read } from "../../../api/client.ts";
import { recordPath, useKind, useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { describeDevice } from "../../../frame/profile/device.ts";
import { ListState } from "../../../frame/shell/list-state.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { formatExact } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Drawer } from "../../../ui/kit/drawer.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { FactList } from "../settings/fact-list.tsx";
import { useNames } from "./audit-changes.ts";
import { type AuditEntry, describeOperation, type FieldChange, formatChangedValue, listFieldChanges } from "./audit-rules.ts";

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
  const changes = entry ? listFieldChanges(entry, kind?.fields ?? []) : [];
  const { values: nameById } = useNames(changes);
  if (!entry)
    return (
      <Drawer title={t("Change")} isOpen onOpenChange={onClose}>
        <ListState query={query} isEmpty={false} empty={null} />
      </Drawer>
    );
  const { label, hue } = describeOperation(entry, t);
  const { browser, system } = describeDevice(entry.user_agent);
  const device = [browser, system].filter((part) => part !== "").join(" · ");
  return (
    <Drawer title={t("Change")} isOpen onOpenChange={onClose}>
      <div className="flex flex-col gap-6">
        <div className="flex flex-wrap items-center gap-2">
          <Tag label={label} hue={hue} hasDot />
          {entry.record_title === null ? null : summary && entry.operation !== "DELETE" ? (
            <Link variant="title" href={recordPath(summary, entry.record_id)}>
              {entry.record_title}
            </Link>
          ) : (
            <bdi className="font-medium">{entry.record_title}</bdi>
          )}
          <span className="text-text-muted">{entry.record_label}</span>
        </div>
        <ul className="flex flex-col gap-3 empty:hidden">
          {changes.map((change) => (
            <li key={change.name} className="flex min-w-0 flex-col gap-1">
              <span className="text-control font-medium">{change.label}</span>
              {change.isUnknown ? (
                <span className="text-control text-text-muted">{t("The value is not stored any more.")}</span>
              ) : (
                <span className="grid grid-cols-2 gap-3 text-control">
                  {entry.operation === "INSERT" ? null : (
                    <ChangedValue label={t("Before")} change={change} value={change.before} {...{ entry, names: nameById }} />
                  )}
                  <ChangedValue label={t("After")} change={change} value={change.after} {...{ entry, names: nameById }} />
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
  readonly entry: AuditEntry;
  readonly change: FieldChange;
  readonly value: unknown;
  readonly names: ReadonlyMap<string, string>;
}

function ChangedValue({ label, entry, change, value, names }: ChangedValueProps) {
  const options = useTextOptions();
  const values = { currency: entry.currency, ...entry.old_values, ...entry.new_values };
  return (
    <span className="flex min-w-0 flex-col">
      <span className="text-meta text-text-muted">{label}</span>
      <span dir="auto" className="whitespace-pre-line wrap-anywhere">
        {formatChangedValue(change, value, { names, values }, options)}
      </span>
    </span>
  );
}
