/** Hands the file of a response to the browser, which saves it. The access token is in memory, so a plain link would be refused. */
export async function saveFile(response: Response, fileName: string): Promise<void> {
  const url = URL.createObjectURL(await response.blob());
  const link = Object.assign(document.createElement("a"), { href: url, download: fileName });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url));
}
