const MESSAGE_PARAMETER = "message";

/** Builds the URL for status reports of a message: the account's webhook URL with the message id. */
export function buildCallbackUrl(address: string, message: string): string {
  const url = new URL(address);
  url.searchParams.set(MESSAGE_PARAMETER, message);
  return url.toString();
}

/** Returns the message id from the query of such a URL. */
export const parseMessageId = (query: string): string | undefined =>
  new URLSearchParams(query).get(MESSAGE_PARAMETER) ?? undefined;
