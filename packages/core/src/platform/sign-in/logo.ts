import * as z from "zod";
import { notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { isId } from "../../kernel/id.ts";
import { text } from "../../kernel/schema.ts";
import { runAsTenant } from "../auth/session.ts";
import { Letterhead } from "../tenant/letterhead.ts";
import { TENANT } from "../tenant/tenant.kind.ts";
import { Tenant } from "../tenant/tenant.ts";
import { UPLOAD } from "../upload/upload.kind.ts";
import { runAsVisitor } from "./visitor.ts";

/** Requests per minute: from one address, and in total. Browsers and mail servers keep the picture. */
const LIMITS = [120, 6000] as const;

const PNG_FIRST_BYTE = 0x89;

/**
 * Returns a logo for pages and mails, without sign-in. Mails that were sent show their logo even if the tenant has replaced it since. Throws the same
 * NOT_FOUND for an unknown tenant, an upload of another tenant, and an upload that is not a logo.
 */
export const show = fn(z.object({ tenant: text(64), logo: text(64) }), async ({ tenant, logo }) => {
  if (!isId(tenant, TENANT) || !isId(logo, UPLOAD)) throw notFound();
  return runAsTenant(tenant, async () => {
    const [tenant, isLogo] = await Promise.all([Tenant.get({}), Letterhead.isLogo(logo)]);
    if (!isLogo) throw notFound();
    return runAsVisitor(
      tenant,
      { authority: "brand", actor: "system:brand", rateLimitKey: "brand", limits: LIMITS },
      async () => {
        const bytes = await Letterhead.readLogo(logo);
        if (!bytes) throw notFound();
        return { bytes, content_type: bytes[0] === PNG_FIRST_BYTE ? "image/png" : "image/jpeg" };
      },
    );
  });
});

export * as Logo from "./logo.ts";
