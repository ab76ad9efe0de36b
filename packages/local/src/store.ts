import type { Log } from "@crm/core/kernel/ports.ts";
import type { State } from "./state.ts";
import { convertStore } from "./store-conversion.ts";
import { finishRestore } from "./swap.ts";

/** What comes before any use of a store's folder: a restore that was begun is finished, and a store of an earlier version is converted. */
export async function openStore(state: State, log?: Log): Promise<void> {
  await finishRestore(state);
  await convertStore(state, log);
}
