import { crm } from "../../api/client.ts";
import { saveFile } from "../../api/file-download.ts";

/** Sends files of records and receives them. */

interface UploadTarget {
  readonly upload_id: string;
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends the bytes of a file to the address that the API names, and reports how far it is, from 0 to 1. Returns the id of the upload. */
export async function uploadFile(file: File, onProgress: (progress: number) => void, signal: AbortSignal): Promise<string> {
  const announcement = { file_name: file.name, content_type: file.type || "application/octet-stream", size: file.size };
  const target = await crm.request<UploadTarget>("POST", "/api/v1/uploads", { body: announcement, signal });
  await sendBytes(target, file, onProgress, signal);
  return target.upload_id;
}

/** `fetch` does not report how much it has sent. */
function sendBytes(target: UploadTarget, file: File, onProgress: (progress: number) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(target.method, target.url);
    for (const [name, value] of Object.entries(target.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total);
    request.onload = () =>
      request.status < 300 ? resolve() : reject(new Error(`The upload was refused with status ${request.status}`));
    request.onerror = () => reject(new Error("The connection was lost"));
    request.onabort = () => reject(new DOMException("The upload was cancelled", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

/** Gets the file of an attachment and hands it to the browser, which saves it. */
export async function downloadAttachment(id: string, fileName: string): Promise<void> {
  await saveFile(await crm.attachments(id).file.download(), fileName);
}
