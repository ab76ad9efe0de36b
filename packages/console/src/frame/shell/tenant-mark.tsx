import { useSession } from "../../api/session.ts";
import { useTenant } from "../../api/tenant.ts";
import { Avatar } from "../../ui/kit/avatar.tsx";
import { hueForColor } from "../../ui/kit/hue.ts";

/** The company at the head of the menu: its logo, or its initial in the hue of its brand color. */
export function TenantMark({ hasName }: { readonly hasName: boolean }) {
  const { tenant } = useSession();
  const { brand_color: color, letterhead } = useTenant().settings;
  const logo = letterhead?.logo_upload_id;
  return (
    <span className="flex min-w-0 items-center gap-2">
      {logo ? (
        <img
          src={`/brand/${tenant.id}/${logo}`}
          alt={hasName ? "" : tenant.name}
          className="max-h-6 max-w-12 shrink-0 rounded-small"
        />
      ) : (
        <span className="shrink-0">
          <Avatar name={tenant.name} shape="square" isDecorative={hasName} {...(color ? { hue: hueForColor(color) } : {})} />
        </span>
      )}
      {hasName ? (
        <span dir="auto" title={tenant.name} className="min-w-0 truncate text-body font-semibold">
          {tenant.name}
        </span>
      ) : null}
    </span>
  );
}
