/** A multipart form with files (RFC 7578). */
export type FormPart =
  | readonly [name: string, value: string]
  | readonly [name: string, file: { name: string; type: string; bytes: Uint8Array }];

const quoteName = (text: string): string => text.replaceAll(/["\r\n]/g, (sign) => encodeURIComponent(sign));

/** Builds the form. `boundary` must not occur in the parts; a random one is sufficient. */
export function buildMultipart(parts: readonly FormPart[], boundary: string): { type: string; body: Uint8Array } {
  const pieces = parts.flatMap(([name, value]) => {
    const disposition = `--${boundary}\r\nContent-Disposition: form-data; name="${quoteName(name)}"`;
    return typeof value === "string"
      ? [Buffer.from(`${disposition}\r\n\r\n${value}\r\n`)]
      : [
          Buffer.from(`${disposition}; filename="${quoteName(value.name)}"\r\nContent-Type: ${value.type}\r\n\r\n`),
          value.bytes,
          Buffer.from("\r\n"),
        ];
  });
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
  };
}
