import { crm } from "../../../api/client.ts";
import { useInvalidation } from "../../../api/records.ts";
import { useSession } from "../../../api/session.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { bindText, useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { useDraft } from "../../../input/form/use-draft.ts";
import { type Layout, useDashboards } from "../../../records/figures/analytics-data.ts";
import type { Report } from "../../../records/report/report-data.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Dialog } from "../../../ui/kit/dialog.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { addTile } from "../dashboard/tile-layout.ts";
import { createTile } from "../dashboard/tile-rules.ts";

interface DashboardDialogProps {
  readonly report: Report;
  readonly onClose: () => void;
}

const DASHBOARDS = "/api/v1/dashboards";
const NEW = "new";
const MAX_NAME = 100;

/** Puts a report below the tiles of a dashboard of the user, or on a new one. */
export function DashboardDialog(props: DashboardDialogProps) {
  const t = useText();
  const { id: userId } = useSession();
  const dashboards = useDashboards();
  if (dashboards.isPending)
    return (
      <Dialog title={t("Add to a dashboard")} isOpen onOpenChange={props.onClose}>
        <Skeleton shape="block" />
      </Dialog>
    );
  return <DashboardForm {...props} choices={(dashboards.data ?? []).filter(({ created_by }) => created_by === userId)} />;
}

function DashboardForm({
  report,
  choices,
  onClose,
}: DashboardDialogProps & { readonly choices: readonly { readonly id: string; readonly name: string }[] }) {
  const t = useText();
  const navigate = useNavigate();
  const invalidate = useInvalidation();
  const form = useFormState({ dashboard: choices[0]?.id ?? NEW, name: "" }, t, useDraft(`report on dashboard ${report.id}`));
  const { dashboard } = form.values;
  const tile = { ...createTile("report"), report: report.id };
  const save = async (): Promise<void> => {
    const name = String(form.values.name).trim();
    const saved = await form.submit(async () => {
      if (dashboard === NEW)
        return crm.request<Layout & object>("POST", DASHBOARDS, { body: { name, tiles: addTile([], tile) } });
      const path = `${DASHBOARDS}/${String(dashboard)}`;
      const { tiles, version } = await crm.request<Layout & object>("GET", path);
      return crm.request<Layout & object>("PATCH", path, {
        body: { tiles: addTile(tiles, tile) },
        ...(version === undefined ? {} : { ifMatch: version }),
      });
    });
    if (!saved) return;
    await invalidate({ kind: "dashboard" }, saved.id);
    showToast({
      text: t("The report is on {name}", { name: saved.name }),
      next: { label: t("Open"), run: () => void navigate({ href: `/crm/analytics?dashboard=${saved.id}` }) },
    });
    onClose();
  };
  return (
    <FormLayer
      layer="dialog"
      title={t("Add to a dashboard")}
      form={form}
      submit={{ label: t("Add"), run: save }}
      onClose={onClose}
    >
      <div className="flex min-w-0 flex-col gap-4">
        <FormSummary form={form} shownFields={["name"]} labelFor={() => t("Tiles")} />
        <Select
          label={t("Dashboard")}
          options={[...choices.map(({ id, name }) => ({ id, label: name })), { id: NEW, label: t("New dashboard") }]}
          value={String(dashboard)}
          onChange={(key) => form.set("dashboard", String(key))}
          autoFocus
        />
        {dashboard === NEW ? <TextField label={t("Name")} maxLength={MAX_NAME} {...bindText(form, "name")} /> : null}
      </div>
    </FormLayer>
  );
}
