import { isId } from "../../kernel/id.ts";
import { BULK_CHANGE } from "../../platform/bulk-change/bulk-change.kind.ts";
import { IMPORT } from "../../platform/import/import.kind.ts";
import { Master } from "../../platform/master-data/master.ts";
import { OPPORTUNITY_STAGES } from "../../sales/opportunity/opportunity.masters.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { loadCollection } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";

/**
 * Returns why a change triggers no mails, notifications or tasks; undefined if it does. An import, the undo of a bulk change, or a bulk change out
 * of a deactivated stage does not mean that a user moved the opportunity.
 */
export async function findSuppressionReason(
  { request_id }: { readonly request_id: string },
  { from }: { readonly from: string | null },
): Promise<string | undefined> {
  if (isId(request_id, IMPORT)) return "The change came from an import";
  if (!isId(request_id, BULK_CHANGE)) return undefined;
  if ((await Master.find(OPPORTUNITY_STAGES, from))?.is_active === false) return "The previous stage was deactivated";
  const job: (BaseRecord & { undoes_id?: string | null }) | undefined = await Records.load(
    await loadCollection(BULK_CHANGE),
    request_id,
  );
  return job?.undoes_id ? "A bulk change was undone" : undefined;
}
