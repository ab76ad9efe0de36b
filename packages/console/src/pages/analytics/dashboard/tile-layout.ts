/** Places of tiles in the grid of a dashboard: twelve columns, and rows that grow downwards. */

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const COLUMNS = 12;
const MAX_HEIGHT = 12;

const overlaps = (a: Place, b: Place): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

/** Keeps a place inside of the grid. */
export function clampPlace({ x, y, width, height }: Place): Place {
  const shown = clamp(Math.round(width), 1, COLUMNS);
  return {
    x: clamp(Math.round(x), 0, COLUMNS - shown),
    y: Math.max(0, Math.round(y)),
    width: shown,
    height: clamp(Math.round(height), 1, MAX_HEIGHT),
  };
}

/** Moves each tile up as far as there is room, the upper ones first. The tile at `first` keeps its place as long as nothing is above it. */
function compact<T extends Place>(tiles: readonly T[], first: number): T[] {
  const order = [...tiles.keys()].sort((a, b) => {
    const [one, other] = [tiles[a] as T, tiles[b] as T];
    return one.y - other.y || (a === first ? -1 : b === first ? 1 : one.x - other.x);
  });
  const placed = new Map<number, T>();
  for (const index of order) {
    const tile = tiles[index] as T;
    const isFree = (y: number): boolean => [...placed.values()].every((other) => !overlaps({ ...tile, y }, other));
    let y = tile.y;
    while (!isFree(y)) y += 1;
    while (y > 0 && isFree(y - 1)) y -= 1;
    placed.set(index, { ...tile, y });
  }
  return [...tiles.keys()].map((index) => placed.get(index) as T);
}

/** Puts a tile at another place. Tiles in its way move down, and gaps close. */
export function placeTile<T extends Place>(tiles: readonly T[], index: number, place: Place): T[] {
  const clamped = clampPlace(place);
  return compact(
    tiles.map((tile, position) => (position === index ? { ...tile, ...clamped } : tile)),
    index,
  );
}

/** Adds a tile below the others. */
export function addTile<T extends Place>(tiles: readonly T[], tile: T): T[] {
  const bottom = Math.max(0, ...tiles.map(({ y, height }) => y + height));
  return compact([...tiles, { ...tile, ...clampPlace({ ...tile, y: bottom }) }], tiles.length);
}

/** Removes a tile. Gaps close. */
export const removeTile = <T extends Place>(tiles: readonly T[], index: number): T[] =>
  compact(
    tiles.filter((_, position) => position !== index),
    -1,
  );

/** Steps of a tile by the arrows of the keyboard: the other edge of a step is in the direction of the reading. */
export function stepPlace(place: Place, key: string, isResize: boolean, isMirrored: boolean): Place | undefined {
  const across = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
  const down = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
  if (across === 0 && down === 0) return undefined;
  const along = isMirrored ? -across : across;
  return isResize
    ? { ...place, width: place.width + along, height: place.height + down }
    : { ...place, x: place.x + along, y: place.y + down };
}
