import { hasPermission, useRequest, useTenant } from "../../kernel/context.ts";
import { findLoadedCollection } from "../table/collection-registry.ts";
import { noteWriteElsewhere } from "../table/recent-writes.ts";
import { computeMac, isMac, keysFor } from "../vault/secret.ts";
import { findFeed } from "./event-feed.ts";

/**
 * The header `X-Read-After` (docs/storage/columns.md): the answer to a write names the records that it wrote. A caller who sends the header back
 * finds these records in every list at once, even if another process answers, and before the feed of events tells of them.
 *
 * A value is `<id>:<version>+<id>:<version>.<signature>`; a request may have several, separated by commas. The signature allows no other records than
 * those that were written, so that a caller cannot make a process read and keep any number of them.
 */

/** Records of one answer. Gateways limit the headers of a request to 10 KB. */
const MAX_RECORDS = 80;
/** Values of one request. */
const MAX_VALUES = 100;

interface WrittenRecord {
  readonly id: string;
  readonly version: number;
}

/** Returns the header of an answer to a request that wrote these records; undefined if it has written nothing that lists from columns show. */
export async function formatReadAfter(written: readonly WrittenRecord[]): Promise<string | undefined> {
  const versions = new Map(written.filter(isListed).map(({ id, version }) => [id, version]));
  const named = [...versions].slice(-MAX_RECORDS);
  if (named.length === 0) return undefined;
  const text = named.map(([id, version]) => `${id}:${version}`).join("+");
  const [key] = await keysFor("requests", "cursor");
  return `${text}.${computeMac(key, ...signedTexts(text))}`;
}

/** Whether the caller may list records of this kind, and lists of the kind are read from columns. */
function isListed({ id }: WrittenRecord): boolean {
  // The process wrote the record, so it has loaded its collection.
  const collection = findLoadedCollection(id);
  if (!collection || !findFeed(collection)) return false;
  const { read } = collection.kind;
  return read === undefined || hasPermission(read);
}

const signedTexts = (text: string): string[] => ["read after", useTenant(), text];

/** Takes over what the header of the request names. Values of another tenant, or that were changed, are ignored. */
export async function noteCallerWrites(): Promise<void> {
  const { read_after } = useRequest();
  if (read_after === undefined) return;
  const keys = await keysFor("requests", "cursor");
  for (const value of read_after.split(",").slice(-MAX_VALUES)) {
    const [text = "", mac = ""] = value.trim().split(".");
    if (!isMac(mac, keys, ...signedTexts(text))) continue;
    for (const record of text.split("+")) {
      const [id = "", version] = record.split(":");
      noteWriteElsewhere(id, Number(version));
    }
  }
}
