import type { Brand } from "../../kernel/brand.ts";
import type { TenantRecord } from "./tenant.entity.ts";

/** Returns the path of a logo. The page that serves it checks that the upload is a logo of this tenant. */
const buildLogoPath = (tenant: string, upload: string): string => `/brand/${tenant}/${upload}`;

/** Returns the brand of a tenant. Without a letterhead, it has the name of the tenant alone. */
export function buildBrand({ id, name, settings }: Pick<TenantRecord, "id" | "name" | "settings">): Brand {
  const { sender, footer, logo_upload_id } = settings.letterhead;
  const [senderName = name, ...address] = sender;
  return {
    name: senderName,
    address,
    footer,
    logo_path: logo_upload_id && buildLogoPath(id, logo_upload_id),
    color: settings.brand_color,
  };
}
