/** Numbers from 0 to 1, excluding 1. */
export type Random = () => number;

/** A repeatable random generator. */
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
 * The same seed in each run, so that a passing test does not fail by chance in another change. CRM_SEED sets another one; `npm run chance`
 * tries new seeds.
 */
export const seed = Number(process.env.CRM_SEED ?? 1);

/** A random generator for one test; it prints the seed with which the run can be repeated. */
export function createTestRandom(what: string): Random {
  console.log(`${what}: CRM_SEED=${seed}`);
  return createSeededRandom(seed);
}
