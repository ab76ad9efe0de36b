/** Numbers from 0 to 1, 1 not among them. */
export type Random = () => number;

/** Repeatable chance. */
export function createSeededRandom(seed: number): Random {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/**
 * The same at each run, so that what was green once is not red by chance in somebody else's change. CRM_SEED gives another one; `npm run chance`
 * tries those that nobody has seen.
 */
export const seed = Number(process.env.CRM_SEED ?? 1);

/** The chance of one test, which says how to have the same again. */
export function createTestRandom(what: string): Random {
  console.log(`${what}: CRM_SEED=${seed}`);
  return createSeededRandom(seed);
}
