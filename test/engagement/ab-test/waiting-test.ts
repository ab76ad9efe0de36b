import type { AbTestRecord } from "@crm/core/engagement/ab-test/ab-test.entity.ts";

/** Returns the fields of a test whose figures did not decide, so that a user must choose a variant. */
export const buildWaiting = (instant: string): Partial<AbTestRecord> => ({
  ...{ status: "INCONCLUSIVE", start_date: instant, end_date: instant, is_waiting: true },
  decision: {
    ...{ outcome: "inconclusive", better: null, pairs: [], intervals: [], shares_p: null, variants: [] },
    ...{ decided_at: instant, decided_by: null },
  },
});
