import type { DomainEvent } from "../../kernel/event.ts";
import { onOutdated } from "../columns/column-work.ts";
import { onWork } from "./search-path.ts";

/** Keeps what lists read beside the records: the entries of search paths, and columns. */
export const onListDataEvent = (event: DomainEvent): Promise<void> =>
  event.type === "columns.outdated" ? onOutdated(event) : onWork(event);
