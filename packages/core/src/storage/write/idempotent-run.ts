import { useRequest } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import { findAnswer } from "./idempotency.ts";
import { AlreadyAnswered, transaction } from "./transaction.ts";

/** Runs the verb of a request. If a keyed request fails because it repeats one that succeeded, returns the stored answer. */
export async function runIdempotent<T>(verb: () => Promise<T>): Promise<{ answer: T; isRepeat: boolean }> {
  const request = useRequest();
  const keyed = request.idempotency && { ...request.idempotency };
  try {
    const answer = await verb();
    // A verb with several commits, or none, has not stored its answer yet.
    if (request.idempotency) await transaction().commit(answer);
    return { answer, isRepeat: false };
  } catch (error) {
    const expected = error instanceof AlreadyAnswered || (isFailure(error) && error.code !== "RATE_LIMITED");
    if (!keyed || !expected) throw error;
    const before = await findAnswer(keyed);
    if (!before) throw error;
    return { answer: before.answer as T, isRepeat: true };
  }
}
