import { useQueryClient } from "@tanstack/react-query";
import { crm } from "../data/client.ts";
import { useInvalidation } from "../data/records.ts";
import { useScope } from "../data/session.ts";
import { useText } from "../i18n/use-text.ts";
import { ImportDialog } from "../record/import-dialog.tsx";

/** Sets the targets of a file, and shows how many rows were taken. */
export function TargetImportDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText();
  const scope = useScope();
  const queries = useQueryClient();
  const invalidate = useInvalidation();
  const refresh = async (): Promise<void> => {
    await Promise.all([invalidate({ kind: "target" }), queries.invalidateQueries({ queryKey: [...scope, "analytics"] })]);
  };
  return (
    <ImportDialog
      title={t("Import targets")}
      description={t(
        "Each row is a target: its figure, its period such as 2026-11, 2026-Q4 or 2026, its value, and its user, team or territory. It replaces an existing one.",
      )}
      fileLabel={t("File with targets")}
      start={async (upload_id) =>
        (await crm.request<{ import_id: string }>("POST", "/api/v1/targets/import", { body: { upload_id } })).import_id
      }
      onEnd={refresh}
      onClose={onClose}
    />
  );
}
