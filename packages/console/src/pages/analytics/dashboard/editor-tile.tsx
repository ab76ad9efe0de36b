import { Ellipsis, GripVertical, Pencil, Trash2 } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, type RefObject, useRef } from "react";
import { useLocale } from "react-aria-components/I18nProvider";
import type { FigureInfo, Tile } from "../../../records/figures/analytics-types.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Menu, MenuDivider, MenuItem } from "../../../ui/kit/menu.tsx";
import { DragHandle, ResizeHandle, TilePlace } from "../../../ui/kit/tile-grid.tsx";
import { COLUMNS, type Place, stepPlace } from "./tile-layout.ts";
import { describeTile, nameTileType } from "./tile-rules.ts";

interface EditorTileProps {
  readonly tile: Tile;
  readonly grid: RefObject<HTMLUListElement | null>;
  readonly figures: readonly FigureInfo[];
  readonly error: string | undefined;
  /** Puts the tile at another place, of the tiles as they were when a movement began. */
  readonly onPlace: (place: Place, from?: readonly Tile[]) => void;
  readonly getTiles: () => readonly Tile[];
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

interface Movement {
  readonly x: number;
  readonly y: number;
  readonly isResize: boolean;
  readonly place: Place;
  readonly tiles: readonly Tile[];
  readonly column: number;
  readonly row: number;
}

/** Reads the size of a column and of a row, with the gap, from the grid that the browser laid out. */
function readSteps(grid: HTMLElement): { column: number; row: number } {
  const style = getComputedStyle(grid);
  const gap = Number.parseFloat(style.columnGap) || 0;
  const row = Number.parseFloat(style.gridAutoRows.replace("minmax(", "")) || 1;
  return { column: (grid.clientWidth + gap) / COLUMNS, row: row + gap };
}

/** A tile that is moved and resized: by its handles, by the keyboard, or by its menu. */
export function EditorTile({ tile, grid, figures, error, onPlace, getTiles, onEdit, onRemove }: EditorTileProps) {
  const t = useText();
  const { direction } = useLocale();
  const movement = useRef<Movement>(undefined);
  const { x, y, width, height } = tile;
  const place: Place = { x, y, width, height };
  const name = describeTile(tile, figures, t);
  const isMirrored = direction === "rtl";
  const begin = (isResize: boolean) => (event: PointerEvent<HTMLElement>) => {
    if (!grid.current) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    movement.current = { x: event.clientX, y: event.clientY, isResize, place, tiles: getTiles(), ...readSteps(grid.current) };
  };
  const move = (event: PointerEvent<HTMLElement>): void => {
    const start = movement.current;
    if (!start) return;
    const across = Math.round(((event.clientX - start.x) / start.column) * (isMirrored ? -1 : 1));
    const down = Math.round((event.clientY - start.y) / start.row);
    const { place: before } = start;
    onPlace(
      start.isResize
        ? { ...before, width: before.width + across, height: before.height + down }
        : { ...before, x: before.x + across, y: before.y + down },
      start.tiles,
    );
  };
  const end = (): void => {
    movement.current = undefined;
  };
  const handle = (isResize: boolean) => ({
    onPointerDown: begin(isResize),
    onPointerMove: move,
    onPointerUp: end,
    onPointerCancel: end,
  });
  const step = (key: string, isResize: boolean): void => {
    const next = stepPlace(place, key, isResize, isMirrored);
    if (next) onPlace(next);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.target !== event.currentTarget) return;
    if ((event.altKey || event.shiftKey) && event.key.startsWith("Arrow")) {
      event.preventDefault();
      step(event.key, event.shiftKey);
    } else if (event.key === "Delete") onRemove();
    else if (event.key === "Enter") onEdit();
  };
  const [start, last] = isMirrored ? ["ArrowRight", "ArrowLeft"] : ["ArrowLeft", "ArrowRight"];
  const entries = [
    { id: "up", label: t("Move up"), run: () => step("ArrowUp", false) },
    { id: "down", label: t("Move down"), run: () => step("ArrowDown", false) },
    { id: "before", label: t("Move towards the start"), run: () => step(start ?? "", false) },
    { id: "after", label: t("Move towards the end"), run: () => step(last ?? "", false) },
    { id: "wider", label: t("Wider"), run: () => step(last ?? "", true) },
    { id: "narrower", label: t("Narrower"), run: () => step(start ?? "", true) },
    { id: "higher", label: t("Higher"), run: () => step("ArrowDown", true) },
    { id: "lower", label: t("Lower"), run: () => step("ArrowUp", true) },
  ];
  return (
    <TilePlace {...place}>
      {/* biome-ignore lint/a11y/useSemanticElements: a group of buttons, no fieldset */}
      <div
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys move and resize the tile
        tabIndex={0}
        aria-label={name}
        onKeyDown={onKeyDown}
        className={`relative flex min-w-0 flex-1 flex-col gap-1 rounded-card border bg-surface p-3 focus-ring ${error ? "border-danger" : "border-border"}`}
      >
        <div className="flex min-w-0 items-start gap-1">
          <DragHandle {...handle(false)}>
            <GripVertical />
          </DragHandle>
          <span dir="auto" className="min-w-0 flex-1 text-control font-medium wrap-anywhere">
            {name}
          </span>
          <IconButton isSmall label={t("Edit {label}", { label: name })} icon={<Pencil />} onPress={onEdit} />
          <Menu
            placement="bottom end"
            trigger={<IconButton isSmall label={t("Actions for {name}", { name })} icon={<Ellipsis />} />}
          >
            {entries.map(({ id, label, run }) => (
              <MenuItem key={id} id={id} label={label} onAction={run} />
            ))}
            <MenuDivider />
            <MenuItem isDanger label={t("Remove")} icon={<Trash2 />} onAction={onRemove} />
          </Menu>
        </div>
        <span className="text-meta text-text-muted">{nameTileType(tile.type, t)}</span>
        {error === undefined ? null : <span className="text-meta text-danger">{error}</span>}
        <ResizeHandle {...handle(true)} />
      </div>
    </TilePlace>
  );
}
