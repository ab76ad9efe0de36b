import type { TileData } from "../../../records/figures/analytics-data.ts";
import type { Tile } from "../../../records/figures/analytics-types.ts";
import type { Days } from "../../../records/figures/period-rules.ts";

/** Props of the content of a tile. */
export interface TileViewProps {
  readonly tile: Tile;
  readonly data: TileData;
  readonly currency: string;
  /** The days with which figures are compared. */
  readonly compared: Days | undefined;
}
