/** Returns the optimal string alignment distance: the fewest insertions, deletions, replacements and swaps of neighbouring characters. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isEqual = a[i - 1] === b[j - 1];
      let distance = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (isEqual ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        distance = Math.min(distance, (before[j - 2] ?? 0) + 1);
      row.push(distance);
    }
    [before, above] = [above, row];
  }
  return above[b.length] ?? 0;
}

/** Maximum length of a name that is compared, and number of names that are shown. */
const MAX_NAME_LENGTH = 64;
const MAX_CLOSEST = 3;

/** Whether one name is the other with further words before or after it: `priorities` and `ticket_priorities`. */
const isPartOf = (a: string, b: string): boolean => {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return long.startsWith(`${short}_`) || long.endsWith(`_${short}`);
};

/** Returns the names that a misspelt name may mean, at most three, the closest first. A missing or additional word counts little. */
export function listClosestNames(typed: string, names: Iterable<string>): string[] {
  const name = typed.slice(0, MAX_NAME_LENGTH).toLowerCase();
  const maxDistance = Math.max(2, Math.floor(name.length / 3));
  return [...new Set(names)]
    .map((candidate) => {
      const other = candidate.toLowerCase();
      return { candidate, distance: isPartOf(name, other) ? 1 : editDistance(name, other) };
    })
    .filter(({ distance }) => distance <= maxDistance)
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, MAX_CLOSEST)
    .map(({ candidate }) => candidate);
}

/** Returns a sentence, without its full stop, that names the closest names; empty if none is close. */
export function describeClosest(typed: string, names: Iterable<string>): string {
  const closest = listClosestNames(typed, names);
  return closest.length === 0 ? "" : `The closest ${closest.length > 1 ? "are" : "is"} ${closest.join(", ")}`;
}
