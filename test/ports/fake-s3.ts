import { createHash, createHmac, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { S3Client } from "@aws-sdk/client-s3";
import { Clock } from "@crm/core/kernel/clock.ts";

/**
 * The part of S3 that the adapter uses, over HTTP, so that it answers the SDK's own requests and links: objects with ranges and
 * conditions, multipart uploads, lists, and links whose signature, headers and expiry are checked as in AWS.
 */
export interface FakeS3 {
  client: S3Client;
  bucket: string;
  objects: Map<string, Buffer>;
  /** Multipart uploads that are neither completed nor aborted. */
  begun: Map<string, Map<number, Buffer>>;
  /** Whether the caller may list the bucket. Otherwise a missing object is reported as access denied. */
  mayList: boolean;
  /** The requests received, such as `GET /bucket/key`. */
  seen: string[];
  close(): Promise<void>;
}

const SECRET = "secret";
const REGION = "eu-west-1";

class S3Error extends Error {
  readonly status: number;
  constructor(status: number, code: string) {
    super(code);
    this.status = status;
  }
}

export async function startFakeS3(bucket = "bucket"): Promise<FakeS3> {
  const objects = new Map<string, Buffer>();
  const begun = new Map<string, Map<number, Buffer>>();
  const seen: string[] = [];
  const etagOf = (body: Buffer): string => `"${createHash("md5").update(body).digest("hex")}"`;

  async function answer(request: IncomingMessage): Promise<{ status?: number; headers?: object; body?: Buffer | string }> {
    const url = new URL(request.url ?? "/", "http://s3");
    const method = request.method ?? "GET";
    const body = await readBody(request);
    const isSigned = url.searchParams.has("X-Amz-Signature");
    if (isSigned) verifySignature(request, url);
    const [, place, ...rest] = url.pathname.split("/");
    const key = decodeURIComponent(rest.join("/"));
    seen.push(
      `${method} ${url.pathname}${[...url.searchParams.keys()].filter((name) => name === "delete").map((name) => `?${name}`)}`,
    );
    if (place !== bucket) throw new S3Error(404, "NoSuchBucket");
    const upload = url.searchParams.get("uploadId");
    if (method === "POST" && url.searchParams.has("uploads")) {
      const id = randomUUID();
      begun.set(id, new Map());
      return {
        body: xmlElement(
          "InitiateMultipartUploadResult",
          `<Bucket>${bucket}</Bucket><Key>${key}</Key><UploadId>${id}</UploadId>`,
        ),
      };
    }
    if (upload !== null) {
      const parts = begun.get(upload);
      if (!parts) throw new S3Error(404, "NoSuchUpload");
      if (method === "PUT") {
        parts.set(Number(url.searchParams.get("partNumber")), body);
        return { headers: { etag: etagOf(body) } };
      }
      begun.delete(upload);
      if (method === "DELETE") return { status: 204 };
      objects.set(key, Buffer.concat([...parts].sort(([a], [b]) => a - b).map(([, part]) => part)));
      return { body: xmlElement("CompleteMultipartUploadResult", `<Key>${key}</Key>`) };
    }
    if (method === "POST" && url.searchParams.has("delete")) {
      for (const [, each = ""] of body.toString().matchAll(/<Key>([^<]+)<\/Key>/g)) objects.delete(each);
      return { body: xmlElement("DeleteResult", "") };
    }
    if (method === "GET" && key === "") return { body: list(url) };
    if (method === "PUT") {
      if (request.headers["if-none-match"] === "*" && objects.has(key)) throw new S3Error(412, "PreconditionFailed");
      if (Number(request.headers["content-length"] ?? body.length) !== body.length) throw new S3Error(400, "IncompleteBody");
      objects.set(key, isChunked(request) ? decodeChunks(body) : body);
      return { headers: { etag: etagOf(body) } };
    }
    return given(request, url, key);
  }

  function list(url: URL): string {
    const prefix = url.searchParams.get("prefix") ?? "";
    const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    const contents = keys.slice(0, 1000).map((key) => `<Contents><Key>${key}</Key></Contents>`);
    return xmlElement("ListBucketResult", `<IsTruncated>${keys.length > 1000}</IsTruncated>${contents.join("")}`);
  }

  function given(request: IncomingMessage, url: URL, key: string) {
    const object = objects.get(key);
    if (!object) throw s3.mayList ? new S3Error(404, "NoSuchKey") : new S3Error(403, "AccessDenied");
    const { range, "if-match": wanted } = request.headers;
    if (wanted !== undefined && wanted !== etagOf(object)) throw new S3Error(412, "PreconditionFailed");
    const [, from = "", to = ""] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "") ?? [];
    const body = range === undefined ? object : object.subarray(Number(from), Number(to) + 1);
    const asked = [...url.searchParams]
      .filter(([name]) => name.startsWith("response-"))
      .map(([name, value]) => [name.slice("response-".length), value]);
    const headers = { etag: etagOf(object), "content-length": body.length, ...Object.fromEntries(asked) };
    return { status: range === undefined ? 200 : 206, headers, body };
  }

  const server: Server = createServer((request, response) => {
    answer(request)
      .catch((error) => {
        if (!(error instanceof S3Error)) throw error;
        return { status: error.status, headers: {}, body: xmlElement("Error", `<Code>${error.message}</Code>`) };
      })
      .then(({ status = 200, headers = {}, body = "" }) => {
        response.writeHead(status, headers as Record<string, string>);
        response.end(request.method === "HEAD" ? undefined : body);
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: REGION,
    forcePathStyle: true,
    credentials: { accessKeyId: "key", secretAccessKey: SECRET },
    requestChecksumCalculation: "WHEN_REQUIRED",
    maxAttempts: 1,
  });
  const close = async (): Promise<void> => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const s3 = { client, bucket, objects, begun, seen, close, mayList: true };
  return s3;
}

const xmlElement = (name: string, inner: string): string => `<?xml version="1.0"?><${name}>${inner}</${name}>`;

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  return isChunked(request) ? decodeChunks(body) : body;
}

const isChunked = (request: IncomingMessage): boolean => String(request.headers["content-encoding"]).includes("aws-chunked");

/** Decodes chunks with their sizes, followed by a checksum. */
function decodeChunks(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let offset = 0; offset < body.length; ) {
    const end = body.indexOf("\r\n", offset);
    const size = Number.parseInt(body.subarray(offset, end).toString(), 16);
    if (!size) break;
    parts.push(body.subarray(end + 2, end + 2 + size));
    offset = end + 2 + size + 2;
  }
  return Buffer.concat(parts);
}

