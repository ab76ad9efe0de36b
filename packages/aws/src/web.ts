import { NoResponse, type Web, type WebRequest, type WebResponse } from "@crm/core/kernel/ports.ts";
import { isPublicHostName } from "@crm/core/kernel/public-address.ts";

/**
 * Allows HTTPS to public names only, never to IP addresses or local names. This adapter checks every request again, even if its
 * caller has checked the address. It returns a redirect as the answer and does not follow it.
 */
const isPublic = ({ protocol, hostname, port, username }: URL): boolean =>
  protocol === "https:" && port === "" && username === "" && isPublicHostName(hostname);

/** Returns the web port. `allows` decides which addresses may be called; tests allow their own server. */
export function publicWeb(allows: (url: URL) => boolean = isPublic): Web {
  return {
    async send({ method, url, headers, body, timeoutSeconds, maxBytes }: WebRequest): Promise<WebResponse> {
      const { host } = new URL(url);
      if (!allows(new URL(url))) throw new Error(`The address is not allowed: ${host}`);
      try {
        const answer = await fetch(url, {
          method,
          headers,
          redirect: "manual",
          signal: AbortSignal.timeout(timeoutSeconds * 1000),
          ...(body === undefined ? {} : { body: body as NonNullable<RequestInit["body"]> }),
        });
        return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await readBounded(answer, maxBytes) };
      } catch (cause) {
        if (cause instanceof NoResponse) throw cause;
        // The message of the cause would disclose the address with its query, so only its code or name is reported.
        throw new NoResponse(`${host} did not answer: ${describeCause(cause)}`);
      }
    },
  };
}

const describeCause = (cause: unknown): string => {
  const { name, cause: inner } = cause as Error & { cause?: { code?: unknown } };
  return typeof inner?.code === "string" ? inner.code : name;
};

async function readBounded(answer: Response, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    size += part.byteLength;
    if (size > maxBytes) throw new NoResponse(`The response has more than ${maxBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
