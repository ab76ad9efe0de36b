import { type ErrorDetail, type Failure, SecondFactorRequired } from "@crm/core/kernel/error.ts";
import type { Translate } from "@crm/core/lib/i18n/message-translator.ts";

/**
 * Limits of the details of an error, in number and in bytes. The answer repeats part of the input, so it must not be much larger.
 */
export const MAX_ERROR_DETAILS = 100;
export const MAX_ERROR_BYTES = 64 * 1024;
const MAX_TEXT_LENGTHS = { field: 200, message: 500 };

interface ErrorBody {
  code: string;
  message: string;
  details: readonly ErrorDetail[];
  challenge?: string;
}

/** Messages longer than this are cut before they are translated. */
const MAX_TRANSLATED_LENGTH = 2000;

/** Builds the error of an answer, in the language of `translate`. */
export function buildErrorBody(
  failure: Failure,
  translate: Translate,
  limits: { details: number; bytes: number } = { details: MAX_ERROR_DETAILS, bytes: MAX_ERROR_BYTES },
): ErrorBody {
  const { code, message, details } = failure;
  const show = (text: string): string =>
    truncateText(translate(truncateText(text, MAX_TRANSLATED_LENGTH)), MAX_TEXT_LENGTHS.message);
  const shownDetails: ErrorDetail[] = [];
  // Everything around the details takes less than two kilobytes.
  let room = limits.bytes - 2048;
  for (const detail of details.slice(0, limits.details)) {
    const cut = {
      field: truncateText(detail.field, MAX_TEXT_LENGTHS.field),
      message: show(detail.message),
    };
    room -= Buffer.byteLength(JSON.stringify(cut)) + 1;
    if (room < 0) break;
    shownDetails.push(cut);
  }
  const shortMessage = truncateText(message, MAX_TEXT_LENGTHS.message - 100);
  const hiddenCount = details.length - shownDetails.length;
  return {
    code,
    message: show(hiddenCount > 0 ? `${shortMessage}; ${hiddenCount} more errors are not shown` : message),
    details: shownDetails,
    ...(failure instanceof SecondFactorRequired ? { challenge: failure.challenge } : {}),
  };
}

const truncateText = (text: string, maxLength: number): string =>
  text.length <= maxLength ? text : `${text.slice(0, maxLength - 1).toWellFormed()}…`;
