import { Failure, invalid } from "@crm/core/kernel/error.ts";
import type { Upload } from "@crm/core/platform/upload/upload.ts";
import type { BusboyHeaders, BusboyInstance } from "@fastify/busboy";
import { decodeUtf8, MAX_VALUES, measureJson, parseJson, tooManyValuesMessage } from "./json.ts";

/** Maximum bytes of a file in a form. Larger files are sent as uploads. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;
const MAX_PARTS = 20;

export const isMultipart = (type: string | undefined): boolean => /^\s*multipart\/form-data\s*(;|$)/i.test(type ?? "");

export const fileTooLarge = (): Failure =>
  new Failure("PAYLOAD_TOO_LARGE", "The file is larger than 4 MB", {
    details: [{ field: "file", message: "Must be at most 4 MB: send a larger file with POST /api/v1/uploads" }],
  });

interface FormPart {
  name: string | undefined;
  file_name: string | undefined;
  content_type: string;
  encoding: string;
  bytes: Buffer;
}

/** Returns the parts of a form by name: `file` as a file, all others parsed as JSON. */
export async function readMultipart(body: Buffer, type: string): Promise<Record<string, unknown>> {
  const valueByName = new Map<string, unknown>();
  let remainingValues = MAX_VALUES.signedIn;
  for (const part of await parseParts(body, type)) {
    const { name } = part;
    if (!name) throw malformedForm("A part has no name");
    if (valueByName.has(name)) throw invalid(name, "Must not be given more than once");
    if (name === "file") valueByName.set(name, toUploadPart(part));
    else {
      const text = decodeUtf8(part.bytes, name);
      remainingValues -= measureJson(text).values;
      if (remainingValues < 0) throw invalid(name, tooManyValuesMessage("The form", MAX_VALUES.signedIn));
      valueByName.set(name, parseJson(text, { field: name, maxValues: MAX_VALUES.signedIn }));
    }
  }
  return Object.fromEntries(valueByName);
}

/** Returns all parts; fails if the form is malformed or cut off. */
async function parseParts(body: Buffer, type: string): Promise<FormPart[]> {
  // Loaded on demand: few requests are forms, and a cold start should not wait for it.
  const { Busboy } = await import("@fastify/busboy");
  return new Promise((resolve, reject) => {
    const parts: FormPart[] = [];
    const fail = (error: Error): void => reject(malformedForm("The parts are malformed or incomplete", error));
    let form: BusboyInstance;
    try {
      const headers = { "content-type": type } as BusboyHeaders;
      form = new Busboy({ headers, isPartAFile: () => true, limits: { parts: MAX_PARTS, fileSize: MAX_FILE_BYTES } });
    } catch (error) {
      return fail(error as Error);
    }
    form.on("file", (name, stream, file_name, encoding, content_type) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("limit", () => reject(name === "file" ? fileTooLarge() : invalid(name, "Too large")));
      stream.on("error", fail);
      stream.on("end", () => parts.push({ name, file_name, content_type, encoding, bytes: Buffer.concat(chunks) }));
    });
    form.on("partsLimit", () => reject(malformedForm(`The form can have at most ${MAX_PARTS} parts`)));
    form.on("error", (error) => fail(error as Error));
    form.on("finish", () => resolve(parts));
    form.end(body);
  });
}

function toUploadPart({ file_name, content_type, encoding, bytes }: FormPart): Upload.FilePart {
  if (!file_name) throw invalid("file", "Must be a file with a name");
  if (!["7bit", "8bit", "binary"].includes(encoding.toLowerCase())) throw invalid("file", "Must be sent unencoded");
  // Browsers send a quotation mark in a file name as %22.
  return { file_name: file_name.replaceAll("%22", '"'), content_type, bytes };
}

const malformedForm = (message: string, cause?: Error): Failure =>
  new Failure("VALIDATION_ERROR", "The form is malformed", { details: [{ field: "", message }], cause });

/** Returns the content of a form, to be hashed. The body itself differs at each attempt, because its boundary does. */
export function listHashParts({ file, ...parts }: Record<string, unknown>): (string | Uint8Array)[] {
  const { file_name, content_type, bytes } = (file ?? {}) as Partial<Upload.FilePart>;
  const sortedParts = Object.entries(parts).sort(([a], [b]) => (a < b ? -1 : 1));
  return [JSON.stringify([file_name ?? null, content_type ?? null, sortedParts]), bytes ?? ""];
}
