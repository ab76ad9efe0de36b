import type { Schemas } from "@crm/sdk/index.ts";

/** What the API says about kinds of records: `GET /schema/index` for menus and links, `GET /schema?kind=` for one kind. */
export type Kind = Schemas.SchemaKind;
export type Field = Schemas.SchemaField;
export type Action = Kind["actions"][number];
export type KindSummary = Schemas.SchemaKindSummary;
