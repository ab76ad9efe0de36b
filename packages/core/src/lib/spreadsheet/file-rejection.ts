import { Failure, invalid } from "../../kernel/error.ts";

/** The file is of a kind that is read, but this one cannot be. */
export const unreadableFile = (message: string): Failure => invalid("file", message);

/** The file is of a kind that is not read, which its bytes tell. */
export const unsupportedFile = (message: string): Failure =>
  new Failure("UNSUPPORTED_MEDIA_TYPE", message, { details: [{ field: "file", message }] });

export const damagedWorkbook = (): Failure =>
  unreadableFile("The workbook is damaged: open it in a spreadsheet program and save it anew");

/** What is done to a server by files that are small and unpack to something huge. */
export const zipBomb = (what: string): Failure => unreadableFile(`The workbook is refused: ${what}`);
