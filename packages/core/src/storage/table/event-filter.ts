/** Predicates for `events` of a definition: which changes of a record make an event. */

type EventFilter<R> = (after: R, before: R | undefined) => boolean;

/** The field has another value than before. Never true for a new record. */
export const fieldChanged =
  <R extends object>(field: keyof R): EventFilter<R> =>
  (after, before) =>
    before !== undefined && before[field] !== after[field];

/** The field was set to this value, including in a new record. */
export const changedTo =
  <R extends object, F extends keyof R>(field: F, value: R[F]): EventFilter<R> =>
  (after, before) =>
    after[field] === value && before?.[field] !== value;
