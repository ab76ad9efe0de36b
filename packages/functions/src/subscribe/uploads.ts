import { Upload } from "@crm/core/upload/upload.ts";
import { onClock } from "./clock.ts";

export const handle = onClock("uploads", Upload.expire);
