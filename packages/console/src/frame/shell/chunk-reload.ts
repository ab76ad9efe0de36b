import { canReload, isMissingChunk } from "../../api/missing-chunk.ts";

const KEY = "crm.reloaded-at";

/** Loads the page again if a file of it is missing. Returns whether it does. */
export function reloadForMissingChunk(error: unknown): boolean {
  if (!isMissingChunk(error) || !navigator.onLine || !canReload(Date.now(), sessionStorage.getItem(KEY))) return false;
  sessionStorage.setItem(KEY, String(Date.now()));
  location.reload();
  return true;
}

/** Notices missing files that no page waits for. */
export function watchMissingChunks(): void {
  addEventListener("unhandledrejection", ({ reason }) => void reloadForMissingChunk(reason));
}
