import { RawResponse } from "../http/operation.ts";

/** One transparent point: a picture whose only use is that somebody asks for it. */
const PIXEL = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

export const trackingPixel = (): RawResponse => new RawResponse("image/gif", PIXEL, { "cache-control": "no-store, private" });
