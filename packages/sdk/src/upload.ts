/** Bytes to upload. The client cannot send a stream twice, so it does not repeat its upload. */
export type UploadData = Blob | Uint8Array | ArrayBuffer | string | ReadableStream<Uint8Array>;

export interface UploadFile {
  /** Defaults to the name of a `File`. */
  readonly file_name?: string | undefined;
  /** Defaults to the type of a `Blob`. */
  readonly content_type?: string | undefined;
  /** Bytes. Only streams need it. */
  readonly size?: number | undefined;
}

interface Announcement {
  readonly file_name: string;
  readonly content_type: string;
  readonly size: number;
}

/** Describes the bytes as the API must know them before they are sent. */
export function announceFile(data: UploadData, file: UploadFile): Announcement {
  const blob = data instanceof Blob ? data : undefined;
  const file_name = file.file_name ?? (blob as { name?: string } | undefined)?.name;
  const size = file.size ?? measureSize(data);
  if (file_name === undefined) throw new TypeError("file_name is required, unless the data are a File");
  if (size === undefined) throw new TypeError("size is required for a stream");
  return { file_name, content_type: file.content_type ?? (blob?.type || "application/octet-stream"), size };
}

function measureSize(data: UploadData): number | undefined {
  if (typeof data === "string") return new TextEncoder().encode(data).length;
  if (data instanceof Blob) return data.size;
  return data instanceof ReadableStream ? undefined : data.byteLength;
}
