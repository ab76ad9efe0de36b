import { lookup } from "node:dns/promises";
import { type ClientRequest, type IncomingMessage, request as plainly, type RequestOptions } from "node:http";
import { request as securely } from "node:https";
import { isIP } from "node:net";
import { NoResponse, type Outbound, type OutboundRequest, type OutboundResponse, type ProbeResult } from "./ports.ts";
import { isPublicAddress, isPublicHostName } from "./public-address.ts";

/**
 * The policy for requests to addresses that tenants configure. A host name is resolved once. All its addresses must be reachable under the
 * policy, and the connection goes to the address that was checked, even if the name resolves differently a moment later (DNS rebinding).
 * Redirects are returned, not followed.
 */
export interface OutboundPolicy {
  /** Returns what is wrong with the form of a URL. */
  findUrlProblem(url: URL): string | undefined;
  /** Returns the addresses of a host name. */
  resolve(host: string): Promise<readonly string[]>;
  isReachable(address: string): boolean;
  /** Whether a host name is resolved when a tenant saves the URL, so that the tenant sees the error at once. */
  resolvesEarly: boolean;
  /** Why an address that tenants may save is not requested. */
  findProbeProblem?(url: URL): string | undefined;
}

const parseHost = ({ hostname }: URL): string => hostname.replaceAll(/[[\]]/g, "").replace(/\.$/, "").toLowerCase();

/** The host as the WHATWG URL parser writes it: numbers in any base are already in dotted form. */
function findPublicUrlProblem(url: URL): string | undefined {
  const host = parseHost(url);
  if (url.protocol !== "https:") return "The URL must use https";
  if (url.username !== "" || url.password !== "") return "The URL must not contain a user or password";
  if (url.port !== "") return "The URL must use the default port, 443";
  if (isIP(host) !== 0) return isPublicAddress(host) ? undefined : "The URL must point to a public IP address";
  return isPublicHostName(host) ? undefined : "The URL must point to a public host";
}

export const publicPolicy: OutboundPolicy = {
  findUrlProblem: findPublicUrlProblem,
  resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  isReachable: isPublicAddress,
  resolvesEarly: true,
};

const LOOPBACK_ADDRESSES: Readonly<Record<string, string>> = { localhost: "127.0.0.1", "127.0.0.1": "127.0.0.1", "::1": "::1" };

const isLoopbackUrl = (url: URL): boolean => url.protocol === "http:" && Object.hasOwn(LOOPBACK_ADDRESSES, parseHost(url));

/**
 * The policy of a local server. Tenants can save all URLs that `publicPolicy` accepts and loopback URLs, but only loopback addresses are
 * requested.
 */
export const loopbackPolicy: OutboundPolicy = {
  findUrlProblem: (url) =>
    isLoopbackUrl(url) && url.username === "" && url.password === "" ? undefined : findPublicUrlProblem(url),
  resolve: async (host) => [LOOPBACK_ADDRESSES[host] ?? ""].filter(Boolean),
  isReachable: (address) => Object.values(LOOPBACK_ADDRESSES).includes(address),
  resolvesEarly: false,
  findProbeProblem: (url) => (isLoopbackUrl(url) ? undefined : "Local servers request only their own machine"),
};

/** Returns the address to connect to. Throws if any address of the host is not reachable under the policy. */
export async function resolveAddress(
  host: string,
  { resolve, isReachable }: Pick<OutboundPolicy, "resolve" | "isReachable">,
): Promise<string> {
  let all: readonly string[];
  try {
    all = isIP(host) === 0 ? await resolve(host) : [host];
  } catch {
    all = [];
  }
  const [first] = all;
  if (first === undefined) throw new NoResponse(`${host} has no IP address`);
  if (!all.every((address) => isReachable(address)))
    throw new NoResponse(`${host} resolves to an address outside the public internet`);
  return first;
}

