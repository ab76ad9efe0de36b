import type { Schemas } from "@crm/sdk/index.ts";

/** What the API answers to the pages of analytics, as types: rules that need no browser import them from here. */
export type Tile = Schemas.Dashboard["tiles"][number];
export type FigureInfo = Schemas.Figure;
