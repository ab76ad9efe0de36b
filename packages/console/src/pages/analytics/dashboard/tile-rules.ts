import type { FigureInfo, Tile } from "../../../records/figures/analytics-types.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";

/** What tiles of each type have (docs/analytics/dashboards.md). */

export type TileType = Tile["type"];

export const tileTypes = ["figure", "chart", "table", "funnel", "list", "report", "kpi"] as const satisfies readonly TileType[];

export const nameTileType = (type: TileType, t: Translate): string =>
  ({
    figure: t("Figure"),
    chart: t("Chart"),
    table: t("Table"),
    funnel: t("Open stages"),
    list: t("List"),
    report: t("Report"),
    kpi: t("KPI"),
  })[type];

const sizes: Readonly<Record<TileType, { readonly width: number; readonly height: number }>> = {
  figure: { width: 3, height: 1 },
  chart: { width: 6, height: 3 },
  table: { width: 6, height: 3 },
  funnel: { width: 6, height: 3 },
  list: { width: 6, height: 3 },
  report: { width: 6, height: 3 },
  kpi: { width: 3, height: 1 },
};

/** Returns a new tile of a type, in its usual size. */
export const createTile = (type: TileType): Tile => ({ type, x: 0, y: 0, ...sizes[type] });

type TileField = Exclude<keyof Tile, "type" | "title" | "x" | "y" | "width" | "height">;

const filters = ["owner", "team", "territory"] as const;

const fieldsByType: Readonly<Record<TileType, readonly TileField[]>> = {
  figure: ["figure", ...filters],
  chart: ["figure", "by", "chart", ...filters],
  table: ["figures", "by", "limit", ...filters],
  funnel: filters,
  list: ["view", "limit"],
  report: ["report", "limit"],
  kpi: ["kpi"],
};

export const hasTileField = (type: TileType, field: TileField): boolean => fieldsByType[type].includes(field);

/** Gives a tile another type. What the new type does not have is left out, and the size is that of the new type. */
export function changeTileType(tile: Tile, type: TileType): Tile {
  const kept = Object.fromEntries(
    fieldsByType[type].flatMap((field) => (tile[field] === undefined ? [] : [[field, tile[field]]])),
  );
  const { x, y, title } = tile;
  return { ...createTile(type), x, y, ...(title === undefined ? {} : { title }), ...kept };
}

/** Leaves out what is empty, and what the type does not have. */
export function cleanTile(tile: Tile): Tile {
  const { type, x, y, width, height, title } = tile;
  const kept = Object.fromEntries(
    fieldsByType[type].flatMap((field) => {
      const value = tile[field];
      const isEmpty = value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
      return isEmpty ? [] : [[field, value]];
    }),
  );
  return { type, x, y, width, height, ...(title?.trim() ? { title: title.trim() } : {}), ...kept } as Tile;
}

/** Returns the figures that a tile can show: those that can be divided as it says. */
export function listTileFigures(figures: readonly FigureInfo[], { type, by }: Pick<Tile, "type" | "by">): FigureInfo[] {
  if (type === "figure") return [...figures];
  const group = by === "owner" ? "owner" : "period";
  return figures.filter(({ groups }) => (by === undefined ? groups.length > 0 : groups.includes(group)));
}

/** Names what a tile shows, without its data. */
export function describeTile(tile: Tile, figures: readonly FigureInfo[], t: Translate): string {
  const names = (tile.figures ?? (tile.figure === undefined ? [] : [tile.figure])).map(
    (name) => figures.find((figure) => figure.name === name)?.label ?? name,
  );
  return tile.title ?? (names.length > 0 ? names.join(", ") : nameTileType(tile.type, t));
}