export function createOutbound(reach: OutboundPolicy): Outbound {
  return {
    async findProblem(text) {
      if (!URL.canParse(text)) return "Must be a complete URL, such as https://hooks.acme.example/crm";
      const url = new URL(text);
      const problem = reach.findUrlProblem(url);
      if (problem !== undefined || !reach.resolvesEarly) return problem;
      try {
        await resolveAddress(parseHost(url), reach);
        return undefined;
      } catch (error) {
        return (error as Error).message;
      }
    },
    post: (request) => requestAddress(reach, { ...request, method: "POST" }),
    async probe({ url: address, timeoutSeconds }): Promise<ProbeResult> {
      const url = new URL(address);
      const skipped = reach.findUrlProblem(url) ?? reach.findProbeProblem?.(url);
      if (skipped !== undefined) return { skipped };
      const signal = AbortSignal.timeout(timeoutSeconds * 1000);
      const send = async (method: "HEAD" | "GET"): Promise<number> =>
        (await requestAddress(reach, { url: address, method, headers: {}, body: "", timeoutSeconds, maxBytes: 1 }, signal))
          .status;
      try {
        const status = await send("HEAD");
        return { status: status >= 400 ? await send("GET") : status };
      } catch (error) {
        if (error instanceof NoResponse) return { problem: error.message };
        throw error;
      }
    },
  };
}

interface MethodRequest extends OutboundRequest {
  method: "POST" | "HEAD" | "GET";
}

/** Checks a URL, resolves its host once, and requests the address that was checked. */
async function requestAddress(
  reach: OutboundPolicy,
  request: MethodRequest,
  signal = AbortSignal.timeout(request.timeoutSeconds * 1000),
): Promise<OutboundResponse> {
  const url = new URL(request.url);
  const problem = reach.findUrlProblem(url);
  if (problem !== undefined) throw new NoResponse(problem);
  const late = new NoResponse(`${url.hostname} did not answer within ${request.timeoutSeconds} seconds`);
  if (signal.aborted) throw late;
  const address = await Promise.race([
    resolveAddress(parseHost(url), reach),
    new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(late), { once: true })),
  ]);
  try {
    return await sendRequest(url, address, request, signal);
  } catch (error) {
    if (signal.aborted) throw late;
    throw new NoResponse(`${url.hostname} did not answer: ${(error as { code?: string }).code ?? (error as Error).name}`);
  }
}

function sendRequest(
  url: URL,
  address: string,
  { method, headers, body, maxBytes }: MethodRequest,
  signal: AbortSignal,
): Promise<OutboundResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<OutboundResponse>();
  const isPlain = url.protocol === "http:";
  const options: RequestOptions & { servername?: string } = {
    method,
    host: address,
    port: url.port || (isPlain ? 80 : 443),
    path: url.pathname + url.search,
    headers: { ...headers, host: url.host, ...(method === "POST" ? { "content-length": Buffer.byteLength(body) } : {}) },
    agent: false,
    signal,
    // The certificate must match the host name, although the connection goes to the address.
    ...(isPlain || isIP(parseHost(url)) !== 0 ? {} : { servername: parseHost(url) }),
  };
  const request: ClientRequest = (isPlain ? plainly : securely)(options, (answer) => readBody(answer, maxBytes, resolve, reject));
  request.on("error", reject);
  request.on("upgrade", () => request.destroy(new Error("Upgraded")));
  request.end(body);
  return promise;
}

/** Reads up to `maxBytes` bytes of a response and closes the connection. */
function readBody(
  answer: IncomingMessage,
  maxBytes: number,
  resolve: (answer: OutboundResponse) => void,
  reject: (error: Error) => void,
): void {
  const parts: Uint8Array[] = [];
  let size = 0;
  const done = (): void => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts).subarray(0, maxBytes) });
  answer.on("data", (part: Buffer) => {
    parts.push(part);
    size += part.byteLength;
    if (size < maxBytes) return;
    done();
    answer.destroy();
  });
  answer.on("end", done);
  answer.on("error", reject);
}
