import type { Detail, Failure } from "@crm/core/kernel/error.ts";

/** Details that an answer has at most, and bytes that it has with them: what was sent comes back in part, not many times. */
export const MOST_DETAILS = 100;
export const MOST_BYTES = 64 * 1024;
const LONGEST = { field: 200, message: 500 };

interface Refusal {
  code: string;
  message: string;
  details: readonly Detail[];
}

/** What an answer says of a failure. */
export function refusalOf(
  { code, message, details }: Failure,
  most: { details: number; bytes: number } = { details: MOST_DETAILS, bytes: MOST_BYTES },
): Refusal {
  const shown: Detail[] = [];
  // What stands around the details takes less than two kilobytes.
  let room = most.bytes - 2048;
  for (const detail of details.slice(0, most.details)) {
    const cut = { field: shortened(detail.field, LONGEST.field), message: shortened(detail.message, LONGEST.message) };
    room -= Buffer.byteLength(JSON.stringify(cut)) + 1;
    if (room < 0) break;
    shown.push(cut);
  }
  const said = shortened(message, LONGEST.message);
  const left = details.length - shown.length;
  return { code, message: left > 0 ? `${said}; ${left} more faults are not shown` : said, details: shown };
}

const shortened = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;
