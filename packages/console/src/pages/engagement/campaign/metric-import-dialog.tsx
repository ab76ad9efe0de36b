import { listActionFields } from "../../../api/action-fields.ts";
import { crm } from "../../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import type { Action, Kind } from "../../../api/schema.ts";
import { ActionFields } from "../../../input/form/action-fields.tsx";
import { ImportDialog } from "../../../records/import/import-dialog.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";

interface MetricImportDialogProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly action: Action;
  readonly onClose: () => void;
}

const ASKED = ["channel_id", "platform_campaign"];

/** Imports the daily metrics of a file of an advertising platform, and shows how many rows were taken. */
export function MetricImportDialog({ kind, record, action, onClose }: MetricImportDialogProps) {
  const t = useText();
  const invalidate = useInvalidation();
  return (
    <ImportDialog
      title={t("Import daily metrics")}
      description={t(
        "Exports of Google Ads, Meta Ads, LinkedIn, TikTok and Microsoft Advertising are recognised. A later file replaces the rows of an earlier one.",
      )}
      fileLabel={t("File with daily metrics")}
      start={async (upload_id, values) => {
        const body = { upload_id, ...values };
        const answer = await crm.request<{ import_id: string }>("POST", `${kind.path}/${record.id}/metrics/import`, { body });
        return answer.import_id;
      }}
      renderFields={(form) => (
        <ActionFields fields={listActionFields(action).filter(({ name }) => ASKED.includes(name))} form={form} record={record} />
      )}
      onEnd={() => invalidate(kind, record.id)}
      onClose={onClose}
    />
  );
}
