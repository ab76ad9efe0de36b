import { fn } from "@crm/core/kernel/fn.ts";
import { memoize } from "@crm/core/kernel/memoize.ts";
import * as z from "zod";
import { RawResponse } from "../../http/operation.ts";
import { pageOperation } from "../../http/page-operation.ts";
import { trackingPixel } from "../../pages/tracking-pixel.ts";

/** The targets of tracked links in mails, and the tracking pixel. */

/** Loaded for the first hit: most public requests are for forms and bookings. */
const loadHits = memoize(() => import("@crm/core/messaging/tracking/hits.ts"));

const token = z.string().max(8000).default("");
const Link = z.object({ token });

export const trackingPages = [
  pageOperation({
    name: "followMailLink",
    method: "GET",
    path: "/t/c/{token}",
    summary: "Redirect to the target of a link in an email",
    status: 302,
    verb: fn(Link, async (input) => {
      const location = await (await loadHits()).recordClick(input);
      return new RawResponse("text/plain; charset=utf-8", "", { location, "cache-control": "no-store" });
    }),
  }),
  pageOperation({
    name: "showMailPoint",
    method: "GET",
    path: "/t/o/{token}",
    summary: "Record that an email was opened, by a tracking pixel",
    verb: fn(Link, async (input) => {
      await (await loadHits()).recordOpen(input);
      return trackingPixel();
    }),
  }),
] as const;
