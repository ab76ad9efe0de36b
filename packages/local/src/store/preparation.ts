import type { Log } from "@crm/core/kernel/ports.ts";
import { finishRestore } from "../backup/restore-swap.ts";
import { convertStore } from "./conversion.ts";
import type { State } from "./state.ts";

/** What comes before any use of a store's folder: a restore that was begun is finished, and a store of an earlier version is converted. */
export async function prepareStore(state: State, log?: Log): Promise<void> {
  await finishRestore(state);
  await convertStore(state, log);
}
