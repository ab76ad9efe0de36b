import type { WebRequest } from "@crm/core/kernel/ports.ts";

/** Returns the parts of a multipart form, by name; undefined if the body is not one. */
export function parseMultipart({ headers, body }: Pick<WebRequest, "headers" | "body">): Map<string, Buffer> | undefined {
  const boundary = /^multipart\/form-data;\s*boundary="?([^";]+)"?/i.exec(headers["content-type"] ?? "")?.[1];
  if (boundary === undefined || body === undefined) return undefined;
  const bytes = Buffer.from(body);
  const parts = new Map<string, Buffer>();
  const line = Buffer.from(`--${boundary}`);
  for (let from = bytes.indexOf(line); from >= 0; ) {
    const to = bytes.indexOf(line, from + line.length);
    if (to < 0) break;
    const part = bytes.subarray(from + line.length + 2, to - 2);
    const head = part.indexOf("\r\n\r\n");
    const name = /name="([^"]*)"/.exec(part.subarray(0, head).toString("utf8"))?.[1];
    if (head >= 0 && name !== undefined) parts.set(name, part.subarray(head + 4));
    from = to;
  }
  return parts;
}
