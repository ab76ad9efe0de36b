import { useSession } from "../data/session.ts";
import { useText } from "../i18n/use-text.ts";
import { Link } from "../kit/link.tsx";
import { SecondFactorSection } from "../second-factor/second-factor-section.tsx";
import { ApiKeySection } from "./api-key-section.tsx";
import { LookSection } from "./look-section.tsx";
import { NotificationSection } from "./notification-section.tsx";
import { PasswordSection } from "./password-section.tsx";
import { RegionSection } from "./region-section.tsx";
import { nameRole } from "./role-name.ts";
import { SessionSection } from "./session-section.tsx";

/** The user's own settings, in one narrow column. */
export function ProfilePage() {
  const t = useText();
  const me = useSession();
  const canManageUsers = me.permissions.includes("user:manage");
  const entries: readonly (readonly [label: string, value: string])[] = [
    [t("Name"), me.display_name],
    [t("Email"), me.email],
    [t("Role"), [me.role, ...me.extra_roles].map((role) => nameRole(role, t)).join(", ")],
    [t("Organization"), me.tenant.name],
  ];
  return (
    <div className="relative min-h-0 flex-1 overflow-auto">
      <div className="mx-auto flex w-full max-w-form flex-col gap-6 px-4 py-6 tablet:px-6">
        <h1 className="text-title font-semibold">{t("Profile and settings")}</h1>
        <div className="flex flex-col gap-4">
          <dl className="grid grid-cols-1 gap-3 tablet:grid-cols-2">
            {entries.map(([label, value]) => (
              <div key={label} className="min-w-0">
                <dt className="text-meta text-text-muted">{label}</dt>
                <dd dir="auto" className="text-body wrap-anywhere">
                  {value}
                </dd>
              </div>
            ))}
          </dl>
          <p className="text-control text-text-muted">
            {canManageUsers ? (
              <Link href={`/crm/users/edit/${me.id}`}>{t("Change name or email")}</Link>
            ) : (
              t("An administrator can change your name and your email address.")
            )}
          </p>
        </div>
        <RegionSection />
        <LookSection />
        <PasswordSection />
        <SecondFactorSection />
        <SessionSection />
        {me.permissions.includes("api_key:manage") ? <ApiKeySection /> : null}
        <NotificationSection />
      </div>
    </div>
  );
}
