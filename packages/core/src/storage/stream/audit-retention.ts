/** Default of `CRM_AUDIT_DAYS`: the days that audit entries stay in the table before they move to the object store. */
export const DEFAULT_RETENTION_DAYS = 90;

/**
 * Minimum of the setting. A shorter setting may have been in effect earlier, so reads of entries that are older than this also search the
 * object store.
 */
export const MIN_RETENTION_DAYS = 30;

/** The error for an invalid setting. */
export const INVALID_RETENTION_MESSAGE = `CRM_AUDIT_DAYS must be a whole number of days, ${MIN_RETENTION_DAYS} or more.`;

/** Parses the setting; undefined if it is invalid. */
export function parseRetentionDays(value: string | undefined): number | undefined {
  const days = value?.trim() ? Number(value) : DEFAULT_RETENTION_DAYS;
  return Number.isSafeInteger(days) && days >= MIN_RETENTION_DAYS ? days : undefined;
}
