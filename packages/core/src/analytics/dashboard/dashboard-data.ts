import * as z from "zod";
import { type Owners, useContext, useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { type Failure, forbidden, invalid, invalidAll, isFailure, notFound } from "../../kernel/error.ts";
import { toErrorDetails } from "../../kernel/fn.ts";
import { memoizeByText } from "../../kernel/memoize.ts";
import { type DayRange, period, resolveDayRange } from "../../kernel/period.ts";
import { currency, date, instant, oneOf } from "../../kernel/schema.ts";
import { View } from "../../platform/saved-view/saved-view.ts";
import { Directory } from "../../platform/user/directory.ts";
import { latestCountInstant, ownerFilters, resolveOwners } from "../../sales/figures/owner-counters.ts";
import { Pipeline } from "../../sales/figures/pipeline.ts";
import { opens, type RowRequest } from "../../sales/figures/row-request.rules.ts";
import { list as listRecords } from "../../storage/read/list.ts";
import { findKind } from "../../storage/table/collection-registry.ts";
import { type Comparison, comparisons } from "../figure/comparison.rules.ts";
import { FigureReader, FigureValue, Row } from "../figure/figure-reader.ts";
import type { FigureName } from "../figure/figure-registry.ts";
import { listRowRequests, type RowOwners } from "../figure/figure-rows.rules.ts";
import { Kpi } from "../kpi/kpi.ts";
import { readKpis, valueShape } from "../kpi/kpi-values.ts";
import { Report } from "../report/report.ts";
import { loadSource } from "../report/source.ts";
import { findPeriodRange, formatPeriod } from "../target/target-period.rules.ts";
import type { OwnerFilter } from "../target/target-sheet.ts";
import type { spans } from "./dashboard.entity.ts";
import { listFigures, type Tile, tileTypes } from "./tile.rules.ts";

/** The data of all tiles of a dashboard, for the records that the reader sees. Each source of data is loaded once for all tiles. */

export const dataParameters = {
  ...period,
  ...ownerFilters,
  compare_to: oneOf(comparisons).optional().describe("The period with which the period of figures is compared"),
};

export interface Parameters extends OwnerFilter {
  from?: string | undefined;
  to?: string | undefined;
  compare_to?: Comparison | undefined;
}

const DEFAULT_LIMIT = 10;

const ResultRow = z.record(z.string(), z.json());

const TileData = z
  .object({
    type: oneOf(tileTypes),
    title: z.string().nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable().describe("Why the tile could not be read"),
    figures: z.array(FigureValue).describe("The figures of a figure, chart or table, with the values of the whole period"),
    rows: z.array(Row).describe("The rows of a chart or table"),
    stages: Pipeline.Info.shape.by_stage.describe("The open stages of a funnel"),
    records: z.array(ResultRow).describe("The rows of a list or report"),
    total: z.number().int().nullable().describe("The number of rows of a list or report"),
    is_running: z.boolean().describe("Whether a large report is being run: read it again later"),
    kpi: z.object(valueShape).nullable(),
    opens,
  })
  .meta({ id: "DashboardTileData" });
type TileData = z.output<typeof TileData>;

export const Answer = z.object({
  currency: currency().describe("Currency of the amounts: the tenant's"),
  from: date(),
  to: date(),
  tiles: z.array(TileData).describe("In the order of the dashboard's tiles"),
  as_of: instant().nullable().describe("Changes up to this instant are in the figures"),
});

const blank: Omit<TileData, "type" | "title"> = {
  ...{ error: null, figures: [], rows: [], stages: [], records: [], total: null, is_running: false, kpi: null, opens: [] },
};

type Part = Partial<TileData> & { as_of?: string | null };

/** Reads all tiles. A tile that cannot be read has its error; the others have their data. */
export async function readTiles(
  tiles: readonly Tile[],
  span: (typeof spans)[number],
  parameters: Parameters,
): Promise<z.output<typeof Answer>> {
  const range = resolveRange(span, parameters);
  // A wrong filter of the request is an error of the request; one of a tile is an error of the tile.
  await resolveOwners(pickFilter(parameters));
  const reader = new TileReader(tiles, range, parameters);
  const parts = await Promise.all(tiles.map((tile) => readOne(reader, tile)));
  return {
    currency: useSettings().currency,
    ...range,
    tiles: parts.map(({ as_of: _asOf, ...part }, index) => {
      const { type = "figure", title } = tiles[index] ?? {};
      return { ...blank, type, ...part, title: title ?? part.title ?? null };
    }),
    as_of: latestCountInstant(parts),
  };
}

function resolveRange(span: (typeof spans)[number], { from, to }: Parameters): DayRange {
  if (from !== undefined || to !== undefined || span === "last_30_days") return resolveDayRange({ from, to });
  const length = span === "this_month" ? "month" : span === "this_quarter" ? "quarter" : "year";
  return { from: findPeriodRange(formatPeriod(today(), length)).from, to: today() };
}

async function readOne(reader: TileReader, tile: Tile): Promise<Part> {
  try {
    return await reader.read(tile);
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { error: presentError(error) };
  }
}

const presentError = ({ code, message, details }: Failure): { code: string; message: string } => ({
  code,
  message: details[0]?.message ?? message,
});

const pickFilter = ({ owner, team, territory }: OwnerFilter): OwnerFilter => ({ owner, team, territory });

/** A team that was deleted since is an error of its tile, and not a figure of 0. */
async function resolveTileOwners(filter: OwnerFilter): Promise<Owners> {
  if (filter.team !== undefined && !(await Directory.listTeams()).some(({ id }) => id === filter.team))
    throw invalid("team", "The team of this tile was deleted: choose another one");
  return resolveOwners(filter);
}

const NO_FILTER = JSON.stringify(pickFilter({}));

interface Scope extends RowOwners {
  readonly source: FigureReader.FigureSource;
}

class TileReader {
  readonly #range: DayRange;
  readonly #parameters: Parameters;
  /** The owners of a filter, and the data of their figures. */
  readonly #scope: (key: string) => Promise<Scope>;
  readonly #pipeline: (key: string) => Promise<z.output<typeof Pipeline.Info>>;
  readonly #report: (id: string) => ReturnType<typeof Report.get>;
  readonly #kpis: () => ReturnType<typeof loadKpis>;

  constructor(tiles: readonly Tile[], range: DayRange, parameters: Parameters) {
    this.#range = range;
    this.#parameters = parameters;
    const ownerKeys = new Set(tiles.filter(({ by }) => by === "owner").map((tile) => this.#filterKey(tile)));
    const limitOf = (id: string): number =>
      Math.max(...tiles.filter(({ report }) => report === id).map(({ limit = DEFAULT_LIMIT }) => limit));
    this.#scope = memoizeByText(async (key) => {
      const owners = await resolveTileOwners(JSON.parse(key) as OwnerFilter);
      const { compare_to } = parameters;
      const rowOwners = { owners, isNarrowed: key !== NO_FILTER };
      const source = FigureReader.createSource({ ...rowOwners, range, comparison: compare_to, isByOwner: ownerKeys.has(key) });
      return { ...rowOwners, source };
    });
    this.#pipeline = memoizeByText((key) => Pipeline.read(JSON.parse(key) as OwnerFilter));
    this.#report = memoizeByText((id) => Report.get({ id, limit: limitOf(id) }));
    const kpis = memoizeByText(() => loadKpis(tiles.flatMap(({ kpi }) => kpi ?? [])));
    this.#kpis = () => kpis("all");
  }

  /** A tile without a filter has that of the request. */
  #filterKey(tile: Tile): string {
    const own = pickFilter(tile);
    return JSON.stringify(Object.values(own).some((value) => value !== undefined) ? own : pickFilter(this.#parameters));
  }

  read(tile: Tile): Promise<Part> {
    const { view, report, kpi } = tile;
    if (tile.type === "funnel") return this.#readFunnel(tile);
    if (view !== undefined) return readView(view, tile.limit ?? DEFAULT_LIMIT);
    if (report !== undefined) return this.#readReport(report, tile.limit ?? DEFAULT_LIMIT);
    return kpi === undefined ? this.#readFigures(tile) : this.#readKpi(kpi);
  }

  async #readFigures(tile: Tile): Promise<Part> {
    const names = listFigures(tile);
    if (FigureReader.selectReadable(names).length < names.length) throw forbidden("Your role cannot read a figure of this tile");
    const { source, ...rowOwners } = await this.#scope(this.#filterKey(tile));
    const interval = tile.by === "owner" ? undefined : tile.by;
    const isByOwner = tile.by === "owner";
    const { figures, by_period, by_owner, as_of } = await FigureReader.readFrom(source, { names, interval, isByOwner });
    return {
      ...{ figures, as_of, title: figures.map(({ label }) => label).join(", ") },
      rows: isByOwner ? by_owner.slice(0, tile.type === "table" ? (tile.limit ?? DEFAULT_LIMIT) : undefined) : by_period,
      opens: await this.#listOpens(names, rowOwners),
    };
  }

  async #readFunnel(tile: Tile): Promise<Part> {
    const key = this.#filterKey(tile);
    const [{ by_stage, as_of }, { source: _source, ...rowOwners }] = await Promise.all([this.#pipeline(key), this.#scope(key)]);
    return { stages: by_stage, as_of, opens: await this.#listOpens(["pipeline_value"], rowOwners) };
  }

  async #listOpens(names: readonly FigureName[], rowOwners: RowOwners): Promise<RowRequest[]> {
    const seesAll = (await useContext().visibleOwners()) === "all";
    return listRowRequests(names, { range: this.#range, today: today(), seesAll }, rowOwners);
  }

  async #readReport(id: string, limit: number): Promise<Part> {
    const { name, rows, row_count, status } = await this.#report(id);
    return {
      ...{ title: name, total: row_count, is_running: status === "running" },
      records: rows.slice(0, limit) as z.output<typeof ResultRow>[],
      opens: [{ path: `/analytics/reports/${id}`, body: null }],
    };
  }

  async #readKpi(id: string): Promise<Part> {
    const { records, values } = await this.#kpis();
    const [record, value] = [records.get(id), values.get(id)];
    if (!record || !value) throw notFound();
    if (value instanceof Error) throw value;
    return { kpi: value, title: record.name, as_of: value.as_of, opens: value.opens };
  }
}

async function loadKpis(ids: readonly string[]) {
  const records = await Kpi.findReadable([...new Set(ids)]);
  return { records, values: await readKpis([...records.values()]) };
}

/** Reads the first rows of a view, by the list of its kind. */
async function readView(id: string, limit: number): Promise<Part> {
  const { kind, name, query } = await View.get({ id });
  const { exportable, fields } = await loadSource(kind, "view");
  const { fields: _columns, expand: _expand, ...saved } = query;
  const conditions = Object.fromEntries(Object.entries(saved).filter(([, value]) => value !== null && value !== undefined));
  const { data, error } = exportable.query.safeParse({ ...conditions, limit });
  if (error) throw invalidAll(toErrorDetails(error));
  const { rows, meta } = await listRecords(exportable.collection, await exportable.listQuery(data));
  const names = [...fields.keys()].filter((field) => !field.includes("."));
  return {
    title: name,
    records: rows.map((row) => pickValues(row, names)),
    total: meta.total,
    opens: [{ path: `${findKind(kind)?.path}/query`, body: conditions }],
  };
}

/** Returns the fields by which the list can be filtered: those that every reader of the list may see. */
const pickValues = (row: object, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, (row as Readonly<Record<string, unknown>>)[name] ?? null])) as z.output<
    typeof ResultRow
  >;
