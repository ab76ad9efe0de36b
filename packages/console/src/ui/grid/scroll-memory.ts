/** Where lists were scrolled, by the entry of the browser's history: going back shows the same rows. */
const positions = new Map<string, number>();

/** Entries of the history that are remembered. */
const MAX_POSITIONS = 100;

export const readPosition = (key: string | undefined): number => (key === undefined ? 0 : (positions.get(key) ?? 0));

export function savePosition(key: string | undefined, position: number): void {
  if (key === undefined) return;
  positions.delete(key);
  positions.set(key, position);
  const [oldest] = positions.keys();
  if (positions.size > MAX_POSITIONS && oldest !== undefined) positions.delete(oldest);
}
