/** Pure rules of leads. */

export { type Rating, ratingOf, ratings } from "../score/rating.rules.ts";

/** Deals `ids` out to owners in turn, beginning at `start`. */
export const roundRobin = (ids: readonly string[], owners: readonly string[], start: number): Map<string, string> =>
  new Map(ids.map((id, at) => [id, owners[(start + at) % owners.length] as string]));

/** Gives each of `ids` to the owner with the fewest leads at that point; ties go to the one named first. */
export function leastLoaded(ids: readonly string[], loads: ReadonlyMap<string, number>): Map<string, string> {
  const now = new Map(loads);
  return new Map(
    ids.map((id) => {
      const [owner, load] = [...now].reduce((least, each) => (each[1] < least[1] ? each : least));
      now.set(owner, load + 1);
      return [id, owner];
    }),
  );
}
