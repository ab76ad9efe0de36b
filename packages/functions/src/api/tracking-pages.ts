import { fn } from "@crm/core/kernel/fn.ts";
import { Hits } from "@crm/core/message/tracking/hits.ts";
import * as z from "zod";
import { Raw } from "../http/operation.ts";
import { page } from "../http/page.ts";
import { point } from "../pages/point.ts";

/** Where links of mails lead, and the picture in them. */

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
      const location = await Hits.followed(input);
      return new Raw("text/plain; charset=utf-8", "", { location, "cache-control": "no-store" });
    }),
  }),
  page({
    name: "showMailPoint",
    method: "GET",
    path: "/t/o/{token}",
    summary: "Tell that a mail was opened, by a picture in it",
    verb: fn(asked, async (input) => {
      await Hits.seen(input);
      return point();
    }),
  }),
] as const;
