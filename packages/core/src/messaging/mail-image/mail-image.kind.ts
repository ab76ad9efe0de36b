import { kind } from "../../kernel/id.ts";

/** An image of the library for mails. It is read by the editor of mails, so it has no page of its own. */
export const MAIL_IMAGE = kind("mail_image", "mim", { load: () => import("./mail-image.entity.ts") });
