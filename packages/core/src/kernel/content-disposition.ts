/** Returns the header value for a file name: `attachment; filename="Angebot _.csv"; filename*=UTF-8''Angebot%20%E2%82%AC.csv`. */
export function contentDisposition(file_name: string): string {
  const name = file_name.toWellFormed();
  // The fallback for old clients. A quote would end the name, and a line break would end the header.
  const plain = name.replace(/[^\x20-\x7e]|["%\\]/gu, "_");
  const encoded = encodeURIComponent(name).replace(/['()*!]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
