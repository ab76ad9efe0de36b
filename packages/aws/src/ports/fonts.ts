import { S3Client } from "@aws-sdk/client-s3";
import type { Fonts } from "@crm/core/kernel/ports.ts";
import { environment } from "../environment.ts";
import { s3Files } from "../files.ts";
import { bucketFonts } from "../fonts.ts";

/** Under the function's own role: fonts are no tenant's. */
export const fonts = (): Fonts => bucketFonts(s3Files(new S3Client({}), environment("CRM_FILES")));
