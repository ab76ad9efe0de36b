import { Failure } from "../../kernel/error.ts";

/** A value that was read changed before it could be written: read it again. */
export class WriteConflict extends Error {
  override name = "Moved";
  /** Whether another writer caused the conflict, so that a short wait helps. */
  readonly needsBackoff: boolean = true;
}

/**
 * Like `WriteConflict`, for a decision that was made before the verb began. Retrying the verb would not help: its caller must decide again.
 */
export class StaleWrite extends Error {
  override name = "Overtaken";
}

/** The write lost against other writers at every try. */
export class WriteContention extends Failure {
  constructor() {
    super("CONFLICT", "The record keeps changing: try again");
  }
}

const MAX_ATTEMPTS = 30;

/** Retries a verb while its reads change before its write, up to `MAX_ATTEMPTS` times. */
export async function retryOnConflict<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof WriteConflict)) throw error;
      if (attempt >= MAX_ATTEMPTS) throw new WriteContention();
      if (!error.needsBackoff) continue;
      // More failed tries mean more concurrent writers, so the wait grows.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(100, 4 * attempt ** 2)));
    }
  }
}
