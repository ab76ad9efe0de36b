import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import { createReadStream, rmSync } from "node:fs";
import { link, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { Objects } from "@crm/core/kernel/ports.ts";
import { parseObjectKey } from "@crm/core/storage/table/object-key.ts";
import type { FileSecrets } from "./adapters.ts";

/** The path below which the server itself answers links to objects. */
export const LINKS_PATH = "/_objects/";

/** The content of a signed link: the object, the method and the expiry. */
export type ObjectLink =
  | { method: "PUT"; key: string; content_type: string; size: number; until: number }
  | { method: "GET"; key: string; content_type: string; file_name: string; until: number };

/** Objects in a folder, with links that the local server answers. */
export interface FolderObjects extends Objects {
  /** Sets the origin of links. */
  setOrigin(origin: string): void;
  /** Returns the link in a token, if its signature is valid and it has not expired. */
  resolveLink(token: string): Promise<ObjectLink | undefined>;
  /** Writes an object that does not exist yet. Returns false if it exists. */
  writeOnce(key: string, body: AsyncIterable<Uint8Array>): Promise<boolean>;
}

interface FolderObjectsOptions {
  folder: string;
  secrets: Pick<FileSecrets, "root">;
  origin: string;
}

export function folderObjects({ folder, secrets, origin }: FolderObjectsOptions): FolderObjects {
  const underWay = `${folder}.partial`;
  // No other process holds the folder, so partial files are leftovers of killed processes.
  rmSync(underWay, { recursive: true, force: true });
  const resolvePath = (key: string): string => {
    const { tenant, kind, rest } = parseObjectKey(key);
    return join(folder, tenant, kind, ...rest.split("/"));
  };

  /** Writes the bytes to a partial file, and then lets `to` move it to the path of its key. */
  const place = async (key: string, body: AsyncIterable<Uint8Array>, to: (partial: string, path: string) => Promise<void>) => {
    const path = resolvePath(key);
    await mkdir(underWay, { recursive: true });
    const partial = join(underWay, randomBytes(9).toString("hex"));
    // Open the file before reading: a stream would open it lazily, possibly after the sender has gone and the file has been removed.
    const file = await open(partial, "wx", 0o600);
    try {
      await pipeline(body, file.createWriteStream({ flush: true }));
      await mkdir(dirname(path), { recursive: true });
      await to(partial, path);
    } finally {
      await rm(partial, { force: true });
    }
  };

  const signing = Buffer.from(hkdfSync("sha256", secrets.root, "", "crm:objects", 32));
  const signed = (text: string): Buffer => createHmac("sha256", signing).update(text).digest();
  const createLinkUrl = async (link: ObjectLink): Promise<string> => {
    const text = Buffer.from(JSON.stringify(link)).toString("base64url");
    return `${origin}${LINKS_PATH}${text}.${signed(text).toString("base64url")}`;
  };

  return {
    write: (key, body) => place(key, body instanceof Uint8Array ? singleChunk(body) : body, rename),
    async writeOnce(key, body) {
      try {
        await place(key, body, link);
        return true;
      } catch (error) {
        if (errorCode(error) === "EEXIST") return false;
        throw error;
      }
    },
    async open(key) {
      const path = resolvePath(key);
      const { size } = (await stat(path).catch(undefinedIfMissing)) ?? {};
      if (size === undefined) return undefined;
      return {
        size,
        read: (from = 0, to = size) =>
          from < Math.min(to, size) ? createReadStream(path, { start: from, end: to - 1 }) : emptyStream(),
      };
    },
    async delete(prefix) {
      const { tenant, kind, rest } = parseObjectKey(prefix);
      const path = join(folder, tenant, kind, ...rest.split("/"));
      const [inside, beginning] = rest === "" || rest.endsWith("/") ? [path, ""] : [dirname(path), basename(path)];
      for (const name of (await readdir(inside).catch(undefinedIfMissing)) ?? []) {
        if (name.startsWith(beginning)) await rm(join(inside, name), { recursive: true, force: true });
      }
    },
    links: {
      async upload(key, { content_type, size, seconds }) {
        resolvePath(key);
        const until = Clock.ms() + seconds * 1000;
        const url = await createLinkUrl({ method: "PUT", key, content_type, size, until });
        const expires_at = new Date(until).toISOString();
        return { url, method: "PUT", headers: { "content-type": content_type }, expires_at };
      },
      async download(key, { content_type, file_name, seconds }) {
        resolvePath(key);
        return createLinkUrl({ method: "GET", key, content_type, file_name, until: Clock.ms() + seconds * 1000 });
      },
    },
    setOrigin(address) {
      origin = address;
    },
    async resolveLink(token) {
      const [text = "", signature = ""] = token.split(".");
      const [actualSignature, expectedSignature] = [Buffer.from(signature, "base64url"), signed(text)];
      if (actualSignature.length !== expectedSignature.length || !timingSafeEqual(actualSignature, expectedSignature))
        return undefined;
      const link = JSON.parse(Buffer.from(text, "base64url").toString()) as ObjectLink;
      return link.until > Clock.ms() ? link : undefined;
    },
  };
}

const errorCode = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

function undefinedIfMissing(error: unknown): undefined {
  if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return undefined;
  throw error;
}

async function* singleChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* emptyStream(): AsyncGenerator<Uint8Array> {
  // An empty range has no bytes, which a stream of a file cannot say.
}
