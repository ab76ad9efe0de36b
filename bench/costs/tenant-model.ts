/** The tenant of the bill: assumptions about its size and use. */
export const tenantModel = {
  users: 100,
  leads: 1_000_000,
  interactions: 10_000_000,
  /** Records were created evenly over this many days. */
  days: 3 * 365,
  /** Changes of each lead in that time that added only an audit entry. */
  editsOfLead: 3,
  /** Hours of a month: 22 working days of 8 hours for users, and all hours for schedules. */
  hours: 22 * 8,
  monthHours: 730,
  /** Shares of users' requests. */
  mix: { read: 0.5, list: 0.35, search: 0.1, notes: 0.03, status: 0.01, interaction: 0.007, lead: 0.003 },
  /** Records in a search's result; all but the first are read by key. */
  foundRecords: 20,
  /** Functions that serve a user's requests in one minute. Each reads the session and leases requests once. */
  functions: 2,
  /** Gigabyte-seconds of a request, and of one change in a batch of the stream's consumer. */
  requestSeconds: 0.03,
  changeSeconds: 0.024,
  sweepSeconds: 0.1,
  /** Bytes of logs of a request: the gateway's line, the request's own line with its metrics, and two of Lambda's. */
  logBytes: 1550,
  answerBytes: 4000,
  /**
   * A dashboard that each user opens in each working hour. Units and bytes of the answer are those of an administrator at 100,000
   * opportunities, by `npm run bench -- --only=dashboards`; gigabyte-seconds are assumed to be twice those of another request.
   */
  dashboard: { hoursOfDay: 8, days: 21, readUnits: 51, answerBytes: 15_000, seconds: 0.06 },
  /**
   * Lists from columns: the share of lists that no index serves is an assumption; read units are those of docs/storage/columns.md, and of the feed's
   * pages that a new process reads. Gets of a segment: its head, directory and ids, and one for each column. Bytes of a row with all columns and
   * gigabyte-seconds of the worker for a row that it writes are those of `npm run bench -- --only=columns`, rounded up; those for opening a segment are
   * assumed.
   */
  columns: {
    ...{ listShare: 0.1, listReads: 21, firstReads: 20, processesOfHour: 4, kinds: 73 },
    ...{ openingGets: 3, listedColumns: 3, allColumns: 36, rowBytes: 110, rowSeconds: 1.8e-4, openingSeconds: 0.05 },
  },
  /** The console: how often a user loads its page in a month, its releases in that time, and the files and compressed bytes that a user loads of each. */
  console: { pageLoads: 22, releases: 2, files: 20, bytes: 500_000 },
} as const;

/**
 * Resources with fixed costs, for all tenants of a deployment together, as the stacks create them (test/stacks/stacks.test.ts). Of eleven metrics,
 * two report at all hours, and the others while users work. Keys and secrets are in Parameter Store, which costs nothing.
 */
export const fixedResources = { rules: 3, alarmMetrics: 24, keys: 1, metrics: 4 } as const;
