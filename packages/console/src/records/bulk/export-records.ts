import { crm } from "../../api/client.ts";
import { saveFile } from "../../api/file-download.ts";
import type { Kind } from "../../api/schema.ts";
import { readErrors } from "../../input/form/form-state.ts";
import type { Translate } from "../../ui/i18n/use-text.ts";
import { showToast } from "../../ui/kit/toast.tsx";
import { buildTarget, type Selection } from "../rows/bulk-rules.ts";

/** Exports records to a CSV file, which the browser saves. */
export async function exportRecords(kind: Kind, selection: Selection, t: Translate): Promise<void> {
  try {
    const started = await crm.request<{ export_id: string }>("POST", `${kind.path}/export`, {
      body: { format: "csv", ...buildTarget(selection) },
    });
    const { id } = await crm.waitForJob(started);
    await saveFile(await crm.exports(id).file.download(), `${kind.labels}.csv`);
  } catch (error) {
    showToast({ text: readErrors(error, t).form ?? t("The export failed"), isError: true });
  }
}
