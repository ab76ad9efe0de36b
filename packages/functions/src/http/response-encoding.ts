import { createHash } from "node:crypto";
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Operation } from "./operation.ts";

/** How an answer goes over the wire: whether the caller has it already (RFC 9110, 13), whether with its body, and in which coding. */

type GatewayResponse = APIGatewayProxyStructuredResultV2;
type Headers = Record<string, string>;

/** Bytes from which a body is worth coding. */
const MIN_COMPRESSED_LENGTH = 1024;
const TEXT_TYPES = /^(text\/|application\/(json|javascript|xml)\b|image\/svg\+xml|[^;]+\+(json|xml)\b)/i;

/** The codings that there are, the better one first. Level 4 of brotli takes as long as gzip does, and makes less of it. */
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

/**
 * An ETag of what a body says, which is what it says to this caller in this form; of a record it begins with the version, which is what
 * If-Match goes by.
 */
export const computeEtag = (body: string, version?: number): string => {
  const digest = createHash("sha256").update(body).digest("base64url").slice(0, 16);
  return version === undefined ? `"${digest}"` : `"${version}.${digest}"`;
};

/** The answer as this request takes it. */
export async function encodeResponse(
  { headers, requestContext }: APIGatewayProxyEventV2,
  operation: Operation | undefined,
  whole: GatewayResponse,
): Promise<GatewayResponse> {
  const isCoded = mayCompress(operation) && isCompressible(whole);
  const answer = isCoded ? withVaryHeader(whole) : whole;
  const { method } = requestContext.http;
  const reads = method === "GET" || method === "HEAD";
  if (reads && answer.statusCode === 200 && matchesEtag(headers["if-none-match"], answer.headers?.etag)) {
    const { "content-type": _type, ...kept } = answer.headers as Headers;
    return { statusCode: 304, headers: kept };
  }
  if (method === "HEAD") return { ...answer, body: "", isBase64Encoded: false };
  return isCoded ? compressResponse(headers["accept-encoding"], answer) : answer;
}

const isCompressible = ({ body = "", isBase64Encoded, headers }: GatewayResponse): boolean =>
  !isBase64Encoded && body.length >= MIN_COMPRESSED_LENGTH && TEXT_TYPES.test(String(headers?.["content-type"]));

/** Said of what goes without its body as well (RFC 9110, 15.4.5). */
const withVaryHeader = ({ headers, ...answer }: GatewayResponse): GatewayResponse => ({
  ...answer,
  headers: { ...headers, vary: [headers?.vary, "accept-encoding"].filter(Boolean).join(", ") },
});

/** What is compressed tells by its length what is in it, to who may put something beside it: so no secret is (BREACH). */
const mayCompress = (operation: Operation | undefined): boolean =>
  operation === undefined || operation.method === "GET" || operation.keyed || operation.onlyReads;

/** Whether one of the tags that a caller has is this one; for reading, weak ones are as good. */
function matchesEtag(held: string | undefined, tag: unknown): boolean {
  if (held === undefined || typeof tag !== "string") return false;
  return held.trim() === "*" || held.split(",").some((each) => stripWeakPrefix(each) === stripWeakPrefix(tag));
}

const stripWeakPrefix = (tag: string): string => tag.trim().replace(/^W\//, "");

async function compressResponse(accepted: string | undefined, answer: GatewayResponse): Promise<GatewayResponse> {
  const { body = "", headers = {} } = answer;
  const coding = negotiateCoding(accepted);
  if (coding === undefined) return answer;
  const bytes = await coding.code(Buffer.from(body));
  // The same record in other bytes: by its tag it is weakly the same.
  const etag: Headers = typeof headers.etag === "string" ? { etag: `W/${headers.etag}` } : {};
  return {
    ...answer,
    headers: { ...headers, ...etag, "content-encoding": coding.name },
    body: bytes.toString("base64"),
    isBase64Encoded: true,
  };
}

/** The best coding that the caller takes (RFC 9110, 12.5.3); none where they say nothing. */
function negotiateCoding(accepted = ""): { name: string; code: (body: Buffer) => Promise<Buffer> } | undefined {
  const weights = new Map(
    accepted.split(",").map((each): [string, number] => {
      const [name = "", ...parameters] = each.split(";").map((part) => part.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
      return [name, weight === undefined ? 1 : Number(weight) || 0];
    }),
  );
  const weightOf = (name: string): number => weights.get(name) ?? weights.get("*") ?? 0;
  const taken = Object.entries(codings)
    .map(([name, code]) => ({ name, code, weight: weightOf(name) }))
    .filter(({ weight }) => weight > 0);
  return taken.reduce<(typeof taken)[number] | undefined>(
    (best, each) => (best && best.weight >= each.weight ? best : each),
    undefined,
  );
}
