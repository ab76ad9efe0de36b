const MESSAGE_PARAMETER = "message";

/** Where a provider tells what becomes of a message: at the account's webhook, by an address that names the message. */
export function buildCallbackUrl(address: string, message: string): string {
  const url = new URL(address);
  url.searchParams.set(MESSAGE_PARAMETER, message);
  return url.toString();
}

/** The message that the query of such an address names. */
export const parseMessageId = (query: string): string | undefined =>
  new URLSearchParams(query).get(MESSAGE_PARAMETER) ?? undefined;
