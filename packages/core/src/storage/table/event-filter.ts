/** Which changes of a record make an event, as most kinds say it in `events` of their definition. */

type EventFilter<R> = (after: R, before: R | undefined) => boolean;

/** A field has another value than before; a new record tells nothing. */
export const fieldChanged =
  <R extends object>(field: keyof R): EventFilter<R> =>
  (after, before) =>
    before !== undefined && before[field] !== after[field];

/** A field has come to a value, also in a new record. */
export const changedTo =
  <R extends object, F extends keyof R>(field: F, value: R[F]): EventFilter<R> =>
  (after, before) =>
    after[field] === value && before?.[field] !== value;
