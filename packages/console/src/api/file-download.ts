/** Reads the name of a file from its response. */
function readFileName(response: Response): string | undefined {
  const [, name] = /filename\*=UTF-8''([^;]+)/i.exec(response.headers.get("content-disposition") ?? "") ?? [];
  return name === undefined ? undefined : decodeURIComponent(name);
}

/** Hands the file of a response to the browser, which saves it by the name that the response or else the caller gives. The access token is in memory, so a plain link would be refused. */
export async function saveFile(response: Response, fileName: string): Promise<void> {
  saveBlob(await response.blob(), readFileName(response) ?? fileName);
}

/** Hands a file to the browser, which saves it by the name. */
export function saveBlob(file: Blob, fileName: string): void {
  const url = URL.createObjectURL(file);
  const link = Object.assign(document.createElement("a"), { href: url, download: fileName });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url));
}
