import { fn } from "@crm/core/kernel/fn.ts";
import { lazily } from "@crm/core/kernel/once.ts";
import * as z from "zod";
import { Raw } from "../http/operation.ts";
import { page } from "../http/page.ts";
import { point } from "../pages/point.ts";

/** Where links of mails lead, and the picture in them. */

/** Loaded for the first of them: most of what strangers ask for is of forms and bookings. */
const hits = lazily(() => import("@crm/core/message/tracking/hits.ts"));

const token = z.string().max(8000).default("");
const asked = z.object({ token });

export const trackingPages = [
  page({
    name: "followMailLink",
    method: "GET",
    path: "/t/c/{token}",
    summary: "Lead on to where a link of a mail leads",
    status: 302,
    verb: fn(asked, async (input) => {
      const location = await (await hits()).followed(input);
      return new Raw("text/plain; charset=utf-8", "", { location, "cache-control": "no-store" });
    }),
  }),
  page({
    name: "showMailPoint",
    method: "GET",
    path: "/t/o/{token}",
    summary: "Tell that a mail was opened, by a picture in it",
    verb: fn(asked, async (input) => {
      await (await hits()).seen(input);
      return point();
    }),
  }),
] as const;
