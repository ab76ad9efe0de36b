/** Default of `CRM_ARCHIVE_DAYS`: the days that records stay in the table before they move to the object store. */
export const DEFAULT_ARCHIVE_DAYS = 365;

/**
 * Minimum of the setting. A shorter setting may have been in effect earlier, so reads of records that are older than this also search the
 * object store.
 */
export const MIN_ARCHIVE_DAYS = 90;

/** Days since its last change that a record stays in the table at least. */
export const MIN_UNCHANGED_DAYS = 30;

/** The error for an invalid setting. */
export const INVALID_ARCHIVE_MESSAGE = `CRM_ARCHIVE_DAYS must be a whole number of days, ${MIN_ARCHIVE_DAYS} or more, or 0 to keep all records in the table.`;

/** Parses the setting; undefined if it is invalid. */
export function parseArchiveDays(value: string | undefined): number | undefined {
  const days = value?.trim() ? Number(value) : DEFAULT_ARCHIVE_DAYS;
  return Number.isSafeInteger(days) && (days === 0 || days >= MIN_ARCHIVE_DAYS) ? days : undefined;
}
