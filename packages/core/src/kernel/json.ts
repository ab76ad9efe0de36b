import type * as z from "zod";

export type Json = z.infer<ReturnType<typeof z.json>>;
