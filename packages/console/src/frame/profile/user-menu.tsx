import { useRouter } from "@tanstack/react-router";
import { CalendarOff, Eye, LogOut, Moon, Rows3, Settings, UserRound } from "lucide-react";
import { Suspense, useState } from "react";
import { findPages } from "../../api/page-manifest.ts";
import { part } from "../../api/page-part.ts";
import { useSession } from "../../api/session.ts";
import { readViewedRole } from "../../api/viewed-role.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Avatar } from "../../ui/kit/avatar.tsx";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { Menu, MenuDivider, MenuItem, MenuSection } from "../../ui/kit/menu.tsx";
import { useAppearance } from "../shell/use-appearance.ts";
import { useSignOut } from "../shell/use-sign-out.ts";

const ViewAsDialog = part(() => import("./view-as-dialog.tsx"), "ViewAsDialog");

/** What concerns the user: the profile, the look of the console, and signing out. */
export function UserMenu() {
  const t = useText();
  const me = useSession();
  const router = useRouter();
  const signOut = useSignOut();
  const [appearance, changeAppearance] = useAppearance();
  const [isViewDialogOpen, setViewDialogOpen] = useState(false);
  const [isAvailabilityOpen, setAvailabilityOpen] = useState(false);
  const OwnAvailability = findPages("user").ownAvailability;
  const isViewing = readViewedRole() !== undefined;
  const actions: Readonly<Record<string, () => void>> = {
    profile: () => void router.navigate({ href: "/crm/profile" }),
    availability: () => setAvailabilityOpen(true),
    settings: () => void router.navigate({ href: "/crm/settings" }),
    "view-as": () => setViewDialogOpen(true),
    theme: () => changeAppearance({ theme: appearance.theme === "dark" ? "light" : "dark" }),
    density: () => changeAppearance({ density: appearance.density === "compact" ? "default" : "compact" }),
    "sign-out": () => void signOut(),
  };
  return (
    <>
      <Menu
        placement="bottom end"
        trigger={<IconButton label={me.display_name} icon={<Avatar name={me.display_name} />} />}
        onAction={(key) => actions[String(key)]?.()}
      >
        <MenuSection title={me.email}>
          <MenuItem id="profile" label={t("Profile and settings")} icon={<UserRound />} />
          <MenuItem id="availability" label={t("Availability and absences")} icon={<CalendarOff />} />
          <MenuItem id="settings" label={t("All settings")} icon={<Settings />} />
          <MenuItem id="theme" label={appearance.theme === "dark" ? t("Light colors") : t("Dark colors")} icon={<Moon />} />
          <MenuItem id="density" label={appearance.density === "compact" ? t("Comfortable") : t("Compact")} icon={<Rows3 />} />
          {me.role === "ADMIN" && !isViewing ? <MenuItem id="view-as" label={t("View as a role…")} icon={<Eye />} /> : null}
        </MenuSection>
        <MenuDivider />
        <MenuItem id="sign-out" label={t("Sign out")} icon={<LogOut />} />
      </Menu>
      {isAvailabilityOpen && OwnAvailability ? (
        <Suspense>
          <OwnAvailability id={me.id} name={me.display_name} onClose={() => setAvailabilityOpen(false)} />
        </Suspense>
      ) : null}
      {isViewDialogOpen ? (
        <Suspense>
          <ViewAsDialog onClose={() => setViewDialogOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
