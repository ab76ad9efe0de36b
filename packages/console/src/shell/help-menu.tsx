import { Activity, BookOpenText, CircleQuestionMark, Code, Keyboard, Sparkles } from "lucide-react";
import { useText } from "../i18n/use-text.ts";
import { IconButton } from "../kit/icon-button.tsx";
import { Menu, MenuDivider, MenuItem } from "../kit/menu.tsx";
import { showKeys } from "../shortcuts/use-shortcut.ts";

/** Where the user guide is served. */
const GUIDE_PATH = "/crm/guide";
const API_DOCS_PATH = "/api/v1/docs";
const NEWS_PATH = `${GUIDE_PATH}/changelog`;
const STATUS_PATH = "/api/v1/health";

/** Where users find help: the guide, the keys, what is new, and what engineers need. */
export function HelpMenu({ onShortcuts }: { readonly onShortcuts: () => void }) {
  const t = useText();
  const outside = { target: "_blank", rel: "noreferrer" };
  return (
    <Menu
      placement="bottom end"
      trigger={<IconButton label={t("Help")} icon={<CircleQuestionMark />} />}
      onAction={(key) => {
        if (key === "shortcuts") onShortcuts();
      }}
    >
      <MenuItem id="guide" href={GUIDE_PATH} {...outside} label={t("User guide")} icon={<BookOpenText />} />
      <MenuItem id="shortcuts" label={t("Keyboard shortcuts")} icon={<Keyboard />} shortcut={showKeys("help")} />
      <MenuItem id="news" href={NEWS_PATH} {...outside} label={t("What's new")} icon={<Sparkles />} />
      <MenuDivider />
      <MenuItem id="api" href={API_DOCS_PATH} {...outside} label={t("API documentation")} icon={<Code />} />
      <MenuItem id="status" href={STATUS_PATH} {...outside} label={t("System status")} icon={<Activity />} />
    </Menu>
  );
}
