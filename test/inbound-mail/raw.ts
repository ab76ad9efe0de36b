import type { InboundMail } from "@crm/core/inbound-mail/mail.rules.ts";

/** Raw messages for tests, written as programs write them. */

export const TO = "support@acme.in.example";

/** A shape that a mail comes in, and what is read of it. */
export interface Shape {
  readonly name: string;
  readonly raw: Buffer;
  readonly is: Partial<Omit<InboundMail, "attachments" | "bounce">> & {
    readonly attachments?: readonly { name: string; type?: string; size?: number; cid?: string | null; is_inline?: boolean }[];
    readonly bounce?: object | null;
  };
}

/** Lines as they go over the wire; bytes beyond ASCII are those of UTF-8. */
export const wire = (...lines: readonly string[]): Buffer => Buffer.from(lines.join("\r\n"), "utf8");

/** As `wire`, one byte for each character. */
export const bytes = (...lines: readonly string[]): Buffer => Buffer.from(lines.join("\r\n"), "latin1");

const usual = { From: "Ada Lovelace <ada@customer.example>", To: TO, Subject: "Hello", "Message-ID": "<m1@customer.example>" };

/** Headers with those of every mail, of which each may be another, or left out by an empty text. */
export const head = (headers: Readonly<Record<string, string>> = {}): string[] =>
  Object.entries({ ...usual, ...headers })
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}: ${value}`);

/** A mail of one text. */
export const plain = (text: string, headers: Readonly<Record<string, string>> = {}): Buffer =>
  wire(...head({ "Content-Type": "text/plain; charset=utf-8", ...headers }), "", ...text.split("\n"));

export const html = (body: string, headers: Readonly<Record<string, string>> = {}): Buffer =>
  plain(body, { "Content-Type": "text/html; charset=utf-8", ...headers });

/** A text in base 64 of a charset. */
export const encoded = (charset: string, base64: string): Buffer =>
  wire(...head({ "Content-Type": `text/plain; charset=${charset}`, "Content-Transfer-Encoding": "base64" }), "", base64);

/** One part of several. */
export const part = (type: string, body: string, ...headers: readonly string[]): string[] => [
  `Content-Type: ${type}`,
  ...headers,
  "",
  body,
];

export const multipart = (
  subtype: string,
  parts: readonly (readonly string[])[],
  headers: Readonly<Record<string, string>> = {},
): Buffer => wire(...head({ "Content-Type": `multipart/${subtype}; boundary="=_b"`, ...headers }), "", ...between("=_b", parts));

export const between = (boundary: string, parts: readonly (readonly string[])[]): string[] => [
  ...parts.flatMap((lines) => [`--${boundary}`, ...lines]),
  `--${boundary}--`,
  "",
];

export const base64 = (content: string | Buffer): string =>
  Buffer.from(content).toString("base64").replaceAll(/.{76}/g, "$&\r\n");

/** As a test of a shape compares it: files by their sizes. */
export const told = (mail: InboundMail) => ({
  ...mail,
  attachments: mail.attachments.map(({ bytes: { length: size }, ...file }) => ({ ...file, size })),
});
