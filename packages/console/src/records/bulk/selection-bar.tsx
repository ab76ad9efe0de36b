import { Download, Merge, MoreHorizontal, Pencil, Tags, Trash2, UserRound, X } from "lucide-react";
import { type ReactElement, useEffect, useState } from "react";
import { menuLabel } from "../../api/action-label.ts";
import { crm } from "../../api/client.ts";
import { consolePath } from "../../api/console-path.ts";
import { type ConsoleRecord, useInvalidation } from "../../api/records.ts";
import type { Action, Kind } from "../../api/schema.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { KindIcon } from "../../frame/shell/kind-icon.tsx";
import { hasInput } from "../../input/fields/editable-field.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { formatCount, formatTotal } from "../../ui/i18n/formatters.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { Menu, MenuItem } from "../../ui/kit/menu.tsx";
import { showToast } from "../../ui/kit/toast.tsx";
import { canMerge } from "../merging/merge-rules.ts";
import {
  type BulkChange,
  buildTarget,
  findOwnerField,
  findTagField,
  isSharedField,
  listSharedActions,
  MAX_ACTION_RECORDS,
  MAX_CHOSEN,
  type Selection,
} from "../rows/bulk-rules.ts";
import { ActionRunDialog } from "./action-run-dialog.tsx";
import { ChangeDialog, type ChangeMode } from "./change-dialog.tsx";
import { exportRecords } from "./export-records.ts";
import { CHANGES_PATH, useBulkJobs } from "./use-bulk-jobs.ts";

interface SelectionBarProps {
  readonly kind: Kind;
  /** The rows that are loaded. */
  readonly rows: readonly ConsoleRecord[];
  /** How many records the list has. */
  readonly total: number;
  /** Whether it may have more. */
  readonly isLowerBound: boolean;
  /** The filters of the list. */
  readonly query: Readonly<Record<string, unknown>>;
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
}

const NONE: ReadonlySet<string> = new Set();
/** Records are merged one after another, each after a look at both. */
const MAX_MERGED = 10;

/** Whether there is something to do with chosen rows of a kind. */
export const canSelect = ({ operations }: Pick<Kind, "operations">): boolean =>
  operations.some((name) => name === "delete" || name === "bulk" || name === "export");

/** What can be done with the chosen rows. It stands over the foot of the list while rows are chosen. */
export function SelectionBar(props: SelectionBarProps) {
  return props.chosen.size > 0 ? <Bar {...props} /> : null;
}

interface BarAction {
  readonly id: string;
  readonly label: string;
  readonly icon: ReactElement;
  readonly run: () => void;
}

