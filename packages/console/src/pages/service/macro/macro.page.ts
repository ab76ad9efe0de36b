import { definePage } from "../../../api/page-manifest.ts";

/** A macro is applied to many tickets at once. */
export const ticketMacro = definePage({ kind: "ticket_macro", isNamedForMany: true });
