import { useRouter, useRouterState } from "@tanstack/react-router";
import { Bell, House, Menu as MenuIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { type KindSummary, listPath } from "../data/schema.ts";
import { useText } from "../i18n/use-text.ts";
import { Badge } from "../kit/badge.tsx";
import { BarButton, BarLink } from "../kit/bar-link.tsx";
import { Sheet } from "../kit/sheet.tsx";
import { useUnreadBadge } from "../notifications/notification-bell.tsx";
import { listBarKinds } from "./bar-kinds.ts";
import { KindIcon } from "./kind-icon.tsx";
import { MenuLinks } from "./menu-links.tsx";

/** The menu of a phone: five entries at the foot, and the others in a sheet. */
export function BottomBar({ kinds }: { readonly kinds: readonly KindSummary[] }) {
  const t = useText();
  const router = useRouter();
  const [isOpen, setOpen] = useState(false);
  const badge = useUnreadBadge();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  useEffect(() => router.subscribe("onBeforeNavigate", () => setOpen(false)), [router]);
  const isAt = (address: string): boolean => path === address || path.startsWith(`${address}/view/`);
  return (
    <>
      <nav
        aria-label={t("Menu")}
        // Its entries have their places once the kinds are known.
        className={`flex h-bottom-bar shrink-0 items-stretch border-t border-border bg-surface px-1 print:hidden tablet:hidden ${kinds.length === 0 ? "invisible" : ""}`}
      >
        <BarLink href="/crm" label={t("Home")} icon={<House />} isCurrent={path === "/crm" || path === "/crm/"} />
        {listBarKinds(kinds).map((kind) => (
          <BarLink
            key={kind.kind}
            href={listPath(kind)}
            label={kind.labels}
            icon={<KindIcon name={kind.icon} />}
            isCurrent={isAt(listPath(kind))}
          />
        ))}
        <BarLink
          href="/crm/notifications"
          label={t("Notifications")}
          icon={<Badge text={badge}>{<Bell />}</Badge>}
          isCurrent={isAt("/crm/notifications")}
        />
        <BarButton label={t("More")} icon={<MenuIcon />} onPress={() => setOpen(true)} />
      </nav>
      <Sheet title={t("Menu")} isOpen={isOpen} onOpenChange={setOpen}>
        <nav className="flex flex-col gap-4">
          <MenuLinks kinds={kinds} isCollapsed={false} />
        </nav>
      </Sheet>
    </>
  );
}
