import { invalid, isFailure } from "./error.ts";

/** What comes of reading the record that a field names; where there is none, the field is wrong. */
export async function readReference<R>(field: string, reading: Promise<R>, message: string): Promise<R> {
  try {
    return await reading;
  } catch (error) {
    throw isFailure(error, "NOT_FOUND") ? invalid(field, message) : error;
  }
}
