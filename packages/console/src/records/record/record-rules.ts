import { NotFoundError, PermissionError } from "@crm/sdk/index.ts";

interface RecordQuery {
  readonly data: unknown;
  readonly error: unknown;
}

/** Whether an error says that the record does not exist, or that the user may not see it. */
export const isMissing = (error: unknown): boolean => error instanceof NotFoundError || error instanceof PermissionError;

/**
 * Whether an error stands in place of a record. One that is shown, perhaps with half a note beside it, stays if reading it again fails. A refusal ends it: the
 * record was deleted, or the user may not see it any more.
 */
export const hasFailed = ({ data, error }: RecordQuery): boolean => Boolean(error) && (data === undefined || isMissing(error));
