/** For how many days audit entries are in the table, after which they move to the object store: a setting, `CRM_AUDIT_DAYS`. */
export const DEFAULT_RETENTION_DAYS = 90;

/** Entries as old as this may have moved under a shorter setting of before: whoever reads them asks the object store too. */
export const MIN_RETENTION_DAYS = 30;

/** What the setting must be, for whom it is not. */
export const INVALID_RETENTION_MESSAGE = `CRM_AUDIT_DAYS must be a whole number of days, ${MIN_RETENTION_DAYS} or more.`;

/** The setting as it is said; undefined where it cannot be. */
export function parseRetentionDays(said: string | undefined): number | undefined {
  const days = said?.trim() ? Number(said) : DEFAULT_RETENTION_DAYS;
  return Number.isSafeInteger(days) && days >= MIN_RETENTION_DAYS ? days : undefined;
}
