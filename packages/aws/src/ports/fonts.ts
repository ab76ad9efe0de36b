import { S3Client } from "@aws-sdk/client-s3";
import type { Fonts } from "@crm/core/kernel/ports.ts";
import { readVariable } from "../environment.ts";
import { s3Files } from "../files.ts";
import { bucketFonts } from "../fonts.ts";

/** Uses the function's own role, because fonts belong to no tenant. */
export const fonts = (): Fonts => bucketFonts(s3Files(new S3Client({}), readVariable("CRM_FILES")));
