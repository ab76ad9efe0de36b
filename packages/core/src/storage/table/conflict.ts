import { Failure } from "../../kernel/error.ts";

/** Something that was read has moved before it could be written: read it again. */
export class WriteConflict extends Error {
  override name = "Moved";
  /** Whether somebody else is in the way, and it is worth to wait a moment. */
  readonly needsBackoff: boolean = true;
}

/** As Moved, of what was decided before the verb began: to run that again would not help, whoever decided looks again. */
export class StaleWrite extends Error {
  override name = "Overtaken";
}

/** Others were faster each time. */
export class WriteContention extends Failure {
  constructor() {
    super("CONFLICT", "Others keep changing this; try again");
  }
}

const MAX_ATTEMPTS = 30;

/** Runs a verb again as long as what it reads moves before it writes, up to a number of times. */
export async function retryOnConflict<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof WriteConflict)) throw error;
      if (attempt >= MAX_ATTEMPTS) throw new WriteContention();
      if (!error.needsBackoff) continue;
      // The more often somebody was faster, the more likely many are: give way for a while.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(100, 4 * attempt ** 2)));
    }
  }
}