const escapeUri = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** Verifies Signature Version 4 in the query: the request must contain every signed header unchanged. */
function verifySignature(request: IncomingMessage, url: URL): void {
  const readParameter = (name: string): string => url.searchParams.get(`X-Amz-${name}`) ?? "";
  const timestamp = readParameter("Date");
  const instant = Date.parse(timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (Clock.ms() >= instant + Number(readParameter("Expires")) * 1000) throw new S3Error(403, "AccessDenied");
  const query = [...url.searchParams]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${escapeUri(name)}=${escapeUri(value)}`)
    .sort()
    .join("&");
  const names = readParameter("SignedHeaders").split(";");
  const headers = names.map((name) => `${name}:${request.headers[name] ?? ""}\n`).join("");
  const canonical = [request.method, url.pathname, query, headers, names.join(";"), "UNSIGNED-PAYLOAD"].join("\n");
  const scope = readParameter("Credential").split("/").slice(1);
  const text = ["AWS4-HMAC-SHA256", timestamp, scope.join("/"), createHash("sha256").update(canonical).digest("hex")].join("\n");
  const hmac = (key: string | Buffer, data: string): Buffer => createHmac("sha256", key).update(data).digest();
  const key = scope.reduce<string | Buffer>((from, part) => hmac(from, part), `AWS4${SECRET}`);
  if (hmac(key, text).toString("hex") !== readParameter("Signature")) throw new S3Error(403, "SignatureDoesNotMatch");
}
