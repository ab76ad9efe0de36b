import { Failure, invalid } from "../../kernel/error.ts";

/** The file has a supported format, but cannot be read. */
export const unreadableFile = (message: string): Failure => invalid("file", message);

const withoutTable = new WeakSet<object>();

/** The file, or one of its sheets, has no rows below a header. */
export function missingTable(message: string): Failure {
  const failure = unreadableFile(message);
  withoutTable.add(failure);
  return failure;
}

export const isMissingTable = (error: unknown): boolean => typeof error === "object" && error !== null && withoutTable.has(error);

/** The bytes show that the file's format is not supported. */
export const unsupportedFile = (message: string): Failure =>
  new Failure("UNSUPPORTED_MEDIA_TYPE", message, { details: [{ field: "file", message }] });

export const damagedWorkbook = (): Failure =>
  unreadableFile("The workbook is damaged: open it in a spreadsheet program and save it again");

/** A small file that would unpack to something huge. */
export const zipBomb = (reason: string): Failure => unreadableFile(`The workbook was rejected: ${reason}`);
