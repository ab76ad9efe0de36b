import { MAX_MAIL_BYTES } from "@crm/core/messaging/inbound-mail/mail-kind.ts";
import { ingestMail } from "@crm/functions/inbound/index.ts";
import type { App } from "../app.ts";
import { INBOUND_DOMAIN } from "../inbound-domain.ts";
import { type ControlResponse, rejection } from "./controls.ts";

/** Ingests a raw message for one or several addresses, as if SES had received it. Returns the outcome for each address. */
export async function ingestPostedMail(app: App, url: URL, raw: Buffer): Promise<ControlResponse> {
  const recipients = url.searchParams.getAll("to").flatMap((to) =>
    to
      .split(",")
      .map((address) => address.trim())
      .filter((address) => address !== ""),
  );
  if (recipients.length === 0)
    return rejection(400, "VALIDATION_ERROR", `Name the recipients: ?to=support@{tenant_slug}.${INBOUND_DOMAIN}`);
  if (raw.length > MAX_MAIL_BYTES)
    return rejection(413, "PAYLOAD_TOO_LARGE", `A message can have at most ${MAX_MAIL_BYTES} bytes`);
  return { status: 200, data: await ingestMail({ raw, recipients, domain: INBOUND_DOMAIN }, app.ports) };
}
