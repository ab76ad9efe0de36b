/** Returns the optimal string alignment distance: the fewest insertions, deletions, replacements and swaps of neighbouring characters. */
export function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  if (rows[0].length < width) rows = createRows(2 * width);
  let [before, above, row] = rows;
  for (let j = 0; j < width; j++) above[j] = j;
  for (let i = 1; i <= a.length; i++) {
    const [unit, unitBefore] = [a.charCodeAt(i - 1), a.charCodeAt(i - 2)];
    row[0] = i;
    for (let j = 1; j < width; j++) {
      const isEqual = unit === b.charCodeAt(j - 1);
      let distance = Math.min(at(above, j) + 1, at(row, j - 1) + 1, at(above, j - 1) + (isEqual ? 0 : 1));
      if (i > 1 && j > 1 && unit === b.charCodeAt(j - 2) && unitBefore === b.charCodeAt(j - 1))
        distance = Math.min(distance, at(before, j - 2) + 1);
      row[j] = distance;
    }
    [before, above, row] = [above, row, before];
  }
  return at(above, b.length);
}

const createRows = (width: number) => [new Uint32Array(width), new Uint32Array(width), new Uint32Array(width)] as const;

/** Rows of the last computation, which the next one uses again. */
let rows = createRows(64);

const at = (row: Uint32Array, index: number): number => row[index] as number;

/** Whether the edit distance of two texts is one. Takes linear time. */
export function differsByOneEdit(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  const [restOfA, restOfB] = [a.slice(start), b.slice(start)];
  if (a.length > b.length) return restOfA.slice(1) === restOfB;
  if (a.length < b.length) return restOfB.slice(1) === restOfA;
  return (
    restOfA.slice(1) === restOfB.slice(1) ||
    (restOfA[0] === restOfB[1] && restOfA[1] === restOfB[0] && restOfA.slice(2) === restOfB.slice(2))
  );
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
