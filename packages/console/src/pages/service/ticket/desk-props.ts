import type { ReactNode } from "react";
import type { ListQuery } from "../../../api/kind.ts";
import type { Kind } from "../../../api/schema.ts";

/** What the desk of a kind needs of its list. */
export interface DeskProps {
  readonly kind: Kind;
  /** Filters, search and order of the list. */
  readonly query: ListQuery;
  /** The queue in the address. */
  readonly queue: string | undefined;
  readonly onQueue: (queue: string) => void;
  /** Search and filters of the list. */
  readonly tools: ReactNode;
}
