import { useMemo, useRef } from "react";
import { useSession } from "../../api/session.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Link } from "../../ui/kit/link.tsx";
import { useIsDesktop } from "../../ui/kit/use-media.ts";
import { SecondFactorSection } from "../second-factor/second-factor-section.tsx";
import { SectionRegistry } from "../shell/section.tsx";
import { AbsenceBanner } from "./absence-banner.tsx";
import { LookSection } from "./look-section.tsx";
import { MailSection } from "./mail-section.tsx";
import { NotificationSection } from "./notification-section.tsx";
import { PasswordSection } from "./password-section.tsx";
import { RegionSection } from "./region-section.tsx";
import { nameRole } from "./role-name.ts";
import { SectionNav, useSections } from "./section-nav.tsx";
import { SessionSection } from "./session-section.tsx";

const PROFILE_ID = "profile";

/** The user's own settings, in one narrow column with links to its sections. */
export function ProfilePage() {
  const t = useText();
  const me = useSession();
  const isDesktop = useIsDesktop();
  const scrollRef = useRef<HTMLDivElement>(null);
  const { entries: sections, register } = useSections();
  const entries = useMemo(() => [{ id: PROFILE_ID, title: t("Profile") }, ...sections], [sections, t]);
  const canManageUsers = me.permissions.includes("user:manage");
  const facts: readonly (readonly [label: string, value: string])[] = [
    [t("Name"), me.display_name],
    [t("Email address"), me.email],
    [t("Role"), [me.role, ...me.extra_roles].map((role) => nameRole(role, t)).join(", ")],
    [t("Organization"), me.tenant.name],
  ];
  return (
    <SectionRegistry.Provider value={register}>
      <div ref={scrollRef} className="relative min-h-0 flex-1 scroll-pt-12 overflow-auto desktop:scroll-pt-0">
        <div className="mx-auto flex w-full max-w-page justify-center gap-8 px-4 py-6 tablet:px-6">
          {isDesktop ? <SectionNav entries={entries} scrollRef={scrollRef} isShort={false} /> : null}
          <div className="flex w-full max-w-form min-w-0 flex-col gap-6">
            <h1 className="text-title font-semibold">{t("Profile and settings")}</h1>
            {isDesktop ? null : <SectionNav entries={entries} scrollRef={scrollRef} isShort />}
            <AbsenceBanner />
            <div id={PROFILE_ID} className="flex flex-col gap-4">
              <dl className="grid grid-cols-1 gap-3 tablet:grid-cols-2">
                {facts.map(([label, value]) => (
                  <div key={label} className="min-w-0">
                    <dt className="text-meta text-text-muted">{label}</dt>
                    <dd className="text-body wrap-anywhere">
                      <bdi>{value}</bdi>
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
            <MailSection />
            <PasswordSection />
            <SecondFactorSection />
            <SessionSection />
            <NotificationSection />
          </div>
        </div>
      </div>
    </SectionRegistry.Provider>
  );
}
