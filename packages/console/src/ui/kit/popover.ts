/** The surface of what floats over a page: menus, lists, calendars. */
export const popoverClass =
  "rounded-card border border-border bg-raised text-text shadow-menu outline-none layer-motion overflow-auto";

/** An entry of a menu or list. */
export const itemClass =
  "flex min-h-control cursor-default items-center gap-2 rounded-control px-2 py-1 text-control text-text outline-none select-none " +
  "data-focused:bg-hover data-disabled:opacity-50 data-focus-visible:ring-inside";
