import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { contentDisposition } from "@crm/core/kernel/content-disposition.ts";
import { type ErrorCode, httpStatusByCode } from "@crm/core/kernel/error.ts";
import type { FolderObjects, ObjectLink } from "../ports/objects.ts";

/** Answers a link to an object, as S3 does: the token alone authorises the request. Bytes are streamed between disk and network. */
export async function serveLink(
  objects: FolderObjects,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const link = await objects.resolveLink(token);
  if (!link || link.method !== request.method) {
    await drainRequest(request);
    return sendError(response, "FORBIDDEN", "This link is invalid, has expired, or is for another method");
  }
  return link.method === "PUT" ? receiveObject(objects, link, request, response) : sendObject(objects, link, response);
}

class WrongSizeError extends Error {}

async function receiveObject(
  objects: FolderObjects,
  { key, content_type, size }: ObjectLink & { method: "PUT" },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { "content-type": type, "content-length": length } = request.headers;
  if (type !== content_type) {
    await drainRequest(request);
    return sendError(response, "VALIDATION_ERROR", `The header content-type must be ${content_type}`);
  }
  if (length !== undefined && Number(length) !== size) {
    await drainRequest(request);
    return sendError(response, "VALIDATION_ERROR", `The body must have exactly ${size} bytes`);
  }
  try {
    const isNew = await objects.writeOnce(key, requireExactSize(request, size));
    if (!isNew) return sendError(response, "VERSION_CONFLICT", "The bytes were already sent and cannot be changed");
    response.writeHead(200, { "cache-control": "no-store" });
    response.end();
  } catch (error) {
    if (error instanceof WrongSizeError) {
      return sendError(response, "VALIDATION_ERROR", `The body must have exactly ${size} bytes`);
    }
    // The client has gone, and no partial file is left.
    if (!request.complete) return;
    throw error;
  }
}

/** Yields a body's bytes. Throws unless there are exactly `size`; further bytes are read to the end and dropped. */
async function* requireExactSize(body: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let seen = 0;
  for await (const chunk of body) {
    seen += chunk.length;
    if (seen <= size) yield chunk;
  }
  if (seen !== size) throw new WrongSizeError();
}

async function sendObject(objects: FolderObjects, link: ObjectLink & { method: "GET" }, response: ServerResponse): Promise<void> {
  const object = await objects.open(link.key);
  if (!object) return sendError(response, "NOT_FOUND", "The file no longer exists");
  response.writeHead(200, {
    "content-type": link.content_type,
    "content-length": object.size,
    "content-disposition": contentDisposition(link.file_name),
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  });
  await pipeline(object.read(), response).catch((error) => {
    if (!response.destroyed) throw error;
  });
}

/** Reads the rest of a body, because a client that is still sending would not read the response. */
async function drainRequest(request: IncomingMessage): Promise<void> {
  for await (const _chunk of request);
}

function sendError(response: ServerResponse, code: ErrorCode, message: string): void {
  response.writeHead(httpStatusByCode[code], { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
  response.end(JSON.stringify({ success: false, error: { code, message, details: [] } }));
}
