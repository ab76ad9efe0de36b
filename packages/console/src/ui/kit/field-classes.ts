/** The classes of fields, with React Aria and without it. */

/** The tails of Arabic letters reach below their line. */
export const fieldClass = "flex min-w-0 flex-col gap-1 rtl:gap-2";

/** The frame of a text input, and of what looks like one. */
export const inputFrame =
  "min-w-0 rounded-control border border-border-strong bg-surface text-input text-text transition-colors " +
  "data-hovered:border-text-muted data-invalid:border-danger data-disabled:border-border data-disabled:bg-bg data-disabled:text-text-muted";

export const inputClass = `${inputFrame} h-control w-full px-2 ring-focused`;

/** A frame around an input with buttons or units beside it. */
export const groupClass = `${inputFrame} flex h-control w-full items-center ring-within`;

/** The input within such a frame. */
export const bareInputClass = "h-full w-full min-w-0 bg-transparent px-2 text-input text-text outline-none";

export const fieldLabelClass = "flex items-baseline gap-1 text-control font-medium text-text";
export const fieldHelpClass = "text-meta wrap-anywhere text-text-muted";
export const fieldErrorClass = "text-meta wrap-anywhere text-danger";
