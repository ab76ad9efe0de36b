import type { FilterType } from "./filter-operators.ts";
import type { Option, SearchOptions } from "./option-type.ts";

/** A field that a list can be filtered by. */
export interface FilterField {
  readonly name: string;
  readonly label: string;
  readonly type: FilterType;
  readonly options?: readonly Option[];
  readonly search?: SearchOptions;
  readonly currency?: string;
  /** The operators that the list has for the field. Undefined: all of its type. */
  readonly operators?: readonly string[];
  /** Names of values that are not among the options, such as of records that the filter names by id. */
  readonly names?: Readonly<Record<string, string>>;
  /** The title under which the menu offers the field, if it has titles. */
  readonly group?: string;
  /** true: the menu does not offer the field, but a list may already be filtered by it. */
  readonly isHidden?: boolean;
}
