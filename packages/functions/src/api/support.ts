import { serves } from "../http/function.ts";
import { articles } from "./articles.ts";

/** What support works with. */
export const support = serves(articles);
