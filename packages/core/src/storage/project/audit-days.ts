/** For how many days audit entries are in the table, after which they move to the object store: a setting, `CRM_AUDIT_DAYS`. */
export const USUAL_DAYS = 90;

/** Entries as old as this may have moved under a shorter setting of before: whoever reads them asks the object store too. */
export const LEAST_DAYS = 30;

/** What the setting must be, for whom it is not. */
export const AUDIT_DAYS = `CRM_AUDIT_DAYS must be a whole number of days, ${LEAST_DAYS} or more.`;

/** The setting as it is said; undefined where it cannot be. */
export function auditDaysOf(said: string | undefined): number | undefined {
  const days = said?.trim() ? Number(said) : USUAL_DAYS;
  return Number.isSafeInteger(days) && days >= LEAST_DAYS ? days : undefined;
}
