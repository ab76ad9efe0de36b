import type { Kind } from "../../api/kind.ts";
import { findPages } from "../../api/page-manifest.ts";

/** How a list shows its records. The address holds it beside the filters: `?mode=board`, `?mode=calendar&span=week&day=2026-11-27`. */

const displayModes = ["list", "board", "calendar", "timeline", "ageing", "performance", "desk"] as const;
export type DisplayMode = (typeof displayModes)[number];
export const calendarSpans = ["month", "week", "day", "agenda"] as const;
export type CalendarSpan = (typeof calendarSpans)[number];

export const timelineZooms = ["month", "quarter", "year"] as const;
export type TimelineZoom = (typeof timelineZooms)[number];

export interface Display {
  readonly mode: DisplayMode;
  /** How much of time a calendar shows. Without it the width of the page decides. */
  readonly span?: CalendarSpan;
  /** How much of time a timeline shows. */
  readonly zoom?: TimelineZoom;
  /** A day that the calendar or the timeline shows, as `2026-11-27`. Without it today. */
  readonly day?: string;
  /** Whether a timeline also shows records that are over. */
  readonly showsEnded?: boolean;
  /** The queue of a desk. Without it its first one. */
  readonly queue?: string;
}

/** How the records of a kind can be shown. A board needs columns, and a filter that reads the records of one. */
export const listDisplayModes = ({
  board,
  calendar,
  fields,
  filters,
  kind,
  timeline,
}: Pick<Kind, "board" | "calendar" | "fields" | "filters" | "kind" | "timeline">): DisplayMode[] =>
  displayModes.filter(
    (mode) =>
      mode === "list" ||
      mode === findPages(kind).list?.display?.mode ||
      (mode === "calendar" && calendar !== undefined) ||
      (mode === "timeline" && timeline !== undefined) ||
      (mode === "board" &&
        board !== undefined &&
        fields.some(({ name, choices = [] }) => name === board.field && choices.length > 0) &&
        filters.some(({ field, plain }) => field === board.field && plain)),
  );

/** The value of a choice in an address. */
const ENDED = "show";

const QUEUE = /^[a-z]+$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Reads how an address shows its records. `fallback` is that of its path, such as `/crm/opportunities/pipeline`. */
export function parseDisplay(
  { mode, span, zoom, day, ended, queue }: Readonly<Record<string, unknown>>,
  modes: readonly DisplayMode[],
  fallback: DisplayMode = "list",
): Display {
  const named = [mode, fallback].find((name) => modes.some((known) => known === name)) as DisplayMode | undefined;
  return {
    mode: named ?? "list",
    ...(calendarSpans.some((known) => known === span) ? { span: span as CalendarSpan } : {}),
    ...(timelineZooms.some((known) => known === zoom) ? { zoom: zoom as TimelineZoom } : {}),
    ...(typeof day === "string" && DAY.test(day) && !Number.isNaN(Date.parse(day)) ? { day } : {}),
    ...(ended === ENDED ? { showsEnded: true } : {}),
    ...(typeof queue === "string" && QUEUE.test(queue) ? { queue } : {}),
  };
}

/** Returns the parameters of a display. `usual` is that of an address without one. */
export const formatDisplay = (
  { mode, span, zoom, day, showsEnded, queue }: Display,
  usual: DisplayMode = "list",
): Record<string, string> => ({
  ...(mode === usual ? {} : { mode }),
  ...(mode === "calendar" && span !== undefined ? { span } : {}),
  ...(mode === "timeline" && zoom !== undefined ? { zoom } : {}),
  ...((mode === "calendar" || mode === "timeline") && day !== undefined ? { day } : {}),
  ...(mode === "timeline" && showsEnded ? { ended: ENDED } : {}),
  ...(mode === "desk" && queue !== undefined ? { queue } : {}),
});
