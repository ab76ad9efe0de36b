import { useQueryClient } from "@tanstack/react-query";
import { Copy, Ellipsis, Pencil, Plus, Trash2 } from "lucide-react";
import { crm } from "../../../api/client.ts";
import { useInvalidation } from "../../../api/records.ts";
import { useScope } from "../../../api/session.ts";
import { readErrors } from "../../../input/form/form-state.ts";
import type { Layout } from "../../../records/figures/analytics-data.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";

interface DashboardMenuProps {
  /** Undefined while it loads. */
  readonly layout: Layout | undefined;
  /** Whether the caller made the dashboard. */
  readonly isOwn: boolean;
  readonly onEdit: (layout: Layout) => void;
  readonly onOpen: (id: string | undefined) => void;
}

const DASHBOARD = { kind: "dashboard" } as const;

/** What can be done with a dashboard. Those of others, and that of the role, are copied first. */
export function DashboardMenu({ layout, isOwn, onEdit, onOpen }: DashboardMenuProps) {
  const t = useText();
  const scope = useScope();
  const queries = useQueryClient();
  const invalidate = useInvalidation();
  const { id, name = "", span = "this_month", tiles = [] } = layout ?? {};
  const call = async (method: "DELETE" | "POST", path: string): Promise<boolean> => {
    try {
      await crm.request(method, `/api/v1/dashboards${path}`);
      await invalidate(DASHBOARD);
      return true;
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The dashboard could not be changed"), isError: true });
      return false;
    }
  };
  const remove = async (): Promise<void> => {
    if (!(await call("DELETE", `/${id}`))) return;
    queries.removeQueries({ queryKey: [...scope, "record", "dashboard", id] });
    onOpen(undefined);
    showToast({
      text: t("{name} was deleted", { name }),
      undo: () => void call("POST", `/${id}/restore`).then((isDone) => (isDone ? onOpen(id) : undefined)),
    });
  };
  return (
    <Menu
      placement="bottom end"
      trigger={<IconButton variant="secondary" label={t("Actions for the dashboard")} icon={<Ellipsis />} isDisabled={!layout} />}
    >
      {isOwn && layout ? <MenuItem label={t("Edit")} icon={<Pencil />} onAction={() => onEdit(layout)} /> : null}
      <MenuItem
        label={t("Copy")}
        icon={<Copy />}
        onAction={() => onEdit({ name: id === undefined ? "" : t("Copy of {name}", { name }), span, sharing: "PRIVATE", tiles })}
      />
      <MenuItem
        label={t("New dashboard")}
        icon={<Plus />}
        onAction={() => onEdit({ name: "", span: "this_month", sharing: "PRIVATE", tiles: [] })}
      />
      {isOwn ? <MenuItem isDanger label={t("Delete")} icon={<Trash2 />} onAction={() => void remove()} /> : null}
    </Menu>
  );
}
