import type { Domain } from "../../kernel/domain.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { loadCollection } from "../../storage/table/collection-registry.ts";
import { type ExportColumn, isExported, listExportColumns } from "./column.rules.ts";

/** A kind of the export for analysts, with its columns. */
export interface ExportedKind {
  readonly collection: Collection<BaseRecord>;
  readonly columns: readonly ExportColumn[];
}

/** Lists the kinds that are exported, by name, with all their columns. */
export async function listExportedKinds(domains: readonly Domain[]): Promise<ExportedKind[]> {
  const kinds: ExportedKind[] = [];
  for (const kind of domains.flatMap(({ kinds: declared }) => declared).filter(({ load }) => load !== undefined)) {
    const collection = await loadCollection(kind);
    if (isExported(collection)) kinds.push({ collection, columns: listExportColumns(collection) });
  }
  return kinds.sort((a, b) => (a.collection.name < b.collection.name ? -1 : 1));
}
