import { invalid, isFailure } from "./error.ts";

/** Returns the record that a field names. Throws VALIDATION_ERROR on the field if the record does not exist. */
export async function readReference<R>(field: string, reading: Promise<R>, message: string): Promise<R> {
  try {
    return await reading;
  } catch (error) {
    throw isFailure(error, "NOT_FOUND") ? invalid(field, message) : error;
  }
}
