/** The rollout of the release: until it has ended, processes of the release before may still run. */
export interface Rollout {
  /** Returns what has not ended yet, as part of a sentence; undefined once every process runs this release. */
  findPending(): Promise<string | undefined>;
}

/** One process runs the whole system, so its rollout has ended when it runs. */
export const singleProcessRollout: Rollout = { findPending: async () => undefined };
