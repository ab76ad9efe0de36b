import { RawResponse } from "../http/operation.ts";

/** A transparent GIF of one pixel. The request for it tells that a mail or a page was opened. */
const PIXEL = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

export const trackingPixel = (): RawResponse => new RawResponse("image/gif", PIXEL, { "cache-control": "no-store, private" });
