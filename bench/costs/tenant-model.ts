/** Whose bill it is, and what is assumed of them. */
export const tenantModel = {
  users: 100,
  leads: 1_000_000,
  interactions: 10_000_000,
  /** Records came to be evenly over so many days. */
  days: 3 * 365,
  /** Changes of each lead in that time that left an audit entry and nothing else. */
  editsOfLead: 3,
  /** A month: 22 days of 8 hours in which users work, and all hours in which the house does. */
  hours: 22 * 8,
  monthHours: 730,
  /** Of what users ask. */
  mix: { read: 0.5, list: 0.35, search: 0.1, notes: 0.03, status: 0.01, interaction: 0.007, lead: 0.003 },
  /** Records that a search shows; all but the first are read by key. */
  foundRecords: 20,
  /** Functions that a user's requests of a minute fall on: each looks at the session and leases requests once. */
  functions: 2,
  /** Gigabyte-seconds of a request, and of a change that the stream's consumer derives among others. */
  requestSeconds: 0.03,
  changeSeconds: 0.024,
  sweepSeconds: 0.1,
  /** The gateway's line, that of a request with what is summed up of it, and two of Lambda's own. */
  logBytes: 1550,
  answerBytes: 4000,
} as const;

/**
 * What is there whatever anybody asks. Of eleven metrics, two come at all hours, and the others while users work. For all tenants of a
 * deployment together: as the stacks make it (test/stacks/stacks.test.ts).
 */
export const fixedResources = { rules: 3, alarms: 217, dashboards: 1, keys: 1, secrets: 3, metrics: 4 } as const;
