import { Readable } from "node:stream";
import {
  DeleteObjectsCommand,
  type DeleteObjectsCommandOutput,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { Clock } from "@crm/core/kernel/clock.ts";
import { contentDisposition } from "@crm/core/kernel/content-disposition.ts";
import type { Objects } from "@crm/core/kernel/ports.ts";
import { parseObjectKey } from "@crm/core/storage/table/object-key.ts";

/**
 * Returns the objects of a bucket. A key in the bucket begins with the kind of the object (`uploads/ten_…/…`), because
 * permissions and lifecycle rules match keys by prefix. Links are signed with the client's credentials and expire before them
 * (`ends`, in milliseconds since the epoch).
 */
export const s3Objects = (client: S3Client, Bucket: string, ends = Number.POSITIVE_INFINITY): Objects => ({
  async write(key, body) {
    const params = { Bucket, Key: toBucketKey(key), ChecksumAlgorithm: "CRC32" } as const;
    if (body instanceof Uint8Array) {
      await client.send(new PutObjectCommand({ ...params, Body: body }));
      return;
    }
    // Uploads in parts, with two of them in memory. An incomplete upload is aborted here, or the bucket removes it a day later.
    const { Upload } = await import("@aws-sdk/lib-storage");
    await new Upload({ client, params: { ...params, Body: Readable.from(body) }, queueSize: 1, partSize: PART_BYTES }).done();
  },
  async open(key) {
    const Key = toBucketKey(key);
    const head = await client.send(new HeadObjectCommand({ Bucket, Key })).catch((error) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (!head) return undefined;
    const { ContentLength: size = 0, ETag: IfMatch } = head;
    return {
      size,
      async *read(from = 0, to = size) {
        if (from >= Math.min(to, size)) return;
        const Range = `bytes=${from}-${Math.min(to, size) - 1}`;
        // `IfMatch`: every range is of the same bytes, or the read fails.
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, Range, IfMatch }));
        yield* Body as AsyncIterable<Uint8Array>;
      },
    };
  },
  async delete(prefix) {
    const Prefix = toBucketKey(prefix);
    for (;;) {
      const { Contents = [], IsTruncated } = await client.send(new ListObjectsV2Command({ Bucket, Prefix }));
      const Objects = Contents.flatMap(({ Key }) => (Key === undefined ? [] : { Key }));
      if (Objects.length > 0) {
        const command = new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } });
        const { Errors = [] }: DeleteObjectsCommandOutput = await client.send(command);
        if (Errors[0]) throw new Error(`${Errors.length} objects were not deleted: ${Errors[0].Code}`);
      }
      if (!IsTruncated) return;
    }
  },
  links: {
    async upload(key, { content_type, size, seconds }) {
      // `If-None-Match` keeps the bytes that were uploaded first. The link has no checksum: S3 computes its own from the upload.
      const command = new PutObjectCommand({
        Bucket,
        Key: toBucketKey(key),
        ContentType: content_type,
        ContentLength: size,
        IfNoneMatch: "*",
      });
      const lasting = linkLifetime(seconds, ends);
      const url = await getSignedUrl(client, command, { ...lasting, signableHeaders: new Set(["content-type"]) });
      const headers = { "content-type": content_type, "if-none-match": "*" };
      return { url, method: "PUT", headers, expires_at: Clock.addSeconds(lasting.expiresIn, lasting.signingDate.getTime()) };
    },
    async download(key, { content_type, file_name, seconds }) {
      const command = new GetObjectCommand({
        Bucket,
        Key: toBucketKey(key),
        ResponseContentType: content_type,
        ResponseContentDisposition: contentDisposition(file_name),
        ResponseCacheControl: "no-store",
      });
      return getSignedUrl(client, command, linkLifetime(seconds, ends));
    },
  },
});

const PART_BYTES = 8 * 1024 * 1024;

/** Returns the lifetime of a link from now on: as long as requested, but not longer than the credentials. */
function linkLifetime(seconds: number, ends: number): { expiresIn: number; signingDate: Date } {
  const now = Clock.ms();
  return { expiresIn: Math.floor(Math.min(seconds, (ends - now) / 1000)), signingDate: new Date(now) };
}

/** S3 answers 403 for a missing object if the caller may not list the bucket, as in a session of one tenant. */
const isMissing = (error: unknown): boolean =>
  error instanceof S3ServiceException && [403, 404].includes(error.$metadata.httpStatusCode ?? 0);

function toBucketKey(key: string): string {
  const { tenant, kind, rest } = parseObjectKey(key);
  return `${kind}/${tenant}/${rest}`;
}
