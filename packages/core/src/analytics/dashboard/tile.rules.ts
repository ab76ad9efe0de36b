import * as z from "zod";
import type { ErrorDetail } from "../../kernel/error.ts";
import { oneLine, oneOf, text } from "../../kernel/schema.ts";
import { intervals } from "../figure/bucket.rules.ts";
import { type FigureName, figureNames, findFigure } from "../figure/figure-registry.ts";

/** The tiles of dashboards (docs/analytics/dashboards.md). Pure. */

export const MAX_TILES = 24;
const MAX_FIGURES = 10;
/** The grid of a dashboard. */
const [COLUMNS, ROWS] = [12, 200];
const MAX_ROWS = 50;

export const tileTypes = ["figure", "chart", "table", "funnel", "list", "report", "kpi"] as const;
type TileType = (typeof tileTypes)[number];
const divisions = ["owner", ...intervals] as const;

export const Tile = z.strictObject({
  type: oneOf(tileTypes),
  title: oneLine(100).optional().describe("Defaults to the name of what the tile shows"),
  x: z
    .int()
    .min(0)
    .max(COLUMNS - 1)
    .describe(`Column, from 0; the grid has ${COLUMNS}`),
  y: z
    .int()
    .min(0)
    .max(ROWS - 1),
  width: z.int().min(1).max(COLUMNS),
  height: z.int().min(1).max(COLUMNS),
  figure: oneOf(figureNames).optional().describe("For `figure` and `chart`"),
  figures: z.array(oneOf(figureNames)).min(1).max(MAX_FIGURES).optional().describe("For `table`: its columns"),
  by: oneOf(divisions).optional().describe("For `chart` and `table`: a row for each owner, or for each part of the period"),
  chart: oneOf(["bar", "line", "area"]).optional().describe("For `chart`; default: bar"),
  view: text(64).optional().describe("For `list`: the id of a view"),
  report: text(64).optional().describe("For `report`: the id of a report"),
  kpi: text(64).optional().describe("For `kpi`: the id of a KPI"),
  limit: z.int().min(1).max(MAX_ROWS).optional().describe("Rows of a `list`, `report` or `table`; default: 10"),
  owner: text(64).optional().describe("Figures and funnels of this owner only: an id, `me`, or `none`"),
  team: text(64).optional().describe("Figures and funnels of users who are in this team today"),
  territory: text(64).optional().describe("Figures and funnels of users whose team has this territory today"),
});
export type Tile = z.output<typeof Tile>;

const layout = ["type", "title", "x", "y", "width", "height"] as const;
const filters = ["owner", "team", "territory"] as const;

/** The fields that tiles of a type must have, and those that they may have beside the layout. */
const fieldsByType: Readonly<Record<TileType, { required: readonly (keyof Tile)[]; optional: readonly (keyof Tile)[] }>> = {
  figure: { required: ["figure"], optional: filters },
  chart: { required: ["figure", "by"], optional: ["chart", ...filters] },
  table: { required: ["figures", "by"], optional: ["limit", ...filters] },
  funnel: { required: [], optional: filters },
  list: { required: ["view"], optional: ["limit"] },
  report: { required: ["report"], optional: ["limit"] },
  kpi: { required: ["kpi"], optional: [] },
};

/** Returns the figures that a tile shows. */
export const listFigures = ({ figure, figures = [] }: Tile): FigureName[] => (figure === undefined ? figures : [figure]);

/** Returns what is wrong in tiles, each with the path of its field. */
export function validateTiles(tiles: readonly Tile[]): ErrorDetail[] {
  return tiles.flatMap((tile, index) =>
    validateTile(tile).map(({ field, message }) => ({ field: `tiles[${index}].${field}`, message })),
  );
}

function validateTile(tile: Tile): ErrorDetail[] {
  const { required, optional } = fieldsByType[tile.type];
  const allowed = new Set<string>([...layout, ...required, ...optional]);
  const missing = required.filter((field) => tile[field] === undefined);
  const extra = Object.entries(tile).filter(([field, value]) => value !== undefined && !allowed.has(field));
  const group = tile.by === undefined ? undefined : tile.by === "owner" ? "owner" : "period";
  const undivided = group ? listFigures(tile).filter((name) => !findFigure(name).groups.includes(group)) : [];
  return [
    ...missing.map((field) => ({ field, message: `Required for a tile of the type ${tile.type}` })),
    ...extra.map(([field]) => ({ field, message: `Not for a tile of the type ${tile.type}: leave it out` })),
    ...(tile.x + tile.width > COLUMNS ? [{ field: "width", message: `x + width must be at most ${COLUMNS}` }] : []),
    ...undivided.map((name) => ({ field: "by", message: `The figure ${name} cannot be divided by ${tile.by}` })),
  ];
}
