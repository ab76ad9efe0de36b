import { LARGEST_MAIL } from "@crm/core/inbound-mail/facts.ts";
import { arriving } from "@crm/functions/inbound/index.ts";
import type { App } from "./app.ts";
import { type Answer, refused } from "./controls.ts";
import { DOMAIN } from "./domain.ts";

/** A raw message, as SES would leave it, to one or several addresses: says what became of it for each. */
export async function takeIn(app: App, url: URL, raw: Buffer): Promise<Answer> {
  const recipients = url.searchParams.getAll("to").flatMap((to) =>
    to
      .split(",")
      .map((each) => each.trim())
      .filter((each) => each !== ""),
  );
  if (recipients.length === 0) return refused(400, "VALIDATION_ERROR", `Say to whom: ?to=support@{tenant_slug}.${DOMAIN}`);
  if (raw.length > LARGEST_MAIL) return refused(413, "PAYLOAD_TOO_LARGE", `A message has ${LARGEST_MAIL} bytes at most`);
  return { status: 200, data: await arriving({ raw, recipients, domain: DOMAIN }, app.ports) };
}