function Bar({ kind, rows, total, isLowerBound, query, chosen, onChange }: SelectionBarProps) {
  const t = useText();
  const navigate = useNavigate();
  const { track } = useBulkJobs();
  const invalidate = useInvalidation();
  /** The rows that were chosen with "all that match". Another choice of the user ends it. */
  const [whole, setWhole] = useState<ReadonlySet<string>>();
  const [mode, setMode] = useState<ChangeMode>();
  const [action, setAction] = useState<Action>();
  const isWhole = whole === chosen;
  useEffect(() => {
    // Rows that are loaded later are chosen too.
    if (!isWhole || rows.length === chosen.size) return;
    const all = new Set(rows.map(({ id }) => id));
    setWhole(all);
    onChange(all);
  }, [isWhole, rows, chosen, onChange]);
  const count = isWhole ? total : chosen.size;
  const selection: Selection = isWhole ? { query, count, isLowerBound } : { ids: [...chosen], count };
  const isTooMany = !isWhole && chosen.size > MAX_CHOSEN;
  const canBulk = kind.operations.includes("bulk");
  const records = rows.filter(({ id }) => chosen.has(id));
  const canRun = !isWhole && chosen.size <= MAX_ACTION_RECORDS;
  const actions = canRun ? listSharedActions(kind, records) : [];
  const end = (): void => onChange(NONE);
  const chooseAll = (): void => {
    const all = new Set(rows.map(({ id }) => id));
    setWhole(all);
    onChange(all);
  };
  const remove = async (): Promise<void> => {
    if (!canBulk) return removeEach();
    // Without a limit, the user sees first what would be deleted.
    if (isWhole) return setMode("delete");
    try {
      const body = { kind: kind.kind, action: "delete", ...buildTarget(selection) };
      track(await crm.request<BulkChange>("POST", CHANGES_PATH, { body }), kind, false);
      end();
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The records could not be deleted"), isError: true });
    }
  };
  /** Kinds without bulk changes have few records. */
  const removeEach = async (): Promise<void> => {
    const results = await Promise.allSettled([...chosen].map((id) => crm.request("DELETE", `${kind.path}/${id}`).then(() => id)));
    const removed = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    await invalidate(kind);
    end();
    const restore = async (): Promise<void> => {
      await Promise.all(removed.map((id) => crm.request("POST", `${kind.path}/${id}/restore`, { body: {} }).then(() => id)));
      await invalidate(kind);
    };
    showToast({
      text: t("{count, plural, one {# record was} other {# records were}} deleted", { count: removed.length }),
      ...(kind.operations.includes("restore") && removed.length > 0 ? { undo: () => void restore() } : {}),
      isError: removed.length < results.length,
    });
  };
  const merge = (): void => void navigate({ to: `${consolePath(kind.path)}/merge`, search: { ids: [...chosen].join() } });
  const owner = findOwnerField(kind);
  const mayChange = canBulk && kind.operations.includes("update");
  const entries: BarAction[] = [
    ...(mayChange && kind.fields.some((field) => isSharedField(field, kind) && hasInput(field))
      ? [{ id: "edit", label: t("Edit fields"), icon: <Pencil />, run: () => setMode({ fields: [] }) }]
      : []),
    ...(mayChange && owner
      ? [{ id: "owner", label: t("Assign owner"), icon: <UserRound />, run: () => setMode({ fields: [owner.name] }) }]
      : []),
    ...(mayChange && findTagField(kind) ? [{ id: "tags", label: t("Add tag"), icon: <Tags />, run: () => setMode("tags") }] : []),
    ...(canMerge(kind) && !isWhole && chosen.size > 1 && chosen.size <= MAX_MERGED
      ? [{ id: "merge", label: t("Merge"), icon: <Merge />, run: merge }]
      : []),
    ...(kind.operations.includes("export")
      ? [{ id: "export", label: t("Export"), icon: <Download />, run: () => void exportRecords(kind, selection, t) }]
      : []),
  ];
  const canDelete = kind.operations.includes("delete") && (canBulk || !isWhole);
  const deletion: BarAction = { id: "delete", label: t("Delete"), icon: <Trash2 />, run: () => void remove() };
  const others = actions.map(
    (candidate): BarAction => ({
      id: `action ${candidate.name}`,
      label: menuLabel(candidate, kind),
      icon: <KindIcon name={candidate.icon} />,
      run: () => setAction(candidate),
    }),
  );
  return (
    <section
      aria-label={t("Selected rows")}
      data-foot
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-t border-border bg-accent-subtle px-4 py-2 text-control tablet:px-6"
    >
      <span className="font-medium tabular-nums">
        {t("{count} selected", { count: formatTotal({ total: count, isLowerBound: isWhole && isLowerBound }) })}
      </span>
      {!isWhole && (total > chosen.size || isLowerBound) ? (
        <Button isSmall variant="quiet" onPress={chooseAll}>
          {isLowerBound ? t("Select all that match") : t("Select all {count} that match", { count: formatCount(total) })}
        </Button>
      ) : null}
      {isTooMany ? (
        <span className="text-text-muted">
          {t("Select at most {count} rows, or all that match.", { count: formatCount(MAX_CHOSEN) })}
        </span>
      ) : (
        <>
          <span className="hidden flex-wrap items-center gap-2 tablet:flex">
            {entries.map(({ id, label, icon, run }) => (
              <Button key={id} isSmall icon={icon} onPress={run}>
                {label}
              </Button>
            ))}
            {others.length > 0 ? <ActionMenu entries={others} /> : null}
            {canDelete ? (
              <span className="ms-4">
                <Button isSmall icon={deletion.icon} onPress={deletion.run}>
                  {deletion.label}
                </Button>
              </span>
            ) : null}
          </span>
          <span className="tablet:hidden">
            <ActionMenu entries={[...entries, ...others, ...(canDelete ? [deletion] : [])]} />
          </span>
        </>
      )}
      <span className="ms-auto">
        <IconButton isSmall label={t("Clear the selection")} icon={<X />} onPress={end} />
      </span>
      {mode === undefined ? null : (
        <ChangeDialog
          kind={kind}
          selection={selection}
          mode={mode}
          onClose={() => setMode(undefined)}
          onStarted={() => {
            setMode(undefined);
            end();
          }}
        />
      )}
      {action ? (
        <ActionRunDialog
          kind={kind}
          action={action}
          records={records}
          onClose={(hasRun) => {
            setAction(undefined);
            if (hasRun) end();
          }}
        />
      ) : null}
    </section>
  );
}

function ActionMenu({ entries }: { readonly entries: readonly BarAction[] }) {
  const t = useText();
  return (
    <Menu
      placement="top start"
      trigger={<IconButton isSmall variant="secondary" label={t("More actions")} icon={<MoreHorizontal />} />}
      onAction={(key) => entries.find(({ id }) => id === key)?.run()}
    >
      {entries.map(({ id, label, icon }) => (
        <MenuItem key={id} id={id} label={label} icon={icon} />
      ))}
    </Menu>
  );
}
