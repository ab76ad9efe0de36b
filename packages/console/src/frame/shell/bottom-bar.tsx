import { useRouter, useRouterState } from "@tanstack/react-router";
import { Menu as MenuIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { toAreaPath } from "../../api/page-manifest.ts";
import type { KindSummary } from "../../api/schema.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { BarButton, BarLink } from "../../ui/kit/bar-link.tsx";
import { Sheet } from "../../ui/kit/sheet.tsx";
import { KindIcon } from "./kind-icon.tsx";
import { MenuLinks } from "./menu-links.tsx";
import { findMarkedEntry, listBarPages } from "./menu-rules.ts";
import { isSettingPath } from "./page-trail.ts";
import { useMenu } from "./use-menu.ts";

/** The menu of a phone: five entries at the foot, and the others in a sheet. */
export function BottomBar({ kinds }: { readonly kinds: readonly KindSummary[] }) {
  const t = useText();
  const router = useRouter();
  const [isOpen, setOpen] = useState(false);
  const { menu, pages: allPages, isLoading } = useMenu();
  const path = useRouterState({ select: ({ location }) => location.pathname }).replace(/\/$/, "");
  useEffect(() => router.subscribe("onBeforeNavigate", () => setOpen(false)), [router]);
  const pages = listBarPages(menu);
  const current = isSettingPath(path) ? undefined : findMarkedEntry(menu, allPages, path, toAreaPath(path)).page;
  return (
    <>
      <nav
        aria-label={t("Menu")}
        // Its entries have their places once the kinds and the preferences are known.
        className={`flex h-bottom-bar shrink-0 items-stretch border-t border-border bg-surface px-1 print:hidden tablet:hidden ${isLoading ? "invisible" : ""}`}
      >
        {pages.map((page) => (
          <BarLink
            key={page.id}
            href={page.href}
            label={page.menuLabel ?? page.label}
            icon={<KindIcon name={page.icon} />}
            isCurrent={page === current}
          />
        ))}
        <BarButton
          label={t("More")}
          icon={<MenuIcon />}
          // The other pages are behind it.
          isCurrent={current === undefined || !pages.includes(current)}
          onPress={() => setOpen(true)}
        />
      </nav>
      <Sheet title={t("Menu")} isOpen={isOpen} onOpenChange={setOpen}>
        <nav className="flex flex-col gap-4">
          <MenuLinks kinds={kinds} />
        </nav>
      </Sheet>
    </>
  );
}
