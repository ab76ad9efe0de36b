import type { Kind } from "./id.ts";

/** The path below which the web console is served: by the local server, or from a bucket behind CloudFront. */
export const CONSOLE_PATH = "/crm";

/** Returns the address of a page of the console, for mails. `origin` is that of the system. */
export const buildConsoleUrl = (origin: string, path: string): string => `${origin}${CONSOLE_PATH}${path}`;

/** Returns an address that leads to the page of a record, for text messages, which have no room for the longer one. */
export const buildShortRecordUrl = (origin: string, kind: Pick<Kind, "path">, id: string): string =>
  `${origin}${kind.path}/${id}`;

/** Returns the address of a record's page in the console. For a kind without pages it is that of the notifications. */
export const buildRecordUrl = (origin: string, kind: Pick<Kind, "path"> | undefined, id: string): string =>
  buildConsoleUrl(origin, kind?.path === undefined ? "/notifications" : `${kind.path}/view/${id}`);
