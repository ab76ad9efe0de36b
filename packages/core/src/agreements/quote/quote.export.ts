import { declareExport } from "../../platform/export/exportable.ts";
import { quoteGrants } from "./quote.kind.ts";
import { Quote } from "./quote.ts";

export const quotes = declareExport(Quote.listDefinition, { entity: "quotes", read: quoteGrants.read });
