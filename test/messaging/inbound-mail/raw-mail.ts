import type { ParsedMail } from "@crm/core/messaging/inbound-mail/parsed-mail.rules.ts";

/** Raw emails for tests, in the formats that programs write. */

export const SUPPORT_ADDRESS = "support@acme.in.example";

/** A form of email with the expected parse result. */
export interface MailFixture {
  readonly name: string;
  readonly raw: Buffer;
  readonly is: Partial<Omit<ParsedMail, "attachments" | "bounce">> & {
    readonly attachments?: readonly { name: string; type?: string; size?: number; cid?: string | null; is_inline?: boolean }[];
    readonly bounce?: object | null;
  };
}

/** Lines in the wire format, encoded as UTF-8. */
export const encodeUtf8 = (...lines: readonly string[]): Buffer => Buffer.from(lines.join("\r\n"), "utf8");

/** Lines in the wire format, with one byte for each character. */
export const encodeLatin1 = (...lines: readonly string[]): Buffer => Buffer.from(lines.join("\r\n"), "latin1");

const defaultHeaders = {
  From: "Ada Lovelace <ada@customer.example>",
  To: SUPPORT_ADDRESS,
  Subject: "Hello",
  "Message-ID": "<m1@customer.example>",
};

/** The default headers, with changes. An empty text omits a header. */
export const buildHeaders = (headers: Readonly<Record<string, string>> = {}): string[] =>
  Object.entries({ ...defaultHeaders, ...headers })
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}: ${value}`);

/** An email with a plain text body. */
export const buildPlainMail = (text: string, headers: Readonly<Record<string, string>> = {}): Buffer =>
  encodeUtf8(...buildHeaders({ "Content-Type": "text/plain; charset=utf-8", ...headers }), "", ...text.split("\n"));

export const buildHtmlMail = (body: string, headers: Readonly<Record<string, string>> = {}): Buffer =>
  buildPlainMail(body, { "Content-Type": "text/html; charset=utf-8", ...headers });

/** An email whose text is in a charset and encoded in base64. */
export const buildEncodedMail = (charset: string, base64: string): Buffer =>
  encodeUtf8(
    ...buildHeaders({ "Content-Type": `text/plain; charset=${charset}`, "Content-Transfer-Encoding": "base64" }),
    "",
    base64,
  );

/** One part of a multipart email. */
export const buildPart = (type: string, body: string, ...headers: readonly string[]): string[] => [
  `Content-Type: ${type}`,
  ...headers,
  "",
  body,
];

export const buildMultipart = (
  subtype: string,
  parts: readonly (readonly string[])[],
  headers: Readonly<Record<string, string>> = {},
): Buffer =>
  encodeUtf8(
    ...buildHeaders({ "Content-Type": `multipart/${subtype}; boundary="=_b"`, ...headers }),
    "",
    ...joinParts("=_b", parts),
  );

export const joinParts = (boundary: string, parts: readonly (readonly string[])[]): string[] => [
  ...parts.flatMap((lines) => [`--${boundary}`, ...lines]),
  `--${boundary}--`,
  "",
];

export const encodeBase64 = (content: string | Buffer): string =>
  Buffer.from(content).toString("base64").replaceAll(/.{76}/g, "$&\r\n");

/** Prepares a parsed email for comparison: files are replaced by their sizes. */
export const toComparable = (mail: ParsedMail) => ({
  ...mail,
  attachments: mail.attachments.map(({ bytes: { length: size }, ...file }) => ({ ...file, size })),
});
