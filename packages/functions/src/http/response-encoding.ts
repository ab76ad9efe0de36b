import { hash } from "node:crypto";
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Operation } from "./operation.ts";

/**
 * Encodes an answer: as a 304 if the caller has it already (RFC 9110, 13), without its body for HEAD, and compressed if possible.
 */

type GatewayResponse = APIGatewayProxyStructuredResultV2;
type Headers = Record<string, string>;

/** Minimum length of a body that is compressed. */
const MIN_COMPRESSED_LENGTH = 1024;
const TEXT_TYPES = /^(text\/|application\/(json|javascript|xml)\b|image\/svg\+xml|[^;]+\+(json|xml)\b)/i;

/** The supported codings, the better one first. Brotli at level 4 takes as long as gzip and makes smaller bodies. */
const codings = {
  ...(typeof zlib.brotliCompress === "function"
    ? {
        br: (body: Buffer): Promise<Buffer> =>
          promisify<zlib.InputType, zlib.BrotliOptions, Buffer>(zlib.brotliCompress)(body, {
            params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: body.length },
          }),
      }
    : {}),
  gzip: (body: Buffer): Promise<Buffer> => promisify<zlib.InputType, Buffer>(zlib.gzip)(body),
} satisfies Record<string, (body: Buffer) => Promise<Buffer>>;

/** Returns an ETag of a body as this caller sees it. The ETag of a record begins with its version, which If-Match compares. */
export const computeEtag = (body: string, version?: number): string => {
  const digest = hash("sha256", body, "base64url").slice(0, 16);
  return version === undefined ? `"${digest}"` : `"${version}.${digest}"`;
};

/** Returns the answer in the form that this request accepts. */
export async function encodeResponse(
  { headers, requestContext }: APIGatewayProxyEventV2,
  operation: Operation | undefined,
  response: GatewayResponse,
): Promise<GatewayResponse> {
  const isCoded = mayCompress(operation) && isCompressible(response);
  const answer = isCoded ? withVaryHeader(response) : response;
  const { method } = requestContext.http;
  const reads = method === "GET" || method === "HEAD";
  if (reads && answer.statusCode === 200 && matchesEtag(headers["if-none-match"], answer.headers?.etag)) {
    const { "content-type": _type, ...remainingHeaders } = answer.headers as Headers;
    return { statusCode: 304, headers: remainingHeaders };
  }
  if (method === "HEAD") return { ...answer, body: "", isBase64Encoded: false };
  return isCoded ? compressResponse(headers["accept-encoding"], answer) : answer;
}

const isCompressible = ({ body = "", isBase64Encoded, headers }: GatewayResponse): boolean =>
  !isBase64Encoded && body.length >= MIN_COMPRESSED_LENGTH && TEXT_TYPES.test(String(headers?.["content-type"]));

/** Set also on answers without a body (RFC 9110, 15.4.5). */
const withVaryHeader = ({ headers, ...answer }: GatewayResponse): GatewayResponse => ({
  ...answer,
  headers: { ...headers, vary: [headers?.vary, "accept-encoding"].filter(Boolean).join(", ") },
});

/**
 * Whether an answer may be compressed. The length of a compressed answer discloses a secret in it to an attacker who can add text
 * beside the secret (BREACH), so answers with secrets are not compressed.
 */
const mayCompress = (operation: Operation | undefined): boolean =>
  operation === undefined || operation.method === "GET" || operation.keyed || operation.onlyReads;

/** Whether the caller has this ETag. For reads, a weak ETag is as good as a strong one. */
function matchesEtag(header: string | undefined, tag: unknown): boolean {
  if (header === undefined || typeof tag !== "string") return false;
  return header.trim() === "*" || header.split(",").some((candidate) => stripWeakPrefix(candidate) === stripWeakPrefix(tag));
}

const stripWeakPrefix = (tag: string): string => tag.trim().replace(/^W\//, "");

async function compressResponse(accepted: string | undefined, answer: GatewayResponse): Promise<GatewayResponse> {
  const { body = "", headers = {} } = answer;
  const coding = negotiateCoding(accepted);
  if (coding === undefined) return answer;
  const bytes = await coding.code(Buffer.from(body));
  // The same record in other bytes, so the ETag is weak.
  const etag: Headers = typeof headers.etag === "string" ? { etag: `W/${headers.etag}` } : {};
  return {
    ...answer,
    headers: { ...headers, ...etag, "content-encoding": coding.name },
    body: bytes.toString("base64"),
    isBase64Encoded: true,
  };
}

/** Returns the best coding that the caller accepts (RFC 9110, 12.5.3); undefined if the caller names none. */
function negotiateCoding(accepted = ""): { name: string; code: (body: Buffer) => Promise<Buffer> } | undefined {
  const weights = new Map(
    accepted.split(",").map((entry): [string, number] => {
      const [name = "", ...parameters] = entry.split(";").map((part) => part.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
      return [name, weight === undefined ? 1 : Number(weight) || 0];
    }),
  );
  const findWeight = (name: string): number => weights.get(name) ?? weights.get("*") ?? 0;
  const acceptedCodings = Object.entries(codings)
    .map(([name, code]) => ({ name, code, weight: findWeight(name) }))
    .filter(({ weight }) => weight > 0);
  return acceptedCodings.reduce<(typeof acceptedCodings)[number] | undefined>(
    (best, coding) => (best && best.weight >= coding.weight ? best : coding),
    undefined,
  );
}
