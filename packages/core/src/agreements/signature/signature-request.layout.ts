import type { Layout } from "../../kernel/layout.ts";

export const signatureRequest: Layout = {
  board: { field: "status", exits: ["FAILED", "DECLINED", "VOIDED", "EXPIRED"] },
};
