import { declared } from "../jobs/export/exportable.ts";
import { quoteGrants } from "./quote.domain.ts";
import { Quote } from "./quote.ts";

export const quotes = declared(Quote.listed, { entity: "quotes", read: quoteGrants.read });
