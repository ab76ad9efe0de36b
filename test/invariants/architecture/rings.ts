interface Edge {
  readonly from: string;
  readonly to: string;
}

/** Sets of files or folders that import each other: strongly connected components of more than one, by Tarjan's algorithm. */
export function findRings(edges: readonly Edge[]): string[][] {
  const targets = new Map<string, Set<string>>();
  for (const { from, to } of edges) targets.set(from, (targets.get(from) ?? new Set()).add(to));
  const index = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const rings: string[][] = [];
  const visit = (name: string): void => {
    index.set(name, index.size);
    lowest.set(name, index.get(name) ?? 0);
    stack.push(name);
    for (const next of targets.get(name) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) lowest.set(name, Math.min(lowest.get(name) ?? 0, lowest.get(next) ?? 0));
    }
    if (lowest.get(name) !== index.get(name)) return;
    const ring = stack.splice(stack.indexOf(name));
    if (ring.length > 1) rings.push(ring.sort());
  };
  for (const name of targets.keys()) if (!index.has(name)) visit(name);
  return rings;
}
