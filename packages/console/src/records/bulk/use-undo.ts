import { crm } from "../../api/client.ts";
import type { KindSummary } from "../../api/schema.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { showToast } from "../../ui/kit/toast.tsx";
import type { BulkChange } from "../rows/bulk-rules.ts";
import { CHANGES_PATH, useBulkJobs } from "./use-bulk-jobs.ts";

/** Returns the function that takes a bulk change back. The undo is a bulk change of its own. */
export function useUndo(summary: KindSummary) {
  const t = useText();
  const { track, forget } = useBulkJobs();
  return async (id: string, isOpen: boolean): Promise<void> => {
    try {
      const undo = await crm.request<BulkChange>("POST", `${CHANGES_PATH}/${id}/undo`, { body: {} });
      forget(id);
      track(undo, summary, isOpen);
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The change could not be undone"), isError: true });
    }
  };
}
