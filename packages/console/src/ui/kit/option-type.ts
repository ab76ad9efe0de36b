import type { ReactNode } from "react";
import type { Hue } from "./hue.ts";

/** A choice of a list. */
export interface Option {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  /** The hue of a status. */
  readonly hue?: Hue;
  readonly icon?: ReactNode;
  readonly isDisabled?: boolean;
}

/** Finds records by a text. An empty text finds those that were used last. */
export type SearchOptions = (text: string, signal: AbortSignal) => Promise<readonly Option[]>;
