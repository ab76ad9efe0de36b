import { usePorts } from "../../kernel/context.ts";
import type { MailMessage } from "../../kernel/ports.ts";
import { buildBrand } from "./brand.ts";
import { renderBrandedHtml } from "./branded-mail.rules.ts";
import type { TenantRecord } from "./tenant.entity.ts";

/** Adds an HTML version with the brand of the tenant to a mail to a customer. The text stays as it is. */
export const withBrand = (message: MailMessage, tenant: TenantRecord, language: string): MailMessage => ({
  ...message,
  html: renderBrandedHtml({ text: message.text, language, brand: buildBrand(tenant), origin: usePorts().origin }),
});
