import type { QueryKey } from "@tanstack/react-query";
import type { Kind, KindSummary } from "./kind.ts";
import { type NotificationRow, toNotificationPage } from "./notification-page.ts";
import type { ReadAnswer } from "./read-batcher.ts";

/** What every page needs of the tenant and the user, by the name in the key of its data. */
export const sessionPaths = {
  tenant: "/api/v1/tenant",
  preferences: "/api/v1/me/preferences",
  favorites: "/api/v1/me/favorites",
  recent: "/api/v1/me/recent",
  "default-views": "/api/v1/views/defaults",
} as const;

export const SCHEMA_PATH = "/api/v1/schema";
export const KIND_INDEX_PATH = "/api/v1/schema/index";

/** The newest notifications, which the bell shows. */
export const latestNotifications = {
  key: ["notifications", "latest"],
  path: "/api/v1/notifications",
  query: { limit: 10 },
} as const;

interface SessionRead {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  /** Returns the data that the cache keeps, under the end of its key. */
  readonly toEntry: (answer: ReadAnswer) => { readonly key: QueryKey; readonly data: unknown } | undefined;
}

const toKindEntry = ({ data }: ReadAnswer): ReturnType<SessionRead["toEntry"]> => {
  const [kind] = (data as { kinds: Kind[] }).kinds;
  return kind && { key: ["kind", kind.kind], data: kind };
};

/**
 * The reads of a page that is loaded: what every page needs, and the schemas of the kinds that it is about. `kindNames` is undefined if these follow from
 * the address.
 */
export const listSessionReads = (pagePath: string, kindNames: readonly string[] | undefined): SessionRead[] => [
  ...Object.entries(sessionPaths).map(([name, path]): SessionRead => ({ path, toEntry: ({ data }) => ({ key: [name], data }) })),
  {
    path: latestNotifications.path,
    query: latestNotifications.query,
    toEntry: ({ data, meta }) => ({ key: latestNotifications.key, data: toNotificationPage(data as NotificationRow[], meta) }),
  },
  { path: KIND_INDEX_PATH, toEntry: ({ data }) => ({ key: ["kinds"], data: (data as { kinds: KindSummary[] }).kinds }) },
  ...(kindNames === undefined
    ? [{ path: pagePath.replace(/^\/crm/, "/api/v1") }]
    : kindNames.map((kind) => ({ kind }) as Readonly<Record<string, string>>)
  ).map((query): SessionRead => ({ path: SCHEMA_PATH, query, toEntry: toKindEntry })),
];
