import { Raw } from "../http/operation.ts";

/** One transparent point: a picture whose only use is that somebody asks for it. */
const POINT = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

export const point = (): Raw => new Raw("image/gif", POINT, { "cache-control": "no-store, private" });
