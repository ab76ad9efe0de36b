import type * as z from "zod";

/** What JSON can say. */
export type Json = z.infer<ReturnType<typeof z.json>>;
