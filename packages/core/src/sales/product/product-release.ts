import { Records } from "../../storage/write/records.ts";
import { Products } from "./product.entity.ts";

/** Reads the release dates of products, deleted ones too; null if a product has none. */
export async function readReleases(ids: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
  const uniqueIds = [...new Set(ids)];
  const products = await Records.loadMany(Products, uniqueIds);
  return new Map(uniqueIds.map((id, index) => [id, products[index]?.release_at ?? null]));
}
