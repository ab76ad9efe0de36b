/** Files of an older release that a deployment has removed. The page is loaded again, once, and then has the files of the new release. */

/** A reload that did not help must not be repeated. */
const MIN_PAUSE_MS = 60_000;

/** How browsers say that a module could not be loaded. */
const MESSAGE =
  /failed to fetch dynamically imported module|error loading dynamically imported module|importing a module script failed|unable to preload css/i;

export class MissingChunkError extends Error {
  override name = "MissingChunkError";
}

export const isMissingChunk = (error: unknown): boolean =>
  error instanceof MissingChunkError || (error instanceof Error && MESSAGE.test(error.message));

/**
 * Loads a page. The router would load the whole page again at once, also when the browser is offline and would show its own error. `PageError` decides
 * instead.
 */
export const loadChunk =
  <T>(load: () => Promise<T>): (() => Promise<T>) =>
  async () => {
    try {
      return await load();
    } catch (cause) {
      throw isMissingChunk(cause) ? new MissingChunkError("A part of the page is missing", { cause }) : cause;
    }
  };

/** Whether the page may be loaded again, if the last such reload was at `reloadedAt`. */
export const canReload = (now: number, reloadedAt: string | null): boolean => !(now - Number(reloadedAt) < MIN_PAUSE_MS);
