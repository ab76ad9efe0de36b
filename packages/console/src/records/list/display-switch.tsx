import { CalendarDays, ChartColumn, ChartGantt, Hourglass, Inbox, SquareKanban, Table2 } from "lucide-react";
import { useText } from "../../ui/i18n/use-text.ts";
import { SegmentedControl } from "../../ui/kit/segmented-control.tsx";
import type { DisplayMode } from "../rows/display.ts";

interface DisplaySwitchProps {
  readonly modes: readonly DisplayMode[];
  readonly value: DisplayMode;
  readonly onChange: (mode: DisplayMode) => void;
}

const icons = {
  list: <Table2 />,
  board: <SquareKanban />,
  calendar: <CalendarDays />,
  timeline: <ChartGantt />,
  ageing: <Hourglass />,
  performance: <ChartColumn />,
  desk: <Inbox />,
};

/** Chooses how a list shows its records. */
export function DisplaySwitch({ modes, value, onChange }: DisplaySwitchProps) {
  const t = useText();
  const labels = {
    list: t("List"),
    board: t("Board"),
    calendar: t("Calendar"),
    timeline: t("Timeline"),
    ageing: t("Ageing"),
    performance: t("Performance"),
    desk: t("Workspace"),
  };
  return (
    <SegmentedControl
      isShort
      label={t("Display as")}
      segments={modes.map((mode) => ({ id: mode, label: labels[mode], icon: icons[mode] }))}
      value={value}
      onChange={(id) => onChange(id as DisplayMode)}
    />
  );
}
