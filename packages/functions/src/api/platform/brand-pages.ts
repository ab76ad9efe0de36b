import { fn } from "@crm/core/kernel/fn.ts";
import { memoize } from "@crm/core/kernel/memoize.ts";
import * as z from "zod";
import { RawResponse } from "../../http/operation.ts";
import { pageOperation } from "../../http/page-operation.ts";

/** The logo and the images of a tenant, for its pages and mails. */

const loadLogo = memoize(() => import("@crm/core/platform/sign-in/logo.ts"));

const loadImages = memoize(() => import("@crm/core/messaging/mail-image/mail-image.ts"));

/** A replaced logo has another address. */
const CACHE_CONTROL = "public, max-age=31536000, immutable";

export const brandPages = [
  pageOperation({
    name: "showLogo",
    method: "GET",
    path: "/brand/{tenant}/{logo}",
    summary: "Logo of a tenant, shown on its pages and in its emails",
    verb: fn(z.object({ tenant: z.string(), logo: z.string() }), async (input) => {
      const { bytes, content_type } = await (await loadLogo()).Logo.show(input);
      return new RawResponse(content_type, bytes, { "cache-control": CACHE_CONTROL });
    }),
  }),
  pageOperation({
    name: "showMailImage",
    method: "GET",
    path: "/brand/{tenant}/images/{image}/{secret}",
    summary: "Image of the library for mails, shown to their readers",
    verb: fn(z.object({ tenant: z.string(), image: z.string(), secret: z.string() }), async (input) => {
      const { bytes, content_type } = await (await loadImages()).MailImage.show(input);
      return new RawResponse(content_type, bytes, { "cache-control": CACHE_CONTROL });
    }),
  }),
] as const;
