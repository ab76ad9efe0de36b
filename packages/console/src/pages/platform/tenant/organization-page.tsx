import { useQuery } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import { useEffect, useMemo, useRef } from "react";
import { read } from "../../../api/client.ts";
import { fieldLabel } from "../../../api/field-label.ts";
import { useScope, useSession } from "../../../api/session.ts";
import { SectionNav, useSections } from "../../../frame/profile/section-nav.tsx";
import { ListState } from "../../../frame/shell/list-state.tsx";
import { SectionRegistry } from "../../../frame/shell/section.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { numberFormat } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { useIsDesktop } from "../../../ui/kit/use-media.ts";
import { FactList } from "../settings/fact-list.tsx";
import type { Tenant } from "./organization-rules.ts";
import { OrganizationSection, TENANT_PATH } from "./organization-section.tsx";
import { listSections } from "./organization-sections.ts";

/** The settings that hold for all users of the tenant, in one narrow column. */
export function OrganizationPage() {
  const t = useText();
  const scope = useScope();
  const { permissions } = useSession();
  const isDesktop = useIsDesktop();
  const scrollRef = useRef<HTMLDivElement>(null);
  const { entries, register } = useSections();
  const sections = useMemo(() => listSections(t), [t]);
  const query = useQuery({
    queryKey: [...scope, "tenant"],
    queryFn: async () => (await read<Tenant>(TENANT_PATH)).data,
  });
  const tenant = query.data;
  const hash = useRouterState({ select: ({ location }) => location.hash });
  const isLoaded = tenant !== undefined;
  useEffect(() => {
    if (isLoaded && hash !== "") document.getElementById(hash)?.scrollIntoView({ block: "start" });
  }, [isLoaded, hash]);
  const canChange = permissions.includes("tenant:manage");
  return (
    <SectionRegistry.Provider value={register}>
      <div
        ref={scrollRef}
        className="relative min-h-0 flex-1 scroll-pt-12 overflow-auto desktop:scroll-pt-0"
        aria-busy={query.isPending}
      >
        <div className="mx-auto flex w-full max-w-page justify-center gap-8 px-4 py-6 tablet:px-6">
          {isDesktop && canChange ? <SectionNav entries={entries} scrollRef={scrollRef} isShort={false} /> : null}
          <div className="flex w-full max-w-form min-w-0 flex-col gap-6">
            <header className="flex flex-col gap-1">
              <Link variant="muted" href="/crm/settings">
                {t("All settings")}
              </Link>
              <h1 className="text-title font-semibold">{t("Organization")}</h1>
              <p className="text-control text-text-muted">
                {t("These settings hold for all users. Each section is saved by itself, and takes effect within a minute.")}
              </p>
            </header>
            {canChange ? null : (
              <EmptyState kind="forbidden" title={t("Only administrators change these settings")}>
                {t("Ask an administrator of your organization.")}
              </EmptyState>
            )}
            {isDesktop || !canChange ? null : <SectionNav entries={entries} scrollRef={scrollRef} isShort />}
            {canChange ? <ListState query={query} isEmpty={false} empty={null} /> : null}
            {tenant && canChange
              ? sections.map((section) => (
                  <OrganizationSection key={section.id} section={section} tenant={tenant}>
                    {section.id === "limits" ? <OperatorLimits tenant={tenant} /> : null}
                  </OrganizationSection>
                ))
              : null}
          </div>
        </div>
      </div>
    </SectionRegistry.Provider>
  );
}

/** The limits that only the operator of the system changes. */
function OperatorLimits({ tenant: { plan, limits } }: { readonly tenant: Tenant }) {
  const t = useText();
  const { locale } = useTextOptions();
  const format = (count: number): string => numberFormat(locale).format(count);
  return (
    <>
      <p className="text-control text-text-muted">{t("The operator of the system sets the following.")}</p>
      <FactList
        facts={[
          [t("Plan"), fieldLabel(plan.toLowerCase())],
          [t("Highest limit of requests a minute"), format(limits.requests_per_minute)],
          [t("New records a minute"), format(limits.records_per_minute)],
          [t("API keys"), format(limits.api_keys)],
        ]}
      />
    </>
  );
}
