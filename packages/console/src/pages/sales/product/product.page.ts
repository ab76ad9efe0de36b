import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

const frame = part(() => import("./catalog-parts.tsx"), "CatalogParts");

export const product = definePage({ kind: "product", importing: { canExist: true }, record: { frame } });

export const priceBook = definePage({ kind: "price_book", record: { frame } });
