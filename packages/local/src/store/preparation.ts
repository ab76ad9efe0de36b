import type { Log } from "@crm/core/kernel/ports.ts";
import { finishRestore } from "../backup/restore-swap.ts";
import { convertStore } from "./conversion.ts";
import type { State } from "./state.ts";

/** Prepares a store's folder for use: finishes an interrupted restore, and converts a store of an earlier version. */
export async function prepareStore(state: State, log?: Log): Promise<void> {
  await finishRestore(state);
  await convertStore(state, log);
}
