import { Link as LinkIcon } from "lucide-react";
import { useState } from "react";
import { crm } from "../../../api/client.ts";
import { useInvalidation } from "../../../api/records.ts";
import type { Sharing } from "../../../api/sharing.ts";
import { useSharings } from "../../../api/use-sharings.ts";
import { readErrors } from "../../../input/form/form-state.ts";
import { REPORTS_PATH, type Report } from "../../../records/report/report-data.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Dialog } from "../../../ui/kit/dialog.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";

/** Who sees the definition of a report besides its owner. */
export function ShareDialog({ report, onClose }: { readonly report: Report; readonly onClose: () => void }) {
  const t = useText();
  const invalidate = useInvalidation();
  const [visibility, setVisibility] = useState<Sharing>(report.visibility);
  const [error, setError] = useState<string>();
  const [isSaving, setSaving] = useState(false);
  const { id, name, kind, definition, version } = report;
  const save = async (): Promise<void> => {
    setSaving(true);
    try {
      const body = { name, kind, visibility, ...definition };
      await crm.request("PUT", `${REPORTS_PATH}/${id}`, { body, ifMatch: version });
      await invalidate({ kind: "report" }, id);
      onClose();
    } catch (failure) {
      const { fields, form } = readErrors(failure, t);
      setError(fields.visibility ?? form ?? Object.values(fields)[0]);
    } finally {
      setSaving(false);
    }
  };
  const copyLink = async (): Promise<void> => {
    await navigator.clipboard.writeText(location.href);
    showToast({ text: t("The link was copied") });
  };
  return (
    <Dialog
      title={t("Share “{name}”", { name })}
      isOpen
      onOpenChange={onClose}
      actions={(close) => (
        <>
          <Button icon={<LinkIcon />} onPress={() => void copyLink()}>
            {t("Copy link")}
          </Button>
          <Button onPress={close}>{t("Cancel")}</Button>
          <Button variant="primary" isPending={isSaving} onPress={() => void save()}>
            {t("Save")}
          </Button>
        </>
      )}
    >
      <div className="flex flex-col gap-3">
        <Select
          label={t("Visible to")}
          help={t("Others see the rows that they may see themselves, not yours.")}
          options={useSharings(report.visibility)}
          value={visibility}
          onChange={(key) => {
            setVisibility(key as Sharing);
            setError(undefined);
          }}
          {...(error === undefined ? {} : { error })}
        />
      </div>
    </Dialog>
  );
}
